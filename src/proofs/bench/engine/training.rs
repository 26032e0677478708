//! How fast the default network trains.

use super::super::error::BenchError;
use super::{load, peak_memory};
use crate::data::TrainingData;
use crate::experiment::{Experiment, Preset, TrainSize};
use crate::training::device::{self, DeviceChoice};
use crate::training::{self, Command, Event, Progress, Stage, StepProfile, TrainingJob};
use crossbeam_channel::{Sender, bounded};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Training steps that are measured.
const STEPS: usize = 100;
/// Images whose evaluation is measured.
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
    /// Share of the steps' time in which they waited for their batches.
    pub waiting: f64,
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
/// Where the device or the data can't be used.
pub fn training(device: DeviceChoice) -> Result<TrainingFigures, BenchError> {
    let start = Instant::now();
    let mut settings = Preset::Default.settings();
    settings.data.train_size = TrainSize::Count(STEPS * settings.training.batch_size);
    settings.data.validation_size = EVALUATED;
    settings.training.epochs = 1;
    let data = load(&settings)?;
    let device = device::open(device)?;
    let description = device.description.clone();
    let experiment = Experiment::new(settings, Vec::new())?;
    let (commands, receiver) = bounded(4);
    let mut watch = Watch::new(start, commands);
    TrainingJob::new(&experiment, &data, device)
        .commands(&receiver)
        .train(&mut |event| {
            watch.take(event);
            ControlFlow::Continue(())
        })?;
    Ok(TrainingFigures {
        device: description,
        seconds_to_first_batch: watch.first_batch.as_secs_f64(),
        samples_per_second: watch.samples_per_second,
        waiting: watch.waiting_secs / watch.training_secs.max(f64::EPSILON),
        evaluation_per_second: (2 * EVALUATED) as f64
            / watch.evaluation.as_secs_f64().max(f64::EPSILON),
        batches_after_pause: watch.batches_after_pause,
        peak_memory: peak_memory(),
    })
}

/// Makes a hundred steps of the default network, without augmentation and without evaluation, and says
/// where their time goes.
///
/// # Errors
/// Where the device or the data can't be used.
pub fn steps(device: DeviceChoice) -> Result<StepProfile, BenchError> {
    let mut settings = Preset::Default.settings();
    settings.augmentation.enabled = false;
    let data = load(&settings)?;
    let device = device::open(device)?;
    let experiment = Experiment::new(settings, Vec::new())?;
    Ok(training::profile_steps(&experiment, &data, &device, STEPS)?)
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
    training_secs: f64,
    waiting_secs: f64,
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
            training_secs: 0.0,
            waiting_secs: 0.0,
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
                    // The queue has room for the two commands that are given in all.
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
                self.training_secs = metrics.training_secs();
                self.waiting_secs = metrics.waiting_secs;
            }
            _ => {}
        }
    }
}

/// Training steps alone, timed as a peer's are: on images that lie ready, not augmented.
pub(super) struct TrainingSteps {
    experiment: Experiment,
    data: Arc<TrainingData>,
    /// Steps that are timed.
    steps: usize,
}

impl TrainingSteps {
    /// Steps that go before those that are timed.
    const WARM_UP: usize = 10;
    /// Batches that a device tells of together come within this time.
    const TOGETHER: Duration = Duration::from_millis(1);

    /// Prepares so many steps of the default network.
    pub(super) fn new(steps: usize) -> Result<Self, BenchError> {
        let mut settings = Preset::Default.settings();
        let images = (Self::WARM_UP + steps) * settings.training.batch_size;
        settings.data.train_size = TrainSize::Count(images);
        settings.augmentation.enabled = false;
        settings.training.epochs = 1;
        Ok(Self {
            data: load(&settings)?,
            experiment: Experiment::new(settings, Vec::new())?,
            steps,
        })
    }

    /// Images a second by the clock, from the end of the warm-up's last step to the end of the last
    /// step.
    pub(super) fn per_second(&self, device: DeviceChoice) -> Result<f64, BenchError> {
        let device = device::open(device)?;
        let mut ends = Vec::new();
        TrainingJob::new(&self.experiment, &self.data, device).train(&mut |event| {
            if let Event::Progress(Progress {
                stage: Stage::Training { .. },
                ..
            }) = event
            {
                ends.push(Instant::now());
            }
            // What comes after the last step isn't wanted.
            if ends.len() == Self::WARM_UP + self.steps {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        // A GPU's batches are told of several at a time: the clock starts with the last of those.
        let warm = ends[Self::WARM_UP - 1] + Self::TOGETHER;
        let begun = ends.iter().rposition(|&end| end <= warm).unwrap_or(0);
        let steps = ends.len() - 1 - begun;
        let seconds = (ends[ends.len() - 1] - ends[begun]).as_secs_f64();
        let batch = self.experiment.settings().training.batch_size;
        Ok((steps * batch) as f64 / seconds)
    }
}
