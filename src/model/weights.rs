//! The weights of a network as a safetensors file, which says itself what network it holds.
//!
//! Tensors have plain names (`conv.0.weight`, `dense.1.bias`, `batch_norm.2.running_var`), f32, in
//! the layouts that [`TensorPlan`] states. The file's metadata has one entry, `overfit-lab`, a JSON
//! object of the format's version and the [`NetworkSpec`], pixel statistics included. The same
//! network always gives the same bytes.

mod layout;

pub use layout::{WeightsLayout, in_layout};

use super::{ModelError, NetworkSpec, TensorPlan, Weights};
use crate::experiment::shortened;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The version of the format that is written, and the only one that is read.
pub const FORMAT_VERSION: u32 = 1;
/// The name of the metadata entry. There is only one, because several would be written in random
/// order.
const METADATA: &str = "overfit-lab";

/// A header is no longer than this, in bytes, since reading one takes many times as much memory.
const MOST_HEADER: usize = 1 << 18;

/// The content of the metadata entry.
#[derive(Serialize, Deserialize)]
struct Description {
    version: u32,
    network: NetworkSpec,
}

/// Writes weights as the bytes of a file.
///
/// # Errors
/// [`ModelError::NotFinite`] where a weight is infinite or no number.
pub fn to_bytes(weights: &Weights) -> Result<Vec<u8>, ModelError> {
    if !weights.is_finite() {
        return Err(ModelError::NotFinite);
    }
    let description = serde_json::to_string(&Description {
        version: FORMAT_VERSION,
        network: weights.spec().clone(),
    })
    .map_err(|err| ModelError::NotWeights {
        problem: err.to_string(),
    })?;
    let plans = weights.spec().tensors();
    let tensors = plans.iter().zip(weights.tensors());
    let tensors = tensors.map(|(plan, values)| {
        let values = values.as_slice();
        (plan.name.as_str(), plan.shape.clone(), values)
    });
    safetensors_file(tensors, description)
}

/// Makes a file of these tensors, each with its name, shape and values, and of this metadata entry.
fn safetensors_file<'a>(
    tensors: impl Iterator<Item = (&'a str, Vec<usize>, &'a [f32])>,
    description: String,
) -> Result<Vec<u8>, ModelError> {
    let tensors: Vec<(&str, Vec<usize>, Vec<u8>)> = tensors
        .map(|(name, shape, values)| {
            let bytes = values.iter().flat_map(|value| value.to_le_bytes());
            (name, shape, bytes.collect())
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, SafeTensorError>>()
        .map_err(not_weights)?;
    let metadata = HashMap::from([(METADATA.to_owned(), description)]);
    safetensors::serialize(views, Some(metadata)).map_err(not_weights)
}

fn not_weights(error: SafeTensorError) -> ModelError {
    ModelError::NotWeights {
        problem: shortened(&error.to_string()),
    }
}

/// The numbers that little-endian bytes hold.
fn numbers(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|&b| f32::from_le_bytes(b)).collect()
}

/// Reads which network a file of weights holds, without its weights.
///
/// # Errors
/// Where the bytes aren't a file of weights, or are of another version.
pub fn read_spec(bytes: &[u8]) -> Result<NetworkSpec, ModelError> {
    let (header, _) = header(bytes)?;
    let problem = |problem: String| ModelError::NotWeights {
        problem: shortened(&problem),
    };
    /// The part of a safetensors header that is read.
    #[derive(Deserialize)]
    struct Header {
        #[serde(rename = "__metadata__", default)]
        metadata: BTreeMap<String, String>,
    }
    /// The part of the entry that is read first, so that a later version's network isn't taken for
    /// a damaged one.
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let header: Header = serde_json::from_slice(header)
        .map_err(|err| problem(format!("the header is damaged: {err}")))?;
    let description = header.metadata.get(METADATA).ok_or_else(|| {
        problem(format!(
            "a safetensors file, but without the entry {METADATA:?} that names its network"
        ))
    })?;
    let damaged = |err: serde_json::Error| problem(format!("its description is damaged: {err}"));
    let Version { version } = serde_json::from_str(description).map_err(damaged)?;
    if version != FORMAT_VERSION {
        return Err(ModelError::Version {
            found: version,
            expected: FORMAT_VERSION,
        });
    }
    let description: Description = serde_json::from_str(description).map_err(damaged)?;
    description.network.check()?;
    Ok(description.network)
}

/// Reads the weights from a file's bytes. Everything is checked before it is used, and no more
/// memory is taken than the file has bytes.
///
/// # Errors
/// Where the bytes aren't a file of weights, are of another version, or a tensor isn't what the
/// network that the file names expects.
pub fn from_bytes(bytes: &[u8]) -> Result<Weights, ModelError> {
    let spec = read_spec(bytes)?;
    let file = SafeTensors::deserialize(bytes).map_err(not_weights)?;
    let expected = spec.tensors();
    let surplus = file
        .names()
        .into_iter()
        .find(|&name| !expected.iter().any(|tensor| tensor.name == name));
    if let Some(name) = surplus {
        return Err(ModelError::Tensor {
            problem: format!(
                "found the tensor {}, which it doesn't have",
                shortened(name)
            ),
        });
    }
    Weights::build(spec, |plan: &TensorPlan| {
        let problem = |problem: String| ModelError::Tensor {
            problem: shortened(&problem),
        };
        let name = &plan.name;
        let tensor = file
            .tensor(name)
            .map_err(|_| problem(format!("the tensor {name} is missing")))?;
        if tensor.shape() != plan.shape || tensor.dtype() != Dtype::F32 {
            return Err(problem(format!(
                "found the tensor {name} as {:?} of {:?}, expected F32 of {:?}",
                tensor.dtype(),
                tensor.shape(),
                plan.shape
            )));
        }
        let values = numbers(tensor.data());
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(ModelError::NotFinite)
        }
    })
}

/// Finds a safetensors file's JSON header, and where the data behind it begins. The file is eight
/// bytes with the header's length, little-endian, then the header, then the data.
fn header(bytes: &[u8]) -> Result<(&[u8], usize), ModelError> {
    let short = || ModelError::NotWeights {
        problem: format!("{} bytes that are no safetensors file", bytes.len()),
    };
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| short())?;
    if length > MOST_HEADER {
        return Err(ModelError::NotWeights {
            problem: format!("a header of {length} bytes, expected at most {MOST_HEADER}"),
        });
    }
    let header = rest.get(..length).ok_or_else(short)?;
    Ok((header, 8 + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ImageSize;
    use crate::experiment::Preset;
    use crate::model::Normalization;
    use std::convert::Infallible;

    pub(in crate::model::weights) fn weights(preset: Preset) -> Weights {
        let mut settings = preset.settings();
        settings.network.width = 0.125;
        settings.regularization.dropout = 0.0;
        let spec = NetworkSpec::new(&settings, ImageSize::new(28, 28), 10)
            .unwrap()
            .with_normalization(Normalization {
                mean: 33.25,
                std: 78.5,
            });
        Weights::initial(&spec, 1)
    }

    #[test]
    fn bytes_are_the_same_each_time_and_say_what_they_hold() {
        for preset in Preset::ALL {
            let weights = weights(preset);
            let bytes = to_bytes(&weights).unwrap();
            assert_eq!(bytes, to_bytes(&weights).unwrap());
            assert_eq!(&read_spec(&bytes).unwrap(), weights.spec());
            assert_eq!(from_bytes(&bytes).unwrap(), weights, "{preset}");
        }
    }

    /// The file was written by the first program that wrote any. The tensors of a network with all
    /// kinds of layers hold 1/16, 2/16, … in their order.
    #[test]
    fn files_of_version_1_stay_readable_and_are_written_alike() {
        let file = include_bytes!("weights/version-1.safetensors");
        let weights = from_bytes(file).unwrap();
        let spec = weights.spec();
        assert_eq!((spec.rows, spec.columns, spec.classes), (7, 6, 2));
        assert_eq!((spec.conv_count(), spec.hidden_units), (2, 1));
        let values = weights.tensors().concat();
        let expected: Vec<f32> = (1..=values.len()).map(|i| i as f32 / 16.0).collect();
        assert_eq!(values, expected);
        assert_eq!(to_bytes(&weights).unwrap(), file);
    }

    /// The file with a header in which a text is replaced by another.
    fn edited(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
        let (header, data) = header(bytes).unwrap();
        let header = std::str::from_utf8(header).unwrap();
        assert!(header.contains(from), "{from} in {header}");
        let header = header.replace(from, to);
        let mut edited = (header.len() as u64).to_le_bytes().to_vec();
        edited.extend(header.as_bytes());
        edited.extend(&bytes[data..]);
        edited
    }

    #[test]
    fn damage_is_refused_with_a_reason() {
        let bytes = to_bytes(&weights(Preset::Default)).unwrap();
        let check = |bytes: &[u8], expected: &str| {
            let message = from_bytes(bytes).unwrap_err().to_string();
            assert!(message.contains(expected), "{expected}: {message}");
        };
        check(b"", "0 bytes");
        check(b"PNG, no weights at all", "a header of");
        check(&bytes[..bytes.len() - 4], "can read");
        check(&bytes[..100], "no safetensors");
        check(
            &edited(&bytes, "overfit-lab", "underfit-lab"),
            "names its network",
        );
        check(
            &edited(&bytes, "version\\\":1", "version\\\":2"),
            "version 2",
        );
        check(
            &edited(&bytes, "conv.0.weight", "conv.9.weight"),
            "conv.9.weight",
        );
        check(
            &edited(&bytes, "hidden_units\\\":64", "hidden_units\\\":65"),
            "dense.0.weight",
        );
        check(
            &edited(
                &bytes,
                "channels\\\":[4,8]",
                "channels\\\":[4,8888888888888888]",
            ),
            "channels",
        );
        check(&edited(&bytes, "\"F32\"", "\"I32\""), "expected F32");
    }

    #[test]
    fn no_byte_makes_it_panic() {
        let bytes = to_bytes(&weights(Preset::Linear)).unwrap();
        let header_end = header(&bytes).unwrap().1;
        for place in 0..header_end {
            for value in [0, b'"', b'9', 0xff] {
                let mut damaged = bytes.clone();
                damaged[place] = value;
                // Damage in some places is harmless, and in no place may it cause a panic.
                let _ = from_bytes(&damaged);
            }
        }
    }

    #[test]
    fn weights_that_are_no_numbers_are_not_written() {
        let spec = weights(Preset::Linear).spec().clone();
        let Ok(broken) = Weights::build(spec, |tensor| {
            Ok::<_, Infallible>(vec![f32::NAN; tensor.len()])
        });
        assert!(matches!(to_bytes(&broken), Err(ModelError::NotFinite)));
    }
}
