//! Weights on their way from disk, or from the run that trains, to a network that answers.

use super::{Moment, WeightsId, WeightsSource};
use crate::experiment::ImageSize;
use crate::lab::answers::ensemble::{Together, Voters, answers_of};
use crate::lab::answers::error::LookError;
use crate::lab::store::{Checkpoint, StoreError};
use crate::model::LayerTable;
use crate::training::{Answers, OpenDevice, Predictor, TrainingError};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Weights that stand ready.
pub(super) struct Loaded {
    pub source: WeightsSource,
    pub id: WeightsId,
    pub step: u64,
    pub network: Network,
}

/// What answers.
pub(super) enum Network {
    /// One network.
    Alone(Box<Predictor>),
    /// Several networks, by the mean of their probabilities.
    Together(Voters),
}

impl Network {
    /// Rows and columns of the images that are answered.
    pub fn image_size(&self) -> ImageSize {
        match self {
            Self::Alone(predictor) => predictor.image_size(),
            Self::Together(voters) => voters.image_size(),
        }
    }

    /// The layers; none of several networks.
    pub fn layer_table(&self) -> Option<LayerTable> {
        match self {
            Self::Alone(predictor) => Some(predictor.layer_table()),
            Self::Together(_) => None,
        }
    }

    /// The probabilities of a picture.
    pub fn probabilities(&self, picture: &[u8]) -> Result<Vec<f32>, LookError> {
        match self {
            Self::Alone(predictor) => Ok(predictor.probabilities(picture, 1)?),
            Self::Together(voters) => {
                let go_on = &mut |_, _| ControlFlow::Continue(());
                let votes = voters.vote(picture, voters.image_size(), go_on)?;
                Ok(votes.probabilities)
            }
        }
    }

    /// Adds what is said of labelled images to `answers`.
    pub fn answer_images(
        &self,
        images: &[&[u8]],
        labels: &[u8],
        answers: &mut Answers,
    ) -> Result<(), LookError> {
        match self {
            Self::Alone(predictor) => Ok(predictor.answer_images(images, labels, answers)?),
            Self::Together(voters) => {
                let classes = voters.class_names().len();
                if let Some(&label) = labels.iter().find(|l| usize::from(**l) >= classes) {
                    return Err(TrainingError::WrongLabel { label, classes }.into());
                }
                let probabilities = self.probabilities(&images.concat())?;
                let more = answers_of(&probabilities, labels, classes);
                answers.classes.extend(more.classes);
                answers.confidences.extend(more.confidences);
                answers.losses.extend(more.losses);
                Ok(())
            }
        }
    }
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
