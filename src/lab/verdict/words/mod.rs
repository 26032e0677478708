//! The verdict in words: what is the case, and how that is known. Accuracies are in % with two decimals,
//! gaps in percentage points with one, losses with four significant digits.

mod evidence;
mod open;
mod rest;
mod worse;

use super::judge::{Judgement, NewChapter};
use super::marks::marks;
use super::story::Story;
use super::{Figures, Verdict, VerdictKind, best, gap, most_accurate};
use crate::lab::format::{loss, percent, points};

/// The least gap that isn't written as 0.0 points.
const LEAST_POINTS: f64 = 0.05;

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
    /// The verdict where there is one.
    pub fn judged(&self, state: &Judgement) -> Verdict {
        let evidence = &state.evidence;
        let since = state.turned_at.map(|turned| turned + 1);
        let since = since.and_then(|place| self.points.get(place));
        let (what, how) = match state.kind {
            VerdictKind::Overfitting => self.overfitting(state, since.map(|point| point.epoch)),
            VerdictKind::Underfitting => (self.anew("Underfitting."), self.underfitting(evidence)),
            VerdictKind::GoodFit => (self.anew("Good fit."), self.good_fit(evidence)),
            VerdictKind::Plateau => self.plateau(evidence),
            VerdictKind::Improving => (self.improving_what(), self.improving(evidence)),
            VerdictKind::TooEarly => (self.too_early_what(), self.unclear(evidence)),
            VerdictKind::Mended => (self.anew("Better."), self.mended(evidence)),
            VerdictKind::Unclear | VerdictKind::Diverged => {
                (self.anew("Can't tell."), self.unclear(evidence))
            }
        };
        let lines = self.evidence_lines(evidence);
        Verdict {
            marks: marks(self.story, evidence),
            steps_too_large: match state.kind {
                VerdictKind::Underfitting => evidence.steps_too_large(),
                VerdictKind::Unclear => evidence.got_worse_in_training(),
                _ => false,
            },
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
            steps_too_large: kind == VerdictKind::Diverged,
            marks: Vec::new(),
        }
    }

    /// What is the case while the loss gets better: where it stands above its lowest just now, it jumps.
    fn improving_what(&self) -> String {
        let what = self.anew("Still improving.");
        match (self.last(), best(self.points)) {
            (Some(last), Some(best))
                if what == "Still improving." && best.validation_loss < last.validation_loss =>
            {
                "Learning, but the loss jumps.".into()
            }
            _ => what,
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

    /// So many last epochs in words. Where some epochs in between weren't validated, those that were are meant.
    fn last_epochs(&self, count: usize) -> String {
        let told = self.story.told();
        let recent = &told[told.len().saturating_sub(count)..];
        let are_neighbours = recent
            .windows(2)
            .all(|two| two[1].place == two[0].place + 1);
        let with = if are_neighbours {
            ""
        } else {
            " that were validated"
        };
        let number = match count {
            3 => "three".to_owned(),
            count => count.to_string(),
        };
        format!("the last {number} epochs{with}")
    }

    /// The last point that was validated.
    fn last(&self) -> Option<&Figures> {
        let last = self.story.told().last()?;
        self.points.get(last.place)
    }
}

/// The accuracy in validation and how far training's lies above it, in a sentence; none where it isn't known.
fn accuracies_sentence(point: &Figures) -> Option<String> {
    let accuracy = percent(point.validation_accuracy);
    let gap = 100.0 * (point.train_accuracy - point.validation_accuracy);
    let beside = if !gap.is_finite() {
        String::new()
    } else if gap.abs() < LEAST_POINTS {
        ", as in training".to_owned()
    } else {
        let side = if gap > 0.0 { "below" } else { "above" };
        format!(", {} {side} training's", points(gap.abs()))
    };
    point
        .validation_accuracy
        .is_finite()
        .then(|| format!("Validation accuracy is {accuracy}{beside}."))
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
