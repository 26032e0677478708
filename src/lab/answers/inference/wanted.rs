//! What can be asked of the thread, and what it tells.

use crate::data::Images;
use crate::lab::answers::ensemble::Together;
use crate::lab::run::RunId;
use crate::model::{LayerTable, Maps};
use crate::training::{Answers, WeightsSlot};
use std::path::PathBuf;
use std::sync::Arc;

/// Whose weights answer.
#[derive(Clone, Debug)]
pub enum WeightsSource {
    /// The weights kept after an epoch.
    Kept {
        /// The run.
        run: RunId,
        /// The run's folder.
        folder: PathBuf,
        /// The epoch, from 1.
        epoch: usize,
    },
    /// The newest weights of a run in training.
    Newest {
        /// The run.
        run: RunId,
        /// Where the run lays them.
        slot: WeightsSlot,
    },
    /// The weights of several runs, which answer together.
    Together(Together),
}

/// Two slots are the same where they are of one run, since a run has one slot.
impl PartialEq for WeightsSource {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Kept { run, epoch, folder },
                Self::Kept {
                    run: other_run,
                    epoch: other_epoch,
                    folder: other_folder,
                },
            ) => run == other_run && epoch == other_epoch && folder == other_folder,
            (Self::Newest { run, .. }, Self::Newest { run: other, .. }) => run == other,
            (Self::Together(together), Self::Together(other)) => together == other,
            _ => false,
        }
    }
}

/// Which weights an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsId {
    /// The run, or the ensemble.
    pub run: RunId,
    /// Which of its weights.
    pub moment: Moment,
}

/// Which weights of a run, or of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Those kept after this epoch, from 1.
    After(usize),
    /// Those in the midst of an epoch, after this optimizer step.
    Within {
        /// The epoch, from 1.
        epoch: usize,
        /// The optimizer step.
        step: u64,
    },
    /// Those of all runs of an ensemble.
    Together {
        /// How many runs there are.
        runs: usize,
        /// How many copies they answer beside each image.
        copies: u16,
    },
}

impl Moment {
    /// The epoch after which the weights were kept, or that was in work; none of several runs.
    pub fn epoch(self) -> Option<usize> {
        match self {
            Self::After(epoch) | Self::Within { epoch, .. } => Some(epoch),
            Self::Together { .. } => None,
        }
    }
}

/// A picture as a network takes it: 0 to 255, `[row, column]`. Two are the same only where they
/// are one.
#[derive(Clone, Debug)]
pub struct InputImage(pub Arc<[u8]>);

impl PartialEq for InputImage {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Labelled pictures of a person's own, prepared for the network. Two are the same only where
/// they are one.
#[derive(Clone, Debug)]
pub struct OwnSet(pub Arc<Images>);

impl PartialEq for OwnSet {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What shall be known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// The weights that answer.
    pub weights: Option<WeightsSource>,
    /// The weights of the best epoch, where these classify the picture as well.
    pub best: Option<WeightsSource>,
    /// The picture to classify.
    pub picture: Option<InputImage>,
    /// The picture that the layers are shown.
    pub layers_picture: Option<InputImage>,
    /// Whether the layers are looked at.
    pub layers: bool,
    /// The person's own set to score.
    pub own_set: Option<OwnSet>,
}

/// What is known. Each part says which weights it comes from, since it may lag behind what is
/// wanted.
#[derive(Clone, Default)]
pub struct Inferred {
    /// The weights loaded, and the network's layers.
    pub network: Option<(WeightsId, Arc<LayerTable>)>,
    /// The probabilities of the picture.
    pub guess: Option<Guess>,
    /// The probabilities of the same picture by the weights of the best epoch. Both are told together.
    pub best_guess: Option<Guess>,
    /// Why the weights of the best epoch can't answer, in words.
    pub best_problem: Option<String>,
    /// What the layers look like.
    pub layers: Option<Arc<Layers>>,
    /// The answers to the person's own set.
    pub own_set: Option<Arc<OwnAnswers>>,
    /// Why nothing is known, in words.
    pub problem: Option<String>,
}

/// The probabilities of a picture.
#[derive(Clone, Debug)]
pub struct Guess {
    /// The weights.
    pub weights: WeightsId,
    /// The picture.
    pub picture: InputImage,
    /// A probability for each class; their sum is 1.
    pub probabilities: Arc<[f32]>,
}

/// A look into a network.
#[derive(Clone, Debug)]
pub struct Layers {
    /// The weights.
    pub weights: WeightsId,
    /// The first layer's weights as pictures.
    pub filters: Maps,
    /// The picture, and what each convolution makes of it; none while there is no picture.
    pub activations: Option<(InputImage, Vec<Maps>)>,
}

/// The answers to a person's own set.
#[derive(Clone, Debug)]
pub struct OwnAnswers {
    /// The weights.
    pub weights: WeightsId,
    /// The set.
    pub set: OwnSet,
    /// An answer for each image.
    pub answers: Answers,
}
