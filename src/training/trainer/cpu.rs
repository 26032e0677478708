//! Training on the CPU, by this program's own kernels.

use super::super::OpenDevice;
use super::super::step::{StepSettings, dropout_mask, soft_targets};
use super::{OptimizerState, TrainerState};
use crate::data::Batch;
use crate::experiment::Optimizer;
use crate::model::{CpuTraining, NetworkSpec, Rule, StepPart, Weights};
use overfit_kernels::InstructionSet;
use std::convert::Infallible;
use std::time::Duration;

/// A network in training on the CPU.
pub(in crate::training) struct CpuTrainer {
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

    /// Makes a step, and gives the logits before it, `[batch, class]`.
    pub fn step(&mut self, batch: &mut Batch, settings: StepSettings) -> Vec<f32> {
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
        self.network.step(&pixels, mask.as_deref(), &targets, &rule)
    }

    pub fn weights(&self) -> Weights {
        let mut values = self.network.values().into_iter();
        let Ok(weights) = Weights::build(self.spec().clone(), |_| {
            Ok::<_, Infallible>(values.next().unwrap_or_default())
        });
        weights
    }

    pub fn state(&self) -> TrainerState {
        let plans = self.spec().tensors().into_iter();
        let kept = plans.zip(self.network.moments());
        let tensors = kept
            .filter(|(_, moments)| moments.steps > 0)
            .map(|(plan, moments)| (plan.name, moments))
            .collect();
        TrainerState {
            weights: self.weights(),
            optimizer: OptimizerState {
                kind: self.optimizer,
                tensors,
            },
        }
    }

    pub fn restore(&mut self, state: TrainerState) {
        let TrainerState { weights, optimizer } = state;
        self.optimizer = optimizer.kind;
        self.network = CpuTraining::new(&weights, InstructionSet::usual());
        let mut tensors = optimizer.tensors;
        let moments = weights.iter();
        let moments = moments.map(|(plan, _)| tensors.remove(&plan.name).unwrap_or_default());
        self.network.restore(moments.collect());
    }

    pub fn replace(&mut self, weights: &Weights, keep: impl Fn(&str) -> bool) {
        let mut state = self.state();
        state.optimizer.tensors.retain(|name, _| keep(name));
        state.weights = weights.clone();
        self.restore(state);
    }

    pub fn spec(&self) -> &NetworkSpec {
        self.network.spec()
    }

    /// The device as it was opened.
    pub fn opened(&self) -> &OpenDevice {
        &self.opened
    }

    /// The total time of each part of the steps so far.
    pub fn times(&self) -> Vec<(StepPart, Duration)> {
        self.network.times().collect()
    }
}
