//! The network as it predicts on the CPU: the same function, computed in fewer and larger steps.
//!
//! Batch norm is folded into the layers that follow, and a convolution is one of lines instead of
//! images, which burn-flex computes as matrix products on pixels copied a row at a time; over
//! images it copies each pixel nine times, one by one.

use super::ModelError;
use super::network::{Network, is_pooled};
use super::ops::{self, Pool};
use super::plan::KERNEL;
use crate::experiment::BatchNorm;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

/// Output pixels beyond which burn-flex copies all the same.
const MOST_PIXELS: usize = 800;

/// A network that only predicts.
pub struct PredictingNetwork {
    /// Without autodiff.
    network: Network,
    /// The weights of each convolution as [`ops::conv_relu_lines`] takes them; none where
    /// convolutions are of images.
    lines: Vec<Tensor<3>>,
}

impl PredictingNetwork {
    /// A snapshot of a network for the CPU.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn for_cpu(network: &Network, device: &Device) -> Result<Self, ModelError> {
        let mut network = network.valid();
        // Over rows it can't be folded.
        if network.spec.batch_norm == BatchNorm::Channels {
            network = network.without_batch_norm(device)?;
        }
        let lines = network
            .conv
            .iter()
            .enumerate()
            .map(|(layer, conv)| {
                let weight = conv.weight.val();
                let [output, input, rows, columns] = weight.dims();
                // A kernel that isn't split has channels enough even where the image has one.
                if layer == 0 {
                    weight
                        .permute([0, 2, 3, 1])
                        .reshape([output, rows * columns * input, 1])
                } else {
                    weight
                        .permute([0, 2, 1, 3])
                        .reshape([output, rows * input, columns])
                }
            })
            .collect();
        Ok(Self { network, lines })
    }

    /// A snapshot of a network for any device, computed as in training.
    pub fn as_trained(network: &Network) -> Self {
        Self {
            network: network.valid(),
            lines: Vec::new(),
        }
    }

    /// Images to logits.
    ///
    /// # Shapes
    /// - `images`: raw pixels 0 to 255, `[batch, row, column]`
    /// - output: `[batch, class]`
    pub fn forward(&self, images: Tensor<3>) -> Tensor<2> {
        self.network
            .forward_through(images, None, &mut |_| {}, &|layer, images| {
                self.convolution(layer, images)
            })
    }

    fn convolution(&self, layer: usize, images: Tensor<4>) -> Tensor<4> {
        let [_, _, rows, columns] = images.dims();
        match self.lines.get(layer) {
            Some(weight) if (rows + 1 - KERNEL) * columns <= MOST_PIXELS => {
                let images = match layer {
                    0 => images,
                    _ => self.network.normalize_images(layer, images),
                };
                let bias = self.network.conv[layer].bias.as_ref();
                let bias = bias.map(|bias| bias.val());
                ops::conv_relu_lines(weight.clone(), bias, images, pool(layer))
            }
            _ => {
                let images = self.network.convolution(layer, images);
                match pool(layer) {
                    Pool::None => images,
                    Pool::Largest => ops::max_pool(images),
                }
            }
        }
    }
}

fn pool(layer: usize) -> Pool {
    if is_pooled(layer) {
        Pool::Largest
    } else {
        Pool::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::model::network::read;
    use crate::model::{NetworkSpec, Normalization, TensorRole};
    use burn::tensor::TensorData;
    use std::convert::Infallible;

    /// A network as after some training: no tensor is plain zeros or ones.
    fn trained(preset: Preset, size: [usize; 2], width: f64) -> Network {
        let mut settings = preset.settings();
        settings.network.width = width;
        let normalization = Normalization {
            mean: 33.0,
            std: 79.0,
        };
        let spec = NetworkSpec::new(&settings, size, 10)
            .unwrap()
            .with_normalization(normalization);
        let initial = Network::new(&spec, 5, &Device::flex());
        let mut weights = initial
            .dense
            .iter()
            .map(|dense| read(dense.weight.val()).unwrap());
        let mut convolutions = initial
            .conv
            .iter()
            .map(|conv| read(conv.weight.val()).unwrap());
        let built = Network::build(&spec, &Device::flex(), |tensor| {
            let count = tensor.shape.iter().product::<usize>();
            let wave = |low: f32, high: f32| {
                let wave = |i: usize| low + (high - low) * ((i * 37 % 64) as f32 / 63.0);
                (0..count).map(wave).collect()
            };
            Ok::<_, Infallible>(match tensor.role {
                TensorRole::Weight { .. } if tensor.shape.len() == 4 => {
                    convolutions.next().unwrap()
                }
                TensorRole::Weight { .. } => weights.next().unwrap(),
                TensorRole::Gamma => wave(0.5, 1.5),
                TensorRole::RunningVariance => wave(0.3, 2.0),
                TensorRole::Bias | TensorRole::Beta | TensorRole::RunningMean => wave(-0.3, 0.3),
            })
        });
        match built {
            Ok(network) => network,
            Err(never) => match never {},
        }
    }

    #[test]
    fn it_predicts_what_the_network_does() {
        let check = |preset: Preset, [rows, columns]: [usize; 2], width: f64| {
            let network = trained(preset, [rows, columns], width);
            let pixels: Vec<f32> = (0..3 * rows * columns)
                .map(|i| (i * i % 251) as f32)
                .collect();
            let images = TensorData::new(pixels, [3, rows, columns]);
            let images: Tensor<3> = Tensor::from_data(images, &Device::flex());
            let expected = read(network.valid().forward(images.clone(), None)).unwrap();
            let fast = PredictingNetwork::for_cpu(&network, &Device::flex()).unwrap();
            let found = read(fast.forward(images.clone())).unwrap();
            let largest = expected
                .iter()
                .fold(1.0_f32, |largest, v| largest.max(v.abs()));
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-4 * largest,
                    "{preset} {rows} × {columns}: {found} {expected}"
                );
            }
            let same = PredictingNetwork::as_trained(&network).forward(images);
            assert_eq!(read(same).unwrap(), expected);
        };
        for preset in Preset::ALL {
            check(preset, [28, 28], 0.25);
        }
        check(Preset::Default, [28, 28], 1.0);
        check(Preset::Default, [27, 30], 0.125);
        check(Preset::Cnn, [64, 64], 0.125);
        check(Preset::Cnn, [17, 16], 0.5);
    }
}
