//! Training with burn's autodiff and tensors, on any of burn's devices.

use super::super::step::{StepSettings, dropout_mask, soft_targets};
use super::super::{OpenDevice, Predictor, TrainingError};
use super::optimizer::Updater;
use super::{Held, Logits, Trainer, TrainerState, is_kept};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{ModelError, Network, NetworkSpec, StepPart, Weights};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use std::time::Duration;

/// A network in training on a device.
pub(super) struct DeviceTrainer {
    network: Network,
    updater: Updater,
    /// The device without autodiff; the network's tensors live on the same device with autodiff.
    device: Device,
    opened: OpenDevice,
}

/// A batch's logits on a device, `[batch, class]`.
pub(super) struct DeviceLogits(Tensor<2>);

impl DeviceLogits {
    /// Reads the logits of several batches, one batch after the other, with one wait for the
    /// device.
    pub fn read(batches: Vec<Self>) -> Result<Vec<f32>, ModelError> {
        let batches = batches.into_iter().map(|logits| logits.0).collect();
        let data = Tensor::cat(batches, 0).try_into_data()?;
        let values = data.as_slice::<f32>().map_err(|err| ModelError::Device {
            reason: err.to_string(),
        })?;
        Ok(values.to_vec())
    }
}

impl DeviceTrainer {
    pub fn new(
        weights: &Weights,
        optimizer: Optimizer,
        device: Device,
        opened: OpenDevice,
    ) -> Self {
        Self {
            network: Network::new(weights, &device.clone().autodiff()),
            updater: Updater::new(optimizer),
            device,
            opened,
        }
    }
}

impl Trainer for DeviceTrainer {
    fn step(&mut self, batch: &mut Batch, settings: StepSettings) -> Result<Logits, ModelError> {
        let device = &self.device;
        let spec = self.network.spec();
        let (count, classes) = (batch.labels.len(), spec.classes);
        let shape = [count, spec.rows, spec.columns];
        let pixels = std::mem::take(&mut batch.pixels);
        let images = Tensor::from_data(TensorData::new(pixels, shape), device);
        let units = spec.hidden_units;
        let mask = dropout_mask(settings, batch.number, count, units)
            .map(|mask| Tensor::from_data(TensorData::new(mask, [count, units]), device));
        let targets = soft_targets(&batch.labels, classes, settings.label_smoothing);
        let targets = Tensor::from_data(TensorData::new(targets, [count, classes]), device);

        let logits = self.network.forward(images, mask);
        let seen = logits.clone().inner();
        let mut gradients = cross_entropy(logits, targets).backward();
        self.updater
            .step(&mut self.network, &mut gradients, &settings);
        Ok(Logits(Held::OnDevice(Box::new(DeviceLogits(seen)))))
    }

    fn weights(&self) -> Result<Weights, ModelError> {
        self.network.weights()
    }

    fn state(&self) -> Result<TrainerState, ModelError> {
        Ok(TrainerState {
            weights: self.weights()?,
            optimizer: self.updater.state()?,
        })
    }

    fn restore(&mut self, state: TrainerState) -> Result<(), ModelError> {
        state.optimizer.check(state.weights.spec())?;
        let TrainerState { weights, optimizer } = state;
        self.updater = Updater::restored(optimizer, weights.spec(), &self.device);
        self.network = Network::new(&weights, &self.device.clone().autodiff());
        Ok(())
    }

    fn replace(&mut self, weights: &Weights, touched: &[String]) -> Result<(), ModelError> {
        self.updater.retain(|name| is_kept(name, weights, touched));
        self.network = Network::new(weights, &self.device.clone().autodiff());
        Ok(())
    }

    fn predictor(&self) -> Result<Predictor, TrainingError> {
        Ok(Predictor::of(self.weights()?, &self.opened)?)
    }

    fn spec(&self) -> &NetworkSpec {
        self.network.spec()
    }

    fn times(&self) -> Vec<(StepPart, Duration)> {
        Vec::new()
    }
}

/// Mean cross-entropy of a batch against soft targets.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, class]`
/// - output: `[1]`
fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    (log_softmax(logits, 1) * targets)
        .sum()
        .mul_scalar(-1.0 / batch as f64)
}

#[cfg(test)]
mod tests {
    use super::super::super::loss::answer;
    use super::*;
    use crate::model::testing;

    #[test]
    fn the_device_and_the_figures_agree() {
        let logits = [2.0_f32, -1.0, 0.5, 0.0, 3.0, 3.0];
        let labels = [0, 2];
        let Some(device) = testing::gpu() else {
            return;
        };
        let tensor = |values: Vec<f32>| -> Tensor<2> {
            Tensor::from_data(TensorData::new(values, [2, 3]), &device)
        };
        let loss = |smoothing| {
            let targets = tensor(soft_targets(&labels, 3, smoothing));
            cross_entropy(tensor(logits.to_vec()), targets).into_scalar::<f32>()
        };
        let answers = [answer(&logits[..3], 0), answer(&logits[3..], 2)];
        let mean = (answers[0].loss + answers[1].loss) / 2.0;
        assert!((f64::from(loss(0.0)) - mean).abs() < 1e-6);
        // The loss by hand is −Σ target·log p, with targets 0.9 + 0.1/3 and 0.1/3.
        let by_hand = |logits: &[f32], label: u8| {
            let rest: f64 = (0..3).map(|class| answer(logits, class).loss).sum();
            0.9 * answer(logits, label).loss + 0.1 / 3.0 * rest
        };
        let smoothed = (by_hand(&logits[..3], 0) + by_hand(&logits[3..], 2)) / 2.0;
        assert!((f64::from(loss(0.1)) - smoothed).abs() < 1e-6);
    }
}
