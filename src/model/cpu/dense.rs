//! A dense layer with its ReLU, forward and backward over a batch.

use super::Moments;
use super::slot::{Rule, Slot};
use overfit_kernels::{InstructionSet, OuterShape, Packed, Shape, add_outer};
use rayon::prelude::*;

/// Unused numbers between the features of an image and those of the next. Without them, features
/// whose count is a power of two would compete for the same places of the cache.
const GAP: usize = 16;

/// A dense layer of the network in training.
///
/// The weights lie in blocks of outputs, in the order in which the kernel reads them, and are
/// updated there. One thread works on a block at a time.
pub(super) struct DenseLayer {
    isa: InstructionSet,
    inputs: usize,
    outputs: usize,
    has_relu: bool,
    blocks: Vec<Packed>,
    slots: Vec<Slot>,
    bias_slot: Slot,
    /// The weights from outputs back to inputs, in blocks of inputs.
    transposed: Vec<Packed>,
    /// The input, `[image, feature]`, with [`stride`](Self::stride) numbers from image to image.
    pub features: Vec<f32>,
    /// The output, `[image, unit]`.
    pub activations: Vec<f32>,
    /// Memory to compute in, `[block, image, unit]`.
    room: Vec<f32>,
}

impl DenseLayer {
    /// A layer of these weights.
    ///
    /// # Shapes
    /// - `weights`: `[in, out]`
    /// - `bias`: `[out]`
    pub fn new(isa: InstructionSet, weights: &[f32], bias: &[f32], has_relu: bool) -> Self {
        let outputs = bias.len();
        let inputs = weights.len() / outputs.max(1);
        let width = isa.block();
        let mut blocks = Vec::new();
        for first in (0..outputs).step_by(width) {
            let bias = &bias[first..(first + width).min(outputs)];
            let weight = |input: usize, output: usize| weights[input * outputs + first + output];
            blocks.push(Packed::new(isa, inputs, bias, weight));
        }
        let padded = outputs.next_multiple_of(isa.lanes());
        let transposed = (0..inputs)
            .step_by(width)
            .map(|first| Packed::zeros(isa, padded, width.min(inputs - first)))
            .collect();
        Self {
            isa,
            inputs,
            outputs,
            has_relu,
            slots: blocks
                .iter()
                .map(|block| Slot::new(block.values().len()))
                .collect(),
            bias_slot: Slot::new(outputs),
            blocks,
            transposed,
            features: Vec::new(),
            activations: Vec::new(),
            room: Vec::new(),
        }
    }

    /// How many features an input image has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// How many numbers of `features` lie from the start of an image to that of the next.
    pub fn stride(&self) -> usize {
        self.inputs + GAP
    }

    /// How many blocks a thread takes at least: all of them where the layer is so small that waking
    /// another thread would take longer than the work.
    fn grain(&self) -> usize {
        const SMALL: usize = 1 << 16;
        if self.inputs * self.outputs < SMALL {
            usize::MAX
        } else {
            1
        }
    }

    /// Computes `activations` of the `features` of `count` images.
    pub fn forward(&mut self, count: usize) {
        let width = self.isa.block();
        self.room.resize(self.blocks.len() * count * width, 0.0);
        let shape = Shape {
            runs: 1,
            run: self.inputs,
            run_stride: 0,
            pixels: count,
            pixel_stride: self.stride(),
            lines: 1,
            line_stride: 0,
            output_stride: width,
            relu: self.has_relu,
            pool: false,
        };
        let (features, grain) = (&self.features, self.grain());
        self.blocks
            .par_iter()
            .zip(self.room.par_chunks_mut(count * width))
            .with_min_len(grain)
            .for_each(|(block, room)| block.sum(&shape, features, room, &mut Vec::new()));
        let outputs = self.outputs;
        self.activations.resize(count * outputs, 0.0);
        for (block, room) in self.room.chunks_exact(count * width).enumerate() {
            let first = block * width;
            let kept = width.min(outputs - first);
            let rows = self.activations.chunks_exact_mut(outputs);
            for (to, from) in rows.zip(room.chunks_exact(width)) {
                to[first..first + kept].copy_from_slice(&from[..kept]);
            }
        }
    }

    /// Computes the gradients of weights and bias from the gradient of the output before its ReLU,
    /// `[image, unit]`, and gives the gradient of `features`, `[image, feature]`, where it is
    /// wanted.
    pub fn backward(&mut self, count: usize, gradient: &[f32], is_wanted: bool) -> Vec<f32> {
        let (isa, width, outputs) = (self.isa, self.isa.block(), self.outputs);
        let padded = outputs.next_multiple_of(isa.lanes());
        let stride = padded + GAP;
        let mut spread = vec![0.0; count * stride];
        self.bias_slot.gradient.fill(0.0);
        for (to, from) in spread
            .chunks_exact_mut(stride)
            .zip(gradient.chunks_exact(outputs))
        {
            to[..outputs].copy_from_slice(from);
            for (sum, value) in self.bias_slot.gradient.iter_mut().zip(from) {
                *sum += value;
            }
        }
        let (features, feature_stride, inputs) = (&self.features, self.stride(), self.inputs);
        let grain = self.grain();
        let blocks = self.slots.par_iter_mut().enumerate().with_min_len(grain);
        blocks.for_each(|(block, slot)| {
            let first = block * width;
            let outputs = width.min(padded - first);
            slot.gradient.fill(0.0);
            let shape = OuterShape {
                lines: 1,
                pixels: count,
                inputs,
                input_strides: [feature_stride, 0],
                outputs,
                gradient_strides: [stride, 0],
                sum_stride: outputs,
            };
            let gradients = &spread[first..];
            add_outer(isa, &shape, features, gradients, &mut slot.gradient);
        });
        if !is_wanted {
            return Vec::new();
        }
        self.transpose();
        let shape = Shape {
            runs: 1,
            run: padded,
            run_stride: 0,
            pixels: count,
            pixel_stride: stride,
            lines: 1,
            line_stride: 0,
            output_stride: width,
            relu: false,
            pool: false,
        };
        self.room.resize(self.transposed.len() * count * width, 0.0);
        self.transposed
            .par_iter()
            .zip(self.room.par_chunks_mut(count * width))
            .with_min_len(grain)
            .for_each(|(block, room)| block.sum(&shape, &spread, room, &mut Vec::new()));
        let mut wanted = vec![0.0; count * inputs];
        for (block, room) in self.room.chunks_exact(count * width).enumerate() {
            let first = block * width;
            let kept = width.min(inputs - first);
            let rows = wanted.chunks_exact_mut(inputs);
            for (to, from) in rows.zip(room.chunks_exact(width)) {
                to[first..first + kept].copy_from_slice(&from[..kept]);
            }
        }
        wanted
    }

    /// Copies the weights into the order in which the way back reads them.
    fn transpose(&mut self) {
        let (width, lanes) = (self.isa.block(), self.isa.lanes());
        let (blocks, inputs, grain) = (&self.blocks, self.inputs, self.grain());
        let transposed = self.transposed.par_iter_mut().enumerate();
        transposed
            .with_min_len(grain)
            .for_each(|(number, transposed)| {
                let first = number * width;
                let kept = width.min(inputs - first);
                let row = kept.next_multiple_of(lanes);
                let mut to = transposed.values_mut();
                for block in blocks {
                    let outputs = block.bias().len();
                    let (here, rest) = to.split_at_mut(outputs * row);
                    to = rest;
                    let from = &block.values()[first * outputs..][..kept * outputs];
                    for (input, weights) in from.chunks_exact(outputs).enumerate() {
                        for (to, &weight) in here.chunks_exact_mut(row).zip(weights) {
                            to[input] = weight;
                        }
                    }
                }
            });
    }

    /// The sum of the squares of all gradients, added up row after row of `[in, out]`: how wide the
    /// kernel's blocks are makes no difference.
    pub fn gradient_squares(&self) -> f64 {
        let row = |input: usize| -> f64 {
            let pieces = self
                .slots
                .iter()
                .zip(&self.blocks)
                .flat_map(|(slot, block)| {
                    let first = input * block.bias().len();
                    &slot.gradient[first..first + block.outputs()]
                });
            pieces.map(|&value| f64::from(value).powi(2)).sum()
        };
        let rows: Vec<f64> = (0..self.inputs).into_par_iter().map(row).collect();
        rows.iter().sum::<f64>() + self.bias_slot.gradient_squares()
    }

    /// The gradients of weights and bias.
    pub fn slots(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.slots.iter_mut().chain([&mut self.bias_slot])
    }

    /// Updates weights and bias.
    pub fn update(&mut self, rule: &Rule) {
        let (isa, width, grain) = (self.isa, self.isa.block(), self.grain());
        self.blocks
            .par_iter_mut()
            .zip(&mut self.slots)
            .with_min_len(grain)
            .for_each(|(block, slot)| slot.update(isa, rule, block.values_mut()));
        let mut bias = self.bias();
        self.bias_slot.update(isa, rule, &mut bias);
        for (block, bias) in self.blocks.iter_mut().zip(bias.chunks(width)) {
            block.bias_mut()[..bias.len()].copy_from_slice(bias);
        }
    }

    fn bias(&self) -> Vec<f32> {
        let blocks = self.blocks.iter();
        let bias = blocks.flat_map(|block| &block.bias()[..block.outputs()]);
        bias.copied().collect()
    }

    /// Weights and bias in the layout of the plan.
    pub fn values(&self) -> [Vec<f32>; 2] {
        let weights: Vec<&[f32]> = self.blocks.iter().map(Packed::values).collect();
        [self.join(&weights), self.bias()]
    }

    /// The optimizer's moments of weights and bias.
    pub fn moments(&self) -> [Moments; 2] {
        let slots: Vec<Moments> = self.slots.iter().map(Slot::moments).collect();
        let joined = |part: fn(&Moments) -> &Vec<f32>| -> Vec<f32> {
            let parts: Vec<&[f32]> = slots.iter().map(|slot| part(slot).as_slice()).collect();
            if parts.iter().any(|part| part.is_empty()) {
                return Vec::new();
            }
            self.join(&parts)
        };
        let weights = Moments {
            steps: slots.first().map_or(0, |moments| moments.steps),
            first: joined(|moments| &moments.first),
            second: joined(|moments| &moments.second),
        };
        [weights, self.bias_slot.moments()]
    }

    /// Takes up the optimizer's moments of weights and bias.
    pub fn restore(&mut self, [weights, bias]: [Moments; 2]) {
        for (block, slot) in self.slots.iter_mut().enumerate() {
            let split = |values: &[f32]| {
                if values.is_empty() {
                    return Vec::new();
                }
                let first = block * self.isa.block();
                let width = self.blocks[block].bias().len();
                let kept = self.blocks[block].outputs();
                let mut own = vec![0.0; self.inputs * width];
                let rows = values.chunks_exact(self.outputs);
                for (to, from) in own.chunks_exact_mut(width).zip(rows) {
                    to[..kept].copy_from_slice(&from[first..first + kept]);
                }
                own
            };
            slot.restore(Moments {
                steps: weights.steps,
                first: split(&weights.first),
                second: split(&weights.second),
            });
        }
        self.bias_slot.restore(bias);
    }

    /// Joins blocks to one tensor, `[in, out]`.
    fn join(&self, blocks: &[&[f32]]) -> Vec<f32> {
        let mut joined = vec![0.0; self.inputs * self.outputs];
        for (number, (values, block)) in blocks.iter().zip(&self.blocks).enumerate() {
            let first = number * self.isa.block();
            let kept = block.outputs();
            let rows = joined.chunks_exact_mut(self.outputs);
            for (to, from) in rows.zip(values.chunks_exact(block.bias().len())) {
                to[first..first + kept].copy_from_slice(&from[..kept]);
            }
        }
        joined
    }
}
