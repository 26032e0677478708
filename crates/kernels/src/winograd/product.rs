//! Products of matrices, one for each position of the transformed tiles.

use crate::dispatch::by_isa;
use crate::simd::Simd;
use crate::tile::VECTORS;

/// A product C = A · B or C += A · B. Strides are counted in numbers.
///
/// The columns of B and C come in blocks of [`VECTORS`] vectors, of which the last block may have
/// fewer.
#[derive(Clone, Copy)]
pub(super) struct Product {
    /// How many rows A and C have.
    pub rows: usize,
    /// How many columns A has, and how many rows B has.
    pub steps: usize,
    /// How many columns B and C have, in whole vectors.
    pub columns: usize,
    pub a: *const f32,
    /// The strides of A from row to row and from step to step.
    pub a_strides: [usize; 2],
    pub b: *const f32,
    /// The stride of B from row to row. Without one, B is packed: one block lies behind the other.
    pub b_stride: Option<usize>,
    pub c: *mut f32,
    /// The stride of C from row to row.
    pub c_stride: usize,
    /// Whether the product is added to C instead of replacing it.
    pub add: bool,
}

by_isa! {
    /// Computes the product.
    ///
    /// # Safety
    /// The machine must have the instructions; A, B and C must lie where the product says and be as
    /// large as it says; and `columns` must be a multiple of the lanes.
    pub(super) unsafe fn product(it: &Product) = blocks::<V>
}

/// Computes the product, one block after the other.
///
/// # Safety
/// What [`product`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn blocks<V: Simd>(it: &Product) {
    let width = VECTORS * V::LANES;
    for first in (0..it.columns).step_by(width) {
        // SAFETY: the columns of the block are columns of B and C; a packed block begins after
        // `first` columns.
        unsafe {
            let c = it.c.add(first);
            let left = (it.columns - first).min(width);
            let (b, b_stride) = match it.b_stride {
                Some(stride) => (it.b.add(first), stride),
                None => (it.b.add(first * it.steps), left),
            };
            if left == width {
                rows::<V, VECTORS>(it, b, b_stride, c);
            } else {
                rows::<V, 1>(it, b, b_stride, c);
            }
        }
    }
}

/// Computes one block, in tiles of nearly the same number of rows.
///
/// # Safety
/// What [`blocks`] asks for, with `b` and `c` at a block of `NV` vectors.
#[inline(always)]
unsafe fn rows<V: Simd, const NV: usize>(
    it: &Product,
    b: *const f32,
    b_stride: usize,
    c: *mut f32,
) {
    let mut tiles = it.rows.div_ceil(V::PIXELS);
    let mut done = 0;
    while done < it.rows {
        let count = (it.rows - done).div_ceil(tiles);
        // SAFETY: the rows of the tile are rows of A and C.
        unsafe {
            let a = it.a.add(done * it.a_strides[0]);
            let c = c.add(done * it.c_stride);
            macro_rules! tile {
                ($($count:literal)*) => {
                    match count {
                        // A tile that doesn't fit the processor's registers isn't compiled for it.
                        $($count if $count <= V::PIXELS => {
                            tile::<V, $count, NV>(it, a, b, b_stride, c);
                        })*
                        _ => unreachable!("a tile of {count} rows"),
                    }
                };
            }
            tile!(1 2 3 4 5 6 7 8 9 10 11 12 13);
        }
        done += count;
        tiles -= 1;
    }
}

/// Computes `NR` rows by `NV` vectors, in registers.
///
/// # Safety
/// What [`rows`] asks for, with `a`, `b` and `c` at the tile.
#[inline(always)]
unsafe fn tile<V: Simd, const NR: usize, const NV: usize>(
    it: &Product,
    mut a: *const f32,
    mut b: *const f32,
    b_stride: usize,
    c: *mut f32,
) {
    let [a_row, a_step] = it.a_strides;
    // SAFETY: the caller has the rows, and the steps are those of the product.
    unsafe {
        let mut sums = [[V::splat(0.0); NV]; NR];
        if it.add {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (vector, sum) in sums.iter_mut().enumerate() {
                    *sum = V::load(c.add(row * it.c_stride + vector * V::LANES));
                }
            }
        }
        for _ in 0..it.steps {
            let mut line = [V::splat(0.0); NV];
            for (vector, value) in line.iter_mut().enumerate() {
                *value = V::load(b.add(vector * V::LANES));
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = V::splat(*a.add(row * a_row));
                for (sum, line) in sums.iter_mut().zip(line) {
                    *sum = sum.add_product(value, line);
                }
            }
            a = a.wrapping_add(a_step);
            b = b.wrapping_add(b_stride);
        }
        for (row, sums) in sums.iter().enumerate() {
            for (vector, sum) in sums.iter().enumerate() {
                sum.store(c.add(row * it.c_stride + vector * V::LANES));
            }
        }
    }
}
