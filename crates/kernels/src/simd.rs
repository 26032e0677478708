//! Vectors of f32, one type a kind of processor.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod native;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod plain;
#[cfg(test)]
mod tests;

#[cfg(target_arch = "aarch64")]
pub(super) use native::Neon;
#[cfg(target_arch = "x86_64")]
pub(super) use native::{Avx2, Avx512, Sse2 as Portable};
#[cfg(not(target_arch = "x86_64"))]
pub(super) use plain::Lanes4 as Portable;

/// A vector of [`LANES`](Self::LANES) numbers.
///
/// What the numbers become is the same on every instruction set but for one thing: [`Portable`] rounds a
/// product before it is added, all others only the sum.
pub(super) trait Simd: Copy {
    /// Numbers in it.
    const LANES: usize;
    /// Output pixels that fit the processor's registers together, two vectors each.
    const PIXELS: usize;

    /// The same number in all lanes.
    ///
    /// # Safety
    /// The processor has this instructions.
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

    /// self − a · b
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn sub_product(self, a: Self, b: Self) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn add(self, other: Self) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn sub(self, other: Self) -> Self;

    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn mul(self, other: Self) -> Self;

    /// The larger one; self where that is not a number.
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn at_least(self, floor: Self) -> Self;

    /// The larger one; not a number where either isn't.
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn largest(self, other: Self) -> Self;

    /// `then` where self = other, else `otherwise`.
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self;

    /// `then` where self > other, else `otherwise`.
    ///
    /// # Safety
    /// As [`splat`](Self::splat).
    unsafe fn where_above(self, other: Self, then: Self, otherwise: Self) -> Self;

    /// Stores whole numbers of 0 to 127 as bytes.
    ///
    /// # Safety
    /// As [`splat`](Self::splat), and `to` can be written for [`LANES`](Self::LANES) bytes.
    unsafe fn store_bytes(self, to: *mut u8);

    /// Loads the first `count` numbers, and zeros for the rest.
    ///
    /// # Safety
    /// As [`splat`](Self::splat), and `from` can be read for `count` numbers, at most
    /// [`LANES`](Self::LANES).
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller's numbers; no vector is longer than the array.
        unsafe {
            if count == Self::LANES {
                return Self::load(from);
            }
            let mut all = [0.0_f32; MOST_LANES];
            all.as_mut_ptr().copy_from_nonoverlapping(from, count);
            Self::load(all.as_ptr())
        }
    }

    /// Stores the first `count` numbers.
    ///
    /// # Safety
    /// As [`splat`](Self::splat), and `to` can be written for `count` numbers, at most
    /// [`LANES`](Self::LANES).
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller's room; no vector is longer than the array.
        unsafe {
            if count == Self::LANES {
                return self.store(to);
            }
            let mut all = [0.0_f32; MOST_LANES];
            self.store(all.as_mut_ptr());
            to.copy_from_nonoverlapping(all.as_ptr(), count);
        }
    }

    /// Stores the first `count` as [`store_bytes`](Self::store_bytes) does.
    ///
    /// # Safety
    /// As [`splat`](Self::splat), and `to` can be written for `count` bytes, at most
    /// [`LANES`](Self::LANES).
    #[inline(always)]
    unsafe fn store_first_bytes(self, to: *mut u8, count: usize) {
        // SAFETY: the caller's room; no vector is longer than the array.
        unsafe {
            if count == Self::LANES {
                return self.store_bytes(to);
            }
            let mut all = [0_u8; MOST_LANES];
            self.store_bytes(all.as_mut_ptr());
            to.copy_from_nonoverlapping(all.as_ptr(), count);
        }
    }
}

/// Numbers of the longest vector.
pub(super) const MOST_LANES: usize = 16;
