//! What computes a run's steps: the trainer on its device, with the figures of the batches and the
//! time that steps and epochs take.
//!
//! Whatever is asked of the device is an error where the device fails. The step in which a GPU
//! compiles its kernels is told as such, and its time counts in no figure of speed.

use super::control::{Control, Ending};
use super::evaluate::Predictor;
use super::gpu::guarded;
use super::meter::{Meter, Pace};
use super::resume::{SavedProgress, Spent, Sums};
use super::step::StepSettings;
use super::trainer::{Trainer, TrainerState};
use super::{BatchPoint, Event, OpenDevice, TrainingError};
use crate::data::Batch;
use crate::experiment::BatchNorm;
use crate::model::{ModelError, NetworkSpec, Weights};
use std::time::{Duration, Instant};

/// The figures of batches that have been read from the device: each batch's number and its point.
pub(super) type Points = Vec<(usize, BatchPoint)>;

/// A trainer on its device, and what its steps have come to.
pub(super) struct Stepper {
    device: OpenDevice,
    trainer: Box<dyn Trainer>,
    compiling: Compiling,
    meter: Meter,
    pace: Pace,
    epoch_clock: EpochClock,
}

impl Stepper {
    /// A stepper that goes on with the epoch in work of a saved run.
    pub fn new(trainer: Box<dyn Trainer>, device: &OpenDevice, saved: &SavedProgress) -> Self {
        let before = Duration::try_from_secs_f64(saved.spent.elapsed_secs).unwrap_or_default();
        let mut compiling = Compiling::default();
        compiling.expect(device.is_cpu());
        Self {
            trainer,
            compiling,
            meter: Meter::new(saved.next.epoch, device.is_cpu(), saved.sums),
            pace: Pace::new(saved.spent),
            epoch_clock: EpochClock::new(before, Duration::ZERO),
            device: device.clone(),
        }
    }

    /// The device that computes.
    pub fn device(&self) -> &OpenDevice {
        &self.device
    }

    /// The network in training.
    pub fn spec(&self) -> &NetworkSpec {
        self.trainer.spec()
    }

    /// Begins to sum the figures of an epoch, and its time, in a run that has been paused for so
    /// long.
    pub fn begin_epoch(&mut self, epoch: usize, paused: Duration) {
        self.meter = Meter::new(epoch, self.device.is_cpu(), Sums::default());
        self.restart_epoch_clock(paused);
    }

    /// Lets the time of the epoch begin now.
    pub fn restart_epoch_clock(&mut self, paused: Duration) {
        self.epoch_clock = EpochClock::new(Duration::ZERO, self.idle(paused));
    }

    /// Begins a step, and tells that it compiles where it does.
    ///
    /// # Errors
    /// Where nobody hears the event.
    pub fn begin_step(&mut self, control: &mut Control<'_>) -> Result<StepClock, Ending> {
        let compiles = std::mem::take(&mut self.compiling.is_expected);
        if compiles {
            control.emit(Event::Compiling)?;
        }
        Ok(StepClock {
            start: Instant::now(),
            waited: Duration::ZERO,
            compiles,
        })
    }

    /// Makes a step, the run's `step`th, on one of the `batches` batches of an epoch. Gives the
    /// figures that have been read from the device.
    ///
    /// # Errors
    /// Where the device fails, or a figure is no longer finite.
    pub fn step(
        &mut self,
        mut batch: Batch,
        settings: StepSettings,
        batches: usize,
        step: u64,
    ) -> Result<Points, TrainingError> {
        let logits = guarded(&self.device, || self.trainer.step(&mut batch, settings))?;
        guarded(&self.device, || {
            self.meter.add(logits, batch, batches, step)
        })
    }

    /// Ends a step of so many images, and adds the figures that had to be waited for: a GPU is
    /// done with compiling only once its figures can be read.
    ///
    /// # Errors
    /// Where the device fails, or nobody hears the event.
    pub fn end_step(
        &mut self,
        clock: &StepClock,
        images: usize,
        batches: usize,
        control: &mut Control<'_>,
    ) -> Result<Points, Ending> {
        if !clock.compiles {
            self.pace.add(images, clock.start.elapsed(), clock.waited);
            return Ok(Points::new());
        }
        let points = self.read_figures()?;
        // Where an epoch has only this step, nothing else can tell its speed.
        if batches == 1 {
            self.pace.add(images, clock.start.elapsed(), clock.waited);
        } else {
            self.compiling.spent += clock.start.elapsed();
        }
        control.emit(Event::Compiled)?;
        Ok(points)
    }

    /// Reads the figures of the batches that still wait on the device.
    ///
    /// # Errors
    /// Where the device fails, or a figure is no longer finite.
    pub fn read_figures(&mut self) -> Result<Points, TrainingError> {
        guarded(&self.device, || self.meter.read())
    }

    /// Mean loss and mean accuracy of the epoch's batches, as far as they have been read.
    pub fn batch_means(&self) -> (f64, f64) {
        self.meter.means()
    }

    /// Sums of the epoch's batches, as far as they have been read.
    pub fn sums(&self) -> Sums {
        self.meter.sums()
    }

    /// Training images a second in the steps of late.
    pub fn recent_pace(&self) -> f64 {
        self.pace.recent()
    }

    /// Images a second and seconds waited for batches, since the last such call.
    pub fn take_pace(&mut self) -> (f64, f64) {
        self.pace.take()
    }

    /// The time that the epoch has taken, in a run that has been paused for so long.
    pub fn epoch_time(&self, paused: Duration) -> Duration {
        self.epoch_clock.elapsed(self.idle(paused))
    }

    /// The epoch's time so far and what it was spent on.
    pub fn spent(&self, paused: Duration) -> Spent {
        self.pace.so_far(self.epoch_time(paused).as_secs_f64())
    }

    /// The weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn weights(&self) -> Result<Weights, ModelError> {
        guarded(&self.device, || self.trainer.weights())
    }

    /// The weights and the optimizer's moments as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn state(&self) -> Result<TrainerState, ModelError> {
        guarded(&self.device, || self.trainer.state())
    }

    /// A network that predicts with the weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn predictor(&self) -> Result<Predictor, TrainingError> {
        guarded(&self.device, || self.trainer.predictor())
    }

    /// Switches batch norm without a jump in what the network computes; switched on, it measures
    /// its statistics over the pixels of these batches.
    ///
    /// # Errors
    /// Where the network can't have that batch norm, or the device fails.
    pub fn switch_batch_norm(
        &mut self,
        batch_norm: BatchNorm,
        measured: impl Iterator<Item = Vec<f32>>,
    ) -> Result<(), TrainingError> {
        let weights = self.weights()?;
        let switched = match batch_norm {
            BatchNorm::None => weights.without_batch_norm()?,
            BatchNorm::Channels | BatchNorm::Rows => weights.with_batch_norm(measured)?,
        };
        guarded(&self.device, || {
            self.trainer.replace(&switched.weights, &switched.touched)
        })?;
        self.compiling.expect(self.device.is_cpu());
        Ok(())
    }

    /// Lets go of a lost device without giving its memory back, which would fail, too.
    pub fn abandon(self) {
        std::mem::forget(self);
    }

    /// How long the run has been paused or has compiled, which is part of no epoch's time.
    fn idle(&self, paused: Duration) -> Duration {
        paused + self.compiling.spent
    }
}

/// Whether the next step compiles kernels, and how long compiling has taken so far.
#[derive(Debug, Default)]
struct Compiling {
    is_expected: bool,
    spent: Duration,
}

impl Compiling {
    /// Notes that the network has changed, so that a GPU compiles in the next step. A CPU never
    /// does.
    fn expect(&mut self, is_cpu: bool) {
        self.is_expected = !is_cpu;
    }
}

/// A step in work.
pub(super) struct StepClock {
    start: Instant,
    /// How long the step waited for its batch.
    waited: Duration,
    compiles: bool,
}

impl StepClock {
    /// Notes that the step's batch has come: what went by until now was waiting.
    pub fn batch_has_come(&mut self) {
        self.waited = self.start.elapsed();
    }
}

/// The time that an epoch takes, without pauses and compiling.
struct EpochClock {
    /// The time that the epoch had taken when its run was taken up again.
    before: Duration,
    since: Instant,
    /// How long the run had been idle when this clock was started.
    idle: Duration,
}

impl EpochClock {
    /// Starts a clock for an epoch that has taken `before`, in a run that has been idle for so
    /// long.
    fn new(before: Duration, idle: Duration) -> Self {
        Self {
            before,
            since: Instant::now(),
            idle,
        }
    }

    /// The epoch's time so far, in a run that has been idle for so long.
    fn elapsed(&self, idle: Duration) -> Duration {
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
}
