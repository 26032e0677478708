//! The weights of a run that can be asked for, and the files that they lie in.

use super::inside::{Inside, WEIGHTS_LIMIT};
use super::{StoreError, files};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// One of a run's kept sets of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// The weights of the lowest validation loss.
    Best,
    /// The newest weights.
    Last,
    /// The weights after an epoch.
    Epoch(usize),
}

/// A text that names no weights.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected best, last or an epoch from 1, found {0:?}")]
pub struct NoCheckpoint(String);

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;
    fn from_str(text: &str) -> Result<Self, NoCheckpoint> {
        match text {
            "best" => Ok(Self::Best),
            "last" => Ok(Self::Last),
            _ => text
                .parse()
                .ok()
                .filter(|epoch| *epoch > 0)
                .map(Self::Epoch)
                .ok_or_else(|| NoCheckpoint(text.into())),
        }
    }
}

impl Checkpoint {
    /// The file of these weights in a run's folder.
    pub fn path(self, folder: &Path) -> PathBuf {
        folder.join(self.place())
    }

    fn place(self) -> PathBuf {
        let name = match self {
            Self::Best => "best".into(),
            Self::Last => "last".into(),
            Self::Epoch(epoch) => format!("epoch-{epoch:04}"),
        };
        Path::new(files::CHECKPOINTS).join(format!("{name}.safetensors"))
    }

    /// Reads these weights from a run's folder.
    ///
    /// # Errors
    /// Where the run has no such weights.
    pub fn read(self, folder: &Path) -> Result<Vec<u8>, StoreError> {
        let file = Inside::new(folder, self.place());
        if !file.exists() {
            return Err(StoreError::Malformed {
                message: "these weights aren't there: the run didn't get to that epoch, or they \
                          found no room, or were thinned; choose another epoch"
                    .into(),
                path: file.path(),
            });
        }
        file.read(WEIGHTS_LIMIT)
    }
}
