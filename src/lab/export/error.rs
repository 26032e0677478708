//! What can be wrong with an export.

use crate::data::DataError;
use crate::lab::score::ScoreError;
use crate::lab::store::StoreError;
use crate::model::ModelError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use std::path::PathBuf;

/// Why something can't be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A name whose ending chooses no format.
    #[error("expected a name that ends in one of {expected}: {}", path.display())]
    Format {
        /// The endings.
        expected: String,
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to draw.
    #[error("no epoch of {runs} is over yet, so there is no curve; wait for the first epoch")]
    NoEpochs {
        /// The runs' names.
        runs: String,
    },
    /// The drawing can't be made a picture.
    #[error("the picture can't be made: {reason}; choose a smaller scale, or SVG")]
    Picture {
        /// Why.
        reason: String,
    },
    /// It was cancelled.
    #[error("the export was cancelled")]
    Cancelled,
    /// A run's weights.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// A run's files, or writing.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A run's data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// Its weights can't be used.
    #[error(transparent)]
    Training(TrainingError),
    /// Its weights can't be read.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl From<TrainingError> for ExportError {
    fn from(err: TrainingError) -> Self {
        match err {
            TrainingError::Cancelled => Self::Cancelled,
            err => Self::Training(err),
        }
    }
}
