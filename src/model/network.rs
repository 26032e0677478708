//! The network on a device.

use super::plan::{KERNEL, LayerTensors, TensorPlan, TensorRole};
use super::spec::NetworkSpec;
use super::{ModelError, ops};
use crate::experiment::{BatchNorm as BatchNormKind, Stream};
use burn::module::{Module, Param, RunningState};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, TensorData};
use std::convert::Infallible;

/// Keras's epsilon of batch norm.
pub(super) const BATCH_NORM_EPSILON: f64 = 1e-3;

/// The network: convolutions, then dense layers, with a batch norm before each layer but the
/// first where batch norm is on.
///
/// That each batch norm stands right before a convolution or dense layer is what lets it be
/// folded into that layer. `batch_norm[i]` stands before layer i + 1, counted over both kinds;
/// the network of one hidden dense layer has it before the last layer alone, which is the same
/// rule.
#[derive(Module, Debug)]
pub struct Network {
    pub(super) conv: Vec<Conv2d>,
    pub(super) dense: Vec<Linear>,
    pub(super) batch_norm: Vec<BatchNorm>,
    #[module(skip)]
    pub(super) spec: NetworkSpec,
}

/// What goes into a layer, as a batch norm before it would see it.
pub(super) enum Activation {
    /// `[batch, channel, row, column]`
    Images(Tensor<4>),
    /// `[batch, feature]`
    Features(Tensor<2>),
}

impl Network {
    /// A network with its initial weights: Glorot-uniform, biases zero (Glorot & Bengio 2010;
    /// Keras's default). A layer's weights depend on the seed and its place among the
    /// convolutions and dense layers alone, so that with and without batch norm they are the
    /// same.
    pub fn new(spec: &NetworkSpec, seed: u64, device: &Device) -> Self {
        let built = Self::build(spec, device, |tensor| {
            Ok::<_, Infallible>(initial_values(tensor, seed))
        });
        match built {
            Ok(network) => network,
            Err(never) => match never {},
        }
    }

    /// A network whose tensors have the values that `values` gives for each.
    pub(super) fn build<E>(
        spec: &NetworkSpec,
        device: &Device,
        mut values: impl FnMut(&TensorPlan) -> Result<Vec<f32>, E>,
    ) -> Result<Self, E> {
        let mut network = Self {
            conv: Vec::new(),
            dense: Vec::new(),
            batch_norm: Vec::new(),
            spec: spec.clone(),
        };
        let mut data = |plan: &TensorPlan| {
            values(plan).map(|values| TensorData::new(values, plan.shape.clone()))
        };
        for layer in spec.layer_tensors() {
            match layer {
                LayerTensors::Conv2d([weight, bias]) => {
                    let channels = [weight.shape[1], weight.shape[0]];
                    let mut conv = Conv2dConfig::new(channels, [KERNEL; 2]).init(device);
                    conv.weight = Param::from_data(data(&weight)?, device);
                    conv.bias = Some(Param::from_data(data(&bias)?, device));
                    network.conv.push(conv);
                }
                LayerTensors::Dense([weight, bias]) => {
                    let [input, output] = [weight.shape[0], weight.shape[1]];
                    let mut dense = LinearConfig::new(input, output).init(device);
                    dense.weight = Param::from_data(data(&weight)?, device);
                    dense.bias = Some(Param::from_data(data(&bias)?, device));
                    network.dense.push(dense);
                }
                LayerTensors::BatchNorm([gamma, beta, mean, variance]) => {
                    let momentum = spec.batch_norm_momentum;
                    network.batch_norm.push(batch_norm(
                        [data(&gamma)?, data(&beta)?, data(&mean)?, data(&variance)?],
                        momentum,
                        device,
                    ));
                }
            }
        }
        Ok(network)
    }

    /// Its sizes.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// Whether batch norm is on.
    pub fn has_batch_norm(&self) -> bool {
        !self.batch_norm.is_empty()
    }

    /// Replaces the network by what becomes of it, without a copy of its tensors.
    pub fn replace_with(&mut self, change: impl FnOnce(Self) -> Self) {
        let network = Self {
            conv: std::mem::take(&mut self.conv),
            dense: std::mem::take(&mut self.dense),
            batch_norm: std::mem::take(&mut self.batch_norm),
            spec: self.spec.clone(),
        };
        *self = change(network);
    }

    /// Images to logits. In training on a device with autodiff, in evaluation mode otherwise
    /// (see [`Module::valid`]).
    ///
    /// # Shapes
    /// - `images`: raw pixels 0 to 255, `[batch, row, column]`
    /// - `dropout_mask`: factors of the hidden units, 0 or 1 / (1 − rate), `[batch, unit]`
    /// - output: `[batch, class]`
    pub fn forward(&self, images: Tensor<3>, dropout_mask: Option<Tensor<2>>) -> Tensor<2> {
        self.forward_observed(images, dropout_mask, &mut |_| {})
    }

    /// The same, showing `observe` what goes into each layer but the first, before the batch
    /// norm that may stand there.
    pub(super) fn forward_observed(
        &self,
        images: Tensor<3>,
        dropout_mask: Option<Tensor<2>>,
        observe: &mut dyn FnMut(Activation),
    ) -> Tensor<2> {
        let normalization = self.spec.normalization;
        let images = images
            .sub_scalar(normalization.mean)
            .div_scalar(normalization.std);
        let mut features = self.convolve(images, observe);
        for (index, dense) in self.dense.iter().enumerate() {
            let layer = self.conv.len() + index;
            if layer > 0 {
                observe(Activation::Features(features.clone()));
                features = self.normalize_features(layer, features);
            }
            let is_last = index + 1 == self.dense.len();
            if is_last
                && index > 0
                && let Some(mask) = &dropout_mask
            {
                features = features * mask.clone();
            }
            features = ops::dense(dense, features);
            if !is_last {
                features = ops::relu(features);
            }
        }
        features
    }

    /// The convolutions and the flatten after them.
    ///
    /// # Shapes
    /// - `images`: `[batch, row, column]`
    /// - output: `[batch, row · column · channel]`
    fn convolve(&self, images: Tensor<3>, observe: &mut dyn FnMut(Activation)) -> Tensor<2> {
        let [batch, rows, columns] = images.dims();
        if self.conv.is_empty() {
            return images.reshape([batch, rows * columns]);
        }
        let mut images: Tensor<4> = images.reshape([batch, 1, rows, columns]);
        for layer in 0..self.conv.len() {
            if layer > 0 {
                observe(Activation::Images(images.clone()));
            }
            images = self.convolution(layer, images);
            if is_pooled(layer) {
                images = ops::max_pool(images);
            }
        }
        let [_, channels, rows, columns] = images.dims();
        images
            .permute([0, 2, 3, 1])
            .reshape([batch, rows * columns * channels])
    }

    /// A convolution with the batch norm before it and the ReLU after it, without pooling.
    pub(super) fn convolution(&self, layer: usize, images: Tensor<4>) -> Tensor<4> {
        let images = if layer > 0 {
            self.normalize_images(layer, images)
        } else {
            images
        };
        ops::conv_relu(&self.conv[layer], images)
    }

    /// What each convolution gives after its ReLU, before any pooling.
    ///
    /// # Shapes
    /// - `images`: raw pixels 0 to 255, `[batch, row, column]`
    /// - output: `[batch, channel, row, column]` each
    pub(super) fn conv_activations(&self, images: Tensor<3>) -> Vec<Tensor<4>> {
        let normalization = self.spec.normalization;
        let [batch, rows, columns] = images.dims();
        let mut images: Tensor<4> = images
            .sub_scalar(normalization.mean)
            .div_scalar(normalization.std)
            .reshape([batch, 1, rows, columns]);
        let mut activations = Vec::with_capacity(self.conv.len());
        for layer in 0..self.conv.len() {
            images = self.convolution(layer, images);
            activations.push(images.clone());
            if is_pooled(layer) {
                images = ops::max_pool(images);
            }
        }
        activations
    }

    /// Batch norm before a convolution, where it is on.
    fn normalize_images(&self, layer: usize, images: Tensor<4>) -> Tensor<4> {
        let Some(batch_norm) = self.batch_norm.get(layer - 1) else {
            return images;
        };
        match self.spec.batch_norm {
            BatchNormKind::Rows => {
                let rows_first = images.swap_dims(1, 2);
                ops::batch_norm(batch_norm, rows_first).swap_dims(1, 2)
            }
            BatchNormKind::Channels | BatchNormKind::None => ops::batch_norm(batch_norm, images),
        }
    }

    /// Batch norm before a dense layer, where it is on.
    fn normalize_features(&self, layer: usize, features: Tensor<2>) -> Tensor<2> {
        match self.batch_norm.get(layer - 1) {
            Some(batch_norm) => ops::batch_norm(batch_norm, features),
            None => features,
        }
    }
}

/// Two convolutions a block, then its pool.
pub(super) fn is_pooled(layer: usize) -> bool {
    layer % 2 == 1
}

/// A batch norm of γ, β, running mean and running variance. Momentum in Keras's sense.
pub(super) fn batch_norm(values: [TensorData; 4], momentum: f64, device: &Device) -> BatchNorm {
    let [gamma, beta, mean, variance] = values;
    let features = gamma.num_elements();
    let mut layer = BatchNormConfig::new(features)
        .with_epsilon(BATCH_NORM_EPSILON)
        // burn counts how much of the running statistics a step replaces, Keras what it keeps.
        .with_momentum(1.0 - momentum)
        .init(device);
    layer.gamma = Param::from_data(gamma, device);
    layer.beta = Param::from_data(beta, device);
    layer.running_mean = RunningState::new(Tensor::from_data(mean, device));
    layer.running_var = RunningState::new(Tensor::from_data(variance, device));
    layer
}

/// A tensor's values before training.
fn initial_values(tensor: &TensorPlan, seed: u64) -> Vec<f32> {
    let count = tensor.shape.iter().product();
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

/// A tensor's values on this side, waiting for the device.
pub(super) fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ModelError> {
    let data = tensor.try_into_data()?;
    let values = data.as_slice::<f32>().map_err(|err| ModelError::Device {
        reason: err.to_string(),
    })?;
    Ok(values.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, Settings};
    use crate::model::layer_table;

    fn network(preset: Preset, edit: impl Fn(&mut Settings), device: &Device) -> Network {
        let mut settings = preset.settings();
        settings.network.width = 0.125;
        edit(&mut settings);
        let spec = NetworkSpec::new(&settings, [28, 28], 10).unwrap();
        Network::new(&spec, 3, device)
    }

    fn digits(count: usize) -> Tensor<3> {
        let pixels: Vec<f32> = (0..count * 784).map(|i| (i * 31 % 256) as f32).collect();
        Tensor::from_data(TensorData::new(pixels, [count, 28, 28]), &Device::flex())
    }

    #[test]
    fn it_has_the_parameters_that_its_table_says() {
        let device = Device::flex();
        for preset in Preset::ALL {
            let network = network(preset, |s| s.network.width = 1.0, &device);
            let table = layer_table(network.spec());
            assert_eq!(network.num_params(), table.parameters, "{preset}");
            let logits = network.valid().forward(digits(2), None);
            assert_eq!(logits.dims(), [2, 10]);
        }
    }

    #[test]
    fn weights_are_glorot_and_the_same_with_and_without_batch_norm() {
        let device = Device::flex();
        let plain = network(Preset::Cnn, |s| s.network.width = 1.0, &device);
        let normed = network(Preset::Default, |s| s.network.width = 1.0, &device);
        for (one, other) in plain.dense.iter().zip(&normed.dense) {
            let values = read(one.weight.val()).unwrap();
            assert_eq!(values, read(other.weight.val()).unwrap());
            let [input, output] = one.weight.dims();
            let limit = (6.0 / (input + output) as f32).sqrt();
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let square = values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32;
            assert!(values.iter().all(|v| v.abs() <= limit));
            assert!(mean.abs() < limit * 0.02, "{mean}");
            // The variance of a uniform distribution.
            assert!((square / (limit * limit / 3.0) - 1.0).abs() < 0.05);
            let bias = one.bias.as_ref().unwrap().val();
            assert!(read(bias).unwrap().iter().all(|&b| b == 0.0));
        }
        let other_seed = Network::new(plain.spec(), 4, &device);
        assert_ne!(
            read(plain.conv[0].weight.val()).unwrap(),
            read(other_seed.conv[0].weight.val()).unwrap()
        );
    }

    #[test]
    fn the_hidden_units_come_in_row_column_channel_order() {
        let device = Device::flex();
        let network = network(Preset::Cnn, |s| s.network.conv_blocks = 1, &device);
        let mut flat = None;
        let mut images = None;
        network.forward_observed(digits(1), None, &mut |activation| match activation {
            Activation::Features(features) if flat.is_none() => flat = Some(features),
            Activation::Images(last) => images = Some(last),
            Activation::Features(_) => {}
        });
        let pooled = ops::max_pool(ops::conv_relu(&network.conv[1], images.unwrap()));
        let [_, channels, rows, columns] = pooled.dims();
        let (flat, pooled) = (read(flat.unwrap()).unwrap(), read(pooled).unwrap());
        for (place, value) in flat.iter().enumerate() {
            let (pixel, channel) = (place / channels, place % channels);
            assert_eq!(*value, pooled[channel * rows * columns + pixel]);
        }
    }

    #[test]
    fn the_mask_drops_hidden_units() {
        let device = Device::flex();
        let network = network(Preset::Dense, |_| {}, &device);
        let units = network.spec().hidden_units;
        let none: Tensor<2> = Tensor::zeros([2, units], &device);
        let logits = read(network.forward(digits(2), Some(none))).unwrap();
        assert!(logits.iter().all(|&logit| logit == 0.0));
        let all: Tensor<2> = Tensor::ones([2, units], &device);
        assert_eq!(
            read(network.forward(digits(2), Some(all))).unwrap(),
            read(network.forward(digits(2), None)).unwrap()
        );
    }
}
