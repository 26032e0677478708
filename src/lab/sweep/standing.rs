//! Where the runs of a sweep stand, read from the runs themselves.

use super::{Job, Places, Sweep, SweepError};
use crate::lab::run::RunId;
use crate::lab::store::Summary;
use rayon::prelude::*;
use std::path::PathBuf;

/// Where a run of a sweep stands.
#[derive(Clone, Debug)]
pub enum JobState {
    /// The run has not begun.
    Waiting,
    /// The run has begun and nobody trains it now: whoever takes it up goes on from its last state.
    Interrupted,
    /// A living process trains the run: which one, in words.
    Running {
        /// The process, its host and since when.
        by: String,
    },
    /// The run is finished.
    Finished {
        /// The run.
        run: RunId,
        /// The folder of the run.
        folder: PathBuf,
        /// What is known of it at a glance.
        summary: Box<Summary>,
    },
    /// The run ended with an error.
    Failed {
        /// The run, where it has a folder.
        run: Option<RunId>,
        /// The error, in words.
        message: String,
    },
}

impl JobState {
    /// The state in a word.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Interrupted => "interrupted",
            Self::Running { .. } => "running",
            Self::Finished { .. } => "finished",
            Self::Failed { .. } => "failed",
        }
    }
}

/// Where all runs of a sweep stand at one moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Each run with its state, in order.
    pub runs: Vec<(Job, JobState)>,
}

impl Standing {
    /// Reads where the runs stand.
    ///
    /// # Errors
    /// None that a sweep that was built has.
    pub fn of(sweep: &Sweep, places: &Places) -> Result<Self, SweepError> {
        let jobs = sweep.jobs()?;
        let runs = jobs
            .into_par_iter()
            .map(|job| {
                let state = places.state(&job);
                (job, state)
            })
            .collect();
        Ok(Self { runs })
    }

    fn count(&self, is_counted: impl Fn(&JobState) -> bool) -> usize {
        self.runs
            .iter()
            .filter(|(_, state)| is_counted(state))
            .count()
    }

    /// How many runs there are.
    pub fn planned(&self) -> usize {
        self.runs.len()
    }

    /// How many runs are finished.
    pub fn finished(&self) -> usize {
        self.count(|state| matches!(state, JobState::Finished { .. }))
    }

    /// How many runs a living process trains.
    pub fn running(&self) -> usize {
        self.count(|state| matches!(state, JobState::Running { .. }))
    }

    /// How many runs wait for somebody to train them, those that were interrupted included.
    pub fn waiting(&self) -> usize {
        self.count(|state| matches!(state, JobState::Waiting | JobState::Interrupted))
    }

    /// How many runs have begun and are trained by nobody now.
    pub fn interrupted(&self) -> usize {
        self.count(|state| matches!(state, JobState::Interrupted))
    }

    /// How many runs have failed.
    pub fn failed(&self) -> usize {
        self.count(|state| matches!(state, JobState::Failed { .. }))
    }

    /// Seconds of training that a finished run took on average; none where none is finished.
    pub fn mean_seconds(&self) -> Option<f64> {
        let seconds: Vec<f64> = self
            .runs
            .iter()
            .filter_map(|(_, state)| match state {
                JobState::Finished { summary, .. } => Some(summary.seconds),
                _ => None,
            })
            .collect();
        (!seconds.is_empty()).then(|| seconds.iter().sum::<f64>() / seconds.len() as f64)
    }

    /// Seconds until the last run is finished, if as many train at once as now, or one where none
    /// does; none where no run is finished that would say how long one takes.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.waiting() as f64 + 0.5 * self.running() as f64;
        Some(left * self.mean_seconds()? / self.running().max(1) as f64)
    }
}
