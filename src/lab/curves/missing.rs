//! What is said where a loss is missing: whether it is there under another name, holds nothing, or
//! wasn't logged.

use super::names::{Meaning, Metric, Role};
use super::pick::{Figure, Picks};
use super::records::Records;
use super::{CurveError, shown};

/// Checks that both losses are there. A run that diverged before it was validated needs none of
/// validation.
///
/// # Errors
/// Where one is missing.
pub(super) fn check(picks: &Picks, records: &Records<'_>) -> Result<(), CurveError> {
    for figure in [Figure::TrainLoss, Figure::ValidationLoss] {
        if picks.get(figure).is_some() {
            continue;
        }
        let column = unmeasured(figure, records);
        if !figure.is_training() && column.is_some() && never_finite(picks, records) {
            continue;
        }
        let path = records.path.into();
        return Err(match column {
            Some(column) => CurveError::NotMeasured {
                figure,
                column: shown(&column),
                path,
            },
            None if records.is_panel => CurveError::OneCurve {
                tool: "Weights & Biases",
                path,
            },
            None => CurveError::MissingFigure {
                figure,
                found: shown(&records.found.join(", ")),
                mend: mend(figure, records),
                path,
            },
        });
    }
    Ok(())
}

/// Whether a training loss is there, and never finite.
fn never_finite(picks: &Picks, records: &Records<'_>) -> bool {
    picks.get(Figure::TrainLoss).is_some_and(|picked| {
        let mut readings = records.rows.iter().map(|row| row.get(picked.id));
        readings.all(|reading| reading.finite().is_none())
    })
}

/// The column of a loss that is there, and in which nothing was measured.
fn unmeasured(figure: Figure, records: &Records<'_>) -> Option<String> {
    let is = |meaning: Meaning| match meaning {
        Meaning::Figure {
            metric: Metric::Loss,
            role,
            ..
        } => match role {
            None | Some(Role::Training) => figure.is_training(),
            Some(Role::Validation | Role::Test) => !figure.is_training(),
            Some(Role::Clean) => false,
        },
        _ => false,
    };
    let column = records.columns.iter().find(|column| is(column.meaning));
    column.map(|column| column.name.clone())
}

/// How a figure that is missing comes into the file: by another name for a column that is there, or
/// by being logged.
fn mend(figure: Figure, records: &Records<'_>) -> String {
    const WORDS: [&str; 7] = ["loss", "entropy", "nll", "cost", "objective", "mse", "val"];
    // What names itself after the other images is no candidate.
    let others: &[&str] = if figure.is_training() {
        &["val", "eval", "test", "dev"]
    } else {
        &["train"]
    };
    let is_near = |name: &&String| {
        let lower = name.to_lowercase();
        let is_used = records.columns.iter().any(|column| column.name == **name);
        let is_of_others = others.iter().any(|start| lower.starts_with(start));
        !is_used
            && !is_of_others
            && name.len() <= 60
            && WORDS.iter().any(|word| lower.contains(word))
    };
    let near: Vec<&str> = records
        .found
        .iter()
        .filter(is_near)
        .map(String::as_str)
        .take(5)
        .collect();
    let (name, log) = if figure.is_training() {
        (
            "train_loss",
            "log the loss of the training images every epoch",
        )
    } else {
        (
            "validation_loss",
            "log the loss of validation images, as Keras does with fit(…, validation_data=…)",
        )
    };
    match near.as_slice() {
        [] => log.to_owned(),
        [one] => format!("if {one} is it, rename that column to {name}; otherwise {log}"),
        several => format!(
            "if one of {} is it, rename that column to {name}; otherwise {log}",
            several.join(", ")
        ),
    }
}
