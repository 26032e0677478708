//! What is said of a run whose end is open: too early, improving, mended, unclear.

use super::super::limits::{FIRST_VERDICT, SINCE_LOWEST, TOGETHER};
use super::super::weigh::Evidence;
use super::super::{Verdict, VerdictKind, best};
use super::{Said, accuracies_sentence, accuracy_sentence, evidence, from_to};
use crate::lab::format::{loss, percent_with_error, whole};

impl Said<'_> {
    /// The verdict where there are fewer epochs than are needed.
    pub fn too_early(&self) -> Verdict {
        let measured = self.story.chapter().len();
        let missing = FIRST_VERDICT.saturating_sub(measured);
        let is_never_measured = measured == 0 && self.points.len() >= FIRST_VERDICT;
        let with = if self.story.told().len() < self.points.len() {
            " with a validation loss"
        } else {
            ""
        };
        let needed = match missing {
            _ if is_never_measured => {
                "No validation loss was measured, and without one nothing can be said.".to_owned()
            }
            1 => format!("A verdict needs 1 more epoch{with}."),
            missing => format!("A verdict needs {missing} more epochs{with}."),
        };
        let so_far = self
            .points
            .last()
            .filter(|last| last.validation_accuracy.is_finite());
        let so_far = so_far.map(|last| {
            let accuracy = percent_with_error(last.validation_accuracy, self.images);
            format!("Validation accuracy is {accuracy} so far.")
        });
        let how = [Some(needed), so_far].into_iter().flatten().collect();
        // Where nothing is validated, more epochs will tell nothing.
        let (kind, what) = if is_never_measured {
            (VerdictKind::Unclear, "Can't tell.".to_owned())
        } else {
            (VerdictKind::TooEarly, self.too_early_what())
        };
        self.verdict(kind, None, what, how, self.accuracy_lines())
    }

    pub(super) fn too_early_what(&self) -> String {
        let Some(chapter) = self.chapter else {
            return "Too early to tell.".to_owned();
        };
        let epoch = chapter.epoch;
        match chapter.before {
            VerdictKind::Overfitting => format!(
                "The run overfitted up to epoch {}. Too early to tell what the change in epoch {epoch} does.",
                epoch - 1
            ),
            _ => format!("Too early to tell what the change in epoch {epoch} does."),
        }
    }

    pub(super) fn improving(&self, evidence: &Evidence) -> Vec<String> {
        let told = self.story.told();
        let from = told.len().saturating_sub(2 * evidence.fall_epochs);
        let (Some(last), Some(from)) = (self.last(), told.get(from)) else {
            return Vec::new();
        };
        // A stretch of improvement never begins after the best epoch.
        let best = best(self.points).unwrap_or(last);
        if best.validation_loss < last.validation_loss || from.loss <= last.validation_loss {
            return vec![format!(
                "Validation loss was lowest at epoch {} with {}, and is {} now. It moves by {} from epoch to epoch, so that the next epochs must show which way it goes.{}",
                best.epoch,
                loss(best.validation_loss),
                loss(last.validation_loss),
                evidence::share(evidence.jump),
                accuracy_sentence(last)
            )];
        }
        vec![format!(
            "Validation loss fell {} since epoch {}.{}",
            from_to(from.loss, last.validation_loss),
            from.epoch,
            accuracy_sentence(last)
        )]
    }

    /// What a change of settings has mended.
    pub(super) fn mended(&self, evidence: &Evidence) -> Vec<String> {
        let told = self.story.told();
        let before = self
            .story
            .start()
            .checked_sub(1)
            .and_then(|at| told.get(at));
        let (Some(before), Some(now)) = (before.and_then(|told| told.level), told.last()) else {
            return self.unclear(evidence);
        };
        let mut how = format!(
            "Over {} validation loss was about {}; before the change it was {}.",
            self.last_epochs(TOGETHER),
            loss(now.level.unwrap_or(now.loss)),
            loss(before)
        );
        how += &self.last().map_or_else(String::new, accuracy_sentence);
        vec![how, "Whether it still falls can't be told yet.".to_owned()]
    }

    pub(super) fn unclear(&self, evidence: &Evidence) -> Vec<String> {
        let (Some(last), Some(best)) = (self.last(), best(self.points)) else {
            return Vec::new();
        };
        let change = evidence.level_rise;
        let chance = if evidence.got_worse_in_training() {
            "Training gets no better meanwhile, so that this isn't learning by heart: smaller steps, a lower learning \
             rate, would tell."
                .to_owned()
        } else if evidence.level_rises() && evidence.since_lowest < SINCE_LOWEST {
            "It leapt up within the last epochs: more of them will tell whether it comes back."
                .to_owned()
        } else if change.by_images > change.by_jumps {
            let images = match self.images {
                0 => "the validation images".to_owned(),
                images => format!("{} validation images", whole(images)),
            };
            format!(
                "With {images} the difference is uncertain by {}: more of them would tell.",
                evidence::share(change.error())
            )
        } else {
            format!(
                "The loss moves by {} from epoch to epoch, so that this may be chance: more epochs will tell.",
                evidence::share(evidence.jump)
            )
        };
        let stands = if best.epoch == last.epoch {
            format!(
                "Validation loss is at its lowest now, {}, but whether it goes on falling isn't sure.",
                loss(last.validation_loss)
            )
        } else {
            format!(
                "Validation loss was lowest at epoch {} with {}, and is {} now.",
                best.epoch,
                loss(best.validation_loss),
                loss(last.validation_loss)
            )
        };
        let accuracies = accuracies_sentence(last);
        vec![stands, chance].into_iter().chain(accuracies).collect()
    }
}
