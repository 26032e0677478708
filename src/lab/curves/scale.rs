//! How the numbers of an accuracy are read: as fractions or as percentages, of what is right or of what is wrong.

use super::pick::{Figure, Picked};
use super::points::ROUNDING;
use super::reading::Reading;
use super::records::Records;
use super::{Note, shown};

/// How the numbers of a column become a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// Whether they are percentages.
    pub percent: bool,
    /// Whether they count what is wrong, not what is right.
    pub errors: bool,
}

/// How far a loss may lie below what a fraction of wrong answers costs at least. Label smoothing and class weights
/// shift a loss, and training figures are means over an epoch in which the network changes.
const SLACK: f64 = 0.5;
/// A fraction of wrong answers so small costs next to nothing.
const FEW_WRONG: f64 = 0.02;

/// Why error rates that are all below 1 are read as percentages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentReason {
    /// The column's name says it.
    Name,
    /// The other error rate has values above 1.
    Sibling,
    /// So many wrong answers would cost a higher loss.
    Loss,
}

/// Finds how the accuracies are read, and notes it.
pub(super) fn scale(figures: &mut [Option<Picked>; 4], records: &mut Records<'_>) {
    let pairs = [
        (Figure::TrainAccuracy, Figure::TrainLoss),
        (Figure::ValidationAccuracy, Figure::ValidationLoss),
    ];
    let of = |figure: Figure| figures[figure as usize].as_ref();
    let is_error = |figure: Figure| of(figure).is_some_and(|picked| picked.scale.errors);
    let errors = || pairs.iter().filter(|(figure, _)| is_error(*figure));
    // Both error rates of a file are of one kind.
    let reason = if errors().any(|(figure, _)| of(*figure).is_some_and(says_percent)) {
        Some(PercentReason::Name)
    } else if errors().any(|(figure, _)| exceeds_one(of(*figure), records)) {
        Some(PercentReason::Sibling)
    } else {
        let mut against = errors().filter_map(|(figure, loss)| Some((of(*figure)?, of(*loss)?)));
        let is_against = against.any(|(errors, loss)| is_impossible(errors, loss, records));
        is_against.then_some(PercentReason::Loss)
    };
    for (figure, _) in pairs {
        let is_above_one = exceeds_one(figures[figure as usize].as_ref(), records);
        let Some(picked) = &mut figures[figure as usize] else {
            continue;
        };
        let column = shown(&picked.name);
        let reason = reason.filter(|_| picked.scale.errors);
        picked.scale.percent = is_above_one || reason.is_some();
        if picked.scale.errors {
            let has_numbers = numbers(picked, records).next().is_some();
            records.note(Note::ErrorRate {
                column: column.clone(),
                is_taken_for_fraction: has_numbers && !picked.scale.percent,
            });
        }
        match reason.filter(|_| !is_above_one) {
            Some(reason) => records.note(Note::PercentAssumed { column, reason }),
            None if is_above_one => records.note(Note::Percentages { column }),
            None => {}
        }
    }
}

/// The plain numbers of a column. Those with a percent sign need no scale.
fn numbers<'a>(picked: &Picked, records: &'a Records<'_>) -> impl Iterator<Item = f64> + 'a {
    let id = picked.id;
    let readings = records.rows.iter().map(move |row| row.get(id));
    readings.filter_map(|reading| match reading {
        Reading::Number(number) => Some(*number),
        _ => None,
    })
}

/// Whether a column has percentages above 1.
fn exceeds_one(picked: Option<&Picked>, records: &Records<'_>) -> bool {
    let most = picked.map(|picked| numbers(picked, records).fold(0.0, f64::max));
    most.is_some_and(|most| most > 1.0 + ROUNDING && most <= 100.0 + 1e-3)
}

/// Whether the name of a column says that it holds percentages.
fn says_percent(picked: &Picked) -> bool {
    let name = picked.name.to_lowercase();
    ["%", "percent", "pct"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether error rates can't be fractions beside their loss. Where an answer is wrong, the right class had a
/// probability of a half at most, which costs ln 2.
fn is_impossible(errors: &Picked, loss: &Picked, records: &Records<'_>) -> bool {
    let rows = records.rows.iter().filter_map(|row| {
        let Reading::Number(wrong) = row.get(errors.id) else {
            return None;
        };
        Some((*wrong, row.get(loss.id).finite()?))
    });
    let (mut all, mut against) = (0, 0);
    for (wrong, loss) in rows {
        all += 1;
        against += usize::from(wrong > FEW_WRONG && loss < SLACK * std::f64::consts::LN_2 * wrong);
    }
    all > 0 && 2 * against > all
}
