//! Settings of a sweep in the words that the window has for them.

use super::{Assignments, Baseline, Cell, CellRow};
use crate::experiment::Field;
use crate::lab::format;

/// A setting with its value in words: `dropout 0.5`, `200 images`, `label noise 20%`, `no augmentation`.
pub fn setting_in_words(field: Field, value: &str) -> String {
    match (field, value, value.parse::<usize>()) {
        (Field::TrainSize, "all", _) => "all images".into(),
        (Field::TrainSize, _, Ok(count)) => format!("{} images", format::whole(count)),
        (_, "on", _) => field.label().to_owned(),
        (_, "off", _) => format!("no {}", field.label()),
        _ => format!("{} {}", field.label(), field.shown_value(value)),
    }
}

/// Settings with their values in words, or what is said where there are none.
fn listed<'a>(settings: impl Iterator<Item = (Field, &'a str)>) -> String {
    let texts: Vec<String> = settings
        .map(|(field, value)| setting_in_words(field, value))
        .collect();
    if texts.is_empty() {
        "the settings as they are".into()
    } else {
        texts.join(", ")
    }
}

impl CellRow {
    /// The settings in words: `dropout 0.5, batch norm channels`.
    pub fn in_words(&self) -> String {
        let settings = self.settings.iter();
        listed(settings.map(|(field, value)| (*field, value.as_str())))
    }
}

impl Cell {
    /// What the cell sets beside the base experiment, in words.
    pub fn in_words(&self) -> String {
        in_words(&self.assignments)
    }
}

impl Baseline {
    /// The values in words.
    pub fn in_words(&self) -> String {
        in_words(self.values())
    }
}

fn in_words(assignments: &Assignments) -> String {
    let values = assignments.0.iter();
    listed(values.map(|value| (value.field(), value.text())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_called_as_the_window_calls_them() {
        let words = |text: &str| in_words(&text.parse().unwrap());
        assert_eq!(
            words("train-size=1200 augment=off"),
            "1,200 images, no augmentation"
        );
        assert_eq!(
            words("train-size=all batch-norm=channels"),
            "all images, batch norm channels"
        );
        let baseline: Baseline = "augment=off".parse().unwrap();
        assert_eq!(baseline.in_words(), "no augmentation");
        assert_eq!(
            in_words(&Assignments::default()),
            "the settings as they are"
        );
    }
}
