//! The saved state of a run, from which it goes on to the same figures to the bit, in this process
//! or another. Random streams are keyed by place and need no state.

mod file;

pub use file::StateError;

use super::changes::BatchPlace;
use super::trainer::TrainerState;
use crate::experiment::{ImageSize, Settings, TrainSize};
use crate::model::NetworkSpec;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything that the rest of a run depends on beside its experiment, its data and its device.
#[derive(Clone, PartialEq)]
pub struct ResumePoint {
    pub(super) progress: SavedProgress,
    pub(super) trainer: TrainerState,
}

/// The progress of a run as it is saved; weights and the optimizer's moments are saved beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedProgress {
    /// The batch that comes next, or the evaluation where the epoch has no such batch.
    pub next: BatchPlace,
    /// The last place whose changes have been made.
    pub changed: BatchPlace,
    /// Optimizer steps so far.
    pub steps: u64,
    /// The settings in force.
    pub settings: Settings,
    /// A training-set size that waits for the next epoch.
    pub train_size: Option<TrainSize>,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// The epoch of the lowest validation loss, and that loss.
    pub best: Option<(usize, f64)>,
    /// Whether the weights have changed since the last finished epoch.
    #[serde(rename = "is_ahead")]
    pub has_new_weights: bool,
    /// Sums of the epoch in work.
    pub sums: Sums,
    /// The time that the epoch in work has taken.
    pub spent: Spent,
}

impl SavedProgress {
    /// The progress of a run with these settings that has made no step.
    pub fn fresh(settings: &Settings) -> Self {
        Self {
            next: BatchPlace { epoch: 1, batch: 1 },
            changed: BatchPlace::default(),
            steps: 0,
            train_size: None,
            learning_rate: settings.training.learning_rate,
            best: None,
            has_new_weights: false,
            sums: Sums::default(),
            spent: Spent::default(),
            settings: settings.clone(),
        }
    }
}

/// The figures of an epoch's batches so far, summed up as the network saw the batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sums {
    /// Mean losses of the batches.
    pub loss: f64,
    /// Accuracies of the batches, each 0 to 1.
    pub accuracy: f64,
    /// How many batches were summed up.
    pub batches: usize,
}

/// The time that an epoch has taken so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spent {
    /// Seconds of the epoch, without pauses and compiling.
    #[serde(rename = "seconds")]
    pub elapsed_secs: f64,
    /// Images in training steps.
    pub images: f64,
    /// Seconds of training steps.
    #[serde(rename = "step_seconds")]
    pub step_secs: f64,
    /// Seconds of training steps that went by until a batch lay ready.
    #[serde(rename = "waiting_seconds")]
    pub waiting_secs: f64,
}

impl ResumePoint {
    /// The epoch in work, from 1. The epochs before it are done.
    pub fn epoch(&self) -> usize {
        self.progress.next.epoch
    }

    /// The batch that comes next, from 1. Where the epoch's evaluation comes next, the number is one
    /// more than the epoch has.
    pub fn batch(&self) -> usize {
        self.progress.next.batch
    }

    /// Optimizer steps so far.
    pub fn steps(&self) -> u64 {
        self.progress.steps
    }

    /// Seconds that the epoch in work has taken so far.
    pub fn elapsed_secs(&self) -> f64 {
        self.progress.spent.elapsed_secs
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.progress.settings
    }

    /// Whether every weight and moment is a finite number. No run can go on from others.
    pub(super) fn is_finite(&self) -> bool {
        let is_finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        let mut moments = self.trainer.optimizer.tensors.values();
        self.trainer.weights.is_finite()
            && moments.all(|kept| is_finite(&kept.first) && is_finite(&kept.second))
    }

    /// Whether the state's network is for images of this size and for so many classes.
    pub(super) fn fits(&self, ImageSize { rows, columns }: ImageSize, classes: usize) -> bool {
        let spec = self.trainer.weights.spec();
        NetworkSpec::new(
            &self.progress.settings,
            ImageSize { rows, columns },
            classes,
        )
        .is_ok_and(|expected| {
            let mut expected = expected.with_normalization(spec.normalization);
            // The dropout rate may have changed in mid-run, and shapes no tensor.
            expected.dropout = spec.dropout;
            expected == *spec
        })
    }
}

/// The weights are left out, since they would fill pages.
impl fmt::Debug for ResumePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumePoint")
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}
