//! What a sweep will take: runs, seconds, bytes.

use super::{JobState, Standing, Sweep};
use crate::experiment::Settings;
use crate::lab::run::estimate::estimate;
use crate::lab::threads::Cores;
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

/// Seconds that a run takes on a core beside its epochs: its folder, its first state, its last weights.
const SECONDS_PER_RUN: f64 = 0.1;
/// Seconds that an epoch takes on a core beside its steps and its evaluation: figures, answers and weights are kept.
/// (`bench sweep`, a run beyond its training.)
const SECONDS_PER_EPOCH: f64 = 0.014;

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
    let epochs = settings.training.epochs as f64;
    // The steps are estimated on all cores. What is beside them has one, while the others train other runs.
    let beside =
        (SECONDS_PER_RUN + SECONDS_PER_EPOCH * epochs) / Cores::of_machine().physical as f64;
    let seconds = estimate.seconds_per_epoch * epochs + beside;
    // Weights of four bytes: the best epoch's under two names, and the last epoch's under two. The
    // state from which training goes on has the weights and two moments of each, and the one before
    // lies beside it.
    let tensors = 4 + 2 * 3;
    Some((
        seconds,
        4 * tensors * estimate.parameters as u64 + OTHER_BYTES,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, TrainSize};

    #[test]
    fn a_run_of_a_moment_takes_its_start_and_its_keeping_too() {
        let mut settings = Preset::Linear.settings();
        settings.data.train_size = TrainSize::Count(200);
        settings.training.epochs = 2;
        let alone = estimate(&settings, None).unwrap().seconds_per_epoch * 2.0;
        let cores = Cores::of_machine().physical as f64;
        let beside = (seconds_of(&settings).unwrap() - alone) * cores;
        assert!((0.1..0.5).contains(&beside), "{beside}");
    }
}
