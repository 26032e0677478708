//! Vectors of f32, with one type for each kind of processor.

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
/// The numbers become the same with all instructions, but for one thing: [`Portable`] rounds a
/// product before it is added, and all others round only the sum.
pub(super) trait Simd: Copy {
    /// How many numbers the vector has.
    const LANES: usize;
    /// How many output pixels, of two vectors each, fit the processor's registers together.
    const PIXELS: usize;

    /// A vector with the same number in all lanes.
    ///
    /// # Safety
    /// The processor must have the vector's instructions.
    unsafe fn splat(value: f32) -> Self;

    /// Loads a vector.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for, and [`LANES`](Self::LANES) numbers must be readable
    /// from `from` on.
    unsafe fn load(from: *const f32) -> Self;

    /// Stores the vector.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for, and [`LANES`](Self::LANES) numbers must be writable
    /// from `to` on.
    unsafe fn store(self, to: *mut f32);

    /// Computes self + a · b.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;

    /// Computes self − a · b.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn sub_product(self, a: Self, b: Self) -> Self;

    /// Computes self + other.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn add(self, other: Self) -> Self;

    /// Computes self − other.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn sub(self, other: Self) -> Self;

    /// Computes self · other.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn mul(self, other: Self) -> Self;

    /// Takes the larger number of each lane, and self where that is NaN.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn at_least(self, floor: Self) -> Self;

    /// Takes the larger number of each lane, and NaN where either is NaN.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn largest(self, other: Self) -> Self;

    /// Takes `then` in the lanes where self = other, and `otherwise` in the rest.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self;

    /// Takes `then` in the lanes where self > other, and `otherwise` in the rest.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for.
    unsafe fn where_above(self, other: Self, then: Self, otherwise: Self) -> Self;

    /// Stores whole numbers of 0 to 127 as bytes.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for, and [`LANES`](Self::LANES) bytes must be writable from
    /// `to` on.
    unsafe fn store_bytes(self, to: *mut u8);

    /// Loads the first `count` numbers, and zeros for the rest.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for, and `count` numbers, at most [`LANES`](Self::LANES),
    /// must be readable from `from` on.
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller has the numbers, and no vector is longer than the array.
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
    /// What [`splat`](Self::splat) asks for, and `count` numbers, at most [`LANES`](Self::LANES),
    /// must be writable from `to` on.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: the caller has the room, and no vector is longer than the array.
        unsafe {
            if count == Self::LANES {
                return self.store(to);
            }
            let mut all = [0.0_f32; MOST_LANES];
            self.store(all.as_mut_ptr());
            to.copy_from_nonoverlapping(all.as_ptr(), count);
        }
    }

    /// Stores the first `count` numbers as [`store_bytes`](Self::store_bytes) does.
    ///
    /// # Safety
    /// What [`splat`](Self::splat) asks for, and `count` bytes, at most [`LANES`](Self::LANES),
    /// must be writable from `to` on.
    #[inline(always)]
    unsafe fn store_first_bytes(self, to: *mut u8, count: usize) {
        // SAFETY: the caller has the room, and no vector is longer than the array.
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

/// How many numbers the longest vector has.
pub(super) const MOST_LANES: usize = 16;
