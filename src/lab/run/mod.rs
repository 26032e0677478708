//! The account of a run: what is known of it, and how an event changes that. Plain data: no thread,
//! no file.
//!
//! The writer that keeps a run on disk and those who are told of it hold the same [`Run`], made of
//! the same events; what a run's summary says is derived from it.

mod curve;
pub mod difference;
pub mod estimate;
mod event;
mod looks;
mod sharing;
mod state;
mod taken;

pub use curve::{curve_point, gap};
pub use event::{Created, FailureCause, JudgedEpoch, KeptWeights, RunEvent, Standing};
pub use sharing::{Sharing, ValidationImages};
pub use state::{ResumePlace, RunState};
pub use taken::{class_counts, data_headline, data_lines};

use crate::experiment::{DataSource, Experiment, Settings};
use crate::lab::verdict::{Verdict, verdict};
use crate::training::{BatchPoint, EpochMetrics, Progress, Stage, Started};
use estimate::Measured;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// How many warnings are kept of a run.
const MOST_WARNINGS: usize = 50;

/// A run's name in the store, which is the name of its folder, such as `A12`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names for the classes of data that hasn't been loaded: their numbers. Ten classes are assumed
/// where even their count isn't known.
pub fn class_names(source: &DataSource) -> Vec<String> {
    let count = source.known_classes().unwrap_or(10);
    (0..count).map(|class| class.to_string()).collect()
}

/// Everything that is known of a run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The run's name in the store.
    pub id: RunId,
    /// The run's folder.
    pub folder: PathBuf,
    /// The name that a person gave the run; the id at first.
    pub name: String,
    /// Whether a person marked the run with a star.
    pub starred: bool,
    /// Seconds since 1970 at the run's start.
    pub created_secs: u64,
    /// The experiment, with every change that has been made.
    pub experiment: Experiment,
    /// Where the run stands.
    pub state: RunState,
    /// Where the run goes on if it is taken up again; none where it can't be, or is in work.
    pub resumes_at: Option<ResumePlace>,
    /// Facts from the run's start.
    pub started: Option<Started>,
    /// Why the run was given its device, where that isn't just what was asked for.
    pub device_note: Option<String>,
    /// The epochs, in order: each has a higher number than the one before.
    pub epochs: Vec<EpochMetrics>,
    /// The training batches as seen, in order.
    pub batches: Vec<BatchPoint>,
    /// The epoch in which a figure was no longer finite, if that ended the run.
    pub diverged_in: Option<usize>,
    /// Which epochs' weights the run's folder has.
    pub weights: KeptWeights,
    /// The SHA-256 of the images and labels that the run was given, where they aren't the embedded
    /// data.
    pub data_sha256: Option<String>,
    /// Seconds that the run has worked, pauses not counted.
    pub elapsed_secs: f64,
    /// How far the run is, while it is active.
    pub progress: Option<Progress>,
    /// What went wrong without ending the run, the oldest first.
    pub warnings: Vec<String>,
    /// What the curves mean. The best epoch is read from here.
    pub verdict: Verdict,
}

impl Run {
    /// A run that is about to begin.
    pub fn new(id: RunId, folder: PathBuf, created_secs: u64, experiment: Experiment) -> Self {
        let validation_size = experiment.settings().data.validation_size;
        Self {
            name: id.0.clone(),
            id,
            folder,
            starred: false,
            created_secs,
            experiment,
            state: RunState::Loading,
            resumes_at: None,
            started: None,
            device_note: None,
            epochs: Vec::new(),
            batches: Vec::new(),
            diverged_in: None,
            weights: KeptWeights::default(),
            data_sha256: None,
            elapsed_secs: 0.0,
            progress: None,
            warnings: Vec::new(),
            verdict: verdict(&[], validation_size),
        }
    }

    /// Takes an event in.
    pub fn apply(&mut self, event: RunEvent) {
        self.state = self.state.after(&event);
        match event {
            RunEvent::TakenUp {
                epoch,
                steps,
                elapsed_secs,
                standing,
                ..
            } => {
                self.progress = None;
                self.diverged_in = None;
                self.resumes_at = None;
                self.elapsed_secs = elapsed_secs;
                self.epochs.retain(|metrics| metrics.epoch < epoch);
                self.batches.retain(|batch| batch.step <= steps);
                self.stand(standing);
            }
            RunEvent::Hashed(sha256) => self.data_sha256 = Some(sha256),
            // A run that was taken up keeps the facts of its first start, but for the device.
            RunEvent::Started(started) => match &mut self.started {
                Some(first) => {
                    first.device = started.device;
                    // Figures that rest on one thing first and on another later rest on neither.
                    first.numbers = first.numbers.filter(|_| first.numbers == started.numbers);
                }
                none => *none = Some(started),
            },
            RunEvent::Progress {
                progress,
                elapsed_secs,
                points,
            } => {
                self.progress = Some(progress);
                self.elapsed_secs = elapsed_secs;
                self.batches.extend(points);
            }
            RunEvent::Changed(change) => {
                // Scheduled changes are in the experiment already.
                if !self.experiment.changes().contains(&change) {
                    self.experiment = self.experiment.clone().with_recorded_change(change);
                }
            }
            RunEvent::Epoch(judged) => {
                self.epochs.push(judged.metrics);
                self.stand(judged.standing);
            }
            RunEvent::Failed {
                cause, resumes_at, ..
            } => {
                self.progress = None;
                self.resumes_at = resumes_at;
                self.diverged_in = cause.diverged_in();
                if self.diverged_in.is_some() {
                    // This happens once a run and weighs no epoch: a figure that isn't finite says
                    // it all.
                    self.judge();
                }
            }
            RunEvent::Finished {
                resumes_at,
                weights,
                ..
            } => {
                self.progress = None;
                self.resumes_at = resumes_at;
                self.weights = weights;
            }
            RunEvent::Chose(why) => self.device_note = Some(why),
            RunEvent::Warning(warning) => self.warn(warning),
            RunEvent::Loading
            | RunEvent::Probing(_)
            | RunEvent::Compiling
            | RunEvent::Compiled
            | RunEvent::Note(_)
            | RunEvent::Paused
            | RunEvent::Resumed => {}
        }
    }

    fn stand(&mut self, standing: Standing) {
        self.verdict = standing.verdict;
        self.weights = standing.weights;
    }

    /// Keeps a warning, once, and not more than so many.
    fn warn(&mut self, warning: String) {
        if self.warnings.len() < MOST_WARNINGS && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes that the run is about to be taken up again.
    pub fn take_up(&mut self) {
        self.state = RunState::Loading;
        self.resumes_at = None;
    }

    /// The classes' names.
    pub fn classes(&self) -> Vec<String> {
        match &self.started {
            Some(started) if !started.classes.is_empty() => started.classes.clone(),
            _ => class_names(&self.experiment.settings().data.source),
        }
    }

    /// How many validation images the run has.
    pub fn validation_size(&self) -> usize {
        self.epochs
            .last()
            .map_or(self.experiment.settings().data.validation_size, |metrics| {
                metrics.validation_count
            })
    }

    /// The figures of an epoch, where the run has it.
    pub fn epoch(&self, epoch: usize) -> Option<&EpochMetrics> {
        let found = self
            .epochs
            .binary_search_by_key(&epoch, |metrics| metrics.epoch);
        found.ok().and_then(|place| self.epochs.get(place))
    }

    /// The epoch of the lowest validation loss, by the verdict.
    pub fn best(&self) -> Option<&EpochMetrics> {
        self.epoch(self.verdict.best_epoch?)
    }

    /// The epoch whose weights are the best that are kept: another than the best epoch where the
    /// best epoch's weights couldn't be kept.
    pub fn best_kept(&self) -> Option<usize> {
        self.weights.best.or(self.verdict.best_epoch)
    }

    /// The epoch of the highest validation accuracy, the first of equals, by the verdict.
    pub fn most_accurate(&self) -> Option<&EpochMetrics> {
        self.epoch(self.verdict.most_accurate?)
    }

    /// Seconds that the epochs took, evaluation included, pauses not.
    pub fn epochs_secs(&self) -> f64 {
        let seconds = self.epochs.iter().map(|metrics| metrics.elapsed_secs);
        seconds.fold(0.0, |sum, seconds| sum + seconds)
    }

    /// The share of the run's epochs that is trained, 0 to 1, by the batch.
    pub fn share_done(&self) -> f64 {
        let epochs = self.experiment.settings().training.epochs.max(1);
        let within = match self.progress.as_ref().map(|progress| &progress.stage) {
            Some(Stage::Training { batch, batches, .. }) if self.state.is_in_work() => {
                *batch as f64 / (*batches).max(1) as f64
            }
            _ => 0.0,
        };
        ((self.epochs.len() as f64 + within) / epochs as f64).min(1.0)
    }

    /// The facts that tell a run from others.
    pub fn created(&self) -> Created {
        Created {
            id: self.id.clone(),
            folder: self.folder.clone(),
            created_secs: self.created_secs,
        }
    }

    /// The settings in force now: the experiment's, with the changes that have acted.
    pub fn settings_now(&self) -> Settings {
        self.settings_at(self.position())
    }

    /// The settings in force at an epoch's end.
    pub fn settings_after(&self, epoch: usize) -> Settings {
        self.settings_at((epoch, usize::MAX))
    }

    fn settings_at(&self, place: (usize, usize)) -> Settings {
        let mut settings = self.experiment.settings().clone();
        for change in self.experiment.changes() {
            if (change.epoch, change.batch) <= place {
                change.to.apply(&mut settings);
            }
        }
        settings
    }

    /// The epoch and batch in work, or the last ones.
    fn position(&self) -> (usize, usize) {
        match self.progress {
            Some(Progress {
                epoch,
                stage: Stage::Training { batch, .. },
                ..
            }) => (epoch, batch + 1),
            Some(Progress { epoch, .. }) => (epoch, usize::MAX),
            None => (
                self.epochs.last().map_or(1, |metrics| metrics.epoch),
                usize::MAX,
            ),
        }
    }

    /// The speed of the newest epoch.
    pub fn measured(&self) -> Option<Measured> {
        let metrics = self.epochs.last()?;
        let evaluating = (metrics.elapsed_secs - metrics.training_secs()).max(1e-3);
        Some(Measured {
            settings: self.settings_now(),
            samples_per_second: metrics.samples_per_second,
            evaluation_per_second: (metrics.train_count + metrics.validation_count) as f64
                / evaluating,
        })
    }

    /// Seconds left until the last epoch, as far as the epochs so far tell.
    pub fn seconds_left(&self) -> Option<f64> {
        let last = self.epochs.last()?;
        let progress = self.progress.as_ref()?;
        // The share of an epoch that is training; the rest is evaluation.
        let share = (last.training_secs() / last.elapsed_secs.max(1e-9)).min(1.0);
        let done = match progress.stage {
            Stage::Training { batch, batches, .. } => share * batch as f64 / batches.max(1) as f64,
            Stage::Evaluating { done, total } => {
                share + (1.0 - share) * done as f64 / total.max(1) as f64
            }
        };
        let epochs = progress.epochs as f64 - (progress.epoch as f64 - 1.0 + done);
        Some((epochs * last.elapsed_secs).max(0.0))
    }
}

#[cfg(test)]
mod tests;
