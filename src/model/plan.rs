//! The plan of a network's layers, from which the layer table, the tensors and the file format are
//! all derived.

use super::NetworkSpec;
use crate::experiment::{Architecture, BatchNorm};

/// The side of a convolution's kernel. Padding is valid, so that an image loses two pixels a side.
pub(super) const KERNEL: usize = 3;
/// Keras's epsilon of batch norm.
pub(super) const BATCH_NORM_EPSILON: f64 = 1e-3;

/// A layer, in the order in which an image goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerPlan {
    /// What kind of layer this is.
    pub kind: LayerKind,
    /// The shape of the layer's input: `[row, column, channel]` or `[feature]`.
    pub input: Vec<usize>,
    /// The shape of the layer's output: `[row, column, channel]` or `[feature]`.
    pub output: Vec<usize>,
}

/// The kinds of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Normalizes by the pixels of the training images: (x − mean) / std.
    Normalize,
    /// A 3×3 convolution with valid padding, and ReLU.
    Conv2d,
    /// A batch norm over so many features.
    BatchNorm(usize),
    /// A 2×2 max-pool.
    MaxPool2d,
    /// Flattens an image to features, in the order row, column, channel.
    Flatten,
    /// A dense layer, with ReLU unless it is the last.
    Dense,
    /// Dropout.
    Dropout,
}

/// A tensor of the network: its name in a file, its shape, and its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorPlan {
    /// The name, such as `conv.0.weight`.
    pub name: String,
    /// The shape: `[out, in, row, column]` for convolutions, `[in, out]` for dense layers,
    /// `[feature]` for all others.
    pub shape: Vec<usize>,
    /// The role of the tensor in its layer.
    pub role: TensorRole,
}

impl TensorPlan {
    /// How many values the tensor has.
    #[allow(clippy::len_without_is_empty, reason = "none is empty")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the optimizer trains the tensor. The running statistics of a batch norm are measured
    /// instead.
    pub fn is_trained(&self) -> bool {
        match self.role {
            TensorRole::Weight { .. } | TensorRole::Bias | TensorRole::Gamma | TensorRole::Beta => {
                true
            }
            TensorRole::RunningMean | TensorRole::RunningVariance => false,
        }
    }
}

/// The roles that tensors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorRole {
    /// The weights of a convolution or dense layer, counted from 0 over both kinds.
    Weight {
        /// The number of the layer.
        layer: usize,
        /// How many inputs a unit has.
        fan_in: usize,
        /// How many units an input reaches.
        fan_out: usize,
    },
    /// A bias, which starts at 0.
    Bias,
    /// The factor of a batch norm, which starts at 1.
    Gamma,
    /// The offset of a batch norm, which starts at 0.
    Beta,
    /// The running mean of a batch norm, which starts at 0.
    RunningMean,
    /// The running variance of a batch norm, which starts at 1.
    RunningVariance,
}

/// Whether a pool follows a convolution. A block is two convolutions and a pool.
pub(super) fn is_pooled(convolution: usize) -> bool {
    convolution % 2 == 1
}

impl NetworkSpec {
    /// How many convolutions there are.
    pub fn conv_count(&self) -> usize {
        2 * self.channels.len()
    }

    /// How many dense layers there are.
    pub fn dense_count(&self) -> usize {
        1 + usize::from(self.hidden_units > 0)
    }

    /// How many layers with weights there are: convolutions and dense ones.
    pub fn layer_count(&self) -> usize {
        self.conv_count() + self.dense_count()
    }

    /// Whether batch norm is on.
    pub fn has_batch_norm(&self) -> bool {
        self.batch_norm != BatchNorm::None
    }

    /// The layers, in order. The network must pass [`check`](Self::check), as every network does
    /// that this module builds.
    pub fn layers(&self) -> Vec<LayerPlan> {
        let mut plan = Planner::new(self);
        plan.keep(LayerKind::Normalize);
        for (block, &channels) in self.channels.iter().enumerate() {
            plan.convolution(channels);
            plan.batch_norm();
            plan.convolution(channels);
            plan.pool();
            if block + 1 < self.channels.len() {
                plan.batch_norm();
            }
        }
        plan.flatten();
        if self.architecture == Architecture::Cnn {
            plan.batch_norm();
        }
        if self.hidden_units > 0 {
            plan.dense(self.hidden_units);
            plan.batch_norm();
            if self.dropout > 0.0 {
                plan.keep(LayerKind::Dropout);
            }
        }
        plan.dense(self.classes);
        plan.layers
    }

    /// The tensors, in the order of the layers that they belong to.
    pub fn tensors(&self) -> Vec<TensorPlan> {
        self.layer_tensors()
            .into_iter()
            .flat_map(LayerTensors::into_plans)
            .collect()
    }

    /// The tensors of each layer that has tensors.
    pub(super) fn layer_tensors(&self) -> Vec<LayerTensors> {
        let mut tensors = Vec::new();
        let (mut convolutions, mut dense, mut batch_norms) = (0, 0, 0);
        for layer in self.layers() {
            match layer.kind {
                LayerKind::Conv2d => {
                    let [input, output] = [layer.input[2], layer.output[2]];
                    tensors.push(LayerTensors::Conv2d(weight_and_bias(
                        &format!("conv.{convolutions}"),
                        vec![output, input, KERNEL, KERNEL],
                        output,
                        TensorRole::Weight {
                            layer: convolutions,
                            fan_in: input * KERNEL * KERNEL,
                            fan_out: output * KERNEL * KERNEL,
                        },
                    )));
                    convolutions += 1;
                }
                LayerKind::Dense => {
                    let [input, output] = [layer.input[0], layer.output[0]];
                    tensors.push(LayerTensors::Dense(weight_and_bias(
                        &format!("dense.{dense}"),
                        vec![input, output],
                        output,
                        TensorRole::Weight {
                            layer: convolutions + dense,
                            fan_in: input,
                            fan_out: output,
                        },
                    )));
                    dense += 1;
                }
                LayerKind::BatchNorm(features) => {
                    let plans = batch_norm_tensors(batch_norms, features);
                    tensors.push(LayerTensors::BatchNorm(plans));
                    batch_norms += 1;
                }
                LayerKind::Normalize
                | LayerKind::MaxPool2d
                | LayerKind::Flatten
                | LayerKind::Dropout => {}
            }
        }
        tensors
    }
}

/// A layer's tensors.
pub(super) enum LayerTensors {
    /// The weight and the bias of a convolution.
    Conv2d([TensorPlan; 2]),
    /// The weight and the bias of a dense layer.
    Dense([TensorPlan; 2]),
    /// γ, β, running mean and running variance of a batch norm.
    BatchNorm([TensorPlan; 4]),
}

impl LayerTensors {
    fn into_plans(self) -> Vec<TensorPlan> {
        match self {
            Self::Conv2d(plans) | Self::Dense(plans) => plans.into(),
            Self::BatchNorm(plans) => plans.into(),
        }
    }
}

fn weight_and_bias(
    layer: &str,
    shape: Vec<usize>,
    units: usize,
    role: TensorRole,
) -> [TensorPlan; 2] {
    [
        TensorPlan {
            name: format!("{layer}.weight"),
            shape,
            role,
        },
        TensorPlan {
            name: format!("{layer}.bias"),
            shape: vec![units],
            role: TensorRole::Bias,
        },
    ]
}

fn batch_norm_tensors(index: usize, features: usize) -> [TensorPlan; 4] {
    [
        ("gamma", TensorRole::Gamma),
        ("beta", TensorRole::Beta),
        ("running_mean", TensorRole::RunningMean),
        ("running_var", TensorRole::RunningVariance),
    ]
    .map(|(name, role)| TensorPlan {
        name: format!("batch_norm.{index}.{name}"),
        shape: vec![features],
        role,
    })
}

/// Plans one layer after another.
struct Planner<'a> {
    spec: &'a NetworkSpec,
    layers: Vec<LayerPlan>,
    /// The shape of the last layer's output.
    shape: Vec<usize>,
}

impl<'a> Planner<'a> {
    fn new(spec: &'a NetworkSpec) -> Self {
        Self {
            spec,
            layers: Vec::new(),
            shape: vec![spec.rows, spec.columns, 1],
        }
    }

    fn push(&mut self, kind: LayerKind, output: Vec<usize>) {
        let input = std::mem::replace(&mut self.shape, output.clone());
        self.layers.push(LayerPlan {
            kind,
            input,
            output,
        });
    }

    /// Adds a layer that keeps the shape.
    fn keep(&mut self, kind: LayerKind) {
        self.push(kind, self.shape.clone());
    }

    fn convolution(&mut self, channels: usize) {
        let [rows, columns] = [self.shape[0], self.shape[1]];
        let output = vec![rows + 1 - KERNEL, columns + 1 - KERNEL, channels];
        self.push(LayerKind::Conv2d, output);
    }

    fn pool(&mut self) {
        let output = vec![self.shape[0] / 2, self.shape[1] / 2, self.shape[2]];
        self.push(LayerKind::MaxPool2d, output);
    }

    fn batch_norm(&mut self) {
        // A batch norm over rows has a feature for each row, the first axis of [row, column,
        // channel]. After the flatten there is only one axis.
        let features = match self.spec.batch_norm {
            BatchNorm::None => return,
            BatchNorm::Channels => self.shape[self.shape.len() - 1],
            BatchNorm::Rows => self.shape[0],
        };
        self.keep(LayerKind::BatchNorm(features));
    }

    fn flatten(&mut self) {
        let features = self.shape.iter().product();
        self.push(LayerKind::Flatten, vec![features]);
    }

    fn dense(&mut self, units: usize) {
        self.push(LayerKind::Dense, vec![units]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::Preset;

    #[test]
    fn tensors_are_named_in_order() {
        let mut settings = Preset::Default.settings();
        settings.network.conv_blocks = 1;
        let one_block = NetworkSpec::new(&settings, ImageSize::new(28, 28), 10).unwrap();
        let names: Vec<String> = one_block.tensors().into_iter().map(|t| t.name).collect();
        let layers = [
            "conv.0",
            "batch_norm.0",
            "conv.1",
            "batch_norm.1",
            "dense.0",
            "batch_norm.2",
            "dense.1",
        ];
        let expected: Vec<String> = layers
            .iter()
            .flat_map(|layer| {
                let parts: &[&str] = if layer.starts_with("batch") {
                    &["gamma", "beta", "running_mean", "running_var"]
                } else {
                    &["weight", "bias"]
                };
                parts.iter().map(move |part| format!("{layer}.{part}"))
            })
            .collect();
        assert_eq!(names, expected);
    }
}
