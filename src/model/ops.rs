//! The arithmetic of the layers in burn, which is called from nowhere else. A network that only
//! predicts on a CPU is computed by `kernels`.

use super::ModelError;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear};
use burn::tensor::module::{conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{ExecutionError, Tensor, activation};

impl From<ExecutionError> for ModelError {
    fn from(err: ExecutionError) -> Self {
        Self::Device {
            reason: err.to_string(),
        }
    }
}

/// Computes a convolution with valid padding, and ReLU.
///
/// # Shapes
/// - `images`: `[batch, channel, row, column]`
/// - output: `[batch, channel, row − 2, column − 2]`
pub(super) fn conv_relu(layer: &Conv2d, images: Tensor<4>) -> Tensor<4> {
    let bias = layer.bias.as_ref().map(|bias| bias.val());
    let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
    activation::relu(conv2d(images, layer.weight.val(), bias, options))
}

/// Takes the largest of each 2×2 pixels. An odd last row or column is left out.
///
/// # Shapes
/// - `images`: `[batch, channel, row, column]`
/// - output: `[batch, channel, row / 2, column / 2]`
pub(super) fn max_pool(images: Tensor<4>) -> Tensor<4> {
    max_pool2d(images, MaxPoolOptions::new([2, 2]))
}

/// Computes batch norm over axis 1, with the batch's statistics in training and with the running
/// ones otherwise.
///
/// # Shapes
/// - `input`, output: `[batch, feature, …]`
pub(super) fn batch_norm<const D: usize>(layer: &BatchNorm, input: Tensor<D>) -> Tensor<D> {
    layer.forward(input)
}

/// Computes a dense layer without activation.
///
/// # Shapes
/// - `features`: `[batch, in]`
/// - output: `[batch, out]`
pub(super) fn dense(layer: &Linear, features: Tensor<2>) -> Tensor<2> {
    let bias = layer.bias.as_ref().map(|bias| bias.val());
    linear(features, layer.weight.val(), bias)
}

/// Computes the ReLU of a dense layer's output.
pub(super) fn relu(features: Tensor<2>) -> Tensor<2> {
    activation::relu(features)
}
