//! The presets: the course's ladder, from a network that is too simple to the whole recipe, and
//! three that show overfitting at its plainest.

use super::setting::Expected;
use super::settings::{
    Architecture, Augmentation, BatchNorm, DataSettings, NetworkSettings, Optimizer,
    RegularizationSettings, Schedule, Settings, TrainSize, TrainingSettings,
};
use super::source::DataSource;
use std::fmt;
use std::str::FromStr;

/// A named experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// `cnn` on 500 images: what the window opens with.
    FirstLook,
    /// No hidden layer.
    Linear,
    /// A single dense layer of 512 units.
    Dense,
    /// The network with nothing against overfitting.
    Cnn,
    /// `cnn` and the article's augmentation.
    CnnAugmented,
    /// `cnn-augmented` and batch norm over channels.
    CnnAugmentedBatchNorm,
    /// The whole recipe.
    Default,
    /// The write-up to the digit.
    Article,
    /// `cnn` on 2,000 images with 20% label noise.
    NoisyLabels,
    /// `cnn` on 2,000 images with random labels.
    Memorize,
}

impl Preset {
    /// Every preset, in the order in which they are best met.
    pub const ALL: [Self; 10] = [
        Self::FirstLook,
        Self::Linear,
        Self::Dense,
        Self::Cnn,
        Self::CnnAugmented,
        Self::CnnAugmentedBatchNorm,
        Self::Default,
        Self::Article,
        Self::NoisyLabels,
        Self::Memorize,
    ];

    /// The name that the command line takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstLook => "first-look",
            Self::Linear => "linear",
            Self::Dense => "dense",
            Self::Cnn => "cnn",
            Self::CnnAugmented => "cnn-augmented",
            Self::CnnAugmentedBatchNorm => "cnn-augmented-batch-norm",
            Self::Default => "default",
            Self::Article => "article",
            Self::NoisyLabels => "noisy-labels",
            Self::Memorize => "memorize",
        }
    }

    /// The name that the window shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::FirstLook => "First look",
            Self::Linear => "Linear",
            Self::Dense => "Dense",
            Self::Cnn => "CNN",
            Self::CnnAugmented => "CNN, augmented",
            Self::CnnAugmentedBatchNorm => "CNN, augmented, batch norm",
            Self::Default => "Default: the whole recipe",
            Self::Article => "Article",
            Self::NoisyLabels => "Noisy labels",
            Self::Memorize => "Memorize",
        }
    }

    /// Why the preset is worth a look, in a sentence.
    pub fn why(self) -> &'static str {
        match self {
            Self::FirstLook => {
                "A CNN on 500 images: within ten epochs it knows them all by heart, and validation loss has turned."
            }
            Self::Linear => {
                "No hidden layer: too simple to overfit much, and too simple to be good."
            }
            Self::Dense => "One dense layer of 512: it memorizes well and generalizes badly.",
            Self::Cnn => "The right architecture, with nothing against overfitting.",
            Self::CnnAugmented => {
                "Every epoch sees each digit turned, shifted, sheared and zoomed anew, so there is nothing to learn by heart."
            }
            Self::CnnAugmentedBatchNorm => {
                "Batch norm over channels on top: faster to train, and better at the end."
            }
            Self::Default => {
                "Augmentation, batch norm and dropout together: the whole recipe, done right."
            }
            Self::Article => {
                "The 2017 write-up to the digit, with its batch norm over rows by mistake."
            }
            Self::NoisyLabels => {
                "A fifth of 2,000 labels is wrong: watch validation fall as the network learns the wrong ones too."
            }
            Self::Memorize => {
                "All labels random: the network learns them perfectly, and nothing generalizes."
            }
        }
    }

    /// The settings of the preset.
    pub fn settings(self) -> Settings {
        let cnn = cnn();
        match self {
            Self::FirstLook => few_images(cnn, 500, 0.0, 20),
            Self::Linear => with_architecture(cnn, Architecture::Linear),
            Self::Dense => with_architecture(cnn, Architecture::Dense),
            Self::Cnn => cnn,
            Self::CnnAugmented => augmented(cnn),
            Self::CnnAugmentedBatchNorm => with_batch_norm(augmented(cnn), BatchNorm::Channels),
            Self::Default => with_dropout(with_batch_norm(augmented(cnn), BatchNorm::Channels)),
            Self::Article => {
                let mut settings = with_dropout(with_batch_norm(augmented(cnn), BatchNorm::Rows));
                settings.regularization.batch_norm_momentum = 0.99;
                settings
            }
            Self::NoisyLabels => few_images(cnn, 2_000, 0.2, 12),
            Self::Memorize => few_images(cnn, 2_000, 1.0, 30),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = Expected;
    fn from_str(text: &str) -> Result<Self, Expected> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.name() == text)
            .ok_or_else(|| Expected::one_of(&Self::ALL.map(Self::name)))
    }
}

/// The article's network with nothing against overfitting, on all of MNIST.
fn cnn() -> Settings {
    Settings {
        seed: 1,
        data: DataSettings {
            source: DataSource::Mnist,
            train_size: TrainSize::ALL,
            validation_size: 10_000,
            split_seed: 1,
            label_noise: 0.0,
        },
        augmentation: Augmentation::OFF,
        network: NetworkSettings {
            architecture: Architecture::Cnn,
            width: 1.0,
            conv_blocks: 2,
            dense_units: 512,
        },
        regularization: RegularizationSettings {
            dropout: 0.0,
            batch_norm: BatchNorm::None,
            // Keras's own 0.99 needs hundreds of steps before validation means anything.
            batch_norm_momentum: 0.9,
            weight_decay: 0.0,
            label_smoothing: 0.0,
            early_stopping: None,
        },
        training: TrainingSettings {
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            schedule: Schedule::Constant,
            gradient_clip: None,
            epochs: 20,
            batch_size: 64,
        },
    }
}

fn few_images(mut settings: Settings, count: usize, label_noise: f64, epochs: usize) -> Settings {
    settings.data.train_size = TrainSize::Count(count);
    settings.data.validation_size = 5_000;
    settings.data.label_noise = label_noise;
    settings.training.epochs = epochs;
    settings
}

fn with_architecture(mut settings: Settings, architecture: Architecture) -> Settings {
    settings.network.architecture = architecture;
    settings
}

fn augmented(mut settings: Settings) -> Settings {
    settings.augmentation = Augmentation::ARTICLE;
    settings
}

fn with_batch_norm(mut settings: Settings, batch_norm: BatchNorm) -> Settings {
    settings.regularization.batch_norm = batch_norm;
    settings
}

fn with_dropout(mut settings: Settings) -> Settings {
    settings.regularization.dropout = 0.5;
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;

    #[test]
    fn every_preset_is_a_valid_experiment_and_found_by_its_name() {
        for preset in Preset::ALL {
            Experiment::new(preset.settings(), Vec::new()).unwrap();
            assert_eq!(preset.name().parse(), Ok(preset));
            assert!(preset.why().ends_with('.'));
        }
        let unknown = "cnnn".parse::<Preset>().unwrap_err().to_string();
        assert!(unknown.contains("first-look"));
    }
}
