//! Why the verdict can't be measured.

use crate::data::DataError;
use crate::experiment::{ExperimentError, SettingError};
use crate::lab::threads::ThreadsError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use std::io;
use std::path::PathBuf;

/// Why the verdict can't be measured.
#[derive(Debug, thiserror::Error)]
pub enum VerdictBenchError {
    /// The data can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A run of the plan is no experiment.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// A run of the plan has a setting that is none.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The device can't be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The training fails.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// The system gives no threads.
    #[error(transparent)]
    Threads(#[from] ThreadsError),
    /// A kept run can't be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why the system refused.
        source: io::Error,
    },
    /// A kept run isn't one.
    #[error("{problem}; remove the file, so that the run is trained again: {}", path.display())]
    NoRun {
        /// What is wrong with the file.
        problem: String,
        /// The file.
        path: PathBuf,
    },
    /// The plan has no setting of these names.
    #[error("the plan has no setting {0}; src/proofs/bench/verdict/plan.rs names them all")]
    NoSetting(String),
    /// No run of the plan is kept.
    #[error("no run is kept in {}; leave --score-only out", folder.display())]
    Nothing {
        /// The folder.
        folder: PathBuf,
    },
}
