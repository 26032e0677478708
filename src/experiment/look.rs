//! What images look like at a glance, so that images of another look can be told from those that a
//! run was trained on.

use serde::{Deserialize, Serialize};

/// The look of many images together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The mean of all pixels, 0 to 255.
    pub mean: u8,
    /// The largest value of any pixel, 0 to 255.
    pub largest: u8,
    /// How many of a hundred pixels stand out from the ground.
    pub ink_percent: u8,
    /// Whether the ground is dark or light.
    pub ground: Ground,
}

/// The ground on which most images show their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Nearly all images are bright on a dark ground.
    Dark,
    /// Nearly all images are dark on a light ground.
    Light,
    /// Some grounds are dark and some are light, or images have no ground.
    Mixed,
}

impl Look {
    /// The look of the embedded MNIST's training images. A test of `data` computes it anew.
    pub const MNIST: Self = Self {
        mean: 33,
        largest: 255,
        ink_percent: 16,
        ground: Ground::Dark,
    };
}
