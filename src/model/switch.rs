//! Batch norm on and off in mid-run, without a jump of the network's function.
//!
//! In evaluation a batch norm is y = s·x + t for each feature, with s = γ / √(variance + ε) and
//! t = β − mean·s. *Off* folds it into the layer that follows: W′ = W·s over the input features,
//! b′ = b + Σ W·t, which is exact because convolutions pad nothing and pools stand before it.
//! *On* inserts batch norms whose running statistics are measured, and whose γ = √(variance + ε)
//! and β = mean undo them.
//!
//! The arithmetic is done here in f64. Tensors that change get a new identity, so that the
//! optimizer's state of them starts anew.

use super::ModelError;
use super::network::{Activation, BATCH_NORM_EPSILON, Network, batch_norm, read};
use crate::experiment::{Architecture, BatchNorm as BatchNormKind};
use burn::module::{Module, Param};
use burn::nn::BatchNorm;
use burn::tensor::{Device, Tensor, TensorData};

impl Network {
    /// The same function without batch norm, each folded into the layer after it.
    ///
    /// # Errors
    /// Where it is over rows, or the device fails.
    pub fn without_batch_norm(mut self, device: &Device) -> Result<Self, ModelError> {
        if self.spec.batch_norm == BatchNormKind::Rows {
            return Err(ModelError::Switch {
                reason: "over rows it can't be folded into the next layer; start a new run",
            });
        }
        for (index, batch_norm) in std::mem::take(&mut self.batch_norm).iter().enumerate() {
            let affine = Affine::of(batch_norm)?;
            let layer = index + 1;
            let (weight, bias) = match layer.checked_sub(self.conv.len()) {
                None => {
                    let conv = &mut self.conv[layer];
                    fold_into(&mut conv.weight, &affine, Inputs::SecondAxis, device)
                        .map(|added| (added, &mut conv.bias))?
                }
                Some(layer) => {
                    let dense = &mut self.dense[layer];
                    fold_into(&mut dense.weight, &affine, Inputs::FirstAxis, device)
                        .map(|added| (added, &mut dense.bias))?
                }
            };
            add_to_bias(bias, &weight, device)?;
        }
        self.spec.batch_norm = BatchNormKind::None;
        Ok(self)
    }

    /// The same function with batch norm over channels before each layer but the first.
    ///
    /// # Shapes
    /// - each of `batches`: raw pixels 0 to 255, `[batch, row, column]`, on a device without
    ///   autodiff; the running statistics are measured over them
    ///
    /// # Errors
    /// Where there is no hidden layer or no batch, batch norm is on already, or the device fails.
    pub fn with_batch_norm(
        mut self,
        batches: impl IntoIterator<Item = Tensor<3>>,
        device: &Device,
    ) -> Result<Self, ModelError> {
        if self.spec.architecture == Architecture::Linear {
            let reason = "the linear network has no hidden layer to normalize";
            return Err(ModelError::Switch { reason });
        }
        if self.has_batch_norm() {
            let reason = "it is on already";
            return Err(ModelError::Switch { reason });
        }
        let layers = self.conv.len() + self.dense.len();
        let mut statistics: Vec<Statistics> = (1..layers).map(|_| Statistics::default()).collect();
        let evaluated = self.valid();
        for batch in batches {
            let mut failure = Ok(());
            let mut next = statistics.iter_mut();
            evaluated.forward_observed(batch, None, &mut |activation| {
                if let (Ok(()), Some(statistics)) = (&failure, next.next()) {
                    failure = statistics.add(activation);
                }
            });
            failure?;
        }
        for statistics in statistics {
            let values = statistics.into_identity()?;
            let momentum = self.spec.batch_norm_momentum;
            self.batch_norm.push(batch_norm(values, momentum, device));
        }
        self.spec.batch_norm = BatchNormKind::Channels;
        Ok(self)
    }
}

/// A batch norm in evaluation: y = scale·x + offset for each feature.
pub(super) struct Affine {
    pub scale: Vec<f64>,
    pub offset: Vec<f64>,
}

impl Affine {
    pub fn of(layer: &BatchNorm) -> Result<Self, ModelError> {
        let gamma = read(layer.gamma.val())?;
        let beta = read(layer.beta.val())?;
        let mean = read(layer.running_mean.value_sync())?;
        let variance = read(layer.running_var.value_sync())?;
        let scale: Vec<f64> = gamma
            .iter()
            .zip(&variance)
            .map(|(&gamma, &variance)| {
                f64::from(gamma) / (f64::from(variance) + layer.epsilon).sqrt()
            })
            .collect();
        let offset = beta
            .iter()
            .zip(&mean)
            .zip(&scale)
            .map(|((&beta, &mean), scale)| f64::from(beta) - f64::from(mean) * scale)
            .collect();
        Ok(Self { scale, offset })
    }
}

/// Which axis of a weight tensor its input features lie on.
#[derive(Clone, Copy)]
enum Inputs {
    /// Dense layers: `[in, out]`.
    FirstAxis,
    /// Convolutions: `[out, in, row, column]`.
    SecondAxis,
}

/// Multiplies the weights by the scale of their input, and returns Σ W·offset for each output.
fn fold_into<const D: usize>(
    weight: &mut Param<Tensor<D>>,
    affine: &Affine,
    inputs: Inputs,
    device: &Device,
) -> Result<Vec<f64>, ModelError> {
    let shape = weight.dims();
    let mut values = read(weight.val())?;
    // Elements between two neighbours of the first and of the second axis.
    let second_stride: usize = shape[2..].iter().product();
    let first_stride = shape[1] * second_stride;
    let outputs = match inputs {
        Inputs::FirstAxis => shape[1],
        Inputs::SecondAxis => shape[0],
    };
    let mut added = vec![0.0; outputs];
    for (place, value) in values.iter_mut().enumerate() {
        let first = place / first_stride;
        let second = place % first_stride / second_stride;
        let (input, output) = match inputs {
            Inputs::FirstAxis => (first, second),
            Inputs::SecondAxis => (second, first),
        };
        let before = f64::from(*value);
        added[output] += before * affine.offset[input];
        *value = (before * affine.scale[input]) as f32;
    }
    *weight = Param::from_data(TensorData::new(values, shape), device);
    Ok(added)
}

fn add_to_bias(
    bias: &mut Option<Param<Tensor<1>>>,
    added: &[f64],
    device: &Device,
) -> Result<(), ModelError> {
    if let Some(bias) = bias {
        let values: Vec<f32> = read(bias.val())?
            .iter()
            .zip(added)
            .map(|(&value, added)| (f64::from(value) + added) as f32)
            .collect();
        let shape = [values.len()];
        *bias = Param::from_data(TensorData::new(values, shape), device);
    }
    Ok(())
}

/// Mean and variance of each feature, merged batch by batch (Chan, Golub & LeVeque 1979).
#[derive(Default)]
struct Statistics {
    count: f64,
    mean: Vec<f64>,
    /// The sum of squared deviations from the mean.
    deviations: Vec<f64>,
}

impl Statistics {
    fn add(&mut self, activation: Activation) -> Result<(), ModelError> {
        let (values, features, stride) = match activation {
            Activation::Images(images) => {
                let [_, channels, rows, columns] = images.dims();
                (read(images)?, channels, rows * columns)
            }
            Activation::Features(features) => {
                let [_, units] = features.dims();
                (read(features)?, units, 1)
            }
        };
        self.mean.resize(features, 0.0);
        self.deviations.resize(features, 0.0);
        let count = (values.len() / features) as f64;
        let feature_of = |place: usize| place / stride % features;
        let mut mean = vec![0.0; features];
        for (place, &value) in values.iter().enumerate() {
            mean[feature_of(place)] += f64::from(value) / count;
        }
        let mut deviations = vec![0.0; features];
        for (place, &value) in values.iter().enumerate() {
            let feature = feature_of(place);
            deviations[feature] += (f64::from(value) - mean[feature]).powi(2);
        }
        let total = self.count + count;
        for feature in 0..features {
            let shift = mean[feature] - self.mean[feature];
            self.mean[feature] += shift * count / total;
            self.deviations[feature] +=
                deviations[feature] + shift * shift * self.count * count / total;
        }
        self.count = total;
        Ok(())
    }

    /// γ, β, running mean and running variance of a batch norm that changes nothing.
    fn into_identity(self) -> Result<[TensorData; 4], ModelError> {
        if self.count == 0.0 {
            let reason = "there is no training batch to measure its statistics on";
            return Err(ModelError::Switch { reason });
        }
        let data = |values: Vec<f32>| {
            let shape = [values.len()];
            TensorData::new(values, shape)
        };
        let mean: Vec<f32> = self.mean.iter().map(|&mean| mean as f32).collect();
        let variance: Vec<f32> = self
            .deviations
            .iter()
            .map(|deviations| (deviations / self.count) as f32)
            .collect();
        // From the rounded variance, the one that will be divided by.
        let gamma: Vec<f32> = variance
            .iter()
            .map(|&variance| (f64::from(variance) + BATCH_NORM_EPSILON).sqrt() as f32)
            .collect();
        Ok([data(gamma), data(mean.clone()), data(mean), data(variance)])
    }
}
