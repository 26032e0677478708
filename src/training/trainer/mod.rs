//! The seam between the loop and what computes a step: weights and an optimizer in, steps, plain
//! weights and plain state out. One implementation a kind of device; the loop names none.

mod device;
mod optimizer;
mod state;
#[cfg(test)]
mod tests;

use self::device::{DeviceLogits, DeviceTrainer};
pub(super) use self::state::{Moments, OptimizerState, TrainerState};
use super::evaluate::Predictor;
use super::step::StepSettings;
use super::{OpenDevice, TrainingError};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{ModelError, NetworkSpec, Weights};
use burn::tensor::Device;

/// A network in training.
pub(super) enum Trainer {
    /// By burn.
    Device(DeviceTrainer),
}

/// A batch's logits, `[batch, class]`: on a device until they are read.
pub(super) enum Logits {
    /// On burn's device.
    Device(DeviceLogits),
}

impl Logits {
    /// Those of batches one behind the other, waiting for their device once.
    pub fn read(batches: Vec<Self>) -> Result<Vec<f32>, ModelError> {
        let on_device = batches.into_iter().map(|logits| match logits {
            Self::Device(logits) => logits,
        });
        DeviceLogits::read(on_device.collect())
    }
}

impl Trainer {
    /// A network with these weights, and an optimizer that has made no step.
    pub fn new(weights: &Weights, optimizer: Optimizer, device: &OpenDevice) -> Self {
        // On the CPU, burn's own backend for it stands in.
        let on = device.gpu.clone().unwrap_or_else(Device::flex);
        Self::Device(DeviceTrainer::new(weights, optimizer, on, device.clone()))
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
            Self::Device(trainer) => Ok(Logits::Device(trainer.step(batch, settings))),
        }
    }

    /// The weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn weights(&self) -> Result<Weights, ModelError> {
        match self {
            Self::Device(trainer) => trainer.weights(),
        }
    }

    /// All that a step depends on beside its batch and settings.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn state(&self) -> Result<TrainerState, ModelError> {
        match self {
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
            Self::Device(trainer) => trainer.replace(weights, keep),
        }
    }

    /// A snapshot that predicts.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn predictor(&self) -> Result<Predictor, TrainingError> {
        let device = match self {
            Self::Device(trainer) => trainer.opened(),
        };
        Ok(Predictor::of(self.weights()?, device)?)
    }

    /// The network's sizes.
    pub fn spec(&self) -> &NetworkSpec {
        match self {
            Self::Device(trainer) => trainer.spec(),
        }
    }
}
