//! Weights on their way from disk, or from the run that trains, to a network that answers.

use super::{Moment, WeightsId, WeightsSource};
use crate::lab::answers::ensemble::{Together, Voters};
use crate::lab::answers::error::LookError;
use crate::lab::answers::network::Network;
use crate::lab::store::{Checkpoint, StoreError};
use crate::training::OpenDevice;
use std::path::Path;
use std::sync::Arc;

/// Weights that stand ready.
pub(super) struct Loaded {
    pub source: WeightsSource,
    pub id: WeightsId,
    pub step: u64,
    pub network: Network,
}

impl Loaded {
    /// Loads the weights of several runs.
    pub fn together(
        source: &WeightsSource,
        together: &Together,
        device: &OpenDevice,
    ) -> Result<Self, LookError> {
        Ok(Self {
            source: source.clone(),
            id: WeightsId {
                run: together.id.clone(),
                moment: Moment::Together {
                    runs: together.runs.len(),
                    copies: together.copies.count,
                },
            },
            step: 0,
            network: Network::Together(Voters::load(&together.runs, together.copies, device)?),
        })
    }
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

/// Reads weights from where they lie; nothing where those of step `have` are the same already, or where a run that
/// trains has laid none yet.
///
/// # Errors
/// Where the weights aren't kept any more.
pub(super) fn read(source: &WeightsSource, have: Option<u64>) -> Result<Option<Read>, StoreError> {
    match source {
        WeightsSource::Kept { run, folder, epoch } => {
            if have.is_some() {
                return Ok(None);
            }
            Ok(Some(Read {
                bytes: read_kept(folder, *epoch)?.into(),
                id: WeightsId {
                    run: run.clone(),
                    moment: Moment::After(*epoch),
                },
                step: 0,
            }))
        }
        WeightsSource::Newest { run, slot } => {
            if slot.newest_step().is_none() || slot.newest_step() == have {
                return Ok(None);
            }
            Ok(slot.newest().map(|snapshot| Read {
                bytes: snapshot.weights,
                id: WeightsId {
                    run: run.clone(),
                    moment: match snapshot.is_whole_epoch {
                        true => Moment::After(snapshot.epoch),
                        false => Moment::Within {
                            epoch: snapshot.epoch,
                            step: snapshot.step,
                        },
                    },
                },
                step: snapshot.step,
            }))
        }
        // Several runs are read where they are loaded.
        WeightsSource::Together(_) => Ok(None),
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
