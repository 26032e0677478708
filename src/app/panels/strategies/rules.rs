//! What the strategies' panel decides without drawing: what goes with what, what has changed,
//! what a change needs. No egui.

use super::StrategiesView;
use crate::experiment::{
    Architecture, BatchNorm, ExperimentError, Field, Liveness, Preset, Settings,
};

/// The settings with another architecture; what it excludes goes to its neutral value, so that
/// the edit stays valid and nothing idle is said to differ.
pub fn with_architecture(settings: &Settings, architecture: Architecture) -> Settings {
    let mut settings = settings.clone();
    settings.network.architecture = architecture;
    let neutral = Preset::Cnn.settings();
    for field in Field::ALL {
        if excluded(field, architecture).is_some() {
            field.copy(&neutral, &mut settings);
        }
    }
    if rows_excluded(architecture).is_some()
        && settings.regularization.batch_norm == BatchNorm::Rows
    {
        settings.regularization.batch_norm = BatchNorm::None;
    }
    settings
}

/// Why a field doesn't act with an architecture.
pub fn excluded(field: Field, architecture: Architecture) -> Option<&'static str> {
    match (architecture, field) {
        (Architecture::Linear, Field::Dropout) => {
            Some("The linear network has no hidden layer to drop units of.")
        }
        (Architecture::Linear, Field::BatchNorm | Field::BatchNormMomentum) => {
            Some("The linear network has no hidden layer to normalize.")
        }
        (Architecture::Linear, Field::DenseUnits) => {
            Some("The linear network has no hidden layer.")
        }
        (Architecture::Linear, Field::Width) => {
            Some("The linear network has no hidden layer to widen: it goes from pixels to classes.")
        }
        (Architecture::Linear | Architecture::Dense, Field::ConvBlocks) => {
            Some("Only the CNN has convolutions.")
        }
        _ => None,
    }
}

/// Why batch norm over rows doesn't go with an architecture.
pub fn rows_excluded(architecture: Architecture) -> Option<&'static str> {
    (architecture != Architecture::Cnn).then_some("Only convolutions have rows.")
}

/// Whether a field has a row just now: what is a part of something that is off has none.
pub fn has_row(field: Field, settings: &Settings) -> bool {
    match field {
        Field::Rotation | Field::Shift | Field::Shear | Field::Zoom => {
            settings.augmentation.enabled
        }
        Field::BatchNormMomentum => settings.regularization.batch_norm != BatchNorm::None,
        _ => true,
    }
}

/// Whether a field differs between two drafts.
pub fn differs(field: Field, left: &Settings, right: &Settings) -> bool {
    field.value_text(left) != field.value_text(right)
}

/// The fields that differ from the preset, of those that have a row.
pub fn changed_fields(draft: &Settings, baseline: &Settings) -> Vec<Field> {
    Field::ALL
        .into_iter()
        .filter(|field| has_row(*field, draft) && differs(*field, draft, baseline))
        .collect()
}

/// When a change from what a run has acts in it. Batch norm over rows is no change in mid-run.
pub fn liveness(field: Field, draft: &Settings, now: &Settings) -> Liveness {
    let rows = |settings: &Settings| settings.regularization.batch_norm == BatchNorm::Rows;
    if field == Field::BatchNorm && (rows(draft) || rows(now)) {
        Liveness::NewRun
    } else {
        field.liveness()
    }
}

/// The fields whose edits can't reach the run.
pub fn needs_new_run(draft: &Settings, now: &Settings) -> Vec<Field> {
    changed_fields(draft, now)
        .into_iter()
        .filter(|field| liveness(*field, draft, now) == Liveness::NewRun)
        .collect()
}

/// "architecture, width and seed".
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

/// How loud a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// No run to change.
    Quiet,
    /// An edit goes to the run.
    Live,
    /// An edit doesn't, and none was made.
    Fixed,
    /// An edit was made that the run doesn't take.
    Pending,
}

/// The word beside a control that says when it acts.
pub struct Mark {
    /// The word.
    pub text: &'static str,
    /// How loud.
    pub tone: Tone,
    /// The whole sentence.
    pub hover: String,
}

/// The mark of a field.
pub fn mark(field: Field, view: &StrategiesView<'_>) -> Mark {
    let active = view.active.as_ref().filter(|active| active.follows);
    let now = active.map_or(view.draft, |active| active.settings_now);
    let liveness = liveness(field, view.draft, now);
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
    if let Some(reason) = excluded(field, view.draft.network.architecture) {
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
                field.value_text(now)
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
    use crate::experiment::Experiment;

    #[test]
    fn every_change_of_architecture_is_a_valid_experiment() {
        for preset in Preset::ALL {
            for architecture in Architecture::ALL {
                let settings = with_architecture(&preset.settings(), architecture);
                assert_eq!(settings.network.architecture, architecture);
                Experiment::new(settings, Vec::new()).unwrap();
            }
        }
    }

    #[test]
    fn an_architecture_takes_only_what_it_excludes() {
        let mut settings = Preset::Article.settings();
        settings.network.width = 0.5;
        settings.network.conv_blocks = 1;
        let dense = with_architecture(&settings, Architecture::Dense);
        assert_eq!(dense.regularization.batch_norm, BatchNorm::None);
        assert_eq!(dense.regularization.dropout, 0.5);
        assert_eq!((dense.network.width, dense.network.conv_blocks), (0.5, 2));
        let linear = with_architecture(&settings, Architecture::Linear);
        assert_eq!(linear.regularization.dropout, 0.0);
        assert_eq!(linear.network.width, 1.0);
        let mut channels = settings;
        channels.regularization.batch_norm = BatchNorm::Channels;
        let dense = with_architecture(&channels, Architecture::Dense);
        assert_eq!(dense.regularization.batch_norm, BatchNorm::Channels);
    }

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
        // Batch norm is off, so its momentum has no row.
        draft.regularization.batch_norm_momentum = 0.5;
        assert_eq!(changed_fields(&draft, &cnn).len(), 4);
        assert_eq!(
            list(&needs_new_run(&draft, &cnn)),
            "width, dense units and seed"
        );
    }
}
