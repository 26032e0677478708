//! A convolution that only predicts, by the faster kernel for its shape.

use overfit_kernels::{
    Convolution, InstructionSet, Scratch, WinogradConv, WinogradWeights, channels_last,
};

/// A 3×3 convolution with its ReLU and the pool that may follow.
pub(super) enum PredictingConv {
    Direct(Convolution),
    Winograd(Box<Winograd>),
}

/// A convolution by Winograd's transform.
pub(super) struct Winograd {
    conv: WinogradConv,
    weights: WinogradWeights,
    bias: Vec<f32>,
}

/// The memory that a thread works in.
#[derive(Default)]
pub(super) struct ConvRoom {
    pairs: Vec<f32>,
    winograd: Scratch,
}

impl PredictingConv {
    /// Packs the weights of a convolution.
    ///
    /// # Shapes
    /// - `weights`: `[out, in, row, column]`
    /// - `bias`: `[out]`
    /// - `input`: `[row, column, in]`
    pub fn new(
        isa: InstructionSet,
        weights: &[f32],
        bias: &[f32],
        input: [usize; 3],
        pool: bool,
    ) -> Self {
        let [rows, columns, channels] = input;
        let outputs = bias.len();
        if !WinogradConv::pays_off(channels, outputs) {
            return Self::Direct(Convolution::new(isa, weights, bias, input, pool));
        }
        let mut transformed = WinogradWeights::new(isa, channels, outputs);
        let weights = channels_last(weights, channels, outputs);
        transformed.set(&weights, None, false);
        Self::Winograd(Box::new(Winograd {
            conv: WinogradConv::new(isa, rows, columns, channels, outputs, pool),
            weights: transformed,
            bias: bias.to_vec(),
        }))
    }

    /// The size of an output image, `[row, column, channel]`.
    pub fn output(&self) -> [usize; 3] {
        match self {
            Self::Direct(conv) => conv.output(),
            Self::Winograd(winograd) => winograd.conv.output(),
        }
    }

    /// Computes some images. The output of an image is the same to the bit whatever others go with
    /// it.
    ///
    /// # Shapes
    /// - `images`: `[image, row, column, in]`
    /// - `output`: `[image, …]`, where an image is as [`output`](Self::output) says
    pub fn forward(&self, images: &[f32], count: usize, output: &mut [f32], room: &mut ConvRoom) {
        if count == 0 {
            return;
        }
        match self {
            Self::Direct(conv) => {
                let outputs = output.chunks_exact_mut(output.len() / count);
                for (image, output) in images.chunks_exact(images.len() / count).zip(outputs) {
                    conv.forward(image, output, &mut room.pairs);
                }
            }
            Self::Winograd(winograd) => winograd.conv.forward(
                &winograd.weights,
                &winograd.bias,
                images,
                count,
                output,
                &mut [],
                &mut room.winograd,
            ),
        }
    }
}
