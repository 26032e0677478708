//! What a run is, in a phrase: how it differs from another, or from the nearest preset.

use super::Run;
use crate::experiment::{
    Change, Difference, Field, Preset, Setting, Settings, TrainSize, differences,
};
use crate::lab::format;

/// What a run has that another hasn't: settings at the start, then changes in mid-run.
pub fn from_run(run: &Run, reference: &Run) -> String {
    let settings = run.experiment.settings();
    let parts = phrases(
        &differences(reference.experiment.settings(), settings),
        settings,
    )
    .chain(changes(
        run.experiment.changes(),
        reference.experiment.changes(),
    ))
    .collect::<Vec<_>>();
    if parts.is_empty() {
        "same settings".into()
    } else {
        parts.join(", ")
    }
}

/// The preset that a run is nearest to, and what the run has that the preset hasn't.
pub fn from_preset(run: &Run) -> String {
    let settings = run.experiment.settings();
    let nearest = Preset::ALL
        .into_iter()
        .map(|preset| (preset, differences(&preset.settings(), settings)))
        .min_by_key(|(_, differences)| differences.len());
    let Some((preset, differences)) = nearest else {
        return String::new();
    };
    let parts: Vec<_> = phrases(&differences, settings)
        .chain(changes(run.experiment.changes(), &[]))
        .collect();
    if parts.is_empty() {
        preset.label().into()
    } else {
        format!("{}; {}", preset.label(), parts.join(", "))
    }
}

fn phrases(differences: &[Difference], settings: &Settings) -> impl Iterator<Item = String> {
    differences
        .iter()
        .map(|difference| phrase(difference.field, settings))
}

fn changes(changes: &[Change], reference: &[Change]) -> impl Iterator<Item = String> {
    changes
        .iter()
        .filter(|change| !reference.contains(change))
        .map(|change| format!("{} from epoch {}", change.to, change.epoch))
}

/// A field and its value as a person says it: "dropout 0.5", "2 k images".
fn phrase(field: Field, settings: &Settings) -> String {
    match field {
        Field::TrainSize => match settings.data.train_size {
            TrainSize::Count(count) => {
                format!("{} images", format::count(count))
            }
            TrainSize::All(_) => "all images".into(),
        },
        Field::ValidationSize => format!(
            "{} validation images",
            format::count(settings.data.validation_size)
        ),
        Field::LabelNoise => format!("label noise {}%", {
            (1000.0 * settings.data.label_noise).round() / 10.0
        }),
        Field::Architecture => settings.network.architecture.name().into(),
        _ => Setting::read(field, settings).map_or_else(
            || format!("{} {}", field.label(), field.value_text(settings)),
            |setting| setting.to_string(),
        ),
    }
}
