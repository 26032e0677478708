//! Where a run's images come from, and what is known of them before they are loaded.

use super::look::Look;
use super::reading::PictureReading;
use super::setting::Expected;
use super::{ImageSize, limits};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where images come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSource {
    /// The 60,000 training and 10,000 test digits that the program carries.
    Mnist,
    /// A file or folder of the user's: IDX, Kaggle CSV or pictures.
    Files(FilesSource),
}

/// A file or folder of images, and what is known of it once it has been read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesSource {
    /// The file or folder.
    pub path: PathBuf,
    /// What the data held when they were last read. Before that nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<DataFacts>,
    /// How pictures became images, where the data are pictures. Runs that are older than this
    /// read them as [`PictureReading::OLDER`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<PictureReading>,
    /// What the training images look like, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// Whether the images lie on their side in the files and were turned upright.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turned: bool,
}

/// What is known of a data set without its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFacts {
    /// Images to train and to validate with.
    pub images: usize,
    /// How many of these the data itself names for validation; none where some of the images are
    /// held out instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_validation: Option<usize>,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// Classes.
    pub classes: usize,
}

impl DataFacts {
    /// The size of an image.
    pub fn size(&self) -> ImageSize {
        ImageSize::new(self.rows, self.columns)
    }
}

impl DataSource {
    /// A file or folder that has not been read yet.
    pub fn files(path: PathBuf) -> Self {
        Self::Files(FilesSource {
            path,
            facts: None,
            reading: None,
            look: None,
            turned: false,
        })
    }

    /// Whether the images lie on their side in the files and were turned upright, as far as is known.
    pub fn is_turned(&self) -> bool {
        match self {
            Self::Mnist => false,
            Self::Files(files) => files.turned,
        }
    }

    /// Whether both lie at the same place, whatever is known of them.
    pub fn is_same_place(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Mnist, Self::Mnist) => true,
            (Self::Files(files), Self::Files(others)) => files.path == others.path,
            (Self::Mnist, Self::Files(_)) | (Self::Files(_), Self::Mnist) => false,
        }
    }

    /// What is known of the data before it is loaded.
    pub fn known(&self) -> Option<DataFacts> {
        match self {
            Self::Mnist => Some(DataFacts {
                images: 60_000,
                own_validation: None,
                rows: 28,
                columns: 28,
                classes: 10,
            }),
            Self::Files(files) => files.facts,
        }
    }

    /// What the training images look like, where that is known before loading.
    pub fn look(&self) -> Option<Look> {
        match self {
            Self::Mnist => Some(Look::MNIST),
            Self::Files(files) => files.look,
        }
    }

    /// How many images there are to train and to validate with, where that is known before loading.
    pub fn known_size(&self) -> Option<usize> {
        self.known().map(|facts| facts.images)
    }

    /// How many images the data itself names for validation, where it is known that it does.
    pub fn own_validation(&self) -> Option<usize> {
        self.known().and_then(|facts| facts.own_validation)
    }

    /// Rows and columns of an image, where that is known before loading.
    pub fn known_image_size(&self) -> Option<ImageSize> {
        self.known().map(|facts| facts.size())
    }

    /// Number of classes, where that is known before loading.
    pub fn known_classes(&self) -> Option<usize> {
        self.known().map(|facts| facts.classes)
    }

    /// How many images validation holds out unless told otherwise: 10,000 of MNIST, a sixth of
    /// any other data, but for very few images. Of data that names images for validation these
    /// validate. None where their number isn't known yet.
    pub fn usual_validation_size(&self) -> Option<usize> {
        match self {
            Self::Mnist => Some(10_000),
            Self::Files(_) => self.known().map(|facts| {
                let sixth = (facts.images / 6).max(limits::MIN_IMAGES);
                facts.own_validation.unwrap_or(sixth)
            }),
        }
    }
}

impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mnist => f.write_str("mnist"),
            Self::Files(files) => write!(f, "{}", files.path.display()),
        }
    }
}

impl FromStr for DataSource {
    type Err = Expected;
    /// Reads `mnist`, or a path. Whether anything lies at the path, loading says.
    fn from_str(text: &str) -> Result<Self, Expected> {
        match text {
            "mnist" => Ok(Self::Mnist),
            "" => Err(Expected::new("mnist, a folder or a file")),
            path => Ok(Self::files(PathBuf::from(path))),
        }
    }
}
