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
    /// How far the ink of each image is spread from top to bottom, in percent of how far it is from left to right, as
    /// variances: above 100 where it is taller than wide. Runs that are older than this don't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tall_percent: Option<u32>,
    /// What shapes the pictures had and where in them ink lies, where pictures were taken whole. Runs that are
    /// older than this don't know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<Frame>,
}

/// The shapes of pictures that became images whole, and where in the images their ink lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The width of the narrowest picture and of the widest, in percent of their heights.
    pub width_percent: [u32; 2],
    /// Where ink lies; none where hardly any image has a ground from which ink stands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ink: Option<InkPlace>,
}

/// Where the ink of images lies. Each range holds 98 of 100 images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InkPlace {
    /// How much of the image's height or width the ink reaches over, whichever is more, in percent.
    pub reach: [u8; 2],
    /// The middle of the ink between the upper edge and the lower, in percent.
    pub row: [u8; 2],
    /// The middle of the ink between the left edge and the right, in percent.
    pub column: [u8; 2],
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
        tall_percent: Some(182),
        ground: Ground::Dark,
        frame: None,
    };
}
