//! Convolutions and dense layers on a CPU.
//!
//! Images lie in memory with the channels last, `[row, column, channel]`. [`Path`] names the
//! instructions that a machine may have; `simd` wraps them. `sums` and its `tile` are the direct
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
mod outer;
mod simd;
mod sums;
#[cfg(test)]
mod tests;
mod tile;
mod winograd;

pub(super) use elementwise::*;
pub(super) use layers::{Convolution, Dense};
pub(super) use outer::{OuterShape, add_outer};
pub(super) use sums::{Packed, Shape};
pub(super) use winograd::{Scratch, WinogradConv, WinogradWeights};

/// Instructions that the kernels are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// x86-64 with AVX-512F: 16 numbers a vector.
    Avx512,
    /// x86-64 with AVX2 and FMA: 8 numbers a vector.
    Avx2,
    /// 64-bit ARM: 4 numbers a vector.
    Neon,
    /// Any machine.
    Portable,
}

impl Path {
    const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// Those of this machine, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|path| path.is_available())
    }

    /// The fastest of this machine.
    pub fn best() -> Self {
        Self::available().next().unwrap_or(Self::Portable)
    }

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::Portable => true,
            #[allow(unreachable_patterns, reason = "which are left depends on the machine")]
            _ => false,
        }
    }

    /// Outputs that a kernel computes together.
    pub(super) fn block(self) -> usize {
        tile::VECTORS * self.lanes()
    }

    /// Numbers of a vector.
    pub(super) fn lanes(self) -> usize {
        match self {
            Self::Avx512 => 16,
            Self::Avx2 => 8,
            Self::Neon | Self::Portable => 4,
        }
    }
}
