//! The kernels that a convolution can be computed by, behind one interface.

use overfit_kernels::{
    self, Correction, InstructionSet, OuterShape, Packed, Returned, Shape, WinogradConv,
    WinogradWeights, add_outer, ungate,
};
use std::cell::RefCell;

/// The side of a convolution's window.
const SIDE: usize = 3;
/// The zeros around a gradient, so that every input pixel sees whole windows.
const BORDER: usize = SIDE - 1;

/// The memory that a thread works in.
#[derive(Default)]
pub(super) struct Scratch {
    gradient: Vec<f32>,
    /// The gradient of the weights, as a kernel adds it up.
    sums: Vec<f32>,
    plain: Vec<f32>,
    pairs: Vec<f32>,
    winograd: overfit_kernels::Scratch,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Lends the thread's scratch memory to some work, which must not call this function again.
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(work)
}

/// The ways in which a convolution can be computed.
pub(super) enum Kernel {
    Direct(Direct),
    Winograd(Winograd),
}

impl Kernel {
    /// The faster kernel for this shape.
    pub fn new(isa: InstructionSet, input: [usize; 3], outputs: usize, is_pooled: bool) -> Self {
        if WinogradConv::pays_off(input[2], outputs) {
            Self::Winograd(Winograd::new(isa, input, outputs, is_pooled))
        } else {
            Self::Direct(Direct::new(isa, input, outputs, is_pooled))
        }
    }

    pub fn is_pooled(&self) -> bool {
        match self {
            Self::Direct(direct) => direct.is_pooled,
            Self::Winograd(winograd) => winograd.is_pooled,
        }
    }

    /// Takes weights, `[row, column, in, out]`, which are multiplied by a scale for each input
    /// channel, and biases.
    pub fn prepare(&mut self, weights: &[f32], scale: Option<&[f32]>, bias: &[f32]) {
        match self {
            Self::Direct(direct) => direct.prepare(weights, scale, bias),
            Self::Winograd(winograd) => {
                winograd.weights.set(weights, scale, true);
                bias.clone_into(&mut winograd.bias);
            }
        }
    }

    /// Computes convolution, bias, ReLU and pool of some images. `codes` is as in [`Returned`].
    pub fn forward(
        &self,
        images: &[f32],
        count: usize,
        output: &mut [f32],
        codes: &mut [u8],
        scratch: &mut Scratch,
    ) {
        match self {
            Self::Direct(direct) => direct.forward(images, count, output, codes, scratch),
            Self::Winograd(winograd) => winograd.conv.forward(
                &winograd.weights,
                &winograd.bias,
                images,
                count,
                output,
                codes,
                &mut scratch.winograd,
            ),
        }
    }

    /// Writes the gradient of the weights, `[row, column, in, out]`, adds up the gradient of the
    /// biases, and writes the gradient of the images where it is wanted.
    pub fn backward(
        &self,
        back: &Back<'_>,
        gradients: [&mut [f32]; 2],
        input_gradient: Option<&mut [f32]>,
        scratch: &mut Scratch,
    ) {
        match self {
            Self::Direct(direct) => direct.backward(back, gradients, input_gradient, scratch),
            Self::Winograd(winograd) => {
                winograd.backward(back, gradients, input_gradient, scratch);
            }
        }
    }
}

/// What the way back of some images starts from.
pub(super) struct Back<'a> {
    pub count: usize,
    /// The input, `[image, row, column, in]`.
    pub images: &'a [f32],
    /// The output and the gradient that came back, for all images; the size in it is that of one
    /// image.
    pub returned: Returned<'a>,
    pub correction: &'a Correction,
}

impl Back<'_> {
    /// The output and the gradient of one image.
    fn one(&self, index: usize) -> Returned<'_> {
        let len: usize = self.returned.size.iter().product();
        let codes = self.returned.codes;
        Returned {
            size: self.returned.size,
            output: &self.returned.output[index * len..][..len],
            gradient: &self.returned.gradient[index * len..][..len],
            codes: if codes.is_empty() {
                codes
            } else {
                &codes[index * len..][..len]
            },
        }
    }
}

/// The kernel by Winograd's transform, which is the faster one unless there are few channels.
pub(super) struct Winograd {
    isa: InstructionSet,
    conv: WinogradConv,
    weights: WinogradWeights,
    bias: Vec<f32>,
    is_pooled: bool,
}

impl Winograd {
    fn new(isa: InstructionSet, input: [usize; 3], outputs: usize, is_pooled: bool) -> Self {
        let [rows, columns, channels] = input;
        Self {
            isa,
            conv: WinogradConv::new(isa, rows, columns, channels, outputs, is_pooled),
            weights: WinogradWeights::new(isa, channels, outputs),
            bias: Vec::new(),
            is_pooled,
        }
    }

    fn backward(
        &self,
        back: &Back<'_>,
        [weights, bias]: [&mut [f32]; 2],
        input_gradient: Option<&mut [f32]>,
        scratch: &mut Scratch,
    ) {
        let [rows, columns, outputs] = self.conv.convolved();
        let len = rows * columns * outputs;
        let all = back.count * len;
        let Scratch { gradient, sums, .. } = scratch;
        sums.clear();
        sums.resize(self.conv.du_len(), 0.0);
        if self.is_pooled && (rows % 2 == 1 || columns % 2 == 1) {
            // Pixels that the pool left out get no gradient.
            gradient.clear();
        }
        gradient.resize(gradient.len().max(all), 0.0);
        let place = [0, outputs, columns * outputs];
        for (index, gradient) in gradient[..all].chunks_exact_mut(len).enumerate() {
            let one = back.one(index);
            ungate(self.isa, &one, back.correction, gradient, place, bias);
        }
        self.conv.backward(
            &self.weights,
            back.images,
            &gradient[..all],
            back.count,
            &mut sums[..],
            input_gradient,
            &mut scratch.winograd,
        );
        self.conv.weight_gradient(sums, weights);
    }
}

/// The kernel that goes window by window, which is the faster one for few channels.
pub(super) struct Direct {
    isa: InstructionSet,
    /// The size of an input image, `[row, column, in]`.
    input: [usize; 3],
    outputs: usize,
    /// The number of outputs, filled up to whole vectors.
    padded: usize,
    is_pooled: bool,
    forward: Packed,
    /// The weights flipped, from outputs to inputs.
    backward: Packed,
}

impl Direct {
    fn new(isa: InstructionSet, input: [usize; 3], outputs: usize, is_pooled: bool) -> Self {
        let padded = outputs.next_multiple_of(isa.lanes());
        Self {
            isa,
            input,
            outputs,
            padded,
            is_pooled,
            forward: Packed::zeros(isa, SIDE * SIDE * input[2], outputs),
            backward: Packed::zeros(isa, SIDE * SIDE * padded, input[2]),
        }
    }

    fn prepare(&mut self, weights: &[f32], scale: Option<&[f32]>, bias: &[f32]) {
        self.forward.bias_mut()[..bias.len()].copy_from_slice(bias);
        let (channels, outputs, padded) = (self.input[2], self.outputs, self.padded);
        let weight = |window: usize, channel: usize, output: usize| {
            let weight = weights[(window * channels + channel) * outputs + output];
            scale.map_or(weight, |scale| weight * scale[channel])
        };
        self.forward
            .fill(|place, output| weight(place / channels, place % channels, output));
        self.backward.fill(|place, channel| {
            let (window, output) = (place / padded, place % padded);
            if output < outputs {
                weight(SIDE * SIDE - 1 - window, channel, output)
            } else {
                0.0
            }
        });
    }

    /// Rows and columns before the pool.
    fn unpooled(&self) -> [usize; 2] {
        let [rows, columns, _] = self.input;
        [rows - BORDER, columns - BORDER]
    }

    fn forward(
        &self,
        images: &[f32],
        count: usize,
        output: &mut [f32],
        codes: &mut [u8],
        scratch: &mut Scratch,
    ) {
        let [_, columns, channels] = self.input;
        let [lines, pixels] = self.unpooled();
        let shape = Shape {
            runs: SIDE,
            run: SIDE * channels,
            run_stride: columns * channels,
            pixels,
            pixel_stride: channels,
            lines,
            line_stride: columns * channels,
            output_stride: self.outputs,
            relu: true,
            pool: false,
        };
        let size = [lines, pixels, self.outputs];
        let len = lines * pixels * self.outputs;
        let code_len = codes.len() / count;
        let images = images.chunks_exact(images.len() / count);
        let outputs = output.chunks_exact_mut(output.len() / count);
        for (index, (image, output)) in images.zip(outputs).enumerate() {
            let Scratch { plain, pairs, .. } = scratch;
            if self.is_pooled {
                plain.resize(plain.len().max(len), 0.0);
                self.forward.sum(&shape, image, &mut plain[..len], pairs);
                let codes = &mut codes[index * code_len..][..code_len];
                overfit_kernels::pool(self.isa, &plain[..len], size, output, codes);
            } else {
                self.forward.sum(&shape, image, output, pairs);
            }
        }
    }

    fn backward(
        &self,
        back: &Back<'_>,
        [weights, bias]: [&mut [f32]; 2],
        mut input_gradient: Option<&mut [f32]>,
        scratch: &mut Scratch,
    ) {
        let [rows, columns, channels] = self.input;
        let [lines, pixels] = self.unpooled();
        let line = (pixels + 2 * BORDER) * self.padded;
        let first = BORDER * (line + self.padded);
        let Scratch {
            gradient,
            sums,
            pairs,
            ..
        } = scratch;
        sums.clear();
        sums.resize(SIDE * SIDE * channels * self.padded, 0.0);
        gradient.clear();
        gradient.resize((lines + 2 * BORDER) * line, 0.0);
        let image_len = rows * columns * channels;
        for (index, image) in back.images.chunks_exact(image_len).enumerate() {
            let place = [first, self.padded, line];
            let one = back.one(index);
            ungate(self.isa, &one, back.correction, gradient, place, bias);
            let run = SIDE * channels;
            for row in 0..SIDE {
                let shape = OuterShape {
                    lines,
                    pixels,
                    inputs: run,
                    input_strides: [channels, columns * channels],
                    outputs: self.padded,
                    gradient_strides: [self.padded, line],
                    sum_stride: self.padded,
                };
                add_outer(
                    self.isa,
                    &shape,
                    &image[row * columns * channels..],
                    &gradient[first..],
                    &mut sums[row * run * self.padded..],
                );
            }
            if let Some(input_gradient) = &mut input_gradient {
                let shape = Shape {
                    runs: SIDE,
                    run: SIDE * self.padded,
                    run_stride: line,
                    pixels: columns,
                    pixel_stride: self.padded,
                    lines: rows,
                    line_stride: line,
                    output_stride: channels,
                    relu: false,
                    pool: false,
                };
                let to = &mut input_gradient[index * image_len..][..image_len];
                self.backward.sum(&shape, gradient, to, pairs);
            }
        }
        let rows = sums.chunks_exact(self.padded);
        for (to, from) in weights.chunks_exact_mut(self.outputs).zip(rows) {
            to.copy_from_slice(&from[..self.outputs]);
        }
    }
}
