//! The weights of a network as plain data, of which networks on any device are made, and into which
//! they are read back.

use super::plan::{TensorPlan, TensorRole};
use super::spec::NetworkSpec;
use crate::experiment::Stream;
use std::convert::Infallible;

/// The sizes of a network and the values of all its tensors, which may be infinite or no numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    spec: NetworkSpec,
    /// The tensors in the order of [`NetworkSpec::tensors`], each as long as its shape says.
    tensors: Vec<Vec<f32>>,
}

/// The values of a batch norm, one a feature in each slice.
#[derive(Clone, Copy, Debug)]
pub struct BatchNormValues<'a> {
    /// The factor.
    pub gamma: &'a [f32],
    /// The offset.
    pub beta: &'a [f32],
    /// The running mean.
    pub mean: &'a [f32],
    /// The running variance.
    pub variance: &'a [f32],
}

/// A convolution or dense layer has so many tensors: weight and bias.
const OF_LAYER: usize = 2;
/// A batch norm has so many tensors: γ, β, running mean and running variance.
const OF_BATCH_NORM: usize = 4;

impl Weights {
    /// The weights that training begins with: Glorot-uniform, with biases of zero (Glorot & Bengio
    /// 2010; Keras's default). The weights of a layer depend on the seed and on its place among the
    /// convolutions and dense layers alone, so that they are the same with batch norm and without.
    pub fn initial(spec: &NetworkSpec, seed: u64) -> Self {
        let Ok(weights) = Self::build(spec.clone(), |tensor| {
            Ok::<_, Infallible>(initial_values(tensor, seed))
        });
        weights
    }

    /// Builds weights of the values that `values` gives for each tensor, in order.
    ///
    /// # Errors
    /// The first error that `values` gives.
    ///
    /// # Panics
    /// Where there are more or fewer values than the tensor's shape has.
    pub fn build<E>(
        spec: NetworkSpec,
        mut values: impl FnMut(&TensorPlan) -> Result<Vec<f32>, E>,
    ) -> Result<Self, E> {
        let tensors = spec
            .tensors()
            .iter()
            .map(|plan| {
                let values = values(plan)?;
                assert_eq!(values.len(), plan.len(), "values of {}", plan.name);
                Ok(values)
            })
            .collect::<Result<_, E>>()?;
        Ok(Self { spec, tensors })
    }

    /// The network's sizes.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// The plan and the values of each tensor, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TensorPlan, &[f32])> {
        let values = self.tensors.iter().map(Vec::as_slice);
        self.spec.tensors().into_iter().zip(values)
    }

    /// The values of the tensors, in the order of [`NetworkSpec::tensors`].
    pub fn tensors(&self) -> &[Vec<f32>] {
        &self.tensors
    }

    /// The values of the tensors in the same order, without a copy.
    pub fn into_tensors(self) -> Vec<Vec<f32>> {
        self.tensors
    }

    /// The weight, `[out, in, row, column]`, and the bias of a convolution, counted from 0.
    ///
    /// # Panics
    /// Where there is no such convolution.
    pub fn conv(&self, index: usize) -> (&[f32], &[f32]) {
        assert!(index < self.spec.conv_count(), "convolution {index}");
        self.layer(index)
    }

    /// The weight, `[in, out]`, and the bias of a dense layer, counted from 0.
    ///
    /// # Panics
    /// Where there is no such layer.
    pub fn dense(&self, index: usize) -> (&[f32], &[f32]) {
        assert!(index < self.spec.dense_count(), "dense layer {index}");
        self.layer(self.spec.conv_count() + index)
    }

    /// A batch norm, counted from 0; none beyond the last one, or where batch norm is off. The
    /// batch norm `index` stands before the layer `index + 1`, counted over convolutions and dense
    /// layers.
    pub fn batch_norm(&self, index: usize) -> Option<BatchNormValues<'_>> {
        if !self.has_batch_norm() || index + 1 >= self.spec.layer_count() {
            return None;
        }
        let first = self.layer_start(index) + OF_LAYER;
        let [gamma, beta, mean, variance] = self.tensors.get(first..)?.first_chunk()?;
        Some(BatchNormValues {
            gamma,
            beta,
            mean,
            variance,
        })
    }

    /// The batch norm before a layer, counted over convolutions and dense layers.
    pub fn batch_norm_before(&self, layer: usize) -> Option<BatchNormValues<'_>> {
        self.batch_norm(layer.checked_sub(1)?)
    }

    /// Whether batch norm is on.
    pub fn has_batch_norm(&self) -> bool {
        self.spec.has_batch_norm()
    }

    /// Whether all weights are finite numbers.
    pub fn is_finite(&self) -> bool {
        let mut tensors = self.tensors.iter();
        tensors.all(|values| values.iter().all(|value| value.is_finite()))
    }

    /// The weight and the bias of a layer, counted over both kinds.
    fn layer(&self, layer: usize) -> (&[f32], &[f32]) {
        let start = self.layer_start(layer);
        (&self.tensors[start], &self.tensors[start + 1])
    }

    /// The weight and the bias of a layer, counted over both kinds, to be changed.
    pub(super) fn layer_mut(&mut self, layer: usize) -> [&mut Vec<f32>; OF_LAYER] {
        let start = self.layer_start(layer);
        let (weights, rest) = self.tensors[start..].split_at_mut(1);
        [&mut weights[0], &mut rest[0]]
    }

    /// The index of the first tensor of a layer, counted over both kinds. Behind each layer but the
    /// last stands a batch norm, or nowhere is one.
    fn layer_start(&self, layer: usize) -> usize {
        if self.has_batch_norm() {
            layer * (OF_LAYER + OF_BATCH_NORM)
        } else {
            layer * OF_LAYER
        }
    }
}

/// The values of a tensor before training.
fn initial_values(tensor: &TensorPlan, seed: u64) -> Vec<f32> {
    let count = tensor.len();
    match tensor.role {
        TensorRole::Weight {
            layer,
            fan_in,
            fan_out,
        } => {
            let limit = (6.0 / (fan_in + fan_out) as f64).sqrt() as f32;
            let mut stream = Stream::weights(seed, layer as u64);
            (0..count).map(|_| stream.symmetric(limit)).collect()
        }
        TensorRole::Bias | TensorRole::Beta | TensorRole::RunningMean => vec![0.0; count],
        TensorRole::Gamma | TensorRole::RunningVariance => vec![1.0; count],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::{BatchNorm, Preset};

    fn spec(preset: Preset) -> NetworkSpec {
        NetworkSpec::new(&preset.settings(), ImageSize::new(28, 28), 10).unwrap()
    }

    #[test]
    fn they_are_glorot_and_the_same_with_and_without_batch_norm() {
        let plain = Weights::initial(&spec(Preset::Cnn), 3);
        let normed = Weights::initial(&spec(Preset::Default), 3);
        for index in 0..2 {
            let (values, bias) = plain.dense(index);
            assert_eq!(values, normed.dense(index).0);
            let [input, output] = [values.len() / bias.len(), bias.len()];
            let limit = (6.0 / (input + output) as f32).sqrt();
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let square = values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32;
            assert!(values.iter().all(|v| v.abs() <= limit));
            assert!(mean.abs() < limit * 0.02, "{mean}");
            // The expected variance is that of a uniform distribution.
            assert!((square / (limit * limit / 3.0) - 1.0).abs() < 0.05);
            assert!(bias.iter().all(|&b| b == 0.0));
        }
        let other_seed = Weights::initial(plain.spec(), 4);
        assert_ne!(plain.conv(0).0, other_seed.conv(0).0);
    }

    #[test]
    fn a_layer_and_a_batch_norm_are_found_by_their_names() {
        for preset in Preset::ALL {
            let spec = spec(preset);
            let mut number = 0.0;
            let Ok(weights) = Weights::build(spec.clone(), |plan| {
                number += 1.0;
                Ok::<_, Infallible>(vec![number; plan.len()])
            });
            let named = |name: String| {
                let mut tensors = weights.iter();
                tensors.find(|(plan, _)| plan.name == name).unwrap().1
            };
            for index in 0..spec.conv_count() {
                let expected = ["weight", "bias"].map(|part| named(format!("conv.{index}.{part}")));
                assert_eq!(<[_; 2]>::from(weights.conv(index)), expected);
            }
            for index in 0..spec.dense_count() {
                let expected =
                    ["weight", "bias"].map(|part| named(format!("dense.{index}.{part}")));
                assert_eq!(<[_; 2]>::from(weights.dense(index)), expected);
            }
            let mut batch_norms = 0;
            while let Some(found) = weights.batch_norm(batch_norms) {
                let parts = ["gamma", "beta", "running_mean", "running_var"];
                let expected = parts.map(|part| named(format!("batch_norm.{batch_norms}.{part}")));
                assert_eq!(
                    [found.gamma, found.beta, found.mean, found.variance],
                    expected
                );
                batch_norms += 1;
            }
            let expected = match spec.batch_norm {
                BatchNorm::None => 0,
                BatchNorm::Channels | BatchNorm::Rows => spec.layer_count() - 1,
            };
            assert_eq!(batch_norms, expected, "{preset}");
        }
    }
}
