//! The sums that batch norm needs of activations and gradients where no kernel computes them in
//! passing: for dense layers, and for batch norm over rows.

use super::convolution::NormSums;
use super::norm::NormLayer;

/// Σ gradient and Σ gradient · input for each feature. Both arguments are `[image, feature]`.
pub(super) fn feature_sums(gradient: &[f32], input: &[f32], features: usize) -> NormSums {
    let (mut alone, mut by_input) = (vec![0.0_f32; features], vec![0.0_f32; features]);
    let rows = gradient.chunks_exact(features);
    for (gradient, input) in rows.zip(input.chunks_exact(features)) {
        let sums = alone.iter_mut().zip(&mut by_input);
        for ((alone, by_input), (&gradient, &input)) in sums.zip(gradient.iter().zip(input)) {
            *alone += gradient;
            *by_input += gradient * input;
        }
    }
    let double = |sums: Vec<f32>| sums.into_iter().map(f64::from).collect();
    NormSums {
        gradient: double(alone),
        gradient_by_input: double(by_input),
    }
}

/// The mean and the sum of squared deviations of each row of each image, `[image, mean or
/// deviations, row]`. A row has `each` numbers.
pub(super) fn row_moments(images: &[f32], rows: usize, each: usize) -> Vec<f32> {
    let mut moments = Vec::with_capacity(images.len() / each * 2);
    for image in images.chunks_exact(rows * each) {
        let mean = |row: &[f32]| row.iter().map(|&v| f64::from(v)).sum::<f64>() / each as f64;
        let means: Vec<f64> = image.chunks_exact(each).map(mean).collect();
        moments.extend(means.iter().map(|&mean| mean as f32));
        let deviations = image.chunks_exact(each).zip(&means).map(|(row, mean)| {
            let squares = row.iter().map(|&value| (f64::from(value) - mean).powi(2));
            squares.sum::<f64>() as f32
        });
        moments.extend(deviations);
    }
    moments
}

/// Computes batch norm over rows, forward.
pub(super) fn scale_rows(images: &[f32], each: usize, norm: &NormLayer) -> Vec<f32> {
    let mut scaled = Vec::with_capacity(images.len());
    for (row, values) in images.chunks_exact(each).enumerate() {
        let row = row % norm.features();
        let (scale, offset) = (norm.scale[row], norm.offset[row]);
        scaled.extend(values.iter().map(|value| value * scale + offset));
    }
    scaled
}

/// Σ gradient and Σ gradient · input for each row.
pub(super) fn row_sums(gradient: &[f32], input: &[f32], rows: usize, each: usize) -> NormSums {
    let mut sums = NormSums {
        gradient: vec![0.0; rows],
        gradient_by_input: vec![0.0; rows],
    };
    let pairs = gradient.chunks_exact(each).zip(input.chunks_exact(each));
    for (row, (gradient, input)) in pairs.enumerate() {
        let row = row % rows;
        for (&gradient, &input) in gradient.iter().zip(input) {
            sums.gradient[row] += f64::from(gradient);
            sums.gradient_by_input[row] += f64::from(gradient) * f64::from(input);
        }
    }
    sums
}
