//! The commands that a run in training hears and the events that it tells: plain data, no tensors.

use super::{Answers, Numbers, ResumePoint};
use crate::data::DataSummary;
use crate::experiment::{Change, Setting};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What can be asked of a run. A command is heard within one batch, in training and in evaluation.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Hold still after the present batch.
    Pause,
    /// Go on.
    Resume,
    /// End the run after the present batch and keep what it has.
    Stop,
    /// Change a live setting at the next batch (the training-set size at the next epoch).
    Adjust(Setting),
}

/// What a run tells, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// The network stands on the device and the first batch is about to be trained.
    Started(Started),
    /// The next step compiles kernels for the GPU, which takes seconds.
    Compiling,
    /// The kernels are compiled, and the step is made.
    Compiled,
    /// A batch was trained, or a part of the evaluation done.
    Progress(Progress),
    /// A live setting was changed: by a command, or as the experiment schedules it.
    Changed(Change),
    /// A command could not be followed; training goes on.
    Refused(String),
    /// An epoch was trained and evaluated.
    Epoch {
        /// The epoch's figures.
        metrics: EpochMetrics,
        /// The weights after the epoch, as a safetensors file.
        weights: Arc<[u8]>,
        /// What the network with these weights answers to each validation image.
        answers: Arc<Answers>,
    },
    /// The state from which the run can be taken up again.
    Resumable(Arc<ResumePoint>),
    /// The run holds still.
    Paused,
    /// The run goes on.
    Resumed,
    /// The run is over.
    Finished {
        /// Why the run is over.
        reason: StopReason,
        /// The weights at the end where they are newer than the last epoch's.
        weights: Option<Arc<[u8]>>,
    },
}

/// The facts of a run that has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Parameters of the network, trainable or not.
    pub parameters: usize,
    /// Parameters that the optimizer changes.
    pub trainable_parameters: usize,
    /// The name of the device, for people.
    pub device: String,
    /// Training images at the start.
    pub train_images: usize,
    /// Validation images.
    pub validation_images: usize,
    /// The classes' names.
    #[serde(default)]
    pub classes: Vec<String>,
    /// What was taken of the user's own data, and what was done to it; none of the embedded data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<DataSummary>,
    /// On what the figures rest beside the experiment and the data; none on a GPU, and in runs that
    /// are older than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// Seconds from the start of the training loop to its first batch.
    pub seconds_to_first_batch: f64,
}

/// How far a run has come within an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The epoch in work, from 1.
    pub epoch: usize,
    /// Epochs that the run will have by its settings as they are now.
    pub epochs: usize,
    /// What is being done in the epoch.
    pub stage: Stage,
    /// Training images a second over the last steps; only the time of training steps counts.
    pub samples_per_second: f64,
}

/// The two halves of an epoch: training steps, then an evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// Training steps.
    Training {
        /// Batches trained in this epoch.
        batch: usize,
        /// Batches in this epoch.
        batches: usize,
        /// The newest batch, where its figures have been read from the device.
        point: Option<BatchPoint>,
    },
    /// Evaluation after the last batch.
    Evaluating {
        /// Images evaluated.
        done: usize,
        /// Images to evaluate.
        total: usize,
    },
}

/// The figures of a training batch as the network saw it: augmented, and with dropout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPoint {
    /// The place in the run as a fractional epoch: the last batch of epoch 1 lies at 1.
    pub epoch: f64,
    /// Optimizer steps so far.
    pub step: u64,
    /// Mean cross-entropy against the given labels, without label smoothing.
    pub loss: f32,
    /// Fraction of the batch classified as labelled.
    pub accuracy: f32,
}

/// The figures of an epoch. Training and validation are measured alike: in evaluation mode, on
/// un-augmented images, after the epoch's last step. A line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochMetrics {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Optimizer steps so far.
    pub step: u64,
    /// Mean cross-entropy of the training sample against the given labels.
    #[serde(with = "not_finite_as_null")]
    pub train_loss: f64,
    /// Fraction of the training sample classified as labelled.
    pub train_accuracy: f64,
    /// Images in the training sample: as many as in validation, or all training images where there
    /// are fewer.
    pub train_count: usize,
    /// The part of the training sample whose labels are right; none without label noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean: Option<PartMetrics>,
    /// The part of the training sample whose labels are wrong; none without label noise. The
    /// accuracy of this part is the share of wrong labels that the network has learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrupted: Option<PartMetrics>,
    /// Mean cross-entropy of the validation images.
    #[serde(with = "not_finite_as_null")]
    pub validation_loss: f64,
    /// Fraction of the validation images classified right.
    pub validation_accuracy: f64,
    /// Images in validation.
    pub validation_count: usize,
    /// Mean probability of the answered class over the validation images that are answered wrong;
    /// none where all are right.
    #[serde(default)]
    pub wrong_confidence: Option<f64>,
    /// Mean loss of the epoch's batches as the network saw them: augmented, and with dropout.
    #[serde(with = "not_finite_as_null")]
    pub batch_loss: f64,
    /// Mean accuracy of the epoch's batches as the network saw them.
    pub batch_accuracy: f64,
    /// The learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Training images in this epoch.
    pub train_images: usize,
    /// Seconds that the epoch took, with its evaluation, without pauses and compiling.
    #[serde(rename = "seconds")]
    pub elapsed_secs: f64,
    /// Training images a second; only the time of training steps counts.
    pub samples_per_second: f64,
    /// Seconds of the training steps that went by until a batch lay ready.
    #[serde(default)]
    pub waiting_secs: f64,
    /// How the validation images' losses differ from those after earlier epochs: the last ones, and
    /// those of the lowest loss. Whoever keeps the run fills this in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
}

/// How the losses of the validation images after an epoch differ from those after an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The earlier epoch.
    pub epoch: usize,
    /// The variance over the images of the difference of their losses, at least 0.
    pub variance: f64,
}

impl EpochMetrics {
    /// Seconds that the epoch's training steps took.
    pub fn training_secs(&self) -> f64 {
        self.train_images as f64 / self.samples_per_second.max(1e-9)
    }
}

/// The figures of some of the images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartMetrics {
    /// Mean cross-entropy against the given labels.
    #[serde(with = "not_finite_as_null")]
    pub loss: f64,
    /// Fraction classified as labelled.
    pub accuracy: f64,
    /// How many images there are.
    pub count: usize,
}

/// Why a run ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// Every epoch was trained.
    Completed,
    /// Validation loss had not fallen for as many epochs as early stopping waits.
    EarlyStopping,
    /// A command told the run to stop.
    Stopped,
}

/// Numbers in JSON, which has no NaN and no infinity: both are written as null, and null is read
/// as NaN.
mod not_finite_as_null {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(*value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}
