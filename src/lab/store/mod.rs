//! Runs on disk: a folder a run, of plain files, so that a shared folder or `rsync` can carry
//! them.
//!
//! ```text
//! RUNS/A12/experiment.json      the experiment, with every change made while it ran
//!          metrics.jsonl        a line an epoch, appended and synced
//!          batches.csv          the training batches as seen
//!          checkpoints/         weights: best, last and every epoch (safetensors); the state from
//!                               which training goes on, and the one before
//!          answers/             what each epoch answered to the validation images
//!          summary.json         version, state, best epoch, verdict, device, data
//!          test-score.json      the answer of its one test, once it was asked
//!          label.json           the name and the star that a person gave it
//!          lock                 locked by the one process that writes the run
//! RUNS/E1.ensemble.json         runs that answer together, and what that is worth
//! RUNS/.bin/A12                 a deleted run, until it is restored
//! ```

mod answers;
mod batches;
mod beginning;
mod called;
mod checkpoint;
mod ensemble;
mod files;
pub(in crate::lab) mod hash;
mod inside;
mod keep;
mod lock;
mod metrics;
mod place;
mod read;
mod resume;
mod states;
mod summary;
mod test_score;
mod troubles;
mod watch;
mod write;

pub use answers::read_answers;
pub(crate) use answers::{answers_from_bytes, answers_to_bytes};
pub use batches::parse_batches;
pub use checkpoint::{Checkpoint, NoCheckpoint};
pub use ensemble::{Ensemble, EnsembleScore, MOST_MEMBERS, MemberScore};
pub use files::{Overwrite, write_atomically, write_together};
pub(crate) use inside::check_no_link;
pub use inside::{EXPERIMENT_LIMIT, check_regular, read_bounded, read_bounded_text};
pub use keep::{KeepEpochs, KeptEpoch, NoChoice, kept_epochs, thin};
pub use lock::{RunLock, writer_of};
pub use metrics::{Metrics, MetricsError, parse_metrics};
pub use place::RunPlace;
pub use read::{glance, id_of, read_experiment, read_run};
pub use resume::{Claim, TakenUp, resumes_at};
pub use summary::{Resumption, Summary, SummaryError, SummaryState};
pub use test_score::{Figures, Score, Split, read_score, write_score};
pub use watch::{StoreChanges, StoreWatch};
pub use write::RunWriter;

use super::run::{Run, RunId};
use crate::disk;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The version of the run format that this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Whether a folder is a run's.
pub fn is_run_folder(folder: &Path) -> bool {
    folder.join(files::EXPERIMENT).is_file()
}

/// Why a run could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("can't {action}: {source}; {mend}: {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// What to do.
        mend: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why the system refused.
        source: std::io::Error,
    },
    /// A file of the run isn't what it should be.
    #[error("{message}: {}", path.display())]
    Malformed {
        /// What was found and what was expected.
        message: String,
        /// The file.
        path: PathBuf,
    },
    /// The run is of another version.
    #[error(
        "version {found} of the run format is not known, expected {FORMAT_VERSION}; open it with the version of Overfit Lab that wrote it: {}",
        path.display()
    )]
    UnknownVersion {
        /// The version that the file states.
        found: u64,
        /// The file.
        path: PathBuf,
    },
    /// A run stands there already.
    #[error("the folder is not empty; choose another or empty it: {}", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The run would lie among its own data.
    #[error(
        "the run would lie in the folder of its own data, where the next reading finds it among them; \
         choose another place by --out or --runs-dir: {}",
        path.display()
    )]
    AmongData {
        /// The folder of the run, or of the store.
        path: PathBuf,
    },
    /// Another process writes the run.
    #[error("the run is being written by {by}; wait for its end, or stop it there: {}", path.display())]
    InUse {
        /// The other process, in words.
        by: String,
        /// The run's folder.
        path: PathBuf,
    },
    /// The run can't be taken up again.
    #[error("{reason}: {}", path.display())]
    NotResumable {
        /// Why the run can't be taken up, and what can be done.
        reason: String,
        /// The run's folder.
        path: PathBuf,
    },
    /// A file that shall stay has this name.
    #[error(
        "a file of this name is already there; choose another name, or have it replaced (--force): {}",
        path.display()
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// No run has this name.
    #[error("no run {name} in {}; see overfit-lab runs, or name the run's folder", folder.display())]
    NoRun {
        /// The name.
        name: String,
        /// The folder of the runs.
        folder: PathBuf,
    },
    /// The folder isn't there in which a file is to be written.
    #[error("the folder {} isn't there; make it, or choose another name: {}", folder.display(), path.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
        /// The file.
        path: PathBuf,
    },
    /// No data folder is known on this system.
    #[error("this system names no folder for data of programs; give one with --runs-dir")]
    NoDataFolder,
}

impl StoreError {
    /// What may be behind several errors: a disk that is full gives the same cause for each file.
    fn cause(&self) -> String {
        match self {
            Self::Io { source, .. } => source.to_string(),
            other => other.to_string(),
        }
    }

    pub(crate) fn io<'a>(
        action: &'static str,
        mend: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(std::io::Error) -> Self + 'a {
        move |source| Self::Io {
            action,
            mend,
            path: path.to_path_buf(),
            source,
        }
    }
}

/// What a person says of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The run's name.
    pub name: String,
    /// Whether the run is starred.
    pub starred: bool,
}

/// The folder that holds all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunStore {
    folder: PathBuf,
}

impl RunStore {
    /// The store in a folder, which is made with the first run.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The store in the platform's data folder.
    ///
    /// # Errors
    /// Where the platform names no such folder.
    pub fn in_data_folder() -> Result<Self, StoreError> {
        directories::ProjectDirs::from("", "", "overfit-lab")
            .map(|dirs| Self::new(dirs.data_dir().join("runs")))
            .ok_or(StoreError::NoDataFolder)
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a run by its name, in upper or lower case.
    ///
    /// # Errors
    /// Where no run has that name.
    pub fn find(&self, name: &str) -> Result<PathBuf, StoreError> {
        let exact = self.folder.join(name);
        if exact.is_dir() {
            return Ok(exact);
        }
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        let mut folders = entries.flatten().map(|entry| entry.path());
        let is_alike = |folder: &PathBuf| {
            let found = folder.file_name().and_then(|found| found.to_str());
            found.is_some_and(|found| found.eq_ignore_ascii_case(name)) && is_run_folder(folder)
        };
        folders
            .find(is_alike)
            .or_else(|| self.called(name))
            .ok_or_else(|| StoreError::NoRun {
                name: name.into(),
                folder: self.folder.clone(),
            })
    }

    /// Every run that can be read, the oldest first, and an error for each that can't.
    pub fn read_all(&self) -> (Vec<Run>, Vec<StoreError>) {
        let mut runs = Vec::new();
        let mut errors = Vec::new();
        let folders = match self.run_folders() {
            Ok(folders) => folders,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return (runs, errors),
            Err(err) => {
                errors.push(StoreError::io(
                    "read the runs",
                    "check that the folder can be read",
                    &self.folder,
                )(err));
                return (runs, errors);
            }
        };
        // Runs are read side by side, since a long one has many points to parse.
        let read: Vec<_> = folders.par_iter().map(|folder| read_run(folder)).collect();
        for run in read {
            match run {
                Ok(run) => runs.push(run),
                Err(err) => errors.push(err),
            }
        }
        runs.sort_by_key(Self::age);
        (runs, errors)
    }

    /// What runs are ordered by, the oldest first: when a run was begun, and its number where the store gave it.
    pub fn age(run: &Run) -> (u64, Option<u64>) {
        (run.created_secs, number_of(&run.id))
    }

    /// Names and stars a run.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn label(&self, folder: &Path, label: &Label) -> Result<(), StoreError> {
        files::write_json(&folder.join(files::LABEL), label)
    }

    /// Moves a run into the bin.
    ///
    /// # Errors
    /// Where the folder can't be moved.
    pub fn delete(&self, id: &RunId) -> Result<(), StoreError> {
        let bin = self.bin();
        // Were the bin a link, a folder of that name elsewhere would be removed.
        inside::check_no_link(&bin)?;
        disk::create_folders(&bin).map_err(StoreError::io(
            "make the bin for deleted runs",
            "check that the folder can be written",
            &bin,
        ))?;
        let from = self.folder.join(&id.0);
        // A run of the same name may lie in the bin, where the name was freed and given again.
        let _ = disk::remove_folder(&bin.join(&id.0));
        disk::rename(&from, &bin.join(&id.0)).map_err(StoreError::io(
            "move the run into the bin",
            "check that the folder can be written",
            &from,
        ))
    }

    /// Moves a run back out of the bin.
    ///
    /// # Errors
    /// Where the folder can't be moved.
    pub fn restore(&self, id: &RunId) -> Result<(), StoreError> {
        inside::check_no_link(&self.bin())?;
        let from = self.bin().join(&id.0);
        disk::rename(&from, &self.folder.join(&id.0)).map_err(StoreError::io(
            "move the run out of the bin",
            "check that it is still there",
            &from,
        ))
    }

    /// The folder in which deleted runs lie.
    pub fn bin(&self) -> PathBuf {
        self.folder.join(files::BIN)
    }

    /// Makes the folder of the next run: `A1`, `A2`, …. Names in the bin aren't given again.
    fn create_next(&self) -> Result<(RunId, PathBuf), StoreError> {
        let refused = |path| StoreError::io("make the run's folder", files::MEND_WRITE, path);
        disk::create_folders(&self.folder).map_err(refused(&self.folder))?;
        let names = |folder: &Path| {
            std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| RunId(entry.file_name().to_string_lossy().into_owned()))
                .filter_map(|id| number_of(&id))
                .max()
                .unwrap_or(0)
        };
        let mut number = names(&self.folder).max(names(&self.bin())) + 1;
        loop {
            let id = RunId(format!("A{number}"));
            let folder = self.folder.join(&id.0);
            match disk::create_folder(&folder) {
                Ok(()) => return Ok((id, folder)),
                // Another process was quicker and has that name.
                Err(err) if err.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(err) => return Err(refused(&folder)(err)),
            }
        }
    }
}

/// The number in a run's id, where the store gave it.
fn number_of(id: &RunId) -> Option<u64> {
    id.0.strip_prefix('A')?.parse().ok()
}
