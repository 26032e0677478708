//! The network on a device, as burn computes it. It is made of plain weights and read back into
//! them.

use super::plan::{BATCH_NORM_EPSILON, KERNEL, LayerTensors, TensorPlan, is_pooled};
use super::spec::NetworkSpec;
use super::state::Weights;
use super::{ModelError, ops};
use crate::experiment::BatchNorm as BatchNormKind;
use burn::module::{Module, Param, RunningState};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, TensorData};

/// The network: convolutions, then dense layers, with a batch norm before each layer but the first
/// where batch norm is on.
///
/// Each batch norm stands right before a convolution or a dense layer, so that it can be folded
/// into that layer. `batch_norm[i]` stands before layer i + 1, counted over both kinds. In the
/// network of one hidden dense layer, that leaves one batch norm, before the last layer.
#[derive(Module, Debug)]
pub struct Network {
    conv: Vec<Conv2d>,
    dense: Vec<Linear>,
    batch_norm: Vec<BatchNorm>,
    #[module(skip)]
    spec: NetworkSpec,
}

/// An update of each trained tensor of a network.
pub trait UpdateTensor {
    /// Gives the new tensor of this name, on a device without autodiff. The present one is on a
    /// device with autodiff, and stays where none is given.
    fn update<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Option<Tensor<D>>;
}

impl Network {
    /// A network with these weights, on a device with autodiff or without.
    pub fn new(weights: &Weights, device: &Device) -> Self {
        let spec = weights.spec();
        let mut network = Self {
            conv: Vec::new(),
            dense: Vec::new(),
            batch_norm: Vec::new(),
            spec: spec.clone(),
        };
        let mut values = weights.tensors().iter();
        let mut data = |plan: &TensorPlan| {
            let values = values.next().cloned().unwrap_or_default();
            TensorData::new(values, plan.shape.clone())
        };
        for layer in spec.layer_tensors() {
            match layer {
                LayerTensors::Conv2d([weight, bias]) => {
                    let channels = [weight.shape[1], weight.shape[0]];
                    let mut conv = Conv2dConfig::new(channels, [KERNEL; 2]).init(device);
                    conv.weight = Param::from_data(data(&weight), device);
                    conv.bias = Some(Param::from_data(data(&bias), device));
                    network.conv.push(conv);
                }
                LayerTensors::Dense([weight, bias]) => {
                    let [input, output] = [weight.shape[0], weight.shape[1]];
                    let mut dense = LinearConfig::new(input, output).init(device);
                    dense.weight = Param::from_data(data(&weight), device);
                    dense.bias = Some(Param::from_data(data(&bias), device));
                    network.dense.push(dense);
                }
                LayerTensors::BatchNorm(plans) => {
                    let values = plans.each_ref().map(&mut data);
                    let momentum = spec.batch_norm_momentum;
                    let batch_norm = batch_norm(values, momentum, device);
                    network.batch_norm.push(batch_norm);
                }
            }
        }
        network
    }

    /// Reads the weights as they are now, which waits for the device.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn weights(&self) -> Result<Weights, ModelError> {
        let mut tensors = Vec::new();
        for layer in 0..self.spec.layer_count() {
            let bias = match layer.checked_sub(self.conv.len()) {
                None => {
                    tensors.push(read(self.conv[layer].weight.val())?);
                    &self.conv[layer].bias
                }
                Some(dense) => {
                    tensors.push(read(self.dense[dense].weight.val())?);
                    &self.dense[dense].bias
                }
            };
            tensors.push(match bias {
                Some(bias) => read(bias.val())?,
                None => Vec::new(),
            });
            if let Some(batch_norm) = self.batch_norm.get(layer) {
                tensors.push(read(batch_norm.gamma.val())?);
                tensors.push(read(batch_norm.beta.val())?);
                tensors.push(read(batch_norm.running_mean.value_sync())?);
                tensors.push(read(batch_norm.running_var.value_sync())?);
            }
        }
        let mut tensors = tensors.into_iter();
        Weights::build(self.spec.clone(), |_| {
            Ok(tensors.next().unwrap_or_default())
        })
    }

    /// Updates each trained tensor.
    pub fn update(&mut self, update: &mut impl UpdateTensor) {
        for (index, conv) in self.conv.iter_mut().enumerate() {
            update_param(update, &format!("conv.{index}.weight"), &mut conv.weight);
            update_bias(update, &format!("conv.{index}.bias"), &mut conv.bias);
        }
        for (index, dense) in self.dense.iter_mut().enumerate() {
            update_param(update, &format!("dense.{index}.weight"), &mut dense.weight);
            update_bias(update, &format!("dense.{index}.bias"), &mut dense.bias);
        }
        for (index, layer) in self.batch_norm.iter_mut().enumerate() {
            update_param(
                update,
                &format!("batch_norm.{index}.gamma"),
                &mut layer.gamma,
            );
            update_param(update, &format!("batch_norm.{index}.beta"), &mut layer.beta);
        }
    }

    /// The network's sizes.
    pub fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// Computes logits of images: in training mode on a device with autodiff, otherwise in
    /// evaluation mode (see [`Module::valid`]).
    ///
    /// # Shapes
    /// - `images`: raw pixels 0 to 255, `[batch, row, column]`
    /// - `dropout_mask`: factors of the hidden units, 0 or 1 / (1 − rate), `[batch, unit]`
    /// - output: `[batch, class]`
    pub fn forward(&self, images: Tensor<3>, dropout_mask: Option<Tensor<2>>) -> Tensor<2> {
        let normalization = self.spec.normalization;
        let images = images
            .sub_scalar(normalization.mean)
            .div_scalar(normalization.std);
        let mut features = self.convolve(images);
        for (index, dense) in self.dense.iter().enumerate() {
            let layer = self.conv.len() + index;
            if layer > 0 {
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

    /// Computes the convolutions and the flatten after them.
    ///
    /// # Shapes
    /// - `images`: `[batch, row, column]`
    /// - output: `[batch, row · column · channel]`
    fn convolve(&self, images: Tensor<3>) -> Tensor<2> {
        let [batch, rows, columns] = images.dims();
        if self.conv.is_empty() {
            return images.reshape([batch, rows * columns]);
        }
        let mut images: Tensor<4> = images.reshape([batch, 1, rows, columns]);
        for layer in 0..self.conv.len() {
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

    /// Computes a convolution with the batch norm before it and the ReLU after it, without pooling.
    fn convolution(&self, layer: usize, images: Tensor<4>) -> Tensor<4> {
        let images = if layer > 0 {
            self.normalize_images(layer, images)
        } else {
            images
        };
        ops::conv_relu(&self.conv[layer], images)
    }

    /// Computes the batch norm before a convolution, where batch norm is on.
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

    /// Computes the batch norm before a dense layer, where batch norm is on.
    fn normalize_features(&self, layer: usize, features: Tensor<2>) -> Tensor<2> {
        match self.batch_norm.get(layer - 1) {
            Some(batch_norm) => ops::batch_norm(batch_norm, features),
            None => features,
        }
    }
}

/// Makes a batch norm of γ, β, running mean and running variance. The momentum is what Keras calls
/// by that name.
fn batch_norm(values: [TensorData; 4], momentum: f64, device: &Device) -> BatchNorm {
    let [gamma, beta, mean, variance] = values;
    let features = gamma.num_elements();
    let mut layer = BatchNormConfig::new(features)
        .with_epsilon(BATCH_NORM_EPSILON)
        // burn's momentum is the share of the running statistics that a step replaces, Keras's the
        // share that it keeps.
        .with_momentum(1.0 - momentum)
        .init(device);
    layer.gamma = Param::from_data(gamma, device);
    layer.beta = Param::from_data(beta, device);
    layer.running_mean = RunningState::new(Tensor::from_data(mean, device));
    layer.running_var = RunningState::new(Tensor::from_data(variance, device));
    layer
}

fn update_param<const D: usize>(
    update: &mut impl UpdateTensor,
    name: &str,
    param: &mut Param<Tensor<D>>,
) {
    if let Some(updated) = update.update(name, param.val()) {
        *param = Param::from_tensor(Tensor::from_inner(updated));
    }
}

fn update_bias(update: &mut impl UpdateTensor, name: &str, bias: &mut Option<Param<Tensor<1>>>) {
    if let Some(bias) = bias {
        update_param(update, name, bias);
    }
}

/// Reads a tensor's values from its device, which waits for the device.
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
    use crate::experiment::ImageSize;
    use crate::experiment::{Preset, Settings};
    use crate::model::{layer_table, testing};

    fn network(preset: Preset, edit: impl Fn(&mut Settings), device: &Device) -> Network {
        let mut settings = preset.settings();
        settings.network.width = 0.125;
        edit(&mut settings);
        let spec = NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap();
        Network::new(&Weights::initial(&spec, 3), device)
    }

    fn digits(count: usize, device: &Device) -> Tensor<3> {
        let pixels: Vec<f32> = (0..count * 784).map(|i| (i * 31 % 256) as f32).collect();
        Tensor::from_data(TensorData::new(pixels, [count, 28, 28]), device)
    }

    #[test]
    fn it_has_the_parameters_that_its_table_says() {
        let Some(device) = testing::gpu() else {
            return;
        };
        for preset in Preset::ALL {
            let network = network(preset, |s| s.network.width = 1.0, &device);
            let table = layer_table(network.spec());
            assert_eq!(network.num_params(), table.parameters, "{preset}");
            let logits = network.valid().forward(digits(2, &device), None);
            assert_eq!(logits.dims(), [2, 10]);
        }
    }

    #[test]
    fn the_weights_read_are_those_given() {
        let Some(device) = testing::gpu() else {
            return;
        };
        for device in [device.clone(), device.autodiff()] {
            for preset in Preset::ALL {
                let spec = network(preset, |_| {}, &device).spec;
                let mut next = 0.0;
                let given = Weights::build(spec, |plan| {
                    let numbers = (0..plan.len()).map(|_| {
                        next += 1.0;
                        next
                    });
                    Ok::<_, ModelError>(numbers.collect())
                })
                .unwrap();
                let read = Network::new(&given, &device).weights().unwrap();
                assert_eq!(read, given, "{preset}");
            }
        }
    }

    /// An update that doubles what is trained, and notes the names.
    struct Double(Vec<String>);

    impl UpdateTensor for Double {
        fn update<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Option<Tensor<D>> {
            self.0.push(name.into());
            Some(tensor.inner().mul_scalar(2.0))
        }
    }

    #[test]
    fn each_trained_tensor_is_updated_under_its_name() {
        let Some(device) = testing::gpu() else {
            return;
        };
        let mut network = network(Preset::Default, |_| {}, &device.autodiff());
        let before = network.weights().unwrap();
        let mut double = Double(Vec::new());
        network.update(&mut double);
        let after = network.weights().unwrap();
        let mut trained = 0;
        for ((plan, before), after) in before.iter().zip(after.tensors()) {
            let factor = if plan.is_trained() { 2.0 } else { 1.0 };
            let expected: Vec<f32> = before.iter().map(|value| factor * value).collect();
            assert_eq!(*after, expected, "{}", plan.name);
            assert_eq!(plan.is_trained(), double.0.contains(&plan.name));
            trained += usize::from(plan.is_trained());
        }
        assert_eq!(double.0.len(), trained);
    }

    #[test]
    fn the_hidden_units_come_in_row_column_channel_order() {
        let Some(device) = testing::gpu() else {
            return;
        };
        let network = network(Preset::Cnn, |s| s.network.conv_blocks = 1, &device);
        let images = digits(1, &device).reshape([1, 1, 28, 28]);
        let pooled = ops::max_pool(network.convolution(1, network.convolution(0, images)));
        let [_, channels, rows, columns] = pooled.dims();
        let flat = read(network.convolve(digits(1, &device))).unwrap();
        let pooled = read(pooled).unwrap();
        for (place, value) in flat.iter().enumerate() {
            let (pixel, channel) = (place / channels, place % channels);
            assert_eq!(*value, pooled[channel * rows * columns + pixel]);
        }
    }

    #[test]
    fn the_mask_drops_hidden_units() {
        let Some(device) = testing::gpu() else {
            return;
        };
        let network = network(Preset::Dense, |_| {}, &device);
        let units = network.spec().hidden_units;
        let none: Tensor<2> = Tensor::zeros([2, units], &device);
        let logits = read(network.forward(digits(2, &device), Some(none))).unwrap();
        assert!(logits.iter().all(|&logit| logit == 0.0));
        let all: Tensor<2> = Tensor::ones([2, units], &device);
        assert_eq!(
            read(network.forward(digits(2, &device), Some(all))).unwrap(),
            read(network.forward(digits(2, &device), None)).unwrap()
        );
    }
}
