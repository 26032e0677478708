//! Measurements of the engine on this machine, for BENCHMARKS.md.

pub(super) mod csv;
pub(super) mod peers;
mod python;
mod saves;
mod stroke;
mod training;

pub use saves::saves;
pub use stroke::strokes;
pub(in crate::proofs) use stroke::{ZIGZAG, zigzag};
pub use training::{steps, training};

use super::error::BenchError;
use crate::data::{self, BatchPlan, TrainingData, epoch_order, prepare_batch};
use crate::experiment::{Experiment, Preset, Settings, TrainSize};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Event, Predictor, TrainingJob};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

/// Figures of the augmentation.
#[derive(Clone, Copy, Debug)]
pub struct AugmentationFigures {
    /// Microseconds an image, drawn and transformed.
    pub micros_per_image: f64,
    /// Images a second.
    pub images_per_second: f64,
}

/// Augments 20,000 images as the article does, on one thread.
///
/// # Errors
/// Where the data can't be used.
pub fn augmentation() -> Result<AugmentationFigures, BenchError> {
    let settings = Preset::Default.settings();
    let data = load(&settings)?;
    let plan = BatchPlan {
        seed: settings.seed,
        epoch: 1,
        train_size: 20_000,
        batch_size: settings.training.batch_size,
        first_batch: 1,
        augmentation: settings.augmentation,
    };
    let order = epoch_order(plan.seed, plan.epoch, plan.train_size);
    let start = Instant::now();
    let mut images = 0;
    for number in 1..=data::batches_per_epoch(plan.train_size, plan.batch_size) {
        images += prepare_batch(&data, &plan, &order, number).labels.len();
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(AugmentationFigures {
        micros_per_image: 1e6 * seconds / images as f64,
        images_per_second: images as f64 / seconds,
    })
}

/// Images that a measurement of prediction takes.
const PREDICTED: usize = 10_000;

/// Images a second of prediction with fresh weights of the default network.
///
/// # Errors
/// Where the device or the data can't be used.
pub fn prediction(device: DeviceChoice) -> Result<f64, BenchError> {
    Prediction::new(device)?.per_second(PREDICTED)
}

/// The default network, ready to predict.
struct Prediction {
    predictor: Predictor,
    data: Arc<TrainingData>,
}

impl Prediction {
    /// Images that are predicted before those that are timed.
    const WARM_UP: usize = 500;

    /// The network with the weights of one training step.
    fn new(device: DeviceChoice) -> Result<Self, BenchError> {
        let mut settings = Preset::Default.settings();
        settings.data.train_size = TrainSize::Count(64);
        settings.data.validation_size = 64;
        settings.training.epochs = 1;
        let data = load(&settings)?;
        let open = || device::open(device);
        let experiment = Experiment::new(settings, Vec::new())?;
        let mut newest = None;
        let mut take = |event| {
            if let Event::Epoch { weights, .. } = event {
                newest = Some(weights);
            }
            ControlFlow::Continue(())
        };
        TrainingJob::new(&experiment, &data, open()?).train(&mut take)?;
        let weights = newest.ok_or(BenchError::NoWeights)?;
        let predictor = Predictor::new(&weights, &open()?)?;
        Ok(Self { predictor, data })
    }

    /// Predicts so many training images, and gives images a second.
    fn per_second(&self, count: usize) -> Result<f64, BenchError> {
        let len = self.data.size().pixels();
        let pixels = &self.data.dataset().train.pixels;
        let predict = |count: usize| self.predictor.probabilities(&pixels[..count * len], count);
        predict(Self::WARM_UP)?;
        let start = Instant::now();
        predict(count)?;
        Ok(count as f64 / start.elapsed().as_secs_f64())
    }
}

/// Seconds to decode the embedded data. Only the first call of a process decodes them.
///
/// # Errors
/// Where the data can't be decoded.
pub fn loading() -> Result<f64, BenchError> {
    let start = Instant::now();
    load(&Preset::Default.settings())?;
    Ok(start.elapsed().as_secs_f64())
}

fn load(settings: &Settings) -> Result<Arc<TrainingData>, BenchError> {
    Ok(Arc::new(TrainingData::load(&settings.data, settings.seed)?))
}

/// Peak resident memory of this process in bytes, where the system tells (Linux).
pub fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
