//! Sweeps: a base experiment, axes and seeds, of which many runs are made.
//!
//! An [`Axis`] is a setting and its values, or several settings that move together. The cells of a
//! sweep are the product of its axes, or a list of their own; each cell is trained with each seed, on
//! the same validation images. A [`Sweep`] is its file `sweep.json` and nothing that changes while it
//! runs: where its runs stand is read from the runs ([`Standing`]).
//!
//! - `axis` and `assignment` are what a person writes, `cell` what comes of it;
//! - `file` is `sweep.json`;
//! - `identity` tells by a hash which runs are the same, whoever trains them;
//! - `place` is where a run of a sweep lies, and finds one that lies there or elsewhere already;
//! - `job` trains one run, `queue` several at a time, `at_once` knows how many are quickest here;
//! - `shelf` has the sweeps of the window, `waiting` the list of their runs that wait;
//! - `elsewhere` is what Slurm and GNU parallel are told, who start runs on other machines;
//! - `standing` says where the runs stand, `cost` what the sweep will take;
//! - `group` finds runs that differ in the seed alone, and `two_groups` says what may be said of two groups;
//! - `table`, `comparison`, `effects`, `mean` and `exported` say what came out.

mod assignment;
mod at_once;
mod axis;
mod cell;
mod comparison;
mod cost;
mod effects;
mod elsewhere;
mod error;
mod exported;
mod file;
mod group;
mod identity;
mod job;
mod mean;
mod metric;
mod of_runs;
mod place;
mod queue;
mod seeds;
mod shelf;
mod sizes;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod two_groups;
mod waiting;
mod words;

pub use assignment::{Assignment, Assignments};
pub use at_once::{AtOnce, Timed};
pub use axis::Axis;
pub use cell::{Cell, Cells};
pub use comparison::{Baseline, Compared, compare};
pub use cost::{Cost, cost};
pub use effects::{Effect, Factor, effects};
pub use elsewhere::{
    Again, JobCommand, ParallelLine, SlurmArray, SlurmScript, has_hosts, is_slurm_time, is_stale,
    left,
};
pub use error::SweepError;
pub use file::{FILE_NAME, FORMAT, SWEEP_LIMIT, sweep_file};
pub use group::{Group, Groups, Mean, is_group};
pub use identity::Identity;
pub use job::{Begun, JobEnd, JobRunner, Training, Wake};
pub use mean::{GroupCurve, MeanPoint, Spread, SpreadKind, mean_points};
pub use metric::Metric;
pub use place::Places;
pub use queue::{Queue, QueueEnd, Told};
pub use seeds::Seeds;
pub use shelf::{Claimed, FOLDER as SHELF, Shelf, Shelved};
pub use sizes::Sizes;
pub use standing::{JobState, Standing};
pub use table::{CellRow, Table};
pub use two_groups::{Said, TwoGroups, set_against};
pub use waiting::{Counts, MOST_WAITING, Turn, Waiting, WaitingRun};
pub use words::setting_in_words;

use crate::data::{self, Dataset};
use crate::experiment::{DataSource, Experiment, Field};
use crate::lab::format::shell_word;
use crate::lab::store::hash::sha256_of_data;
use crate::training::Numbers;

/// The most runs that a sweep has.
pub const MOST_RUNS: usize = 20_000;

/// Many runs that are planned together. A sweep that can be built has only experiments that can be
/// trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    name: String,
    base: Experiment,
    cells: Cells,
    /// The settings of each cell, in order.
    planned: Vec<Cell>,
    seeds: Vec<u64>,
    /// The SHA-256 of the images and labels, where they aren't the embedded data.
    data_sha256: Option<String>,
    numbers: Numbers,
}

/// A run of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The number of the run within the sweep, from 1.
    pub number: usize,
    /// The number of the cell that the run belongs to, from 0.
    pub cell: usize,
    /// The seed of the run.
    pub seed: u64,
    /// What is trained.
    pub experiment: Experiment,
    /// By what the run is known again.
    pub identity: Identity,
}

/// What a sweep is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What a person calls the sweep.
    pub name: String,
    /// The experiment that every cell begins with.
    pub base: Experiment,
    /// The axes or the list of cells.
    pub cells: Cells,
    /// The seeds that each cell is trained with.
    pub seeds: Vec<u64>,
    /// The SHA-256 of the images and labels, where they aren't the embedded data.
    pub data_sha256: Option<String>,
    /// On what the figures rest.
    pub numbers: Numbers,
}

impl Sweep {
    /// Makes a sweep and checks the experiment of each cell.
    ///
    /// # Errors
    /// Where there is no seed or the same one twice, where a cell can't be trained or is there twice,
    /// and where there are too many runs.
    pub fn new(parts: Parts) -> Result<Self, SweepError> {
        let Parts {
            name,
            base,
            cells,
            seeds,
            data_sha256,
            numbers,
        } = parts;
        if seeds.is_empty() {
            return Err(SweepError::NoSeeds);
        }
        let mut sorted = seeds.clone();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(SweepError::SeedTwice(twice[0]));
        }
        let count = cells.count().saturating_mul(seeds.len());
        if count > MOST_RUNS {
            return Err(SweepError::TooManyRuns(count));
        }
        let planned = cells.plan(&base)?;
        Ok(Self {
            name,
            base,
            cells,
            planned,
            seeds,
            data_sha256,
            numbers,
        })
    }

    /// What a person calls the sweep.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The experiment that every cell begins with.
    pub fn base(&self) -> &Experiment {
        &self.base
    }

    /// The cells, in order: the last axis changes fastest.
    pub fn cells(&self) -> &[Cell] {
        &self.planned
    }

    /// The axes, or the list of cells.
    pub fn layout(&self) -> &Cells {
        &self.cells
    }

    /// The seeds that each cell is trained with.
    pub fn seeds(&self) -> &[u64] {
        &self.seeds
    }

    /// The hash of the images and labels, where they aren't the embedded data.
    pub fn data_sha256(&self) -> Option<&str> {
        self.data_sha256.as_deref()
    }

    /// How many runs the sweep has.
    pub fn count(&self) -> usize {
        self.planned.len() * self.seeds.len()
    }

    /// The options that give the base experiment, where options alone do.
    pub fn base_options(&self) -> Option<String> {
        let settings = self.base.settings();
        settings
            .as_options()
            .filter(|_| self.base.changes().is_empty())
    }

    /// The command that plans the sweep again, from a file with the base experiment where options don't give it.
    pub fn command(&self, base: &str, out: &str) -> String {
        let options = self.base_options();
        let base = options.unwrap_or_else(|| format!("--experiment {base}"));
        let mut words = vec![format!("overfit-lab sweep plan {base}")];
        match &self.cells {
            Cells::Product(axes) => words.extend(axes.iter().filter_map(|axis| {
                let text = axis.argument()?;
                Some(format!("--vary {}", shell_word(&text)))
            })),
            Cells::List(cells) => words.extend(
                cells
                    .iter()
                    .map(|cell| format!("--cell {}", shell_word(&cell.to_string()))),
            ),
        }
        let seeds: Vec<String> = self.seeds.iter().map(u64::to_string).collect();
        // A single number would be read as how many seeds there are.
        let seeds = match &seeds[..] {
            [only] => format!("{only}-{only}"),
            several => several.join(","),
        };
        words.push(format!("--seeds {seeds} --out {out}"));
        words.join(" ")
    }

    /// A run by its number, from 1. The runs go seed by seed over all cells, so that a sweep that is
    /// stopped half-way is a smaller sweep, and no lopsided one.
    ///
    /// # Errors
    /// Where there is no such run.
    pub fn job(&self, number: usize) -> Result<Job, SweepError> {
        let no_such = || SweepError::NoJob {
            found: number,
            count: self.count(),
        };
        let index = number.checked_sub(1).ok_or_else(no_such)?;
        let cell_number = index % self.planned.len();
        let seed = *self
            .seeds
            .get(index / self.planned.len())
            .ok_or_else(no_such)?;
        let cell = &self.planned[cell_number];
        let experiment = cell.with_seed(seed)?;
        let identity = Identity::of(&experiment, self.data_sha256(), self.numbers);
        Ok(Job {
            number,
            cell: cell_number,
            seed,
            experiment,
            identity,
        })
    }

    /// All runs, in order.
    ///
    /// # Errors
    /// None that a sweep that was built has.
    pub fn jobs(&self) -> Result<Vec<Job>, SweepError> {
        (1..=self.count()).map(|number| self.job(number)).collect()
    }

    /// The settings in which the cells differ, in the order of the table of settings.
    pub fn differing(&self) -> Vec<Field> {
        let Some(first) = self.planned.first() else {
            return Vec::new();
        };
        let differs = |field: &Field| {
            let value = field.value_text(first.settings());
            let others = &self.planned[1..];
            others
                .iter()
                .any(|cell| field.value_text(cell.settings()) != value)
        };
        Field::ALL.into_iter().filter(differs).collect()
    }

    /// Checks that the data are those that the sweep was planned with. Embedded data always are.
    ///
    /// # Errors
    /// Where the data can't be read, or hold other images or labels.
    pub fn check_data(&self) -> Result<(), SweepError> {
        let source = &self.base.settings().data.source;
        if *source == DataSource::Mnist {
            return Ok(());
        }
        let dataset = data::load(source)?;
        if data_sha256(source, &dataset) == self.data_sha256 {
            Ok(())
        } else {
            Err(SweepError::OtherData {
                data: source.to_string(),
            })
        }
    }

    /// Checks that this process gives the figures that the sweep was planned with.
    ///
    /// # Errors
    /// Where its arithmetic is another.
    pub fn check_numbers(&self) -> Result<(), SweepError> {
        let here = Numbers::of_this_process();
        if self.numbers == here {
            return Ok(());
        }
        Err(SweepError::OtherNumbers {
            planned: self.numbers,
            here,
        })
    }
}

impl Sweep {
    /// Plans a sweep for this machine and this program. This reads the data where they aren't the embedded
    /// ones, which takes its time.
    ///
    /// # Errors
    /// Where the data can't be read, and as [`Self::new`].
    pub fn plan(
        name: String,
        base: Experiment,
        cells: Cells,
        seeds: Vec<u64>,
    ) -> Result<Self, SweepError> {
        let base = with_whole_path(base);
        let source = &base.settings().data.source;
        let dataset = data::load(source)?;
        Self::new(Parts {
            name,
            cells,
            seeds,
            data_sha256: data_sha256(source, &dataset),
            numbers: Numbers::of_this_process(),
            base,
        })
    }
}

/// The experiment with the whole path of its data, since its runs may be started in other folders.
fn with_whole_path(experiment: Experiment) -> Experiment {
    let mut settings = experiment.settings().clone();
    if let DataSource::Files(files) = &mut settings.data.source
        && let Ok(whole) = std::path::absolute(&files.path)
    {
        files.path = whole;
    }
    // Where the data lie is nothing that a check of settings looks at.
    Experiment::new(settings, experiment.changes().to_vec()).unwrap_or(experiment)
}

/// The SHA-256 of the images and labels of a source, where they aren't the embedded data.
pub fn data_sha256(source: &DataSource, dataset: &Dataset) -> Option<String> {
    sha256_of_data(source, dataset)
}
