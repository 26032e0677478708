//! One training step, and its figures read from the device when it is cheap.

use super::loss::{answer, cross_entropy, soft_targets};
use super::optimizer::Updater;
use super::{BatchPoint, TrainingError};
use crate::data::Batch;
use crate::experiment::Stream;
use crate::model::{ModelError, Network};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use std::time::{Duration, Instant};

/// Batches after which a GPU is asked for their figures: each reading waits for all its work.
const GPU_BATCHES: usize = 10;
/// The figures of a slow GPU's batches wait no longer than this.
const GPU_WAIT: Duration = Duration::from_millis(250);

/// What a step depends on beside the network and the batch.
#[derive(Clone, Copy)]
pub(super) struct StepSettings {
    pub learning_rate: f64,
    pub weight_decay: f64,
    pub label_smoothing: f64,
    /// The dropout rate.
    pub dropout: f64,
    pub seed: u64,
    pub epoch: usize,
}

/// Trains one batch. Gives its logits, `[batch, class]`, before the step.
pub(super) fn step(
    network: &mut Network,
    updater: &mut Updater,
    batch: &mut Batch,
    settings: StepSettings,
    device: &Device,
) -> Tensor<2> {
    let spec = network.spec();
    let (count, classes) = (batch.labels.len(), spec.classes);
    let shape = [count, spec.rows, spec.columns];
    let pixels = std::mem::take(&mut batch.pixels);
    let images = Tensor::from_data(TensorData::new(pixels, shape), device);
    let mask = dropout_mask(settings, batch.number, count, spec.hidden_units)
        .map(|mask| Tensor::from_data(mask, device));
    let targets = soft_targets(&batch.labels, classes, settings.label_smoothing);
    let targets = Tensor::from_data(TensorData::new(targets, [count, classes]), device);

    let logits = network.forward(images, mask);
    let seen = logits.clone().inner();
    let gradients = cross_entropy(logits, targets).backward();
    let gradients = GradientsParams::from_grads(gradients, network);
    network.replace_with(|network| {
        updater.step(
            network,
            gradients,
            settings.learning_rate,
            settings.weight_decay,
        )
    });
    seen
}

/// Factors of the hidden units, `[batch, unit]`: 0 for those dropped, 1 / (1 − rate) for the
/// others, so that their sum stays what it was (Srivastava et al. 2014, in its inverted form).
fn dropout_mask(
    settings: StepSettings,
    batch: usize,
    count: usize,
    units: usize,
) -> Option<TensorData> {
    let rate = settings.dropout;
    if rate <= 0.0 || units == 0 {
        return None;
    }
    let mut stream = Stream::dropout(settings.seed, settings.epoch as u64, batch as u64);
    let (rate, kept) = (rate as f32, (1.0 / (1.0 - rate)) as f32);
    let mask: Vec<f32> = (0..count * units)
        .map(|_| if stream.unit() < rate { 0.0 } else { kept })
        .collect();
    Some(TensorData::new(mask, [count, units]))
}

/// A batch whose figures have not been read.
struct Unread {
    labels: Vec<u8>,
    batch: usize,
    batches: usize,
    step: u64,
}

/// The figures of an epoch's batches, as the network saw them.
pub(super) struct Meter {
    epoch: usize,
    /// Each with its logits, `[batch, class]`.
    unread: Vec<(Tensor<2>, Unread)>,
    last_read: Instant,
    reads_each: bool,
    loss_sum: f64,
    accuracy_sum: f64,
    batches: usize,
}

impl Meter {
    /// For an epoch. Reading each batch at once costs nothing on the CPU alone.
    pub fn new(epoch: usize, reads_each: bool) -> Self {
        Self {
            epoch,
            unread: Vec::new(),
            last_read: Instant::now(),
            reads_each,
            loss_sum: 0.0,
            accuracy_sum: 0.0,
            batches: 0,
        }
    }

    /// Takes a trained batch's logits. Gives the figures that have been read now.
    pub fn add(
        &mut self,
        logits: Tensor<2>,
        batch: Batch,
        batches: usize,
        step: u64,
    ) -> Result<Vec<(usize, BatchPoint)>, TrainingError> {
        let unread = Unread {
            labels: batch.labels,
            batch: batch.number,
            batches,
            step,
        };
        self.unread.push((logits, unread));
        let is_due = self.reads_each
            || self.unread.len() >= GPU_BATCHES
            || self.last_read.elapsed() >= GPU_WAIT;
        if is_due { self.read() } else { Ok(Vec::new()) }
    }

    /// Reads the figures that wait: each batch's number and its point.
    pub fn read(&mut self) -> Result<Vec<(usize, BatchPoint)>, TrainingError> {
        let (logits, unread): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.unread).into_iter().unzip();
        self.last_read = Instant::now();
        let Some([_, classes]) = logits.first().map(Tensor::dims) else {
            return Ok(Vec::new());
        };
        let data = Tensor::cat(logits, 0)
            .try_into_data()
            .map_err(ModelError::from)?;
        let values = data.as_slice::<f32>().map_err(|err| ModelError::Device {
            reason: err.to_string(),
        })?;
        let mut rows = values.chunks_exact(classes);
        unread
            .iter()
            .map(|batch| self.point(batch, &mut rows))
            .collect()
    }

    fn point<'a>(
        &mut self,
        batch: &Unread,
        rows: &mut impl Iterator<Item = &'a [f32]>,
    ) -> Result<(usize, BatchPoint), TrainingError> {
        let (mut loss, mut right) = (0.0, 0);
        for (&label, row) in batch.labels.iter().zip(rows) {
            let answer = answer(row, label);
            loss += answer.loss;
            right += usize::from(answer.class == usize::from(label));
        }
        let count = batch.labels.len() as f64;
        let (loss, accuracy) = (loss / count, right as f64 / count);
        if !loss.is_finite() {
            return Err(TrainingError::NotFinite {
                epoch: self.epoch,
                batch: Some(batch.batch),
                what: "the loss",
            });
        }
        self.loss_sum += loss;
        self.accuracy_sum += accuracy;
        self.batches += 1;
        let point = BatchPoint {
            epoch: (self.epoch - 1) as f64 + batch.batch as f64 / batch.batches as f64,
            step: batch.step,
            loss: loss as f32,
            accuracy: accuracy as f32,
        };
        Ok((batch.batch, point))
    }

    /// Its epoch.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// Mean loss and accuracy of the batches that have been read.
    pub fn means(&self) -> (f64, f64) {
        let count = self.batches.max(1) as f64;
        (self.loss_sum / count, self.accuracy_sum / count)
    }
}

/// Training images a second.
#[derive(Default)]
pub(super) struct Pace {
    images: f64,
    seconds: f64,
    recent_images: f64,
    recent_seconds: f64,
}

impl Pace {
    /// How much of the recent past a step keeps: the last twenty or so count.
    const KEPT: f64 = 0.95;

    /// Takes a step of so many images.
    pub fn add(&mut self, images: usize, time: Duration) {
        let (images, seconds) = (images as f64, time.as_secs_f64());
        self.images += images;
        self.seconds += seconds;
        self.recent_images = self.recent_images * Self::KEPT + images;
        self.recent_seconds = self.recent_seconds * Self::KEPT + seconds;
    }

    /// Over the recent past.
    pub fn recent(&self) -> f64 {
        rate(self.recent_images, self.recent_seconds)
    }

    /// Since the start or the last such call.
    pub fn take_mean(&mut self) -> f64 {
        let mean = rate(self.images, self.seconds);
        (self.images, self.seconds) = (0.0, 0.0);
        mean
    }
}

fn rate(images: f64, seconds: f64) -> f64 {
    if seconds > 0.0 { images / seconds } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_keeps_the_mean_and_repeats_by_place() {
        let settings = StepSettings {
            learning_rate: 0.0,
            weight_decay: 0.0,
            label_smoothing: 0.0,
            dropout: 0.3,
            seed: 1,
            epoch: 2,
        };
        let mask = |settings, batch| -> Vec<f32> {
            let mask = dropout_mask(settings, batch, 50, 200).unwrap();
            mask.as_slice::<f32>().unwrap().to_vec()
        };
        let first = mask(settings, 1);
        let mean = first.iter().sum::<f32>() / first.len() as f32;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!(first.iter().all(|&m| m == 0.0 || m == 1.0 / 0.7));
        assert_eq!(first, mask(settings, 1));
        assert_ne!(first, mask(settings, 2));
        let none = StepSettings {
            dropout: 0.0,
            ..settings
        };
        assert!(dropout_mask(none, 1, 50, 200).is_none());
    }
}
