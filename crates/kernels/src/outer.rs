//! Sums of outer products over pixels, which are the gradients of weights.
//!
//! Each input in a layer's window is multiplied by the gradient of each of its outputs, and the
//! products are added up over all pixels. A tile of inputs by vectors of outputs stays in registers
//! while the pixels pass by, in order.

use super::InstructionSet;
use super::dispatch::by_isa;
use super::simd::Simd;

/// Where the pixels lie in memory. Strides are counted in numbers.
#[derive(Clone, Copy, Debug)]
pub struct OuterShape {
    /// How many lines of pixels there are.
    pub lines: usize,
    /// How many pixels a line has.
    pub pixels: usize,
    /// How many inputs a pixel has. The inputs lie one behind the other.
    pub inputs: usize,
    /// The strides of the inputs from pixel to pixel and from line to line.
    pub input_strides: [usize; 2],
    /// How many outputs a pixel has, in whole vectors.
    pub outputs: usize,
    /// The strides of the gradients from pixel to pixel and from line to line.
    pub gradient_strides: [usize; 2],
    /// The stride of the sums from input to input.
    pub sum_stride: usize,
}

/// Adds `sums[input][output] += Σ inputs[pixel][input] · gradients[pixel][output]`.
///
/// # Panics
/// Where the machine doesn't have the instructions, outputs are no whole vectors, or the shape
/// reaches beyond a slice.
pub fn add_outer(
    isa: InstructionSet,
    shape: &OuterShape,
    inputs: &[f32],
    gradients: &[f32],
    sums: &mut [f32],
) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    assert!(
        shape.outputs.is_multiple_of(isa.lanes()),
        "{} outputs",
        shape.outputs
    );
    if shape.lines * shape.pixels * shape.inputs * shape.outputs == 0 {
        return;
    }
    let last = |strides: [usize; 2], run: usize| {
        (shape.pixels - 1) * strides[0] + (shape.lines - 1) * strides[1] + run
    };
    assert!(last(shape.input_strides, shape.inputs) <= inputs.len());
    assert!(last(shape.gradient_strides, shape.outputs) <= gradients.len());
    assert!(shape.outputs <= shape.sum_stride, "sums that overlap");
    assert!((shape.inputs - 1) * shape.sum_stride + shape.outputs <= sums.len());
    // SAFETY: the instructions and the lengths are checked above.
    unsafe {
        run(
            isa,
            shape,
            inputs.as_ptr(),
            gradients.as_ptr(),
            sums.as_mut_ptr(),
        );
    }
}

by_isa! {
    /// Adds the outer products.
    ///
    /// # Safety
    /// The machine must have the instructions, and the shape must lie within what the pointers
    /// point to.
    unsafe fn run(shape: &OuterShape, inputs: *const f32, gradients: *const f32, sums: *mut f32)
        = blocks::<V>
}

/// Adds the outer products, one or two vectors of outputs at a time.
///
/// # Safety
/// The machine must have the instructions of `V`, and the shape must lie within what the pointers
/// point to.
#[inline(always)]
unsafe fn blocks<V: Simd>(
    shape: &OuterShape,
    inputs: *const f32,
    gradients: *const f32,
    sums: *mut f32,
) {
    let mut output = 0;
    while output < shape.outputs {
        // SAFETY: outputs are whole vectors, so that one or two are left.
        unsafe {
            let gradients = gradients.add(output);
            let sums = sums.add(output);
            if shape.outputs - output >= 2 * V::LANES {
                rows::<V, 2>(shape, inputs, gradients, sums);
            } else {
                rows::<V, 1>(shape, inputs, gradients, sums);
            }
        }
        output += 2 * V::LANES;
    }
}

/// Adds the outer products for `NV` vectors of outputs, tile after tile of inputs.
///
/// # Safety
/// What [`blocks`] asks for, with `NV` vectors of outputs from `gradients` and `sums` on.
#[inline(always)]
unsafe fn rows<V: Simd, const NV: usize>(
    shape: &OuterShape,
    inputs: *const f32,
    gradients: *const f32,
    sums: *mut f32,
) {
    let mut tiles = shape.inputs.div_ceil(V::PIXELS);
    let mut done = 0;
    while done < shape.inputs {
        let count = (shape.inputs - done).div_ceil(tiles);
        // SAFETY: the inputs of the tile lie within the shape.
        unsafe {
            let (inputs, sums) = (inputs.add(done), sums.add(done * shape.sum_stride));
            macro_rules! tile {
                ($($count:literal)*) => {
                    match count {
                        $($count if $count <= V::PIXELS => {
                            tile::<V, $count, NV>(shape, inputs, gradients, sums);
                        })*
                        _ => unreachable!("a tile of {count} inputs"),
                    }
                };
            }
            tile!(1 2 3 4 5 6 7 8 9 10 11 12 13);
        }
        done += count;
        tiles -= 1;
    }
}

/// Adds the outer products for `NI` inputs by `NV` vectors of outputs, in registers.
///
/// # Safety
/// What [`rows`] asks for, with `NI` inputs.
#[inline(always)]
unsafe fn tile<V: Simd, const NI: usize, const NV: usize>(
    shape: &OuterShape,
    inputs: *const f32,
    gradients: *const f32,
    sums: *mut f32,
) {
    // SAFETY: the caller's pixels have these inputs and outputs.
    unsafe {
        let mut tile = [[V::splat(0.0); NV]; NI];
        for (input, row) in tile.iter_mut().enumerate() {
            for (vector, sum) in row.iter_mut().enumerate() {
                *sum = V::load(sums.add(input * shape.sum_stride + vector * V::LANES));
            }
        }
        for line in 0..shape.lines {
            let mut from = inputs.add(line * shape.input_strides[1]);
            let mut gradient = gradients.add(line * shape.gradient_strides[1]);
            for _ in 0..shape.pixels {
                let mut column = [V::splat(0.0); NV];
                for (vector, value) in column.iter_mut().enumerate() {
                    *value = V::load(gradient.add(vector * V::LANES));
                }
                for (input, row) in tile.iter_mut().enumerate() {
                    let value = V::splat(*from.add(input));
                    for (sum, gradient) in row.iter_mut().zip(column) {
                        *sum = sum.add_product(value, gradient);
                    }
                }
                from = from.wrapping_add(shape.input_strides[0]);
                gradient = gradient.wrapping_add(shape.gradient_strides[0]);
            }
        }
        for (input, row) in tile.iter().enumerate() {
            for (vector, sum) in row.iter().enumerate() {
                sum.store(sums.add(input * shape.sum_stride + vector * V::LANES));
            }
        }
    }
}
