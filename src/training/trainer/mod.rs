//! The seam between the loop and what computes a step: weights and an optimizer go in; steps, plain
//! weights and plain state come out. There is one [`Trainer`] for each kind of device, an open device
//! makes it ([`MakeTrainer`]), and the loop names none.

mod cpu;
mod device;
mod optimizer;
mod state;
#[cfg(test)]
mod tests;

use self::cpu::CpuTrainer;
use self::device::{DeviceLogits, DeviceTrainer};
pub(crate) use self::state::{OptimizerState, TrainerState};
use super::evaluate::Predictor;
use super::step::StepSettings;
use super::{OpenDevice, TrainingError};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{ModelError, NetworkSpec, StepPart, Weights};
use std::fmt;
use std::time::Duration;

/// A network in training.
pub(crate) trait Trainer {
    /// Makes one optimizer step on a batch, and takes the batch's pixels. Gives the batch's logits
    /// before the step.
    ///
    /// # Errors
    /// Where the device fails.
    fn step(&mut self, batch: &mut Batch, settings: StepSettings) -> Result<Logits, ModelError>;

    /// The weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    fn weights(&self) -> Result<Weights, ModelError>;

    /// Everything that the next step depends on beside its batch and its settings.
    ///
    /// # Errors
    /// Where the device fails.
    fn state(&self) -> Result<TrainerState, ModelError>;

    /// Goes on from a state, whatever network and optimizer it is of.
    ///
    /// # Errors
    /// Where the moments don't fit the weights; then nothing is changed.
    fn restore(&mut self, state: TrainerState) -> Result<(), ModelError>;

    /// Puts other weights in the place of the present ones. The optimizer forgets the tensors
    /// that are named, and those that are gone.
    ///
    /// # Errors
    /// Where the device fails.
    fn replace(&mut self, weights: &Weights, touched: &[String]) -> Result<(), ModelError>;

    /// A network that predicts with the weights as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    fn predictor(&self) -> Result<Predictor, TrainingError>;

    /// The network's sizes.
    fn spec(&self) -> &NetworkSpec;

    /// The total time of each part of the steps so far. Only the CPU tells it.
    fn times(&self) -> Vec<(StepPart, Duration)>;
}

/// Makes trainers for an open device.
pub(crate) trait MakeTrainer: fmt::Debug + Send + Sync {
    /// A trainer of these weights, with an optimizer that has made no step.
    fn make(
        &self,
        weights: &Weights,
        optimizer: Optimizer,
        device: &OpenDevice,
    ) -> Box<dyn Trainer>;
}

/// The trainers of the product: own kernels on the CPU, burn on a GPU.
#[derive(Clone, Copy, Debug)]
pub(super) struct UsualTrainers;

impl MakeTrainer for UsualTrainers {
    fn make(
        &self,
        weights: &Weights,
        optimizer: Optimizer,
        device: &OpenDevice,
    ) -> Box<dyn Trainer> {
        let opened = device.clone();
        match &device.gpu {
            None => Box::new(CpuTrainer::new(weights, optimizer, opened)),
            Some(gpu) => Box::new(DeviceTrainer::new(weights, optimizer, gpu.clone(), opened)),
        }
    }
}

/// The logits of a batch, `[batch, class]`. They stay on their device until they are read.
pub(crate) struct Logits(Held);

enum Held {
    /// Logits in plain memory.
    InMemory(Vec<f32>),
    /// Logits on a device of burn's.
    OnDevice(Box<DeviceLogits>),
}

impl Logits {
    /// Reads the logits of several batches, one batch after the other, with one wait for the
    /// device.
    ///
    /// # Errors
    /// Where the device fails.
    pub(super) fn read(batches: Vec<Self>) -> Result<Vec<f32>, ModelError> {
        let (mut here, mut on_device) = (Vec::new(), Vec::new());
        for logits in batches {
            match logits.0 {
                Held::InMemory(mut logits) => here.append(&mut logits),
                Held::OnDevice(logits) => on_device.push(*logits),
            }
        }
        // The batches of a run are all of one kind.
        if on_device.is_empty() {
            return Ok(here);
        }
        DeviceLogits::read(on_device)
    }
}

/// Whether the optimizer goes on with its moments of a tensor once these weights are put in place:
/// the network still has the tensor, and it isn't among those touched.
fn is_kept(name: &str, weights: &Weights, touched: &[String]) -> bool {
    let mut plans = weights.spec().tensors().into_iter();
    plans.any(|plan| plan.name == name) && !touched.iter().any(|other| other == name)
}
