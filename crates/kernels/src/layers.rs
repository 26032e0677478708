//! Convolutions and dense layers, computed as weighted sums.

use super::InstructionSet;
use super::sums::{Packed, Shape};

/// The side of a convolution's window.
const SIDE: usize = 3;

/// A 3×3 convolution that pads nothing, its ReLU, and the 2×2 max-pool that may follow.
pub struct Convolution {
    packed: Packed,
    shape: Shape,
    input: [usize; 3],
}

impl Convolution {
    /// Packs the weights of a convolution.
    ///
    /// # Shapes
    /// - `weights`: `[out, in, row, column]`
    /// - `bias`: `[out]`
    /// - `input`: `[row, column, in]`, at least 3×3 pixels
    ///
    /// # Panics
    /// Where the lengths are of other shapes.
    pub fn new(
        isa: InstructionSet,
        weights: &[f32],
        bias: &[f32],
        input: [usize; 3],
        pool: bool,
    ) -> Self {
        let [rows, columns, channels] = input;
        assert!(rows >= SIDE && columns >= SIDE, "{rows} × {columns} pixels");
        let inputs = SIDE * SIDE * channels;
        assert_eq!(weights.len(), bias.len() * inputs, "weights");
        let packed = Packed::new(isa, inputs, bias, |place, output| {
            let (window, channel) = (place / channels, place % channels);
            weights[output * inputs + channel * SIDE * SIDE + window]
        });
        let shape = Shape {
            runs: SIDE,
            run: SIDE * channels,
            run_stride: columns * channels,
            pixels: columns + 1 - SIDE,
            pixel_stride: channels,
            lines: rows + 1 - SIDE,
            line_stride: columns * channels,
            output_stride: packed.outputs(),
            relu: true,
            pool,
        };
        Self {
            packed,
            shape,
            input,
        }
    }

    /// The size of an output image, `[row, column, channel]`.
    pub fn output(&self) -> [usize; 3] {
        let half = if self.shape.pool { 2 } else { 1 };
        let [rows, columns] = [self.shape.lines / half, self.shape.pixels / half];
        [rows, columns, self.packed.outputs()]
    }

    /// Computes one image. `pairs` is scratch memory.
    ///
    /// # Shapes
    /// - `image`: `[row, column, in]`
    /// - `output`: as [`output`](Self::output) says
    ///
    /// # Panics
    /// Where the lengths are of other shapes.
    pub fn forward(&self, image: &[f32], output: &mut [f32], pairs: &mut Vec<f32>) {
        assert_eq!(image.len(), self.input.iter().product::<usize>(), "image");
        assert_eq!(output.len(), self.output().iter().product::<usize>());
        self.packed.sum(&self.shape, image, output, pairs);
    }
}

/// A dense layer, with or without ReLU.
pub struct Dense {
    packed: Packed,
    inputs: usize,
    relu: bool,
}

impl Dense {
    /// Packs the weights of a dense layer.
    ///
    /// # Shapes
    /// - `weights`: `[in, out]`
    /// - `bias`: `[out]`
    ///
    /// # Panics
    /// Where the lengths are of other shapes.
    pub fn new(isa: InstructionSet, weights: &[f32], bias: &[f32], relu: bool) -> Self {
        let outputs = bias.len();
        assert!(
            outputs > 0 && weights.len().is_multiple_of(outputs),
            "weights"
        );
        let inputs = weights.len() / outputs;
        let weight = |input: usize, output: usize| weights[input * outputs + output];
        Self {
            packed: Packed::new(isa, inputs, bias, weight),
            inputs,
            relu,
        }
    }

    /// How many features the layer takes.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many features the layer gives.
    pub fn outputs(&self) -> usize {
        self.packed.outputs()
    }

    /// Computes `count` images together, so that the weights are read once for them. The features
    /// of two images begin so many numbers apart, in the input and in the output.
    ///
    /// # Panics
    /// Where the features reach beyond `input` or `output`.
    pub fn forward(
        &self,
        count: usize,
        input: &[f32],
        output: &mut [f32],
        [input_stride, output_stride]: [usize; 2],
    ) {
        let shape = Shape {
            runs: 1,
            run: self.inputs,
            run_stride: 0,
            pixels: count,
            pixel_stride: input_stride,
            lines: 1,
            line_stride: 0,
            output_stride,
            relu: self.relu,
            pool: false,
        };
        self.packed.sum(&shape, input, output, &mut Vec::new());
    }
}
