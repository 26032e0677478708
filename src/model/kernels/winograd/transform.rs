//! The transforms of tiles, forward and backward, vectorized over channels.
//!
//! Each is two passes of a transform of one dimension: `inputs` is Bᵀ, `outputs` Aᵀ, and
//! `outputs_back` and `inputs_back`, their transposes, are what goes backward.

use super::on_path;
use super::tiles::{Place, Tiles};
use crate::model::kernels::simd::Simd;

/// Pixels of a tile's side that a convolution reads, and that it writes.
const READ: usize = 6;
const WRITTEN: usize = 4;

/// What is transformed, from `from` to `to`: images `[image, row, column, channel]` and planes,
/// one a position of a tile, `[position, tile, channel]`.
#[derive(Clone, Copy)]
pub(super) struct Transform {
    pub tiles: Tiles,
    pub from: *const f32,
    pub to: *mut f32,
    /// Rows and columns of the images.
    pub size: [usize; 2],
    pub channels: usize,
    /// From tile to tile in a plane: the channels in whole vectors.
    pub tile_stride: usize,
    /// From plane to plane.
    pub plane_stride: usize,
}

/// How a convolution's output is finished.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    pub transform: Transform,
    /// One an output, in whole vectors.
    pub bias: *const f32,
    /// Where the largest of each 2×2 pixels lies, laid out as the pooled images; or null.
    pub codes: *mut u8,
    /// Writes only the largest of each 2×2 pixels. The size is that of the pooled images.
    pub pool: bool,
}

on_path! {
    /// V = Bᵀ d B of 6×6 pixels of x; zeros beyond the image.
    ///
    /// # Safety
    /// The machine has the path, the images have the pixels and the planes the room.
    pub(super) unsafe fn read(it: &Transform) runs read_all
}

on_path! {
    /// ReLU(Aᵀ M A + bias) into 4×4 pixels of y, or the largest of each 2×2 of them.
    ///
    /// # Safety
    /// The machine has the path, the planes have the tiles, and images and codes the room.
    pub(super) unsafe fn finish(it: &Finish) runs finish_all
}

on_path! {
    /// H = A g Aᵀ of 4×4 pixels of the output's gradient; zeros beyond the image.
    ///
    /// # Safety
    /// As [`read`].
    pub(super) unsafe fn read_gradient(it: &Transform) runs read_gradient_all
}

on_path! {
    /// B D Bᵀ, summed where the tiles' 6×6 pixels overlap, into the input's gradient.
    ///
    /// A tile replaces what none before it has written: those of an image must come in order.
    ///
    /// # Safety
    /// The machine has the path, the planes have the tiles, and the images the room.
    pub(super) unsafe fn write_gradient(it: &Transform) runs write_gradient_all
}

/// Bᵀ: V of six pixels.
#[inline(always)]
unsafe fn inputs<V: Simd>([d0, d1, d2, d3, d4, d5]: [V; 6]) -> [V; 6] {
    // SAFETY: the caller's path.
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

/// B: the gradient of six pixels.
#[inline(always)]
unsafe fn inputs_back<V: Simd>([m0, m1, m2, m3, m4, m5]: [V; 6]) -> [V; 6] {
    // SAFETY: the caller's path.
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

/// Aᵀ: four outputs.
#[inline(always)]
unsafe fn outputs<V: Simd>([m0, m1, m2, m3, m4, m5]: [V; 6]) -> [V; 4] {
    // SAFETY: the caller's path.
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

/// A: H of four outputs.
#[inline(always)]
unsafe fn outputs_back<V: Simd>([g0, g1, g2, g3]: [V; 4]) -> [V; 6] {
    // SAFETY: the caller's path.
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

impl Transform {
    /// Where a tile's pixels of image and its planes begin, and how many rows and columns of the
    /// tile, whose side is `side` pixels of which `step` are its own, lie in the image.
    #[inline(always)]
    fn locate(&self, place: Place, step: usize, side: usize) -> (usize, [usize; 2]) {
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

/// # Safety
/// As [`read`], on the path of `V`.
#[inline(always)]
unsafe fn read_all<V: Simd>(it: &Transform) {
    let mut to = it.to;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, READ);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: the pixels of `size` lie in the image, the channels in them.
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

/// `size` rows and columns, `kept` channels; all of them if `WHOLE`.
///
/// # Safety
/// As [`read_all`].
#[inline(always)]
unsafe fn read_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller's pixels and planes.
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
            let values = inputs(middle.map(|row| row[column]));
            for (row, value) in values.iter().enumerate() {
                value.store(to.add((row * READ + column) * it.plane_stride));
            }
        }
    }
}

/// Pixels of a row, zeros after `count` of them.
///
/// # Safety
/// The machine has the path of `V`, and the pixels lie from `from` on, `stride` apart.
#[inline(always)]
unsafe fn line<V: Simd, const N: usize, const WHOLE: bool>(
    from: *const f32,
    stride: usize,
    count: usize,
    kept: usize,
) -> [V; N] {
    // SAFETY: the caller's pixels.
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

/// # Safety
/// As [`finish`], on the path of `V`.
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
            // the channels in them.
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

/// Aᵀ M A + bias, before ReLU.
///
/// # Safety
/// As [`finish_all`].
#[inline(always)]
unsafe fn finish_tile<V: Simd>(it: &Finish, from: *const f32, bias: *const f32) -> [[V; 4]; 4] {
    // SAFETY: the caller's planes and bias.
    unsafe {
        let mut middle = [[V::splat(0.0); WRITTEN]; READ];
        for (column, middle) in middle.iter_mut().enumerate() {
            let mut plane = [V::splat(0.0); READ];
            for (row, value) in plane.iter_mut().enumerate() {
                *value = V::load(from.add((row * READ + column) * it.transform.plane_stride));
            }
            if column == 1 {
                // Of M's middle, this position counts once in each output.
                plane[1] = plane[1].add(V::load(bias));
            }
            *middle = outputs(plane);
        }
        let mut tile = [[V::splat(0.0); WRITTEN]; WRITTEN];
        for (row, tile) in tile.iter_mut().enumerate() {
            *tile = outputs(middle.map(|column| column[row]));
        }
        tile
    }
}

/// # Safety
/// As [`finish_all`]: `size` pixels from `place` on are in the image, with `kept` channels.
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
                // SAFETY: the caller's pixels.
                unsafe {
                    let value = value.at_least(V::splat(0.0));
                    value.store_first(it.to.add(place + pixel), kept);
                }
            }
        }
    }
}

/// # Safety
/// As [`write_tile`], for pooled pixels; the codes, if any, lie as they do.
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
            // SAFETY: the caller's pixels and codes.
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

/// # Safety
/// As [`read_gradient`], on the path of `V`.
#[inline(always)]
unsafe fn read_gradient_all<V: Simd>(it: &Transform) {
    let mut to = it.to;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, WRITTEN);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: the pixels of `size` lie in the image, the channels in them.
            unsafe {
                let from = it.from.wrapping_add(pixel + first);
                if size == [WRITTEN; 2] && kept == V::LANES {
                    read_gradient_tile::<V, true>(it, from, to.add(first), size, kept);
                } else {
                    read_gradient_tile::<V, false>(it, from, to.add(first), size, kept);
                }
            }
        }
        to = to.wrapping_add(it.tile_stride);
    }
}

/// As [`read_tile`].
///
/// # Safety
/// As [`read_gradient_all`].
#[inline(always)]
unsafe fn read_gradient_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller's pixels and planes.
    unsafe {
        let mut middle = [[V::splat(0.0); READ]; WRITTEN];
        for (row, middle) in middle.iter_mut().enumerate() {
            if WHOLE || row < rows {
                let from = from.add(row * it.size[1] * it.channels);
                let pixels = line::<V, WRITTEN, WHOLE>(from, it.channels, columns, kept);
                *middle = outputs_back(pixels);
            }
        }
        for column in 0..READ {
            let values = outputs_back(middle.map(|row| row[column]));
            for (row, value) in values.iter().enumerate() {
                value.store(to.add((row * READ + column) * it.plane_stride));
            }
        }
    }
}

/// # Safety
/// As [`write_gradient`], on the path of `V`.
#[inline(always)]
unsafe fn write_gradient_all<V: Simd>(it: &Transform) {
    let mut from = it.from;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, READ);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: planes have whole vectors; the pixels of `size` lie in the image, the
            // channels in them.
            unsafe {
                let to = it.to.wrapping_add(pixel + first);
                if size == [READ; 2] && kept == V::LANES {
                    write_gradient_tile::<V, true>(it, from.add(first), to, place, size, kept);
                } else {
                    write_gradient_tile::<V, false>(it, from.add(first), to, place, size, kept);
                }
            }
        }
        from = from.wrapping_add(it.tile_stride);
    }
}

/// As [`read_tile`].
///
/// # Safety
/// As [`write_gradient_all`].
#[inline(always)]
unsafe fn write_gradient_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    place: Place,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller's planes and pixels.
    unsafe {
        let mut middle = [[V::splat(0.0); READ]; READ];
        for (column, middle) in middle.iter_mut().enumerate() {
            let mut plane = [V::splat(0.0); READ];
            for (row, value) in plane.iter_mut().enumerate() {
                *value = V::load(from.add((row * READ + column) * it.plane_stride));
            }
            *middle = inputs_back(plane);
        }
        for row in 0..READ {
            if !WHOLE && row >= rows {
                break;
            }
            let values = inputs_back(middle.map(|column| column[row]));
            // Those that the tile above or the tile to the left has written.
            let shared = match place {
                Place { row: 1.., .. } if row < READ - WRITTEN => READ,
                Place { column: 1.., .. } => READ - WRITTEN,
                _ => 0,
            };
            for (column, mut value) in values.into_iter().enumerate() {
                if !WHOLE && column >= columns {
                    break;
                }
                let to = to.add((row * it.size[1] + column) * it.channels);
                if column < shared {
                    value = value.add(V::load_first(to, kept));
                }
                value.store_first(to, kept);
            }
        }
    }
}
