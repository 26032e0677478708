//! The order of the runs. No egui.

use super::filter::Filter;
use super::rows::RunRow;
use crate::experiment::Field;
use crate::lab::RunId;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A column that the runs can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SortColumn {
    /// The name.
    Name,
    /// The accuracy at the best epoch.
    Best,
    /// The gap at the best epoch.
    Gap,
    /// The state.
    State,
    /// A setting, by its name.
    #[serde(untagged)]
    Setting(#[serde(with = "by_name")] Field),
}

/// A setting in the file of what the window remembers: its name.
mod by_name {
    use crate::experiment::Field;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(field: &Field, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(field.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        let name = String::deserialize(deserializer)?;
        Field::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("there is no setting {name}")))
    }
}

/// How the runs are sorted: the newest first unless a column was clicked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// By a column, with what one looks for first: the best run, the smallest gap, the name A.
    By(SortColumn),
    /// By a column, the other way round.
    Against(SortColumn),
}

impl Sort {
    /// The order after a click on a column's header: by the column, then the other way round, then
    /// the newest first again.
    #[must_use]
    pub fn clicked(self, column: SortColumn) -> Self {
        match self {
            Self::By(by) if by == column => Self::Against(column),
            Self::Against(by) if by == column => Self::Newest,
            _ => Self::By(column),
        }
    }
}

/// The runs that pass a filter, in order, by their indices.
pub fn ordered(rows: &[RunRow<'_>], filter: &Filter, sort: Sort) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..rows.len())
        .rev()
        .filter(|index| rows[*index].seeds.is_none() && filter.admits(&rows[*index]))
        .collect();
    sort_by(&mut indices, rows, sort);
    indices
}

/// Sorts rows. The sort is stable, so that equal runs stay the newest first.
fn sort_by(indices: &mut [usize], rows: &[RunRow<'_>], sort: Sort) {
    indices.sort_by(|a, b| {
        let (a, b) = (&rows[*a], &rows[*b]);
        match sort {
            Sort::Newest => b.created_secs.cmp(&a.created_secs),
            Sort::By(column) => compare(a, b, column, false),
            Sort::Against(column) => compare(a, b, column, true),
        }
    });
}

/// The rows that are shown, in order: a group in the place of its runs, and below it its runs where it is
/// open. `passing` are the runs that pass the filter, in order. Groups of which the filter leaves one run are none.
pub fn arranged(
    rows: &[RunRow<'_>],
    passing: &[usize],
    sort: Sort,
    open: &BTreeSet<RunId>,
) -> Vec<usize> {
    let mut members: HashMap<&RunId, Vec<usize>> = HashMap::new();
    for index in passing {
        if let Some(group) = &rows[*index].group {
            members.entry(group).or_default().push(*index);
        }
    }
    // A group whose other seeds wait to be trained is one from its first run on.
    let begun: HashSet<&RunId> = rows
        .iter()
        .filter(|row| row.seeds.is_some_and(|group| group.members.len() == 1))
        .map(|row| &row.id)
        .collect();
    members.retain(|group, members| members.len() > 1 || begun.contains(group));
    if members.is_empty() {
        return passing.to_vec();
    }
    let is_within = |index: &usize| {
        let group = rows[*index].group.as_ref();
        group.is_some_and(|group| members.contains_key(group))
    };
    let alone = passing.iter().copied().filter(|index| !is_within(index));
    let groups = (0..rows.len())
        .filter(|index| rows[*index].seeds.is_some() && members.contains_key(&rows[*index].id));
    let mut top: Vec<usize> = alone.chain(groups).collect();
    sort_by(&mut top, rows, sort);
    let mut arranged = Vec::with_capacity(top.len());
    for index in top {
        arranged.push(index);
        let row = &rows[index];
        if row.seeds.is_some() && open.contains(&row.id) {
            arranged.extend(members.get(&row.id).into_iter().flatten());
        }
    }
    arranged
}

fn compare(a: &RunRow<'_>, b: &RunRow<'_>, column: SortColumn, reverse: bool) -> Ordering {
    let turned = |ordering: Ordering| {
        if reverse {
            ordering.reverse()
        } else {
            ordering
        }
    };
    // A run without a figure comes last in both directions.
    let numbers = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => turned(a.total_cmp(&b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    match column {
        SortColumn::Name => turned(natural(&a.name, &b.name)),
        SortColumn::Best => numbers(
            a.accuracy().map(|accuracy| -accuracy),
            b.accuracy().map(|accuracy| -accuracy),
        ),
        SortColumn::Gap => numbers(a.gap, b.gap),
        SortColumn::State => turned(a.state_label.cmp(b.state_label)),
        SortColumn::Setting(field) => by_setting(a, b, field, &turned),
    }
}

/// The order by a setting: numbers by their size, all else by its text; rows whose settings aren't known come
/// last.
fn by_setting(
    a: &RunRow<'_>,
    b: &RunRow<'_>,
    field: Field,
    turned: &dyn Fn(Ordering) -> Ordering,
) -> Ordering {
    match (&a.settings, &b.settings) {
        (Some(a), Some(b)) => turned(match (field.number(a), field.number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => natural(&field.value_text(a), &field.value_text(b)),
        }),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// The order of names with numbers in them: A2 comes before A10.
fn natural(a: &str, b: &str) -> Ordering {
    fn split(text: &str) -> (&str, Option<u64>) {
        let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
        (letters, text[letters.len()..].parse().ok())
    }
    split(a).cmp(&split(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    fn check(sort: Sort, expected: &[&str]) {
        let mut rows = [
            row("A2", Some(0.926), Some(7.4)),
            row("A9", Some(0.986), None),
            row("A10", None, Some(-0.5)),
        ];
        for (row, created_secs) in rows.iter_mut().zip(1..) {
            row.created_secs = created_secs;
        }
        let ids: Vec<_> = ordered(&rows, &Filter::default(), sort)
            .into_iter()
            .map(|index| rows[index].id.0.as_str())
            .collect();
        assert_eq!(ids, expected, "{sort:?}");
    }

    #[test]
    fn runs_are_sorted_and_those_without_a_figure_come_last() {
        check(Sort::Newest, &["A10", "A9", "A2"]);
        check(Sort::By(SortColumn::Best), &["A9", "A2", "A10"]);
        check(Sort::Against(SortColumn::Best), &["A2", "A9", "A10"]);
        check(Sort::By(SortColumn::Gap), &["A10", "A2", "A9"]);
        check(Sort::By(SortColumn::Name), &["A2", "A9", "A10"]);
    }

    #[test]
    fn a_header_clicked_thrice_sorts_as_before() {
        let sort = Sort::default().clicked(SortColumn::Best);
        assert_eq!(sort, Sort::By(SortColumn::Best));
        assert_eq!(sort.clicked(SortColumn::Gap), Sort::By(SortColumn::Gap));
        let sort = sort.clicked(SortColumn::Best).clicked(SortColumn::Best);
        assert_eq!(sort, Sort::Newest);
    }
}
