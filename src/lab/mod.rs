//! The workbench without a face: an experiment in, events out. Both front ends use it alike.
//!
//! - [`engine`] runs an experiment on threads of its own and reports [`Update`]s;
//! - [`run`] is what is known of a run, changed by one function of an event;
//! - [`devices`] finds GPUs, tries them out and chooses; [`threads`] is how many the CPU has;
//! - [`store`] keeps runs on disk, each a folder of plain files;
//! - [`verdict`] says what curves mean; [`curves`] reads them from elsewhere;
//! - [`inference`] answers a picture from the newest weights, [`validation`] a run's validation
//!   images; [`analysis`] makes tables of errors of that;
//! - [`plot`] lays curves out, for the window and for files alike;
//! - [`submission`] predicts Kaggle's test images; [`export`] writes figures, tables and weights;
//! - [`hostile`] tries files that nobody made in good faith, [`selftest`] breaks the program on purpose;
//! - [`estimate`] says what settings will cost; [`mod@format`] writes figures alike everywhere.

pub mod analysis;
pub mod bench;
pub mod curves;
pub mod devices;
pub mod engine;
pub mod estimate;
pub mod export;
pub mod format;
mod hash;
pub mod hostile;
pub mod inference;
mod latest;
pub mod load_bench;
mod look_error;
mod outbox;
pub mod plot;
pub mod run;
pub mod score;
pub mod selftest;
pub mod store;
pub mod submission;
pub mod threads;
pub mod validation;
pub mod verdict;

// What the front ends need of `model` and `training`, so that they name neither. Settings are
// `experiment`'s and images are `data`'s; the front ends name those two themselves.
pub use crate::model::{LayerKind, LayerRow, LayerTable, Maps};
pub use crate::training::device::{DeviceChoice, DeviceInfo};
pub(crate) use crate::training::panic_message;
pub use crate::training::{
    Answers, BatchPoint, EpochMetrics, InstructionSet, PartMetrics, Progress, Stage, Started,
    StopReason, WeightsSlot,
};
pub use devices::Devices;
pub use engine::{Command, Engine, Resume, RunEvent, Update};
pub use run::{ResumePlace, Run, RunId, RunState};
pub use store::{RunStore, StoreError};
pub use threads::Threads;
