//! What to try: at most three changes of settings, each with what it brought when it was measured.
//!
//! A verdict is about curves alone; a suggestion belongs to a run, since it depends on what is on
//! already, on how many images are left and on how long the run is. The order and the figures come
//! from the table `measured.csv`, which `scripts/measure-remedies` writes. `measured` reads that
//! table and finds the base that is nearest to a run, `candidates` says which settings are in
//! question for each verdict, and `words` has the sentences.

mod candidates;
mod general;
mod measured;
mod of_run;
#[cfg(test)]
mod tests;
mod words;

pub use general::{InGeneral, in_general};
pub use measured::Measured;
pub use words::label;

use crate::experiment::{Architecture, BatchNorm, Experiment, Field, Liveness, Setting, Settings};
use crate::lab::verdict::{Verdict, VerdictKind};
use measured::Row;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// How many suggestions are made at most: more would be a list to choose from, not advice.
pub const MOST: usize = 3;

/// What suggestions depend on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The settings in force.
    pub settings: &'a Settings,
    /// The verdict so far.
    pub kind: VerdictKind,
    /// Whether the verdict is explained by steps that are too large.
    pub steps_too_large: bool,
    /// How many epochs the run has.
    pub epochs_done: usize,
    /// Whether the run trains, so that more epochs come by themselves.
    pub is_training: bool,
}

/// A change of settings that is worth a try. As JSON: `settings`, `label`, `words`, `measured` and,
/// where the settings of the run aren't known, `measured_in_general`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// The settings to change. There are none where the settings of the run aren't known.
    #[serde(rename = "settings", serialize_with = "as_typed")]
    pub change: Vec<Setting>,
    /// The change in a few words, to stand within a sentence or on a button: `augmentation`.
    pub label: String,
    /// What the change brought when it was measured, or why it may help, in a sentence.
    pub words: String,
    /// What the change brought near the settings of the run; none where no such change was measured, or where
    /// the settings aren't known.
    pub measured: Option<Measured>,
    /// What the change brought over all settings that were measured, where those of the run aren't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_in_general: Option<InGeneral>,
}

impl Suggestion {
    /// The settings with the change.
    pub fn applied_to(&self, settings: &Settings) -> Settings {
        applied(&self.change, settings)
    }

    /// The change as the command line writes it: `--augment on --dropout 0.5`. Empty where the
    /// settings of the run aren't known.
    pub fn arguments(&self) -> String {
        let arguments = self.change.iter().map(|setting| {
            let name = setting.field().name();
            format!("--{name} {}", setting.value_text())
        });
        arguments.collect::<Vec<_>>().join(" ")
    }
}

/// Writes settings as the command line takes them in a change: `dropout=0.5`.
fn as_typed<S: Serializer>(change: &[Setting], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(change.len()))?;
    for setting in change {
        let name = setting.field().name();
        list.serialize_element(&format!("{name}={}", setting.value_text()))?;
    }
    list.end()
}

/// Settings with some of them changed. What has no effect with a new architecture goes to its
/// neutral value.
pub fn applied(change: &[Setting], settings: &Settings) -> Settings {
    let mut changed = settings.clone();
    for setting in change {
        match *setting {
            Setting::Architecture(architecture) => {
                changed = changed.with_architecture(architecture);
            }
            setting => setting.apply(&mut changed),
        }
    }
    changed
}

/// When a change acts in a run with these settings that trains: the latest of its parts.
pub fn acts(change: &[Setting], settings: &Settings) -> Liveness {
    let changed = applied(change, settings);
    let parts = change
        .iter()
        .map(|setting| setting.field().acts_between(settings, &changed));
    parts.fold(Liveness::Live, |latest, part| match (latest, part) {
        (Liveness::NewRun, _) | (_, Liveness::NewRun) => Liveness::NewRun,
        (Liveness::NextEpoch, _) | (_, Liveness::NextEpoch) => Liveness::NextEpoch,
        (Liveness::Live, Liveness::Live) => Liveness::Live,
    })
}

/// What to try, the change that brought most first.
pub fn suggestions(situation: &Situation<'_>) -> Vec<Suggestion> {
    from_table(&measured::TABLE, situation)
}

fn from_table(table: &[Row], situation: &Situation<'_>) -> Vec<Suggestion> {
    let mut found = candidates::of(table, situation);
    found.retain(|suggestion| can_be_trained(suggestion, situation.settings));
    found.truncate(MOST);
    found
}

/// Whether the settings with the change are an experiment, and another one.
fn can_be_trained(suggestion: &Suggestion, settings: &Settings) -> bool {
    let changed = suggestion.applied_to(settings);
    changed != *settings && Experiment::new(changed, Vec::new()).is_ok()
}

/// Whether a remedy is on, at any dose. A setting that is no remedy against overfitting isn't.
fn is_on(field: Field, settings: &Settings) -> bool {
    let regularization = &settings.regularization;
    match field {
        Field::Augment => settings.augmentation.enabled,
        Field::Dropout => regularization.dropout > 0.0,
        Field::BatchNorm => regularization.batch_norm != BatchNorm::None,
        Field::WeightDecay => regularization.weight_decay > 0.0,
        Field::LabelSmoothing => regularization.label_smoothing > 0.0,
        Field::Width => settings.network.width < 1.0,
        Field::LabelNoise => settings.data.label_noise == 0.0,
        Field::Architecture => settings.network.architecture == Architecture::Cnn,
        _ => false,
    }
}

/// A verdict with what to try, as JSON has both: the verdict's fields, then `suggestions`.
#[derive(Clone, Debug, Serialize)]
pub struct Advice<'a> {
    /// What the curves say.
    #[serde(flatten)]
    pub verdict: &'a Verdict,
    /// What to try.
    pub suggestions: &'a [Suggestion],
}
