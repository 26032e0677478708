//! Measurements of the engine on this machine: counts and ratios, for BENCHMARKS.md.

mod stroke;

pub use stroke::{StrokeFigures, strokes};

use crate::data::{self, BatchPlan, TrainingData, epoch_order, prepare_batch};
use crate::experiment::{Experiment, Preset, Settings, TrainSize};
use crate::training::device::{self, DeviceChoice};
use crate::training::{self, Command, Event, Predictor, Progress, Stage, WeightsSlot};
use crossbeam_channel::{Sender, bounded};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Steps that a training measurement takes.
const STEPS: usize = 100;
/// Images that an evaluation measurement takes.
const EVALUATED: usize = 2_000;
/// The batch at which the pause is asked for.
const PAUSE_AT: usize = 20;

/// Figures of training the default network.
#[derive(Clone, Debug)]
pub struct TrainingFigures {
    /// The device, in words.
    pub device: String,
    /// Seconds from the start to the first batch trained, data not yet loaded.
    pub seconds_to_first_batch: f64,
    /// Images a second in training steps.
    pub samples_per_second: f64,
    /// Images a second in evaluation.
    pub evaluation_per_second: f64,
    /// Batches trained after the pause was asked for.
    pub batches_after_pause: usize,
    /// Peak memory of the process, where the system tells.
    pub peak_memory: Option<usize>,
}

/// Trains the default network for a hundred steps.
///
/// # Errors
/// Where the device or the data can't be used, in words.
pub fn training(device: DeviceChoice) -> Result<TrainingFigures, String> {
    let start = Instant::now();
    let mut settings = Preset::Default.settings();
    settings.data.train_size = TrainSize::Count(STEPS * settings.training.batch_size);
    settings.data.validation_size = EVALUATED;
    settings.training.epochs = 1;
    let data = load(&settings)?;
    let device = device::open(device).map_err(|err| err.to_string())?;
    let description = device.description.clone();
    let experiment = Experiment::new(settings, Vec::new()).map_err(|err| err.to_string())?;
    let (commands, receiver) = bounded(4);
    let mut watch = Watch::new(start, commands);
    let slot = WeightsSlot::default();
    training::train(&experiment, &data, device, &receiver, &slot, &mut |event| {
        watch.take(event);
        ControlFlow::Continue(())
    })
    .map_err(|err| err.to_string())?;
    Ok(TrainingFigures {
        device: description,
        seconds_to_first_batch: watch.first_batch.as_secs_f64(),
        samples_per_second: watch.samples_per_second,
        evaluation_per_second: (2 * EVALUATED) as f64
            / watch.evaluation.as_secs_f64().max(f64::EPSILON),
        batches_after_pause: watch.batches_after_pause,
        peak_memory: peak_memory(),
    })
}

/// What a measurement notes of a run's events.
struct Watch {
    start: Instant,
    commands: Sender<Command>,
    first_batch: Duration,
    pause_asked: bool,
    paused: bool,
    batches_after_pause: usize,
    last_batch: Instant,
    evaluation: Duration,
    samples_per_second: f64,
}

impl Watch {
    fn new(start: Instant, commands: Sender<Command>) -> Self {
        Self {
            start,
            commands,
            first_batch: Duration::ZERO,
            pause_asked: false,
            paused: false,
            batches_after_pause: 0,
            last_batch: start,
            evaluation: Duration::ZERO,
            samples_per_second: 0.0,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Progress(Progress {
                stage: Stage::Training { batch, .. },
                ..
            }) => {
                self.last_batch = Instant::now();
                if batch == 1 {
                    self.first_batch = self.start.elapsed();
                }
                if self.pause_asked && !self.paused {
                    self.batches_after_pause += 1;
                }
                if batch == PAUSE_AT {
                    self.pause_asked = true;
                    // There is room for the two commands ever given.
                    let _ = self.commands.try_send(Command::Pause);
                }
            }
            Event::Paused => {
                self.paused = true;
                let _ = self.commands.try_send(Command::Resume);
            }
            Event::Epoch { metrics, .. } => {
                self.evaluation = self.last_batch.elapsed();
                self.samples_per_second = metrics.samples_per_second;
            }
            _ => {}
        }
    }
}

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
/// Where the data can't be used, in words.
pub fn augmentation() -> Result<AugmentationFigures, String> {
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

/// Images a second of prediction with fresh weights of the default network.
///
/// # Errors
/// Where the device or the data can't be used, in words.
pub fn prediction(device: DeviceChoice) -> Result<f64, String> {
    let mut settings = Preset::Default.settings();
    settings.data.train_size = TrainSize::Count(64);
    settings.data.validation_size = 64;
    settings.training.epochs = 1;
    let data = load(&settings)?;
    let open = || device::open(device).map_err(|err| err.to_string());
    let experiment = Experiment::new(settings, Vec::new()).map_err(|err| err.to_string())?;
    let (_commands, receiver) = bounded(1);
    let mut newest = None;
    let slot = WeightsSlot::default();
    training::train(
        &experiment,
        &data,
        open()?,
        &receiver,
        &slot,
        &mut |event| {
            if let Event::Epoch { weights, .. } = event {
                newest = Some(weights);
            }
            ControlFlow::Continue(())
        },
    )
    .map_err(|err| err.to_string())?;
    let weights = newest.ok_or("the run gave no weights")?;
    let predictor = Predictor::new(&weights, &open()?).map_err(|err| err.to_string())?;
    let images = &data.dataset().train;
    let pixels = &images.pixels[..EVALUATED * data.rows() * data.columns()];
    let start = Instant::now();
    predictor
        .probabilities(pixels, EVALUATED)
        .map_err(|err| err.to_string())?;
    Ok(EVALUATED as f64 / start.elapsed().as_secs_f64())
}

/// Seconds to decode the embedded data, once a process.
///
/// # Errors
/// Where it can't be decoded, in words.
pub fn loading() -> Result<f64, String> {
    let start = Instant::now();
    load(&Preset::Default.settings())?;
    Ok(start.elapsed().as_secs_f64())
}

fn load(settings: &Settings) -> Result<Arc<TrainingData>, String> {
    TrainingData::load(&settings.data, settings.seed)
        .map(Arc::new)
        .map_err(|err| err.to_string())
}

/// Peak resident memory of this process in bytes, where the system tells (Linux).
pub fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
