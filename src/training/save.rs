//! A run's state, laid out to be saved: at the start of each epoch, each half minute within one,
//! and at its end.

use super::control::{Control, Ending};
use super::resume::{ResumePoint, Spent, Standing};
use super::run::Run;
use super::{Event, TrainingError};
use crate::data::batches_per_epoch;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Within an epoch the state is laid out this often.
const INTERVAL: Duration = Duration::from_secs(30);

impl Run {
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
        let points = self.meter.read()?;
        self.report(self.next.epoch, batches, points, control)?;
        let trainer = self.trainer.state().map_err(TrainingError::from)?;
        let (images, step_seconds) = self.pace.so_far();
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
                spent: Spent {
                    seconds: self.epoch_clock.elapsed(control.paused()).as_secs_f64(),
                    images,
                    step_seconds,
                },
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

/// The time that an epoch takes, pauses not counted.
pub(super) struct EpochClock {
    /// What it had taken when its run was taken up again.
    before: Duration,
    since: Instant,
    /// How long the run had held still by then.
    paused: Duration,
}

impl EpochClock {
    pub fn new(before: Duration, paused: Duration) -> Self {
        Self {
            before,
            since: Instant::now(),
            paused,
        }
    }

    /// So far, in a run that has held still for so long.
    pub fn elapsed(&self, paused: Duration) -> Duration {
        let still = paused.saturating_sub(self.paused);
        self.before + self.since.elapsed().saturating_sub(still)
    }
}
