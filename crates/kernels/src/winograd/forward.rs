//! The transforms of tiles on the way forward: of pixels into planes, and of planes into pixels.

use super::transform::{READ, Transform, WRITTEN, column_of, inputs, line, outputs};
use crate::dispatch::by_isa;
use crate::simd::Simd;

/// How a convolution's output is finished.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    pub transform: Transform,
    /// The biases, one for each output, in whole vectors.
    pub bias: *const f32,
    /// Where the largest of each 2×2 pixels lies, in the order of the pooled images; or null.
    pub codes: *mut u8,
    /// Whether only the largest of each 2×2 pixels is written. The size is then that of the pooled
    /// images.
    pub pool: bool,
}

by_isa! {
    /// Computes V = Bᵀ d B of 6×6 pixels of x, with zeros beyond the image.
    ///
    /// # Safety
    /// The machine must have the instructions, the images the pixels, and the planes the room.
    pub(super) unsafe fn read(it: &Transform) = read_all::<V>
}

by_isa! {
    /// Computes ReLU(Aᵀ M A + bias) into 4×4 pixels of y, or the largest of each 2×2 of them.
    ///
    /// # Safety
    /// The machine must have the instructions, the planes the tiles, and images and codes the room.
    pub(super) unsafe fn finish(it: &Finish) = finish_all::<V>
}

/// Does what [`read`] says.
///
/// # Safety
/// What [`read`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn read_all<V: Simd>(it: &Transform) {
    let mut to = it.to;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, READ);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: the pixels of `size` lie in the image, and the channels in them.
            unsafe {
                let from = it.from.wrapping_add(pixel + first);
                if size == [READ; 2] && kept == V::LANES {
                    read_tile::<V, true>(it, from, to.add(first), size, kept);
                } else {
                    read_tile::<V, false>(it, from, to.add(first), size, kept);
                }
            }
        }
        to = to.wrapping_add(it.tile_stride);
    }
}

/// Reads a tile: `size` rows and columns with `kept` channels, or all of them if `WHOLE`.
///
/// # Safety
/// What [`read_all`] asks for.
#[inline(always)]
unsafe fn read_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller has the pixels and the planes.
    unsafe {
        let mut middle = [[V::splat(0.0); READ]; READ];
        for (row, middle) in middle.iter_mut().enumerate() {
            if WHOLE || row < rows {
                let from = from.add(row * it.size[1] * it.channels);
                let pixels = line::<V, READ, WHOLE>(from, it.channels, columns, kept);
                *middle = inputs(pixels);
            }
        }
        for column in 0..READ {
            let values = inputs(column_of(&middle, column));
            for (row, value) in values.iter().enumerate() {
                value.store(to.add((row * READ + column) * it.plane_stride));
            }
        }
    }
}

/// Does what [`finish`] says.
///
/// # Safety
/// What [`finish`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn finish_all<V: Simd>(it: &Finish) {
    let at = &it.transform;
    let mut from = at.from;
    let side = if it.pool { WRITTEN / 2 } else { WRITTEN };
    for place in at.tiles.places() {
        let (pixel, size) = at.locate(place, side, side);
        for first in (0..at.channels).step_by(V::LANES) {
            let kept = (at.channels - first).min(V::LANES);
            // SAFETY: planes and bias have whole vectors; the pixels of `size` lie in the image,
            // and the channels in them.
            unsafe {
                let tile = finish_tile::<V>(it, from.add(first), it.bias.add(first));
                let place = pixel + first;
                if it.pool {
                    pool_tile(it, &tile, place, size, kept);
                } else {
                    write_tile(at, &tile, place, size, kept);
                }
            }
        }
        from = from.wrapping_add(at.tile_stride);
    }
}

/// Computes Aᵀ M A + bias, before ReLU.
///
/// # Safety
/// What [`finish_all`] asks for.
#[inline(always)]
unsafe fn finish_tile<V: Simd>(it: &Finish, from: *const f32, bias: *const f32) -> [[V; 4]; 4] {
    // SAFETY: the caller has the planes and the bias.
    unsafe {
        let mut middle = [[V::splat(0.0); WRITTEN]; READ];
        for (column, middle) in middle.iter_mut().enumerate() {
            let mut plane = [V::splat(0.0); READ];
            for (row, value) in plane.iter_mut().enumerate() {
                *value = V::load(from.add((row * READ + column) * it.transform.plane_stride));
            }
            if column == 1 {
                // This position in M's middle counts once in each output.
                plane[1] = plane[1].add(V::load(bias));
            }
            *middle = outputs(plane);
        }
        let mut tile = [[V::splat(0.0); WRITTEN]; WRITTEN];
        for (row, tile) in tile.iter_mut().enumerate() {
            *tile = outputs(column_of(&middle, row));
        }
        tile
    }
}

/// Writes a tile of the convolution's output.
///
/// # Safety
/// What [`finish_all`] asks for; `size` pixels from `place` on must be in the image, with `kept`
/// channels.
#[inline(always)]
unsafe fn write_tile<V: Simd>(
    it: &Transform,
    tile: &[[V; 4]; 4],
    place: usize,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    for (row, tile) in tile.iter().enumerate() {
        for (column, value) in tile.iter().enumerate() {
            if row < rows && column < columns {
                let pixel = (row * it.size[1] + column) * it.channels;
                // SAFETY: the caller has the pixels.
                unsafe {
                    let value = value.at_least(V::splat(0.0));
                    value.store_first(it.to.add(place + pixel), kept);
                }
            }
        }
    }
}

/// Writes a tile of the pooled output, with the codes if they are wanted.
///
/// # Safety
/// What [`write_tile`] asks for, with pooled pixels. The codes, if there are any, lie as the pixels
/// do.
#[inline(always)]
unsafe fn pool_tile<V: Simd>(
    it: &Finish,
    tile: &[[V; 4]; 4],
    place: usize,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    for row in 0..WRITTEN / 2 {
        for column in 0..WRITTEN / 2 {
            if row >= rows || column >= columns {
                continue;
            }
            let at = |y: usize, x: usize| tile[2 * row + y][2 * column + x];
            let [a, b, c, d] = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
            let pixel = (row * it.transform.size[1] + column) * it.transform.channels;
            // SAFETY: the caller has the pixels and the codes.
            unsafe {
                let largest = a.largest(b).largest(c.largest(d));
                let value = largest.at_least(V::splat(0.0));
                value.store_first(it.transform.to.add(place + pixel), kept);
                if !it.codes.is_null() {
                    let code = c.where_equal(largest, V::splat(2.0), V::splat(3.0));
                    let code = b.where_equal(largest, V::splat(1.0), code);
                    let code = a.where_equal(largest, V::splat(0.0), code);
                    let code = largest.where_above(V::splat(0.0), code, V::splat(4.0));
                    code.store_first_bytes(it.codes.add(place + pixel), kept);
                }
            }
        }
    }
}
