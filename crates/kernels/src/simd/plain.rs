//! Vectors in plain Rust, for any processor.

use super::Simd;

/// A vector in plain Rust, which compilers turn into vectors of four.
#[derive(Clone, Copy)]
pub(in super::super) struct Lanes4([f32; 4]);

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
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        Self::each(|lane| self.0[lane] + a.0[lane] * b.0[lane])
    }

    #[inline(always)]
    unsafe fn sub_product(self, a: Self, b: Self) -> Self {
        Self::each(|lane| self.0[lane] - a.0[lane] * b.0[lane])
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self::each(|lane| self.0[lane] + other.0[lane])
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self::each(|lane| self.0[lane] - other.0[lane])
    }

    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self::each(|lane| self.0[lane] * other.0[lane])
    }

    #[inline(always)]
    unsafe fn at_least(self, floor: Self) -> Self {
        Self::each(|lane| {
            if floor.0[lane] > self.0[lane] {
                floor.0[lane]
            } else {
                self.0[lane]
            }
        })
    }

    #[inline(always)]
    unsafe fn largest(self, other: Self) -> Self {
        Self::each(|lane| {
            if self.0[lane] > other.0[lane] || self.0[lane].is_nan() {
                self.0[lane]
            } else {
                other.0[lane]
            }
        })
    }

    #[inline(always)]
    unsafe fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
        Self::each(|lane| {
            if self.0[lane] == other.0[lane] {
                then.0[lane]
            } else {
                otherwise.0[lane]
            }
        })
    }

    #[inline(always)]
    unsafe fn where_above(self, other: Self, then: Self, otherwise: Self) -> Self {
        Self::each(|lane| {
            if self.0[lane] > other.0[lane] {
                then.0[lane]
            } else {
                otherwise.0[lane]
            }
        })
    }

    #[inline(always)]
    unsafe fn store_bytes(self, to: *mut u8) {
        // SAFETY: the caller has room for four bytes there.
        unsafe {
            to.cast::<[u8; 4]>()
                .write_unaligned(self.0.map(|value| value as u8));
        }
    }
}

impl Lanes4 {
    #[inline(always)]
    fn each(lane: impl Fn(usize) -> f32) -> Self {
        Self([lane(0), lane(1), lane(2), lane(3)])
    }
}
