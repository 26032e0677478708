//! The arithmetic of the layers, all of it called from here: the one place that faster kernels
//! would replace.

use super::plan::KERNEL;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear};
use burn::tensor::module::{conv1d, conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Tensor, activation};

/// Convolution with valid padding, and ReLU.
///
/// # Shapes
/// - `images`: `[batch, channel, row, column]`
/// - output: `[batch, channel, row − 2, column − 2]`
pub(super) fn conv_relu(layer: &Conv2d, images: Tensor<4>) -> Tensor<4> {
    let bias = layer.bias.as_ref().map(|bias| bias.val());
    let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
    activation::relu(conv2d(images, layer.weight.val(), bias, options))
}

/// What follows a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    /// Nothing.
    None,
    /// The largest of each 2×2 pixels.
    Largest,
}

/// The same without gradients and over one long line: an image's rows lie behind each other, and
/// what the kernel reaches beyond a pixel are further channels, each shifted. Where the kernel
/// runs over a row's end the result is of no image and is cut off.
///
/// # Shapes
/// - `weight`: `[out, row · in, column]`, or `[out, row · column · in, 1]`
/// - `images`: `[batch, in, row, column]`
/// - output: `[batch, out, row − 2, column − 2]`, or the largest of each 2×2 of these
pub(super) fn conv_relu_lines(
    weight: Tensor<3>,
    bias: Option<Tensor<1>>,
    images: Tensor<4>,
    pool: Pool,
) -> Tensor<4> {
    let [batch, channels, rows, columns] = images.dims();
    let [out, _, kernel] = weight.dims();
    let out_rows = rows + 1 - KERNEL;
    let line: Tensor<3> = images.reshape([batch, channels, rows * columns]);
    // The last row's end is of no image, too.
    let len = out_rows * columns - (KERNEL - kernel);
    let shifted = (0..KERNEL)
        .flat_map(|row| (0..=KERNEL - kernel).map(move |column| row * columns + column))
        .map(|shift| line.clone().narrow(2, shift, len))
        .collect();
    let line = conv1d(
        Tensor::cat(shifted, 1),
        weight,
        bias,
        ConvOptions::new([1], [0], [1], 1),
    );
    let device = line.device();
    let rest = Tensor::zeros([batch, out, KERNEL - 1], &device);
    let images: Tensor<4> =
        Tensor::cat(vec![line, rest], 2).reshape([batch, out, out_rows, columns]);
    let out_columns = columns + 1 - KERNEL;
    if pool == Pool::None {
        return activation::relu(images.narrow(3, 0, out_columns));
    }
    let [out_rows, out_columns] = [out_rows / 2, out_columns / 2];
    let images = images
        .narrow(2, 0, 2 * out_rows)
        .narrow(3, 0, 2 * out_columns);
    let images: Tensor<5> = images.reshape([batch, out, out_rows, 2, 2 * out_columns]);
    let pairs = images
        .clone()
        .narrow(3, 0, 1)
        .max_pair(images.narrow(3, 1, 1));
    let pairs: Tensor<5> = pairs.reshape([batch, out, out_rows, out_columns, 2]);
    let largest = pairs
        .clone()
        .narrow(4, 0, 1)
        .max_pair(pairs.narrow(4, 1, 1));
    activation::relu(largest.reshape([batch, out, out_rows, out_columns]))
}

/// The largest of each 2×2 pixels; an odd last row or column is left out.
///
/// # Shapes
/// - `images`: `[batch, channel, row, column]`
/// - output: `[batch, channel, row / 2, column / 2]`
pub(super) fn max_pool(images: Tensor<4>) -> Tensor<4> {
    max_pool2d(images, MaxPoolOptions::new([2, 2]))
}

/// Batch norm over axis 1: with the batch's statistics in training, the running ones otherwise.
///
/// # Shapes
/// - `input`, output: `[batch, feature, …]`
pub(super) fn batch_norm<const D: usize>(layer: &BatchNorm, input: Tensor<D>) -> Tensor<D> {
    layer.forward(input)
}

/// Dense layer, without activation.
///
/// # Shapes
/// - `features`: `[batch, in]`
/// - output: `[batch, out]`
pub(super) fn dense(layer: &Linear, features: Tensor<2>) -> Tensor<2> {
    let bias = layer.bias.as_ref().map(|bias| bias.val());
    linear(features, layer.weight.val(), bias)
}

/// ReLU of a dense layer's output.
pub(super) fn relu(features: Tensor<2>) -> Tensor<2> {
    activation::relu(features)
}
