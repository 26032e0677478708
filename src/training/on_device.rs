//! What a run asks of its device: each is an error where the device fails. The step in which a
//! GPU's kernels are compiled is told as such, and part of no speed.

use super::control::{Control, Ending};
use super::gpu::guarded;
use super::run::Run;
use super::{BatchPoint, Event, TrainingError};
use crate::model::{ModelError, Weights};
use std::time::{Duration, Instant};

/// Whether the next step compiles, and what that has cost.
#[derive(Debug, Default)]
pub(super) struct Compiling {
    is_ahead: bool,
    spent: Duration,
}

impl Compiling {
    /// The next step compiles kernels, where the device does so at all.
    pub fn expect(&mut self, is_cpu: bool) {
        self.is_ahead = !is_cpu;
    }

    /// Time spent in steps that compiled.
    pub fn spent(&self) -> Duration {
        self.spent
    }
}

/// A step in work.
pub(super) struct StepClock {
    pub(super) start: Instant,
    /// How long the step waited for its batch.
    pub(super) waited: Duration,
    compiles: bool,
}

impl Run {
    /// Before a step: tells that it compiles where it does.
    pub(super) fn begin_step(&mut self, control: &mut Control<'_>) -> Result<StepClock, Ending> {
        if let Some(steps) = self.device.lost_after
            && self.steps >= steps
        {
            let reason = "the fault injected".into();
            return Err(TrainingError::from(ModelError::Device { reason }).into());
        }
        let compiles = std::mem::take(&mut self.compiling.is_ahead);
        if compiles {
            control.emit(Event::Compiling)?;
        }
        Ok(StepClock {
            start: Instant::now(),
            waited: Duration::ZERO,
            compiles,
        })
    }

    /// After a step of so many images, one of so many batches of its epoch. Gives the figures
    /// that have been read: all of them after compiling, since the GPU is done with it only then.
    pub(super) fn end_step(
        &mut self,
        clock: &StepClock,
        images: usize,
        batches: usize,
        mut points: Vec<(usize, BatchPoint)>,
        control: &mut Control<'_>,
    ) -> Result<Vec<(usize, BatchPoint)>, Ending> {
        if !clock.compiles {
            self.pace.add(images, clock.start.elapsed(), clock.waited);
            return Ok(points);
        }
        points.extend(self.read_meter()?);
        // The only step of an epoch is all that its speed can be told by.
        if batches == 1 {
            self.pace.add(images, clock.start.elapsed(), clock.waited);
        } else {
            self.compiling.spent += clock.start.elapsed();
        }
        control.emit(Event::Compiled)?;
        Ok(points)
    }

    /// The weights as they are now, from wherever they are.
    pub(super) fn weights(&self) -> Result<Weights, ModelError> {
        guarded(&self.device, || self.trainer.weights())
    }

    /// The figures of batches that wait on the device.
    pub(super) fn read_meter(&mut self) -> Result<Vec<(usize, BatchPoint)>, TrainingError> {
        guarded(&self.device, || self.meter.read())
    }

    /// Lets go of a lost device without a word to it: giving its memory back fails, too.
    pub(super) fn abandon(mut self) {
        self.stream = None;
        std::mem::forget(self);
    }
}
