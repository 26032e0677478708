//! What a person has chosen for a sweep, as plain data.

use super::suggested::{sizes, suggested};
use crate::app::action::SweepKind;
use crate::experiment::{Experiment, Field};
use crate::lab::sweep::{Assignment, Assignments, Axis, Cells, Factor, SweepError};

/// The most images of a learning curve that was not changed: it is trained within minutes.
const MOST_IMAGES: usize = 5_000;
/// The factors of an ablation that was not changed.
const FACTORS: [Field; 3] = [Field::Augment, Field::BatchNorm, Field::Dropout];
/// The seeds of each cell, where no other number was chosen.
const SEEDS: usize = 5;

/// A setting that varies, with its values as the command line takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisSpec {
    pub field: Field,
    pub values: Vec<String>,
}

/// A sweep that is being planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub kind: SweepKind,
    /// The settings at the left.
    pub base: Experiment,
    /// What the settings are called.
    pub base_name: String,
    /// The settings that vary, but in an ablation.
    pub axes: Vec<AxisSpec>,
    /// The remedies of an ablation, and which of them take part.
    pub factors: Vec<(Factor, bool)>,
    /// How many seeds each cell has, from the base's seed on.
    pub seeds: usize,
}

impl Spec {
    /// What a kind of sweep begins with.
    pub fn new(kind: SweepKind, base: Experiment, base_name: String) -> Self {
        let axes = match kind {
            SweepKind::Ablation => Vec::new(),
            SweepKind::Free => {
                let first = if has_effect(Field::Dropout, &base) {
                    Field::Dropout
                } else {
                    Field::LearningRate
                };
                vec![AxisSpec::new(first, &base)]
            }
            SweepKind::LearningCurve => vec![AxisSpec {
                field: Field::TrainSize,
                values: sizes(base.settings(), MOST_IMAGES),
            }],
        };
        let factors = Factor::all()
            .filter(|factor| has_effect(factor.field(), &base))
            .map(|factor| (factor, FACTORS.contains(&factor.field())));
        Self {
            kind,
            axes,
            factors: factors.collect(),
            base,
            base_name,
            seeds: SEEDS,
        }
    }

    /// Takes the settings at the left anew, which may have changed since. The values stay.
    pub fn take_base(&mut self, base: Experiment, base_name: String) {
        (self.base, self.base_name) = (base, base_name);
    }

    /// The settings that could vary beside those that do.
    pub fn free_fields(&self) -> Vec<Field> {
        let is_free = |field: &Field| {
            let is_taken = self.axes.iter().any(|axis| axis.field == *field);
            !is_taken && has_effect(*field, &self.base)
        };
        Field::varied_by_sweeps().filter(is_free).collect()
    }

    /// What the sweep is called.
    pub fn name(&self) -> String {
        match self.kind {
            SweepKind::Ablation => format!("{}: ablation", self.base_name),
            SweepKind::LearningCurve => format!("{}: learning curve", self.base_name),
            SweepKind::Free => {
                let names: Vec<&str> = self.axes.iter().map(|axis| axis.field.label()).collect();
                format!("{}: {}", self.base_name, names.join(", "))
            }
        }
    }

    /// The cells.
    ///
    /// # Errors
    /// Where a value is none of its setting, or a setting has none.
    pub fn cells(&self) -> Result<Cells, SweepError> {
        let axes: Result<Vec<Axis>, SweepError> = match self.kind {
            SweepKind::Ablation => {
                let chosen = self.factors.iter().filter(|(_, takes_part)| *takes_part);
                chosen.map(|(factor, _)| factor.axis()).collect()
            }
            SweepKind::Free | SweepKind::LearningCurve => {
                self.axes.iter().map(AxisSpec::axis).collect()
            }
        };
        Ok(Cells::Product(axes?))
    }

    /// What is missing before anything can be planned, and the mend.
    pub fn missing(&self) -> Option<&'static str> {
        match self.kind {
            SweepKind::Ablation if !self.factors.iter().any(|(_, takes_part)| *takes_part) => {
                Some("Choose at least one remedy.")
            }
            SweepKind::Free if self.axes.is_empty() => Some("Add a setting that varies."),
            SweepKind::Free | SweepKind::LearningCurve
                if self.axes.iter().any(|axis| axis.values.len() < 2) =>
            {
                Some("Each setting needs two values at least. Add one, or take the setting out.")
            }
            _ => None,
        }
    }

    /// The seeds.
    pub fn seeds(&self) -> Vec<u64> {
        let first = self.base.settings().seed;
        (0..self.seeds as u64)
            .map(|more| first.wrapping_add(more))
            .collect()
    }
}

/// Whether a setting has an effect beside the others, so that it is worth varying.
fn has_effect(field: Field, base: &Experiment) -> bool {
    let (entry, settings) = (field.entry(), base.settings());
    let is_idle = entry.idle_with(settings.network.architecture).is_some();
    !is_idle && entry.has_say(settings)
}

impl AxisSpec {
    /// A setting with the values that it begins with.
    pub fn new(field: Field, base: &Experiment) -> Self {
        Self {
            field,
            values: suggested(field, base.settings()),
        }
    }

    fn axis(&self) -> Result<Axis, SweepError> {
        let values = self.values.iter();
        let values = values.map(|text| Ok(Assignments(vec![Assignment::new(self.field, text)?])));
        Axis::new(values.collect::<Result<_, SweepError>>()?)
    }

    /// Adds the values of a text, with commas or blanks between them, behind those that are there.
    ///
    /// # Errors
    /// Where one is no value of the setting; then none is added.
    pub fn add(&mut self, text: &str) -> Result<(), SweepError> {
        let texts = text.split([',', ' ', ';']).map(str::trim);
        let texts = texts.filter(|text| !text.is_empty());
        // What is shown in per cent may be typed so, too.
        let as_taken = |text: &str| {
            let per_cent = text.strip_suffix('%').filter(|_| self.field.is_share());
            let per_cent = per_cent.and_then(|number| number.parse::<f64>().ok());
            per_cent.map_or_else(|| text.to_owned(), |number| (number / 100.0).to_string())
        };
        let texts: Vec<String> = texts.map(as_taken).collect();
        for text in &texts {
            Assignment::new(self.field, text)?;
        }
        for text in texts {
            if !self.values.contains(&text) {
                self.values.push(text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::lab::sweep::Sweep;

    #[test]
    fn a_share_is_typed_in_per_cent_or_as_a_fraction() {
        let mut axis = AxisSpec {
            field: Field::LabelNoise,
            values: Vec::new(),
        };
        axis.add("20%, 0.4; 100%").unwrap();
        assert_eq!(axis.values, ["0.2", "0.4", "1"]);
        let shown: Vec<String> = axis
            .values
            .iter()
            .map(|value| axis.field.shown_value(value))
            .collect();
        assert_eq!(shown, ["20%", "40%", "100%"]);
    }

    fn spec(kind: SweepKind, preset: Preset) -> Spec {
        let base = Experiment::new(preset.settings(), Vec::new()).unwrap();
        Spec::new(kind, base, preset.label().into())
    }

    fn planned(spec: &Spec) -> Result<Sweep, SweepError> {
        Sweep::plan(spec.name(), spec.base.clone(), spec.cells()?, spec.seeds())
    }

    #[test]
    fn each_kind_can_be_planned_as_it_opens_for_each_preset() {
        for preset in Preset::ALL {
            for kind in SweepKind::ALL {
                let spec = spec(kind, preset);
                assert_eq!(spec.missing(), None);
                let sweep = planned(&spec).unwrap();
                assert!(sweep.cells().len() >= 2, "{preset} {kind:?}");
            }
        }
        let ablation = planned(&spec(SweepKind::Ablation, Preset::FirstLook)).unwrap();
        assert_eq!((ablation.cells().len(), ablation.count()), (8, 40));
        assert_eq!(ablation.name(), "First look: ablation");
    }

    #[test]
    fn values_are_added_once_and_wrong_ones_not() {
        let mut axis = spec(SweepKind::Free, Preset::FirstLook).axes.remove(0);
        axis.add("0.5, 0.7 0.8").unwrap();
        assert_eq!(axis.values, ["0", "0.25", "0.5", "0.7", "0.8"]);
        let message = axis.add("0.9, much").unwrap_err().to_string();
        assert!(
            message.contains("dropout") && message.contains("much"),
            "{message}"
        );
        assert_eq!(axis.values.len(), 5);
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut free = spec(SweepKind::Free, Preset::FirstLook);
        assert!(!free.free_fields().contains(&Field::Dropout));
        free.axes[0].values.truncate(1);
        assert!(free.missing().unwrap().contains("two values"));
        free.axes.clear();
        assert!(free.missing().unwrap().contains("Add a setting"));
        let mut ablation = spec(SweepKind::Ablation, Preset::FirstLook);
        ablation
            .factors
            .iter_mut()
            .for_each(|(_, takes_part)| *takes_part = false);
        assert!(ablation.missing().unwrap().contains("one remedy"));
    }
}
