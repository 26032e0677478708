//! A range test of the learning rate: a new network is trained for some steps at a rate that grows
//! by the same factor from step to step, and the loss of each batch is told.
//!
//! The test is L. N. Smith's (*Cyclical learning rates for training neural networks*, 2017), with a
//! rate that grows exponentially in place of linearly.

use super::feed::Feed;
use super::gpu::guarded;
use super::meter::Meter;
use super::resume::Sums;
use super::step::StepSettings;
use super::training_loop::network_of;
use super::{OpenDevice, TrainingError};
use crate::data::{BatchPlan, TrainingData, batches_per_epoch};
use crate::experiment::Settings;
use crate::model::Weights;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Which learning rates a test goes through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateTest {
    /// The learning rate of the first step, above zero.
    pub first: f64,
    /// The learning rate of the last step.
    pub last: f64,
    /// How many steps there are, two at least.
    pub steps: usize,
}

/// A step of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateStep {
    /// The learning rate of the step.
    pub learning_rate: f64,
    /// The mean loss of the step's batch before the step; infinite where it was no longer a finite
    /// number.
    pub loss: f64,
}

impl RateTest {
    /// The learning rate of a step, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        let share = step as f64 / self.steps.saturating_sub(1).max(1) as f64;
        self.first * (self.last / self.first).powf(share)
    }

    /// Trains a new network with these settings, but for their learning rate and schedule. The
    /// settings' seed decides the weights, the order of the images and all else that is drawn.
    /// `heard` is given each step; the test ends where it breaks, or after a loss that is no longer
    /// finite.
    ///
    /// # Errors
    /// Where the network can't be built, the data give no batch, or the device fails.
    pub fn run(
        &self,
        settings: &Settings,
        data: &Arc<TrainingData>,
        device: &OpenDevice,
        heard: &mut dyn FnMut(RateStep) -> ControlFlow<()>,
    ) -> Result<(), TrainingError> {
        let spec = network_of(settings, data)?;
        let weights = Weights::initial(&spec, settings.seed);
        let mut trainer = guarded(device, || {
            Ok::<_, TrainingError>(device.trainer(&weights, settings.training.optimizer))
        })?;
        let train_size = settings.data.train_size.resolve(data.pool_size());
        let batches = batches_per_epoch(train_size, settings.training.batch_size);
        let mut feed = Feed::new(data);
        for step in 0..self.steps {
            let (epoch, number) = (step / batches + 1, step % batches + 1);
            if number == 1 {
                feed.discard();
            }
            let mut batch = feed.next(BatchPlan {
                seed: settings.seed,
                epoch,
                train_size,
                batch_size: settings.training.batch_size,
                first_batch: number,
                augmentation: settings.augmentation,
            })?;
            let learning_rate = self.rate(step);
            let of_step = StepSettings::of(settings, learning_rate, epoch);
            let logits = guarded(device, || trainer.step(&mut batch, of_step))?;
            let mut meter = Meter::new(epoch, true, Sums::default());
            let read = guarded(device, || {
                meter.add(logits, batch, batches, step as u64 + 1)
            });
            let loss = match read {
                Ok(points) => points.first().map(|(_, point)| f64::from(point.loss)),
                Err(TrainingError::NotFinite { .. }) => None,
                Err(error) => return Err(error),
            };
            let loss = loss.unwrap_or(f64::INFINITY);
            let flow = heard(RateStep {
                learning_rate,
                loss,
            });
            if flow.is_break() || !loss.is_finite() {
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Optimizer, Preset, TrainSize};
    use crate::training::device::{DeviceChoice, open};

    fn steps(optimizer: Optimizer, last: f64) -> Vec<RateStep> {
        let mut settings = Preset::Linear.settings();
        settings.data.train_size = TrainSize::Count(100);
        settings.data.validation_size = 20;
        settings.training.batch_size = 32;
        settings.training.optimizer = optimizer;
        let data = TrainingData::load(&settings.data, settings.seed).unwrap();
        let test = RateTest {
            first: 1e-4,
            last,
            steps: 30,
        };
        let mut found = Vec::new();
        let device = open(DeviceChoice::Cpu).unwrap();
        test.run(&settings, &Arc::new(data), &device, &mut |step| {
            found.push(step);
            ControlFlow::Continue(())
        })
        .unwrap();
        found
    }

    #[test]
    fn rates_grow_by_the_same_factor_and_the_test_repeats_itself() {
        for optimizer in Optimizer::ALL {
            let first = steps(optimizer, 1e-1);
            assert_eq!(first.len(), 30);
            assert_eq!(first[0].learning_rate, 1e-4);
            assert!((first[29].learning_rate - 1e-1).abs() < 1e-12);
            let factor = first[1].learning_rate / first[0].learning_rate;
            for pair in first.windows(2) {
                let found = pair[1].learning_rate / pair[0].learning_rate;
                assert!((found / factor - 1.0).abs() < 1e-9);
            }
            assert!(first[25].loss < first[0].loss, "{optimizer:?}");
            assert_eq!(first, steps(optimizer, 1e-1), "{optimizer:?}");
        }
    }

    #[test]
    fn the_test_ends_with_a_loss_that_is_not_finite() {
        let found = steps(Optimizer::ALL[1], 1e60);
        assert!(found.len() < 30);
        assert!(!found.last().unwrap().loss.is_finite());
    }
}
