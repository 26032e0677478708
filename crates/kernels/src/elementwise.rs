//! Training's work on one number after another: plain loops, compiled for each set of instructions.
//!
//! No loop adds up numbers of different places, so that all instructions that don't fuse products
//! give the same bits.

use super::InstructionSet;
use super::dispatch::by_isa;

/// The correction that makes the true gradient of a layer's output out of the gradient that the
/// next layer gives: `factor · gradient + slope · output + offset`, for each channel, and row by
/// row where batch norm is over rows.
pub struct Correction {
    /// The factor of the gradient, `[channel]`, or `[row, channel]` where rows differ.
    pub factor: Vec<f32>,
    /// The factor of the output, in the same shape.
    pub slope: Vec<f32>,
    /// The number that is added, in the same shape.
    pub offset: Vec<f32>,
    /// How many numbers lie from row to row: the channels, or 0 where all rows are alike.
    pub row_stride: usize,
}

impl Correction {
    /// The correction that changes nothing, for so many channels.
    pub fn none(channels: usize) -> Self {
        Self {
            factor: vec![1.0; channels],
            slope: vec![0.0; channels],
            offset: vec![0.0; channels],
            row_stride: 0,
        }
    }

    /// Spreads a correction that has one number a row over all channels of the row.
    pub fn over_rows(self, channels: usize) -> Self {
        let spread = |values: Vec<f32>| {
            let each = values.into_iter();
            each.flat_map(|value| std::iter::repeat_n(value, channels))
                .collect()
        };
        Self {
            factor: spread(self.factor),
            slope: spread(self.slope),
            offset: spread(self.offset),
            row_stride: channels,
        }
    }
}

/// A layer's output for one image, with the gradient that came back to it.
pub struct Returned<'a> {
    /// The size `[row, column, channel]` of the output and its gradient, after the pool.
    pub size: [usize; 3],
    /// The output, after ReLU and pool.
    pub output: &'a [f32],
    /// The gradient of the output, before the correction.
    pub gradient: &'a [f32],
    /// Which pixel of each window was the largest, 0 to 3, or 4 where ReLU let nothing pass. Empty
    /// where there is no pool.
    pub codes: &'a [u8],
}

/// Writes the gradient before pool and ReLU into `to`, whose pixels begin at `first` with `strides`
/// from pixel to pixel and from line to line, and adds it up for the biases. The numbers between
/// the pixels of `to` are left alone. The last row or column that a pool leaves out is taken for
/// zero.
///
/// # Panics
/// Where a length is wrong.
pub fn ungate(
    isa: InstructionSet,
    returned: &Returned<'_>,
    correction: &Correction,
    to: &mut [f32],
    [first, pixel, line]: [usize; 3],
    bias: &mut [f32],
) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    // SAFETY: the machine has the instructions, and the function itself is safe.
    unsafe { ungate_on(isa, returned, correction, to, [first, pixel, line], bias) }
}

by_isa! {
    /// Does what [`ungate`] says.
    ///
    /// # Safety
    /// The machine must have the instructions.
    unsafe fn ungate_on(
        returned: &Returned<'_>,
        correction: &Correction,
        to: &mut [f32],
        place: [usize; 3],
        bias: &mut [f32],
    ) = ungate_plain
}

#[inline(always)]
unsafe fn ungate_plain(
    returned: &Returned<'_>,
    correction: &Correction,
    to: &mut [f32],
    [first, pixel, line]: [usize; 3],
    bias: &mut [f32],
) {
    let [rows, columns, channels] = returned.size;
    let row_length = columns * channels;
    let is_pooled = !returned.codes.is_empty();
    let bias = &mut bias[..channels];
    for row in 0..rows {
        let start = row * correction.row_stride;
        let factor = &correction.factor[start..][..channels];
        let slope = &correction.slope[start..][..channels];
        let offset = &correction.offset[start..][..channels];
        for column in 0..columns {
            let place = row * row_length + column * channels;
            let output = &returned.output[place..][..channels];
            let gradient = &returned.gradient[place..][..channels];
            if is_pooled {
                let codes = &returned.codes[place..][..channels];
                let at =
                    |y: usize, x: usize| first + (2 * row + y) * line + (2 * column + x) * pixel;
                for code in 0..4 {
                    let to = &mut to[at(code / 2, code % 2)..][..channels];
                    for channel in 0..channels {
                        let value = factor[channel] * gradient[channel]
                            + slope[channel] * output[channel]
                            + offset[channel];
                        let passes = u32::from(codes[channel]) == code as u32;
                        to[channel] = if passes { value } else { 0.0 };
                    }
                }
                for channel in 0..channels {
                    let value = factor[channel] * gradient[channel]
                        + slope[channel] * output[channel]
                        + offset[channel];
                    bias[channel] += if codes[channel] < 4 { value } else { 0.0 };
                }
            } else {
                let to = &mut to[first + row * line + column * pixel..][..channels];
                for channel in 0..channels {
                    let value = factor[channel] * gradient[channel]
                        + slope[channel] * output[channel]
                        + offset[channel];
                    let value = if output[channel] > 0.0 { value } else { 0.0 };
                    to[channel] = value;
                    bias[channel] += value;
                }
            }
        }
    }
}

/// Computes the 2×2 max-pool of a ReLU's output, with the codes of [`Returned`].
///
/// # Shapes
/// - `from`: `[row, column, channel]`
/// - `to`, `codes`: half as many rows and columns
///
/// # Panics
/// Where a length is wrong.
pub fn pool(isa: InstructionSet, from: &[f32], size: [usize; 3], to: &mut [f32], codes: &mut [u8]) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    // SAFETY: the machine has the instructions, and the function itself is safe.
    unsafe { pool_on(isa, from, size, to, codes) }
}

by_isa! {
    /// Does what [`pool`] says.
    ///
    /// # Safety
    /// The machine must have the instructions.
    unsafe fn pool_on(from: &[f32], size: [usize; 3], to: &mut [f32], codes: &mut [u8]) = pool_plain
}

#[inline(always)]
unsafe fn pool_plain(
    from: &[f32],
    [rows, columns, channels]: [usize; 3],
    to: &mut [f32],
    codes: &mut [u8],
) {
    for row in 0..rows / 2 {
        for column in 0..columns / 2 {
            let at = |y: usize, x: usize| ((2 * row + y) * columns + 2 * column + x) * channels;
            let window =
                [at(0, 0), at(0, 1), at(1, 0), at(1, 1)].map(|start| &from[start..][..channels]);
            let place = (row * (columns / 2) + column) * channels;
            let to = &mut to[place..][..channels];
            let codes = &mut codes[place..][..channels];
            for channel in 0..channels {
                let mut largest = window[0][channel];
                let mut code = 0;
                for (number, values) in (1_u8..).zip(&window[1..]) {
                    let value = values[channel];
                    // NaN is kept, as the ReLU before has kept it.
                    if value > largest || value.is_nan() {
                        largest = value;
                        code = number;
                    }
                }
                to[channel] = largest;
                codes[channel] = if largest > 0.0 { code } else { 4 };
            }
        }
    }
}

/// Computes the mean and the sum of squared deviations of each channel over an image's pixels.
///
/// # Shapes
/// - `image`: `[pixel, channel]`
/// - `means`, `deviations`: `[channel]`
///
/// # Panics
/// Where the image isn't whole pixels.
pub fn moments(isa: InstructionSet, image: &[f32], means: &mut [f32], deviations: &mut [f32]) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    assert!(means.len() == deviations.len() && image.len().is_multiple_of(means.len()));
    // SAFETY: the machine has the instructions, and the function itself is safe.
    unsafe { moments_on(isa, image, means, deviations) }
}

by_isa! {
    /// Does what [`moments`] says.
    ///
    /// # Safety
    /// The machine must have the instructions.
    unsafe fn moments_on(image: &[f32], means: &mut [f32], deviations: &mut [f32]) = moments_plain
}

#[inline(always)]
unsafe fn moments_plain(image: &[f32], means: &mut [f32], deviations: &mut [f32]) {
    let channels = means.len();
    means.fill(0.0);
    deviations.fill(0.0);
    for pixel in image.chunks_exact(channels) {
        for (sum, &value) in means.iter_mut().zip(pixel) {
            *sum += value;
        }
    }
    let share = 1.0 / (image.len() / channels).max(1) as f32;
    for mean in means.iter_mut() {
        *mean *= share;
    }
    for pixel in image.chunks_exact(channels) {
        for ((sum, &value), &mean) in deviations.iter_mut().zip(pixel).zip(&*means) {
            let deviation = value - mean;
            *sum += deviation * deviation;
        }
    }
}

/// How weights are updated by Adam (Kingma & Ba 2015) or by momentum.
#[derive(Clone, Copy, Debug)]
pub struct Update {
    /// The share of each weight that is added to its gradient.
    pub decay_gradient: f32,
    /// The factor by which each weight is multiplied first.
    pub keep: f32,
    /// The shares of the first and the second moment that stay.
    pub betas: [f32; 2],
    /// The divisors of the two moments: 1 − β to the power of the step.
    pub corrections: [f32; 2],
    /// The learning rate.
    pub rate: f32,
    /// The number that is added to the root of the second moment.
    pub epsilon: f32,
}

/// Updates weights and moments by Adam, in place.
///
/// # Panics
/// Where the lengths differ.
pub fn adam(
    isa: InstructionSet,
    update: &Update,
    weights: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    let count = weights.len();
    assert!([gradient.len(), first.len(), second.len()] == [count; 3]);
    // SAFETY: the machine has the instructions, and the function itself is safe.
    unsafe { adam_on(isa, update, weights, gradient, first, second) }
}

by_isa! {
    /// Does what [`adam`] says.
    ///
    /// # Safety
    /// The machine must have the instructions.
    unsafe fn adam_on(
        update: &Update,
        weights: &mut [f32],
        gradient: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) = adam_plain
}

#[inline(always)]
unsafe fn adam_plain(
    update: &Update,
    weights: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    let Update {
        decay_gradient,
        keep,
        betas: [beta_1, beta_2],
        corrections: [correction_1, correction_2],
        rate,
        epsilon,
    } = *update;
    let moments = first.iter_mut().zip(second);
    for ((weight, &gradient), (first, second)) in weights.iter_mut().zip(gradient).zip(moments) {
        let gradient = gradient + decay_gradient * *weight;
        *first = beta_1 * *first + (1.0 - beta_1) * gradient;
        *second = beta_2 * *second + (1.0 - beta_2) * gradient * gradient;
        let change = (*first / correction_1) / ((*second / correction_2).sqrt() + epsilon);
        *weight = keep * *weight - rate * change;
    }
}

/// Updates weights and velocity by momentum without dampening, in place.
///
/// # Panics
/// Where the lengths differ.
pub fn momentum(
    isa: InstructionSet,
    update: &Update,
    weights: &mut [f32],
    gradient: &[f32],
    velocity: &mut [f32],
) {
    assert!(isa.is_available(), "{isa:?} on a machine without it");
    assert!([gradient.len(), velocity.len()] == [weights.len(); 2]);
    // SAFETY: the machine has the instructions, and the function itself is safe.
    unsafe { momentum_on(isa, update, weights, gradient, velocity) }
}

by_isa! {
    /// Does what [`momentum`] says.
    ///
    /// # Safety
    /// The machine must have the instructions.
    unsafe fn momentum_on(
        update: &Update,
        weights: &mut [f32],
        gradient: &[f32],
        velocity: &mut [f32],
    ) = momentum_plain
}

#[inline(always)]
unsafe fn momentum_plain(
    update: &Update,
    weights: &mut [f32],
    gradient: &[f32],
    velocity: &mut [f32],
) {
    let gradients = gradient.iter().zip(velocity);
    for (weight, (&gradient, velocity)) in weights.iter_mut().zip(gradients) {
        let gradient = gradient + update.decay_gradient * *weight;
        *velocity = update.betas[0] * *velocity + gradient;
        *weight = update.keep * *weight - update.rate * *velocity;
    }
}
