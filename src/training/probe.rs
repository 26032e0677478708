//! What is tried out on a device before a run is trusted to it: whether the losses of some training
//! steps are those of the CPU, and how fast the device trains.
//!
//! Two right implementations round differently, and training magnifies that step by step. So the
//! losses are held to the CPU's tightly at first, where only a wrong operation can part them, and
//! loosely at the end. BENCHMARKS.md says what was measured.

use super::device::OpenDevice;
use super::{Event, Progress, Stage, TrainingError, TrainingJob};
use crate::data::TrainingData;
use crate::experiment::{Experiment, Preset, Settings, TrainSize};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Training steps whose losses are compared; the loss on validation images comes after them.
pub const STEPS: usize = 20;
/// Images in each step whose loss is compared.
const BATCH: usize = 32;
/// In the first so many steps the losses must agree tightly.
const EARLY_STEPS: usize = 5;
/// How far the losses of the first steps may lie apart, relative to the CPU's.
pub const EARLY_TOLERANCE: f64 = 1e-3;
/// How far the losses of all later steps may lie apart, relative to the CPU's.
pub const LATE_TOLERANCE: f64 = 0.05;
/// Losses below this are compared as if they were this large.
const LEAST_LOSS: f64 = 0.1;
/// Images in a step of the first, short measurement of speed. A device that is slow even so isn't
/// measured any longer.
const FEW: usize = 4;
/// A device below so many images a second is slow: some CPUs train a hundred times as many.
const SLOW: f64 = 50.0;
/// The first so many steps don't count in the speed, since memory and kernels are made ready in
/// them.
const WARM_UP: u64 = 20;
/// Figures that arrive within this time of each other were read from the device together.
const ONE_READING: Duration = Duration::from_micros(200);

/// Two losses that lie too far apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// The training step, from 1; the number after the last step's stands for the loss on validation
    /// images.
    pub step: usize,
    /// The loss on the CPU.
    pub cpu: f64,
    /// The loss on the device; none where it isn't a finite number.
    pub device: Option<f64>,
    /// How far the two may lie apart, relative to the CPU's.
    pub allowed: f64,
}

/// How fast a device trains the default network with batches of 64.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Images a second, without the first steps.
    pub images_per_second: f64,
    /// Seconds of the first step, in which kernels are compiled.
    pub first_step_secs: f64,
}

/// The losses of some training steps of a small network with every kind of layer, and the network's
/// loss on validation images after them. The losses end before the first that isn't finite. `lives`
/// is called whenever the device has made progress.
///
/// # Errors
/// Where the device fails.
pub fn losses(device: OpenDevice, lives: &mut dyn FnMut()) -> Result<Vec<f64>, TrainingError> {
    let (experiment, data) = load(small())?;
    let mut losses = Vec::new();
    let outcome = run(&experiment, &data, device, &mut |event| {
        lives();
        match event {
            Event::Progress(Progress {
                stage:
                    Stage::Training {
                        point: Some(point), ..
                    },
                ..
            }) => losses.push(f64::from(point.loss)),
            Event::Epoch { metrics, .. } => losses.push(metrics.validation_loss),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    match outcome {
        Ok(()) | Err(TrainingError::NotFinite { .. }) => Ok(losses),
        Err(error) => Err(error),
    }
}

/// Compares a device's losses with the CPU's. Gives the largest difference, relative to the CPU's
/// loss.
///
/// # Errors
/// The first loss that lies too far from the CPU's.
pub fn compare(cpu: &[f64], device: &[f64]) -> Result<f64, Divergence> {
    let mut farthest = 0.0_f64;
    for (index, &expected) in cpu.iter().enumerate() {
        let found = device.get(index).copied().filter(|loss| loss.is_finite());
        let allowed = if index < EARLY_STEPS {
            EARLY_TOLERANCE
        } else {
            LATE_TOLERANCE
        };
        let apart = found.map_or(f64::INFINITY, |found| {
            (found - expected).abs() / expected.abs().max(LEAST_LOSS)
        });
        if apart > allowed {
            return Err(Divergence {
                step: index + 1,
                cpu: expected,
                device: found,
                allowed,
            });
        }
        farthest = farthest.max(apart);
    }
    Ok(farthest)
}

/// Trains the default network for about this time, and says how fast. `lives` is called whenever
/// the device has made progress.
///
/// # Errors
/// Where the device fails.
pub fn speed(
    device: OpenDevice,
    budget: Duration,
    lives: &mut dyn FnMut(),
) -> Result<Speed, TrainingError> {
    let first_look = speed_with(FEW, device.clone(), Duration::ZERO, lives)?;
    if first_look.images_per_second < SLOW {
        return Ok(first_look);
    }
    let whole = speed_with(usual_batch(), device, budget, lives)?;
    Ok(Speed {
        first_step_secs: first_look.first_step_secs + whole.first_step_secs,
        ..whole
    })
}

fn usual_batch() -> usize {
    Preset::Default.settings().training.batch_size
}

fn speed_with(
    batch: usize,
    device: OpenDevice,
    budget: Duration,
    lives: &mut dyn FnMut(),
) -> Result<Speed, TrainingError> {
    let mut settings = default_network();
    settings.training.batch_size = batch;
    let (experiment, data) = load(settings)?;
    let mut watch = Watch::new(budget);
    run(&experiment, &data, device, &mut |event| {
        lives();
        watch.take(&event)
    })?;
    Ok(Speed {
        images_per_second: batch as f64 * watch.steps_per_second(),
        first_step_secs: watch.first_step.as_secs_f64(),
    })
}

/// Measures speed by a run's events: when figures were read from the device, and up to which step.
struct Watch {
    budget: Duration,
    started: Instant,
    first_step: Duration,
    readings: Vec<(u64, Instant)>,
}

impl Watch {
    fn new(budget: Duration) -> Self {
        Self {
            budget,
            started: Instant::now(),
            first_step: Duration::ZERO,
            readings: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event) -> ControlFlow<()> {
        let now = Instant::now();
        match event {
            Event::Started(_) => self.started = now,
            Event::Progress(Progress {
                stage:
                    Stage::Training {
                        point: Some(point), ..
                    },
                ..
            }) => {
                if self.readings.is_empty() {
                    self.first_step = now - self.started;
                }
                match self.readings.last_mut() {
                    Some((step, at)) if now - *at < ONE_READING => *step = point.step,
                    _ => self.readings.push((point.step, now)),
                }
            }
            // An epoch of steps is enough for this measurement.
            Event::Epoch { .. } => return ControlFlow::Break(()),
            _ => {}
        }
        // The time counts from the first step on, so that compiling leaves time to measure, and two
        // readings are waited for in any case.
        let since = self.readings.first().map_or(now, |(_, at)| *at);
        if self.readings.len() > 1 && now - since > self.budget {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Steps a second from the end of the warm-up on, or from the middle on where the warm-up took
    /// half the time.
    fn steps_per_second(&self) -> f64 {
        let (Some(first), Some((last_step, last))) = (self.readings.first(), self.readings.last())
        else {
            return 0.0;
        };
        let half = first.1 + (*last - first.1) / 2;
        let mut from = first;
        for reading in &self.readings {
            if from.0 >= WARM_UP || reading.1 > half {
                break;
            }
            from = reading;
        }
        let (step, start) = from;
        let seconds = (*last - *start).as_secs_f64();
        if seconds > 0.0 {
            (last_step - step) as f64 / seconds
        } else {
            0.0
        }
    }
}

/// A narrow network with every kind of layer, and data for an epoch of the steps that are compared.
fn small() -> Settings {
    let mut settings = Preset::Default.settings();
    settings.data.train_size = TrainSize::Count(STEPS * BATCH);
    settings.data.validation_size = 2 * BATCH;
    settings.network.width = 0.125;
    settings.augmentation.enabled = false;
    settings.training.batch_size = BATCH;
    settings.training.epochs = 1;
    settings
}

/// The network whose speed is measured, with more images than there is time for.
fn default_network() -> Settings {
    let mut settings = Preset::Default.settings();
    settings.data.validation_size = 10 * BATCH;
    settings.training.epochs = 1;
    settings
}

fn load(settings: Settings) -> Result<(Experiment, Arc<TrainingData>), TrainingError> {
    let data = TrainingData::load(&settings.data, settings.seed)
        .map_err(|err| TrainingError::Probe(err.into()))?;
    let experiment =
        Experiment::new(settings, Vec::new()).map_err(|err| TrainingError::Probe(err.into()))?;
    Ok((experiment, Arc::new(data)))
}

fn run(
    experiment: &Experiment,
    data: &Arc<TrainingData>,
    device: OpenDevice,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(), TrainingError> {
    TrainingJob::new(experiment, data, device).train(emit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::device::{DeviceChoice, open};

    #[test]
    fn losses_may_part_little_at_first_and_more_later() {
        let cpu: Vec<f64> = (0..=STEPS).map(|i| 2.3 - 0.1 * i as f64).collect();
        let check = |step: usize, factor: f64, expected: Option<f64>| {
            let mut device = cpu.clone();
            device[step - 1] *= factor;
            let found = compare(&cpu, &device).err();
            assert_eq!(found.map(|found| found.allowed), expected, "step {step}");
            assert!(found.is_none_or(|found| found.step == step));
        };
        check(1, 1.0005, None);
        check(1, 1.002, Some(EARLY_TOLERANCE));
        check(5, 0.998, Some(EARLY_TOLERANCE));
        check(6, 0.998, None);
        check(20, 1.1, Some(LATE_TOLERANCE));
        check(7, f64::NAN, Some(LATE_TOLERANCE));
        // Losses that end early aren't finite.
        let ended = compare(&cpu, &cpu[..9]).unwrap_err();
        assert_eq!((ended.step, ended.device), (10, None));
        assert_eq!(compare(&cpu, &cpu), Ok(0.0));
    }

    #[test]
    fn the_cpu_repeats_its_own_losses() {
        let cpu = || open(DeviceChoice::Cpu).unwrap();
        let first = losses(cpu(), &mut || {}).unwrap();
        assert_eq!(first.len(), STEPS + 1);
        assert!(first[STEPS - 1] < first[0]);
        assert_eq!(
            compare(&first, &losses(cpu(), &mut || {}).unwrap()),
            Ok(0.0)
        );
    }

    #[test]
    fn speed_is_measured_after_the_first_steps() {
        let start = Instant::now();
        let mut watch = Watch::new(Duration::from_secs(1));
        watch.started = start;
        // Two seconds of compiling, then ten steps a reading, each 20 ms.
        watch.readings = (0..10)
            .map(|i| (1 + 10 * i, start + Duration::from_millis(2_000 + 20 * i)))
            .collect();
        let per_second = watch.steps_per_second();
        assert!((per_second - 500.0).abs() < 1e-6, "{per_second}");
        watch.readings.clear();
        assert_eq!(watch.steps_per_second(), 0.0);
    }
}
