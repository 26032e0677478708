//! The transforms of one dimension, and where tiles lie. A transform of two dimensions is two
//! passes of them.
//!
//! The functions are named by what they make of a line of pixels or of positions: `inputs` is Bᵀ
//! and `outputs` Aᵀ; on the way back, `inputs_back` is B and `outputs_back` A.

use super::tiles::{TilePlace, Tiles};
use crate::simd::Simd;

/// How many pixels of a tile's side a convolution reads, and how many it writes.
pub(super) const READ: usize = 6;
pub(super) const WRITTEN: usize = 4;

/// What is transformed, from `from` to `to`: images `[image, row, column, channel]`, and planes
/// `[position, tile, channel]`, one for each position of a tile.
#[derive(Clone, Copy)]
pub(super) struct Transform {
    pub tiles: Tiles,
    pub from: *const f32,
    pub to: *mut f32,
    /// How many rows and columns the images have.
    pub size: [usize; 2],
    pub channels: usize,
    /// The stride from tile to tile in a plane: the channels in whole vectors.
    pub tile_stride: usize,
    /// The stride from plane to plane.
    pub plane_stride: usize,
}

impl Transform {
    /// Where the pixels of a tile and its planes begin, and how many rows and columns of the tile
    /// lie in the image. The side of the tile is `side` pixels, of which `step` are its own.
    #[inline(always)]
    pub fn locate(&self, place: TilePlace, step: usize, side: usize) -> (usize, [usize; 2]) {
        let [rows, columns] = self.size;
        let [row, column] = [place.row * step, place.column * step];
        let pixel = (place.image * rows + row) * columns + column;
        let kept = [
            rows.saturating_sub(row).min(side),
            columns.saturating_sub(column).min(side),
        ];
        (pixel * self.channels, kept)
    }
}

/// Applies Bᵀ to six pixels, which gives a line of V.
#[inline(always)]
pub(super) unsafe fn inputs<V: Simd>([d0, d1, d2, d3, d4, d5]: [V; 6]) -> [V; 6] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let [two, four] = [V::splat(2.0), V::splat(4.0)];
        let even = d4.sub_product(four, d2);
        let odd = d3.sub_product(four, d1);
        let step = d3.sub(d1);
        let wide = d4.sub(d2);
        [
            wide.add_product(four, d0.sub(d2)),
            even.add(odd),
            even.sub(odd),
            wide.add_product(two, step),
            wide.sub_product(two, step),
            d5.sub(d3).sub_product(four, step),
        ]
    }
}

/// Applies B, which gives the gradient of six pixels.
#[inline(always)]
pub(super) unsafe fn inputs_back<V: Simd>([m0, m1, m2, m3, m4, m5]: [V; 6]) -> [V; 6] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let [two, four, five] = [V::splat(2.0), V::splat(4.0), V::splat(5.0)];
        let [a, b] = [m1.add(m2), m1.sub(m2)];
        let [c, d] = [m3.add(m4), m3.sub(m4)];
        let first = m0.mul(four);
        let sum = m0.add(a).add(c);
        [
            first,
            m5.sub(b).mul(four).sub_product(two, d),
            V::splat(0.0)
                .sub(first.add(sum))
                .sub_product(V::splat(3.0), a),
            b.add_product(two, d).sub_product(five, m5),
            sum,
            m5,
        ]
    }
}

/// Applies Aᵀ, which gives four outputs.
#[inline(always)]
pub(super) unsafe fn outputs<V: Simd>([m0, m1, m2, m3, m4, m5]: [V; 6]) -> [V; 4] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let [a, b] = [m1.add(m2), m1.sub(m2)];
        let [c, d] = [m3.add(m4), m3.sub(m4)];
        [
            m0.add(a).add(c),
            b.add_product(V::splat(2.0), d),
            a.add_product(V::splat(4.0), c),
            b.add(m5).add_product(V::splat(8.0), d),
        ]
    }
}

/// Applies A to the gradients of four outputs, which gives a line of H.
#[inline(always)]
pub(super) unsafe fn outputs_back<V: Simd>([g0, g1, g2, g3]: [V; 4]) -> [V; 6] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let [two, four] = [V::splat(2.0), V::splat(4.0)];
        let [a, b] = [g0.add(g2), g1.add(g3)];
        let [c, d] = [g0.add_product(four, g2), g1.add_product(four, g3)];
        [
            g0,
            a.add(b),
            a.sub(b),
            c.add_product(two, d),
            c.sub_product(two, d),
            g3,
        ]
    }
}

/// The numbers at `place` of each row.
#[inline(always)]
pub(super) unsafe fn column_of<V: Simd, const ROWS: usize, const COLUMNS: usize>(
    rows: &[[V; COLUMNS]; ROWS],
    place: usize,
) -> [V; ROWS] {
    // SAFETY: the caller has the instructions.
    let mut column = unsafe { [V::splat(0.0); ROWS] };
    for (value, row) in column.iter_mut().zip(rows) {
        *value = row[place];
    }
    column
}

/// Reads the pixels of a row, with zeros after `count` of them.
///
/// # Safety
/// The machine must have the instructions of `V`, and the pixels must lie from `from` on, `stride`
/// apart.
#[inline(always)]
pub(super) unsafe fn line<V: Simd, const N: usize, const WHOLE: bool>(
    from: *const f32,
    stride: usize,
    count: usize,
    kept: usize,
) -> [V; N] {
    // SAFETY: the caller has the pixels.
    unsafe {
        let mut pixels = [V::splat(0.0); N];
        for (column, pixel) in pixels.iter_mut().enumerate() {
            if WHOLE {
                *pixel = V::load(from.add(column * stride));
            } else if column < count {
                *pixel = V::load_first(from.add(column * stride), kept);
            }
        }
        pixels
    }
}
