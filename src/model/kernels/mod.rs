//! Convolutions and dense layers on a CPU.
//!
//! Images lie in memory with the channels last, `[row, column, channel]`. [`Path`] names the
//! instructions that a machine may have and a process computes by; `simd` wraps them. `sums` and its `tile` are the direct
//! kernel, written once for all of them, and `layers` says what it sums; `winograd` is the 3×3
//! convolution with fewer multiplications, forward and backward. The one room with `unsafe` code:
//! what is safe to call checks lengths and instructions first.
#![allow(
    unsafe_code,
    reason = "vector instructions and pointers without bounds checks"
)]

mod dispatch;
mod elementwise;
mod layers;
mod order;
mod outer;
mod path;
mod simd;
mod sums;
#[cfg(test)]
mod tests;
mod tile;
mod winograd;

pub(super) use elementwise::*;
pub(super) use layers::{Convolution, Dense};
pub(super) use order::{channels_first, channels_last};
pub(super) use outer::{OuterShape, add_outer};
pub use path::{Path, PathError};
pub(super) use sums::{Packed, Shape};
pub(super) use winograd::{Scratch, WinogradConv, WinogradWeights};
