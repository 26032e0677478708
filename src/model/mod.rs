//! The network: what it is made of, its layer table, its weights on a device and in a file, and
//! batch norm that is switched on and off while it trains.
//!
//! This module knows settings and tensors, no data set and no training loop. One file an idea:
//!
//! - [`NetworkSpec`] is the network as plain data; `plan` derives its layers and tensors from that,
//!   and [`LayerTable`] lists them;
//! - [`Weights`] are the network's weights as plain data, from which both kinds of network are
//!   made;
//! - `Network` is the network on a device, as burn computes it;
//! - `switch` adds or removes batch norm without a jump in what the network computes;
//! - `inspect` shows the network's filters and activations;
//! - [`weights`] writes and reads safetensors files;
//! - `CpuTraining` is the network in training on a CPU, forward and backward by the [`overfit_kernels`];
//! - `ops` is where burn's arithmetic of the layers is called;
//! - [`PredictingNetwork`] is the network as it predicts, on a CPU by the [`overfit_kernels`].

mod cpu;
mod error;
mod inspect;
mod network;
mod ops;
mod plan;
mod predict;
mod spec;
mod state;
mod switch;
mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod weights;

pub(crate) use cpu::{CpuTraining, Moments, Rule, StepPart};
pub use error::ModelError;
pub use inspect::Maps;
pub(crate) use network::{Network, UpdateTensor};
pub(crate) use plan::LayerPlan;
pub use plan::{LayerKind, TensorPlan, TensorRole};
pub use predict::PredictingNetwork;
pub use spec::{NetworkSpec, Normalization};
pub use state::Weights;
pub use switch::Switched;
pub(crate) use table::layer_table;
pub use table::{LayerRow, LayerTable};
