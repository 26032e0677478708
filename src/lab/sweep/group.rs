//! Groups of runs that differ in the seed alone: same settings, same data, same validation images.
//! What differs in their figures is luck.

use super::{CellRow, Metric, Waiting};
use crate::experiment::{DataSource, Experiment};
use crate::lab::run::{Run, RunId, RunState, gap};
use crate::lab::statistics::Estimate;
use crate::lab::store::hash::sha256;
use crate::training::StopReason;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What the name of every group begins with. No run has such a name: names of runs are names of folders, and
/// these of groups hold a character that none has.
const GROUP: &str = "seeds/";

/// What stands between what the runs have in common and how many seeds there are.
const SEEDS: &str = " ×";

/// Whether a name is that of a group, and none of a run.
pub fn is_group(id: &RunId) -> bool {
    id.0.starts_with(GROUP)
}

/// The name of the group that a run belongs to.
fn group_of(run: &Run) -> RunId {
    group_of_settings(&run.experiment, run.data_sha256.as_deref())
}

/// The name of the group of runs of an experiment, by its settings without the seed, its changes and its data.
pub(super) fn group_of_settings(experiment: &Experiment, data_sha256: Option<&str>) -> RunId {
    let mut settings = experiment.settings().clone();
    settings.seed = 0;
    if data_sha256.is_some() {
        // The data are known by what they hold, wherever they lie.
        settings.data.source = DataSource::Mnist;
    }
    // Settings and changes are plain structs of numbers and words, so writing them can't fail.
    let settings = serde_json::to_string(&settings).unwrap_or_default();
    let changes = serde_json::to_string(experiment.changes()).unwrap_or_default();
    let data = data_sha256.unwrap_or_default();
    let hash = sha256(&[settings.as_bytes(), changes.as_bytes(), data.as_bytes()]);
    RunId(format!("{GROUP}{}", hash.get(..16).unwrap_or(&hash)))
}

/// A mean over runs with the standard deviation of a single run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// The standard deviation (by n − 1); none of one run.
    pub deviation: Option<f64>,
}

impl Mean {
    fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        (count > 0).then(|| Self {
            mean: values.iter().sum::<f64>() / count as f64,
            deviation: Estimate::of(values).map(|estimate| estimate.deviation),
        })
    }
}

/// Runs that differ in the seed alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The name by which the group is known.
    pub id: RunId,
    /// What people call it: `S1 ×5`.
    pub name: String,
    /// The runs, in the order of their seeds.
    pub members: Vec<RunId>,
    /// The first of the runs in the order in which they stand beside all others.
    pub first: RunId,
    /// When the newest of the runs was started, in seconds since 1970.
    pub created_secs: u64,
    /// How many seeds have come to their end.
    pub finished: usize,
    /// How many of the runs are in work, here or elsewhere.
    pub in_work: usize,
    /// How many seeds have a run that was ended before its own end: stopped, failed or interrupted. They are left
    /// out of all figures, and of the mean curve.
    pub left_out: usize,
    /// How many seeds there are, those that wait to be trained among them.
    pub seeds: usize,
    /// For each seed that has come to its end: the seed, the validation accuracy at the lowest validation
    /// loss (a fraction), and the run. A seed that was trained twice counts once.
    pub figures: Vec<(u64, f64, RunId)>,
    /// The validation accuracy at the lowest validation loss, over the seeds.
    pub accuracy: Option<Mean>,
    /// How many images validate each run.
    pub images: usize,
    /// The gap at the epoch of the lowest validation loss, in percentage points.
    pub gap: Option<Mean>,
    /// The epoch of the lowest validation loss, over the seeds.
    pub epoch: Option<Mean>,
}

impl Group {
    /// The accuracies of the seeds, in order, with interval and spread; none of fewer than two. However far few seeds
    /// leave the interval open, no accuracy lies outside of 0 to 1.
    pub fn estimate(&self) -> Option<Estimate> {
        let estimate = Estimate::of(&self.accuracies())?;
        Some(Estimate {
            interval: Metric::Accuracy.within_bounds(estimate.interval),
            ..estimate
        })
    }

    /// The accuracies of the seeds, in order.
    pub fn accuracies(&self) -> Vec<f64> {
        self.figures.iter().map(|(_, figure, _)| *figure).collect()
    }

    /// The group as a row that can be compared with another.
    pub fn as_row(&self) -> CellRow {
        CellRow {
            cell: 0,
            settings: Vec::new(),
            values: self.figures.clone(),
            planned: self.seeds,
            failed: 0,
            best_at_end: 0,
            rounding: Metric::Accuracy.rounding(self.images),
            estimate: self.estimate(),
        }
    }

    /// How many runs are left out, as a sentence; nothing where none is.
    pub fn left_out_words(&self) -> Option<String> {
        match self.left_out {
            0 => None,
            1 => Some("1 run that didn't come to its end is left out.".into()),
            count => Some(format!(
                "{count} runs that didn't come to their end are left out."
            )),
        }
    }

    /// What the names of the runs have in common, without the number of seeds: `S1`.
    pub fn stem(&self) -> &str {
        let name = self.name.rsplit_once(SEEDS);
        name.map_or(&self.name, |(stem, _)| stem)
    }

    /// A group of runs, and of seeds that wait to be trained.
    fn new(id: RunId, mut runs: Vec<&Run>, waiting: &[u64]) -> Self {
        let first = runs
            .first()
            .map_or_else(|| id.clone(), |run| run.id.clone());
        runs.sort_by_key(|run| (seed(run), run.created_secs));
        let ended = counted(&runs);
        let over: HashSet<u64> = ended.iter().map(|run| seed(run)).collect();
        let unfinished = runs.iter().filter(|run| !run.state.is_in_work());
        let unfinished: HashSet<u64> = unfinished.map(|run| seed(run)).collect();
        let figure = |of: &dyn Fn(&Run) -> Option<f64>| {
            let values: Vec<f64> = ended.iter().filter_map(|run| of(run)).collect();
            Mean::of(&values)
        };
        let accuracy = |run: &Run| run.best().map(|best| best.validation_accuracy);
        let begun = runs.iter().map(|run| seed(run));
        let seeds: HashSet<u64> = begun.chain(waiting.iter().copied()).collect();
        Self {
            name: name_of(&runs, seeds.len()),
            members: runs.iter().map(|run| run.id.clone()).collect(),
            first,
            created_secs: runs.iter().map(|run| run.created_secs).max().unwrap_or(0),
            finished: ended.len(),
            in_work: runs.iter().filter(|run| run.state.is_in_work()).count(),
            left_out: unfinished.difference(&over).count(),
            seeds: seeds.len(),
            figures: ended
                .iter()
                .filter_map(|run| Some((seed(run), accuracy(run)?, run.id.clone())))
                .collect(),
            images: ended
                .first()
                .and_then(|run| run.best())
                .map_or(0, |best| best.validation_count),
            accuracy: figure(&accuracy),
            gap: figure(&|run| run.best().map(gap)),
            epoch: figure(&|run| run.best().map(|best| best.epoch as f64)),
            id,
        }
    }
}

fn seed(run: &Run) -> u64 {
    run.experiment.settings().seed
}

/// The runs that the figures of a group are of: those that have come to their own end. A seed that was trained twice
/// counts once.
pub(super) fn counted<'a>(runs: &[&'a Run]) -> Vec<&'a Run> {
    let mut seen = HashSet::new();
    let counts = |run: &&Run| is_through(run) && run.best().is_some() && seen.insert(seed(run));
    runs.iter().copied().filter(counts).collect()
}

/// Whether a run has come to its own end.
fn is_through(run: &Run) -> bool {
    match &run.state {
        RunState::Finished(reason) => *reason != StopReason::Stopped,
        _ => false,
    }
}

/// What the names of the runs have in common before the seed, or else the first name. Runs of one setting that belong
/// to several sweeps have several names before the seed: the first one's stands for all.
fn name_of(runs: &[&Run], seeds: usize) -> String {
    let stems: HashSet<&str> = runs
        .iter()
        .filter_map(|run| Some(run.name.rsplit_once('.')?.0))
        .collect();
    let first = runs.first().map_or("", |run| before_seed(run));
    let is_common = stems.len() == 1;
    let stem = stems.into_iter().next().filter(|_| is_common);
    format!("{}{SEEDS}{seeds}", stem.unwrap_or(first))
}

/// The name of a run without its seed behind a point, where it has that.
fn before_seed(run: &Run) -> &str {
    let seed = run.experiment.settings().seed.to_string();
    match run.name.rsplit_once('.') {
        Some((stem, end)) if end == seed => stem,
        _ => &run.name,
    }
}

/// What a run's group follows from, so that the group is found anew when it changes.
type Facts = (usize, bool);

/// The groups among runs, kept while the runs stay as they are.
#[derive(Debug, Default)]
pub struct Groups {
    stamp: u64,
    /// The group that each run belongs to by its settings, be there others in it or not.
    known: HashMap<RunId, (Facts, RunId)>,
    groups: Vec<Group>,
    /// The place of each grouped run's group.
    places: HashMap<RunId, usize>,
}

impl Groups {
    /// Finds the groups anew where a run has come, gone or changed, or others wait to be trained.
    pub fn update(&mut self, runs: &[Run], waiting: &Waiting) {
        let mut hasher = DefaultHasher::new();
        (waiting.revision(), waiting.runs().len()).hash(&mut hasher);
        for run in runs {
            let state = (is_through(run), run.state.is_in_work());
            (&run.id, &run.name, run.epochs.len(), state).hash(&mut hasher);
            facts(run).hash(&mut hasher);
        }
        let stamp = hasher.finish();
        if stamp != self.stamp {
            self.stamp = stamp;
            self.find(runs, waiting);
        }
    }

    fn find(&mut self, runs: &[Run], waiting: &Waiting) {
        let mut seeds: HashMap<&RunId, Vec<u64>> = HashMap::new();
        for run in waiting.runs() {
            if let Some((group, seed)) = run.sweep.group_and_seed(run.number) {
                seeds.entry(group).or_default().push(seed);
            }
        }
        let mut members: HashMap<RunId, Vec<&Run>> = HashMap::new();
        let mut known = HashMap::with_capacity(runs.len());
        for run in runs {
            let facts = facts(run);
            let group = match self.known.remove(&run.id) {
                Some((before, group)) if before == facts => group,
                _ => group_of(run),
            };
            members.entry(group.clone()).or_default().push(run);
            known.insert(run.id.clone(), (facts, group));
        }
        self.known = known;
        let groups = members
            .into_iter()
            .map(|(id, runs)| {
                let waiting = seeds.get(&id).map_or(&[][..], Vec::as_slice);
                Group::new(id, runs, waiting)
            })
            .filter(|group| group.seeds > 1);
        self.groups = groups.collect();
        self.groups.sort_by(|a, b| a.id.cmp(&b.id));
        self.places = HashMap::new();
        for (place, group) in self.groups.iter().enumerate() {
            let members = group.members.iter().cloned();
            self.places.extend(members.map(|id| (id, place)));
        }
    }

    /// All groups.
    pub fn all(&self) -> &[Group] {
        &self.groups
    }

    /// A group by its name.
    pub fn get(&self, id: &RunId) -> Option<&Group> {
        let place = self
            .groups
            .binary_search_by(|group| group.id.cmp(id))
            .ok()?;
        self.groups.get(place)
    }

    /// The group that a run belongs to.
    pub fn of_run(&self, id: &RunId) -> Option<&Group> {
        self.groups.get(*self.places.get(id)?)
    }
}

fn facts(run: &Run) -> Facts {
    (run.experiment.changes().len(), run.data_sha256.is_some())
}

#[cfg(test)]
mod tests;
