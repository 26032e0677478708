//! The network as it predicts: on a CPU by this program's own kernels, on a GPU as in training.
//!
//! On a CPU, batch norm over channels is folded into the layers that follow. Batch norm over rows
//! can't be folded, and is a scale and an offset. The logits of an image are the same to the bit
//! whatever other images go with it.

mod convolution;
mod cpu;

pub(super) use self::cpu::{Activation, CpuNetwork, cpu_activations};

use super::ModelError;
use super::network::{Network, read};
use super::state::Weights;
use crate::experiment::BatchNorm;
use burn::tensor::{Device, Tensor, TensorData};
use overfit_kernels::InstructionSet;

/// A network that only predicts.
pub struct PredictingNetwork(Way);

enum Way {
    Kernels(Box<CpuNetwork>),
    /// The network as burn trains it, on a device without autodiff.
    AsTrained(Box<Network>, Device),
}

impl PredictingNetwork {
    /// A network for the CPU, with the fastest kernels of this machine.
    ///
    /// # Errors
    /// Where the network's batch norm can't be computed.
    pub fn for_cpu(weights: &Weights) -> Result<Self, ModelError> {
        Self::with_instructions(weights, InstructionSet::usual())
    }

    fn with_instructions(weights: &Weights, isa: InstructionSet) -> Result<Self, ModelError> {
        // Batch norm over rows can't be folded.
        let network = if weights.spec().batch_norm == BatchNorm::Channels {
            let folded = weights.clone().without_batch_norm()?;
            CpuNetwork::new(&folded.weights, isa)
        } else {
            CpuNetwork::new(weights, isa)
        };
        Ok(Self(Way::Kernels(Box::new(network))))
    }

    /// A network for a device without autodiff, computed as in training.
    pub fn as_trained(weights: &Weights, device: &Device) -> Self {
        let network = Network::new(weights, device);
        Self(Way::AsTrained(Box::new(network), device.clone()))
    }

    /// Computes the logits of some images, which go through the network together.
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
    use crate::experiment::ImageSize;
    use crate::experiment::Preset;
    use crate::model::{NetworkSpec, Normalization, TensorRole, testing};
    use std::convert::Infallible;

    /// Weights as they are after some training, so that no tensor is plain zeros or ones.
    fn trained(preset: Preset, size: ImageSize, width: f64) -> Weights {
        let mut settings = preset.settings();
        settings.network.width = width;
        let normalization = Normalization {
            mean: 33.0,
            std: 79.0,
        };
        let spec = NetworkSpec::new(&settings, size, 10)
            .unwrap()
            .with_normalization(normalization);
        let mut initial = Weights::initial(&spec, 5).into_tensors().into_iter();
        let Ok(weights) = Weights::build(spec, |tensor| {
            let initial = initial.next().unwrap();
            let wave = |low: f32, high: f32| {
                let wave = |i: usize| low + (high - low) * ((i * 37 % 64) as f32 / 63.0);
                (0..tensor.len()).map(wave).collect()
            };
            Ok::<_, Infallible>(match tensor.role {
                TensorRole::Weight { .. } => initial,
                TensorRole::Gamma => wave(0.5, 1.5),
                TensorRole::RunningVariance => wave(0.3, 2.0),
                TensorRole::Bias | TensorRole::Beta | TensorRole::RunningMean => wave(-0.3, 0.3),
            })
        });
        weights
    }

    /// Checks every instruction set against the plain network, and each image alone against all
    /// together.
    fn check(preset: Preset, ImageSize { rows, columns }: ImageSize, width: f64) {
        const COUNT: usize = 7;
        let Some(device) = testing::gpu() else {
            return;
        };
        let weights = trained(preset, ImageSize::new(rows, columns), width);
        let pixels: Vec<u8> = (0..COUNT * rows * columns)
            .map(|i| (i * i % 251) as u8)
            .collect();
        let images = || pixels.chunks_exact(rows * columns);
        let plain = PredictingNetwork::as_trained(&weights, &device);
        let expected = plain.logits(images()).unwrap();
        let largest = expected
            .iter()
            .fold(1.0_f32, |largest, v| largest.max(v.abs()));
        for isa in InstructionSet::available() {
            let fast = PredictingNetwork::with_instructions(&weights, isa).unwrap();
            let found = fast.logits(images()).unwrap();
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-4 * largest,
                    "{preset} {rows} × {columns}, {isa:?}: {found} {expected}"
                );
            }
            for (image, together) in images().zip(found.chunks(found.len() / COUNT)) {
                let alone = fast.logits(std::iter::once(image)).unwrap();
                assert_eq!(alone, together, "{preset} {rows} × {columns}, {isa:?}");
            }
        }
    }

    #[test]
    fn it_predicts_what_the_network_does() {
        for preset in Preset::ALL {
            check(preset, ImageSize::new(28, 28), 0.25);
        }
        check(Preset::Default, ImageSize::new(28, 28), 1.0);
        check(Preset::Article, ImageSize::new(19, 23), 0.4);
        check(Preset::Default, ImageSize::new(27, 30), 0.125);
        check(Preset::Default, ImageSize::new(16, 17), 0.03);
        check(Preset::Cnn, ImageSize::new(64, 64), 0.125);
        check(Preset::Cnn, ImageSize::new(17, 16), 0.5);
    }

    #[test]
    fn no_images_have_no_logits() {
        let weights = trained(Preset::Default, ImageSize::new(28, 28), 0.125);
        let fast = PredictingNetwork::for_cpu(&weights).unwrap();
        assert!(fast.logits(std::iter::empty()).unwrap().is_empty());
    }
}
