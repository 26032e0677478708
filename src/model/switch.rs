//! Switches batch norm on and off in mid-run, without a jump in what the network computes.
//!
//! In evaluation a batch norm is y = s·x + t for each feature, with s = γ / √(variance + ε) and t =
//! β − mean·s. Switching it *off* folds it into the layer that follows: W′ = W·s over the input
//! features, b′ = b + Σ W·t. That is exact because convolutions pad nothing and pools stand before
//! the batch norm. Switching it *on* inserts batch norms whose running statistics are measured, and
//! whose γ = √(variance + ε) and β = mean undo them.
//!
//! The arithmetic is done in f64. The tensors that have changed are named, so that the optimizer's
//! state of them starts anew.

use super::ModelError;
use super::plan::{BATCH_NORM_EPSILON, KERNEL, TensorRole};
use super::predict::CpuNetwork;
use super::state::{BatchNormValues, Weights};
use crate::experiment::{Architecture, BatchNorm as BatchNormKind};
use overfit_kernels::InstructionSet;

/// Weights with batch norm switched, and what has changed in them.
#[derive(Clone, Debug)]
pub struct Switched {
    /// The weights, which compute the same function as before.
    pub weights: Weights,
    /// The names of the tensors that are new or have other values.
    pub touched: Vec<String>,
}

impl Weights {
    /// Makes weights of the same function without batch norm, by folding each batch norm into the
    /// layer after it.
    ///
    /// # Errors
    /// Where batch norm is over rows.
    pub fn without_batch_norm(self) -> Result<Switched, ModelError> {
        if self.spec().batch_norm == BatchNormKind::Rows {
            return Err(ModelError::Switch {
                reason: "over rows it can't be folded into the next layer; start a new run",
            });
        }
        let folded: Vec<Affine> = (0..)
            .map_while(|index| self.batch_norm(index))
            .map(Affine::of)
            .collect();
        let mut spec = self.spec().clone();
        spec.batch_norm = BatchNormKind::None;
        let mut kept = self.of_layers();
        let mut weights = Weights::build(spec, |_| {
            kept.next().ok_or(ModelError::Switch {
                reason: "the weights of a layer are missing",
            })
        })?;
        let plans = weights.spec().tensors();
        let conv_count = weights.spec().conv_count();
        let mut touched = Vec::new();
        for (index, affine) in folded.iter().enumerate() {
            let layer = index + 1;
            let inputs = if layer < conv_count {
                Inputs::SecondAxis
            } else {
                Inputs::FirstAxis
            };
            let [weight, bias] = weights.layer_mut(layer);
            fold_into(weight, bias, affine, inputs);
            touched.extend(plans[2 * layer..][..2].iter().map(|plan| plan.name.clone()));
        }
        Ok(Switched { weights, touched })
    }

    /// Makes weights of the same function with batch norm over channels before each layer but the
    /// first.
    ///
    /// # Shapes
    /// - each of `batches`: raw pixels 0 to 255, `[image, row, column]`, over which the running
    ///   statistics are measured
    ///
    /// # Errors
    /// Where there is no hidden layer or no batch, or batch norm is on already.
    pub fn with_batch_norm(
        self,
        batches: impl IntoIterator<Item = Vec<f32>>,
    ) -> Result<Switched, ModelError> {
        if self.spec().architecture == Architecture::Linear {
            let reason = "the linear network has no hidden layer to normalize";
            return Err(ModelError::Switch { reason });
        }
        if self.has_batch_norm() {
            let reason = "it is on already";
            return Err(ModelError::Switch { reason });
        }
        let mut spec = self.spec().clone();
        spec.batch_norm = BatchNormKind::Channels;
        let plans = spec.tensors();
        let mut statistics: Vec<Statistics> = plans
            .iter()
            .filter(|plan| plan.role == TensorRole::Gamma)
            .map(|plan| Statistics::new(plan.len()))
            .collect();
        let network = CpuNetwork::new(&self, InstructionSet::usual());
        for batch in batches {
            for image in batch.chunks_exact(spec.rows * spec.columns) {
                network.observe(image, &mut |layer, input| statistics[layer - 1].add(input));
            }
        }
        let mut kept = self.of_layers();
        let mut measured = Vec::new();
        for statistics in statistics {
            measured.extend(statistics.into_identity()?);
        }
        let mut measured = measured.into_iter();
        let mut touched = Vec::new();
        let weights = Weights::build(spec, |plan| {
            let values = match plan.role {
                TensorRole::Weight { .. } | TensorRole::Bias => kept.next(),
                TensorRole::Gamma
                | TensorRole::Beta
                | TensorRole::RunningMean
                | TensorRole::RunningVariance => {
                    touched.push(plan.name.clone());
                    measured.next()
                }
            };
            values.ok_or(ModelError::Switch {
                reason: "the weights of a layer are missing",
            })
        })?;
        Ok(Switched { weights, touched })
    }

    /// The tensors of the convolutions and dense layers, in order.
    fn of_layers(self) -> impl Iterator<Item = Vec<f32>> {
        let plans = self.spec().tensors();
        let tensors = plans.into_iter().zip(self.into_tensors());
        tensors.filter_map(|(plan, values)| match plan.role {
            TensorRole::Weight { .. } | TensorRole::Bias => Some(values),
            TensorRole::Gamma
            | TensorRole::Beta
            | TensorRole::RunningMean
            | TensorRole::RunningVariance => None,
        })
    }
}

/// A batch norm in evaluation: y = scale·x + offset for each feature.
pub(super) struct Affine {
    pub scale: Vec<f64>,
    pub offset: Vec<f64>,
}

impl Affine {
    pub fn of(layer: BatchNormValues<'_>) -> Self {
        let scale: Vec<f64> = layer
            .gamma
            .iter()
            .zip(layer.variance)
            .map(|(&gamma, &variance)| {
                f64::from(gamma) / (f64::from(variance) + BATCH_NORM_EPSILON).sqrt()
            })
            .collect();
        let offset = layer
            .beta
            .iter()
            .zip(layer.mean)
            .zip(&scale)
            .map(|((&beta, &mean), scale)| f64::from(beta) - f64::from(mean) * scale)
            .collect();
        Self { scale, offset }
    }
}

/// The axis of a weight tensor on which its input features lie.
#[derive(Clone, Copy)]
enum Inputs {
    /// The first axis, as in dense layers: `[in, out]`.
    FirstAxis,
    /// The second axis, as in convolutions: `[out, in, row, column]`.
    SecondAxis,
}

/// Multiplies the weights by the scale of their input, and adds Σ W·offset to each output's bias.
fn fold_into(weight: &mut [f32], bias: &mut [f32], affine: &Affine, inputs: Inputs) {
    let outputs = bias.len();
    let mut added = vec![0.0; outputs];
    for (place, value) in weight.iter_mut().enumerate() {
        let (input, output) = match inputs {
            Inputs::FirstAxis => (place / outputs, place % outputs),
            Inputs::SecondAxis => {
                let window = place / (KERNEL * KERNEL);
                (window % affine.scale.len(), window / affine.scale.len())
            }
        };
        let before = f64::from(*value);
        added[output] += before * affine.offset[input];
        *value = (before * affine.scale[input]) as f32;
    }
    for (bias, added) in bias.iter_mut().zip(added) {
        *bias = (f64::from(*bias) + added) as f32;
    }
}

/// The mean and variance of each feature, merged image by image (Chan, Golub & LeVeque 1979).
struct Statistics {
    count: f64,
    mean: Vec<f64>,
    /// The sum of squared deviations from the mean.
    deviations: Vec<f64>,
}

impl Statistics {
    fn new(features: usize) -> Self {
        Self {
            count: 0.0,
            mean: vec![0.0; features],
            deviations: vec![0.0; features],
        }
    }

    /// Takes what goes into a layer for one image. Features are the last axis.
    fn add(&mut self, input: &[f32]) {
        let features = self.mean.len();
        let count = (input.len() / features) as f64;
        let mut mean = vec![0.0; features];
        for pixel in input.chunks_exact(features) {
            for (mean, &value) in mean.iter_mut().zip(pixel) {
                *mean += f64::from(value) / count;
            }
        }
        let mut deviations = vec![0.0; features];
        for pixel in input.chunks_exact(features) {
            for ((sum, mean), &value) in deviations.iter_mut().zip(&mean).zip(pixel) {
                *sum += (f64::from(value) - mean).powi(2);
            }
        }
        let total = self.count + count;
        for feature in 0..features {
            let shift = mean[feature] - self.mean[feature];
            self.mean[feature] += shift * count / total;
            self.deviations[feature] +=
                deviations[feature] + shift * shift * self.count * count / total;
        }
        self.count = total;
    }

    /// γ, β, running mean and running variance of the batch norm with these statistics that changes
    /// nothing.
    fn into_identity(self) -> Result<[Vec<f32>; 4], ModelError> {
        if self.count == 0.0 {
            let reason = "there is no training batch to measure its statistics on";
            return Err(ModelError::Switch { reason });
        }
        let mean: Vec<f32> = self.mean.iter().map(|&mean| mean as f32).collect();
        let variance: Vec<f32> = self
            .deviations
            .iter()
            .map(|deviations| (deviations / self.count) as f32)
            .collect();
        // γ is computed from the rounded variance, since that is what will be divided by.
        let gamma: Vec<f32> = variance
            .iter()
            .map(|&variance| (f64::from(variance) + BATCH_NORM_EPSILON).sqrt() as f32)
            .collect();
        Ok([gamma, mean.clone(), mean, variance])
    }
}
