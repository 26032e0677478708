//! The fields of an experiment as one table: name, label, strategy, liveness, value. Menus,
//! flags, the command line and "what differs" all read it, so that they can't drift apart.

use super::settings::Settings;

/// A field of [`Settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Data source.
    Data,
    /// Training-set size.
    TrainSize,
    /// Validation-set size.
    ValidationSize,
    /// Label noise.
    LabelNoise,
    /// Augmentation on or off.
    Augment,
    /// Rotation range.
    Rotation,
    /// Shift range.
    Shift,
    /// Shear range.
    Shear,
    /// Zoom range.
    Zoom,
    /// Architecture.
    Architecture,
    /// Dropout rate.
    Dropout,
    /// Batch norm.
    BatchNorm,
    /// Batch norm momentum.
    BatchNormMomentum,
    /// Weight decay.
    WeightDecay,
    /// Label smoothing.
    LabelSmoothing,
    /// Early-stopping patience.
    EarlyStopping,
    /// Width multiplier.
    Width,
    /// Number of convolution blocks.
    ConvBlocks,
    /// Units of the hidden dense layer.
    DenseUnits,
    /// Optimizer.
    Optimizer,
    /// Learning rate.
    LearningRate,
    /// Learning-rate schedule.
    Schedule,
    /// Number of epochs.
    Epochs,
    /// Batch size.
    BatchSize,
    /// Seed.
    Seed,
}

/// When a changed field acts in a run that trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// At the next batch.
    Live,
    /// At the next epoch.
    NextEpoch,
    /// Only in a new run.
    NewRun,
}

/// The five strategies against overfitting, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// 1
    MoreData,
    /// 2
    Augmentation,
    /// 3
    Architecture,
    /// 4
    Regularization,
    /// 5
    LessComplexity,
    /// The optimizer, the length of the run, the seed.
    Training,
}

impl Field {
    /// Every field, by strategy.
    pub const ALL: [Self; 25] = [
        Self::Data,
        Self::TrainSize,
        Self::ValidationSize,
        Self::LabelNoise,
        Self::Augment,
        Self::Rotation,
        Self::Shift,
        Self::Shear,
        Self::Zoom,
        Self::Architecture,
        Self::Dropout,
        Self::BatchNorm,
        Self::BatchNormMomentum,
        Self::WeightDecay,
        Self::LabelSmoothing,
        Self::EarlyStopping,
        Self::Width,
        Self::ConvBlocks,
        Self::DenseUnits,
        Self::Optimizer,
        Self::LearningRate,
        Self::Schedule,
        Self::Epochs,
        Self::BatchSize,
        Self::Seed,
    ];

    /// The name that the command line, files and errors use.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// The name that the window shows, to stand within a sentence.
    pub fn label(self) -> &'static str {
        self.texts().1
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Data => ("data", "data"),
            Self::TrainSize => ("train-size", "images"),
            Self::ValidationSize => ("validation-size", "validation images"),
            Self::LabelNoise => ("label-noise", "label noise"),
            Self::Augment => ("augment", "augmentation"),
            Self::Rotation => ("rotation", "rotation"),
            Self::Shift => ("shift", "shift"),
            Self::Shear => ("shear", "shear"),
            Self::Zoom => ("zoom", "zoom"),
            Self::Architecture => ("architecture", "architecture"),
            Self::Dropout => ("dropout", "dropout"),
            Self::BatchNorm => ("batch-norm", "batch norm"),
            Self::BatchNormMomentum => ("batch-norm-momentum", "batch norm momentum"),
            Self::WeightDecay => ("weight-decay", "weight decay"),
            Self::LabelSmoothing => ("label-smoothing", "label smoothing"),
            Self::EarlyStopping => ("early-stopping", "early stopping"),
            Self::Width => ("width", "width"),
            Self::ConvBlocks => ("conv-blocks", "conv blocks"),
            Self::DenseUnits => ("dense-units", "dense units"),
            Self::Optimizer => ("optimizer", "optimizer"),
            Self::LearningRate => ("learning-rate", "learning rate"),
            Self::Schedule => ("schedule", "schedule"),
            Self::Epochs => ("epochs", "epochs"),
            Self::BatchSize => ("batch-size", "batch size"),
            Self::Seed => ("seed", "seed"),
        }
    }

    /// The field of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// When a change of it acts.
    pub fn liveness(self) -> Liveness {
        match self {
            Self::TrainSize => Liveness::NextEpoch,
            Self::Augment
            | Self::Rotation
            | Self::Shift
            | Self::Shear
            | Self::Zoom
            | Self::Dropout
            | Self::BatchNorm
            | Self::WeightDecay
            | Self::LabelSmoothing
            | Self::EarlyStopping
            | Self::LearningRate
            | Self::Epochs => Liveness::Live,
            Self::Data
            | Self::ValidationSize
            | Self::LabelNoise
            | Self::Architecture
            | Self::BatchNormMomentum
            | Self::Width
            | Self::ConvBlocks
            | Self::DenseUnits
            | Self::Optimizer
            | Self::Schedule
            | Self::BatchSize
            | Self::Seed => Liveness::NewRun,
        }
    }

    /// The strategy that it belongs to.
    pub fn strategy(self) -> Strategy {
        match self {
            Self::Data | Self::TrainSize | Self::ValidationSize | Self::LabelNoise => {
                Strategy::MoreData
            }
            Self::Augment | Self::Rotation | Self::Shift | Self::Shear | Self::Zoom => {
                Strategy::Augmentation
            }
            Self::Architecture => Strategy::Architecture,
            Self::Dropout
            | Self::BatchNorm
            | Self::BatchNormMomentum
            | Self::WeightDecay
            | Self::LabelSmoothing
            | Self::EarlyStopping => Strategy::Regularization,
            Self::Width | Self::ConvBlocks | Self::DenseUnits => Strategy::LessComplexity,
            Self::Optimizer
            | Self::LearningRate
            | Self::Schedule
            | Self::Epochs
            | Self::BatchSize
            | Self::Seed => Strategy::Training,
        }
    }

    /// Its value in settings, in words.
    pub fn value_text(self, settings: &Settings) -> String {
        if let Some(setting) = super::Setting::read(self, settings) {
            return setting.value_text();
        }
        match self {
            Self::Data => settings.data.source.to_string(),
            Self::ValidationSize => settings.data.validation_size.to_string(),
            Self::LabelNoise => number(settings.data.label_noise),
            Self::Architecture => settings.network.architecture.name().into(),
            Self::BatchNormMomentum => number(settings.regularization.batch_norm_momentum),
            Self::Width => number(settings.network.width),
            Self::ConvBlocks => settings.network.conv_blocks.to_string(),
            Self::DenseUnits => settings.network.dense_units.to_string(),
            Self::Optimizer => settings.training.optimizer.name().into(),
            Self::Schedule => settings.training.schedule.name().into(),
            Self::BatchSize => settings.training.batch_size.to_string(),
            Self::Seed => settings.seed.to_string(),
            // The live ones are read above.
            _ => String::new(),
        }
    }

    /// Copies the field's value from one draft to another.
    pub fn copy(self, from: &Settings, to: &mut Settings) {
        if let Some(setting) = super::Setting::read(self, from) {
            return setting.apply(to);
        }
        match self {
            Self::Data => to.data.source = from.data.source.clone(),
            Self::ValidationSize => to.data.validation_size = from.data.validation_size,
            Self::LabelNoise => to.data.label_noise = from.data.label_noise,
            Self::Architecture => to.network.architecture = from.network.architecture,
            Self::BatchNormMomentum => {
                to.regularization.batch_norm_momentum = from.regularization.batch_norm_momentum;
            }
            Self::Width => to.network.width = from.network.width,
            Self::ConvBlocks => to.network.conv_blocks = from.network.conv_blocks,
            Self::DenseUnits => to.network.dense_units = from.network.dense_units,
            Self::Optimizer => to.training.optimizer = from.training.optimizer,
            Self::Schedule => to.training.schedule = from.training.schedule,
            Self::BatchSize => to.training.batch_size = from.training.batch_size,
            Self::Seed => to.seed = from.seed,
            // The live ones are copied above.
            _ => {}
        }
    }

    /// The names of the fields that can change in mid-run, for messages.
    pub fn live_names() -> String {
        let names: Vec<_> = Self::ALL
            .into_iter()
            .filter(|field| field.liveness() != Liveness::NewRun)
            .map(Self::name)
            .collect();
        names.join(", ")
    }
}

/// A number without needless digits: 0.5, 17.19, 1e-3.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// A field in which two experiments differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The field.
    pub field: Field,
    /// Its value in the first.
    pub left: String,
    /// Its value in the second.
    pub right: String,
}

/// The fields in which two experiments differ, in the table's order. Augmentation ranges count
/// only where augmentation is on in either.
pub fn differences(left: &Settings, right: &Settings) -> Vec<Difference> {
    let augmented = left.augmentation.enabled || right.augmentation.enabled;
    Field::ALL
        .into_iter()
        .filter(|field| {
            augmented || *field == Field::Augment || field.strategy() != Strategy::Augmentation
        })
        .map(|field| Difference {
            field,
            left: field.value_text(left),
            right: field.value_text(right),
        })
        .filter(|difference| difference.left != difference.right)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn copying_every_field_makes_settings_equal() {
        let from = Preset::Article.settings();
        let mut to = Preset::Memorize.settings();
        to.seed = 9;
        to.training.batch_size = 8;
        for field in Field::ALL {
            field.copy(&from, &mut to);
            assert_eq!(Field::from_name(field.name()), Some(field));
        }
        assert_eq!(from, to);
    }

    #[test]
    fn differences_name_what_differs_and_nothing_else() {
        let cnn = Preset::Cnn.settings();
        assert_eq!(differences(&cnn, &cnn), []);
        let fields: Vec<_> = differences(&cnn, &Preset::Default.settings())
            .into_iter()
            .map(|difference| difference.field)
            .collect();
        assert_eq!(fields, [Field::Augment, Field::Dropout, Field::BatchNorm]);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(0.001), "1e-3");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(0.0), "0");
    }
}
