//! What is told of a run, in order. Each event is on the disk before it is told, and [`Run::apply`]
//! makes the same run of the same events wherever they are heard.
//!
//! [`Run::apply`]: super::Run::apply

use super::{ResumePlace, RunId};
use crate::experiment::Change;
use crate::lab::verdict::Verdict;
use crate::training::{BatchPoint, EpochMetrics, Progress, Started, StopReason};
use std::path::PathBuf;

/// What happened in a run.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// The run's data is read and its folder stands; the network is being made ready.
    Loading,
    /// The SHA-256 of the images and labels that the run was given, where they aren't the embedded
    /// data.
    Hashed(String),
    /// The run was taken up again and goes on from here. Whatever it had beyond is trained again.
    TakenUp {
        /// The epoch in work, from 1.
        epoch: usize,
        /// The batch that comes next, from 1; one more than the epoch has before its evaluation.
        batch: usize,
        /// Optimizer steps so far.
        steps: u64,
        /// Seconds that the run has worked, pauses not counted.
        elapsed_secs: f64,
        /// What the epochs that are left amount to.
        standing: Standing,
    },
    /// The GPU of this name is tried out before it is used.
    Probing(String),
    /// The network stands on the device.
    Started(Started),
    /// The next step compiles kernels for the GPU.
    Compiling,
    /// The kernels are compiled.
    Compiled,
    /// The run went on.
    Progress {
        /// How far the run is.
        progress: Progress,
        /// Seconds since the network stood on the device, pauses not counted.
        elapsed_secs: f64,
        /// The batches trained since the last progress.
        points: Vec<BatchPoint>,
    },
    /// A live setting was changed.
    Changed(Change),
    /// An epoch was trained, evaluated, judged and kept.
    Epoch(Box<JudgedEpoch>),
    /// The run holds still.
    Paused,
    /// The run goes on after a pause.
    Resumed,
    /// Why the run was given its device, where that isn't just what was asked for.
    Chose(String),
    /// Something worth a line in the log.
    Note(String),
    /// Something went wrong, or was refused, without ending the run.
    Warning(String),
    /// The run is over.
    Finished {
        /// Why the run is over.
        reason: StopReason,
        /// Where the run goes on if it is taken up again.
        resumes_at: Option<ResumePlace>,
        /// Whether the folder has the run's end and all its figures. Where it lacks some, the run
        /// would be trained on there.
        is_kept: bool,
        /// Which epochs' weights the folder has at the end.
        weights: KeptWeights,
    },
    /// The run ended with an error. What it had is kept.
    Failed {
        /// What failed, why, and what to do.
        message: String,
        /// The kind of failure.
        cause: FailureCause,
        /// Where the run goes on if it is taken up again.
        resumes_at: Option<ResumePlace>,
    },
}

/// An epoch, and what the run amounts to with it.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedEpoch {
    /// The epoch's figures.
    pub metrics: EpochMetrics,
    /// What all epochs so far amount to.
    pub standing: Standing,
}

/// What a run's epochs amount to. The thread that keeps the run finds this out once an epoch, so
/// that nobody who hears of it has to judge or to look at the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// What the curves mean.
    pub verdict: Verdict,
    /// Which epochs' weights the folder has.
    pub weights: KeptWeights,
}

/// The epochs whose weights lie in a run's folder under the names *best* and *last*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptWeights {
    /// The epoch of the weights named *best*. This is another epoch than the best one where the
    /// best one's weights found no room on the disk, or were removed before the run was taken up
    /// again.
    pub best: Option<usize>,
    /// The epoch of the weights named *last*; none where they are newer than any epoch's, or where
    /// that isn't known.
    pub last: Option<usize>,
}

/// Kinds of failures that more can be said of than a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureCause {
    /// A figure was no longer finite in this epoch.
    Diverged(usize),
    /// The GPU went away or ran out of memory: the CPU can train the same.
    DeviceLost,
    /// Anything else.
    Other,
}

impl FailureCause {
    /// The epoch in which a figure was no longer finite, where the run diverged.
    pub fn diverged_in(self) -> Option<usize> {
        match self {
            Self::Diverged(epoch) => Some(epoch),
            Self::DeviceLost | Self::Other => None,
        }
    }
}

/// The facts of a run that has a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// The run's name in the store.
    pub id: RunId,
    /// The run's folder.
    pub folder: PathBuf,
    /// Seconds since 1970 at the run's start.
    pub created_secs: u64,
}
