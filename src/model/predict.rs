//! The network as it predicts: on a CPU by kernels of its own, on a GPU as in training.
//!
//! On a CPU, batch norm over channels is folded into the layers that follow; over rows, where it
//! can't be, it is a scale and an offset. An image's logits are the same to the bit whatever
//! other images go with it.

mod cpu;

use self::cpu::CpuNetwork;
use super::ModelError;
use super::kernels::Path;
use super::network::{Network, read};
use crate::experiment::BatchNorm;
use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};

/// A network that only predicts.
pub struct PredictingNetwork(Way);

enum Way {
    Kernels(Box<CpuNetwork>),
    /// Without autodiff.
    AsTrained(Box<Network>, Device),
}

impl PredictingNetwork {
    /// A snapshot of a network for the CPU, with the fastest kernels of this machine.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn for_cpu(network: &Network, device: &Device) -> Result<Self, ModelError> {
        Self::for_path(network, device, Path::best())
    }

    fn for_path(network: &Network, device: &Device, path: Path) -> Result<Self, ModelError> {
        let mut network = network.valid();
        // Over rows it can't be folded.
        if network.spec.batch_norm == BatchNorm::Channels {
            network = network.without_batch_norm(device)?;
        }
        let network = CpuNetwork::new(&network, path)?;
        Ok(Self(Way::Kernels(Box::new(network))))
    }

    /// A snapshot of a network for any device, computed as in training.
    pub fn as_trained(network: &Network, device: &Device) -> Self {
        Self(Way::AsTrained(Box::new(network.valid()), device.clone()))
    }

    /// The logits of some images, that go through the network together.
    ///
    /// # Shapes
    /// - each of `images`: raw pixels 0 to 255, `[row, column]`
    /// - output: `[image, class]`
    ///
    /// # Errors
    /// Where the device fails.
    ///
    /// # Panics
    /// Where an image has another size.
    pub fn logits<'a>(
        &self,
        images: impl ExactSizeIterator<Item = &'a [u8]>,
    ) -> Result<Vec<f32>, ModelError> {
        match &self.0 {
            Way::Kernels(network) => Ok(network.logits(images)),
            Way::AsTrained(network, device) => {
                let spec = network.spec();
                let shape = [images.len(), spec.rows, spec.columns];
                let mut pixels = Vec::with_capacity(shape.iter().product());
                for image in images {
                    pixels.extend(image.iter().map(|&pixel| f32::from(pixel)));
                }
                let images = Tensor::from_data(TensorData::new(pixels, shape), device);
                read(network.forward(images, None))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::model::network::read;
    use crate::model::{NetworkSpec, Normalization, TensorRole};
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

    /// Checks every path against the plain network, and each image alone against all together.
    fn check(preset: Preset, [rows, columns]: [usize; 2], width: f64) {
        const COUNT: usize = 7;
        let device = Device::flex();
        let network = trained(preset, [rows, columns], width);
        let pixels: Vec<u8> = (0..COUNT * rows * columns)
            .map(|i| (i * i % 251) as u8)
            .collect();
        let images = || pixels.chunks_exact(rows * columns);
        let plain = PredictingNetwork::as_trained(&network, &device);
        let expected = plain.logits(images()).unwrap();
        let largest = expected
            .iter()
            .fold(1.0_f32, |largest, v| largest.max(v.abs()));
        for path in Path::available() {
            let fast = PredictingNetwork::for_path(&network, &device, path).unwrap();
            let found = fast.logits(images()).unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-4 * largest,
                    "{preset} {rows} × {columns}, {path:?}: {found} {expected}"
                );
            }
            for (image, together) in images().zip(found.chunks(found.len() / COUNT)) {
                let alone = fast.logits(std::iter::once(image)).unwrap();
                assert_eq!(alone, together, "{preset} {rows} × {columns}, {path:?}");
            }
        }
    }

    #[test]
    fn it_predicts_what_the_network_does() {
        for preset in Preset::ALL {
            check(preset, [28, 28], 0.25);
        }
        check(Preset::Default, [28, 28], 1.0);
        check(Preset::Article, [19, 23], 0.4);
        check(Preset::Default, [27, 30], 0.125);
        check(Preset::Default, [16, 17], 0.03);
        check(Preset::Cnn, [64, 64], 0.125);
        check(Preset::Cnn, [17, 16], 0.5);
    }

    #[test]
    fn no_images_have_no_logits() {
        let network = trained(Preset::Default, [28, 28], 0.125);
        let fast = PredictingNetwork::for_cpu(&network, &Device::flex()).unwrap();
        assert!(fast.logits(std::iter::empty()).unwrap().is_empty());
    }
}
