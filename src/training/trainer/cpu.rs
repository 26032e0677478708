//! Training on the CPU, by this program's own kernels.

use super::super::step::{StepSettings, dropout_mask, soft_targets};
use super::super::{OpenDevice, Predictor, TrainingError};
use super::{Held, Logits, OptimizerState, Trainer, TrainerState, is_kept};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{CpuTraining, ModelError, NetworkSpec, Rule, StepPart, Weights};
use overfit_kernels::InstructionSet;
use std::convert::Infallible;
use std::time::Duration;

/// A network in training on the CPU.
pub(super) struct CpuTrainer {
    network: CpuTraining,
    optimizer: Optimizer,
    opened: OpenDevice,
}

impl CpuTrainer {
    pub fn new(weights: &Weights, optimizer: Optimizer, opened: OpenDevice) -> Self {
        Self {
            network: CpuTraining::new(weights, InstructionSet::usual()),
            optimizer,
            opened,
        }
    }

    fn plain_weights(&self) -> Weights {
        let mut values = self.network.values().into_iter();
        let Ok(weights) = Weights::build(self.network.spec().clone(), |_| {
            Ok::<_, Infallible>(values.next().unwrap_or_default())
        });
        weights
    }

    fn plain_state(&self) -> TrainerState {
        let plans = self.network.spec().tensors().into_iter();
        let kept = plans.zip(self.network.moments());
        let tensors = kept
            .filter(|(_, moments)| moments.steps > 0)
            .map(|(plan, moments)| (plan.name, moments))
            .collect();
        TrainerState {
            weights: self.plain_weights(),
            optimizer: OptimizerState {
                kind: self.optimizer,
                tensors,
            },
        }
    }

    /// Goes on from a state whose moments fit its weights.
    fn take(&mut self, state: TrainerState) {
        let TrainerState { weights, optimizer } = state;
        self.optimizer = optimizer.kind;
        self.network = CpuTraining::new(&weights, InstructionSet::usual());
        let mut tensors = optimizer.tensors;
        let moments = weights.iter();
        let moments = moments.map(|(plan, _)| tensors.remove(&plan.name).unwrap_or_default());
        self.network.restore(moments.collect());
    }
}

impl Trainer for CpuTrainer {
    fn step(&mut self, batch: &mut Batch, settings: StepSettings) -> Result<Logits, ModelError> {
        let spec = self.network.spec();
        let count = batch.labels.len();
        let mask = dropout_mask(settings, batch.number, count, spec.hidden_units);
        let targets = soft_targets(&batch.labels, spec.classes, settings.label_smoothing);
        let rule = Rule {
            optimizer: self.optimizer,
            learning_rate: settings.learning_rate,
            weight_decay: settings.weight_decay,
            gradient_clip: settings.gradient_clip,
        };
        let pixels = std::mem::take(&mut batch.pixels);
        let logits = self.network.step(&pixels, mask.as_deref(), &targets, &rule);
        Ok(Logits(Held::InMemory(logits)))
    }

    fn weights(&self) -> Result<Weights, ModelError> {
        Ok(self.plain_weights())
    }

    fn state(&self) -> Result<TrainerState, ModelError> {
        Ok(self.plain_state())
    }

    fn restore(&mut self, state: TrainerState) -> Result<(), ModelError> {
        state.optimizer.check(state.weights.spec())?;
        self.take(state);
        Ok(())
    }

    fn replace(&mut self, weights: &Weights, touched: &[String]) -> Result<(), ModelError> {
        let mut state = self.plain_state();
        let tensors = &mut state.optimizer.tensors;
        tensors.retain(|name, _| is_kept(name, weights, touched));
        state.weights = weights.clone();
        self.take(state);
        Ok(())
    }

    fn predictor(&self) -> Result<Predictor, TrainingError> {
        Ok(Predictor::of(self.plain_weights(), &self.opened)?)
    }

    fn spec(&self) -> &NetworkSpec {
        self.network.spec()
    }

    fn times(&self) -> Vec<(StepPart, Duration)> {
        self.network.times().collect()
    }
}
