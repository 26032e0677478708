//! The seam between the loop and what computes a step: weights and an optimizer go in; steps, plain
//! weights and plain state come out. There is one implementation for each kind of device, and the
//! loop names none.

mod cpu;
mod device;
mod optimizer;
mod state;
#[cfg(test)]
mod tests;

use self::cpu::CpuTrainer;
use self::device::{DeviceLogits, DeviceTrainer};
pub(super) use self::state::{OptimizerState, TrainerState};
use super::evaluate::Predictor;
use super::step::StepSettings;
use super::{OpenDevice, TrainingError};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{ModelError, NetworkSpec, StepPart, Weights};
use std::time::Duration;

/// A network in training.
pub(super) enum Trainer {
    /// The network trains on the CPU, by this program's own kernels.
    Cpu(Box<CpuTrainer>),
    /// The network trains by burn, on a device of burn's.
    Device(Box<DeviceTrainer>),
}

/// The logits of a batch, `[batch, class]`. They stay on their device until they are read.
pub(super) enum Logits {
    /// Logits in plain memory.
    Cpu(Vec<f32>),
    /// Logits on a device of burn's.
    Device(Box<DeviceLogits>),
}

impl Logits {
    /// Reads the logits of several batches, one batch after the other, with one wait for the
    /// device.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn read(batches: Vec<Self>) -> Result<Vec<f32>, ModelError> {
        let (mut here, mut on_device) = (Vec::new(), Vec::new());
        for logits in batches {
            match logits {
                Self::Cpu(mut logits) => here.append(&mut logits),
                Self::Device(logits) => on_device.push(*logits),
            }
        }
        // The batches of a run are all of one kind.
        if on_device.is_empty() {
            return Ok(here);
        }
        DeviceLogits::read(on_device)
    }
}

impl Trainer {
    /// A trainer of these weights, with an optimizer that has made no step.
    pub fn new(weights: &Weights, optimizer: Optimizer, device: &OpenDevice) -> Self {
        let opened = device.clone();
        match &device.gpu {
            None => Self::Cpu(Box::new(CpuTrainer::new(weights, optimizer, opened))),
            Some(gpu) => Self::Device(Box::new(DeviceTrainer::new(
                weights,
                optimizer,
                gpu.clone(),
                opened,
            ))),
        }
    }

    /// Makes one optimizer step on a batch, and takes the batch's pixels. Gives the batch's logits
    /// before the step.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn step(
        &mut self,
        batch: &mut Batch,
        settings: StepSettings,
    ) -> Result<Logits, ModelError> {
        match self {
            Self::Cpu(trainer) => Ok(Logits::Cpu(trainer.step(batch, settings))),
            Self::Device(trainer) => Ok(Logits::Device(Box::new(trainer.step(batch, settings)))),
        }
    }

    /// The weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn weights(&self) -> Result<Weights, ModelError> {
        match self {
            Self::Cpu(trainer) => Ok(trainer.weights()),
            Self::Device(trainer) => trainer.weights(),
        }
    }

    /// Everything that the next step depends on beside its batch and its settings.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn state(&self) -> Result<TrainerState, ModelError> {
        match self {
            Self::Cpu(trainer) => Ok(trainer.state()),
            Self::Device(trainer) => trainer.state(),
        }
    }

    /// Goes on from a state, whatever network and optimizer it is of.
    ///
    /// # Errors
    /// Where the moments don't fit the weights; then nothing is changed.
    pub fn restore(&mut self, state: TrainerState) -> Result<(), ModelError> {
        state.optimizer.check(state.weights.spec())?;
        match self {
            Self::Cpu(trainer) => trainer.restore(state),
            Self::Device(trainer) => trainer.restore(state),
        }
        Ok(())
    }

    /// Puts other weights in the place of the present ones. The optimizer forgets the tensors that
    /// are named, and those that the other weights don't have.
    pub fn replace(&mut self, weights: &Weights, touched: &[String]) {
        let plans = weights.spec().tensors();
        let keep = |name: &str| {
            plans.iter().any(|plan| plan.name == name) && !touched.iter().any(|t| t == name)
        };
        match self {
            Self::Cpu(trainer) => trainer.replace(weights, keep),
            Self::Device(trainer) => trainer.replace(weights, keep),
        }
    }

    /// A network that predicts with the weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn predictor(&self) -> Result<Predictor, TrainingError> {
        let device = match self {
            Self::Cpu(trainer) => trainer.opened(),
            Self::Device(trainer) => trainer.opened(),
        };
        Ok(Predictor::of(self.weights()?, device)?)
    }

    /// The network's sizes.
    pub fn spec(&self) -> &NetworkSpec {
        match self {
            Self::Cpu(trainer) => trainer.spec(),
            Self::Device(trainer) => trainer.spec(),
        }
    }

    /// The total time of each part of the steps so far. Only the CPU tells it.
    pub fn times(&self) -> Vec<(StepPart, Duration)> {
        match self {
            Self::Cpu(trainer) => trainer.times(),
            Self::Device(_) => Vec::new(),
        }
    }
}
