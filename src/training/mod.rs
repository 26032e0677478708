//! A run on a device: an experiment and its data in, events out.
//!
//! [`TrainingJob`] is what is to be trained; its loop is synchronous, for a thread that someone
//! else gives it. The loop hears commands between batches and draws all its randomness by place in
//! the run (see [`Stream`](crate::experiment::Stream)), so that on the CPU the same experiment
//! gives the same figures to the bit: paused or not, with any number of threads, and when the
//! changes made while it ran are replayed. One file an idea:
//!
//! - `event` is the protocol; `control` hears commands and sends events;
//! - `training_loop` is the loop over epochs and batches, and `training_loop/begin` what it is
//!   given; what the loop holds is in parts that only their own methods change:
//!   - `live`, the settings in force, with `changes`, which says when they change;
//!   - `feed`, the data and the batches prepared ahead;
//!   - `position`, what is done and what comes next;
//!   - `stepper`, the trainer on its device, with the figures (`meter`) and times of its steps;
//!   - `snapshot`, the newest weights for those who look on; `save`, when the state is saved;
//! - `resume` is the saved state of a run, from which it can be taken up again;
//! - `trainer` is what computes a step, one implementation a kind of device, over plain weights
//!   and plain state; `step`, `loss` and `schedule` are the mathematics that all share,
//!   and `tally` sums figures up;
//! - `evaluate` measures a network in evaluation mode and predicts; `answers` is what it says of
//!   each image;
//! - `profile` trains a few steps and says where their time goes;
//! - `rate_test` trains a few steps at a learning rate that grows;
//! - `numbers` is on what figures rest beside the experiment and the data;
//! - [`device`] finds and opens devices, `gpu` those that need a driver; `probe` tries one out.

mod answers;
mod changes;
mod control;
pub mod device;
mod error;
mod evaluate;
mod event;
mod feed;
mod gpu;
mod live;
mod loss;
mod meter;
mod numbers;
mod position;
pub(crate) mod probe;
mod profile;
mod rate_test;
mod resume;
mod save;
mod schedule;
mod snapshot;
mod step;
mod stepper;
mod tally;
mod trainer;
mod training_loop;

pub use answers::Answers;
pub use device::OpenDevice;
pub use error::TrainingError;
pub use evaluate::{Predictor, SetMetrics, evaluate_weights};
pub use event::{
    BatchPoint, Command, Compared, EpochMetrics, Event, PartMetrics, Progress, Stage, Started,
    StopReason,
};
pub(crate) use gpu::panic_message;
pub use numbers::Numbers;
pub use overfit_kernels::InstructionSet;
pub(crate) use profile::{StepProfile, profile_steps};
pub use rate_test::{RateStep, RateTest};
pub use resume::{ResumePoint, StateError};
pub use snapshot::{Snapshot, WeightsSlot};
pub(crate) use step::StepSettings;
pub(crate) use trainer::{Logits, MakeTrainer, Trainer, TrainerState};
pub use training_loop::TrainingJob;
