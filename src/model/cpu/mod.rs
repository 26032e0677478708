//! The network in training on a CPU: plain memory, the kernels, and a backward pass by hand.
//!
//! Activations lie with the channels last from the input to the flatten. A batch goes through layer
//! by layer, its images split into parts that threads take. Sums over images are added up within a
//! part, then part by part, so that the figures don't depend on how many threads there are. Batch
//! norm over channels costs almost nothing: forward, its scale and offset are folded into the
//! weights that follow, and its statistics are taken while the activations lie in the cache;
//! backward, the sums that it needs follow from the gradients of those weights.

mod clip;
mod convolution;
mod dense;
mod kernel;
mod norm;
mod slot;
mod statistics;
mod tensors;
#[cfg(test)]
mod tests;
mod times;

pub use slot::{Moments, Rule};
pub use times::StepPart;

use self::convolution::ConvLayer;
use self::dense::DenseLayer;
use self::norm::NormLayer;
use self::statistics::{feature_sums, row_moments, row_sums, scale_rows};
use self::times::Times;
use super::plan::{LayerTensors, is_pooled};
use super::{NetworkSpec, Weights};
use crate::experiment::BatchNorm;
use overfit_kernels::InstructionSet;
use std::time::{Duration, Instant};

/// A part of a batch has at least so many images.
const PART: usize = 8;
/// A batch has at most so many parts, since each part has sums of its own.
const MOST_PARTS: usize = 16;

/// How many images a part of a batch has. The number depends on the batch alone, never on the
/// threads.
fn part_len(count: usize) -> usize {
    PART.max(count.div_ceil(MOST_PARTS))
}

/// Cuts numbers into `count` pieces of `len` numbers each. Where there are no numbers, the pieces
/// are empty.
fn parts_mut<T>(numbers: &mut [T], len: usize, count: usize) -> Vec<&mut [T]> {
    if len == 0 {
        return (0..count).map(|_| &mut [][..]).collect();
    }
    numbers.chunks_mut(len).collect()
}

/// A network in training.
pub struct CpuTraining {
    spec: NetworkSpec,
    isa: InstructionSet,
    conv: Vec<ConvLayer>,
    dense: Vec<DenseLayer>,
    /// The batch norms. `norm[i]` stands before layer i + 1, counted over convolutions and dense
    /// layers.
    norm: Vec<NormLayer>,
    /// The input of the first layer.
    pixels: Vec<f32>,
    /// The input of each convolution that has a batch norm over rows before it.
    normed: Vec<Vec<f32>>,
    times: Times,
}

impl CpuTraining {
    /// A network of these weights, computed with these instructions.
    ///
    /// # Panics
    /// Where the machine doesn't have the instructions.
    pub fn new(weights: &Weights, isa: InstructionSet) -> Self {
        let (spec, tensors) = (weights.spec(), weights.tensors());
        let mut network = Self {
            spec: spec.clone(),
            isa,
            conv: Vec::new(),
            dense: Vec::new(),
            norm: Vec::new(),
            pixels: Vec::new(),
            normed: vec![Vec::new(); spec.channels.len() * 2],
            times: Times::default(),
        };
        let mut size = [spec.rows, spec.columns, 1];
        let mut tensors = tensors.iter().map(Vec::as_slice);
        let mut next = || tensors.next().unwrap_or_default();
        let layers = spec.layer_tensors();
        let dense = layers
            .iter()
            .filter(|layer| matches!(layer, LayerTensors::Dense(_)))
            .count();
        for layer in layers {
            match layer {
                LayerTensors::Conv2d(_) => {
                    let is_pooled = is_pooled(network.conv.len());
                    let layer = ConvLayer::new(isa, next(), next(), size, is_pooled);
                    size = layer.output();
                    network.conv.push(layer);
                }
                LayerTensors::Dense(_) => {
                    let has_relu = network.dense.len() + 1 < dense;
                    let layer = DenseLayer::new(isa, next(), next(), has_relu);
                    network.dense.push(layer);
                }
                LayerTensors::BatchNorm(_) => {
                    let values = [next(), next(), next(), next()];
                    let momentum = spec.batch_norm_momentum;
                    network.norm.push(NormLayer::new(isa, values, momentum));
                }
            }
        }
        network
    }

    /// The network's sizes.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// Trains a batch by one step of the optimizer. Gives the logits before the step, `[image,
    /// class]`.
    ///
    /// # Shapes
    /// - `images`: raw pixels 0 to 255, `[image, row, column]`
    /// - `dropout_mask`: factors of the hidden units, 0 or 1 / (1 − rate), `[image, unit]`
    /// - `targets`: `[image, class]`, where those of each image add up to 1
    ///
    /// # Panics
    /// Where the lengths don't fit each other.
    pub fn step(
        &mut self,
        images: &[f32],
        dropout_mask: Option<&[f32]>,
        targets: &[f32],
        rule: &Rule,
    ) -> Vec<f32> {
        let count = images.len() / (self.spec.rows * self.spec.columns);
        assert_eq!(targets.len(), count * self.spec.classes, "targets");
        if count == 0 {
            return Vec::new();
        }
        let logits = self.forward(images, count, dropout_mask);
        let start = Instant::now();
        let gradient = softmax_gradient(&logits, targets, self.spec.classes);
        self.times.add(StepPart::Loss, start);
        self.backward(count, gradient, dropout_mask);
        let start = Instant::now();
        self.update(rule);
        self.times.add(StepPart::Optimizer, start);
        logits
    }

    fn forward(&mut self, images: &[f32], count: usize, mask: Option<&[f32]>) -> Vec<f32> {
        let start = Instant::now();
        let normalization = self.spec.normalization;
        let (mean, std) = (normalization.mean, normalization.std);
        self.pixels.clear();
        self.pixels
            .extend(images.iter().map(|&pixel| (pixel - mean) / std));
        self.times.add(StepPart::Pixels, start);
        for layer in 0..self.conv.len() {
            let start = Instant::now();
            self.convolve(layer, count);
            self.times.add(StepPart::Convolution(layer), start);
        }
        let convolutions = self.conv.len();
        let last = self.dense.len() - 1;
        for index in 0..self.dense.len() {
            let start = Instant::now();
            let mask = mask.filter(|_| index == last && index > 0);
            let norm = (convolutions + index)
                .checked_sub(1)
                .and_then(|before| self.norm.get_mut(before));
            let (done, rest) = self.dense.split_at_mut(index);
            let input = match (done.last(), self.conv.last()) {
                (Some(dense), _) => &dense.activations,
                (None, Some(conv)) => &conv.activations,
                (None, None) => &self.pixels,
            };
            let layer = &mut rest[0];
            let stride = layer.stride();
            layer.features.resize(count * stride, 0.0);
            let features = layer.inputs();
            let rows = layer.features.chunks_exact_mut(stride);
            if let Some(norm) = norm {
                let (mut means, mut squares) = (vec![0.0; features], vec![0.0; features]);
                overfit_kernels::moments(self.isa, input, &mut means, &mut squares);
                norm.measure(count, std::iter::once((&means[..], &squares[..])));
                for (to, from) in rows.zip(input.chunks_exact(features)) {
                    let affine = norm.scale.iter().zip(&norm.offset);
                    for ((to, &from), (&scale, &offset)) in to.iter_mut().zip(from).zip(affine) {
                        *to = from * scale + offset;
                    }
                }
            } else {
                for (to, from) in rows.zip(input.chunks_exact(features)) {
                    to[..features].copy_from_slice(from);
                }
            }
            if let Some(mask) = mask {
                let rows = layer.features.chunks_exact_mut(stride);
                for (to, mask) in rows.zip(mask.chunks_exact(features)) {
                    multiply(to, mask);
                }
            }
            layer.forward(count);
            self.times.add(StepPart::Dense(index), start);
        }
        self.dense[last].activations.clone()
    }

    /// Computes one convolution of the batch, and the statistics for the batch norm after it.
    fn convolve(&mut self, layer: usize, count: usize) {
        let is_over_rows = self.spec.batch_norm == BatchNorm::Rows;
        let is_last = layer + 1 == self.conv.len();
        let split = layer.min(self.norm.len());
        let (before, after) = self.norm.split_at_mut(split);
        let next_norm = after.first_mut().filter(|_| !is_last);
        let (done, rest) = self.conv.split_at_mut(layer);
        let input = match done.last() {
            None => &self.pixels,
            Some(_) if is_over_rows => &self.normed[layer],
            Some(before) => &before.activations,
        };
        let affine = before
            .last()
            .filter(|_| !is_over_rows)
            .map(|norm| (&norm.scale[..], &norm.offset[..]));
        let is_measured = next_norm.is_some() && !is_over_rows;
        rest[0].forward(input, count, affine, is_measured);
        let Some(norm) = next_norm else { return };
        let conv = &self.conv[layer];
        let [rows, columns, channels] = conv.output();
        if is_over_rows {
            let each = columns * channels;
            let statistics = row_moments(&conv.activations, rows, each);
            let pieces = statistics
                .chunks_exact(2 * rows)
                .map(|one| one.split_at(rows));
            norm.measure(each, pieces);
            self.normed[layer + 1] = scale_rows(&conv.activations, each, norm);
        } else {
            let pieces = conv
                .moments
                .chunks_exact(2 * channels)
                .map(|one| one.split_at(channels));
            norm.measure(rows * columns, pieces);
        }
    }

    fn backward(&mut self, count: usize, mut gradient: Vec<f32>, mask: Option<&[f32]>) {
        let convolutions = self.conv.len();
        let last = self.dense.len() - 1;
        for index in (0..self.dense.len()).rev() {
            let start = Instant::now();
            let is_wanted = index > 0 || convolutions > 0;
            let (done, rest) = self.dense.split_at_mut(index);
            gradient = rest[0].backward(count, &gradient, is_wanted);
            if !is_wanted {
                return;
            }
            if let Some(mask) = mask.filter(|_| index == last && index > 0) {
                multiply(&mut gradient, mask);
            }
            let input = match (done.last(), self.conv.last()) {
                (Some(dense), _) => &dense.activations,
                (None, Some(conv)) => &conv.activations,
                (None, None) => return,
            };
            let norm = (convolutions + index)
                .checked_sub(1)
                .and_then(|before| self.norm.get_mut(before));
            if let Some(norm) = norm {
                let sums = feature_sums(&gradient, input, norm.features());
                let correction = norm.backward(&sums, false);
                let features = norm.features();
                let rows = gradient.chunks_exact_mut(features);
                for (row, input) in rows.zip(input.chunks_exact(features)) {
                    for (feature, (value, &input)) in row.iter_mut().zip(input).enumerate() {
                        *value = correction.factor[feature] * *value
                            + correction.slope[feature] * input
                            + correction.offset[feature];
                    }
                }
            }
            if index > 0 {
                for (value, &input) in gradient.iter_mut().zip(input) {
                    *value = if input > 0.0 { *value } else { 0.0 };
                }
            }
            self.times.add(StepPart::DenseBack(index), start);
        }
        if let Some(conv) = self.conv.last_mut() {
            conv.correction = overfit_kernels::Correction::none(conv.output()[2]);
            conv.gradient = gradient;
        }
        for layer in (0..convolutions).rev() {
            let start = Instant::now();
            self.convolve_back(layer, count);
            self.times.add(StepPart::ConvolutionBack(layer), start);
        }
    }

    fn convolve_back(&mut self, layer: usize, count: usize) {
        let is_over_rows = self.spec.batch_norm == BatchNorm::Rows;
        let (done, rest) = self.conv.split_at_mut(layer);
        let conv = &mut rest[0];
        let Some(before) = done.last_mut() else {
            conv.backward(&self.pixels, count, None, None);
            return;
        };
        let norm = self.norm.get_mut(layer - 1);
        let affine = norm
            .as_ref()
            .filter(|_| !is_over_rows)
            .map(|norm| (&norm.scale[..], &norm.offset[..]));
        let input = if is_over_rows {
            &self.normed[layer]
        } else {
            &before.activations
        };
        let sums = conv.backward(input, count, affine, Some(&mut before.gradient));
        let [rows, columns, channels] = before.output();
        before.correction = match norm {
            None => overfit_kernels::Correction::none(channels),
            Some(norm) if is_over_rows => {
                let each = columns * channels;
                let sums = row_sums(&before.gradient, &before.activations, rows, each);
                norm.backward(&sums, false).over_rows(channels)
            }
            Some(norm) => norm.backward(&sums, true),
        };
    }

    fn update(&mut self, rule: &Rule) {
        if let Some(length) = rule.gradient_clip {
            self.clip(length);
        }
        for layer in &mut self.conv {
            layer.update(rule);
        }
        for layer in &mut self.norm {
            layer.update(rule);
        }
        for layer in &mut self.dense {
            layer.update(rule);
        }
    }

    /// The total time of each part of the steps so far.
    pub fn times(&self) -> impl Iterator<Item = (StepPart, Duration)> {
        self.times.parts()
    }
}

/// The gradient of the mean cross-entropy at the logits: (softmax − target) / images.
fn softmax_gradient(logits: &[f32], targets: &[f32], classes: usize) -> Vec<f32> {
    let share = classes as f64 / logits.len() as f64;
    let mut gradient = Vec::with_capacity(logits.len());
    for (logits, targets) in logits
        .chunks_exact(classes)
        .zip(targets.chunks_exact(classes))
    {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponential = |&logit: &f32| f64::from(logit - highest).exp();
        let sum: f64 = logits.iter().map(exponential).sum();
        gradient.extend(logits.iter().zip(targets).map(|(logit, &target)| {
            ((exponential(logit) / sum - f64::from(target)) * share) as f32
        }));
    }
    gradient
}

fn multiply(values: &mut [f32], factors: &[f32]) {
    for (value, factor) in values.iter_mut().zip(factors) {
        *value *= factor;
    }
}
