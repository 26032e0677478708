//! The check that turns a draft into an experiment. An invalid one can't be built.

use super::change::{Change, Setting};
use super::field::Field;
use super::limits;
use super::settings::{Architecture, BatchNorm, Settings, TrainSize};
use super::size::check_size;
use super::source::DataFacts;
use std::fmt;
use std::ops::RangeInclusive;

/// What is wrong with a draft: the field, its value and what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExperimentError {
    /// The value is out of the field's range.
    #[error("{}: {value} is out of range, expected {expected}", field.name())]
    OutOfRange {
        /// The field.
        field: Field,
        /// Its value.
        value: String,
        /// The range, in words.
        expected: String,
    },
    /// The value doesn't go with the architecture.
    #[error("{}: {value} can't be used here, expected {expected}", field.name())]
    Unusable {
        /// The field.
        field: Field,
        /// Its value.
        value: String,
        /// What goes instead.
        expected: String,
    },
    /// A change that can't act in mid-run.
    #[error("{}: {value} can't be set in mid-run, expected {expected}", field.name())]
    NeedsNewRun {
        /// The field.
        field: Field,
        /// The value asked for.
        value: String,
        /// What can.
        expected: &'static str,
    },
    /// A change that stands where the run never comes.
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
}

impl Experiment {
    /// Checks a draft. Changes are sorted by where they act, and their `from` is filled in.
    ///
    /// # Errors
    /// The first field that is wrong, its value and what is allowed.
    pub fn new(settings: Settings, mut changes: Vec<Change>) -> Result<Self, ExperimentError> {
        check_data(&settings)?;
        check_augmentation(&settings)?;
        check_network(&settings)?;
        check_regularization(&settings)?;
        check_training(&settings)?;
        if let Some(facts) = settings.data.source.known() {
            check_size(&settings, facts)?;
        }
        changes.sort_by_key(|change| (change.epoch, change.batch));
        check_changes(&settings, &mut changes)?;
        Ok(Self { settings, changes })
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

fn in_range<T: PartialOrd + fmt::Display + Copy>(
    field: Field,
    value: T,
    range: &RangeInclusive<T>,
) -> Result<(), ExperimentError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(ExperimentError::OutOfRange {
        field,
        value: value.to_string(),
        expected: format!("{} to {}", range.start(), range.end()),
    })
}

fn check_data(settings: &Settings) -> Result<(), ExperimentError> {
    let data = &settings.data;
    in_range(Field::LabelNoise, data.label_noise, &limits::LABEL_NOISE)?;
    if let Some(facts) = data.source.known() {
        check_facts(facts)?;
    }
    let known = data.source.known_size();
    let most_validation = known.unwrap_or(limits::MOST_IMAGES) - limits::MIN_IMAGES;
    in_range(
        Field::ValidationSize,
        data.validation_size,
        &(limits::MIN_IMAGES..=most_validation),
    )?;
    if let TrainSize::Count(count) = data.train_size {
        let pool = known.unwrap_or(limits::MOST_IMAGES) - data.validation_size;
        if !(limits::MIN_IMAGES..=pool).contains(&count) {
            return Err(ExperimentError::OutOfRange {
                field: Field::TrainSize,
                value: count.to_string(),
                expected: match known {
                    Some(size) => format!(
                        "{} to {pool} (validation holds {} of the {size} images)",
                        limits::MIN_IMAGES,
                        data.validation_size
                    ),
                    None => format!("{} to {pool}", limits::MIN_IMAGES),
                },
            });
        }
    }
    Ok(())
}

/// Whether such data can be trained on. A reader refuses other data; a file may claim anything.
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

fn check_augmentation(settings: &Settings) -> Result<(), ExperimentError> {
    let augmentation = &settings.augmentation;
    in_range(Field::Rotation, augmentation.rotation, &limits::ROTATION)?;
    in_range(Field::Shift, augmentation.shift, &limits::SHIFT)?;
    in_range(Field::Shear, augmentation.shear, &limits::SHEAR)?;
    in_range(Field::Zoom, augmentation.zoom, &limits::ZOOM)
}

fn check_network(settings: &Settings) -> Result<(), ExperimentError> {
    let network = &settings.network;
    in_range(Field::Width, network.width, &limits::WIDTH)?;
    in_range(Field::ConvBlocks, network.conv_blocks, &limits::CONV_BLOCKS)?;
    in_range(Field::DenseUnits, network.dense_units, &limits::DENSE_UNITS)?;
    if network.architecture != Architecture::Cnn {
        return Ok(());
    }
    if let Some([rows, columns]) = settings.data.source.known_image_size() {
        let most = most_conv_blocks(rows.min(columns));
        if most == 0 {
            return Err(ExperimentError::Unusable {
                field: Field::Architecture,
                value: network.architecture.name().into(),
                expected: format!(
                    "linear or dense: convolutions need images of 6×6 pixels or more, these have {rows}×{columns}"
                ),
            });
        }
        if network.conv_blocks > most {
            return Err(ExperimentError::OutOfRange {
                field: Field::ConvBlocks,
                value: network.conv_blocks.to_string(),
                expected: format!(
                    "1 to {most} (each block needs the image to be 6 pixels high and wide, and halves it; these start at {rows}×{columns})"
                ),
            });
        }
    }
    Ok(())
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

fn check_regularization(settings: &Settings) -> Result<(), ExperimentError> {
    let regularization = &settings.regularization;
    in_range(Field::Dropout, regularization.dropout, &limits::DROPOUT)?;
    in_range(
        Field::BatchNormMomentum,
        regularization.batch_norm_momentum,
        &limits::BATCH_NORM_MOMENTUM,
    )?;
    in_range(
        Field::WeightDecay,
        regularization.weight_decay,
        &limits::WEIGHT_DECAY,
    )?;
    in_range(
        Field::LabelSmoothing,
        regularization.label_smoothing,
        &limits::LABEL_SMOOTHING,
    )?;
    if let Some(patience) = regularization.early_stopping {
        in_range(Field::EarlyStopping, patience, &limits::PATIENCE)?;
    }
    let architecture = settings.network.architecture;
    let unusable = |field, value: String, expected: &str| {
        Err(ExperimentError::Unusable {
            field,
            value,
            expected: expected.into(),
        })
    };
    if !architecture.has_hidden_layer() {
        if regularization.batch_norm != BatchNorm::None {
            return unusable(
                Field::BatchNorm,
                regularization.batch_norm.name().into(),
                "none: the linear network has no hidden layer to normalize",
            );
        }
        if regularization.dropout > 0.0 {
            return unusable(
                Field::Dropout,
                regularization.dropout.to_string(),
                "0: the linear network has no hidden layer to drop units of",
            );
        }
    }
    if architecture != Architecture::Cnn && regularization.batch_norm == BatchNorm::Rows {
        return unusable(
            Field::BatchNorm,
            BatchNorm::Rows.name().into(),
            "none or channels: only convolutions have rows",
        );
    }
    Ok(())
}

fn check_training(settings: &Settings) -> Result<(), ExperimentError> {
    let training = &settings.training;
    in_range(
        Field::LearningRate,
        training.learning_rate,
        &limits::LEARNING_RATE,
    )?;
    in_range(Field::Epochs, training.epochs, &limits::EPOCHS)?;
    in_range(Field::BatchSize, training.batch_size, &limits::BATCH_SIZE)
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
        // The field is live, so it can be read.
        change.from = Setting::read(field, &current).unwrap_or(change.to);
        change.to.apply(&mut current);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
