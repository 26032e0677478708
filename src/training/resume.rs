//! A run laid down, so that it goes on from there to the same figures to the bit, in this process
//! or another. Random streams are keyed by place and need no state.

mod file;

pub use file::StateError;

use super::changes::Place;
use super::trainer::TrainerState;
use crate::experiment::{Settings, TrainSize};
use crate::model::NetworkSpec;
use serde::{Deserialize, Serialize};
use std::fmt;

/// All that a run depends on beside its experiment, its data and its device.
#[derive(Clone, PartialEq)]
pub struct ResumePoint {
    pub(super) progress: Standing,
    pub(super) trainer: TrainerState,
}

/// Where a run stands, but for its weights and the optimizer's moments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    /// What comes next: this batch, or the evaluation where the epoch has no such batch.
    pub next: Place,
    /// The changes up to this place have been made.
    pub changed: Place,
    /// Optimizer steps so far.
    pub steps: u64,
    /// As they are now.
    pub settings: Settings,
    /// A training-set size that waits for the next epoch.
    pub train_size: Option<TrainSize>,
    /// Of the last step.
    pub learning_rate: f64,
    /// The epoch of the lowest validation loss, and that loss.
    pub best: Option<(usize, f64)>,
    /// Whether the weights are newer than those of the last epoch.
    pub is_ahead: bool,
    /// Of the epoch in work.
    pub sums: Sums,
    /// Of the epoch in work.
    pub spent: Spent,
}

/// What the batches of an epoch so far sum up to, as the network saw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sums {
    pub loss: f64,
    pub accuracy: f64,
    pub batches: usize,
}

/// The time that an epoch has taken so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spent {
    /// Pauses not counted.
    pub seconds: f64,
    /// Images in training steps.
    pub images: f64,
    /// Seconds of training steps.
    pub step_seconds: f64,
    /// Seconds of those that went by until a batch lay ready.
    pub waiting_seconds: f64,
}

impl ResumePoint {
    /// The epoch in work, from 1. Those before it are done.
    pub fn epoch(&self) -> usize {
        self.progress.next.epoch
    }

    /// The batch that comes next, from 1; one more than the epoch has where its evaluation does.
    pub fn batch(&self) -> usize {
        self.progress.next.batch
    }

    /// Optimizer steps so far.
    pub fn steps(&self) -> u64 {
        self.progress.steps
    }

    /// Seconds that the epoch in work has taken so far.
    pub fn seconds(&self) -> f64 {
        self.progress.spent.seconds
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.progress.settings
    }

    /// Whether every weight and moment is a finite number. From others nothing good comes.
    pub(super) fn is_finite(&self) -> bool {
        let is_finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        let mut moments = self.trainer.optimizer.tensors.values();
        self.trainer.weights.is_finite()
            && moments.all(|kept| is_finite(&kept.first) && is_finite(&kept.second))
    }

    /// Whether it is of a network for such images and classes.
    pub(super) fn fits(&self, [rows, columns]: [usize; 2], classes: usize) -> bool {
        let spec = self.trainer.weights.spec();
        NetworkSpec::new(&self.progress.settings, [rows, columns], classes).is_ok_and(|expected| {
            let mut expected = expected.with_normalization(spec.normalization);
            // Of no weight, and changed in mid-run.
            expected.dropout = spec.dropout;
            expected == *spec
        })
    }
}

/// Its weights would fill pages.
impl fmt::Debug for ResumePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumePoint")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
