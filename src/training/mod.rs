//! A run on a device: an experiment and its data in, events out.
//!
//! [`train`] is the loop, synchronous, for a thread that someone else gives it. It hears commands
//! between batches and draws all its randomness by place in the run (see
//! [`Stream`](crate::experiment::Stream)), so that on the CPU the same experiment gives the same
//! figures to the bit: paused or not, with any number of threads, and when the changes made
//! while it ran are replayed. One file an idea:
//!
//! - `event` is the protocol; `control` hears commands and sends events;
//! - `resume` is a run laid down, to be taken up again; `save` says when; `begin` makes a run;
//! - `run` is the loop over epochs and batches; `meter` reads the figures of batches;
//! - `on_device` is what the loop asks of its device, which may fail, or have to compile first;
//! - `changes` says which settings change when; `live` makes them change;
//! - `trainer` is what computes a step, one implementation a kind of device, over plain weights
//!   and plain state; `step`, `loss` and [`schedule`] are the mathematics that all share;
//! - `evaluate` measures a network in evaluation mode and predicts; `answers` is what it says of
//!   each image; `snapshot` lays the newest weights out for those who look on;
//! - `profile` trains a few steps and says where their time goes;
//! - [`device`] finds and opens devices, `gpu` those that need a driver; [`probe`] tries one out.

mod answers;
mod begin;
mod changes;
mod control;
pub mod device;
mod error;
mod evaluate;
mod event;
mod gpu;
mod live;
mod loss;
mod meter;
mod on_device;
pub mod probe;
mod profile;
mod resume;
mod run;
mod save;
pub mod schedule;
mod snapshot;
mod step;
mod trainer;

pub use crate::model::StepPart;
pub use answers::Answers;
pub use device::OpenDevice;
pub use error::TrainingError;
pub use evaluate::{Predictor, SetMetrics, evaluate_weights};
pub use event::{
    BatchPoint, Command, EpochMetrics, Event, PartMetrics, Progress, Stage, Started, StopReason,
};
pub use gpu::panic_message;
pub use overfit_kernels::InstructionSet;
pub use profile::{StepProfile, profile_steps};
pub use resume::{ResumePoint, StateError};
pub use run::{resume, train};
pub use save::train_saving_every;
pub use snapshot::{Snapshot, WeightsSlot};
