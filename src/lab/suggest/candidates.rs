//! Which changes are in question for each verdict, in order.

use super::measured::{Row, nearest};
use super::{Situation, Suggestion, is_on, words};
use crate::experiment::{Field, Setting, Settings, TrainSize};
use crate::lab::verdict::VerdictKind;

/// What works against overfitting, of what the table has.
pub(super) const REMEDIES: [Field; 9] = [
    Field::TrainSize,
    Field::LabelNoise,
    Field::Augment,
    Field::Architecture,
    Field::Dropout,
    Field::BatchNorm,
    Field::WeightDecay,
    Field::LabelSmoothing,
    Field::Width,
];

/// What works against underfitting, of what the table has.
pub(super) const STRENGTHS: [Field; 3] = [Field::Architecture, Field::LearningRate, Field::Epochs];

/// The fewest epochs that a run is told to have: fewer say little about curves.
const FEW_EPOCHS: usize = 10;
/// The most validation images that are worth their time: at 95%, the standard error is 0.22 points.
const MANY_VALIDATION_IMAGES: usize = 10_000;
/// The share of the planned epochs below which the run's end is near.
const NEAR_END: f64 = 0.25;

/// The changes in question, the best first. Not all of them can be trained.
pub(super) fn of(table: &[Row], situation: &Situation<'_>) -> Vec<Suggestion> {
    let settings = situation.settings;
    match situation.kind {
        VerdictKind::Diverged => vec![slower(settings, words::DIVERGED)],
        _ if situation.steps_too_large => vec![slower(settings, words::STEPS)],
        VerdictKind::Overfitting | VerdictKind::Plateau => or(
            measured(table, settings, &REMEDIES),
            all_images(table, settings),
        ),
        VerdictKind::Underfitting => or(
            measured(table, settings, &STRENGTHS),
            longer(situation, words::UNDERFITTING),
        ),
        VerdictKind::Improving | VerdictKind::Mended => {
            longer(situation, words::IMPROVING).into_iter().collect()
        }
        VerdictKind::GoodFit => or(
            measured(table, settings, &[Field::TrainSize]),
            all_images(table, settings),
        ),
        VerdictKind::TooEarly => longer(situation, words::TOO_EARLY).into_iter().collect(),
        VerdictKind::Unclear => {
            let longer = longer(situation, words::UNCLEAR);
            longer
                .into_iter()
                .chain(more_validation(settings))
                .collect()
        }
    }
}

/// What was measured, and one thing that wasn't where nothing was.
fn or(measured: Vec<Suggestion>, other: Option<Suggestion>) -> Vec<Suggestion> {
    if measured.is_empty() {
        other.into_iter().collect()
    } else {
        measured
    }
}

/// The changes of these fields that helped in the measurements nearest to a run, the one that
/// brought most first. Each field comes once, with the value that brought most. Several remedies at
/// once come where they brought more than each of them alone.
fn measured(table: &[Row], settings: &Settings, fields: &[Field]) -> Vec<Suggestion> {
    let is_open = |setting: &Setting| !is_on(setting.field(), settings);
    let mut rows: Vec<&Row> = nearest(table, settings, fields)
        .into_iter()
        .filter(|row| row.measured.helps() && row.change.iter().all(is_open))
        .filter(|row| row.for_settings(settings).is_some())
        .collect();
    rows.sort_by(|a, b| {
        let gain = |row: &Row| row.measured.accuracy_difference;
        gain(b).total_cmp(&gain(a))
    });
    let has = |row: &Row, field: Field| row.change.iter().any(|setting| setting.field() == field);
    let mut kept: Vec<&Row> = Vec::new();
    for row in rows {
        // What stands before brought more. A part may follow the whole; a whole never its part, and
        // no field comes twice alone.
        let beaten = kept.iter().any(|better| {
            better.change.len() <= row.change.len()
                && better
                    .change
                    .iter()
                    .all(|setting| has(row, setting.field()))
        });
        if !beaten {
            kept.push(row);
        }
    }
    let suggestions = kept.into_iter().filter_map(|row| {
        let change = row.for_settings(settings)?;
        Some(words::measured(change, &row.measured, settings))
    });
    suggestions.collect()
}

/// All images, where some are left and where no measurement says that more images bring nothing.
fn all_images(table: &[Row], settings: &Settings) -> Option<Suggestion> {
    let is_left = settings.usual_train_size() < settings.usual_pool();
    let measured = nearest(table, settings, &[Field::TrainSize]);
    let in_vain = measured
        .iter()
        .any(|row| row.for_settings(settings).is_some() && !row.measured.helps());
    (is_left && !in_vain)
        .then(|| words::unmeasured(Setting::TrainSize(TrainSize::ALL), words::ALL_IMAGES))
}

/// More epochs, once the run is over or near its end.
fn longer(situation: &Situation<'_>, why: &str) -> Option<Suggestion> {
    let planned = situation.settings.training.epochs;
    let left = planned.saturating_sub(situation.epochs_done);
    let is_near_end = if situation.is_training {
        left as f64 <= NEAR_END * planned as f64
    } else {
        // A run that was stopped goes on where it stopped, without another setting.
        left == 0
    };
    let epochs = Setting::Epochs((2 * planned).max(FEW_EPOCHS));
    is_near_end.then(|| words::unmeasured(epochs, why))
}

/// A learning rate ten times lower.
fn slower(settings: &Settings, why: &str) -> Suggestion {
    let rate = crate::lab::format::significant(settings.training.learning_rate / 10.0, 3);
    words::unmeasured(Setting::LearningRate(rate), why)
}

/// More validation images, as far as training leaves any.
fn more_validation(settings: &Settings) -> Option<Suggestion> {
    let now = settings.data.validation_size;
    let left = match (
        settings.data.source.own_validation(),
        settings.data.train_size,
    ) {
        (Some(own), _) => own,
        (None, TrainSize::Count(count)) => settings.data.source.known_size()?.saturating_sub(count),
        // Each image more to validate with is one less to train with.
        (None, TrainSize::All(_)) => now,
    };
    let count = left.min(4 * now).min(MANY_VALIDATION_IMAGES);
    // Half as many again is the least that makes a difference to see.
    let is_worth_it = 2 * count >= 3 * now;
    is_worth_it.then(|| words::unmeasured(Setting::ValidationSize(count), words::MORE_VALIDATION))
}
