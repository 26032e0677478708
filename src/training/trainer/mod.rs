//! The seam between the loop and what computes a step: weights and an optimizer in, steps, plain
//! weights and plain state out. One implementation a kind of device; the loop names none.

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
    /// On the CPU, by our own kernels.
    Cpu(Box<CpuTrainer>),
    /// By burn.
    Device(Box<DeviceTrainer>),
}

/// A batch's logits, `[batch, class]`: on a device until they are read.
pub(super) enum Logits {
    /// Here.
    Cpu(Vec<f32>),
    /// On burn's device.
    Device(Box<DeviceLogits>),
}

impl Logits {
    /// Those of batches one behind the other, waiting for their device once.
    pub fn read(batches: Vec<Self>) -> Result<Vec<f32>, ModelError> {
        let (mut here, mut on_device) = (Vec::new(), Vec::new());
        for logits in batches {
            match logits {
                Self::Cpu(mut logits) => here.append(&mut logits),
                Self::Device(logits) => on_device.push(*logits),
            }
        }
        // A run's batches are all of one kind.
        if on_device.is_empty() {
            return Ok(here);
        }
        DeviceLogits::read(on_device)
    }
}

impl Trainer {
    /// A network with these weights, and an optimizer that has made no step.
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

    /// Makes one optimizer step on a batch, whose pixels it takes. Gives the batch's logits
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

    /// All that a step depends on beside its batch and settings.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn state(&self) -> Result<TrainerState, ModelError> {
        match self {
            Self::Cpu(trainer) => Ok(trainer.state()),
            Self::Device(trainer) => trainer.state(),
        }
    }

    /// Goes on from a state, of whatever network and optimizer.
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

    /// Puts other weights in the place of the present ones. The optimizer forgets the tensors
    /// that are named, and those that are gone.
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

    /// A snapshot that predicts.
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

    /// What each part of the steps so far took, all together; told on the CPU alone.
    pub fn times(&self) -> Vec<(StepPart, Duration)> {
        match self {
            Self::Cpu(trainer) => trainer.times(),
            Self::Device(_) => Vec::new(),
        }
    }
}
