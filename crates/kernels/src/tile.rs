//! The innermost sums: a few pixels by a few vectors of outputs, in registers.

use super::simd::Simd;
use super::sums::Shape;

/// How many vectors of outputs a tile has. The last block of a layer may have one.
pub(super) const VECTORS: usize = 2;
/// How many numbers the widest block has.
pub(super) const WIDEST: usize = VECTORS * 16;

/// The outputs that a tile computes together.
pub(super) struct Block {
    pub weights: *const f32,
    pub bias: *const f32,
    /// The first output of the block.
    pub first: usize,
    /// How many outputs the block has, without those that fill up.
    pub kept: usize,
}

/// Computes the sums of `NP` pixels.
///
/// # Safety
/// The machine must have the instructions of `V`, the block must have `NV` vectors, and `from` must
/// be the first input of the first of `NP` pixels of a line.
#[inline(always)]
pub(super) unsafe fn tile<V: Simd, const NP: usize, const NV: usize>(
    shape: &Shape,
    block: &Block,
    from: *const f32,
) -> [[V; NV]; NP] {
    // SAFETY: the caller's pixels have all runs of the shape in the input, and the block has
    // `NV` vectors of weights for each of their inputs.
    unsafe {
        let mut sums = [[V::splat(0.0); NV]; NP];
        for sums in &mut sums {
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(block.bias.add(vector * V::LANES));
            }
        }
        let mut weights = block.weights;
        for run in 0..shape.runs {
            let from = from.add(run * shape.run_stride);
            for input in 0..shape.run {
                let mut column = [V::splat(0.0); NV];
                for (vector, weight) in column.iter_mut().enumerate() {
                    *weight = V::load(weights.add(vector * V::LANES));
                }
                for (pixel, sums) in sums.iter_mut().enumerate() {
                    let value = V::splat(*from.add(pixel * shape.pixel_stride + input));
                    for (sum, weight) in sums.iter_mut().zip(column) {
                        *sum = sum.add_product(value, weight);
                    }
                }
                weights = weights.add(NV * V::LANES);
            }
        }
        let floor = V::splat(if shape.relu { 0.0 } else { f32::NEG_INFINITY });
        for sums in &mut sums {
            for sum in sums {
                *sum = sum.at_least(floor);
            }
        }
        sums
    }
}

/// Writes the first `kept` numbers.
///
/// # Safety
/// The machine must have the instructions of `V`, and `to` must have room for `kept` numbers, at
/// most as many as the vectors have.
#[inline(always)]
pub(super) unsafe fn put<V: Simd, const NV: usize>(vectors: &[V; NV], to: *mut f32, kept: usize) {
    // SAFETY: the caller has the room, and the widest block fits the array.
    unsafe {
        if kept == NV * V::LANES {
            for (vector, values) in vectors.iter().enumerate() {
                values.store(to.add(vector * V::LANES));
            }
            return;
        }
        let mut all = [0.0_f32; WIDEST];
        for (vector, values) in vectors.iter().enumerate() {
            values.store(all.as_mut_ptr().add(vector * V::LANES));
        }
        to.copy_from_nonoverlapping(all.as_ptr(), kept);
    }
}
