//! Each cell of a sweep against its baseline, by the seeds that both have.

use super::table::{CellRow, Table};
use super::{Assignment, Assignments, Cell, Metric, Sweep, SweepError};
use crate::experiment::{Field, Settings};
use crate::lab::statistics::{Estimate, LEAST_SEEDS, holm, leaves_zero_out, sign_flip_p, welch};
use std::f64::consts::SQRT_2;
use std::fmt;
use std::str::FromStr;

/// What cells are compared with: the values that the baseline has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline(Assignments);

impl Baseline {
    /// The cells that have these values.
    pub fn new(values: Assignments) -> Self {
        Self(values)
    }

    /// The values.
    pub(super) fn values(&self) -> &Assignments {
        &self.0
    }

    /// The values of a cell in all settings in which the cells differ.
    ///
    /// # Errors
    /// None that a cell of a sweep that was built has.
    pub fn of_cell(sweep: &Sweep, cell: &Cell) -> Result<Self, SweepError> {
        let fields = sweep.differing().into_iter();
        let values = fields.map(|field| {
            let text = field.value_text(cell.settings());
            Assignment::new(field, &text)
        });
        Ok(Self(Assignments(values.collect::<Result<_, _>>()?)))
    }

    /// The settings of a cell with these values in place of its own.
    fn applied_to(&self, cell: &Cell) -> Result<Settings, SweepError> {
        let mut settings = cell.settings().clone();
        self.0.apply(&mut settings)?;
        Ok(settings)
    }

    /// Why nothing can be compared with this, however many runs are finished: every cell has these values.
    pub fn nothing_else(&self, sweep: &Sweep) -> Option<String> {
        let has_it = |cell: &Cell| {
            let with_values = self.applied_to(cell);
            with_values.is_ok_and(|settings| settings == *cell.settings())
        };
        if !sweep.cells().iter().all(has_it) {
            return None;
        }
        let differing: Vec<&str> = sweep.differing().into_iter().map(Field::name).collect();
        Some(match differing[..] {
            [] => "the sweep has a single combination of settings, so there is nothing to compare it with".into(),
            _ => format!(
                "every combination of settings in the sweep has {}, so there is nothing to compare with it; name a value of {}",
                self.0,
                differing.join(" or ")
            ),
        })
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Baseline {
    type Err = SweepError;

    /// Reads values with blanks or commas between them: `dropout=0`, `dropout=0,augment=none`.
    fn from_str(text: &str) -> Result<Self, SweepError> {
        text.replace(',', " ").parse().map(Self)
    }
}

/// A cell against its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The number of the cell, from 0.
    pub cell: usize,
    /// The number of the baseline's cell.
    pub baseline: usize,
    /// How many seeds the cell's mean has, or both have where they are paired.
    pub count: usize,
    /// How many seeds the comparison has at least: of unpaired ones, those of the cell or the baseline that has
    /// fewer.
    pub fewest: usize,
    /// Whether the runs are compared seed by seed.
    pub is_paired: bool,
    /// The cell's mean less the baseline's, in the unit of the figure.
    pub mean_difference: f64,
    /// The interval that holds the true difference with 95%; none with fewer than two seeds.
    pub interval: Option<[f64; 2]>,
    /// How often chance alone gives such a difference, by Student's t; none with fewer than two seeds.
    pub p: Option<f64>,
    /// The same with Holm's correction for all comparisons with a p value.
    pub p_holm: Option<f64>,
    /// The same by tossing the signs of paired differences.
    pub p_sign_flip: Option<f64>,
}

impl Compared {
    /// Whether the difference is more than chance, by its interval and, among several comparisons, by
    /// the corrected p value. Two seeds never say so.
    pub fn is_real(&self) -> bool {
        self.fewest >= LEAST_SEEDS
            && self.p_holm.is_some_and(|p| p < 0.05)
            && self.interval.is_some_and(leaves_zero_out)
    }

    /// The comparison of the cell of this name in a sentence: `dropout 0.5: +0.42 points, 95% interval 0.11 to 0.73, 6 seeds`.
    pub fn sentence(&self, name: &str, metric: Metric) -> String {
        let difference = metric.show_difference(self.mean_difference);
        let seeds = match self.count {
            1 => "1 seed".to_owned(),
            count => format!("{count} seeds"),
        };
        let unpaired = if self.is_paired { "" } else { ", not paired" };
        let Some([low, high]) = self.interval else {
            return format!(
                "{name}: {difference}, {seeds}{unpaired}: one seed says nothing about settings"
            );
        };
        let word = if self.is_real() {
            "more than chance"
        } else if self.fewest < LEAST_SEEDS {
            "two seeds agree too easily to say more; train three at least"
        } else if leaves_zero_out([low, high]) {
            "more than chance by itself, but not among so many comparisons"
        } else {
            "can't be told from chance"
        };
        format!(
            "{name}: {difference}, 95% interval {} to {}, {seeds}{unpaired}: {word}",
            metric.show_bare(low),
            metric.show_bare(high),
        )
    }
}

/// Compares each cell with the cell that has the baseline's values and is otherwise the same. Cells
/// that have those values themselves are compared with nothing, and cells without a finished run
/// neither.
///
/// # Errors
/// Where a cell has no such baseline.
pub fn compare(
    sweep: &Sweep,
    table: &Table,
    baseline: &Baseline,
) -> Result<Vec<Compared>, SweepError> {
    let found = baselines(sweep, baseline)?;
    let mut compared: Vec<Compared> = found
        .into_iter()
        .filter_map(|(cell, baseline)| difference(table.rows.get(cell)?, table.rows.get(baseline)?))
        .map(|compared| Compared {
            interval: compared
                .interval
                .map(|interval| table.metric.difference_within_bounds(interval)),
            ..compared
        })
        .collect();
    let p_values: Vec<f64> = compared.iter().filter_map(|compared| compared.p).collect();
    let mut corrected = holm(&p_values).into_iter();
    for compared in &mut compared {
        if compared.p.is_some() {
            compared.p_holm = corrected.next();
        }
    }
    Ok(compared)
}

/// The number of each cell that is compared, with that of its baseline.
fn baselines(sweep: &Sweep, baseline: &Baseline) -> Result<Vec<(usize, usize)>, SweepError> {
    let refused = |problem: String| SweepError::Baseline {
        baseline: baseline.0.to_string(),
        problem,
    };
    let cells = sweep.cells();
    let mut with_values = Vec::new();
    let mut wanted = Vec::new();
    for (number, cell) in cells.iter().enumerate() {
        let settings = baseline.applied_to(cell)?;
        if settings == *cell.settings() {
            with_values.push(number);
        } else {
            wanted.push((number, settings));
        }
    }
    if with_values.is_empty() {
        let labels: Vec<String> = cells.iter().take(8).map(super::Cell::label).collect();
        return Err(refused(format!(
            "no combination of settings in the sweep has that; there are {}",
            labels.join("; ")
        )));
    }
    wanted
        .into_iter()
        .map(|(number, settings)| {
            let same = cells.iter().position(|cell| *cell.settings() == settings);
            match (same, &with_values[..]) {
                (Some(same), _) => Ok((number, same)),
                // A list of cells, or settings that move together, may have a single baseline.
                (None, [only]) => Ok((number, *only)),
                (None, _) => Err(refused(format!(
                    "several combinations of settings have that, and none of them is {} otherwise; name more of its \
                     values",
                    cells[number].label()
                ))),
            }
        })
        .collect()
}

/// A cell against its baseline: seed by seed where two seeds or more are shared, otherwise mean against
/// mean.
pub(super) fn difference(row: &CellRow, baseline: &CellRow) -> Option<Compared> {
    let pairs: Vec<(f64, f64)> = row
        .values
        .iter()
        .filter_map(|(seed, figure, _)| {
            let other = baseline.values.iter().find(|(other, ..)| other == seed)?;
            Some((*figure, other.1))
        })
        .collect();
    let of_pairs = |differences: &[f64]| {
        let count = differences.len();
        // Both figures of a difference are rounded, so that their errors add as squares.
        let estimate = Estimate::of_rounded(differences, SQRT_2 * row.rounding);
        Compared {
            cell: row.cell,
            baseline: baseline.cell,
            count,
            fewest: count,
            is_paired: true,
            mean_difference: differences.iter().sum::<f64>() / count as f64,
            interval: estimate.map(|estimate| estimate.interval),
            p: estimate.map(|estimate| estimate.p),
            p_holm: None,
            p_sign_flip: sign_flip_p(differences),
        }
    };
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
    if differences.len() >= 2 {
        return Some(of_pairs(&differences));
    }
    if let Some(welch) = welch(&baseline.figures(), &row.figures(), row.rounding) {
        return Some(Compared {
            cell: row.cell,
            baseline: baseline.cell,
            count: row.values.len(),
            fewest: row.values.len().min(baseline.values.len()),
            is_paired: false,
            mean_difference: welch.difference,
            interval: Some(welch.interval),
            p: Some(welch.p),
            p_holm: None,
            p_sign_flip: None,
        });
    }
    (!differences.is_empty()).then(|| of_pairs(&differences))
}
