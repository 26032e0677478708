//! What a sweep found: where its runs stand, the figures of its cells, and pictures with a sentence each
//! that says what is seen and whether it may be luck.
//!
//! - `axes` finds the values of settings along which the cells lie;
//! - `pictures` chooses what is drawn: effects for an ablation, a figure against a setting, a heat map for
//!   two, and the mean curves of the cells;
//! - `words` are the sentences.

mod axes;
mod pictures;
#[cfg(test)]
mod tests;
mod words;

pub use pictures::{Picture, View, effect_bar, views_of_axes};

use crate::lab::run::RunId;
use crate::lab::sweep::{JobState, Metric, Places, Standing, Sweep, SweepError, Table};

/// What a sweep found so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// How many runs stand where.
    pub progress: Progress,
    /// The figures, a row a cell.
    pub table: Table,
    /// The pictures, the most telling first.
    pub views: Vec<View>,
}

/// How many runs of a sweep stand where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Runs that the sweep has.
    pub planned: usize,
    /// Runs that are finished.
    pub finished: usize,
    /// Runs that are trained now.
    pub running: usize,
    /// Runs that wait.
    pub waiting: usize,
    /// Runs that have failed.
    pub failed: usize,
    /// The first of the failed runs, and why it failed.
    pub first_failure: Option<(Option<RunId>, String)>,
    /// Seconds that a finished run took on average; none where none is finished.
    pub run_seconds: Option<f64>,
}

/// What is known of runs in training just now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InTraining {
    /// How many runs it is known of.
    pub runs: usize,
    /// What they have done so far, in runs: 1.5 is one run and a half.
    pub done: f64,
    /// Seconds that a whole run takes by what these have taken so far; none where they have just begun.
    pub run_seconds: Option<f64>,
    /// Seconds until the last run is over, where whoever trains them tells by itself.
    pub seconds_left: Option<f64>,
}

impl Findings {
    /// Reads what the runs of a sweep say. This reads files, so that it takes its time.
    ///
    /// # Errors
    /// None that a sweep that was built has.
    pub fn of(sweep: &Sweep, places: &Places, metric: Metric) -> Result<Self, SweepError> {
        let standing = Standing::of(sweep, places)?;
        let table = Table::of(sweep, &standing, metric);
        Ok(Self {
            progress: Progress::of(&standing),
            views: pictures::views(sweep, &standing, &table)?,
            table,
        })
    }
}

impl Progress {
    fn of(standing: &Standing) -> Self {
        let first_failure = standing.runs.iter().find_map(|(_, state)| match state {
            JobState::Failed { run, message } => Some((run.clone(), message.clone())),
            _ => None,
        });
        Self {
            planned: standing.planned(),
            finished: standing.finished(),
            running: standing.running(),
            waiting: standing.waiting(),
            failed: standing.failed(),
            first_failure,
            run_seconds: standing.mean_seconds(),
        }
    }

    /// Seconds until the last run is over, if as many train at once as now, or one where none does. Of a run in training
    /// that nothing is known of, half is taken to be done. None where nothing says how long a run takes.
    pub fn seconds_left(&self, now: InTraining) -> Option<f64> {
        if now.seconds_left.is_some() {
            return now.seconds_left;
        }
        let unknown = self.running.saturating_sub(now.runs) as f64;
        let left = (self.waiting + self.running) as f64 - now.done - 0.5 * unknown;
        let seconds = self.run_seconds.or(now.run_seconds)?;
        Some(left.max(0.0) * seconds / self.running.max(1) as f64)
    }

    /// Whether nobody has begun any of the runs.
    pub fn is_untouched(&self) -> bool {
        self.finished + self.running + self.failed == 0
    }

    /// Whether all runs are over.
    pub fn is_over(&self) -> bool {
        self.running + self.waiting == 0
    }
}
