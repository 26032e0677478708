//! A network in plain memory, computed by the kernels.

use super::super::ModelError;
use super::super::kernels::{Convolution, Dense, Path};
use super::super::network::{Network, is_pooled, read};
use super::super::switch::Affine;
use burn::module::Param;
use burn::nn::BatchNorm;
use burn::tensor::Tensor;

/// Numbers from the end of an image's features to the next one's. Without them, features whose
/// count is a power of two would compete for the same places of the cache.
const GAP: usize = 16;

/// A network without batch norm, or with one that can't be folded into the layer after it.
pub(super) struct CpuNetwork {
    /// What each value of a pixel is once it is normalized.
    normalized: Vec<f32>,
    /// Pixels of an image.
    pixels: usize,
    convolutions: Vec<Step<Convolution>>,
    dense: Vec<Step<Dense>>,
}

/// A layer and the batch norm before it.
struct Step<T> {
    batch_norm: Option<ScaleShift>,
    layer: T,
}

/// Batch norm in evaluation, with a scale and an offset for each number of an image.
struct ScaleShift(Vec<(f32, f32)>);

impl CpuNetwork {
    /// Reads a network's weights.
    pub fn new(network: &Network, path: Path) -> Result<Self, ModelError> {
        let spec = &network.spec;
        let mut size = [spec.rows, spec.columns, 1];
        let mut convolutions = Vec::with_capacity(network.conv.len());
        for (index, conv) in network.conv.iter().enumerate() {
            let weight = read(conv.weight.val())?;
            let bias = bias(conv.bias.as_ref(), conv.weight.dims()[0])?;
            let layer = Convolution::new(path, &weight, &bias, size, is_pooled(index));
            let batch_norm = batch_norm(network, index)
                .map(|layer| ScaleShift::new(layer, size[1] * size[2]))
                .transpose()?;
            size = layer.output();
            convolutions.push(Step { batch_norm, layer });
        }
        let mut dense = Vec::with_capacity(network.dense.len());
        for (index, linear) in network.dense.iter().enumerate() {
            let weight = read(linear.weight.val())?;
            let bias = bias(linear.bias.as_ref(), linear.weight.dims()[1])?;
            let is_last = index + 1 == network.dense.len();
            dense.push(Step {
                batch_norm: batch_norm(network, network.conv.len() + index)
                    .map(|layer| ScaleShift::new(layer, 1))
                    .transpose()?,
                layer: Dense::new(path, &weight, &bias, !is_last),
            });
        }
        let normalization = spec.normalization;
        Ok(Self {
            normalized: (0..=255_u8)
                .map(|pixel| (f32::from(pixel) - normalization.mean) / normalization.std)
                .collect(),
            pixels: spec.rows * spec.columns,
            convolutions,
            dense,
        })
    }

    /// The logits of some images, `[image, class]`.
    pub fn logits<'a>(&self, images: impl ExactSizeIterator<Item = &'a [u8]>) -> Vec<f32> {
        let count = images.len();
        let mut stride = self.dense.first().map_or(0, |first| first.layer.inputs()) + GAP;
        let mut features = vec![0.0; count * stride];
        let mut room = Room::new(self);
        for (image, features) in images.zip(features.chunks_exact_mut(stride)) {
            assert_eq!(image.len(), self.pixels, "pixels of an image");
            self.features(image, &mut features[..stride - GAP], &mut room);
        }
        for (index, step) in self.dense.iter().enumerate() {
            if let Some(batch_norm) = &step.batch_norm {
                for features in features.chunks_exact_mut(stride) {
                    batch_norm.apply(features);
                }
            }
            let gap = if index + 1 < self.dense.len() { GAP } else { 0 };
            let strides = [stride, step.layer.outputs() + gap];
            stride = strides[1];
            let mut output = vec![0.0; count * stride];
            step.layer.forward(count, &features, &mut output, strides);
            features = output;
        }
        features
    }

    /// What goes into the first dense layer, of one image.
    fn features(&self, image: &[u8], features: &mut [f32], room: &mut Room) {
        let normalized = image
            .iter()
            .map(|&pixel| self.normalized[usize::from(pixel)]);
        if self.convolutions.is_empty() {
            for (feature, pixel) in features.iter_mut().zip(normalized) {
                *feature = pixel;
            }
            return;
        }
        room.input.clear();
        room.input.extend(normalized);
        for (index, step) in self.convolutions.iter().enumerate() {
            if let Some(batch_norm) = &step.batch_norm {
                batch_norm.apply(&mut room.input);
            }
            let is_last = index + 1 == self.convolutions.len();
            if is_last {
                step.layer.forward(&room.input, features, &mut room.pairs);
                return;
            }
            // No longer than the room that was made, so that nothing is allocated.
            room.output
                .resize(step.layer.output().iter().product(), 0.0);
            step.layer
                .forward(&room.input, &mut room.output, &mut room.pairs);
            std::mem::swap(&mut room.input, &mut room.output);
        }
    }
}

/// What the convolutions work in, image after image.
struct Room {
    input: Vec<f32>,
    output: Vec<f32>,
    pairs: Vec<f32>,
}

impl Room {
    fn new(network: &CpuNetwork) -> Self {
        let outputs = network.convolutions.iter().map(|step| step.layer.output());
        let most = outputs.map(|size| size.iter().product()).max().unwrap_or(0);
        let most = network.pixels.max(most);
        Self {
            input: Vec::with_capacity(most),
            output: Vec::with_capacity(most),
            pairs: Vec::new(),
        }
    }
}

impl ScaleShift {
    /// Of a batch norm each of whose features is `each` neighbouring numbers of an image.
    fn new(layer: &BatchNorm, each: usize) -> Result<Self, ModelError> {
        let affine = Affine::of(layer)?;
        let features = affine.scale.iter().zip(&affine.offset);
        let features = features.map(|(&scale, &offset)| (scale as f32, offset as f32));
        Ok(Self(
            features
                .flat_map(|one| std::iter::repeat_n(one, each))
                .collect(),
        ))
    }

    fn apply(&self, numbers: &mut [f32]) {
        for (number, (scale, offset)) in numbers.iter_mut().zip(&self.0) {
            *number = *number * scale + offset;
        }
    }
}

/// The batch norm before a layer, counted over both kinds.
fn batch_norm(network: &Network, layer: usize) -> Option<&BatchNorm> {
    network.batch_norm.get(layer.checked_sub(1)?)
}

fn bias(bias: Option<&Param<Tensor<1>>>, outputs: usize) -> Result<Vec<f32>, ModelError> {
    match bias {
        Some(bias) => read(bias.val()),
        None => Ok(vec![0.0; outputs]),
    }
}
