//! What goes wrong with runs that are killed, and how they differ from the one that nobody killed.

use crate::experiment::ExperimentError;
use crate::lab::StoreError;
use crate::lab::sweep::SweepError;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why runs can't be killed and resumed.
#[derive(Debug, thiserror::Error)]
pub enum KillsError {
    /// The experiment is refused.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// A sweep is refused.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The system refuses a file, a folder or a process.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The program can't be started.
    #[error("{}: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A run takes much longer than the undisturbed one.
    #[error("a run hangs: {}", .0.display())]
    Hangs(PathBuf),
    /// A run that wasn't killed ends badly.
    #[error("a run ended with {status}: {said}")]
    EndedBadly {
        /// How its process ended.
        status: ExitStatus,
        /// What it wrote on standard error.
        said: String,
    },
    /// What the undisturbed run left can't be read.
    #[error(transparent)]
    Unreadable(#[from] Difference),
}

/// How a run differs from the one that nobody killed.
#[derive(Debug, thiserror::Error)]
pub enum Difference {
    /// The run's folder can't be read as a run.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the run's folder can't be read.
    #[error("{}: {source}", folder.display())]
    Folder {
        /// The run's folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The lines of `metrics.jsonl` aren't JSON objects.
    #[error("metrics.jsonl is not as it should be")]
    Metrics,
    /// A file has other bytes.
    #[error("{} differs", .0.display())]
    Differs(PathBuf),
    /// A file isn't there.
    #[error("{} is missing", .0.display())]
    Missing(PathBuf),
    /// A file is there that the undisturbed run doesn't have.
    #[error("{} is left behind", .0.display())]
    LeftBehind(PathBuf),
    /// The run ended otherwise, or has other best weights, or another verdict.
    #[error("it is {found}, not {expected}")]
    Said {
        /// What is said of the run.
        found: String,
        /// What is said of the undisturbed one.
        expected: String,
    },
}
