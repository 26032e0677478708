//! A small set of scored runs, in one file: what a person sees of each, and what is true. The tests
//! hold the goals on it, so that no change of the verdict loses them unnoticed.

use super::error::VerdictBenchError;
use super::seen::Seen;
use crate::disk;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// A run as it was seen by a validation set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SmallRun {
    /// The setting of the run.
    pub setting: String,
    /// The run and the validation set.
    pub name: String,
    /// How many images validate.
    pub size: usize,
    /// What was seen, and what is true.
    pub seen: Seen,
}

/// Writes the set, compressed.
pub fn write(path: &Path, runs: &[SmallRun]) -> Result<(), VerdictBenchError> {
    let io = |source| VerdictBenchError::Io {
        path: path.into(),
        source,
    };
    let text = serde_json::to_vec(runs).map_err(std::io::Error::from);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let bytes = text
        .and_then(|text| encoder.write_all(&text))
        .and_then(|()| encoder.finish());
    let staged = disk::Staged::new(path, &bytes.map_err(io)?).map_err(io)?;
    staged.replace(path).map_err(io)
}

/// Reads the set.
pub fn read(path: &Path) -> Result<Vec<SmallRun>, VerdictBenchError> {
    let io = |source| VerdictBenchError::Io {
        path: path.into(),
        source,
    };
    let bytes = std::fs::read(path).map_err(io)?;
    let text = flate2::read::GzDecoder::new(bytes.as_slice());
    serde_json::from_reader(text).map_err(|err| io(err.into()))
}
