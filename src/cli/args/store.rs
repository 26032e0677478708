//! Where runs are kept, and the arguments of the commands that look at kept runs.

use super::EnsembleArgs;
use crate::experiment::ReadAs;
use crate::lab::store::Checkpoint;
use crate::lab::{DeviceChoice, RunStore, StoreError, format};
use clap::Args;
use std::path::{Component, Path, PathBuf};

/// The heading of the options that every command takes.
pub(crate) const PROGRAM_WIDE: &str = "Options of every command";

/// Where runs are kept.
#[derive(Args, Clone, Debug)]
pub struct StoreArgs {
    /// The folder of all runs [default: overfit-lab/runs in the platform's data folder]
    #[arg(long, value_name = "DIR", global = true, help_heading = PROGRAM_WIDE)]
    pub runs_dir: Option<PathBuf>,
    /// The folder of your own labelled drawings, with a sub-folder of PNGs for each class [default:
    /// overfit-lab/own-digits in the platform's data folder]
    #[arg(long, value_name = "DIR", global = true, help_heading = PROGRAM_WIDE)]
    pub own_digits: Option<PathBuf>,
}

impl StoreArgs {
    /// The store.
    ///
    /// # Errors
    /// Where no folder is given and the platform names none.
    pub fn open(&self) -> Result<RunStore, StoreError> {
        match &self.runs_dir {
            Some(folder) => Ok(RunStore::new(folder.clone())),
            None => RunStore::in_data_folder(),
        }
    }

    /// The options that name the folder of all runs again, for a command that is printed; empty where it is the
    /// usual one.
    pub fn in_words(&self) -> String {
        let folder = self.runs_dir.as_deref();
        folder.map_or_else(String::new, |folder| {
            format!(" --runs-dir {}", format::shell_path(folder))
        })
    }

    /// The folder of a run that was typed as that folder, or by its name among the runs: `A12`, in
    /// upper or lower case.
    ///
    /// # Errors
    /// Where a name was typed that no run has.
    pub fn run_folder(&self, named: &Path) -> Result<PathBuf, StoreError> {
        let Some(name) = run_name(named) else {
            return Ok(named.to_path_buf());
        };
        // Where no folder of runs is known, what was typed can't be a run's name.
        let Ok(store) = self.open() else {
            return Ok(named.to_path_buf());
        };
        store.find(name)
    }

    /// The folder of a run as [`run_folder`](Self::run_folder) finds it, or what was typed as a path.
    pub fn run_or_path(&self, named: &Path) -> PathBuf {
        self.run_folder(named)
            .unwrap_or_else(|_| named.to_path_buf())
    }

    /// The folder of the user's own drawings. Where the platform has no data folder, it lies beside
    /// the runs.
    pub fn own_drawings(&self) -> PathBuf {
        let usual = || {
            let dirs = directories::ProjectDirs::from("", "", "overfit-lab");
            let folder = dirs.map(|dirs| dirs.data_dir().to_path_buf());
            folder.or_else(|| self.runs_dir.clone()).unwrap_or_default()
        };
        let given = self.own_digits.clone();
        given.unwrap_or_else(|| usual().join("own-digits"))
    }
}

/// What was typed, where it can be a run's name: one part of a path, at which nothing lies.
pub(crate) fn run_name(named: &Path) -> Option<&str> {
    let mut parts = named.components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(name)), None) if !named.exists() => name.to_str(),
        _ => None,
    }
}

/// Arguments of `runs`.
#[derive(Args, Debug)]
pub struct RunsArgs {
    /// List the run with the highest accuracy at its best epoch first, not the oldest run
    #[arg(long)]
    pub best_first: bool,
    /// Print one JSON object per line instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `evaluate`.
#[derive(Args, Debug)]
pub struct EvaluateArgs {
    /// The run: its folder, or its name in `overfit-lab runs`
    #[arg(long, value_name = "RUN", required_unless_present = "ensemble")]
    pub run: Option<PathBuf>,
    /// Who answers beside a run.
    #[command(flatten)]
    pub together: EnsembleArgs,
    /// Which weights: best (lowest validation loss), last, or an epoch
    #[arg(long, value_name = "WHICH", default_value = "best")]
    pub epoch: Checkpoint,
    /// Measure on the data's test images, which each run does only once; with --data, on the images
    /// that those data set aside for the test
    #[arg(long)]
    pub test: bool,
    /// Measure on other images that are labelled: a table, or a folder of IDX files or pictures, of
    /// the same size and classes
    #[arg(long, value_name = "PATH")]
    pub data: Option<PathBuf>,
    /// How to read the pictures of --data: auto (as predict does: as the run read its own), as-is, inverted, or mnist
    #[arg(long = "as", value_name = "HOW", default_value_t, requires = "data")]
    pub read_as: ReadAs,
    /// Print a JSON object instead of words
    #[arg(long)]
    pub json: bool,
    /// What computes: auto, cpu, wgpu or wgpu:N, where N is the number in `overfit-lab devices`
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
}
