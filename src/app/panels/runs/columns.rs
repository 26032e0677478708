//! The settings that have columns of their own in the table of runs. No egui.

use super::rows::RunRow;
use crate::experiment::{Field, Settings};

/// The settings whose values aren't the same in all of these rows, `most` of them at most, in the order of
/// the strategies. Rows whose settings aren't known don't count.
pub fn differing(rows: &[RunRow], indices: &[usize], most: usize) -> Vec<Field> {
    let mut all = indices
        .iter()
        .filter_map(|index| rows.get(*index)?.settings.as_ref());
    let Some(first) = all.next() else {
        return Vec::new();
    };
    let others: Vec<&Settings> = all.collect();
    Field::ALL
        .into_iter()
        .filter(|field| *field != Field::Data)
        .filter(|field| others.iter().any(|other| !is_same(*field, first, other)))
        .take(most)
        .collect()
}

fn is_same(field: Field, one: &Settings, other: &Settings) -> bool {
    match (field.number(one), field.number(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => field.value_text(one) == field.value_text(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn only_what_differs_among_the_rows_has_a_column() {
        let mut rows: Vec<RunRow> = ["A1", "A2", "A3"].map(|id| row(id, Some(0.9), None)).into();
        for row in &mut rows[..2] {
            row.settings = Some(Preset::Cnn.settings());
        }
        assert_eq!(differing(&rows, &[0, 1, 2], 9), []);
        let settings = rows[1].settings.as_mut().unwrap();
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
}
