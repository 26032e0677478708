//! The network: what it is made of, its layer table, its weights on a device and in a file, and
//! batch norm that is switched on and off while it trains.
//!
//! Knows settings and tensors, no data set and no training loop. One file an idea:
//!
//! - [`NetworkSpec`] is the network as plain data; `plan` derives its layers and tensors from
//!   that, and [`layer_table`] lists them;
//! - [`Weights`] are its weights as plain data, from which both kinds of network are made;
//! - [`Network`] is the network on a device, as burn computes it;
//! - `switch` adds or removes batch norm without a jump of the network's function;
//! - `inspect` shows its filters and activations;
//! - [`weights`] writes and reads safetensors files;
//! - [`CpuTraining`] is the network in training on a CPU, forward and backward by the [`overfit_kernels`];
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

pub use cpu::{CpuTraining, Moments, Rule, StepPart};
pub use error::ModelError;
pub use inspect::Maps;
pub use network::{Network, UpdateTensor};
pub use plan::{LayerKind, LayerPlan, TensorPlan, TensorRole};
pub use predict::PredictingNetwork;
pub use spec::{NetworkSpec, Normalization};
pub use state::{BatchNormValues, Weights};
pub use switch::Switched;
pub use table::{LayerRow, LayerTable, layer_table};
