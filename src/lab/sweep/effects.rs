//! What each factor of an ablation brings: cells with it against cells without, seed by seed.

use super::{Axis, Cells, Sweep, SweepError, Table};
use crate::experiment::Field;
use crate::lab::statistics::{self, Estimate, LEAST_SEEDS, leaves_zero_out};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A remedy that an ablation switches on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor(Field);

/// The remedies that an ablation knows, with their values off and on.
const FACTORS: [(Field, &str, &str); 7] = [
    (Field::Dropout, "0", "0.5"),
    (Field::BatchNorm, "none", "channels"),
    (Field::Augment, "none", "article"),
    (Field::WeightDecay, "0", "0.01"),
    (Field::LabelSmoothing, "0", "0.1"),
    (Field::EarlyStopping, "off", "5"),
    (Field::GradientClip, "off", "1"),
];

impl Factor {
    /// All factors that there are.
    pub fn all() -> impl Iterator<Item = Self> {
        FACTORS.iter().map(|(field, ..)| Self(*field))
    }

    /// The setting that the factor switches.
    pub fn field(self) -> Field {
        self.0
    }

    /// The values without it and with it, in words: `0 or 0.5`.
    pub fn words(self) -> String {
        match self.0 {
            // The article's ranges, which a switch sets.
            Field::Augment => "off or on".into(),
            _ => {
                let [off, on] = self.values();
                format!("{off} or {on}")
            }
        }
    }

    fn values(self) -> [&'static str; 2] {
        let known = FACTORS.iter().find(|(field, ..)| *field == self.0);
        known.map_or(["", ""], |(_, off, on)| [off, on])
    }

    /// The factor as an axis: without it, and with it.
    ///
    /// # Errors
    /// None that a factor has.
    pub fn axis(self) -> Result<Axis, SweepError> {
        format!("{}={}", self.0.name(), self.values().join(",")).parse()
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// A text that names no factor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}, found {found:?}", names())]
pub struct NoFactor {
    /// The text.
    found: String,
}

fn names() -> String {
    FACTORS.map(|(field, ..)| field.name()).join(", ")
}

impl FromStr for Factor {
    type Err = NoFactor;

    fn from_str(text: &str) -> Result<Self, NoFactor> {
        let known = FACTORS.iter().find(|(field, ..)| field.name() == text);
        known
            .map(|(field, ..)| Self(*field))
            .ok_or_else(|| NoFactor { found: text.into() })
    }
}

/// What a factor, or several factors together, bring.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The names of the factors. Of two or more the effect is their interaction: how much more the one
    /// brings with the other than without, halved, as R. A. Fisher's contrasts do.
    pub factors: Vec<String>,
    /// How many seeds have all cells.
    pub n: usize,
    /// The mean over the seeds, in the unit of the figure.
    pub mean: f64,
    /// The interval that holds the true effect with 95%; none with one seed.
    pub interval: Option<[f64; 2]>,
    /// How often chance alone gives such an effect; none with one seed.
    pub p: Option<f64>,
}

impl Effect {
    /// Whether the effect is more than chance: its interval leaves zero out. Two seeds never say so.
    pub fn is_real(&self) -> bool {
        self.n >= LEAST_SEEDS && self.interval.is_some_and(leaves_zero_out)
    }
}

/// The effects of the factors of an ablation, main effects first, then interactions of two. An ablation
/// is a sweep whose axes have two values each.
///
/// # Errors
/// Where the sweep isn't an ablation.
pub fn effects(sweep: &Sweep, table: &Table) -> Result<Vec<Effect>, SweepError> {
    let Cells::Product(axes) = sweep.layout() else {
        return Err(SweepError::NoAblation);
    };
    if axes.is_empty() || axes.iter().any(|axis| axis.values().len() != 2) {
        return Err(SweepError::NoAblation);
    }
    let names: Vec<String> = axes
        .iter()
        .map(|axis| {
            let fields = axis.fields();
            let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
            names.join(" and ")
        })
        .collect();
    let seeds = whole_seeds(sweep, table);
    // An effect is the sum of the figures of all cells with their signs, by half the number of cells, so that their
    // roundings add as squares.
    let of_figure = table.rows.first().map_or(0.0, |row| row.rounding);
    let rounding = 2.0 * of_figure / (table.rows.len().max(1) as f64).sqrt();
    let mut sets: Vec<Vec<usize>> = (0..axes.len()).map(|axis| vec![axis]).collect();
    for first in 0..axes.len() {
        sets.extend((first + 1..axes.len()).map(|second| vec![first, second]));
    }
    Ok(sets
        .into_iter()
        .map(|set| effect(&set, &names, axes.len(), &seeds, rounding))
        .map(|effect| Effect {
            interval: effect
                .interval
                .map(|interval| table.metric.difference_within_bounds(interval)),
            ..effect
        })
        .collect())
}

/// The figures of each seed that has all cells, in the order of the cells.
fn whole_seeds(sweep: &Sweep, table: &Table) -> Vec<Vec<f64>> {
    let of_seed = |seed: &u64| {
        let figures = table.rows.iter().map(|row| {
            let found = row.values.iter().find(|(of, ..)| of == seed);
            found.map(|(_, figure, _)| *figure)
        });
        figures.collect::<Option<Vec<f64>>>()
    };
    sweep.seeds().iter().filter_map(of_seed).collect()
}

/// The effect of some axes. The bit of an axis in a cell's number says whether the cell has it; the last
/// axis changes fastest and has the lowest bit. An effect within a seed is known to `rounding` alone, a standard
/// deviation.
fn effect(
    set: &[usize],
    names: &[String],
    axes: usize,
    seeds: &[Vec<f64>],
    rounding: f64,
) -> Effect {
    let mask: usize = set.iter().map(|axis| 1 << (axes - 1 - axis)).sum();
    let values: Vec<f64> = seeds
        .iter()
        .map(|figures| statistics::effect(figures, mask))
        .collect();
    let estimate = Estimate::of_rounded(&values, rounding);
    Effect {
        factors: set.iter().map(|axis| names[*axis].clone()).collect(),
        n: values.len(),
        mean: values.iter().sum::<f64>() / values.len().max(1) as f64,
        interval: estimate.map(|estimate| estimate.interval),
        p: estimate.map(|estimate| estimate.p),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_of_three_factors_are_those_of_the_contrasts() {
        let cells = vec![98.90, 99.10, 99.25, 99.35, 99.05, 99.15, 99.40, 99.55];
        let names = ["a", "b", "c"].map(str::to_owned);
        let check = |set: &[usize], expected: f64| {
            let found = effect(set, &names, 3, std::slice::from_ref(&cells), 0.0);
            assert!((found.mean - expected).abs() < 1e-9, "{found:?}");
            assert_eq!((found.n, found.interval), (1, None));
        };
        check(&[0], 0.137_5);
        check(&[1], 0.337_5);
        check(&[2], 0.137_5);
        check(&[0, 1], 0.037_5);
        check(&[0, 2], -0.012_5);
        check(&[1, 2], -0.012_5);
    }

    #[test]
    fn a_factor_is_an_axis_of_two_values() {
        let factor: Factor = "batch-norm".parse().unwrap();
        assert_eq!(factor.axis().unwrap().values().len(), 2);
        for (field, ..) in FACTORS {
            field.name().parse::<Factor>().unwrap().axis().unwrap();
        }
        let message = "batchnorm".parse::<Factor>().unwrap_err().to_string();
        assert!(
            message.contains("dropout, batch-norm, augment"),
            "{message}"
        );
    }
}
