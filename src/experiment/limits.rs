//! The ranges that experiments are held to. The table of settings gives them to the check and to
//! the window's controls.

use std::ops::RangeInclusive;

/// The fewest images to train or validate with: enough for an accuracy to mean something.
pub const MIN_IMAGES: usize = 10;
/// The most images of a data set: ten times the largest of handwriting.
pub const MOST_IMAGES: usize = 10_000_000;
/// The rows of an image, and its columns.
pub const IMAGE_SIDE: RangeInclusive<usize> = 1..=64;
/// The classes of a data set: at most as many as there are letters.
pub const CLASSES: RangeInclusive<usize> = 2..=26;
/// The share of labels replaced by random ones.
pub const LABEL_NOISE: RangeInclusive<f64> = 0.0..=1.0;
/// The rotation range in degrees.
pub const ROTATION: RangeInclusive<f64> = 0.0..=180.0;
/// The shift range as a fraction of the image's side.
pub const SHIFT: RangeInclusive<f64> = 0.0..=1.0;
/// The shear range in degrees; at 90 the image would collapse.
pub const SHEAR: RangeInclusive<f64> = 0.0..=80.0;
/// The zoom range as a fraction; at 1 the image would collapse.
pub const ZOOM: RangeInclusive<f64> = 0.0..=0.9;
/// The multiplier of channels and units.
pub const WIDTH: RangeInclusive<f64> = 0.0625..=4.0;
/// The number of blocks of two convolutions.
pub const CONV_BLOCKS: RangeInclusive<usize> = 1..=3;
/// The units of the hidden layer before the width multiplies them.
pub const DENSE_UNITS: RangeInclusive<usize> = 1..=4096;
/// The share of units that dropout leaves out.
pub const DROPOUT: RangeInclusive<f64> = 0.0..=0.95;
/// The share of batch norm's running statistics that a step keeps.
pub const BATCH_NORM_MOMENTUM: RangeInclusive<f64> = 0.0..=0.9999;
/// The weight decay.
pub const WEIGHT_DECAY: RangeInclusive<f64> = 0.0..=1.0;
/// The share of the target that is spread over all classes.
pub const LABEL_SMOOTHING: RangeInclusive<f64> = 0.0..=0.5;
/// The epochs without a lower validation loss after which a run stops early.
pub const PATIENCE: RangeInclusive<usize> = 1..=1000;
/// The learning rate. The upper end is far above what trains, so that divergence can be seen.
pub const LEARNING_RATE: RangeInclusive<f64> = 1e-8..=1e6;
/// The length that the gradient of all weights together is clipped to. The gradients of a network
/// that learns are between a hundredth and a hundred long.
pub const GRADIENT_CLIP: RangeInclusive<f64> = 1e-6..=1e6;
/// The number of epochs.
pub const EPOCHS: RangeInclusive<usize> = 1..=10_000;
/// The images of a training step.
pub const BATCH_SIZE: RangeInclusive<usize> = 1..=4096;
/// The most parameters of a network: 200 MB of weights, the article's network eight times as wide.
pub const PARAMETERS: u64 = 50_000_000;
/// The most values that the layers give for one batch: 2 GB. Training takes about three times as
/// much memory.
pub const BATCH_VALUES: u64 = 1 << 29;
