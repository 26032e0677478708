//! A convolution that only predicts, by the faster kernel for its shape.

use super::super::kernels::{Convolution, Path, Scratch, WinogradConv, WinogradWeights};

/// The side of the window.
const SIDE: usize = 3;
/// Transforming tiles costs as much for few channels as for many.
const FEWEST: usize = 8;

/// A 3×3 convolution with its ReLU and the pool that may follow.
pub(super) enum PredictingConv {
    Direct(Convolution),
    Winograd(Box<Winograd>),
}

/// By Winograd's transform.
pub(super) struct Winograd {
    conv: WinogradConv,
    weights: WinogradWeights,
    bias: Vec<f32>,
}

/// What a thread works in.
#[derive(Default)]
pub(super) struct ConvRoom {
    pairs: Vec<f32>,
    winograd: Scratch,
}

impl PredictingConv {
    /// # Shapes
    /// - `weights`: `[out, in, row, column]`
    /// - `bias`: `[out]`
    /// - `input`: `[row, column, in]`
    pub fn new(path: Path, weights: &[f32], bias: &[f32], input: [usize; 3], pool: bool) -> Self {
        let [rows, columns, channels] = input;
        let outputs = bias.len();
        if channels < FEWEST || outputs < FEWEST {
            return Self::Direct(Convolution::new(path, weights, bias, input, pool));
        }
        let window = SIDE * SIDE;
        let mut last = vec![0.0; weights.len()];
        for (place, &weight) in weights.iter().enumerate() {
            let [place, pixel] = [place / window, place % window];
            let [output, channel] = [place / channels, place % channels];
            last[(pixel * channels + channel) * outputs + output] = weight;
        }
        let mut transformed = WinogradWeights::new(path, channels, outputs);
        transformed.set(&last, None, false);
        Self::Winograd(Box::new(Winograd {
            conv: WinogradConv::new(path, rows, columns, channels, outputs, pool),
            weights: transformed,
            bias: bias.to_vec(),
        }))
    }

    /// `[row, column, channel]` of an image that comes out.
    pub fn output(&self) -> [usize; 3] {
        match self {
            Self::Direct(conv) => conv.output(),
            Self::Winograd(winograd) => winograd.conv.output(),
        }
    }

    /// Computes some images. Each is the same to the bit whatever others go with it.
    ///
    /// # Shapes
    /// - `images`: `[image, row, column, in]`
    /// - `output`: `[image, …]` as [`output`](Self::output)
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
