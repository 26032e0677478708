//! Suggestions in words: `augmentation`, "Augmentation: 93.4% → 97.1% on 500 images (5 seeds)."

use super::Suggestion;
use super::measured::Measured;
use crate::experiment::{
    Architecture, BatchNorm, DataSource, Field, Preset, Setting, Settings, TrainSize,
};
use crate::lab::format;

/// Why a run that still improves may be trained longer.
pub(super) const IMPROVING: &str = "validation still gets better, and may go on to do so.";
/// Why a run that underfits may be trained longer.
pub(super) const UNDERFITTING: &str =
    "the network doesn't fit its training images yet; more time may help.";
/// Why a short run may be trained longer.
pub(super) const TOO_EARLY: &str = "a verdict needs more epochs than the run has.";
/// Why a run that isn't clear may be trained longer.
pub(super) const UNCLEAR: &str = "they would show where validation loss goes.";
/// Why more validation images may settle a verdict.
pub(super) const MORE_VALIDATION: &str =
    "they make each figure surer, so that smaller changes can be told from chance.";
/// Why a lower learning rate may keep a run from diverging.
pub(super) const DIVERGED: &str = "smaller steps may keep the loss finite.";
/// Why a lower learning rate may let a network learn that forgets, or only guesses.
pub(super) const STEPS: &str = "smaller steps may learn where large ones jump about.";
/// Why all images may help.
pub(super) const ALL_IMAGES: &str = "the more there are, the less can be learned by heart.";

/// A suggestion that was measured.
pub(super) fn measured(
    change: Vec<Setting>,
    measured: &Measured,
    settings: &Settings,
) -> Suggestion {
    let label = label(&change);
    let digits = match settings.data.source {
        DataSource::Mnist => "",
        DataSource::Files(_) => " of MNIST",
    };
    let base = base_words(measured);
    let [low, high] = measured.accuracy_interval.map(|share| 100.0 * share);
    let words = format!(
        "{}: {} → {} on {} images{digits}{base} ({} seeds). The gain is {} points, 95% interval {} \
         to {}.",
        capitalized(&measured_label(measured, &label)),
        format::short_percent(measured.accuracy_before),
        format::short_percent(measured.accuracy_after),
        format::whole(measured.train_size),
        measured.seeds,
        format::bare_points(100.0 * measured.accuracy_difference),
        format::bare_points(low),
        format::bare_points(high),
    );
    Suggestion {
        label,
        words,
        measured: Some(measured.clone()),
        measured_in_general: None,
        change,
    }
}

/// A suggestion that wasn't measured, with its reason.
pub(super) fn unmeasured(setting: Setting, why: &str) -> Suggestion {
    Suggestion {
        words: because(&label(&[setting]), why),
        label: label(&[setting]),
        measured: None,
        measured_in_general: None,
        change: vec![setting],
    }
}

/// A change and why it may help, as a sentence.
pub(super) fn because(label: &str, why: &str) -> String {
    format!("{}: {why}", capitalized(label))
}

/// A change in a few words.
pub fn label(change: &[Setting]) -> String {
    match change {
        [only] => of(*only),
        // The preset that has all of them is called so.
        [_, _, _] if is_whole_recipe(change) => "the whole recipe".into(),
        several => {
            let labels: Vec<String> = several.iter().map(|setting| of(*setting)).collect();
            labels.join(" and ")
        }
    }
}

fn is_whole_recipe(change: &[Setting]) -> bool {
    let with = super::applied(change, &Preset::Cnn.settings());
    with == Preset::Default.settings()
}

fn of(setting: Setting) -> String {
    match setting {
        Setting::TrainSize(TrainSize::Count(count)) => format!("{} images", format::whole(count)),
        Setting::ValidationSize(count) => format!("{} validation images", format::whole(count)),
        Setting::Augment(true) => "augmentation".into(),
        Setting::BatchNorm(BatchNorm::Channels) => "batch norm".into(),
        Setting::Architecture(Architecture::Cnn) => "a CNN".into(),
        Setting::Architecture(Architecture::Dense) => "a dense layer".into(),
        Setting::Width(0.5) => "half the width".into(),
        Setting::LabelNoise(0.0) => "right labels".into(),
        other => other.to_string(),
    }
}

/// What was measured, where a label alone would say something else: a run of 600 images is told of
/// 2,400, and the measurement had 500 and 2,000.
fn measured_label(measured: &Measured, label: &str) -> String {
    match measured.change.split_once('=') {
        Some(("train-size", count)) => {
            let count: f64 = count.parse().unwrap_or(f64::NAN);
            let times = count / measured.train_size.max(1) as f64;
            format!("{} times the images", format::rounded(times, 1))
        }
        Some(("epochs", count)) => format!("{count} epochs"),
        Some(("learning-rate", rate)) => format!("learning rate {rate}"),
        _ if label == "the whole recipe" => {
            "the whole recipe (augmentation, batch norm and dropout 0.5)".into()
        }
        _ => label.into(),
    }
}

/// What else there was to the runs that were measured, beside their images.
fn base_words(measured: &Measured) -> String {
    let mut parts = Vec::new();
    for pair in measured.base.split_whitespace() {
        match pair.split_once('=') {
            Some(("architecture", "dense")) => parts.push("a dense layer".to_owned()),
            Some(("architecture", "linear")) => parts.push("a linear network".to_owned()),
            Some(("label-noise", noise)) if noise != "0" => {
                let share = noise.parse().unwrap_or(f64::NAN);
                parts.push(format!("{} wrong labels", format::whole_percent(share)));
            }
            Some(("learning-rate", rate)) => parts.push(format!("learning rate {rate}")),
            Some(("augment", _)) => parts.push("augmentation".to_owned()),
            _ => {}
        }
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" with {}", parts.join(" and "))
    }
}

/// What a field's change is called where nothing is known of the run.
pub(super) fn in_general(field: Field) -> &'static str {
    match field {
        Field::TrainSize => "more images",
        Field::Augment => "augmentation",
        Field::Dropout => "dropout",
        Field::BatchNorm => "batch norm",
        Field::WeightDecay => "weight decay",
        Field::LabelSmoothing => "label smoothing",
        Field::Width => "half the width",
        Field::Architecture => "a CNN, if the network is none yet,",
        Field::LearningRate => "a higher learning rate",
        Field::Epochs => "more epochs",
        Field::LabelNoise => "right labels",
        other => other.label(),
    }
}

/// A text with its first letter large.
pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
