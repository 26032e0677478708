//! The settings that have columns of their own in the table of runs. No egui.

use super::rows::RunRow;
use crate::experiment::{Field, Setting, Settings};

/// The settings whose values aren't the same in all of these rows, in the order of the strategies. Rows whose
/// settings aren't known don't count, and neither does the data, which is no single value.
pub fn differing(rows: &[RunRow<'_>], indices: &[usize]) -> Vec<Field> {
    let mut all = indices
        .iter()
        .filter_map(|index| rows.get(*index)?.settings.as_deref());
    let Some(first) = all.next() else {
        return Vec::new();
    };
    let others: Vec<&Settings> = all.collect();
    Field::ALL
        .into_iter()
        .filter(|field| {
            let value = Setting::read(*field, first);
            others
                .iter()
                .any(|other| Setting::read(*field, other) != value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;
    use crate::experiment::Preset;
    use std::borrow::Cow;

    #[test]
    fn only_what_differs_among_the_rows_has_a_column() {
        let mut rows: Vec<RunRow<'_>> =
            ["A1", "A2", "A3"].map(|id| row(id, Some(0.9), None)).into();
        for row in &mut rows[..2] {
            row.settings = Some(Cow::Owned(Preset::Cnn.settings()));
        }
        assert_eq!(differing(&rows, &[0, 1, 2]), []);
        let settings = rows[1].settings.as_mut().unwrap().to_mut();
        settings.seed = 2;
        settings.regularization.dropout = 0.5;
        assert_eq!(differing(&rows, &[0, 1, 2]), [Field::Dropout, Field::Seed]);
        // The filter hides the row that differs.
        assert_eq!(differing(&rows, &[0, 2]), []);
    }
}
