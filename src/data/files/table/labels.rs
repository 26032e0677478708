//! Labels that are names, such as `seven`: each different name is a class.

use super::super::classes;
use super::super::names::{natural, shown};
use super::rows::Rows;
use crate::data::{DataError, TestLabels};
use std::path::Path;

/// Counts the classes through in the order of their names, and gives the names.
///
/// # Errors
/// Where there are fewer or more classes than a network can tell apart, or one has a single image.
pub(super) fn sort_names(path: &Path, rows: &mut Rows) -> Result<Vec<String>, DataError> {
    let names = &rows.label_names;
    classes::check_count(path, names.len(), "classes")?;
    let mut counts = vec![0usize; names.len()];
    for &label in &rows.labels {
        counts[usize::from(label)] += 1;
    }
    if let Some(place) = counts.iter().position(|count| *count < 2) {
        let problem = format!(
            "found one image of class {}, expected 2 at least, to train and to validate; add some, \
             or correct the name",
            shown(names[place].as_bytes())
        );
        return Err(DataError::file(path, problem));
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| natural(&names[a], &names[b]));
    let mut class_of = vec![0u8; names.len()];
    for (class, &place) in (0..=255).zip(&order) {
        class_of[place] = class;
    }
    let sorted = order.iter().map(|&place| names[place].clone()).collect();
    for label in &mut rows.labels {
        *label = class_of[usize::from(*label)];
    }
    Ok(sorted)
}

/// The labels of a table that is predicted. They needn't be all the classes that a network knows.
pub(super) fn of_test(rows: &mut Rows) -> TestLabels {
    let mut labels = std::mem::take(&mut rows.labels);
    if !rows.label_names.is_empty() {
        return TestLabels {
            names: std::mem::take(&mut rows.label_names),
            labels,
        };
    }
    let mut values: Vec<u8> = labels.clone();
    values.sort_unstable();
    values.dedup();
    for label in &mut labels {
        // Each label is one of the values.
        *label = values.partition_point(|value| value < label) as u8;
    }
    TestLabels {
        names: values.iter().map(u8::to_string).collect(),
        labels,
    }
}
