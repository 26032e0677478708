//! Convolutions and dense layers on a CPU, forward and backward.
//!
//! Images lie in memory with the channels last, `[row, column, channel]`. [`InstructionSet`] names the
//! instructions that a machine may have and that a process computes by; `simd` has a vector type for
//! each. `sums` and its `tile` are the direct kernel, written once for all of them, and `layers` says
//! what it sums; `winograd` is the 3×3 convolution with fewer multiplications, forward and backward.
//!
//! This crate is the only one of the program with `unsafe` code: vector instructions, and pointers
//! without bounds checks. Every public function is safe: it checks lengths and the machine's
//! instructions before anything else. The crate knows slices and shapes, and nothing of networks.

mod dispatch;
mod elementwise;
mod instruction_set;
mod layers;
mod order;
mod outer;
mod simd;
mod sums;
#[cfg(test)]
mod tests;
mod tile;
mod winograd;

pub use elementwise::*;
pub use instruction_set::{InstructionSet, InstructionSetError, UnknownInstructionSet};
pub use layers::{Convolution, Dense};
pub use order::{channels_first, channels_last};
pub use outer::{OuterShape, add_outer};
pub use sums::{Packed, Shape};
pub use winograd::{Scratch, WinogradConv, WinogradWeights};
