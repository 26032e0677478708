//! Vectors of f32, one type a kind of processor.

/// A vector of [`LANES`](Self::LANES) numbers.
///
/// What the numbers become is the same on every path but for one thing: [`Lanes4`] rounds a
/// product before it is added, all others only the sum.
pub(super) trait Simd: Copy {
    /// Numbers in it.
    const LANES: usize;
    /// Output pixels that fit the processor's registers together, two vectors each.
    const PIXELS: usize;

    /// The same number in all lanes.
    ///
    /// # Safety
    /// The processor has this path's instructions.
    unsafe fn splat(value: f32) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat), and `from` can be read for [`LANES`](Self::LANES) numbers.
    unsafe fn load(from: *const f32) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat), and `to` can be written for [`LANES`](Self::LANES) numbers.
    unsafe fn store(self, to: *mut f32);

    /// self + a · b
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn add_product(self, a: Self, b: Self) -> Self;

    /// The larger one; self where that is not a number.
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn at_least(self, floor: Self) -> Self;
}

/// Any processor: plain Rust, which compilers turn into vectors of four.
#[derive(Clone, Copy)]
pub(super) struct Lanes4([f32; 4]);

impl Simd for Lanes4 {
    const LANES: usize = 4;
    const PIXELS: usize = 6;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller has four numbers there.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller has room for four numbers there.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn add_product(mut self, a: Self, b: Self) -> Self {
        for lane in 0..4 {
            self.0[lane] += a.0[lane] * b.0[lane];
        }
        self
    }

    #[inline(always)]
    unsafe fn at_least(mut self, floor: Self) -> Self {
        for lane in 0..4 {
            if floor.0[lane] > self.0[lane] {
                self.0[lane] = floor.0[lane];
            }
        }
        self
    }
}

/// A path of intrinsics.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! simd {
    (
        $(#[$doc:meta])* $name:ident($vector:ty), $lanes:literal lanes, $pixels:literal pixels,
        $splat:path, $load:path, $store:path,
        add $sum:ident $a:ident $b:ident: $add_product:expr,
        max $value:ident $floor:ident: $at_least:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($vector);

        impl Simd for $name {
            const LANES: usize = $lanes;
            const PIXELS: usize = $pixels;

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $splat(value) })
            }

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the caller has checked for the instructions and has the numbers.
                Self(unsafe { $load(from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: the caller has checked for the instructions and has the room.
                unsafe { $store(to, self.0) }
            }

            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                let ($sum, $a, $b) = (self.0, a.0, b.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $add_product })
            }

            #[inline(always)]
            unsafe fn at_least(self, floor: Self) -> Self {
                let ($value, $floor) = (self.0, floor.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $at_least })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    simd!(
        /// AVX2 and FMA.
        Avx2(__m256), 8 lanes, 6 pixels,
        _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps,
        add sum a b: _mm256_fmadd_ps(a, b, sum),
        // The second operand is the one that stays where either is not a number.
        max value floor: _mm256_max_ps(floor, value)
    );

    simd!(
        /// AVX-512F.
        Avx512(__m512), 16 lanes, 13 pixels,
        _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps,
        add sum a b: _mm512_fmadd_ps(a, b, sum),
        max value floor: _mm512_max_ps(floor, value)
    );
}

#[cfg(target_arch = "aarch64")]
pub(super) use arm::Neon;

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::Simd;
    use std::arch::aarch64::*;

    simd!(
        /// NEON.
        Neon(float32x4_t), 4 lanes, 12 pixels,
        vdupq_n_f32, vld1q_f32, vst1q_f32,
        add sum a b: vfmaq_f32(sum, a, b),
        max value floor: vmaxq_f32(value, floor)
    );
}
