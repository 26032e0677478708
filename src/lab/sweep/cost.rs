//! What a sweep will take: runs, seconds, bytes.

use super::{JobState, Standing, Sweep};
use crate::experiment::Settings;
use crate::lab::run::estimate::estimate;
use serde::Serialize;

/// What is left to do of a sweep, and what it takes here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// How many runs the sweep has.
    pub planned: usize,
    /// How many of them are finished in the store already.
    pub in_store: usize,
    /// Seconds that all others will take here; none where an image's size isn't known.
    pub seconds: Option<f64>,
    /// Bytes that all others will take on the disk, with the weights of the best epoch and the last.
    pub bytes: Option<u64>,
}

/// Bytes of a run beside its weights: figures, batches, answers of an epoch, small files.
const OTHER_BYTES: u64 = 200_000;

/// What a sweep will take, by the count of multiplications.
pub fn cost(sweep: &Sweep, standing: &Standing) -> Cost {
    let left = standing
        .runs
        .iter()
        .filter(|(_, state)| !matches!(state, JobState::Finished { .. }));
    let mut seconds = Some(0.0);
    let mut bytes = Some(0);
    for (job, _) in left {
        let Some(cell) = sweep.cells().get(job.cell) else {
            continue;
        };
        let (run_seconds, run_bytes) = of_run(cell.settings()).unzip();
        seconds = seconds.zip(run_seconds).map(|(sum, more)| sum + more);
        bytes = bytes
            .zip(run_bytes)
            .map(|(sum, more): (u64, u64)| sum.saturating_add(more));
    }
    Cost {
        planned: standing.planned(),
        in_store: standing.finished(),
        seconds,
        bytes,
    }
}

/// Seconds that a run will take here; none where an image's size isn't known.
pub(super) fn seconds_of(settings: &Settings) -> Option<f64> {
    of_run(settings).map(|(seconds, _)| seconds)
}

/// Seconds and bytes of a run.
fn of_run(settings: &Settings) -> Option<(f64, u64)> {
    let estimate = estimate(settings, None)?;
    let seconds = estimate.seconds_per_epoch * settings.training.epochs as f64;
    // Weights of four bytes: the best epoch's under two names, and the last epoch's under two. The
    // state from which training goes on has the weights and two moments of each, and the one before
    // lies beside it.
    let tensors = 4 + 2 * 3;
    Some((
        seconds,
        4 * tensors * estimate.parameters as u64 + OTHER_BYTES,
    ))
}
