//! Measures training steps alone, and where their time goes.

use super::meter::Meter;
use super::resume::Sums;
use super::schedule::learning_rate;
use super::step::StepSettings;
use super::training_loop::network_of;
use super::{OpenDevice, TrainingError};
use crate::data::{Batch, BatchPlan, TrainingData, epoch_order, prepare_batch};
use crate::experiment::Experiment;
use crate::model::{StepPart, Weights};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Steps that are made before the measurement begins.
const WARM_UP: usize = 5;

/// How long training steps took.
pub struct StepProfile {
    /// The mean time of a step.
    pub step: Duration,
    /// Images in a step.
    pub images: usize,
    /// The mean time of each part of a step. Empty on a GPU, which isn't asked within a step.
    pub parts: Vec<(StepPart, Duration)>,
}

impl StepProfile {
    /// Images a second.
    pub fn images_per_second(&self) -> f64 {
        self.images as f64 / self.step.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Trains `steps` prepared batches of the first epoch, and says how long a step takes.
///
/// # Errors
/// Where the data give no batch, or the device fails.
pub fn profile_steps(
    experiment: &Experiment,
    data: &Arc<TrainingData>,
    device: &OpenDevice,
    steps: usize,
) -> Result<StepProfile, TrainingError> {
    let settings = experiment.settings();
    let train_size = settings.data.train_size.resolve(data.pool_size());
    let spec = network_of(settings, data)?;
    let weights = Weights::initial(&spec, settings.seed);
    let mut trainer = device.trainer(&weights, settings.training.optimizer);
    let batches = prepared(experiment, data, train_size);
    let images = batches.first().ok_or(TrainingError::NoImages)?.labels.len();
    let training = &settings.training;
    let rate = learning_rate(training.schedule, training.learning_rate, 0.0);
    let step_settings = StepSettings::of(settings, rate, 1);
    let mut before = Vec::new();
    let mut start = Instant::now();
    let mut meter = Meter::new(1, device.is_cpu(), Sums::default());
    for (step, batch) in batches.iter().cycle().take(WARM_UP + steps).enumerate() {
        if step == WARM_UP {
            meter.read()?;
            before = trainer.times();
            start = Instant::now();
        }
        let mut batch = batch.clone();
        let logits = trainer.step(&mut batch, step_settings)?;
        meter.add(logits, batch, batches.len(), step as u64 + 1)?;
    }
    meter.read()?;
    let each = |time: Duration| time / u32::try_from(steps.max(1)).unwrap_or(u32::MAX);
    let step = each(start.elapsed());
    let earlier = |part| before.iter().find(|(p, _)| *p == part);
    let parts = trainer.times().into_iter().map(|(part, time)| {
        let earlier = earlier(part).map_or(Duration::ZERO, |(_, time)| *time);
        (part, each(time.saturating_sub(earlier)))
    });
    Ok(StepProfile {
        step,
        images,
        parts: parts.collect(),
    })
}

/// The first few batches of the first epoch.
fn prepared(experiment: &Experiment, data: &TrainingData, train_size: usize) -> Vec<Batch> {
    const BATCHES: usize = 8;
    let settings = experiment.settings();
    let plan = BatchPlan {
        seed: settings.seed,
        epoch: 1,
        train_size,
        batch_size: settings.training.batch_size,
        first_batch: 1,
        augmentation: settings.augmentation,
    };
    let order = epoch_order(plan.seed, plan.epoch, plan.train_size);
    (1..=BATCHES)
        .map(|number| prepare_batch(data, &plan, &order, number))
        .filter(|batch| !batch.labels.is_empty())
        .collect()
}
