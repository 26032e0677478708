//! The learning rate over a run, as pure functions of how far the run is.

use crate::experiment::Schedule;
use std::f64::consts::PI;

/// One-cycle climbs over this part of the run.
const CLIMB: f64 = 0.3;
/// One-cycle starts at the learning rate divided by this.
const START_DIVISOR: f64 = 25.0;
/// One-cycle ends at the learning rate divided by this.
const END_DIVISOR: f64 = 1e4;

/// How far a run is before a batch, 0 to 1. Epochs and batches are counted from 1.
pub fn progress(epoch: usize, batch: usize, batches: usize, epochs: usize) -> f64 {
    let in_epoch = batch.saturating_sub(1) as f64 / batches.max(1) as f64;
    let done = epoch.saturating_sub(1) as f64 + in_epoch;
    // A run told to end after the present epoch may be beyond its last one.
    (done / epochs.max(1) as f64).min(1.0)
}

/// The learning rate at a progress of 0 to 1, where `peak` is the learning rate of the settings.
pub fn learning_rate(schedule: Schedule, peak: f64, progress: f64) -> f64 {
    match schedule {
        Schedule::Constant => peak,
        Schedule::Cosine => half_cosine(peak, 0.0, progress),
        Schedule::OneCycle if progress < CLIMB => {
            half_cosine(peak / START_DIVISOR, peak, progress / CLIMB)
        }
        Schedule::OneCycle => {
            half_cosine(peak, peak / END_DIVISOR, (progress - CLIMB) / (1.0 - CLIMB))
        }
    }
}

/// The value between `from` and `to` along half a cosine, at a share of 0 to 1.
fn half_cosine(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) * (1.0 + (PI * share).cos()) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schedule: Schedule, progress: f64, expected: f64) {
        let found = learning_rate(schedule, 0.1, progress);
        assert!(
            (found - expected).abs() < 1e-12,
            "{schedule:?} at {progress}: {found}"
        );
    }

    #[test]
    fn schedules_start_turn_and_end_where_they_should() {
        for progress in [0.0, 0.4, 1.0] {
            check(Schedule::Constant, progress, 0.1);
        }
        check(Schedule::Cosine, 0.0, 0.1);
        check(Schedule::Cosine, 0.5, 0.05);
        check(Schedule::Cosine, 1.0, 0.0);
        check(Schedule::OneCycle, 0.0, 0.004);
        check(Schedule::OneCycle, 0.15, 0.052);
        check(Schedule::OneCycle, 0.3, 0.1);
        check(Schedule::OneCycle, 0.65, (0.1 + 1e-5) / 2.0);
        check(Schedule::OneCycle, 1.0, 1e-5);
    }

    #[test]
    fn progress_counts_batches_and_never_passes_the_end() {
        assert_eq!(progress(1, 1, 10, 4), 0.0);
        assert_eq!(progress(3, 6, 10, 4), 0.625);
        assert_eq!(progress(9, 1, 10, 4), 1.0);
    }
}
