//! In which settings two experiments differ.

use super::{Field, Strategy};
use crate::experiment::settings::Settings;

/// A field in which two experiments differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The field.
    pub field: Field,
    /// The value in the first experiment.
    pub left: String,
    /// The value in the second experiment.
    pub right: String,
}

/// The fields in which two experiments differ, in the table's order. A range of augmentation counts
/// only where augmentation is on in either.
pub fn differences(left: &Settings, right: &Settings) -> Vec<Difference> {
    let counts = |field: &Field| {
        let entry = field.entry();
        entry.strategy != Strategy::Augmentation || entry.has_say(left) || entry.has_say(right)
    };
    Field::ALL
        .into_iter()
        .filter(counts)
        .map(|field| Difference {
            field,
            left: field.value_text(left),
            right: field.value_text(right),
        })
        .filter(|difference| difference.left != difference.right)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn differences_name_what_differs_and_nothing_else() {
        let cnn = Preset::Cnn.settings();
        assert_eq!(differences(&cnn, &cnn), []);
        let fields: Vec<_> = differences(&cnn, &Preset::Default.settings())
            .into_iter()
            .map(|difference| difference.field)
            .collect();
        assert_eq!(fields, [Field::Augment, Field::Dropout, Field::BatchNorm]);
    }

    #[test]
    fn ranges_of_augmentation_count_while_augmentation_is_on() {
        let mut left = Preset::Cnn.settings();
        let mut right = left.clone();
        right.augmentation.zoom = 0.5;
        assert_eq!(differences(&left, &right), []);
        left.augmentation.enabled = true;
        right.augmentation.enabled = true;
        assert_eq!(differences(&left, &right).len(), 1);
    }
}
