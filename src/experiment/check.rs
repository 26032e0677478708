//! The check that turns a draft into an experiment. An invalid one can't be built.

use super::change::Change;
use super::limits;
use super::number::whole;
use super::setting::{Digits, Field, Kind, Setting};
use super::settings::{Architecture, Settings};
use super::size::check_size;
use super::source::DataFacts;
use crate::experiment::ImageSize;

/// What is wrong with a draft: the field, its value and what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExperimentError {
    /// The value is out of the field's range.
    #[error("{}: {value} is out of range, expected {expected}", field.name())]
    OutOfRange {
        /// The field.
        field: Field,
        /// The value of the field.
        value: String,
        /// The range, in words.
        expected: String,
    },
    /// The value doesn't go with the architecture.
    #[error("{}: {value} can't be used here, expected {expected}", field.name())]
    Unusable {
        /// The field.
        field: Field,
        /// The value of the field.
        value: String,
        /// What goes instead.
        expected: String,
    },
    /// The change can't act in mid-run.
    #[error("{}: {value} can't be set in mid-run, expected {expected}", field.name())]
    NeedsNewRun {
        /// The field.
        field: Field,
        /// The value asked for.
        value: String,
        /// What can.
        expected: &'static str,
    },
    /// The change stands where the run never comes.
    #[error("change of {} at epoch {epoch}, batch {batch}: expected {expected}", field.name())]
    ChangeNeverActs {
        /// The field.
        field: Field,
        /// The epoch asked for.
        epoch: usize,
        /// The batch asked for.
        batch: usize,
        /// Where it could stand.
        expected: String,
    },
}

impl ExperimentError {
    /// The field that the error is about.
    pub fn field(&self) -> Field {
        match self {
            Self::OutOfRange { field, .. }
            | Self::Unusable { field, .. }
            | Self::NeedsNewRun { field, .. }
            | Self::ChangeNeverActs { field, .. } => *field,
        }
    }
}

/// A checked experiment: settings, and the changes in mid-run that it schedules, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    settings: Settings,
    changes: Vec<Change>,
    pub(super) split_in_file: SplitInFile,
}

/// How an experiment's file says which seed splits the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitInFile {
    /// By the split seed.
    Named,
    /// Not at all, as in files that are older than the split seed: the seed splits the images.
    /// The file of a run that is taken up again stays what it is.
    BySeed,
}

impl Experiment {
    /// Checks a draft. Changes are sorted by where they act, and their `from` is filled in.
    ///
    /// # Errors
    /// The first field that is wrong, its value and what is allowed.
    pub fn new(settings: Settings, mut changes: Vec<Change>) -> Result<Self, ExperimentError> {
        let facts = settings.data.source.known();
        facts.map_or(Ok(()), check_facts)?;
        // The validation images come first: how many are left to train with depends on them.
        for field in [Field::ValidationSize].into_iter().chain(Field::ALL) {
            check_range(field, &settings)?;
        }
        check_room(&settings)?;
        // From the last setting to the first: where an architecture refuses several, the choice of
        // a batch norm says more than the dropout rate that stands before it in the table.
        for field in Field::ALL.into_iter().rev() {
            check_architecture(field, &settings)?;
        }
        facts.map_or(Ok(()), |facts| check_size(&settings, facts))?;
        changes.sort_by_key(|change| (change.epoch, change.batch));
        check_changes(&settings, &mut changes)?;
        Ok(Self {
            settings,
            changes,
            split_in_file: SplitInFile::Named,
        })
    }

    /// The settings at the start of the run.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The changes, in the order in which they act.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The settings after all changes.
    pub fn final_settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        for change in &self.changes {
            change.to.apply(&mut settings);
        }
        settings
    }

    /// The same experiment with one more change, made while it ran. The run has taken it, so it
    /// isn't checked against where the run would have ended without it.
    pub fn with_recorded_change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self.changes
            .sort_by_key(|change| (change.epoch, change.batch));
        self
    }
}

/// Whether a field's number, where it is one, is in the table's range.
fn check_range(field: Field, settings: &Settings) -> Result<(), ExperimentError> {
    let (Some(number), Some(value)) = (field.entry().number(), field.number(settings)) else {
        return Ok(());
    };
    let range = (number.range)(settings);
    if range.contains(&value) {
        return Ok(());
    }
    let note = (number.note)(settings).map_or(String::new(), |note| format!(" ({note})"));
    let [least, most] = [range.start(), range.end()].map(|end| match number.digits {
        Digits::Images => whole(*end as usize),
        _ => end.to_string(),
    });
    Err(ExperimentError::OutOfRange {
        field,
        value: if number.is_whole {
            field.shown_text(settings)
        } else {
            value.to_string()
        },
        expected: format!("{least} to {most}{note}"),
    })
}

/// Whether a field's value goes with the architecture, as the table says.
fn check_architecture(field: Field, settings: &Settings) -> Result<(), ExperimentError> {
    let architecture = settings.network.architecture;
    let entry = field.entry();
    let Some(value) = Setting::read(field, settings) else {
        return Ok(());
    };
    let refuse = |expected: &str, because: &str| {
        Err(ExperimentError::Unusable {
            field,
            value: value.value_text(),
            expected: format!("{expected}: {}", within_a_sentence(because)),
        })
    };
    let idle = entry.idle.iter().find(|idle| idle.with == architecture);
    if let Some(idle) = idle
        && let Some(only) = idle.only
        && value != only
    {
        return refuse(&only.value_text(), idle.because);
    }
    let Kind::Choice(choices) = &entry.kind else {
        return Ok(());
    };
    let chosen = choices.iter().find(|choice| choice.value == value);
    if let Some(because) = chosen.and_then(|choice| choice.idle_with(architecture)) {
        let others = choices.iter();
        let others = others.filter(|choice| choice.idle_with(architecture).is_none());
        let others: Vec<_> = others.map(|choice| choice.name).collect();
        return refuse(&others.join(" or "), because);
    }
    Ok(())
}

/// A sentence as it stands behind a colon: without its capital and its full stop.
fn within_a_sentence(sentence: &str) -> String {
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map_or(String::new(), |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

/// Whether data of which this is known can be trained on. A reader of data refuses other data, but
/// an experiment file may claim anything.
fn check_facts(facts: DataFacts) -> Result<(), ExperimentError> {
    let fail = |value: String, expected: String| {
        Err(ExperimentError::OutOfRange {
            field: Field::Data,
            value,
            expected,
        })
    };
    let DataFacts {
        images,
        own_validation,
        rows,
        columns,
        classes,
    } = facts;
    let (least, most) = (2 * limits::MIN_IMAGES, limits::MOST_IMAGES);
    if !(least..=most).contains(&images) {
        return fail(
            format!("{images} images"),
            format!("{least} at least, to train and to validate, and {most} at most"),
        );
    }
    if let Some(own) = own_validation {
        let most = images - limits::MIN_IMAGES;
        if !(1..=most).contains(&own) {
            return fail(
                format!("{own} validation images of its own"),
                format!(
                    "1 to {most}, so that {} are left to train",
                    limits::MIN_IMAGES
                ),
            );
        }
    }
    let sides = limits::IMAGE_SIDE;
    if !sides.contains(&rows) || !sides.contains(&columns) {
        return fail(
            format!("{rows}×{columns} pixels"),
            format!("at most {0}×{0}", sides.end()),
        );
    }
    let allowed = limits::CLASSES;
    if !allowed.contains(&classes) {
        return fail(
            format!("{classes} classes"),
            format!("{} to {}", allowed.start(), allowed.end()),
        );
    }
    Ok(())
}

/// Whether the images have room for any convolution, where the network has some.
fn check_room(settings: &Settings) -> Result<(), ExperimentError> {
    let architecture = settings.network.architecture;
    let Some(ImageSize { rows, columns }) = settings.data.source.known_image_size() else {
        return Ok(());
    };
    if architecture != Architecture::Cnn || most_conv_blocks(rows.min(columns)) > 0 {
        return Ok(());
    }
    Err(ExperimentError::Unusable {
        field: Field::Architecture,
        value: architecture.name().into(),
        expected: format!(
            "linear or dense: convolutions need images of 6×6 pixels or more, these have {rows}×{columns}"
        ),
    })
}

/// How many blocks of two valid 3×3 convolutions and a 2×2 max-pool an image of this side holds.
pub(super) fn most_conv_blocks(mut side: usize) -> usize {
    let mut blocks = 0;
    while side >= 6 {
        side = (side - 4) / 2;
        blocks += 1;
    }
    blocks.min(*limits::CONV_BLOCKS.end())
}

fn check_changes(settings: &Settings, changes: &mut [Change]) -> Result<(), ExperimentError> {
    // A run may be prolonged by its own changes.
    let last_epoch = changes
        .iter()
        .filter_map(|change| match change.to {
            Setting::Epochs(epochs) => Some(epochs),
            _ => None,
        })
        .fold(settings.training.epochs, usize::max);
    let mut current = settings.clone();
    for change in changes {
        let field = change.to.field();
        let never = |expected: String| ExperimentError::ChangeNeverActs {
            field,
            epoch: change.epoch,
            batch: change.batch,
            expected,
        };
        if !(1..=last_epoch).contains(&change.epoch) {
            return Err(never(format!(
                "an epoch from 1 to {last_epoch}, the last of the run"
            )));
        }
        if change.batch < 1 {
            return Err(never("a batch from 1".into()));
        }
        if field == Field::TrainSize && change.batch != 1 {
            return Err(never(
                "batch 1: the training-set size changes between epochs".into(),
            ));
        }
        change.to.check(&current)?;
        // The field is live, so its value can be read.
        change.from = Setting::read(field, &current).unwrap_or(change.to);
        change.to.apply(&mut current);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
