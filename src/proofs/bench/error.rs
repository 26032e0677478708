//! Why something can't be measured.

use super::frames::MANY_RUNS;
use crate::data::DataError;
use crate::experiment::ExperimentError;
use crate::lab::StoreError;
use crate::lab::sweep::SweepError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why something can't be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The data can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The settings are refused.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// The device can't be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The training or the prediction fails.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// The system refuses a file, a folder or a thread.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The system refuses a file of a store that is made.
    #[error("{}: {source}", folder.display())]
    Store {
        /// The run's folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A run that was measured can't be read or changed.
    #[error(transparent)]
    Kept(#[from] StoreError),
    /// A figure can't be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The system gives no threads to compute on.
    #[error(transparent)]
    Pool(#[from] rayon::ThreadPoolBuildError),
    /// The run that was measured failed, or told a warning; this is what it said.
    #[error("{0}")]
    Run(String),
    /// The run gave no weights to predict with.
    #[error("the run gave no weights")]
    NoWeights,
    /// The run's updates ended before the run did.
    #[error("the run did not end")]
    NoEnd,
    /// The training thread was told to stop and goes on.
    #[error("the training thread doesn't end")]
    TrainsOn,
    /// The inference thread says nothing.
    #[error("the inference thread doesn't answer")]
    NoAnswer,
    /// The settings that frames are drawn of build no network.
    #[error("the settings build no network")]
    NoNetwork,
    /// There are too few runs to compare two.
    #[error("expected two runs to compare")]
    TooFewRuns,
    /// The window has read fewer runs than the store holds.
    #[error("{0} of {MANY_RUNS} runs were read")]
    RunsRead(usize),
    /// The table of runs has scrolled past fewer runs than it should.
    #[error("the table passed {0} runs only")]
    RunsPassed(usize),
    /// The window has read fewer runs of a queue than wait there.
    #[error("{0} of 1,000 waiting runs were read")]
    QueueRead(usize),
    /// The queue that is measured can't be kept.
    #[error(transparent)]
    Queue(#[from] SweepError),
    /// The window shows fewer runs than the store holds.
    #[error("{0} of {MANY_RUNS} runs were shown")]
    RunsShown(String),
    /// There is no display to open a window on.
    #[error("no display")]
    NoDisplay,
    /// There is no folder for the files of the window.
    #[error("no folder for the window's files: {0}")]
    NoFolder(#[source] io::Error),
    /// The process of the window can't be started or heard.
    #[error("the window can't be started: {0}")]
    CantOpen(#[source] io::Error),
    /// The window ended without having said what was awaited.
    #[error("the window ended with {status}: {last}")]
    WindowEnded {
        /// How its process ended.
        status: ExitStatus,
        /// The last line of its log.
        last: String,
    },
    /// The system doesn't tell the memory of a process.
    #[error("this system doesn't tell how much memory a process takes")]
    MemoryUntold,
    /// The table that was written is read as another number of images.
    #[error("found {0} images")]
    Images(usize),
    /// The Python given can't be started.
    #[error("can't run Python: {source}: {}", python.display())]
    NoPython {
        /// The Python.
        python: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The script fails on this Python.
    #[error("Python fails: {last}: {}", python.display())]
    PythonFails {
        /// The Python.
        python: PathBuf,
        /// The last line that it wrote.
        last: String,
    },
    /// The script prints something else than expected.
    #[error("can't read what Python said: {0}")]
    PythonSaid(#[source] serde_json::Error),
    /// Keras has measured nothing.
    #[error("Keras gave no figure")]
    NoFigure,
    /// pandas has read other images than this program.
    #[error("pandas read other images than this program")]
    OtherImages,
}
