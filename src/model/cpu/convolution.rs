//! A convolution with its ReLU and pool, forward and backward over a batch.

use super::kernel::{Back, Kernel, with_scratch};
use super::slot::{Rule, Slot};
use super::{Moments, part_len, parts_mut};
use overfit_kernels::{Correction, InstructionSet, Returned, channels_first, channels_last};
use rayon::prelude::*;

/// A convolution of the network in training.
pub(super) struct ConvLayer {
    isa: InstructionSet,
    /// The size of an input image, `[row, column, channel]`.
    input: [usize; 3],
    /// The size of an output image after the pool, `[row, column, channel]`.
    output: [usize; 3],
    /// The weights, `[row, column, in, out]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
    weight_slot: Slot,
    bias_slot: Slot,
    kernel: Kernel,
    /// The output after ReLU and pool, `[image, row, column, channel]`.
    pub activations: Vec<f32>,
    /// The pixel that each pooled number came from; see [`Returned`].
    codes: Vec<u8>,
    /// The gradient of `activations`, before its correction.
    pub gradient: Vec<f32>,
    /// The correction that turns `gradient` into the true gradient.
    pub correction: Correction,
    /// The moments of the activations, `[image, mean or deviations, channel]`.
    pub moments: Vec<f32>,
    /// Memory for the sums of each part of the batch.
    sums: Vec<f32>,
}

/// Sums that the layer after a batch norm computes for it on the way back, over all pixels and for
/// each channel: of the gradient at the batch norm's output, and of that gradient times the batch
/// norm's input.
pub(super) struct NormSums {
    pub gradient: Vec<f64>,
    pub gradient_by_input: Vec<f64>,
}

impl ConvLayer {
    /// A layer of these weights.
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
        is_pooled: bool,
    ) -> Self {
        let [rows, columns, channels] = input;
        let outputs = bias.len();
        let half = if is_pooled { 2 } else { 1 };
        let output = [(rows - 2) / half, (columns - 2) / half, outputs];
        Self {
            isa,
            input,
            output,
            weights: channels_last(weights, channels, outputs),
            bias: bias.to_vec(),
            weight_slot: Slot::new(weights.len()),
            bias_slot: Slot::new(outputs),
            kernel: Kernel::new(isa, input, outputs, is_pooled),
            activations: Vec::new(),
            codes: Vec::new(),
            gradient: Vec::new(),
            correction: Correction::none(outputs),
            moments: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// The size of an output image, `[row, column, channel]`.
    pub fn output(&self) -> [usize; 3] {
        self.output
    }

    /// Computes a batch of `count` images into `activations`. `affine` is the scale and the offset
    /// of each input channel that a batch norm before the layer amounts to. `moments` are computed
    /// where `measured` asks for them.
    pub fn forward(
        &mut self,
        images: &[f32],
        count: usize,
        affine: Option<(&[f32], &[f32])>,
        is_measured: bool,
    ) {
        self.fold(affine);
        let channels = self.output[2];
        let len: usize = self.output.iter().product();
        self.activations.resize(count * len, 0.0);
        let code_len = if self.kernel.is_pooled() { len } else { 0 };
        self.codes.resize(count * code_len, 0);
        self.moments.resize(count * 2 * channels, 0.0);
        let parts = part_len(count);
        let input_len: usize = self.input.iter().product();
        let (kernel, isa) = (&self.kernel, self.isa);
        let codes = parts_mut(&mut self.codes, parts * code_len, count.div_ceil(parts));
        self.activations
            .par_chunks_mut(parts * len)
            .zip(self.moments.par_chunks_mut(parts * 2 * channels))
            .zip(codes.into_par_iter())
            .zip(images.par_chunks(parts * input_len))
            .for_each(|(((output, moments), codes), images)| {
                let count = images.len() / input_len;
                with_scratch(|scratch| kernel.forward(images, count, output, codes, scratch));
                if is_measured {
                    let images = output.chunks_exact(len);
                    for (image, moments) in images.zip(moments.chunks_exact_mut(2 * channels)) {
                        let (means, deviations) = moments.split_at_mut(channels);
                        overfit_kernels::moments(isa, image, means, deviations);
                    }
                }
            });
    }

    /// Folds a batch norm into the weights: W′ = W·s and b′ = b + Σ W·t, which is exact because
    /// nothing is padded.
    fn fold(&mut self, affine: Option<(&[f32], &[f32])>) {
        let channels = self.input[2];
        let outputs = self.output[2];
        let mut bias: Vec<f64> = self.bias.iter().map(|&bias| f64::from(bias)).collect();
        if let Some((_, offset)) = affine {
            for (place, weights) in self.weights.chunks_exact(outputs).enumerate() {
                let offset = f64::from(offset[place % channels]);
                for (sum, &weight) in bias.iter_mut().zip(weights) {
                    *sum += f64::from(weight) * offset;
                }
            }
        }
        let bias: Vec<f32> = bias.into_iter().map(|bias| bias as f32).collect();
        self.kernel
            .prepare(&self.weights, affine.map(|(scale, _)| scale), &bias);
    }

    /// Computes the gradients of weights and bias from the gradient of `activations`, as its
    /// correction makes it, and the gradient of the input (`[image, row, column, in]`) where it is
    /// wanted. The input's gradient lacks what a folded batch norm subtracts; see [`NormSums`].
    pub fn backward(
        &mut self,
        images: &[f32],
        count: usize,
        affine: Option<(&[f32], &[f32])>,
        input_gradient: Option<&mut Vec<f32>>,
    ) -> NormSums {
        let parts = part_len(count);
        let part_count = count.div_ceil(parts);
        let input_len: usize = self.input.iter().product();
        let len: usize = self.output.iter().product();
        let outputs = self.output[2];
        let input_gradient = match input_gradient {
            Some(gradient) => {
                gradient.resize(count * input_len, 0.0);
                parts_mut(gradient, parts * input_len, part_count)
            }
            None => parts_mut(&mut [], 0, part_count),
        };
        let code_len = if self.kernel.is_pooled() { len } else { 0 };
        let sum_len = self.weights.len();
        // Each part of the batch has a sum of its own, whatever thread works on it.
        let mut sums = std::mem::take(&mut self.sums);
        sums.clear();
        sums.resize(part_count * (sum_len + outputs), 0.0);
        let this = &*self;
        sums.par_chunks_mut(sum_len + outputs)
            .zip(input_gradient.into_par_iter())
            .zip(images.par_chunks(parts * input_len))
            .enumerate()
            .for_each(|(part, ((sums, input_gradient), images))| {
                let count = images.len() / input_len;
                let (sums, bias) = sums.split_at_mut(sum_len);
                let place = part * parts * len;
                let back = Back {
                    count,
                    images,
                    returned: Returned {
                        size: this.output,
                        output: &this.activations[place..][..count * len],
                        gradient: &this.gradient[place..][..count * len],
                        codes: if code_len > 0 {
                            &this.codes[place..][..count * len]
                        } else {
                            &[]
                        },
                    },
                    correction: &this.correction,
                };
                let wanted = (!input_gradient.is_empty()).then_some(input_gradient);
                with_scratch(|scratch| {
                    this.kernel.backward(&back, [sums, bias], wanted, scratch);
                });
            });
        self.merge(&sums, sum_len);
        self.sums = sums;
        self.unfold(affine)
    }

    /// Adds up the sums of the parts, in order.
    fn merge(&mut self, parts: &[f32], sum_len: usize) {
        let outputs = self.output[2];
        let each = sum_len + outputs;
        const BLOCK: usize = 4096;
        let mut total = parts[..each].to_vec();
        total
            .par_chunks_mut(BLOCK)
            .enumerate()
            .for_each(|(block, total)| {
                for part in parts.chunks_exact(each).skip(1) {
                    let part = &part[block * BLOCK..][..total.len()];
                    for (total, &value) in total.iter_mut().zip(part) {
                        *total += value;
                    }
                }
            });
        let (weights, bias) = total.split_at(sum_len);
        self.weight_slot.gradient.copy_from_slice(weights);
        self.bias_slot.gradient.copy_from_slice(bias);
    }

    /// Turns the gradient of W′ = W·s into that of W: dW = dW′·s + t·db. The sums that the batch
    /// norm needs follow from dW′ and db, too: Σ g = Σ W·db and Σ g·x = Σ W·dW′ over window and
    /// outputs, where g is the gradient at the batch norm's output and x its input.
    fn unfold(&mut self, affine: Option<(&[f32], &[f32])>) -> NormSums {
        let [_, _, channels] = self.input;
        let outputs = self.output[2];
        let mut sums = NormSums {
            gradient: vec![0.0; channels],
            gradient_by_input: vec![0.0; channels],
        };
        let Some((scale, offset)) = affine else {
            return sums;
        };
        let bias = &self.bias_slot.gradient;
        let gradients = self.weight_slot.gradient.chunks_exact_mut(outputs);
        for (place, (weights, gradients)) in self
            .weights
            .chunks_exact(outputs)
            .zip(gradients)
            .enumerate()
        {
            let channel = place % channels;
            let (scale, offset) = (scale[channel], offset[channel]);
            let (mut alone, mut by_input) = (0.0_f64, 0.0_f64);
            for ((&weight, gradient), &bias) in weights.iter().zip(gradients).zip(bias) {
                alone += f64::from(weight) * f64::from(bias);
                by_input += f64::from(weight) * f64::from(*gradient);
                *gradient = *gradient * scale + offset * bias;
            }
            sums.gradient[channel] += alone;
            sums.gradient_by_input[channel] += by_input;
        }
        sums
    }

    /// The gradients of weights and bias.
    pub fn slots(&mut self) -> [&mut Slot; 2] {
        [&mut self.weight_slot, &mut self.bias_slot]
    }

    /// Updates weights and bias.
    pub fn update(&mut self, rule: &Rule) {
        self.weight_slot.update(self.isa, rule, &mut self.weights);
        self.bias_slot.update(self.isa, rule, &mut self.bias);
    }

    /// Weights and bias in the layout of the plan.
    pub fn values(&self) -> [Vec<f32>; 2] {
        let [_, _, channels] = self.input;
        let weights = channels_first(&self.weights, channels, self.output[2]);
        [weights, self.bias.clone()]
    }

    /// The optimizer's moments of weights and bias.
    pub fn moments(&self) -> [Moments; 2] {
        let [_, _, channels] = self.input;
        let first = |values: &[f32]| channels_first(values, channels, self.output[2]);
        [
            self.weight_slot.moments().map(first),
            self.bias_slot.moments(),
        ]
    }

    /// Takes up the optimizer's moments of weights and bias.
    pub fn restore(&mut self, [weights, bias]: [Moments; 2]) {
        let [_, _, channels] = self.input;
        let outputs = self.output[2];
        let weights = weights.map(|values| channels_last(values, channels, outputs));
        self.weight_slot.restore(weights);
        self.bias_slot.restore(bias);
    }
}
