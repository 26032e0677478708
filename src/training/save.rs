//! A run's state, laid out to be saved: at the start of each epoch, each half minute within one,
//! and at its end.

use super::Event;
use super::control::{Control, Ending};
use super::gpu::guarded;
use super::resume::{ResumePoint, Standing};
use super::run::Run;
use crate::data::batches_per_epoch;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Within an epoch the state is laid out this often.
const INTERVAL: Duration = Duration::from_secs(30);

impl Run {
    /// How long the run has held still or compiled: part of no epoch's time.
    pub(super) fn idle(&self, control: &Control<'_>) -> Duration {
        control.paused() + self.compiling.spent()
    }

    /// Lays the state out where it is time.
    pub(super) fn save_if_due(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        if self.save_clock.is_due() {
            self.save(control)?;
        }
        Ok(())
    }

    /// Lays the state out.
    pub(super) fn save(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        self.save_clock = SaveClock::new();
        let point = self.resume_point(control)?;
        // What is no longer finite is no state to go on from, and told of by its figures.
        if !point.is_finite() {
            return Ok(());
        }
        control.emit(Event::Resumable(Arc::new(point)))
    }

    fn resume_point(&mut self, control: &mut Control<'_>) -> Result<ResumePoint, Ending> {
        let settings = self.settings.clone();
        let batches = batches_per_epoch(self.train_size(), settings.training.batch_size);
        // What the steps so far came to belongs to them.
        let points = self.read_meter()?;
        self.report(self.next.epoch, batches, points, control)?;
        let trainer = guarded(&self.device, || self.trainer.state())?;
        let seconds = self.epoch_clock.elapsed(self.idle(control));
        Ok(ResumePoint {
            trainer,
            progress: Standing {
                next: self.next,
                changed: self.changed,
                steps: self.steps,
                settings,
                train_size: self.agenda.train_size(),
                learning_rate: self.learning_rate,
                best: self.best,
                is_ahead: self.is_ahead,
                sums: self.meter.sums(),
                spent: self.pace.so_far(seconds.as_secs_f64()),
            },
        })
    }
}

/// Says when it is time to lay the state out.
pub(super) struct SaveClock {
    last: Option<Instant>,
}

impl SaveClock {
    /// The state has just been laid out.
    pub fn new() -> Self {
        Self {
            last: Some(Instant::now()),
        }
    }

    /// It shall be before the next batch.
    pub fn make_due(&mut self) {
        self.last = None;
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= INTERVAL)
    }
}

/// The time that an epoch takes, pauses and compiling not counted.
pub(super) struct EpochClock {
    /// What it had taken when its run was taken up again.
    before: Duration,
    since: Instant,
    /// How long the run had been idle by then.
    idle: Duration,
}

impl EpochClock {
    pub fn new(before: Duration, idle: Duration) -> Self {
        Self {
            before,
            since: Instant::now(),
            idle,
        }
    }

    /// So far, in a run that has been idle for so long.
    pub fn elapsed(&self, idle: Duration) -> Duration {
        let idle = idle.saturating_sub(self.idle);
        self.before + self.since.elapsed().saturating_sub(idle)
    }
}
