//! Tests the backward pass against differences of a plain forward pass in f64, and that the bits
//! are the same whatever the threads.

use super::*;
use crate::experiment::{Architecture, ImageSize, Optimizer, Preset, Settings};
use crate::model::{Normalization, TensorRole};
use std::convert::Infallible;

/// Numbers from −1 to 1 that look random.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        ((state >> 40) as f32 / (1 << 23) as f32) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

struct Case {
    spec: NetworkSpec,
    weights: Weights,
    images: Vec<f32>,
    mask: Vec<f32>,
    targets: Vec<f32>,
    count: usize,
}

impl Case {
    fn new(size: ImageSize, count: usize, edit: impl Fn(&mut Settings)) -> Self {
        let mut settings = Preset::Default.settings();
        settings.network.conv_blocks = 1;
        settings.network.width = 0.1;
        settings.network.dense_units = 70;
        edit(&mut settings);
        let spec = NetworkSpec::new(&settings, size, 3)
            .unwrap()
            .with_normalization(Normalization {
                mean: 100.0,
                std: 80.0,
            });
        let mut seed = 0;
        let Ok(weights) = Weights::build(spec.clone(), |plan| {
            seed += 1;
            let wave = numbers(plan.len(), seed);
            let scaled = |low: f32, high: f32| {
                let wave = wave.iter();
                wave.map(|v| low + (high - low) * (v + 1.0) / 2.0).collect()
            };
            Ok::<_, Infallible>(match plan.role {
                TensorRole::Weight { fan_in, .. } => {
                    let limit = (3.0 / fan_in as f32).sqrt();
                    scaled(-limit, limit)
                }
                TensorRole::Gamma | TensorRole::RunningVariance => scaled(0.5, 1.5),
                _ => scaled(-0.3, 0.3),
            })
        });
        let pixels = numbers(count * size.pixels(), 77);
        let images = pixels.iter().map(|v| (v + 1.0) * 127.0).collect();
        let mask = numbers(count * spec.hidden_units, 78);
        let mask = mask
            .iter()
            .map(|&v| if v < 0.0 { 0.0 } else { 2.0 })
            .collect();
        let targets = (0..count)
            .flat_map(|image| (0..3).map(move |class| if image % 3 == class { 0.9 } else { 0.05 }))
            .collect();
        Self {
            spec,
            weights,
            images,
            mask,
            targets,
            count,
        }
    }

    fn mask(&self) -> Option<&[f32]> {
        (!self.mask.is_empty()).then_some(&self.mask[..])
    }

    /// The gradients of all tensors, found by one step of momentum, whose velocity is the gradient.
    fn gradients(&self, isa: InstructionSet) -> (Vec<f32>, Vec<Vec<f32>>) {
        let mut network = CpuTraining::new(&self.weights, isa);
        let rule = Rule {
            optimizer: Optimizer::Sgd,
            learning_rate: 0.0,
            weight_decay: 0.0,
            gradient_clip: None,
        };
        let logits = network.step(&self.images, self.mask(), &self.targets, &rule);
        let gradients = network.moments().into_iter().map(|kept| kept.first);
        (logits, gradients.collect())
    }

    /// Computes the loss in f64, layer after layer in the order of the plan.
    fn loss(&self, tensors: &[Vec<f64>]) -> f64 {
        let mut tensors = tensors.iter();
        let mut next = || tensors.next().unwrap();
        let count = self.count;
        let (mut rows, mut columns, mut channels) = (self.spec.rows, self.spec.columns, 1);
        let Normalization { mean, std } = self.spec.normalization;
        let mut values: Vec<f64> = self
            .images
            .iter()
            .map(|&pixel| (f64::from(pixel) - f64::from(mean)) / f64::from(std))
            .collect();
        let dense_layers = 1 + usize::from(self.spec.hidden_units > 0);
        let (mut convolution, mut dense) = (0, 0);
        for layer in self.spec.layer_tensors() {
            match layer {
                LayerTensors::Conv2d([plan, _]) => {
                    let outputs = plan.shape[0];
                    values = convolve(&values, [count, rows, columns, channels], next(), next());
                    (rows, columns, channels) = (rows - 2, columns - 2, outputs);
                    if is_pooled(convolution) {
                        values = pool(&values, [count, rows, columns, channels]);
                        (rows, columns) = (rows / 2, columns / 2);
                    }
                    convolution += 1;
                }
                LayerTensors::BatchNorm(_) => {
                    let is_flat = convolution == self.spec.channels.len() * 2;
                    let (inner, features) = match (is_flat, self.spec.batch_norm) {
                        (true, _) => (1, values.len() / count),
                        (_, BatchNorm::Rows) => (columns * channels, rows),
                        _ => (1, channels),
                    };
                    values = normalize(&values, inner, features, [next(), next()]);
                    let _ = (next(), next());
                }
                LayerTensors::Dense([plan, _]) => {
                    let [inputs, outputs] = [plan.shape[0], plan.shape[1]];
                    dense += 1;
                    let is_last = dense == dense_layers;
                    if is_last && dense > 1 {
                        for (value, &mask) in values.iter_mut().zip(&self.mask) {
                            *value *= f64::from(mask);
                        }
                    }
                    let (weights, bias) = (next(), next());
                    values = values
                        .chunks_exact(inputs)
                        .flat_map(|row| {
                            (0..outputs).map(move |output| {
                                let sum: f64 = row
                                    .iter()
                                    .enumerate()
                                    .map(|(input, v)| v * weights[input * outputs + output])
                                    .sum();
                                let sum = sum + bias[output];
                                if is_last { sum } else { sum.max(0.0) }
                            })
                        })
                        .collect();
                }
            }
        }
        let rows = values.chunks_exact(3).zip(self.targets.chunks_exact(3));
        let losses = rows.map(|(logits, targets)| {
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            let pairs = logits.iter().zip(targets);
            pairs
                .map(|(logit, &t)| f64::from(t) * (sum.ln() - logit))
                .sum::<f64>()
        });
        losses.sum::<f64>() / count as f64
    }

    /// Makes three steps of Adam.
    fn train_three_steps(&self, network: &mut CpuTraining) {
        let rule = Rule {
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            weight_decay: 1e-4,
            gradient_clip: None,
        };
        for _ in 0..3 {
            network.step(&self.images, self.mask(), &self.targets, &rule);
        }
    }

    /// Compares the gradients of some weights of each tensor with differences of the loss.
    fn check(&self) {
        let tensors = self.weights.tensors();
        let exact: Vec<Vec<f64>> = tensors
            .iter()
            .map(|values| values.iter().map(|&v| f64::from(v)).collect())
            .collect();
        for isa in InstructionSet::available() {
            let (_, gradients) = self.gradients(isa);
            for (index, plan) in self.spec.tensors().iter().enumerate() {
                if matches!(
                    plan.role,
                    TensorRole::RunningMean | TensorRole::RunningVariance
                ) {
                    assert!(gradients[index].is_empty());
                    continue;
                }
                let count = gradients[index].len();
                let largest = gradients[index].iter().fold(0.0_f32, |a, b| a.max(b.abs()));
                for place in (0..count).step_by((count / 7).max(1)) {
                    let at = |step: f64| {
                        let mut tensors = exact.clone();
                        tensors[index][place] += step;
                        self.loss(&tensors)
                    };
                    const STEP: f64 = 1e-6;
                    let expected = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                    let found = f64::from(gradients[index][place]);
                    let tolerance = 2e-4 * f64::from(largest) + 1e-5;
                    assert!(
                        (found - expected).abs() <= tolerance,
                        "{isa:?} {} [{place}]: {found} expected {expected}",
                        plan.name,
                    );
                }
            }
        }
    }
}

/// Convolves `[image, row, column, in]` by `[out, in, 3, 3]`, with ReLU.
fn convolve(
    values: &[f64],
    [count, rows, columns, channels]: [usize; 4],
    weights: &[f64],
    bias: &[f64],
) -> Vec<f64> {
    let mut sums = Vec::new();
    for image in 0..count {
        for row in 0..rows - 2 {
            for column in 0..columns - 2 {
                for (output, bias) in bias.iter().enumerate() {
                    let mut sum = *bias;
                    for place in 0..9 * channels {
                        let (channel, y, x) = (place / 9, place % 9 / 3, place % 3);
                        let pixel = (image * rows + row + y) * columns + column + x;
                        sum += weights[output * 9 * channels + place]
                            * values[pixel * channels + channel];
                    }
                    sums.push(sum.max(0.0));
                }
            }
        }
    }
    sums
}

fn pool(values: &[f64], [count, rows, columns, channels]: [usize; 4]) -> Vec<f64> {
    let mut largest = Vec::new();
    for image in 0..count {
        for row in 0..rows / 2 {
            for column in 0..columns / 2 {
                for channel in 0..channels {
                    let at = |y: usize, x: usize| {
                        let pixel = (image * rows + 2 * row + y) * columns + 2 * column + x;
                        values[pixel * channels + channel]
                    };
                    largest.push(at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1)));
                }
            }
        }
    }
    largest
}

/// Computes batch norm of numbers whose feature is `place / inner % features`.
fn normalize(
    values: &[f64],
    inner: usize,
    features: usize,
    [gamma, beta]: [&Vec<f64>; 2],
) -> Vec<f64> {
    let feature = |place: usize| place / inner % features;
    let each = (values.len() / features) as f64;
    let (mut mean, mut variance) = (vec![0.0; features], vec![0.0; features]);
    for (place, value) in values.iter().enumerate() {
        mean[feature(place)] += value / each;
    }
    for (place, value) in values.iter().enumerate() {
        variance[feature(place)] += (value - mean[feature(place)]).powi(2) / each;
    }
    let pairs = values.iter().enumerate();
    pairs
        .map(|(place, value)| {
            let f = feature(place);
            gamma[f] * (value - mean[f]) / (variance[f] + 1e-3).sqrt() + beta[f]
        })
        .collect()
}

#[test]
fn gradients_are_those_of_the_loss() {
    for batch_norm in [BatchNorm::None, BatchNorm::Channels, BatchNorm::Rows] {
        // The pool leaves out the odd last row and column.
        Case::new(ImageSize::new(9, 11), 5, |s| {
            s.regularization.batch_norm = batch_norm
        })
        .check();
        Case::new(ImageSize::new(8, 8), 19, |s| {
            s.regularization.batch_norm = batch_norm
        })
        .check();
    }
}

#[test]
fn gradients_of_two_blocks_and_of_wide_layers() {
    Case::new(ImageSize::new(16, 16), 2, |s| s.network.conv_blocks = 2).check();
    Case::new(ImageSize::new(8, 8), 9, |s| s.network.width = 0.6).check();
}

#[test]
fn gradients_without_convolutions() {
    Case::new(ImageSize::new(5, 4), 6, |s| {
        s.network.architecture = Architecture::Dense
    })
    .check();
    Case::new(ImageSize::new(5, 4), 6, |s| {
        s.network.architecture = Architecture::Linear;
        s.regularization.batch_norm = BatchNorm::None;
        s.regularization.dropout = 0.0;
    })
    .check();
}

#[test]
fn threads_change_no_bit() {
    let case = Case::new(ImageSize::new(28, 28), 64, |s| {
        s.network.conv_blocks = 2;
        s.network.width = 1.0;
    });
    let train = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let mut network = CpuTraining::new(&case.weights, InstructionSet::usual());
            case.train_three_steps(&mut network);
            (network.values(), network.moments())
        })
    };
    let one = train(1);
    assert!(one == train(2) && one == train(3));
}

/// A run that goes on on another machine gives the same figures, if both machines fuse multiply and
/// add.
#[test]
fn instructions_that_fuse_train_to_the_same_bits() {
    let case = Case::new(ImageSize::new(28, 28), 20, |s| {
        s.network.conv_blocks = 2;
        s.network.width = 1.0;
    });
    let train = |isa: InstructionSet| {
        let mut network = CpuTraining::new(&case.weights, isa);
        case.train_three_steps(&mut network);
        network.values()
    };
    let mut fused = InstructionSet::available().filter(|&isa| isa != InstructionSet::Portable);
    if let Some(first) = fused.next().map(train) {
        for isa in fused {
            assert!(first == train(isa), "{isa:?}");
        }
    }
}

#[test]
fn what_the_optimizer_keeps_goes_on_where_it_was() {
    let case = Case::new(ImageSize::new(8, 8), 7, |_| {});
    for optimizer in [Optimizer::Adam, Optimizer::AdamW, Optimizer::Sgd] {
        let rule = Rule {
            optimizer,
            learning_rate: 1e-2,
            weight_decay: 1e-3,
            gradient_clip: None,
        };
        let step = |network: &mut CpuTraining| {
            network.step(&case.images, case.mask(), &case.targets, &rule)
        };
        let mut network = CpuTraining::new(&case.weights, InstructionSet::usual());
        step(&mut network);
        step(&mut network);
        let mut tensors = network.values().into_iter();
        let Ok(weights) = Weights::build(case.spec.clone(), |_| {
            Ok::<_, Infallible>(tensors.next().unwrap_or_default())
        });
        let mut again = CpuTraining::new(&weights, InstructionSet::usual());
        again.restore(network.moments());
        for _ in 0..2 {
            assert_eq!(step(&mut network), step(&mut again), "{optimizer:?}");
        }
        assert_eq!(network.values(), again.values());
        assert_eq!(network.moments(), again.moments());
    }
}
