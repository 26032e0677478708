//! The tabs at the right, and what they can be asked to show.

use super::ExportKind;
use crate::lab::inference::InputImage;
use serde::{Deserialize, Serialize};

/// One of the tabs at the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// Draw a digit, and see what the network makes of it.
    #[default]
    Draw,
    /// What augmentation makes of the training images.
    Samples,
    /// What the network gets wrong.
    Errors,
    /// What the network is made of and sees.
    Layers,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 4] = [Self::Draw, Self::Samples, Self::Errors, Self::Layers];

    /// The tab's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draw => "Draw",
            Self::Samples => "Samples",
            Self::Errors => "Errors",
            Self::Layers => "Layers",
        }
    }

    /// What can be exported from the tab by a right click.
    pub fn exports(self) -> &'static [ExportKind] {
        match self {
            Self::Draw | Self::Samples => &[],
            Self::Errors => &[ExportKind::Matrix],
            Self::Layers => &[ExportKind::Table, ExportKind::Weights],
        }
    }

    /// The hover text: what the tab is for.
    pub fn hover(self) -> &'static str {
        match self {
            Self::Draw => "Draw a digit and see what the network makes of it, also while it trains",
            Self::Samples => {
                "What augmentation makes of the training images, with the ranges as they are now"
            }
            Self::Errors => "Which classes are taken for which, and the images most wrong",
            Self::Layers => "The network layer by layer: sizes, filters and what they see",
        }
    }
}

/// Which epoch's weights the tabs show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EpochChoice {
    /// The newest weights while the run trains, and the best epoch's after that.
    #[default]
    Auto,
    /// The weights kept after this epoch.
    Epoch(usize),
}

/// An image that was chosen in another tab for Layers.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenImage {
    /// The image.
    pub image: InputImage,
    /// What the image is, in words that fit into a sentence.
    pub title: String,
}
