//! Several processes work on sweeps in one store and are killed at random moments. Then every run
//! must be there, once, and equal to the one of a sweep that nobody disturbed.

pub(super) mod command;
mod worker;

use super::kills::KillsError;
use super::kills::folder::Outcome;
use crate::disk;
use crate::experiment::{Experiment, Preset, Stream, TrainSize};
use crate::lab::RunStore;
use crate::lab::sweep::{Cells, FILE_NAME, Parts, Places, Standing, Sweep};
use crate::training::Numbers;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use worker::{Worker, Workplace};

/// How many processes work at once.
const WORKERS: usize = 3;
/// After so many kills of a pair of sweeps, nobody is killed any more.
const MOST_KILLS: usize = 40;
/// Sweeps that take longer than this hang.
const PATIENCE: Duration = Duration::from_secs(600);
/// The time between two looks at the processes.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What was tried and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepFigures {
    /// Kills so far.
    pub kills: usize,
    /// Processes that ended by themselves.
    pub ended: usize,
    /// Pairs of sweeps that came through.
    pub rounds: usize,
    /// Runs that were planned, each counted once a round, however many sweeps have it.
    pub runs: usize,
    /// How often a run was left to the process that trained it.
    pub left_to_others: usize,
    /// What was not as it should be, a line each.
    pub differences: Vec<String>,
}

/// How the program is started.
pub struct SweepTest<'a> {
    /// The program.
    pub program: &'a Path,
    /// An empty folder to work in. Stores with differences stay there.
    pub folder: &'a Path,
    /// The seed of the random moments.
    pub seed: u64,
}

/// The sweeps, and what their runs come to where nobody disturbs them.
struct Undisturbed {
    sweeps: [PathBuf; 2],
    outcomes: BTreeMap<String, Outcome>,
}

impl SweepTest<'_> {
    /// Kills processes that work on sweeps, `count` times at least. `told` hears the figures after
    /// each pair of sweeps.
    ///
    /// # Errors
    /// Where the program can't be started, or the undisturbed sweeps don't end well.
    pub fn kill(
        &self,
        count: usize,
        mut told: impl FnMut(&SweepFigures),
    ) -> Result<SweepFigures, KillsError> {
        let undisturbed = self.undisturbed()?;
        let mut moments = Stream::weights(self.seed, 1);
        let mut figures = SweepFigures::default();
        while figures.kills < count {
            let store = self.folder.join(format!("round {}", figures.rounds + 1));
            let place = Workplace {
                program: self.program,
                store: &store,
                sweeps: &undisturbed.sweeps,
            };
            let trained = disturb(&place, &mut moments, &mut figures)?;
            let found = differences(&store, &undisturbed, &trained)?;
            figures.rounds += 1;
            figures.runs += undisturbed.outcomes.len();
            if found.is_empty() {
                disk::remove_folder(&store)?;
            }
            figures.differences.extend(found);
            told(&figures);
        }
        Ok(figures)
    }

    /// Plans two sweeps that share some of their runs, and trains them one after the other.
    fn undisturbed(&self) -> Result<Undisturbed, KillsError> {
        let plan = |name: &str, axis: &str, seeds: &[u64]| {
            let folder = self.folder.join(name);
            disk::create_folders(&folder)?;
            planned(name, axis, seeds)?.write(&folder.join(FILE_NAME))?;
            Ok::<PathBuf, KillsError>(folder)
        };
        let sweeps = [
            plan("first", "dropout=0,0.5", &[1, 2, 3])?,
            plan("second", "dropout=0.5,0.25", &[2, 3])?,
        ];
        let store = self.folder.join("undisturbed");
        let place = Workplace {
            program: self.program,
            store: &store,
            sweeps: &sweeps,
        };
        for sweep in &sweeps {
            place.train_all(sweep)?;
        }
        let mut outcomes = BTreeMap::new();
        for name in run_names(&store) {
            let outcome = Outcome::read(&store.join(&name))?;
            outcomes.insert(name, outcome);
        }
        Ok(Undisturbed { sweeps, outcomes })
    }
}

/// A sweep of small runs.
fn planned(name: &str, axis: &str, seeds: &[u64]) -> Result<Sweep, KillsError> {
    let mut settings = Preset::Default.settings();
    settings.network.width = 0.125;
    settings.data.train_size = TrainSize::Count(300);
    settings.data.validation_size = 200;
    settings.training.batch_size = 16;
    settings.training.epochs = 4;
    Ok(Sweep::new(Parts {
        name: name.into(),
        base: Experiment::new(settings, Vec::new())?,
        cells: Cells::Product(vec![axis.parse()?]),
        seeds: seeds.to_vec(),
        data_sha256: None,
        numbers: Numbers::of_this_process(),
    })?)
}

/// Lets processes work on the sweeps and kills them, until all runs are finished. Gives how often a
/// process said of each run that it had trained it to its end.
fn disturb(
    place: &Workplace<'_>,
    moments: &mut Stream,
    figures: &mut SweepFigures,
) -> Result<BTreeMap<String, usize>, KillsError> {
    let mut trained = BTreeMap::new();
    let mut workers: Vec<Worker> = Vec::new();
    let mut kills = 0;
    let begun = Instant::now();
    loop {
        let is_over = place.is_over()?;
        if is_over && workers.is_empty() {
            return Ok(trained);
        }
        if begun.elapsed() > PATIENCE {
            return Err(KillsError::Hangs(place.store.to_path_buf()));
        }
        while workers.len() < WORKERS && !is_over {
            workers.push(place.start(moments, kills < MOST_KILLS)?);
        }
        let mut left = Vec::new();
        for mut worker in workers {
            if worker.is_due() {
                worker.kill();
                kills += 1;
                figures.kills += 1;
            } else if !worker.has_ended()? {
                left.push(worker);
                continue;
            } else {
                figures.ended += 1;
            }
            let said = worker.said()?;
            figures.left_to_others += said.left_to_others;
            for run in said.trained {
                *trained.entry(run).or_insert(0) += 1;
            }
        }
        workers = left;
        std::thread::sleep(LOOK_EVERY);
    }
}

/// What is not as it should be in a store, a line each.
fn differences(
    store: &Path,
    undisturbed: &Undisturbed,
    trained: &BTreeMap<String, usize>,
) -> Result<Vec<String>, KillsError> {
    let mut found = Vec::new();
    let names = run_names(store);
    for name in &names {
        match undisturbed.outcomes.get(name) {
            None => found.push(format!("{name} was not planned")),
            Some(expected) => {
                if let Err(what) =
                    Outcome::read(&store.join(name)).and_then(|outcome| expected.is(&outcome))
                {
                    found.push(format!("{name}: {what}"));
                }
            }
        }
    }
    for name in undisturbed.outcomes.keys() {
        if !names.contains(name) {
            found.push(format!("{name} is missing"));
        }
    }
    for (name, count) in trained.iter().filter(|(_, count)| **count > 1) {
        found.push(format!("{name} was trained to its end {count} times"));
    }
    if store.join(".bin").exists() {
        found.push("a run was thrown away and begun anew".into());
    }
    for sweep in &undisturbed.sweeps {
        let standing = standing(sweep, store)?;
        if standing.finished() != standing.planned() {
            found.push(format!(
                "{}: {} of {} runs are said to be finished",
                sweep.display(),
                standing.finished(),
                standing.planned()
            ));
        }
    }
    let of_store = |line: String| format!("{line}: {}", store.display());
    Ok(found.into_iter().map(of_store).collect())
}

fn standing(sweep: &Path, store: &Path) -> Result<Standing, KillsError> {
    let places = Places::of(RunStore::new(store.to_path_buf()));
    Ok(Standing::of(&Sweep::read(sweep)?, &places)?)
}

/// The names of the runs in a store.
fn run_names(store: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(store).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('R')).collect()
}
