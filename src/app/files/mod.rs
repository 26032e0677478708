//! What the window reads and writes itself, as plain functions for the thread *files*. Everything
//! of a run goes through its store.

pub mod dialog;
mod recognize;

pub use recognize::purpose;

use super::work::BrokeDown;
use crate::data::DataError;
use crate::disk;
use crate::experiment::{Experiment, FileError};
use crate::lab::curves::{self, CurveError, OpenedRun};
use crate::lab::rates::RatesError;
use crate::lab::store::{self, EXPERIMENT_LIMIT, Overwrite, StoreError};
use crate::lab::sweep::SweepError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Why work on files failed.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// A file of a run, or of the window, can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Data or a picture can't be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A file holds no curve.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// A file holds no experiment.
    #[error("not an experiment: {source}: {}", path.display())]
    NotAnExperiment {
        /// What is wrong with it.
        source: FileError,
        /// The file.
        path: PathBuf,
    },
    /// The file manager doesn't open.
    #[error("can't open the file manager: {source}; the folder is {}", folder.display())]
    NoFileManager {
        /// Why.
        source: io::Error,
        /// The folder that it should show.
        folder: PathBuf,
    },
    /// A folder lacks a file of a Kaggle competition.
    #[error(
        "found no {name}, expected train.csv and test.csv as Kaggle's Digit Recognizer gives them; unpack \
         what was downloaded, and choose that folder: {}",
        folder.display()
    )]
    NoCompetition {
        /// The file that is missing.
        name: String,
        /// The folder.
        folder: PathBuf,
    },
    /// A sweep can't be planned.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The learning-rate finder has nothing to show.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// The work ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
}

/// Reads an experiment file.
///
/// # Errors
/// Where the file can't be read or holds no experiment.
pub fn read_experiment(path: &Path) -> Result<Experiment, WorkError> {
    store::check_regular(path)?;
    let text = store::read_bounded_text(path, EXPERIMENT_LIMIT)?;
    Experiment::from_json(&text).map_err(|source| WorkError::NotAnExperiment {
        source,
        path: path.to_path_buf(),
    })
}

/// Writes an experiment file.
///
/// # Errors
/// Where the file can't be written, or is there and shall stay.
pub fn write_experiment(
    path: &Path,
    experiment: &Experiment,
    overwrite: Overwrite,
) -> Result<(), StoreError> {
    let text = experiment.to_json();
    store::write_together(&[(path, text.as_bytes())], overwrite)
}

/// Reads the runs of a file of curves. Only regular files are read: a pipe would keep all other
/// files waiting.
///
/// # Errors
/// Where the file can't be read or holds no curve.
pub fn open_runs(path: &Path) -> Result<Vec<OpenedRun>, WorkError> {
    store::check_regular(path)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |elapsed| elapsed.as_secs());
    Ok(curves::open_runs(path, now)?)
}

/// Shows a folder in the file manager.
///
/// # Errors
/// Where the system has no file manager, or it doesn't start.
pub fn show_folder(folder: &Path) -> Result<(), WorkError> {
    open::that_detached(folder).map_err(no_file_manager(folder))
}

/// Makes a folder where there is none, and shows it in the file manager.
///
/// # Errors
/// Where the folder can't be made, or as [`show_folder`].
pub fn make_and_show_folder(folder: &Path) -> Result<(), WorkError> {
    disk::create_folders(folder).map_err(no_file_manager(folder))?;
    show_folder(folder)
}

fn no_file_manager(folder: &Path) -> impl FnOnce(io::Error) -> WorkError + '_ {
    move |source| WorkError::NoFileManager {
        source,
        folder: folder.to_path_buf(),
    }
}

/// Writes what the window remembers.
///
/// # Errors
/// Where the file can't be written.
pub fn write_prefs(path: &Path, text: &str) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        // If the folder can't be made, the write below fails and says why.
        let _ = disk::create_folders(folder);
    }
    store::write_atomically(path, text.as_bytes())
}
