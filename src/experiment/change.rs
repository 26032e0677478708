//! Settings that act in mid-run, and the changes of them that a run records and replays.

use super::check::{Experiment, ExperimentError};
use super::field::Field;
use super::settings::{BatchNorm, Settings, TrainSize};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A live setting and its value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "kebab-case")]
pub enum Setting {
    /// Training-set size; acts at the next epoch.
    TrainSize(TrainSize),
    /// Augmentation on or off.
    Augment(bool),
    /// Degrees.
    Rotation(f64),
    /// Fraction of the image's side.
    Shift(f64),
    /// Degrees.
    Shear(f64),
    /// Fraction.
    Zoom(f64),
    /// Dropout rate.
    Dropout(f64),
    /// Batch norm none ↔ channels.
    BatchNorm(BatchNorm),
    /// Weight decay.
    WeightDecay(f64),
    /// Label smoothing.
    LabelSmoothing(f64),
    /// Patience in epochs, or none.
    EarlyStopping(Option<usize>),
    /// Learning rate.
    LearningRate(f64),
    /// Number of epochs.
    Epochs(usize),
}

impl Setting {
    /// The field that it sets.
    pub fn field(self) -> Field {
        match self {
            Self::TrainSize(_) => Field::TrainSize,
            Self::Augment(_) => Field::Augment,
            Self::Rotation(_) => Field::Rotation,
            Self::Shift(_) => Field::Shift,
            Self::Shear(_) => Field::Shear,
            Self::Zoom(_) => Field::Zoom,
            Self::Dropout(_) => Field::Dropout,
            Self::BatchNorm(_) => Field::BatchNorm,
            Self::WeightDecay(_) => Field::WeightDecay,
            Self::LabelSmoothing(_) => Field::LabelSmoothing,
            Self::EarlyStopping(_) => Field::EarlyStopping,
            Self::LearningRate(_) => Field::LearningRate,
            Self::Epochs(_) => Field::Epochs,
        }
    }

    /// The value that a field has, where the field is live.
    pub fn read(field: Field, settings: &Settings) -> Option<Self> {
        let augmentation = &settings.augmentation;
        let regularization = &settings.regularization;
        Some(match field {
            Field::TrainSize => Self::TrainSize(settings.data.train_size),
            Field::Augment => Self::Augment(augmentation.enabled),
            Field::Rotation => Self::Rotation(augmentation.rotation),
            Field::Shift => Self::Shift(augmentation.shift),
            Field::Shear => Self::Shear(augmentation.shear),
            Field::Zoom => Self::Zoom(augmentation.zoom),
            Field::Dropout => Self::Dropout(regularization.dropout),
            Field::BatchNorm => Self::BatchNorm(regularization.batch_norm),
            Field::WeightDecay => Self::WeightDecay(regularization.weight_decay),
            Field::LabelSmoothing => Self::LabelSmoothing(regularization.label_smoothing),
            Field::EarlyStopping => Self::EarlyStopping(regularization.early_stopping),
            Field::LearningRate => Self::LearningRate(settings.training.learning_rate),
            Field::Epochs => Self::Epochs(settings.training.epochs),
            Field::Data
            | Field::ValidationSize
            | Field::LabelNoise
            | Field::Seed
            | Field::Architecture
            | Field::Width
            | Field::ConvBlocks
            | Field::DenseUnits
            | Field::BatchNormMomentum
            | Field::Optimizer
            | Field::Schedule
            | Field::BatchSize => return None,
        })
    }

    /// Puts the value into settings.
    pub fn apply(self, settings: &mut Settings) {
        let augmentation = &mut settings.augmentation;
        let regularization = &mut settings.regularization;
        match self {
            Self::TrainSize(value) => settings.data.train_size = value,
            Self::Augment(value) => augmentation.enabled = value,
            Self::Rotation(value) => augmentation.rotation = value,
            Self::Shift(value) => augmentation.shift = value,
            Self::Shear(value) => augmentation.shear = value,
            Self::Zoom(value) => augmentation.zoom = value,
            Self::Dropout(value) => regularization.dropout = value,
            Self::BatchNorm(value) => regularization.batch_norm = value,
            Self::WeightDecay(value) => regularization.weight_decay = value,
            Self::LabelSmoothing(value) => regularization.label_smoothing = value,
            Self::EarlyStopping(value) => regularization.early_stopping = value,
            Self::LearningRate(value) => settings.training.learning_rate = value,
            Self::Epochs(value) => settings.training.epochs = value,
        }
    }

    /// Whether a run with these settings can take this change while it trains.
    ///
    /// # Errors
    /// The field, the value and what is allowed.
    pub fn check(self, settings: &Settings) -> Result<(), ExperimentError> {
        let rows = |batch_norm| batch_norm == BatchNorm::Rows;
        if let Self::BatchNorm(to) = self
            && to != settings.regularization.batch_norm
            && (rows(to) || rows(settings.regularization.batch_norm))
        {
            return Err(ExperimentError::NeedsNewRun {
                field: Field::BatchNorm,
                value: to.name().into(),
                expected: "none or channels: batch norm over rows needs a new run",
            });
        }
        let mut changed = settings.clone();
        self.apply(&mut changed);
        Experiment::new(changed, Vec::new()).map(|_| ())
    }
}

impl fmt::Display for Setting {
    /// The field's label and its value, as a flag on the curves says it: `dropout 0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Augment(true) => f.write_str("augmentation on"),
            Self::Augment(false) => f.write_str("augmentation off"),
            Self::BatchNorm(BatchNorm::None) => f.write_str("batch norm off"),
            Self::EarlyStopping(None) => f.write_str("early stopping off"),
            Self::TrainSize(size) => write!(f, "{size} images"),
            Self::Epochs(1) => f.write_str("1 epoch"),
            Self::Epochs(count) => write!(f, "{count} epochs"),
            other => write!(f, "{} {}", other.field().label(), other.value_text()),
        }
    }
}

impl Setting {
    /// The value alone, as the command line takes it.
    pub fn value_text(self) -> String {
        match self {
            Self::TrainSize(size) => size.to_string(),
            Self::Augment(on) => if on { "on" } else { "off" }.into(),
            Self::Rotation(value)
            | Self::Shift(value)
            | Self::Shear(value)
            | Self::Zoom(value)
            | Self::Dropout(value)
            | Self::WeightDecay(value)
            | Self::LabelSmoothing(value)
            | Self::LearningRate(value) => super::field::number(value),
            Self::BatchNorm(batch_norm) => batch_norm.name().into(),
            Self::EarlyStopping(None) => "off".into(),
            Self::EarlyStopping(Some(patience)) => patience.to_string(),
            Self::Epochs(count) => count.to_string(),
        }
    }

    /// Reads a value for a field.
    ///
    /// # Errors
    /// Which fields are live, or what the field's value must look like.
    pub fn parse(field: Field, text: &str) -> Result<Self, String> {
        let number = || {
            text.parse::<f64>()
                .map_err(|_| format!("{}: expected a number, found {text:?}", field.name()))
        };
        let count = || {
            text.parse::<usize>()
                .map_err(|_| format!("{}: expected a whole number, found {text:?}", field.name()))
        };
        Ok(match field {
            Field::TrainSize => {
                Self::TrainSize(text.parse().map_err(|err| format!("train-size: {err}"))?)
            }
            Field::Augment => match text {
                "on" | "true" | "article" => Self::Augment(true),
                "off" | "false" | "none" => Self::Augment(false),
                _ => return Err(format!("augment: expected on or off, found {text:?}")),
            },
            Field::Rotation => Self::Rotation(number()?),
            Field::Shift => Self::Shift(number()?),
            Field::Shear => Self::Shear(number()?),
            Field::Zoom => Self::Zoom(number()?),
            Field::Dropout => Self::Dropout(number()?),
            Field::BatchNorm => BatchNorm::ALL
                .into_iter()
                .find(|choice| choice.name() == text)
                .map(Self::BatchNorm)
                .ok_or(format!(
                    "batch-norm: expected none or channels, found {text:?}"
                ))?,
            Field::WeightDecay => Self::WeightDecay(number()?),
            Field::LabelSmoothing => Self::LabelSmoothing(number()?),
            Field::EarlyStopping => match text {
                "off" | "none" => Self::EarlyStopping(None),
                _ => Self::EarlyStopping(Some(count()?)),
            },
            Field::LearningRate => Self::LearningRate(number()?),
            Field::Epochs => Self::Epochs(count()?),
            _ => {
                return Err(format!(
                    "{} needs a new run; in mid-run these can change: {}",
                    field.name(),
                    Field::live_names()
                ));
            }
        })
    }
}

/// A live setting changed in mid-run. It acts before the batch that it names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "ChangeEntry", try_from = "ChangeEntry")]
pub struct Change {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The batch of that epoch, from 1.
    pub batch: usize,
    /// The value before. [`Experiment::new`] fills it in.
    pub from: Setting,
    /// The value from there on.
    pub to: Setting,
}

impl Change {
    /// A change at the first batch of an epoch.
    pub fn at_epoch(epoch: usize, to: Setting) -> Self {
        Self {
            epoch,
            batch: 1,
            from: to,
            to,
        }
    }
}

impl FromStr for Change {
    type Err = String;
    /// Reads `EPOCH:FIELD=VALUE`.
    fn from_str(text: &str) -> Result<Self, String> {
        let usage = || format!("expected EPOCH:FIELD=VALUE, such as 8:dropout=0.5; found {text:?}");
        let (epoch, assignment) = text.split_once(':').ok_or_else(usage)?;
        let (name, value) = assignment.split_once('=').ok_or_else(usage)?;
        let epoch = epoch.trim().parse().map_err(|_| usage())?;
        let name = name.trim();
        let field = Field::from_name(name).ok_or_else(|| {
            format!(
                "unknown field {name:?}; in mid-run these can change: {}",
                Field::live_names()
            )
        })?;
        Ok(Self::at_epoch(epoch, Setting::parse(field, value.trim())?))
    }
}

/// A change as a file shows it: `{"epoch":8,"batch":1,"field":"dropout","from":0.0,"to":0.5}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeEntry {
    epoch: usize,
    batch: usize,
    field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<serde_json::Value>,
    to: serde_json::Value,
}

impl From<Change> for ChangeEntry {
    fn from(change: Change) -> Self {
        let value = |setting: Setting| {
            let mut object = serde_json::to_value(setting).unwrap_or_default();
            object
                .get_mut("value")
                .map(serde_json::Value::take)
                .unwrap_or_default()
        };
        Self {
            epoch: change.epoch,
            batch: change.batch,
            field: change.to.field().name().into(),
            from: Some(value(change.from)),
            to: value(change.to),
        }
    }
}

impl TryFrom<ChangeEntry> for Change {
    type Error = String;
    fn try_from(entry: ChangeEntry) -> Result<Self, String> {
        let setting = |value: serde_json::Value| {
            let shown = value.to_string();
            serde_json::from_value::<Setting>(
                serde_json::json!({ "field": entry.field, "value": value }),
            )
            .map_err(|_| {
                format!(
                    "change of {:?} to {shown}: expected a live field ({}) and a value of its kind",
                    entry.field,
                    Field::live_names()
                )
            })
        };
        let to = setting(entry.to)?;
        Ok(Self {
            epoch: entry.epoch,
            batch: entry.batch,
            from: entry.from.map(setting).transpose()?.unwrap_or(to),
            to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn every_live_field_reads_back_what_it_applies_and_its_text() {
        let settings = Preset::Default.settings();
        for field in Field::ALL {
            let Some(setting) = Setting::read(field, &settings) else {
                assert!(Setting::parse(field, "1").is_err(), "{field:?}");
                continue;
            };
            assert_eq!(setting.field(), field);
            assert_eq!(Setting::parse(field, &setting.value_text()), Ok(setting));
            let mut same = settings.clone();
            setting.apply(&mut same);
            assert_eq!(same, settings);
        }
    }

    #[test]
    fn a_change_reads_from_the_command_line_and_from_json() {
        let change: Change = "8:dropout=0.5".parse().unwrap();
        assert_eq!(change, Change::at_epoch(8, Setting::Dropout(0.5)));
        let json = serde_json::to_string(&change).unwrap();
        assert_eq!(
            json,
            r#"{"epoch":8,"batch":1,"field":"dropout","from":0.5,"to":0.5}"#
        );
        assert_eq!(serde_json::from_str::<Change>(&json).unwrap(), change);
        for (text, part) in [
            ("dropout=0.5", "EPOCH:FIELD=VALUE"),
            ("3:width=2", "needs a new run"),
            ("3:dropuot=2", "unknown field"),
            ("3:dropout=x", "expected a number"),
        ] {
            assert!(
                text.parse::<Change>().unwrap_err().contains(part),
                "{text}: {:?}",
                text.parse::<Change>()
            );
        }
    }

    #[test]
    fn batch_norm_over_rows_is_not_live() {
        let settings = Preset::Default.settings();
        assert!(Setting::BatchNorm(BatchNorm::None).check(&settings).is_ok());
        assert!(
            Setting::BatchNorm(BatchNorm::Rows)
                .check(&settings)
                .is_err()
        );
        let article = Preset::Article.settings();
        assert!(Setting::BatchNorm(BatchNorm::None).check(&article).is_err());
        let linear = Preset::Linear.settings();
        assert!(
            Setting::BatchNorm(BatchNorm::Channels)
                .check(&linear)
                .is_err()
        );
    }
}
