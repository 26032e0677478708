//! A run that is kept for measuring the verdict: the figures of its epochs, and what it answered to
//! each image after each epoch. One file of safetensors a run, which other programs read too.

use super::error::VerdictBenchError;
use super::plan::ANSWERED;
use crate::disk;
use crate::training::EpochMetrics;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::HashMap;
use std::path::Path;

/// A run of the plan, trained.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The figures of the epochs. Their validation figures are over all answered images.
    pub epochs: Vec<EpochMetrics>,
    /// Cross-entropies, `[epoch, image]`.
    pub losses: Vec<f32>,
    /// Whether the answer is right, 0 or 1, `[epoch, image]`.
    pub right: Vec<u8>,
}

const EPOCHS: &str = "epochs";
const LOSS: &str = "loss";
const RIGHT: &str = "right";

impl Kept {
    /// The losses after an epoch, by its place.
    pub fn losses(&self, place: usize) -> &[f32] {
        &self.losses[place * ANSWERED..][..ANSWERED]
    }

    /// Which answers are right after an epoch, by its place.
    pub fn right(&self, place: usize) -> &[u8] {
        &self.right[place * ANSWERED..][..ANSWERED]
    }

    /// Writes the file, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), VerdictBenchError> {
        let no_run = |problem: String| VerdictBenchError::NoRun {
            problem,
            path: path.into(),
        };
        let epochs = serde_json::to_string(&self.epochs).map_err(|err| no_run(err.to_string()))?;
        let metadata = HashMap::from([(EPOCHS.to_owned(), epochs)]);
        let losses: Vec<u8> = self.losses.iter().flat_map(|it| it.to_le_bytes()).collect();
        let shape = vec![self.epochs.len(), ANSWERED];
        let views = || {
            Ok([
                (LOSS, TensorView::new(Dtype::F32, shape.clone(), &losses)?),
                (
                    RIGHT,
                    TensorView::new(Dtype::U8, shape.clone(), &self.right)?,
                ),
            ])
        };
        let bytes = views()
            .and_then(|views| safetensors::serialize(views, Some(metadata)))
            .map_err(|err: safetensors::SafeTensorError| no_run(err.to_string()))?;
        let io = |source| VerdictBenchError::Io {
            path: path.into(),
            source,
        };
        let whole = disk::Staged::new(path, &bytes).map_err(io)?;
        whole.replace(path).map_err(io)
    }

    /// Reads a file; none where there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, VerdictBenchError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(VerdictBenchError::Io {
                    path: path.into(),
                    source,
                });
            }
        };
        Self::from_bytes(&bytes)
            .map(Some)
            .map_err(|problem| VerdictBenchError::NoRun {
                problem,
                path: path.into(),
            })
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let text = |err: safetensors::SafeTensorError| err.to_string();
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(text)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(text)?;
        let epochs = header
            .metadata()
            .as_ref()
            .and_then(|metadata| metadata.get(EPOCHS))
            .ok_or("the figures of the epochs are missing")?;
        let epochs: Vec<EpochMetrics> =
            serde_json::from_str(epochs).map_err(|err| err.to_string())?;
        let losses = tensors.tensor(LOSS).map_err(text)?;
        let losses = losses.data().as_chunks::<4>().0.iter();
        let kept = Self {
            losses: losses.map(|word| f32::from_le_bytes(*word)).collect(),
            right: tensors.tensor(RIGHT).map_err(text)?.data().to_vec(),
            epochs,
        };
        let answers = kept.epochs.len() * ANSWERED;
        if kept.losses.len() == answers && kept.right.len() == answers {
            Ok(kept)
        } else {
            Err(format!(
                "expected {ANSWERED} answers an epoch over {} epochs",
                kept.epochs.len()
            ))
        }
    }
}
