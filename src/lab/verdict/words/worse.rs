//! Overfitting and divergence in words.

use super::super::judge::Judgement;
use super::super::weigh::Evidence;
use super::super::{Figures, Verdict, VerdictKind, best};
use super::{Said, from_to, with_accuracy};
use crate::lab::format::{loss, percent};

/// A loss higher by this factor is called risen.
const VISIBLY_HIGHER: f64 = 1.05;
/// An accuracy higher by this fraction is called higher, if this share of the errors is gone with it and it is more than
/// two standard errors.
const VISIBLY_MORE: f64 = 0.002;
/// See [`VISIBLY_MORE`].
const VISIBLY_FEWER_ERRORS: f64 = 0.03;

impl Said<'_> {
    /// The verdict where a loss that was measured is not finite, first at `point`.
    pub fn diverged(&self, point: &Figures) -> Verdict {
        let (name, value) = if point.train_loss.is_finite() {
            ("validation loss", point.validation_loss)
        } else {
            ("training loss", point.train_loss)
        };
        let value = if value.is_nan() {
            "no number any more"
        } else {
            "infinite"
        };
        let what = format!("Diverged at epoch {}.", point.epoch);
        let mut how = vec![format!("The {name} is {value}: the steps were too large.")];
        how.extend(
            best(self.points)
                .map(|best| format!("The best epoch was {}{}.", best.epoch, with_accuracy(best))),
        );
        let mut lines = vec![format!("At epoch {} the {name} is {value}.", point.epoch)];
        lines.extend(self.accuracy_lines());
        self.verdict(VerdictKind::Diverged, None, what, how, lines)
    }

    pub(super) fn overfitting(
        &self,
        state: &Judgement,
        since: Option<usize>,
    ) -> (String, Vec<String>) {
        let still = match self.chapter {
            Some(chapter)
                if chapter.before == VerdictKind::Overfitting
                    && since.is_some_and(|since| since <= chapter.epoch) =>
            {
                format!(" The change in epoch {} has not mended it.", chapter.epoch)
            }
            _ => String::new(),
        };
        let what = since.map_or_else(
            || "Overfitting.".to_owned(),
            |since| format!("Overfitting since epoch {since}.{still}"),
        );
        let evidence = &state.evidence;
        let turned = state.turned_at.and_then(|place| self.points.get(place));
        let (Some(last), Some(from)) = (self.last(), turned) else {
            return (what, Vec::new());
        };
        let rose = last.validation_loss > VISIBLY_HIGHER * from.validation_loss;
        let lowest = best(self.points).filter(|best| best.epoch > from.epoch + 1);
        let moved = if let Some(lowest) = lowest.filter(|lowest| lowest.epoch < last.epoch) {
            format!(
                "goes up and down ({} at epoch {}, {} at epoch {}, {} now)",
                loss(from.validation_loss),
                from.epoch,
                loss(lowest.validation_loss),
                lowest.epoch,
                loss(last.validation_loss)
            )
        } else if rose {
            format!(
                "rose {}",
                from_to(from.validation_loss, last.validation_loss)
            )
        } else {
            format!(
                "stands still ({} then, {} now)",
                loss(from.validation_loss),
                loss(last.validation_loss)
            )
        };
        let mut how = vec![match training(from, last) {
            Some(training) => format!("Validation loss {moved} while {training}."),
            None => format!("Validation loss {moved}."),
        }];
        let best = best(self.points);
        how.extend(best.filter(|best| best.validation_accuracy.is_finite()).map(|best| {
            let now = percent(last.validation_accuracy);
            let then = percent(best.validation_accuracy);
            let more = last.validation_accuracy - best.validation_accuracy;
            if more > self.visibly_more(evidence) {
                format!(
                    "Accuracy still creeps up, from {then} at epoch {} to {now}, but wrong answers become surer.",
                    best.epoch
                )
            } else if best.epoch == last.epoch || now == then {
                format!("Validation accuracy stands at {now}.")
            } else {
                format!("Validation accuracy stands at {now}; at epoch {}, where the loss was lowest, it was {then}.", best.epoch)
            }
        }));
        (what, how)
    }

    /// The least difference of two accuracies of which one is called higher: chance alone moves a network that guesses
    /// by some tenths of a point.
    fn visibly_more(&self, evidence: &Evidence) -> f64 {
        let fewer_errors = VISIBLY_FEWER_ERRORS * evidence.error.unwrap_or_default();
        VISIBLY_MORE
            .max(fewer_errors)
            .max(2.0 * evidence.accuracy_error)
    }
}

/// What training did meanwhile; none where that isn't known.
fn training(from: &Figures, last: &Figures) -> Option<String> {
    if last.train_accuracy > 0.9995 && from.train_accuracy < 0.9995 {
        return Some("training went on to 100%".into());
    }
    (from.train_loss.is_finite() && last.train_loss.is_finite()).then(|| {
        let way = if last.train_loss <= from.train_loss {
            "fell"
        } else {
            "went"
        };
        format!(
            "training loss {way} {}",
            from_to(from.train_loss, last.train_loss)
        )
    })
}
