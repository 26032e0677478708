//! What is said of a run whose loss stands still: underfitting, a good fit, a plateau.

use super::super::limits::{BLOWN_UP, GAP, VISIBLE_GAP};
use super::super::weigh::Evidence;
use super::super::{Figures, best};
use super::{Said, accuracy_sentence, from_to};
use crate::lab::format::{bare_points, loss, percent, points};

impl Said<'_> {
    pub(super) fn underfitting(&self, evidence: &Evidence) -> Vec<String> {
        let Some(last) = self.last() else {
            return Vec::new();
        };
        if evidence.has_collapsed() {
            let lowest = self.story.lowest_train_loss();
            return vec![format!(
                "Training loss rose {}: the network has forgotten what it had learned, since its steps are too large.",
                from_to(lowest, last.train_loss)
            )];
        }
        if let Some(classes) = evidence.guesses_among {
            let why = if evidence.training_creeps {
                "Its training loss falls all the same, very slowly: the learning rate may be too low.".into()
            } else {
                self.blown_up(evidence).unwrap_or_else(|| {
                    "Steps that are too large, a learning rate too high, often end so.".into()
                })
            };
            return vec![self.guessing(last, classes), why];
        }
        let harder = (last.validation_accuracy - last.train_accuracy > VISIBLE_GAP)
            .then(|| "Training may have been measured with augmentation or dropout, which makes it look worse.".into());
        let even = format!(
            "Even of its own training images the network gets only {} right, and {} of the validation images: it is too simple, or learns too slowly.",
            percent(last.train_accuracy),
            percent(last.validation_accuracy)
        );
        [Some(even), harder].into_iter().flatten().collect()
    }

    /// What a network does that only guesses.
    fn guessing(&self, last: &Figures, classes: f64) -> String {
        let (accuracy, of) = if last.train_accuracy.is_finite() {
            (last.train_accuracy, "of its own training images")
        } else {
            (last.validation_accuracy, "of the validation images")
        };
        format!(
            "The network only guesses: it gets {} {of} right, and its loss is that of a guess among {classes:.0} classes.",
            percent(accuracy)
        )
    }

    /// The loss with which the run began, where it was so high that the first steps must have been too large.
    fn blown_up(&self, evidence: &Evidence) -> Option<String> {
        let first = self.story.told().first()?;
        (first.loss > BLOWN_UP * evidence.level).then(|| {
            format!(
                "Validation loss was {} at epoch {}: the steps were too large, the learning rate too high.",
                loss(first.loss),
                first.epoch
            )
        })
    }

    pub(super) fn good_fit(&self, evidence: &Evidence) -> Vec<String> {
        let (Some(last), Some(best)) = (self.last(), best(self.points)) else {
            return Vec::new();
        };
        if evidence.is_perfect() {
            return vec![format!(
                "Every training and validation image is right, with a validation loss of {}: nothing is left to learn from these images.",
                loss(last.validation_loss)
            )];
        }
        let accuracies = if last.train_accuracy.is_finite() {
            format!(
                " Accuracy is {} in training and {} in validation.",
                percent(last.train_accuracy),
                percent(last.validation_accuracy)
            )
        } else {
            accuracy_sentence(last)
        };
        let gap = evidence.error.zip(evidence.train_error);
        let behind = match gap.map(|(error, train)| (error - train, error)) {
            Some((gap, error)) if gap > GAP * error => {
                format!("the gap of {} to training is small", points(100.0 * gap))
            }
            Some((gap, _)) if gap < -VISIBLE_GAP => {
                "the training images are no easier than they: they may have been measured with augmentation or dropout"
                    .to_owned()
            }
            _ => "training doesn't leave it behind".to_owned(),
        };
        vec![format!(
            "Validation loss hardly moves since epoch {} ({} now, {} at its lowest), and {behind}.{accuracies}",
            self.still_since(evidence),
            loss(last.validation_loss),
            loss(best.validation_loss)
        )]
    }

    /// What is said of a loss that stands still with a gap.
    pub(super) fn plateau(&self, evidence: &Evidence) -> (String, Vec<String>) {
        let since = self.still_since(evidence);
        let what = self.anew(&format!("Standing still since epoch {since}."));
        let (Some(last), Some(best)) = (self.last(), best(self.points)) else {
            return (what, Vec::new());
        };
        let moves = format!(
            "Validation loss hardly moves ({} now, {} at its lowest).",
            loss(last.validation_loss),
            loss(best.validation_loss)
        );
        let gap = format!(
            "{} of the training images are right and {} of the validation images{}: in part the network has learned its training images by heart.",
            percent(last.train_accuracy),
            percent(last.validation_accuracy),
            self.gap_grew(evidence, last)
        );
        (what, vec![moves, gap])
    }

    /// How the gap came to be since the loss stands still.
    fn gap_grew(&self, evidence: &Evidence, last: &Figures) -> String {
        let told = self.story.told().get(evidence.still_from);
        let first = told.and_then(|told| self.points.get(told.place));
        let gap = |figures: &Figures| figures.train_accuracy - figures.validation_accuracy;
        let now = gap(last);
        match first.map(gap) {
            Some(then) if now - then > VISIBLE_GAP => format!(
                ", and the gap between them grew from {} to {}",
                bare_points(100.0 * then),
                points(100.0 * now)
            ),
            _ => format!(", {} fewer", points(100.0 * now)),
        }
    }

    /// The epoch from which the loss stands still.
    fn still_since(&self, evidence: &Evidence) -> usize {
        let told = self.story.told().get(evidence.still_from);
        told.map_or(1, |told| told.epoch)
    }
}
