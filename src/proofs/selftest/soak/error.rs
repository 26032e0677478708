//! What ends an hour of short runs before its time, and what it may find lost.

use super::process::Held;
use crate::data::DataError;
use crate::experiment::ExperimentError;
use crate::lab::StoreError;
use crate::lab::export::ExportError;
use crate::lab::submission::SubmissionError;
use std::io;

/// What went wrong beside or with a run.
#[derive(Debug, thiserror::Error)]
pub enum SoakError {
    /// The data can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The settings are refused.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// The system refuses a file, a folder or a thread.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The store refuses a run.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An export can't be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A submission can't be made.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// A figure can't be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The settings build no network.
    #[error("no table")]
    NoTable,
    /// The run failed, with these words.
    #[error("{0}")]
    Failed(String),
    /// The run told a warning.
    #[error("a warning: {0}")]
    Warning(String),
    /// The inference thread tells this problem.
    #[error("{0}")]
    Inference(String),
    /// The training thread is silent.
    #[error("the training thread doesn't say anything any more")]
    Silent,
    /// The training thread was told to stop and goes on.
    #[error("the training thread doesn't end")]
    TrainsOn,
    /// The inference thread doesn't answer the last stroke.
    #[error("the inference thread doesn't answer")]
    NoAnswer,
    /// A run has ended and never told of its folder.
    #[error("a run without a folder")]
    NoFolder,
    /// The figures on the disk aren't those that came through the channel.
    #[error("the epochs that were told aren't those that were kept")]
    OtherEpochs,
    /// The run has fewer epochs on the disk than its settings say, or not in order.
    #[error("{found} epochs of {expected}")]
    EpochsMissing {
        /// On the disk.
        found: usize,
        /// By the settings.
        expected: usize,
    },
    /// The experiment on the disk isn't the one that came through the channel.
    #[error("the changes that were told aren't those that were kept")]
    OtherChanges,
    /// Threads or file handles are left over.
    #[error("left over after {runs} runs: {held:?}")]
    LeftOver {
        /// Runs trained so far.
        runs: usize,
        /// What is left over.
        held: Held,
    },
    /// The system doesn't tell what this process holds.
    #[error("the system doesn't tell what is held: {0}")]
    Untold(#[source] io::Error),
    /// Something was lost or has grown.
    #[error(transparent)]
    Lost(#[from] Lost),
}

/// What was lost or has grown, by the counts.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Lost {
    /// Epochs that lie on the disk weren't told of.
    #[error("{kept} epochs were kept and {told} told of")]
    Epochs {
        /// On the disk.
        kept: usize,
        /// Through the channel.
        told: usize,
    },
    /// Batches that lie on the disk weren't told of.
    #[error("{kept} batches were kept and {told} told of")]
    Batches {
        /// On the disk.
        kept: usize,
        /// Through the channel.
        told: usize,
    },
    /// Last strokes before the hand rested weren't answered.
    #[error("{drawn} last strokes were drawn and {answered} answered")]
    Strokes {
        /// Drawn.
        drawn: usize,
        /// Answered.
        answered: usize,
    },
    /// Memory has grown by this share of what it was once it had settled.
    #[error("memory has grown by {:.1}%", 100.0 * .0)]
    Memory(f64),
}
