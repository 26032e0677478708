//! What answers the tabs: one network, or several that answer together.

use super::ensemble::{EnsembleError, Voters, Votes, answers_of};
use super::error::LookError;
use crate::experiment::ImageSize;
use crate::model::LayerTable;
use crate::training::{Answers, Predictor, TrainingError};
use std::ops::ControlFlow;

/// What answers.
pub(super) enum Network {
    /// One network.
    Alone(Box<Predictor>),
    /// Several networks, by the mean of their probabilities.
    Together(Voters),
}

/// What was answered to labelled images.
#[derive(Default)]
pub(super) struct Answered {
    /// The answers of the network, or of all together.
    pub answers: Answers,
    /// What each network alone answered, where there are several: `[network][image]`.
    pub votes: Vec<Vec<u8>>,
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

    /// How many answers there are to an image, of all networks and copies.
    pub fn answers(&self) -> usize {
        match self {
            Self::Alone(_) => 1,
            Self::Together(voters) => voters.answers(),
        }
    }

    /// The probabilities of a picture.
    pub fn probabilities(&self, picture: &[u8]) -> Result<Vec<f32>, LookError> {
        match self {
            Self::Alone(predictor) => Ok(predictor.probabilities(picture, 1)?),
            Self::Together(voters) => Ok(vote(voters, picture)?.probabilities),
        }
    }

    /// Adds what is said of labelled images to `answered`.
    pub fn answer_images(
        &self,
        images: &[&[u8]],
        labels: &[u8],
        answered: &mut Answered,
    ) -> Result<(), LookError> {
        let Answered { answers, votes } = answered;
        let voters = match self {
            Self::Alone(predictor) => return Ok(predictor.answer_images(images, labels, answers)?),
            Self::Together(voters) => voters,
        };
        let classes = voters.class_names().len();
        if let Some(&label) = labels.iter().find(|label| usize::from(**label) >= classes) {
            return Err(TrainingError::WrongLabel { label, classes }.into());
        }
        let found = vote(voters, &images.concat())?;
        let more = answers_of(&found.probabilities, labels, classes);
        answers.classes.extend(more.classes);
        answers.confidences.extend(more.confidences);
        answers.losses.extend(more.losses);
        votes.resize(found.classes.len(), Vec::new());
        for (all, more) in votes.iter_mut().zip(found.classes) {
            all.extend(more);
        }
        Ok(())
    }
}

fn vote(voters: &Voters, pixels: &[u8]) -> Result<Votes, EnsembleError> {
    let go_on = &mut |_, _| ControlFlow::Continue(());
    voters.vote(pixels, voters.image_size(), go_on)
}
