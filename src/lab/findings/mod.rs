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
    /// Seconds of training that are left, by the runs that are finished; none where none is.
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
            seconds_left: standing.seconds_left(),
        }
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
