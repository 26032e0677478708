//! The network by plain loops in f64, from its plan and its tensors alone: slow, and right by
//! reading. Other ways to compute it are held to this one.

use overfit_lab::experiment::BatchNorm;
use overfit_lab::model::{LayerKind, Weights};
use std::collections::HashMap;

/// Added to a batch norm's variance, as Keras does.
const EPSILON: f64 = 1e-3;

/// The logits `[image, class]` of images `[row, column]` of raw pixels, in evaluation mode. Each batch
/// norm is computed where it stands, and folded into nothing.
pub fn logits<'a>(weights: &Weights, images: impl Iterator<Item = &'a [u8]>) -> Vec<f64> {
    let tensors: HashMap<String, &[f32]> = weights
        .iter()
        .map(|(plan, values)| (plan.name.clone(), values))
        .collect();
    images
        .flat_map(|image| image_logits(weights, &tensors, image))
        .collect()
}

fn image_logits(weights: &Weights, tensors: &HashMap<String, &[f32]>, image: &[u8]) -> Vec<f64> {
    let spec = weights.spec();
    let (mut convolutions, mut dense, mut batch_norms) = (0, 0, 0);
    let mut values: Vec<f64> = image.iter().map(|&pixel| f64::from(pixel)).collect();
    for layer in spec.layers() {
        let tensor =
            |kind: &str, number: usize, part: &str| tensors[&format!("{kind}.{number}.{part}")];
        values = match layer.kind {
            LayerKind::Normalize => {
                let [mean, std] = [spec.normalization.mean, spec.normalization.std].map(f64::from);
                values.iter().map(|value| (value - mean) / std).collect()
            }
            LayerKind::Conv2d => {
                let number = convolutions;
                convolutions += 1;
                let [weight, bias] = ["weight", "bias"].map(|part| tensor("conv", number, part));
                convolution(&values, &layer.input, weight, bias)
            }
            LayerKind::MaxPool2d => pool(&values, &layer.input),
            LayerKind::BatchNorm(features) => {
                let number = batch_norms;
                batch_norms += 1;
                let parts = ["gamma", "beta", "running_mean", "running_var"];
                let [gamma, beta, mean, variance] =
                    parts.map(|part| tensor("batch_norm", number, part));
                let over_rows = spec.batch_norm == BatchNorm::Rows && layer.input.len() == 3;
                let normalized = values.iter().enumerate().map(|(place, value)| {
                    let feature = if over_rows {
                        place / (values.len() / features)
                    } else {
                        place % features
                    };
                    let [gamma, beta, mean, variance] =
                        [gamma, beta, mean, variance].map(|part| f64::from(part[feature]));
                    gamma * (value - mean) / (variance + EPSILON).sqrt() + beta
                });
                normalized.collect()
            }
            LayerKind::Dense => {
                let number = dense;
                dense += 1;
                let [weight, bias] = ["weight", "bias"].map(|part| tensor("dense", number, part));
                let is_last = dense == spec.dense_count();
                let mut sums: Vec<f64> = bias.iter().map(|&value| f64::from(value)).collect();
                for (value, row) in values.iter().zip(weight.chunks_exact(bias.len())) {
                    for (sum, weight) in sums.iter_mut().zip(row) {
                        *sum += value * f64::from(*weight);
                    }
                }
                let relu = |sum: f64| if is_last { sum } else { sum.max(0.0) };
                sums.into_iter().map(relu).collect()
            }
            LayerKind::Flatten | LayerKind::Dropout => values,
        };
    }
    values
}

/// A 3×3 convolution that pads nothing, with ReLU. `weight` is `[out, in, row, column]`, images are
/// `[row, column, channel]`.
fn convolution(input: &[f64], size: &[usize], weight: &[f32], bias: &[f32]) -> Vec<f64> {
    let [rows, columns, channels] = [size[0], size[1], size[2]];
    // In the order [row, column, in, out], so that the innermost loop runs over neighbours.
    let mut weights = vec![0.0; weight.len()];
    for (place, &value) in weight.iter().enumerate() {
        let (out, rest) = (place / (channels * 9), place % (channels * 9));
        let (channel, window) = (rest / 9, rest % 9);
        weights[(window * channels + channel) * bias.len() + out] = f64::from(value);
    }
    let mut output = Vec::with_capacity((rows - 2) * (columns - 2) * bias.len());
    for row in 0..rows - 2 {
        for column in 0..columns - 2 {
            let mut sums: Vec<f64> = bias.iter().map(|&value| f64::from(value)).collect();
            for window in 0..9 {
                let from = ((row + window / 3) * columns + column + window % 3) * channels;
                for channel in 0..channels {
                    let first = (window * channels + channel) * bias.len();
                    for (sum, weight) in sums.iter_mut().zip(&weights[first..]) {
                        *sum += input[from + channel] * weight;
                    }
                }
            }
            output.extend(sums.into_iter().map(|sum| sum.max(0.0)));
        }
    }
    output
}

/// The largest of each 2×2 pixels; an odd last row or column is left out.
fn pool(input: &[f64], size: &[usize]) -> Vec<f64> {
    let [rows, columns, channels] = [size[0] / 2, size[1] / 2, size[2]];
    let mut output = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            for channel in 0..channels {
                let at =
                    |y, x| input[((2 * row + y) * size[1] + 2 * column + x) * channels + channel];
                let pixels: [f64; 4] = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
                output.push(pixels.into_iter().fold(f64::MIN, f64::max));
            }
        }
    }
    output
}
