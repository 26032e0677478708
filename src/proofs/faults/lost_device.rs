//! A device that is lost in mid-run: its trainer fails as a driver does that was reset.

use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::lab::devices::Opening;
use crate::model::{ModelError, NetworkSpec, StepPart, Weights};
use crate::training::{
    Logits, MakeTrainer, OpenDevice, Predictor, StepSettings, Trainer, TrainerState, TrainingError,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Opens devices of which the first is lost after so many training steps of its run.
pub fn lost_after(steps: u64) -> Opening {
    let next = Mutex::new(Some(steps));
    Opening::by(move |chosen| {
        let device = chosen.open()?;
        let first = next.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(match first {
            Some(steps) => device.with_trainers(|usual| Arc::new(LosingTrainers { usual, steps })),
            None => device,
        })
    })
}

/// Makes trainers that fail after so many steps.
#[derive(Debug)]
struct LosingTrainers {
    usual: Arc<dyn MakeTrainer>,
    steps: u64,
}

impl MakeTrainer for LosingTrainers {
    fn make(
        &self,
        weights: &Weights,
        optimizer: Optimizer,
        device: &OpenDevice,
    ) -> Box<dyn Trainer> {
        Box::new(LosingTrainer {
            usual: self.usual.make(weights, optimizer, device),
            left: self.steps,
        })
    }
}

/// A trainer that has so many steps left before its device is lost.
struct LosingTrainer {
    usual: Box<dyn Trainer>,
    left: u64,
}

impl Trainer for LosingTrainer {
    fn step(&mut self, batch: &mut Batch, settings: StepSettings) -> Result<Logits, ModelError> {
        if self.left == 0 {
            let reason = "the fault injected".into();
            return Err(ModelError::Device { reason });
        }
        self.left -= 1;
        self.usual.step(batch, settings)
    }

    fn weights(&self) -> Result<Weights, ModelError> {
        self.usual.weights()
    }

    fn state(&self) -> Result<TrainerState, ModelError> {
        self.usual.state()
    }

    fn restore(&mut self, state: TrainerState) -> Result<(), ModelError> {
        self.usual.restore(state)
    }

    fn replace(&mut self, weights: &Weights, touched: &[String]) -> Result<(), ModelError> {
        self.usual.replace(weights, touched)
    }

    fn predictor(&self) -> Result<Predictor, TrainingError> {
        self.usual.predictor()
    }

    fn spec(&self) -> &NetworkSpec {
        self.usual.spec()
    }

    fn times(&self) -> Vec<(StepPart, Duration)> {
        self.usual.times()
    }
}
