//! What the strategies' panel decides without drawing: what has changed, when a change acts, and
//! what is wrong. No egui.

use super::StrategiesView;
use crate::experiment::{Architecture, ExperimentError, Field, Kind, Liveness, Setting, Settings};

/// Why a field has no effect just now, in words that follow "no effect": ` with Linear`, or
/// `: augmentation is off`. None where it has an effect.
pub fn without_effect(field: Field, settings: &Settings) -> Option<String> {
    let entry = field.entry();
    let architecture = settings.network.architecture;
    if entry.idle_with(architecture).is_some() {
        return Some(format!(" with {}", architecture_name(architecture)));
    }
    (entry.silent)(settings).map(|because| format!(": {because}"))
}

/// The name of an architecture as its list shows it.
fn architecture_name(architecture: Architecture) -> &'static str {
    match &Field::Architecture.entry().kind {
        Kind::Choice(choices) => choices
            .iter()
            .find(|choice| choice.value == Setting::Architecture(architecture))
            .map_or(architecture.name(), |choice| choice.short),
        Kind::Data | Kind::Switch | Kind::Number(_) => architecture.name(),
    }
}

/// Whether a field differs between two drafts.
pub fn differs(field: Field, left: &Settings, right: &Settings) -> bool {
    field.value_text(left) != field.value_text(right)
}

/// The fields that have a say and differ from what they are compared with.
pub fn changed_fields(draft: &Settings, baseline: &Settings) -> Vec<Field> {
    Field::ALL
        .into_iter()
        .filter(|field| field.entry().has_say(draft) && differs(*field, draft, baseline))
        .collect()
}

/// The fields whose edits can't reach the run.
pub fn needs_new_run(draft: &Settings, now: &Settings) -> Vec<Field> {
    changed_fields(draft, now)
        .into_iter()
        .filter(|field| field.acts_between(now, draft) == Liveness::NewRun)
        .collect()
}

/// The labels of fields as a sentence has them: "architecture, width and seed".
pub fn list(fields: &[Field]) -> String {
    match fields {
        [] => String::new(),
        [only] => only.label().into(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|field| field.label()).collect();
            format!("{} and {}", first.join(", "), last.label())
        }
    }
}

/// How loud a mark is, by what an edit of its setting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// There is no run that it could change.
    Quiet,
    /// The edit goes to the run in work.
    Live,
    /// The edit would not go to the run in work; none was made.
    Fixed,
    /// An edit was made that the run in work doesn't take.
    Pending,
}

/// The word beside a control that says when it acts.
pub struct Mark {
    /// The word: `live`, `next epoch` or `new run`.
    pub text: &'static str,
    /// How loud the word is.
    pub tone: Tone,
    /// The sentence that the hover says.
    pub hover: String,
}

/// The mark of a field.
pub fn mark(field: Field, view: &StrategiesView<'_>) -> Mark {
    let active = view.active.as_ref().filter(|active| active.follows);
    let now = active.map_or(view.draft, |active| active.settings_now);
    let liveness = field.acts_between(now, view.draft);
    let text = match liveness {
        Liveness::Live => "live",
        Liveness::NextEpoch => "next epoch",
        Liveness::NewRun => "new run",
    };
    let Some(active) = active else {
        let hover = match liveness {
            Liveness::Live => "Can be changed while a run trains: acts at its next batch.",
            Liveness::NextEpoch => "Can be changed while a run trains: acts at its next epoch.",
            Liveness::NewRun => "Fixed while a run trains: a change needs a new run.",
        };
        return Mark {
            text,
            tone: Tone::Quiet,
            hover: hover.into(),
        };
    };
    let run = active.run_name;
    if let Some(reason) = field.entry().idle_with(view.draft.network.architecture) {
        return Mark {
            text,
            tone: Tone::Quiet,
            hover: reason.into(),
        };
    }
    let (tone, hover) = match liveness {
        Liveness::Live => (Tone::Live, format!("Acts in {run} at its next batch.")),
        Liveness::NextEpoch => (Tone::Live, format!("Acts in {run} at its next epoch.")),
        Liveness::NewRun if differs(field, view.draft, now) => (
            Tone::Pending,
            format!(
                "{run} keeps {}. The change acts in the next run.",
                field.shown_text(now)
            ),
        ),
        Liveness::NewRun => (
            Tone::Fixed,
            format!("{run} keeps its value: a change acts in the next run."),
        ),
    };
    Mark { text, tone, hover }
}

/// What is wrong with a field, to stand at it: the message without the field's name.
pub fn error_at(field: Field, error: Option<&ExperimentError>) -> Option<String> {
    let error = error.filter(|error| error.field() == field)?;
    let message = error.to_string();
    let prefix = format!("{}: ", field.name());
    Some(message.strip_prefix(&prefix).unwrap_or(&message).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{BatchNorm, Preset};

    #[test]
    fn batch_norm_over_rows_needs_a_new_run_either_way() {
        let channels = Preset::Default.settings();
        let mut rows = channels.clone();
        rows.regularization.batch_norm = BatchNorm::Rows;
        let mut none = channels.clone();
        none.regularization.batch_norm = BatchNorm::None;
        assert_eq!(needs_new_run(&rows, &channels), [Field::BatchNorm]);
        assert_eq!(needs_new_run(&channels, &rows), [Field::BatchNorm]);
        assert_eq!(needs_new_run(&none, &channels), []);
    }

    #[test]
    fn changes_are_named_in_a_sentence() {
        let cnn = Preset::Cnn.settings();
        let mut draft = cnn.clone();
        assert_eq!(changed_fields(&draft, &cnn), []);
        draft.network.width = 0.5;
        draft.seed = 7;
        draft.network.dense_units = 64;
        draft.regularization.dropout = 0.5;
        // Batch norm is off, so its momentum has no say.
        draft.regularization.batch_norm_momentum = 0.5;
        assert_eq!(changed_fields(&draft, &cnn).len(), 4);
        assert_eq!(
            list(&needs_new_run(&draft, &cnn)),
            "width, dense units and seed"
        );
    }
}
