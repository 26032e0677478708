//! A run's state as a file: safetensors, with one JSON entry for all that is no tensor and one
//! for a checksum.
//!
//! Tensors are `weight/NAME`, `first/NAME` and `second/NAME`, with the names that a file of
//! weights has. The checksum is a CRC-32 over the JSON entry, then each tensor's name and bytes in
//! the order of the names: it finds damage, not malice, against which everything is checked.

use super::{ResumePoint, SavedProgress};
use crate::experiment::{Experiment, Optimizer, shortened};
use crate::model::{ModelError, Moments, NetworkSpec, Weights};
use crate::training::changes::BatchPlace;
use crate::training::trainer::{OptimizerState, TrainerState};
use flate2::Crc;
use safetensors::tensor::{Metadata, TensorView};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// The version of the files that are written, and the only one that is read.
const FORMAT_VERSION: u32 = 1;
/// The metadata entry of all that is no tensor.
const STATE: &str = "overfit-lab-state";
/// The metadata entry of the checksum, eight hexadecimal digits.
const CHECKSUM: &str = "crc32";
/// A header with far more changes than any run has is no longer than this, in bytes.
const HEADER_LIMIT: u64 = 4 << 20;

/// A file that isn't a run's state, or not one that can be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file is not what was written.
    #[error("the saved state is damaged: {problem}")]
    Damaged {
        /// What was found.
        problem: String,
    },
    /// The file is of another version.
    #[error(
        "version {found} of the saved state is not known, expected {FORMAT_VERSION}: resume the run with the version of Overfit Lab that wrote it"
    )]
    Version {
        /// The version that it states.
        found: u32,
    },
}

/// Everything in the file that is no tensor.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    version: u32,
    network: NetworkSpec,
    optimizer: Optimizer,
    /// Steps that each tensor's moments have seen.
    moments: BTreeMap<String, u64>,
    progress: SavedProgress,
}

/// The beginning of a safetensors file.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    metadata: HashMap<String, String>,
}

/// The part of the description that is read where only the place is asked for.
#[derive(Deserialize)]
struct PlaceOnly {
    progress: NextOnly,
}

#[derive(Deserialize)]
struct NextOnly {
    next: BatchPlace,
}

/// The part of the description that is read first: another version explains every other
/// difference.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

impl ResumePoint {
    /// The state as the bytes of a file.
    ///
    /// # Errors
    /// Where a figure can't be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StateError> {
        let TrainerState { weights, optimizer } = &self.trainer;
        let description = Description {
            version: FORMAT_VERSION,
            network: weights.spec().clone(),
            optimizer: optimizer.kind,
            moments: optimizer
                .tensors
                .iter()
                .map(|(name, moments)| (name.clone(), moments.steps))
                .collect(),
            progress: self.progress.clone(),
        };
        let description = serde_json::to_string(&description).map_err(damaged)?;
        let plans = weights.iter().map(|(plan, values)| (plan.name, values));
        let mut tensors: Vec<(String, Vec<u8>)> = plans
            .map(|(name, values)| (format!("weight/{name}"), bytes_of(values)))
            .collect();
        for (name, moments) in &optimizer.tensors {
            tensors.push((format!("first/{name}"), bytes_of(&moments.first)));
            if !moments.second.is_empty() {
                tensors.push((format!("second/{name}"), bytes_of(&moments.second)));
            }
        }
        tensors.sort();
        let sorted = tensors
            .iter()
            .map(|(name, bytes)| (name.as_str(), &bytes[..]));
        let checksum = checksum(&description, sorted);
        let views = tensors
            .iter()
            .map(|(name, bytes)| {
                let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?;
                Ok((name.as_str(), view))
            })
            .collect::<Result<Vec<_>, SafeTensorError>>()
            .map_err(damaged)?;
        let metadata = HashMap::from([
            (STATE.to_owned(), description),
            (CHECKSUM.to_owned(), checksum),
        ]);
        safetensors::serialize(views, Some(metadata)).map_err(damaged)
    }

    /// Reads the state from a file's bytes. Memory grows with the bytes that are there, whatever
    /// the file claims.
    ///
    /// # Errors
    /// Where the file is of another version, or anything isn't as it was written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let description = entry(&metadata, STATE)?;
        let VersionOnly { version } = serde_json::from_str(description).map_err(damaged)?;
        if version != FORMAT_VERSION {
            return Err(StateError::Version { found: version });
        }
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let mut tensors = file.tensors();
        tensors.sort_by(|(one, _), (other, _)| one.cmp(other));
        let sorted = tensors
            .iter()
            .map(|(name, view)| (name.as_str(), view.data()));
        let (found, expected) = (checksum(description, sorted), entry(&metadata, CHECKSUM)?);
        if found != expected {
            return Err(damaged(format!(
                "its checksum is {found}, expected {expected}"
            )));
        }
        let description = serde_json::from_str(description).map_err(damaged)?;
        let tensors = tensors.into_iter().collect();
        let point = Self {
            trainer: trainer(&description, tensors).map_err(damaged)?,
            progress: description.progress,
        };
        check(&point)?;
        Ok(point)
    }

    /// Reads the epoch and the batch that come next, both from 1, from the beginning of a file.
    /// The rest of the file isn't read and may be damaged.
    ///
    /// # Errors
    /// Where the file doesn't begin as a state, or is of another version.
    pub fn place_in(mut file: impl Read) -> Result<(usize, usize), StateError> {
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(damaged)?;
        let length = u64::from_le_bytes(length);
        if length > HEADER_LIMIT {
            return Err(damaged(format!("its header claims {length} bytes")));
        }
        let mut header = Vec::new();
        file.take(length)
            .read_to_end(&mut header)
            .map_err(damaged)?;
        let Header { metadata } = serde_json::from_slice(&header).map_err(damaged)?;
        let description = metadata
            .get(STATE)
            .ok_or_else(|| damaged(format!("a safetensors file without the entry {STATE:?}")))?;
        let VersionOnly { version } = serde_json::from_str(description).map_err(damaged)?;
        if version != FORMAT_VERSION {
            return Err(StateError::Version { found: version });
        }
        let PlaceOnly {
            progress: NextOnly { next },
        } = serde_json::from_str(description).map_err(damaged)?;
        if next.epoch == 0 || next.batch == 0 {
            return Err(damaged("it stands at no batch of an epoch"));
        }
        Ok((next.epoch, next.batch))
    }
}

fn entry<'a>(metadata: &'a Metadata, name: &str) -> Result<&'a str, StateError> {
    let entries = metadata.metadata().as_ref();
    let entry = entries.and_then(|entries| entries.get(name));
    entry
        .map(String::as_str)
        .ok_or_else(|| damaged(format!("a safetensors file without the entry {name:?}")))
}

fn damaged(problem: impl ToString) -> StateError {
    StateError::Damaged {
        problem: shortened(&problem.to_string()),
    }
}

fn checksum<'a>(description: &str, tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut crc = Crc::new();
    crc.update(description.as_bytes());
    for (name, bytes) in tensors {
        crc.update(name.as_bytes());
        crc.update(bytes);
    }
    format!("{:08x}", crc.sum())
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    bytes.collect()
}

/// Makes the trainer's state of the file's tensors: each tensor of the network and of its
/// optimizer must be there, and no other.
fn trainer(
    description: &Description,
    mut tensors: HashMap<String, TensorView<'_>>,
) -> Result<TrainerState, ModelError> {
    let problem = |problem: String| ModelError::Tensor { problem };
    let mut take = |name: String, length: usize| -> Result<Vec<f32>, ModelError> {
        let view = tensors.remove(&name);
        let view = view.ok_or_else(|| problem(format!("the tensor {name} is missing")))?;
        if view.dtype() != Dtype::F32 || view.data().len() / 4 != length {
            let found = view.data().len() / 4;
            return Err(problem(format!(
                "found {found} values of {name}, expected {length}"
            )));
        }
        let (words, _) = view.data().as_chunks();
        Ok(words.iter().map(|&word| f32::from_le_bytes(word)).collect())
    };
    let spec = &description.network;
    spec.check()?;
    let weights = Weights::build(spec.clone(), |plan| {
        take(format!("weight/{}", plan.name), plan.len())
    })?;
    let mut optimizer = OptimizerState {
        kind: description.optimizer,
        tensors: BTreeMap::new(),
    };
    for plan in spec.tensors() {
        let Some(&steps) = description.moments.get(&plan.name) else {
            continue;
        };
        let first = take(format!("first/{}", plan.name), plan.len())?;
        let second = match description.optimizer {
            Optimizer::Adam | Optimizer::AdamW => {
                take(format!("second/{}", plan.name), plan.len())?
            }
            Optimizer::Sgd => Vec::new(),
        };
        let moments = Moments {
            steps,
            first,
            second,
        };
        optimizer.tensors.insert(plan.name, moments);
    }
    if let Some(name) = tensors.keys().next() {
        return Err(problem(format!("found the tensor {name} beyond them")));
    }
    optimizer.check(spec)?;
    Ok(TrainerState { weights, optimizer })
}

/// Checks that a run can have such a state.
fn check(point: &ResumePoint) -> Result<(), StateError> {
    let progress = &point.progress;
    Experiment::new(progress.settings.clone(), Vec::new()).map_err(damaged)?;
    let is_place_good = progress.next.epoch >= 1
        && progress.next.batch >= 1
        && progress.changed <= progress.next
        && progress.sums.batches == progress.next.batch - 1;
    if !is_place_good {
        return Err(damaged("it stands at no batch of an epoch"));
    }
    let spent = progress.spent;
    let figures = [
        progress.learning_rate,
        progress.sums.loss,
        progress.sums.accuracy,
        spent.elapsed_secs,
        spent.images,
        spent.step_secs,
        spent.waiting_secs,
    ];
    if !figures.iter().all(|figure| *figure >= 0.0) || !point.is_finite() {
        return Err(damaged("a figure is not a finite number"));
    }
    Ok(())
}
