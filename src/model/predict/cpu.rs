//! The network as it predicts on a CPU: in plain memory, computed by the kernels.

use super::super::plan::is_pooled;
use super::super::state::Weights;
use super::super::switch::Affine;
use super::convolution::{ConvRoom, PredictingConv};
use crate::experiment::BatchNorm as BatchNormKind;
use crate::model::Normalization;
use overfit_kernels::{Convolution, Dense, InstructionSet};

/// Unused numbers between the features of an image and those of the next. Without them, features
/// whose count is a power of two would compete for the same places of the cache.
const GAP: usize = 16;
/// How many images go through a convolution together, so that its weights are read once for them.
const GROUP: usize = 8;

/// A network as it predicts. Batch norm over channels costs less where it has been folded into the
/// layers.
pub(in crate::model) struct CpuNetwork {
    normalization: Normalization,
    /// The normalized value for each value of a raw pixel.
    normalized: Vec<f32>,
    /// How many pixels an image has.
    pixels: usize,
    convolutions: Vec<Step<PredictingConv>>,
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
    /// Packs a network's weights.
    pub fn new(weights: &Weights, isa: InstructionSet) -> Self {
        let spec = weights.spec();
        let mut size = [spec.rows, spec.columns, 1];
        let mut convolutions = Vec::with_capacity(spec.conv_count());
        for index in 0..spec.conv_count() {
            let (weight, bias) = weights.conv(index);
            let batch_norm = ScaleShift::before(weights, index, size.iter().product());
            let layer = PredictingConv::new(isa, weight, bias, size, is_pooled(index));
            size = layer.output();
            convolutions.push(Step { batch_norm, layer });
        }
        let mut dense = Vec::with_capacity(spec.dense_count());
        for index in 0..spec.dense_count() {
            let (weight, bias) = weights.dense(index);
            let is_last = index + 1 == spec.dense_count();
            let layer = spec.conv_count() + index;
            dense.push(Step {
                batch_norm: ScaleShift::before(weights, layer, weight.len() / bias.len()),
                layer: Dense::new(isa, weight, bias, !is_last),
            });
        }
        let normalization = spec.normalization;
        Self {
            normalization,
            normalized: (0..=255_u8)
                .map(|pixel| normalize(normalization, f32::from(pixel)))
                .collect(),
            pixels: spec.rows * spec.columns,
            convolutions,
            dense,
        }
    }

    /// Computes the logits of some images, `[image, class]`.
    pub fn logits<'a>(&self, images: impl ExactSizeIterator<Item = &'a [u8]>) -> Vec<f32> {
        let count = images.len();
        let mut stride = self.dense.first().map_or(0, |first| first.layer.inputs()) + GAP;
        let mut features = vec![0.0; count * stride];
        let (mut images, mut room) = (images, Room::default());
        for rows in features.chunks_mut(GROUP * stride) {
            room.input.clear();
            for image in images.by_ref().take(rows.len() / stride) {
                assert_eq!(image.len(), self.pixels, "pixels of an image");
                let pixels = image.iter();
                let normalized = pixels.map(|&pixel| self.normalized[usize::from(pixel)]);
                room.input.extend(normalized);
            }
            self.convolve(rows.len() / stride, &mut room, &mut |_, _| {});
            let inputs = room.input.chunks_exact(stride - GAP);
            for (row, input) in rows.chunks_exact_mut(stride).zip(inputs) {
                row[..stride - GAP].copy_from_slice(input);
            }
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

    /// Computes one image, and shows `observe` the input of each layer but the first, counted over
    /// convolutions and dense layers, before the batch norm that may stand there.
    ///
    /// `pixels` are 0 to 255, `[row, column]`. The inputs are `[row, column, channel]` or
    /// `[feature]`.
    pub fn observe(&self, pixels: &[f32], observe: &mut impl FnMut(usize, &[f32])) {
        let mut room = Room::default();
        let normalized = pixels.iter().map(|&p| normalize(self.normalization, p));
        room.input.extend(normalized);
        self.convolve(1, &mut room, observe);
        let mut features = room.input;
        for (index, step) in self.dense.iter().enumerate() {
            let layer = self.convolutions.len() + index;
            if layer > 0 {
                observe(layer, &features);
            }
            if let Some(batch_norm) = &step.batch_norm {
                batch_norm.apply(&mut features);
            }
            let mut output = vec![0.0; step.layer.outputs()];
            let strides = [features.len(), output.len()];
            step.layer.forward(1, &features, &mut output, strides);
            features = output;
        }
    }

    /// Computes the convolutions of the room's normalized images, into the inputs of the first
    /// dense layer, one image behind the other. Shows `observe` the input of each convolution but
    /// the first.
    fn convolve(&self, count: usize, room: &mut Room, observe: &mut impl FnMut(usize, &[f32])) {
        for (index, step) in self.convolutions.iter().enumerate() {
            if index > 0 {
                observe(index, &room.input);
            }
            if let Some(batch_norm) = &step.batch_norm {
                for image in room.input.chunks_exact_mut(batch_norm.0.len()) {
                    batch_norm.apply(image);
                }
            }
            let len: usize = step.layer.output().iter().product();
            room.output.resize(count * len, 0.0);
            step.layer
                .forward(&room.input, count, &mut room.output, &mut room.conv);
            std::mem::swap(&mut room.input, &mut room.output);
        }
    }
}

/// The memory that the convolutions work in, group after group of images.
#[derive(Default)]
struct Room {
    input: Vec<f32>,
    output: Vec<f32>,
    conv: ConvRoom,
}

impl ScaleShift {
    /// The batch norm before a layer, counted over both kinds, whose input has so many numbers.
    fn before(weights: &Weights, layer: usize, numbers: usize) -> Option<Self> {
        let values = weights.batch_norm_before(layer)?;
        let affine = Affine::of(values);
        let features = affine.scale.iter().zip(&affine.offset);
        let features = features.map(|(&scale, &offset)| (scale as f32, offset as f32));
        let repeat = numbers / affine.scale.len();
        Some(Self(match weights.spec().batch_norm {
            BatchNormKind::Rows => features
                .flat_map(|one| std::iter::repeat_n(one, repeat))
                .collect(),
            BatchNormKind::Channels | BatchNormKind::None => {
                features.collect::<Vec<_>>().repeat(repeat)
            }
        }))
    }

    fn apply(&self, numbers: &mut [f32]) {
        for (number, (scale, offset)) in numbers.iter_mut().zip(&self.0) {
            *number = *number * scale + offset;
        }
    }
}

/// The output of a convolution for one image, after its ReLU and before any pooling.
pub(in crate::model) struct Activation {
    /// Rows, columns and channels of the output.
    pub size: [usize; 3],
    /// The values, `[row, column, channel]`.
    pub values: Vec<f32>,
}

/// Computes the output of each convolution for one image, `[row, column]`.
pub(in crate::model) fn cpu_activations(
    weights: &Weights,
    isa: InstructionSet,
    image: &[u8],
) -> Vec<Activation> {
    let spec = weights.spec();
    assert_eq!(image.len(), spec.rows * spec.columns, "pixels of an image");
    let mut size = [spec.rows, spec.columns, 1];
    let mut input: Vec<f32> = image
        .iter()
        .map(|&pixel| normalize(spec.normalization, f32::from(pixel)))
        .collect();
    let mut activations = Vec::with_capacity(spec.conv_count());
    for index in 0..spec.conv_count() {
        if let Some(batch_norm) = ScaleShift::before(weights, index, size.iter().product()) {
            batch_norm.apply(&mut input);
        }
        let (weight, bias) = weights.conv(index);
        let layer = Convolution::new(isa, weight, bias, size, false);
        size = layer.output();
        let mut values = vec![0.0; size.iter().product()];
        layer.forward(&input, &mut values, &mut Vec::new());
        activations.push(Activation {
            size,
            values: values.clone(),
        });
        input = values;
        if is_pooled(index) {
            (size, input) = pooled(size, &input);
        }
    }
    activations
}

/// Takes the largest of each 2×2 pixels. An odd last row or column is left out.
fn pooled([rows, columns, channels]: [usize; 3], values: &[f32]) -> ([usize; 3], Vec<f32>) {
    let size = [rows / 2, columns / 2, channels];
    let mut largest = Vec::with_capacity(size.iter().product());
    for row in 0..size[0] {
        for column in 0..size[1] {
            for channel in 0..channels {
                let at =
                    |y, x| values[((2 * row + y) * columns + 2 * column + x) * channels + channel];
                largest.push(at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1)));
            }
        }
    }
    (size, largest)
}

/// The normalized value of a raw pixel.
fn normalize(normalization: Normalization, pixel: f32) -> f32 {
    (pixel - normalization.mean) / normalization.std
}
