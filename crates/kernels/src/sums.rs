//! The one direct kernel: weighted sums over runs of numbers that lie one behind the other.
//!
//! With the channels last, an output of a 3×3 convolution sums three runs, one for each row of its
//! window. An output of a dense layer sums one. A tile of pixels by vectors of outputs stays in
//! registers while its inputs pass by. Each sum starts at its bias and adds its products in order,
//! whatever the tile, so that the figures of a pixel don't depend on its neighbours.

use super::InstructionSet;
use super::dispatch::by_isa;
use super::simd::Simd;
use super::tile::{Block, VECTORS, WIDEST, put, tile};

/// Sixteen numbers on a cache line of their own.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct CacheLine(pub [f32; 16]);

/// A layer's weights and biases, in the order in which the kernel reads them.
pub struct Packed {
    isa: InstructionSet,
    /// The weights, `[block, input, output of the block]`. Outputs are filled up to whole vectors
    /// with zeros.
    weights: Vec<CacheLine>,
    /// The biases, filled up to whole vectors with zeros.
    bias: Vec<f32>,
    inputs: usize,
    outputs: usize,
}

/// Where a layer's sums lie in its input and its output. Strides are counted in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// How many runs of inputs an output sums.
    pub runs: usize,
    /// How many inputs a run has.
    pub run: usize,
    /// The stride from run to run.
    pub run_stride: usize,
    /// How many pixels a line has. In a dense layer, each pixel is an image.
    pub pixels: usize,
    /// The stride from pixel to pixel.
    pub pixel_stride: usize,
    /// How many lines there are.
    pub lines: usize,
    /// The stride from line to line.
    pub line_stride: usize,
    /// The stride from pixel to pixel in the output, whose lines follow each other without a gap.
    pub output_stride: usize,
    /// Whether numbers below zero become zero.
    pub relu: bool,
    /// Whether only the largest of each 2×2 pixels is written. An odd last line or pixel is left
    /// out.
    pub pool: bool,
}

impl Packed {
    /// Packs weights that are given by input and output.
    ///
    /// # Panics
    /// Where this machine doesn't have the instructions.
    pub fn new(
        isa: InstructionSet,
        inputs: usize,
        bias: &[f32],
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let mut packed = Self::zeros(isa, inputs, bias.len());
        packed.bias[..bias.len()].copy_from_slice(bias);
        packed.fill(weight);
        packed
    }

    /// Packs weights and biases that are all 0.
    ///
    /// # Panics
    /// Where this machine doesn't have the instructions.
    pub fn zeros(isa: InstructionSet, inputs: usize, outputs: usize) -> Self {
        assert!(isa.is_available(), "{isa:?} on a machine without it");
        let padded = outputs.next_multiple_of(isa.lanes());
        Self {
            isa,
            weights: vec![CacheLine([0.0; 16]); (padded * inputs).div_ceil(16)],
            bias: vec![0.0; padded],
            inputs,
            outputs,
        }
    }

    /// Takes other weights, which are given by input and output.
    pub fn fill(&mut self, weight: impl Fn(usize, usize) -> f32) {
        let (inputs, outputs, padded) = (self.inputs, self.outputs, self.bias.len());
        let width = VECTORS * self.isa.lanes();
        let mut values = self.values_mut().iter_mut();
        for start in (0..padded).step_by(width) {
            let block = start..(start + width).min(padded);
            for input in 0..inputs {
                for output in block.clone() {
                    let Some(value) = values.next() else { return };
                    if output < outputs {
                        *value = weight(input, output);
                    }
                }
            }
        }
    }

    /// The weights, `[block, input, output of the block]`, filled up with zeros.
    pub fn values(&self) -> &[f32] {
        let count = self.bias.len() * self.inputs;
        // SAFETY: a cache line is sixteen numbers without a gap, and there are enough of them.
        unsafe { std::slice::from_raw_parts(self.weights.as_ptr().cast(), count) }
    }

    /// The weights, to be changed. The zeros that fill up have to stay.
    pub fn values_mut(&mut self) -> &mut [f32] {
        let count = self.bias.len() * self.inputs;
        // SAFETY: what holds in `values` holds here, and the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.weights.as_mut_ptr().cast(), count) }
    }

    /// The biases, filled up to whole vectors with zeros.
    pub fn bias_mut(&mut self) -> &mut [f32] {
        &mut self.bias
    }

    /// The biases, filled up to whole vectors with zeros.
    pub fn bias(&self) -> &[f32] {
        &self.bias
    }

    /// How many outputs a pixel has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Computes the layer. `pairs` is memory for two lines, and grows where it is too small.
    ///
    /// # Panics
    /// Where the shape reaches beyond input or output, or is of other weights.
    pub fn sum(&self, shape: &Shape, input: &[f32], output: &mut [f32], pairs: &mut Vec<f32>) {
        assert_eq!(shape.runs * shape.run, self.inputs, "inputs");
        let [lines, pixels] = shape.kept();
        if lines * pixels == 0 || self.outputs == 0 {
            return;
        }
        // There is at least one line, one pixel and one run.
        let input_end = (shape.lines - 1) * shape.line_stride
            + (shape.pixels - 1) * shape.pixel_stride
            + shape.runs.saturating_sub(1) * shape.run_stride
            + shape.run;
        assert!(input_end <= input.len(), "{input_end} inputs");
        assert!(self.outputs <= shape.output_stride, "outputs that overlap");
        let output_end = (lines * pixels - 1) * shape.output_stride + self.outputs;
        assert!(output_end <= output.len(), "{output_end} outputs");
        if shape.pool {
            pairs.resize(pairs.len().max(2 * shape.pixels * WIDEST), 0.0);
        }
        let job = Job {
            packed: self,
            shape,
            input: input.as_ptr(),
            output: output.as_mut_ptr(),
            pairs: pairs.as_mut_ptr(),
        };
        // SAFETY: `new` has checked that the machine has the instructions, and the lengths are
        // checked above.
        unsafe { run(self.isa, &job) }
    }
}

impl Shape {
    /// How many lines and pixels the output has.
    fn kept(&self) -> [usize; 2] {
        if self.pool {
            [self.lines / 2, self.pixels / 2]
        } else {
            [self.lines, self.pixels]
        }
    }
}

/// A layer to be computed, after `sum` has checked that everything the shape names lies within
/// input, output and pairs.
struct Job<'a> {
    packed: &'a Packed,
    shape: &'a Shape,
    input: *const f32,
    output: *mut f32,
    /// Memory for two lines of a block before they are pooled, `[line, pixel, output of the
    /// block]`.
    pairs: *mut f32,
}

by_isa! {
    /// Computes a layer.
    ///
    /// # Safety
    /// The job must be checked, and the machine must have the instructions.
    unsafe fn run(job: &Job<'_>) = blocks::<V>
}

/// Computes a layer, one block of outputs after the other.
///
/// # Safety
/// The job must be checked, and the machine must have the instructions of `V`.
#[inline(always)]
unsafe fn blocks<V: Simd>(job: &Job<'_>) {
    let width = VECTORS * V::LANES;
    let padded = job.packed.bias.len();
    let weights = job.packed.weights.as_ptr().cast::<f32>();
    let mut first = 0;
    while first < padded {
        let kept = (job.packed.outputs - first).min(width);
        // SAFETY: a block's weights begin after those of `first` outputs, its biases at `first`,
        // and both are filled up to whole vectors.
        unsafe {
            let weights = weights.add(first * job.packed.inputs);
            let block = Block {
                weights,
                bias: job.packed.bias.as_ptr().add(first),
                first,
                kept,
            };
            if padded - first >= width {
                lines::<V, VECTORS>(job, &block);
            } else {
                lines::<V, 1>(job, &block);
            }
        }
        first += width;
    }
}

/// Computes a block of `NV` vectors, line after line.
///
/// # Safety
/// What [`blocks`] asks for, with a block of `NV` vectors.
#[inline(always)]
unsafe fn lines<V: Simd, const NV: usize>(job: &Job, block: &Block) {
    let shape = job.shape;
    let width = NV * V::LANES;
    let [kept_lines, kept_pixels] = shape.kept();
    let lines = if shape.pool {
        2 * kept_lines
    } else {
        kept_lines
    };
    for line in 0..lines {
        // SAFETY: lines and pixels are those of the shape, which `sum` has checked; a pair of lines
        // has `pixels` times the widest block for each line.
        unsafe {
            let from = job.input.add(line * shape.line_stride);
            // Both cases share one call, so that the tiles are compiled once.
            let (to, stride, kept) = if shape.pool {
                let to = job.pairs.add(line % 2 * shape.pixels * width);
                // A width that is known too early makes compilers give up the vectors of the
                // portable instructions.
                (to, width, std::hint::black_box(width))
            } else {
                let place = line * shape.pixels * shape.output_stride + block.first;
                (job.output.add(place), shape.output_stride, block.kept)
            };
            pixels::<V, NV>(shape, block, from, to, stride, kept);
            if shape.pool && line % 2 == 1 {
                let place = line / 2 * kept_pixels * shape.output_stride + block.first;
                pool::<V, NV>(job, block, job.output.add(place), kept_pixels);
            }
        }
    }
}

/// Takes the largest of each 2×2 pixels of a pair of lines.
///
/// # Safety
/// What [`lines`] asks for, with both lines computed, and room for `count` pixels from `to` on.
#[inline(always)]
unsafe fn pool<V: Simd, const NV: usize>(job: &Job, block: &Block, to: *mut f32, count: usize) {
    let width = NV * V::LANES;
    let below = job.shape.pixels * width;
    for pixel in 0..count {
        // SAFETY: `count` is at most half of the pixels of a line.
        unsafe {
            let from = job.pairs.cast_const().add(2 * pixel * width);
            let mut largest = [V::splat(0.0); NV];
            for (vector, largest) in largest.iter_mut().enumerate() {
                let at = from.add(vector * V::LANES);
                let upper = V::load(at).at_least(V::load(at.add(width)));
                let lower = V::load(at.add(below)).at_least(V::load(at.add(below + width)));
                *largest = upper.at_least(lower);
            }
            put(
                &largest,
                to.add(pixel * job.shape.output_stride),
                block.kept,
            );
        }
    }
}

/// Computes a line, in tiles of nearly the same size.
///
/// # Safety
/// What [`lines`] asks for. `from` must be a line of the input, and `to` must have room for the
/// shape's pixels, with `kept` numbers each, `stride` apart.
#[inline(always)]
unsafe fn pixels<V: Simd, const NV: usize>(
    shape: &Shape,
    block: &Block,
    from: *const f32,
    to: *mut f32,
    stride: usize,
    kept: usize,
) {
    let mut tiles = shape.pixels.div_ceil(V::PIXELS);
    let mut done = 0;
    while done < shape.pixels {
        let count = (shape.pixels - done).div_ceil(tiles);
        // SAFETY: the pixels of the tile lie in the line.
        unsafe {
            let from = from.add(done * shape.pixel_stride);
            let to = to.add(done * stride);
            macro_rules! tile {
                ($($count:literal)*) => {
                    match count {
                        // A tile that doesn't fit the processor's registers isn't compiled for it.
                        $($count if $count <= V::PIXELS => {
                            let sums = tile::<V, $count, NV>(shape, block, from);
                            for (pixel, sums) in sums.iter().enumerate() {
                                put(sums, to.add(pixel * stride), kept);
                            }
                        })*
                        _ => unreachable!("a tile of {count} pixels"),
                    }
                };
            }
            tile!(1 2 3 4 5 6 7 8 9 10 11 12 13);
        }
        done += count;
        tiles -= 1;
    }
}
