//! What background work reports to the window: one event for each result, which `logic.rs` takes
//! in.

use super::deleting::RemovedSweep;
use super::look::DataKey;
use super::queue::{Planned, Waited};
use super::sweeps::Found;
use crate::app::action::{OwnSetKey, PathPurpose};
use crate::app::files::WorkError;
use crate::app::work::BrokeDown;
use crate::data::drawing::Finding;
use crate::data::own_set::OwnImages;
use crate::data::reading::RunReading;
use crate::data::{DataError, TrainingData};
use crate::experiment::{DataSource, Experiment};
use crate::lab::curves::OpenedRun;
use crate::lab::store::{Ensemble, KeptEpoch, StoreChanges, StoreError};
use crate::lab::sweep::{Begun, Shelved, SweepError};
use crate::lab::{Run, RunId};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A result of background work.
#[derive(Debug)]
pub(super) enum Report {
    /// The runs on disk, and what couldn't be read.
    Runs(Vec<Run>, Vec<StoreError>),
    /// What other processes have changed in the folder of the runs.
    Changed(StoreChanges),
    /// An experiment was read.
    Experiment(PathBuf, Box<Experiment>),
    /// An experiment was written.
    Written(PathBuf),
    /// An experiment was to be written where a file is that only a person may replace.
    InTheWay(PathBuf),
    /// The runs of a file of curves that a person opened.
    Opened(Vec<OpenedRun>),
    /// The runs of a file of curves that was open when the window was closed.
    Reopened(Vec<OpenedRun>),
    /// The ensembles on disk, and what couldn't be read.
    Ensembles(Vec<(RunId, Ensemble)>, Vec<StoreError>),
    /// An ensemble was made, or taken out of the bin.
    EnsembleMade(RunId, Box<Ensemble>),
    /// The sweeps of the window: the name of each, and what it is.
    Sweeps(Vec<(String, String)>),
    /// A run was taken out of the bin.
    Restored(RunId),
    /// The purpose of a dropped file or folder was recognized.
    Recognized(PathPurpose, PathBuf),
    /// The epochs of a run whose weights are on disk.
    KeptEpochs(RunId, Vec<KeptEpoch>),
    /// Thinning a run has freed so many bytes.
    Thinned(RunId, u64),
    /// The data of some settings, split, or why there is none.
    SplitData(Box<DataKey>, Result<Arc<TrainingData>, DataError>),
    /// A picture was read for the canvas.
    Picture(Finding),
    /// How runs on this data read pictures, which was looked up on disk.
    Reading(Box<DataSource>, RunReading),
    /// A drawing was kept under this class, in this file.
    DrawingKept(String, PathBuf),
    /// A kept drawing was removed.
    DrawingForgotten,
    /// The person's own set was read.
    OwnSet(Box<OwnSetKey>, OwnImages),
    /// The system's dialog gave a path, or none, after this time.
    Dialog(PathPurpose, Option<PathBuf>, Duration),
    /// The work failed.
    Failed(WorkError),
    /// A sweep was kept, and its runs were looked for: they can be put behind those that wait.
    Planned(Result<Box<Planned>, SweepError>),
    /// The runs that waited when the window was closed, and what can't be read.
    Waited(Box<Waited>),
    /// A run of the queue was begun, or needs no training.
    Begun(RunId, Result<Begun, SweepError>),
    /// A sweep was read, and lies among those of the window.
    SweepRead(Box<Shelved>),
    /// A sweep is in the bin.
    SweepRemoved(RemovedSweep),
    /// The sweep in a folder is out of the bin.
    SweepRestored(String),
    /// What sweeps found was read.
    Found(Box<Found>),
    /// The work is done, and there is nothing to tell.
    Quiet,
}

impl From<BrokeDown> for Report {
    fn from(err: BrokeDown) -> Self {
        Self::Failed(err.into())
    }
}

impl<E: Into<WorkError>> From<Result<Self, E>> for Report {
    fn from(result: Result<Self, E>) -> Self {
        result.unwrap_or_else(|err| Self::Failed(err.into()))
    }
}
