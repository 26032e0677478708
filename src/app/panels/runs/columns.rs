//! The settings that have columns of their own in the table of runs. No egui.

use super::rows::RunRow;
use crate::experiment::{Field, Setting, Settings};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The columns that were found last, kept while the same runs pass the filter: the settings that a run began
/// with never change, and comparing those of hundreds of runs in each frame would cost a part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    of: u64,
    fields: Vec<Field>,
}

impl Columns {
    /// The settings that have columns, as [`differing`] finds them.
    pub fn of(&mut self, rows: &[RunRow<'_>], indices: &[usize], most: usize) -> Vec<Field> {
        let mut hasher = DefaultHasher::new();
        most.hash(&mut hasher);
        for row in indices.iter().filter_map(|index| rows.get(*index)) {
            (&row.id, row.created_secs, row.settings.is_some()).hash(&mut hasher);
        }
        let of = hasher.finish();
        if self.of != of {
            self.of = of;
            self.fields = differing(rows, indices, most);
        }
        self.fields.clone()
    }
}

/// The settings whose values aren't the same in all of these rows, `most` of them at most, in the order of
/// the strategies. Rows whose settings aren't known don't count, and
/// neither does the data, which is no single value.
pub fn differing(rows: &[RunRow<'_>], indices: &[usize], most: usize) -> Vec<Field> {
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
        .take(most)
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
        assert_eq!(differing(&rows, &[0, 1, 2], 9), []);
        let settings = rows[1].settings.as_mut().unwrap().to_mut();
        settings.seed = 2;
        settings.regularization.dropout = 0.5;
        assert_eq!(
            differing(&rows, &[0, 1, 2], 9),
            [Field::Dropout, Field::Seed]
        );
        assert_eq!(differing(&rows, &[0, 1, 2], 1).len(), 1);
        // The filter hides the row that differs.
        assert_eq!(differing(&rows, &[0, 2], 9), []);
    }

    #[test]
    fn columns_are_found_anew_when_other_runs_pass_the_filter() {
        let mut rows: Vec<RunRow<'_>> = ["A1", "A2"].map(|id| row(id, Some(0.9), None)).into();
        for (row, seed) in rows.iter_mut().zip(1..) {
            let mut settings = Preset::Cnn.settings();
            settings.seed = seed;
            row.settings = Some(Cow::Owned(settings));
        }
        let mut columns = Columns::default();
        for _ in 0..2 {
            assert_eq!(columns.of(&rows, &[0, 1], 9), [Field::Seed]);
            assert_eq!(columns.of(&rows, &[0], 9), []);
            assert_eq!(columns.of(&rows, &[0, 1], 0), []);
        }
    }
}
