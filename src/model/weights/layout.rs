//! Converts weights into the layouts of other programs.
//!
//! Keras and PyTorch order axes, and name tensors, each in their own way. They also flatten an
//! image differently: Keras and this program in the order row, column, channel, PyTorch in the
//! order channel, row, column. So the layer that reads the flattened image is permuted for PyTorch.
//! The file's metadata, one JSON entry, lists the layers in order with everything that isn't a
//! tensor.

use super::{FORMAT_VERSION, not_weights, numbers, read_spec, safetensors_file};
use crate::experiment::BatchNorm;
use crate::model::plan::{BATCH_NORM_EPSILON, LayerKind, LayerPlan};
use crate::model::{ModelError, NetworkSpec};
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

/// The layouts of weights: the order of axes and the names of tensors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeightsLayout {
    /// The layout of the files of runs: convolutions `[out, in, row, column]`, dense layers `[in,
    /// out]`.
    #[default]
    Burn,
    /// The layout of Keras: kernels `[row, column, in, out]` and `[in, out]`, `gamma`, `beta`,
    /// `moving_mean`, `moving_variance`.
    Keras,
    /// The layout of PyTorch: weights `[out, in, row, column]` and `[out, in]`, with the channel
    /// first in the flattened image.
    PyTorch,
}

impl WeightsLayout {
    /// The name of the layout in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Burn => "burn",
            Self::Keras => "keras",
            Self::PyTorch => "pytorch",
        }
    }
}

/// Converts a file of weights into a layout. The layout of runs gives the same bytes again.
///
/// # Errors
/// Where `bytes` are no file of weights of this program.
pub fn in_layout(bytes: &[u8], layout: WeightsLayout) -> Result<Vec<u8>, ModelError> {
    let spec = read_spec(bytes)?;
    if layout == WeightsLayout::Burn {
        return Ok(bytes.to_vec());
    }
    let file = SafeTensors::deserialize(bytes).map_err(not_weights)?;
    let mut writer = Writer {
        file,
        layout,
        tensors: Vec::new(),
        layers: Vec::new(),
        flattened: None,
        convolutions: 0,
        batch_norms: 0,
        dense: 0,
    };
    for layer in spec.layers() {
        writer.add(&spec, &layer)?;
    }
    writer.into_bytes(&spec)
}

/// A tensor of the new file.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// Writes the layers one after the other.
struct Writer<'a> {
    file: SafeTensors<'a>,
    layout: WeightsLayout,
    tensors: Vec<Tensor>,
    /// The layers that have been written, for the metadata.
    layers: Vec<Value>,
    /// Rows, columns and channels of the image whose features the next layer reads.
    flattened: Option<[usize; 3]>,
    convolutions: usize,
    batch_norms: usize,
    dense: usize,
}

impl Writer<'_> {
    fn add(&mut self, spec: &NetworkSpec, layer: &LayerPlan) -> Result<(), ModelError> {
        match layer.kind {
            LayerKind::Normalize => self.layers.push(json!({
                "type": "normalize",
                "mean": spec.normalization.mean,
                "std": spec.normalization.std,
            })),
            LayerKind::Conv2d => self.add_conv()?,
            LayerKind::MaxPool2d => self.layers.push(json!({ "type": "max_pool", "size": 2 })),
            LayerKind::Flatten => {
                self.flattened = layer.input.as_slice().try_into().ok();
                let order = match self.layout {
                    WeightsLayout::PyTorch => "channel, row, column",
                    WeightsLayout::Burn | WeightsLayout::Keras => "row, column, channel",
                };
                self.layers
                    .push(json!({ "type": "flatten", "order": order }));
            }
            LayerKind::BatchNorm(_) => {
                let over = match (layer.input.len(), spec.batch_norm) {
                    (1, _) => "features",
                    (_, BatchNorm::Rows) => "rows",
                    (_, BatchNorm::Channels | BatchNorm::None) => "channels",
                };
                self.add_batch_norm(over)?;
            }
            LayerKind::Dense => {
                let is_last =
                    layer.output == [spec.classes] && self.dense + 1 == spec.dense_count();
                self.add_dense(if is_last { Value::Null } else { "relu".into() })?;
            }
            LayerKind::Dropout => {}
        }
        Ok(())
    }

    fn add_conv(&mut self) -> Result<(), ModelError> {
        let index = self.convolutions;
        self.convolutions += 1;
        let source = format!("conv.{index}");
        let mut kernel = self.read(&format!("{source}.weight"))?;
        let bias = self.read(&format!("{source}.bias"))?;
        if self.layout == WeightsLayout::Keras {
            kernel = permuted(&kernel, &[2, 3, 1, 0]);
        }
        let name = self.push(&source, &numbered("conv2d", index), kernel, bias);
        self.layers.push(json!({
            "type": "conv", "name": name, "activation": "relu", "padding": "valid",
        }));
        Ok(())
    }

    fn add_dense(&mut self, activation: Value) -> Result<(), ModelError> {
        let index = self.dense;
        self.dense += 1;
        let source = format!("dense.{index}");
        let mut kernel = self.read(&format!("{source}.weight"))?;
        let bias = self.read(&format!("{source}.bias"))?;
        kernel = self.in_flattened_order(kernel);
        self.flattened = None;
        if self.layout == WeightsLayout::PyTorch {
            kernel = permuted(&kernel, &[1, 0]);
        }
        let name = self.push(&source, &numbered("dense", index), kernel, bias);
        self.layers
            .push(json!({ "type": "dense", "name": name, "activation": activation }));
        Ok(())
    }

    fn add_batch_norm(&mut self, over: &str) -> Result<(), ModelError> {
        let index = self.batch_norms;
        self.batch_norms += 1;
        let source = format!("batch_norm.{index}");
        let (name, parts) = match self.layout {
            WeightsLayout::Keras => (
                numbered("batch_normalization", index),
                ["gamma", "beta", "moving_mean", "moving_variance"],
            ),
            WeightsLayout::Burn | WeightsLayout::PyTorch => (
                source.clone(),
                ["weight", "bias", "running_mean", "running_var"],
            ),
        };
        let kept = ["gamma", "beta", "running_mean", "running_var"];
        for (from, to) in kept.into_iter().zip(parts) {
            let tensor = self.read(&format!("{source}.{from}"))?;
            let mut tensor = self.in_flattened_order(tensor);
            tensor.name = self.joined(&name, to);
            self.tensors.push(tensor);
        }
        self.layers.push(json!({
            "type": "batch_norm", "name": name, "over": over, "epsilon": BATCH_NORM_EPSILON,
        }));
        Ok(())
    }

    /// Adds a kernel and a bias, and gives the layer's name.
    fn push(&mut self, kept: &str, keras: &str, kernel: Tensor, bias: Tensor) -> String {
        let (name, kernel_name) = match self.layout {
            WeightsLayout::Keras => (keras, "kernel"),
            WeightsLayout::Burn | WeightsLayout::PyTorch => (kept, "weight"),
        };
        for (part, mut tensor) in [(kernel_name, kernel), ("bias", bias)] {
            tensor.name = self.joined(name, part);
            self.tensors.push(tensor);
        }
        name.to_owned()
    }

    fn joined(&self, layer: &str, part: &str) -> String {
        let separator = match self.layout {
            WeightsLayout::Keras => '/',
            WeightsLayout::Burn | WeightsLayout::PyTorch => '.',
        };
        format!("{layer}{separator}{part}")
    }

    /// Permutes the first axis into the order in which PyTorch flattens, where the layer reads a
    /// flattened image.
    fn in_flattened_order(&self, tensor: Tensor) -> Tensor {
        let Some([rows, columns, channels]) = self.flattened else {
            return tensor;
        };
        if self.layout != WeightsLayout::PyTorch {
            return tensor;
        }
        let rest: Vec<usize> = tensor.shape[1..].to_vec();
        let shape = tensor.shape.clone();
        let image = Tensor {
            shape: [&[rows, columns, channels], rest.as_slice()].concat(),
            ..tensor
        };
        let axes: Vec<usize> = [2, 0, 1].into_iter().chain(3..3 + rest.len()).collect();
        Tensor {
            shape,
            ..permuted(&image, &axes)
        }
    }

    fn read(&self, name: &str) -> Result<Tensor, ModelError> {
        let problem = |problem: String| ModelError::Tensor { problem };
        let view = self
            .file
            .tensor(name)
            .map_err(|_| problem(format!("the tensor {name} is missing")))?;
        if view.dtype() != Dtype::F32 {
            let found = view.dtype();
            return Err(problem(format!(
                "found the tensor {name} as {found:?}, expected F32"
            )));
        }
        Ok(Tensor {
            name: name.into(),
            shape: view.shape().to_vec(),
            values: numbers(view.data()),
        })
    }

    fn into_bytes(self, spec: &NetworkSpec) -> Result<Vec<u8>, ModelError> {
        let description = json!({
            "version": FORMAT_VERSION,
            "layout": self.layout.name(),
            "input": [spec.rows, spec.columns],
            "pixels": "0 to 255, ink bright",
            "classes": spec.classes,
            "layers": self.layers,
        });
        let tensors = self.tensors.iter();
        let tensors = tensors.map(|t| (t.name.as_str(), t.shape.clone(), t.values.as_slice()));
        safetensors_file(tensors, description.to_string())
    }
}

/// The name of a layer, numbered as in the layer table: `conv2d`, `conv2d_1`, …
fn numbered(name: &str, index: usize) -> String {
    match index {
        0 => name.into(),
        index => format!("{name}_{index}"),
    }
}

/// A tensor with its axes in another order: axis `i` of the result is axis `axes[i]` of the tensor.
fn permuted(tensor: &Tensor, axes: &[usize]) -> Tensor {
    let strides: Vec<usize> = (0..tensor.shape.len())
        .map(|axis| tensor.shape[axis + 1..].iter().product())
        .collect();
    let shape: Vec<usize> = axes.iter().map(|&axis| tensor.shape[axis]).collect();
    let mut index = vec![0; shape.len()];
    let values = (0..tensor.values.len())
        .map(|_| {
            let place: usize = index
                .iter()
                .zip(axes)
                .map(|(i, &axis)| i * strides[axis])
                .sum();
            for (i, size) in index.iter_mut().zip(&shape).rev() {
                *i += 1;
                if *i < *size {
                    break;
                }
                *i = 0;
            }
            tensor.values[place]
        })
        .collect();
    Tensor {
        name: tensor.name.clone(),
        shape,
        values,
    }
}

#[cfg(test)]
mod tests;
