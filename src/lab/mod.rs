//! The workbench without a face: an experiment in, events out. Both front ends use it alike.
//!
//! The rooms, each of which may name those above it in this list:
//!
//! - [`mod@format`] writes figures alike everywhere;
//! - [`statistics`] says whether a difference is more than chance;
//! - [`verdict`] says what curves mean;
//! - [`run`] is the account of a run, changed by one function of an event, and [`estimate`] what a run
//!   will cost;
//! - [`suggest`] says what to try, with what it brought when it was measured;
//! - [`store`] keeps runs on disk, each a folder of plain files;
//! - [`devices`] finds GPUs, tries them out and chooses; [`threads`] is how many the CPU has;
//! - [`rates`] finds the learning rates with which a network learns;
//! - [`engine`] runs an experiment on threads of its own and reports [`Update`]s;
//! - [`sweep`] plans many runs and trains them, a few at once, here and elsewhere;
//! - [`answers`] is what weights answer: to a picture ([`inference`]), to a run's validation images
//!   ([`validation`]), to a measurement ([`score`]); [`analysis`] makes tables of errors of that;
//! - [`curves`] reads curves from elsewhere, [`plot`] lays curves out for the window and for files
//!   alike, [`charts`] does so with what many runs say, and [`findings`] says what a sweep found;
//!   [`submission`] predicts Kaggle's test images, [`export`] writes figures, tables and
//!   weights.

pub mod answers;
pub mod charts;
pub mod curves;
pub mod devices;
pub mod engine;
pub mod export;
pub mod findings;
pub mod format;
pub mod plot;
pub mod rates;
pub mod run;
pub mod statistics;
pub mod store;
pub mod submission;
pub mod suggest;
pub mod sweep;
pub mod verdict;

// What the front ends need of `model` and `training`, so that they name neither. Settings are
// `experiment`'s and images are `data`'s; the front ends name those two themselves.
pub use crate::model::{LayerKind, LayerRow, LayerTable, Maps};
pub use crate::training::device::{DeviceChoice, DeviceInfo};
pub(crate) use crate::training::panic_message;
pub use crate::training::{
    Answers, BatchPoint, EpochMetrics, InstructionSet, Numbers, PartMetrics, Progress, Stage,
    Started, StopReason, WeightsSlot,
};
pub use answers::{analysis, inference, score, validation};
pub use devices::{Devices, threads};
pub use engine::{Command, Engine, Resume, RunEvent, Update};
pub use run::{ResumePlace, Run, RunId, RunState, estimate};
pub use store::{RunStore, StoreError};
pub use threads::Threads;
