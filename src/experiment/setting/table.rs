//! The list of all settings. A line here gives a setting its [`Field`], its [`Setting`], and what
//! reads, writes and copies its value; the entry that it names says everything else.

use super::entry::Entry;
use super::error::SettingError;
use super::value::Value;
use super::{architecture, augmentation, less_complexity, more_data, regularization, training};
use crate::experiment::settings::{
    Architecture, BatchNorm, Optimizer, Schedule, Settings, TrainSize,
};
use crate::experiment::source::DataSource;
use serde::{Deserialize, Serialize};

/// Makes [`Field`] and [`Setting`] out of the list. `Name(Type) at place is ENTRY` is a setting
/// whose value of this type stands at this place of [`Settings`]. What stands under `read from
/// files` has a field but no [`Setting`]: its value has to be read from a disk first.
macro_rules! settings {
    (
        read from files {$(
            $(#[$file_doc:meta])*
            $file:ident($file_type:ty) at $($file_place:ident).+ is $file_entry:path;
        )*}
        plain values {$(
            $(#[$doc:meta])*
            $plain:ident($type:ty) at $($place:ident).+ is $entry:path;
        )*}
    ) => {
        /// A field of [`Settings`]: which setting is meant, without a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[$file_doc])* $file,)*
            $($(#[$doc])* $plain,)*
        }

        /// A setting with a value.
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "field", content = "value", rename_all = "kebab-case")]
        pub enum Setting {
            $($(#[$doc])* $plain($type),)*
        }

        impl Field {
            const COUNT: usize = [$(stringify!($file),)* $(stringify!($plain),)*].len();

            /// Every field, in the order in which differences are told.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$file,)* $(Self::$plain,)*];

            /// What the table says of the field.
            pub fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$file => &$file_entry,)*
                    $(Self::$plain => &$entry,)*
                }
            }

            /// The field's value in settings, as the command line takes it.
            pub fn value_text(self, settings: &Settings) -> String {
                match self {
                    $(Self::$file => <$file_type as Value>::text(&settings.$($file_place).+),)*
                    $(Self::$plain => settings.$($place).+.text(),)*
                }
            }

            /// Copies the field's value from one draft to another.
            pub fn copy(self, from: &Settings, to: &mut Settings) {
                match self {
                    $(Self::$file => to.$($file_place).+.clone_from(&from.$($file_place).+),)*
                    $(Self::$plain => to.$($place).+ = from.$($place).+,)*
                }
            }

            /// The field's value as a number. A field whose value isn't one, or is off, gives
            /// none.
            pub fn number(self, settings: &Settings) -> Option<f64> {
                match self {
                    $(Self::$file => settings.$($file_place).+.number(),)*
                    $(Self::$plain => settings.$($place).+.number(),)*
                }
            }

            /// Puts a number into the field, rounded where its value is whole. A field whose
            /// value isn't a number stays as it is.
            pub fn set_number(self, settings: &mut Settings, number: f64) {
                match self {
                    $(Self::$file => settings.$($file_place).+.set_number(number),)*
                    $(Self::$plain => settings.$($place).+.set_number(number),)*
                }
            }
        }

        impl Setting {
            /// The field that the value is for.
            pub fn field(self) -> Field {
                match self {
                    $(Self::$plain(_) => Field::$plain,)*
                }
            }

            /// The value that a field has. The data have none: they are more than a value.
            pub fn read(field: Field, settings: &Settings) -> Option<Self> {
                match field {
                    $(Field::$file => None,)*
                    $(Field::$plain => Some(Self::$plain(settings.$($place).+)),)*
                }
            }

            /// Puts the value into settings.
            pub fn apply(self, settings: &mut Settings) {
                match self {
                    $(Self::$plain(value) => settings.$($place).+ = value,)*
                }
            }

            /// The value alone, as the command line takes it.
            pub fn value_text(self) -> String {
                match self {
                    $(Self::$plain(value) => value.text(),)*
                }
            }

            /// Reads a value for a field.
            ///
            /// # Errors
            /// What the field's value must look like. The data can't be read in this way.
            pub fn parse(field: Field, text: &str) -> Result<Self, SettingError> {
                let value = match field {
                    $(Field::$file => return Err(SettingError::NeedsNewRun { field }),)*
                    $(Field::$plain => <$type as Value>::parse(text).map(Self::$plain),)*
                };
                value.map_err(|expected| SettingError::Unreadable {
                    field,
                    expected,
                    found: text.into(),
                })
            }
        }
    };
}

settings! {
    read from files {
        /// Data source.
        Data(DataSource) at data.source is more_data::DATA;
    }

    plain values {
        /// Number of training images.
        TrainSize(TrainSize) at data.train_size is more_data::TRAIN_SIZE;
        /// Number of validation images.
        ValidationSize(usize) at data.validation_size is training::VALIDATION_SIZE;
        /// Seed of the split into training and validation images.
        SplitSeed(u64) at data.split_seed is training::SPLIT_SEED;
        /// Share of training labels replaced by random ones.
        LabelNoise(f64) at data.label_noise is more_data::LABEL_NOISE;
        /// Augmentation on or off.
        Augment(bool) at augmentation.enabled is augmentation::AUGMENT;
        /// Rotation range in degrees.
        Rotation(f64) at augmentation.rotation is augmentation::ROTATION;
        /// Shift range as a fraction of the image's side.
        Shift(f64) at augmentation.shift is augmentation::SHIFT;
        /// Shear range in degrees.
        Shear(f64) at augmentation.shear is augmentation::SHEAR;
        /// Zoom range as a fraction.
        Zoom(f64) at augmentation.zoom is augmentation::ZOOM;
        /// Architecture.
        Architecture(Architecture) at network.architecture is architecture::ARCHITECTURE;
        /// Dropout rate.
        Dropout(f64) at regularization.dropout is regularization::DROPOUT;
        /// What batch norm normalizes over.
        BatchNorm(BatchNorm) at regularization.batch_norm is regularization::BATCH_NORM;
        /// Batch norm momentum.
        BatchNormMomentum(f64) at regularization.batch_norm_momentum
            is regularization::BATCH_NORM_MOMENTUM;
        /// Weight decay.
        WeightDecay(f64) at regularization.weight_decay is regularization::WEIGHT_DECAY;
        /// Label smoothing.
        LabelSmoothing(f64) at regularization.label_smoothing is regularization::LABEL_SMOOTHING;
        /// Early stopping's patience in epochs, or none.
        EarlyStopping(Option<usize>) at regularization.early_stopping
            is regularization::EARLY_STOPPING;
        /// Width multiplier.
        Width(f64) at network.width is less_complexity::WIDTH;
        /// Number of convolution blocks.
        ConvBlocks(usize) at network.conv_blocks is less_complexity::CONV_BLOCKS;
        /// Units of the hidden dense layer.
        DenseUnits(usize) at network.dense_units is less_complexity::DENSE_UNITS;
        /// Optimizer.
        Optimizer(Optimizer) at training.optimizer is training::OPTIMIZER;
        /// Learning rate.
        LearningRate(f64) at training.learning_rate is training::LEARNING_RATE;
        /// Learning-rate schedule.
        Schedule(Schedule) at training.schedule is training::SCHEDULE;
        /// The length that gradients are clipped to, or none.
        GradientClip(Option<f64>) at training.gradient_clip is training::GRADIENT_CLIP;
        /// Number of epochs.
        Epochs(usize) at training.epochs is training::EPOCHS;
        /// Images in a training step.
        BatchSize(usize) at training.batch_size is training::BATCH_SIZE;
        /// Seed.
        Seed(u64) at seed is training::SEED;
    }
}
