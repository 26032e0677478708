//! A run's state, laid out to be saved: at the start of each epoch, each half minute within one,
//! and at its end.

use super::control::{Control, Ending};
use super::gpu::guarded;
use super::resume::{ResumePoint, Standing};
use super::run::Run;
use super::snapshot::WeightsSlot;
use super::{Command, Event, OpenDevice, TrainingError};
use crate::data::{TrainingData, batches_per_epoch};
use crate::experiment::Experiment;
use crossbeam_channel::Receiver;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Within an epoch the state is laid out this often.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);

/// As [`super::train`], with the state laid out at other intervals, or not at all: to test that,
/// and to measure what it costs.
///
/// # Errors
/// As [`super::train`].
pub fn train_saving_every(
    interval: Option<Duration>,
    experiment: &Experiment,
    data: &Arc<TrainingData>,
    device: OpenDevice,
    commands: &Receiver<Command>,
    slot: &WeightsSlot,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(), TrainingError> {
    let mut run =
        Run::new(experiment, data, device.clone(), slot).map_err(|error| error.on(&device))?;
    run.save_clock = SaveClock::every(interval);
    run.through(&mut Control::new(commands, emit))
}

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
        if self.save_clock.interval.is_none() {
            return Ok(());
        }
        self.save_clock.restart();
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
    /// None for never.
    interval: Option<Duration>,
    last: Option<Instant>,
}

impl SaveClock {
    /// The state has just been laid out.
    pub fn new() -> Self {
        Self::every(Some(INTERVAL))
    }

    /// As [`Self::new`], for another interval.
    pub fn every(interval: Option<Duration>) -> Self {
        Self {
            interval,
            last: Some(Instant::now()),
        }
    }

    /// The state is laid out now.
    fn restart(&mut self) {
        self.last = Some(Instant::now());
    }

    /// It shall be before the next batch.
    pub fn make_due(&mut self) {
        self.last = None;
    }

    fn is_due(&self) -> bool {
        let is_over = |interval| self.last.is_none_or(|last| last.elapsed() >= interval);
        self.interval.is_some_and(is_over)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_negative_however_long_a_run_was_idle() {
        let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let clock = EpochClock::new(second, Duration::ZERO);
        assert_eq!(clock.elapsed(day), second);
        let clock = EpochClock::new(second, day);
        assert!(clock.elapsed(Duration::ZERO) >= second);
        assert!(clock.elapsed(Duration::ZERO) < day);
    }

    #[test]
    fn a_state_is_due_once_an_interval() {
        let mut clock = SaveClock::every(Some(Duration::from_secs(86_400)));
        assert!(!clock.is_due());
        clock.make_due();
        assert!(clock.is_due());
        clock.restart();
        assert!(!clock.is_due());
        assert!(SaveClock::every(Some(Duration::ZERO)).is_due());
        let mut never = SaveClock::every(None);
        never.make_due();
        assert!(!never.is_due());
    }
}
