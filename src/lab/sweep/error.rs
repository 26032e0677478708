//! What can be wrong with a sweep, and the mend.

use super::MOST_RUNS;
use crate::data::DataError;
use crate::experiment::{ExperimentError, FileError, SettingError, shortened};
use crate::lab::StoreError;
use crate::training::Numbers;
use std::path::PathBuf;

/// Why a sweep can't be planned, read or worked on.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A sweep without seeds trains nothing.
    #[error("the sweep has no seeds; give at least one (--seeds 5, or \"seeds\": [1, 2, 3, 4, 5])")]
    NoSeeds,
    /// The same seed gives the same run.
    #[error("seed {0} is there twice, which would train the same runs again; remove one")]
    SeedTwice(u64),
    /// More runs than anybody waits for.
    #[error(
        "the sweep would have {0} runs, and {MOST_RUNS} are the most; take fewer values or seeds"
    )]
    TooManyRuns(usize),
    /// Runs differ in more than a sweep varies.
    #[error(
        "{run} and {first} differ in more than a sweep varies, such as their data, which images validate \
         them, or a change in mid-run; choose runs that differ in settings alone"
    )]
    NotOneSweep {
        /// The run.
        run: String,
        /// The first run.
        first: String,
    },
    /// A list of cells is empty.
    #[error(
        "the sweep has no combination of settings; give axes (--vary), or a combination (--cell)"
    )]
    NoCells,
    /// An axis has no values.
    #[error("an axis has no values; give two or more, such as dropout=0,0.5")]
    NoValues,
    /// Two cells are the same experiment.
    #[error(
        "two combinations of settings are the same experiment: {} and {}; remove one of them",
        shortened(first),
        shortened(second)
    )]
    CellTwice {
        /// One of the cells, in words.
        first: String,
        /// The other cell.
        second: String,
    },
    /// A cell's experiment can't be trained.
    #[error("in the combination {}: {}", shortened(cell), shortened(&error.to_string()))]
    Cell {
        /// The cell, in words.
        cell: String,
        /// What is wrong with the experiment.
        error: ExperimentError,
    },
    /// The text isn't an axis.
    #[error("expected NAME=VALUE,VALUE such as dropout=0,0.25,0.5; found {:?}", shortened(.0))]
    NotAnAxis(String),
    /// The text isn't a setting with its value.
    #[error("expected NAME=VALUE such as dropout=0.5; found {:?}", shortened(.0))]
    NotAnAssignment(String),
    /// No setting has the name.
    #[error("unknown setting {:?}; a sweep can vary {known}", shortened(found))]
    UnknownAxis {
        /// The name.
        found: String,
        /// The names that there are.
        known: String,
    },
    /// A sweep doesn't vary the setting.
    #[error("{field} can't be varied: {why}")]
    NotVaried {
        /// The name of the setting.
        field: &'static str,
        /// Why, in a sentence.
        why: &'static str,
    },
    /// A text is no value of its setting.
    #[error(transparent)]
    Value(#[from] SettingError),
    /// The file isn't a sweep's.
    #[error("{message}: {}", path.display())]
    Malformed {
        /// What was found and what was expected.
        message: String,
        /// The file.
        path: PathBuf,
    },
    /// What a file describes is no sweep.
    #[error("{error}: {}", path.display())]
    InFile {
        /// What is wrong with the sweep.
        error: Box<SweepError>,
        /// The file.
        path: PathBuf,
    },
    /// The base experiment of a file can't be read.
    #[error("in \"base\": {}: {}", error.without_place(), path.display())]
    Base {
        /// What is wrong with the experiment.
        error: FileError,
        /// The file.
        path: PathBuf,
    },
    /// A file is of another version.
    #[error(
        "version {found} of the sweep format is not known, expected {}; open it with the version of \
         Overfit Lab that wrote it: {}",
        super::file::VERSION,
        path.display()
    )]
    UnknownVersion {
        /// The version that the file states.
        found: u64,
        /// The file.
        path: PathBuf,
    },
    /// There is no run of the number.
    #[error("the sweep has no run {found}; its runs are 1 to {count}")]
    NoJob {
        /// The number asked for.
        found: usize,
        /// How many runs there are.
        count: usize,
    },
    /// This process would give other figures than those that the sweep was planned with.
    #[error(
        "this program computes otherwise than the one that planned the sweep ({here}, there \
         {planned}), so its figures would not be comparable; use the same version everywhere, or plan \
         the sweep anew"
    )]
    OtherNumbers {
        /// What the sweep was planned with.
        planned: Numbers,
        /// What this process has.
        here: Numbers,
    },
    /// The data aren't those that the sweep was planned with.
    #[error(
        "the data have changed since the sweep was planned; restore them, or plan the sweep anew: {data}"
    )]
    OtherData {
        /// The data.
        data: String,
    },
    /// No cell, or more than one, is the baseline.
    #[error("--baseline {baseline}: {problem}")]
    Baseline {
        /// What was asked for.
        baseline: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The sweep is no ablation.
    #[error("this sweep is no ablation: each of its axes needs two values, without and with")]
    NoAblation,
    /// The data can't be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The runs can't be read or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no thread.
    #[error("the system gives no thread to train on: {0}")]
    Thread(std::io::Error),
    /// A number of threads can't be had.
    #[error(transparent)]
    Threads(#[from] crate::lab::threads::ThreadsError),
}
