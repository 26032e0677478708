//! The verdict in words: what is the case, and how that is known. Accuracies are in % with two decimals,
//! gaps in percentage points with one, losses with four significant digits.

mod evidence;

use super::judge::{Judgement, NewChapter};
use super::limits::{FIRST_VERDICT, GAP, SINCE_LOWEST};
use super::marks::marks;
use super::story::Story;
use super::weigh::Evidence;
use super::{Figures, Verdict, VerdictKind, best, gap, most_accurate};
use crate::lab::format::{loss, percent, percent_with_error, points};

/// A loss higher by this factor is called risen.
const VISIBLY_HIGHER: f64 = 1.05;
/// An accuracy higher by this fraction is called higher.
const VISIBLY_MORE: f64 = 0.002;

/// A curve that is to be talked about.
pub struct Said<'a> {
    /// All points.
    pub points: &'a [Figures],
    /// The epochs that were validated.
    pub story: &'a Story,
    /// The last change of settings.
    pub chapter: Option<NewChapter>,
    /// How many images validate; 0 where that isn't known.
    pub images: usize,
}

impl Said<'_> {
    /// The verdict where there are fewer epochs than are needed.
    pub fn too_early(&self) -> Verdict {
        let what = self.too_early_what();
        let measured = self.story.chapter().len();
        let missing = FIRST_VERDICT.saturating_sub(measured);
        let needed = match (measured, missing) {
            (0, _) if self.points.len() >= FIRST_VERDICT => {
                "No validation loss was measured, and without one nothing can be said.".to_owned()
            }
            (_, 1) => "A verdict needs 1 more epoch.".to_owned(),
            (_, missing) => format!("A verdict needs {missing} more epochs."),
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
        self.verdict(
            VerdictKind::TooEarly,
            None,
            what,
            how,
            self.accuracy_lines(),
        )
    }

    fn too_early_what(&self) -> String {
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

    /// The verdict where there is one.
    pub fn judged(&self, state: &Judgement) -> Verdict {
        let evidence = &state.evidence;
        let since = state.turned_at.map(|turned| turned + 1);
        let since = since.and_then(|place| self.points.get(place));
        let (what, how) = match state.kind {
            VerdictKind::Overfitting => self.overfitting(state, since.map(|point| point.epoch)),
            VerdictKind::Underfitting => (self.anew("Underfitting."), self.underfitting(evidence)),
            VerdictKind::GoodFit => (self.anew("Good fit."), self.good_fit(evidence)),
            VerdictKind::Improving => (self.anew("Still improving."), self.improving(evidence)),
            VerdictKind::TooEarly => (self.too_early_what(), self.unclear(evidence)),
            VerdictKind::Mended => (self.anew("Better."), self.mended(evidence)),
            VerdictKind::Unclear | VerdictKind::Diverged => {
                (self.anew("Can't tell."), self.unclear(evidence))
            }
        };
        let lines = self.evidence_lines(evidence);
        Verdict {
            marks: marks(self.story, evidence),
            ..self.verdict(state.kind, since.map(|point| point.epoch), what, how, lines)
        }
    }

    fn verdict(
        &self,
        kind: VerdictKind,
        since: Option<usize>,
        what: String,
        how: Vec<String>,
        evidence: Vec<String>,
    ) -> Verdict {
        let how = how.join(" ");
        Verdict {
            kind,
            since,
            best_epoch: best(self.points).map(|point| point.epoch),
            most_accurate: most_accurate(self.points).map(|point| point.epoch),
            gap: gap(self.points),
            sentence: format!("{what} {how}").trim_end().to_owned(),
            what,
            how,
            evidence,
            marks: Vec::new(),
        }
    }

    /// What is the case, with a word on what a change of settings mended.
    fn anew(&self, what: &str) -> String {
        match self.chapter {
            Some(chapter) if chapter.before == VerdictKind::Overfitting => {
                let epoch = chapter.epoch;
                match what {
                    "Better." => format!("No longer overfitting since epoch {epoch}."),
                    "Still improving." => {
                        format!("No longer overfitting since epoch {epoch}: improving again.")
                    }
                    "Can't tell." => {
                        format!("Can't tell yet whether the change in epoch {epoch} helps.")
                    }
                    _ => format!("No longer overfitting since epoch {epoch}. {what}"),
                }
            }
            _ => what.to_owned(),
        }
    }

    fn overfitting(&self, state: &Judgement, since: Option<usize>) -> (String, Vec<String>) {
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
            let creeps = last.validation_accuracy - best.validation_accuracy;
            if creeps > VISIBLY_MORE {
                format!(
                    "Accuracy still creeps up, from {then} at epoch {} to {now}, but wrong answers become surer.",
                    best.epoch
                )
            } else if best.epoch == last.epoch {
                format!("Validation accuracy stands at {now}.")
            } else {
                format!("Validation accuracy stands at {now}; at epoch {}, the best, it was {then}.", best.epoch)
            }
        }));
        (what, how)
    }

    fn underfitting(&self, evidence: &Evidence) -> Vec<String> {
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
        vec![format!(
            "Even of its own training images the network gets only {} right, and {} of the validation images: it is too simple, or learns too slowly.",
            percent(last.train_accuracy),
            percent(last.validation_accuracy)
        )]
    }

    fn good_fit(&self, evidence: &Evidence) -> Vec<String> {
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
        let epoch = self
            .story
            .told()
            .get(evidence.still_from)
            .map_or(1, |told| told.epoch);
        let gap = evidence.error.zip(evidence.train_error);
        let behind = match gap.map(|(error, train)| (error - train, error)) {
            Some((gap, error)) if gap > GAP * error => format!(
                "the gap of {} to training hardly grows any more",
                points(100.0 * gap)
            ),
            _ => "training doesn't leave it behind".to_owned(),
        };
        vec![format!(
            "Validation loss hardly moves since epoch {epoch} ({} now, {} at its lowest), and {behind}.{accuracies}",
            loss(last.validation_loss),
            loss(best.validation_loss)
        )]
    }

    fn improving(&self, evidence: &Evidence) -> Vec<String> {
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
    fn mended(&self, evidence: &Evidence) -> Vec<String> {
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
            "Validation loss is {} now; before the change it was {}.",
            loss(now.level.unwrap_or(now.loss)),
            loss(before)
        );
        how += &self.last().map_or_else(String::new, accuracy_sentence);
        vec![how, "Whether it still falls can't be told yet.".to_owned()]
    }

    fn unclear(&self, evidence: &Evidence) -> Vec<String> {
        let (Some(last), Some(best)) = (self.last(), best(self.points)) else {
            return Vec::new();
        };
        let change = evidence.level_rise;
        let chance = if evidence.level_rises() && !evidence.training_fell {
            "Training gets no better meanwhile, so that this isn't learning by heart: smaller steps, a lower learning \
             rate, would tell."
                .to_owned()
        } else if evidence.level_rises() && evidence.since_lowest < SINCE_LOWEST {
            "It leapt up within the last epochs: more of them will tell whether it comes back."
                .to_owned()
        } else if change.by_images > change.by_jumps {
            format!(
                "So few validation images leave the difference uncertain by {}: more of them would tell.",
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
        vec![stands, chance]
    }

    /// The last point that was validated.
    fn last(&self) -> Option<&Figures> {
        let last = self.story.told().last()?;
        self.points.get(last.place)
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

fn accuracy_sentence(point: &Figures) -> String {
    if point.validation_accuracy.is_finite() {
        format!(
            " Validation accuracy is {}.",
            percent(point.validation_accuracy)
        )
    } else {
        String::new()
    }
}

fn with_accuracy(point: &Figures) -> String {
    if point.validation_accuracy.is_finite() {
        format!(", with {}", percent(point.validation_accuracy))
    } else {
        String::new()
    }
}

fn from_to(from: f64, to: f64) -> String {
    format!("from {} to {}", loss(from), loss(to))
}
