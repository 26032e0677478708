//! What is asked for in the tab Draw.

use super::Action;
use crate::data::drawing::{Picture, Placement};
use crate::data::reading::RunReading;
use crate::experiment::ImageSize;
use std::path::PathBuf;
use std::sync::Arc;

/// A request of the tab Draw.
#[derive(Clone, Debug, PartialEq)]
pub enum DrawAction {
    /// Ask for a picture to put on the canvas.
    OpenPicture,
    /// Keep a drawing in the person's own set.
    Keep {
        /// The class's name.
        class: String,
        /// The drawing as it is on the canvas.
        picture: Arc<Picture>,
    },
    /// Remove a kept drawing from the person's own set.
    Forget(PathBuf),
    /// Read the person's own set.
    ReadOwn(Box<OwnSetKey>),
    /// Show the folder of the person's own set in the file manager.
    OpenFolder,
}

impl From<DrawAction> for Action {
    fn from(action: DrawAction) -> Self {
        Self::Draw(action)
    }
}

/// The network for which the person's own set is read.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSetKey {
    /// The network's classes.
    pub classes: Vec<String>,
    /// How the network's run reads pictures.
    pub reading: RunReading,
    /// Where the ink goes in the image.
    pub placement: Placement,
    /// Rows and columns of the network's images.
    pub size: ImageSize,
}
