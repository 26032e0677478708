//! The numbers behind the verdict, a plain line each.

use super::super::weigh::Evidence;
use super::super::{best, gap, most_accurate, standard_error};
use super::Said;
use crate::lab::format::{bare_points, loss, percent, percent_with_error, whole};
use crate::lab::verdict::limits::{LEVEL_RISE, TOGETHER};

impl Said<'_> {
    /// The lines where the verdict was weighed.
    pub(super) fn evidence_lines(&self, evidence: &Evidence) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(best), Some(last)) = (best(self.points), self.last()) {
            lines.push(format!(
                "Validation loss: lowest {} at epoch {}, last {}.",
                loss(best.validation_loss),
                best.epoch,
                loss(last.validation_loss)
            ));
        }
        let rise = evidence.level_rise;
        let limit = LEVEL_RISE.max(evidence.rise_of_noise());
        lines.push(format!(
            "Middle loss of {}: {} above the lowest one of the run; less than {} may be chance.",
            self.last_epochs(TOGETHER),
            share(rise.size.max(0.0)),
            share(limit)
        ));
        lines.push(self.noise_line(evidence));
        let way = if evidence.fall.size >= 0.0 {
            "fell"
        } else {
            "rose"
        };
        lines.push(format!(
            "Over {} validation loss {way} by {}; chance alone may move it by {}.",
            self.last_epochs(2 * evidence.fall_epochs),
            share(evidence.fall.size.abs()),
            share(evidence.fall.error())
        ));
        lines.extend(self.accuracy_lines());
        lines.extend(self.lead_line());
        lines
    }

    fn noise_line(&self, evidence: &Evidence) -> String {
        let jump = share(evidence.jump);
        let by_images = share(evidence.level_rise.by_images);
        match self.images {
            0 => format!(
                "Chance: from one epoch to the next the loss jumps by about {jump}; how many images validate isn't known."
            ),
            // The lowest level has no difference from itself, which nothing could leave uncertain.
            _ if by_images == share(0.0) => {
                format!("Chance: from one epoch to the next the loss jumps by about {jump}.")
            }
            images => format!(
                "Chance: from one epoch to the next the loss jumps by about {jump}, and with {} other validation images the difference would be about {by_images} larger or smaller.",
                whole(images)
            ),
        }
    }

    /// The lines on accuracies and the gap.
    pub(super) fn accuracy_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let Some(last) = self.points.last() else {
            return lines;
        };
        let validation = last.validation_accuracy.is_finite().then(|| {
            let accuracy = percent_with_error(last.validation_accuracy, self.images);
            format!("validation accuracy {accuracy}")
        });
        let training = last
            .train_accuracy
            .is_finite()
            .then(|| format!("training accuracy {}", percent(last.train_accuracy)));
        let both: Vec<String> = [training, validation].into_iter().flatten().collect();
        if !both.is_empty() {
            lines.push(capital(&format!(
                "{} at epoch {}.",
                both.join(", "),
                last.epoch
            )));
        }
        lines.push(match gap(self.points) {
            Some(gap) => {
                let error = 100.0 * standard_error(last.validation_accuracy, self.images);
                let error = if error.is_finite() {
                    format!(" ± {error:.1}")
                } else {
                    String::new()
                };
                format!(
                    "Gap between them: {}{error} percentage points.",
                    bare_points(gap)
                )
            }
            None => "Gap: unknown, since an accuracy wasn't measured.".to_owned(),
        });
        lines
    }

    /// What may be said for another epoch than the best: one that is more accurate by more than chance, or
    /// whose loss is as low within chance.
    fn lead_line(&self) -> Option<String> {
        let (best, other) = (best(self.points)?, most_accurate(self.points)?);
        if best.epoch == other.epoch {
            return None;
        }
        let more = other.validation_accuracy - best.validation_accuracy;
        // What is shown as 0.0 points is no lead.
        if more < 0.000_5 {
            return None;
        }
        let told = self.story.told();
        let place = |epoch| told.iter().position(|told| told.epoch == epoch);
        let (one, two) = (place(best.epoch)?, place(other.epoch)?);
        let lead = other.validation_loss / best.validation_loss - 1.0;
        let error = self.story.paired_error(&[one], &[two]).map_or_else(
            || self.story.guessed_error(),
            |error| error / best.validation_loss,
        );
        let chance = if lead < 2.0 * error {
            "which these validation images can't tell from 0"
        } else {
            "which is more than chance"
        };
        Some(format!(
            "Epoch {} has the lowest loss, epoch {} the highest accuracy ({}, {} points more); its loss is {} higher, {chance}.",
            best.epoch,
            other.epoch,
            percent(other.validation_accuracy),
            bare_points(100.0 * more),
            share(lead.max(0.0))
        ))
    }
}

/// A relative change, coarsely.
pub(super) fn share(fraction: f64) -> String {
    if fraction < 10.0 {
        format!("{:.1}%", 100.0 * fraction)
    } else {
        format!("{:.0} times", fraction.min(1e9))
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}
