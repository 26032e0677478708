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
        /// The endings that would do.
        expected: String,
        /// The file that was to be written.
        path: PathBuf,
    },
    /// There is nothing to draw.
    #[error("no epoch of {runs} is over yet, so there is no curve; wait for the first epoch")]
    NoEpochs {
        /// The names of the runs.
        runs: String,
    },
    /// The drawing can't be made a picture.
    #[error("the picture can't be made: {reason}; choose a smaller scale, or SVG")]
    Picture {
        /// Why it can't.
        reason: String,
    },
    /// The export was cancelled.
    #[error("the export was cancelled")]
    Cancelled,
    /// A run has no such weights, or its score can't be told.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The files of a run can't be read, or the export can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data of a run can't be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device can't be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The weights of a run can't be used.
    #[error(transparent)]
    Training(TrainingError),
    /// The weights of a run can't be read.
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
