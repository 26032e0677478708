//! The transforms of gradients on the way back: of the output's pixels into planes, and of planes
//! into the input's pixels.

use super::tiles::TilePlace;
use super::transform::{READ, Transform, WRITTEN, column_of, inputs_back, line, outputs_back};
use crate::dispatch::by_isa;
use crate::simd::Simd;

by_isa! {
    /// Computes H = A g Aᵀ of 4×4 pixels of the output's gradient, with zeros beyond the image.
    ///
    /// # Safety
    /// The machine must have the instructions, the images the pixels, and the planes the room.
    pub(super) unsafe fn read_gradient(it: &Transform) = read_gradient_all::<V>
}

by_isa! {
    /// Computes B D Bᵀ into the input's gradient, summed where the 6×6 pixels of tiles overlap.
    ///
    /// A tile replaces the pixels that no tile before it has written, so that the tiles of an image
    /// must come in order.
    ///
    /// # Safety
    /// The machine must have the instructions, the planes the tiles, and the images the room.
    pub(super) unsafe fn write_gradient(it: &Transform) = write_gradient_all::<V>
}

/// Does what [`read_gradient`] says.
///
/// # Safety
/// What [`read_gradient`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn read_gradient_all<V: Simd>(it: &Transform) {
    let mut to = it.to;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, WRITTEN);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: the pixels of `size` lie in the image, and the channels in them.
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

/// Reads a tile: `size` rows and columns with `kept` channels, or all of them if `WHOLE`.
///
/// # Safety
/// What [`read_gradient_all`] asks for.
#[inline(always)]
unsafe fn read_gradient_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller has the pixels and the planes.
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
            let values = outputs_back(column_of(&middle, column));
            for (row, value) in values.iter().enumerate() {
                value.store(to.add((row * READ + column) * it.plane_stride));
            }
        }
    }
}

/// Does what [`write_gradient`] says.
///
/// # Safety
/// What [`write_gradient`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn write_gradient_all<V: Simd>(it: &Transform) {
    let mut from = it.from;
    for place in it.tiles.places() {
        let (pixel, size) = it.locate(place, WRITTEN, READ);
        for first in (0..it.channels).step_by(V::LANES) {
            let kept = (it.channels - first).min(V::LANES);
            // SAFETY: planes have whole vectors; the pixels of `size` lie in the image, and the
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

/// Writes a tile, of which `size` and `kept` say the same as in [`read_gradient_tile`].
///
/// # Safety
/// What [`write_gradient_all`] asks for.
#[inline(always)]
unsafe fn write_gradient_tile<V: Simd, const WHOLE: bool>(
    it: &Transform,
    from: *const f32,
    to: *mut f32,
    place: TilePlace,
    [rows, columns]: [usize; 2],
    kept: usize,
) {
    // SAFETY: the caller has the planes and the pixels.
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
            let values = inputs_back(column_of(&middle, row));
            // These pixels have been written by the tile above or the tile to the left.
            let shared = match place {
                TilePlace { row: 1.., .. } if row < READ - WRITTEN => READ,
                TilePlace { column: 1.., .. } => READ - WRITTEN,
                _ => 0,
            };
            let to = to.add(row * it.size[1] * it.channels);
            match shared {
                0 => put_line::<V, 0, WHOLE>(values, to, it.channels, columns, kept),
                READ => put_line::<V, READ, WHOLE>(values, to, it.channels, columns, kept),
                _ => put_line::<V, 2, WHOLE>(values, to, it.channels, columns, kept),
            }
        }
    }
}

/// Writes the first `count` of six pixels, and adds the first `SHARED` of them to what is there.
///
/// # Safety
/// What [`line`] asks for.
#[inline(always)]
unsafe fn put_line<V: Simd, const SHARED: usize, const WHOLE: bool>(
    values: [V; READ],
    to: *mut f32,
    stride: usize,
    count: usize,
    kept: usize,
) {
    for (column, mut value) in values.into_iter().enumerate() {
        if WHOLE || column < count {
            // SAFETY: the caller has the pixels.
            unsafe {
                let to = to.add(column * stride);
                if column < SHARED {
                    let there = if WHOLE {
                        V::load(to)
                    } else {
                        V::load_first(to, kept)
                    };
                    value = value.add(there);
                }
                if WHOLE {
                    value.store(to);
                } else {
                    value.store_first(to, kept);
                }
            }
        }
    }
}
