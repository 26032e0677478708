//! Why sweeps can't be disturbed.

use crate::experiment::ExperimentError;
use crate::lab::sweep::SweepError;
use crate::proofs::selftest::kills::error::Difference;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why processes on sweeps can't be started or killed.
#[derive(Debug, thiserror::Error)]
pub enum SweepTestError {
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
    /// The sweeps take much longer than they should.
    #[error("the sweeps hang: {}", .0.display())]
    Hangs(PathBuf),
    /// A sweep that nobody disturbed ends badly.
    #[error("a sweep ended with {status}: {said}")]
    EndedBadly {
        /// How its process ended.
        status: ExitStatus,
        /// What it wrote on standard error.
        said: String,
    },
    /// What the undisturbed sweep left can't be read.
    #[error(transparent)]
    Unreadable(#[from] Difference),
}
