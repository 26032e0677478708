//! What to try where only the curves are known, not the settings: the order in which changes helped
//! over all that was measured.

use super::candidates::{REMEDIES, STRENGTHS};
use super::measured::{Row, TABLE};
use super::{MOST, Suggestion, words};
use crate::experiment::Field;
use crate::lab::format;
use crate::lab::verdict::{Verdict, VerdictKind};
use serde::Serialize;

/// What changes of one setting brought over all settings that were measured, with the best value in each. Gains are
/// differences of accuracy, as fractions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InGeneral {
    /// How many settings were measured with and without the change.
    pub settings: usize,
    /// In how many of them it helped by more than chance.
    pub helped_in: usize,
    /// The smallest gain where it helped.
    pub least_gain: f64,
    /// The largest gain.
    pub most_gain: f64,
}

/// What to try by the verdict alone, what brought most first. No suggestion has a setting, since
/// none of the run's is known.
pub fn in_general(verdict: &Verdict) -> Vec<Suggestion> {
    let said = |label: &str, why: &str| suggestion(label, words::because(label, why));
    let slower = |why: &str| vec![said("a learning rate ten times lower", why)];
    match verdict.kind {
        VerdictKind::Diverged => slower(words::DIVERGED),
        _ if verdict.steps_too_large => slower(words::STEPS),
        VerdictKind::Overfitting | VerdictKind::Plateau => {
            // Wrong labels are made on purpose by this program; nobody would leave them in.
            let remedies = REMEDIES.into_iter();
            // A linear network has too little room to overfit much.
            let can_overfit = |row: &Row| row.base.network.architecture.has_hidden_layer();
            measured(
                remedies.filter(|field| *field != Field::LabelNoise),
                can_overfit,
            )
        }
        VerdictKind::Underfitting => measured(STRENGTHS.into_iter(), |_| true),
        VerdictKind::Improving | VerdictKind::Mended => vec![said("more epochs", words::IMPROVING)],
        VerdictKind::GoodFit => measured([Field::TrainSize].into_iter(), |_| true),
        VerdictKind::TooEarly => vec![said("more epochs", words::TOO_EARLY)],
        VerdictKind::Unclear => vec![
            said("more epochs", words::UNCLEAR),
            said("more validation images", words::MORE_VALIDATION),
        ],
    }
}

fn suggestion(label: &str, words: String) -> Suggestion {
    Suggestion {
        change: Vec::new(),
        label: label.into(),
        words,
        measured: None,
        measured_in_general: None,
    }
}

/// The fields whose change helped in at least half of these measurements, with what it brought.
fn measured(fields: impl Iterator<Item = Field>, counts: impl Fn(&Row) -> bool) -> Vec<Suggestion> {
    let over_all = |field| over_all(field, &counts);
    let mut found: Vec<(f64, Suggestion)> = fields.filter_map(over_all).collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let suggestions = found.into_iter().map(|(_, suggestion)| suggestion);
    suggestions.take(MOST).collect()
}

/// A field's mean gain over all bases that count, each with the value that brought most there, and
/// the words.
fn over_all(field: Field, counts: impl Fn(&Row) -> bool) -> Option<(f64, Suggestion)> {
    let mut best: Vec<&Row> = Vec::new();
    for row in TABLE.iter().filter(|row| counts(row)) {
        if !matches!(row.change[..], [only] if only.field() == field) {
            continue;
        }
        match best.iter_mut().find(|other| other.base == row.base) {
            Some(other) if gain(other) < gain(row) => *other = row,
            Some(_) => {}
            None => best.push(row),
        }
    }
    let helped: Vec<f64> = best
        .iter()
        .filter(|row| row.measured.helps())
        .map(|row| gain(row))
        .collect();
    if helped.is_empty() || 2 * helped.len() < best.len() {
        return None;
    }
    let least = helped.iter().copied().fold(f64::INFINITY, f64::min);
    let most = helped.iter().copied().fold(0.0, f64::max);
    let label = words::in_general(field);
    let name = label.trim_end_matches(',');
    let by = match helped.len() {
        1 => format!("by {} points", points(most)),
        _ => format!("by {} to {} points", points(least), points(most)),
    };
    let measured = match best.len() {
        1 => "in the one setting that was measured on digits".to_owned(),
        count => format!(
            "in {} of {count} settings that were measured on digits",
            helped.len()
        ),
    };
    let words = format!(
        "{} raised validation accuracy {measured}, {by}.",
        words::capitalized(label),
    );
    let mean = best.iter().map(|row| gain(row)).sum::<f64>() / best.len() as f64;
    let measured_in_general = Some(InGeneral {
        settings: best.len(),
        helped_in: helped.len(),
        least_gain: least,
        most_gain: most,
    });
    Some((
        mean,
        Suggestion {
            measured_in_general,
            ..suggestion(name, words)
        },
    ))
}

fn gain(row: &Row) -> f64 {
    row.measured.accuracy_difference
}

fn points(fraction: f64) -> String {
    format::bare_points(100.0 * fraction)
}
