//! Why a thread that looks on can't answer.

use super::ensemble::EnsembleError;
use crate::data::DataError;
use crate::lab::store::StoreError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use rayon::ThreadPoolBuildError;

/// Why something can't be answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    /// The run's files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run's data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The network.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// Runs can't answer together.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The system gives no threads.
    #[error(transparent)]
    Threads(#[from] ThreadPoolBuildError),
}
