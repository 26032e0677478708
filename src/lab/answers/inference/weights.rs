//! Weights on their way from disk, or from the run that trains, to a network that answers.

use super::{WeightsId, WeightsSource};
use crate::lab::store::{Checkpoint, StoreError};
use crate::training::Predictor;
use std::path::Path;
use std::sync::Arc;

/// Weights that stand ready.
pub(super) struct Loaded {
    pub source: WeightsSource,
    pub id: WeightsId,
    pub step: u64,
    pub predictor: Predictor,
}

/// The weights of the best epoch.
#[derive(Default)]
pub(super) enum Best {
    /// None are wanted.
    #[default]
    Unwanted,
    /// The best epoch's weights stand ready.
    Loaded(Box<Loaded>),
    /// These weights can't be loaded. Loading isn't tried again until others are wanted.
    Failed(WeightsSource),
}

impl Best {
    /// What is there, or was tried.
    pub fn source(&self) -> Option<&WeightsSource> {
        match self {
            Self::Unwanted => None,
            Self::Loaded(loaded) => Some(&loaded.source),
            Self::Failed(source) => Some(source),
        }
    }
}

/// Weights that were read, before a network is made of them.
pub(super) struct Read {
    pub bytes: Arc<[u8]>,
    pub id: WeightsId,
    pub step: u64,
}

/// Reads weights from where they lie; nothing where `have` are the same already, or where a run that
/// trains has laid none yet.
///
/// # Errors
/// Where the weights aren't kept any more.
pub(super) fn read(
    source: &WeightsSource,
    have: Option<&Loaded>,
) -> Result<Option<Read>, StoreError> {
    match source {
        WeightsSource::Kept { run, folder, epoch } => {
            if have.is_some() {
                return Ok(None);
            }
            Ok(Some(Read {
                bytes: read_kept(folder, *epoch)?.into(),
                id: WeightsId {
                    run: run.clone(),
                    epoch: *epoch,
                    step: None,
                },
                step: 0,
            }))
        }
        WeightsSource::Newest { run, slot } => {
            let have = have.map(|loaded| loaded.step);
            if slot.newest_step().is_none() || slot.newest_step() == have {
                return Ok(None);
            }
            Ok(slot.newest().map(|snapshot| Read {
                bytes: snapshot.weights,
                id: WeightsId {
                    run: run.clone(),
                    epoch: snapshot.epoch,
                    step: (!snapshot.is_whole_epoch).then_some(snapshot.step),
                },
                step: snapshot.step,
            }))
        }
    }
}

/// The weights kept after an epoch.
///
/// # Errors
/// Where the weights aren't kept any more.
pub(in crate::lab::answers) fn read_kept(
    folder: &Path,
    epoch: usize,
) -> Result<Vec<u8>, StoreError> {
    Checkpoint::Epoch(epoch).read(folder)
}
