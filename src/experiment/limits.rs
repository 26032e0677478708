//! The ranges that the check allows; the window's controls and the help texts read them too.

use std::ops::RangeInclusive;

/// Images: enough for an accuracy to mean something.
pub const MIN_IMAGES: usize = 10;
/// Images of a data set: ten times the largest of handwriting.
pub const MOST_IMAGES: usize = 10_000_000;
/// Rows, and columns, of an image.
pub const IMAGE_SIDE: RangeInclusive<usize> = 1..=64;
/// Classes: as many as there are letters.
pub const CLASSES: RangeInclusive<usize> = 2..=26;
/// Fraction of labels.
pub const LABEL_NOISE: RangeInclusive<f64> = 0.0..=1.0;
/// Degrees.
pub const ROTATION: RangeInclusive<f64> = 0.0..=180.0;
/// Fraction of the side.
pub const SHIFT: RangeInclusive<f64> = 0.0..=1.0;
/// Degrees; at 90 the image would collapse.
pub const SHEAR: RangeInclusive<f64> = 0.0..=80.0;
/// Fraction; at 1 the image would collapse.
pub const ZOOM: RangeInclusive<f64> = 0.0..=0.9;
/// Multiplier of channels and units.
pub const WIDTH: RangeInclusive<f64> = 0.0625..=4.0;
/// Blocks of two convolutions.
pub const CONV_BLOCKS: RangeInclusive<usize> = 1..=3;
/// Units before the width multiplier.
pub const DENSE_UNITS: RangeInclusive<usize> = 1..=4096;
/// Fraction of units.
pub const DROPOUT: RangeInclusive<f64> = 0.0..=0.95;
/// Share of the running statistics kept by a step.
pub const BATCH_NORM_MOMENTUM: RangeInclusive<f64> = 0.0..=0.9999;
/// Weight decay.
pub const WEIGHT_DECAY: RangeInclusive<f64> = 0.0..=1.0;
/// Share of the target spread over all classes.
pub const LABEL_SMOOTHING: RangeInclusive<f64> = 0.0..=0.5;
/// Epochs without a lower validation loss.
pub const PATIENCE: RangeInclusive<usize> = 1..=1000;
/// Learning rate. The upper end is far above what trains, so that divergence can be seen.
pub const LEARNING_RATE: RangeInclusive<f64> = 1e-8..=1e6;
/// Epochs.
pub const EPOCHS: RangeInclusive<usize> = 1..=10_000;
/// Images a step.
pub const BATCH_SIZE: RangeInclusive<usize> = 1..=4096;
/// Parameters of a network, 200 MB of weights: the article's, eight times as wide.
pub const PARAMETERS: u64 = 50_000_000;
/// Values that the layers give for one batch, 2 GB; training takes about three times that.
pub const BATCH_VALUES: u64 = 1 << 29;
