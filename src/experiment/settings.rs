//! The settings of a run, grouped as the file shows them. Plain data: nothing here is checked
//! (see [`Experiment`](super::Experiment)).

use super::file::SettingsFile;
use super::number::read_whole;
use super::setting::Expected;
use super::source::DataSource;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Everything that defines a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "SettingsFile", into = "SettingsFile")]
pub struct Settings {
    /// The seed that every random stream of the run is derived from, but for the split of the
    /// images, which has a seed of its own.
    pub seed: u64,
    /// Strategy 1: the images, and how many of them.
    pub data: DataSettings,
    /// Strategy 2: the transform drawn for each image each epoch.
    pub augmentation: Augmentation,
    /// Strategies 3 and 5: the network and its size.
    pub network: NetworkSettings,
    /// Strategy 4: what holds the network back.
    pub regularization: RegularizationSettings,
    /// The optimizer and how long it runs.
    pub training: TrainingSettings,
}

/// Which images a run sees.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSettings {
    /// Where the images come from.
    pub source: DataSource,
    /// How many images of the training pool are used.
    pub train_size: TrainSize,
    /// How many images validate: held out of the training images, or of those that the data itself
    /// names for validation.
    pub validation_size: usize,
    /// The seed of the order in which the images are split: which of them validate, and which of
    /// the others are the first to train. Runs that share it share their validation images, whatever
    /// their seeds are.
    pub split_seed: u64,
    /// The fraction of training labels replaced by random ones, 0 to 1. Validation labels are
    /// never touched.
    pub label_noise: f64,
}

/// How many images of the training pool are used: the first n of one seeded order, so that a
/// larger set contains the smaller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TrainSize {
    /// The first n images.
    Count(usize),
    /// Every image that validation doesn't hold out.
    All(All),
}

/// The word `all` in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum All {
    /// All images.
    All,
}

impl TrainSize {
    /// Every image that validation doesn't hold out.
    pub const ALL: Self = Self::All(All::All);

    /// The number of images, given how many the pool holds.
    pub fn resolve(self, pool: usize) -> usize {
        match self {
            Self::Count(count) => count.min(pool),
            Self::All(_) => pool,
        }
    }
}

impl fmt::Display for TrainSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::All(_) => f.write_str("all"),
        }
    }
}

impl FromStr for TrainSize {
    type Err = Expected;
    fn from_str(text: &str) -> Result<Self, Expected> {
        if text == "all" {
            return Ok(Self::ALL);
        }
        read_whole(text)
            .map(Self::Count)
            .ok_or_else(|| Expected::new("a number of images, or all"))
    }
}

/// The article's transform (Keras 2.0's `ImageDataGenerator`), drawn afresh for each image each
/// epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    /// Whether the transform is applied at all; the ranges are kept while it isn't.
    pub enabled: bool,
    /// Uniform in ± this many degrees.
    pub rotation: f64,
    /// Uniform in ± this fraction of the height, and of the width.
    pub shift: f64,
    /// Uniform in ± this many degrees (Keras 2.0's 0.3 radians are 17.19°).
    pub shear: f64,
    /// Rows and columns each uniform in 1 ± this.
    pub zoom: f64,
}

impl Augmentation {
    /// The article's ranges, switched on.
    pub const ARTICLE: Self = Self {
        enabled: true,
        rotation: 8.0,
        shift: 0.08,
        // 0.3 radians, the unit that shear_range had in Keras 2.0.
        shear: 17.188_733_853_924_695,
        zoom: 0.08,
    };
    /// The transform switched off, with the article's ranges ready.
    pub const OFF: Self = Self {
        enabled: false,
        ..Self::ARTICLE
    };
}

/// The network's shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSettings {
    /// The kind of network.
    pub architecture: Architecture,
    /// Multiplies the channels of every convolution and the units of the hidden dense layer.
    pub width: f64,
    /// Blocks of two 3×3 convolutions and a 2×2 max-pool, of 32, 64, 128 channels. Only `cnn`.
    pub conv_blocks: usize,
    /// Units of the hidden dense layer, before the width multiplier. Not `linear`.
    pub dense_units: usize,
}

/// The kind of network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Pixels to classes, no hidden layer.
    Linear,
    /// One hidden dense layer.
    Dense,
    /// Blocks of convolutions, then one hidden dense layer.
    Cnn,
}

impl Architecture {
    /// Every kind, from the simplest.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Dense, Self::Cnn];

    /// The name that the command line and files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Dense => "dense",
            Self::Cnn => "cnn",
        }
    }

    /// Whether there is a hidden layer that dropout and batch norm can act on.
    pub fn has_hidden_layer(self) -> bool {
        self != Self::Linear
    }
}

/// What a batch norm normalizes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchNorm {
    /// No batch norm.
    None,
    /// Over channels, as it is meant.
    Channels,
    /// Over rows of the image, the article's mistake (`axis=1` on channels-last images).
    Rows,
}

impl BatchNorm {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::None, Self::Channels, Self::Rows];

    /// The name that the command line, files and the window use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Channels => "channels",
            Self::Rows => "rows",
        }
    }
}

/// What holds the network back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegularizationSettings {
    /// The fraction of the hidden dense layer's units dropped in a step, 0 to 0.95.
    pub dropout: f64,
    /// Batch norm after each convolution stage and the dense layer.
    pub batch_norm: BatchNorm,
    /// How much of the running statistics a step keeps, in Keras's sense, 0 to 1.
    pub batch_norm_momentum: f64,
    /// Added to the gradient (Adam, SGD) or subtracted from the weights (AdamW).
    pub weight_decay: f64,
    /// The share of the target spread over all classes, 0 to 0.5.
    pub label_smoothing: f64,
    /// Stop after this many epochs without a lower validation loss.
    pub early_stopping: Option<usize>,
}

/// The optimizer and how long it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSettings {
    /// The update rule.
    pub optimizer: Optimizer,
    /// The (peak) learning rate.
    pub learning_rate: f64,
    /// How the learning rate moves over the run.
    pub schedule: Schedule,
    /// The longest gradient, over all weights together, that a step follows in full. A file
    /// without the field is one of a run that clips nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradient_clip: Option<f64>,
    /// How many times the training images are gone through.
    pub epochs: usize,
    /// Images in a training step.
    pub batch_size: usize,
}

/// The update rule. Epsilon is 1e-8 and the betas 0.9 and 0.999 where they apply; SGD has
/// momentum 0.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Adam; weight decay acts on the gradient.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
    /// Stochastic gradient descent with momentum 0.9.
    Sgd,
}

impl Optimizer {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Adam, Self::AdamW, Self::Sgd];

    /// The name that the command line and files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Adam => "adam",
            Self::AdamW => "adam-w",
            Self::Sgd => "sgd",
        }
    }
}

/// How the learning rate moves over the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// The same all along.
    Constant,
    /// Half a cosine from the learning rate to zero (Loshchilov & Hutter 2017).
    Cosine,
    /// Up from a 25th over the first 30% of the run, then down to nothing (Smith 2018).
    OneCycle,
}

impl Schedule {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Constant, Self::Cosine, Self::OneCycle];

    /// The name that the command line and files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine => "cosine",
            Self::OneCycle => "one-cycle",
        }
    }
}
