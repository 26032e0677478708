//! The rule: what an epoch's evidence makes of the verdict.
//!
//! A curve is read from its start, one epoch at a time, and the verdict changes only on evidence that is
//! surer than what was said before: cutting the curve after epoch k gives what was said at epoch k, and
//! noise near a limit can't make it go back and forth.

use super::limits::*;
use super::story::Story;
use super::weigh::Evidence;
use super::{Figures, VerdictKind};
use crate::training::Compared;

/// The verdict's state after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The kind of verdict.
    pub kind: VerdictKind,
    /// The place among all points of the best epoch when overfitting was first said; none for the other
    /// kinds.
    pub turned_at: Option<usize>,
    /// What the verdict rests on.
    pub evidence: Evidence,
}

/// What a change of settings in mid-run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewChapter {
    /// The first epoch with the new settings.
    pub epoch: usize,
    /// What was said before the change.
    pub before: VerdictKind,
}

/// What is remembered of a curve from one epoch to the next.
#[derive(Clone, Debug)]
pub struct Judge {
    story: Story,
    kind: VerdictKind,
    /// The place among the told epochs of the lowest loss when the present kind was first said.
    lowest_then: usize,
    /// The place of the lowest level at that time, where there was one.
    lowest_level_then: Option<usize>,
    chapter: Option<NewChapter>,
    /// Whether overfitting was said since the last change of settings.
    overfits_anew: bool,
    /// Whether the last change is said to have ended overfitting.
    is_mended: bool,
    /// Whether what fits well otherwise has too large a gap to be called so.
    has_gap: bool,
}

impl Judge {
    /// A judge of a curve that begins. A number of images of 0 means that it isn't known.
    pub fn new(images: usize) -> Self {
        Self {
            story: Story::new(images),
            kind: VerdictKind::TooEarly,
            lowest_then: 0,
            lowest_level_then: None,
            chapter: None,
            overfits_anew: false,
            is_mended: false,
            has_gap: false,
        }
    }

    /// The epochs so far whose validation loss was measured.
    pub fn story(&self) -> &Story {
        &self.story
    }

    /// The last change of settings.
    pub fn chapter(&self) -> Option<NewChapter> {
        self.chapter
    }

    /// Says that the settings were changed before this epoch: the story begins anew.
    pub fn begin_anew(&mut self, epoch: usize) {
        // A change before the story has said anything keeps what was said before the last one.
        let before = match (self.kind, self.chapter) {
            _ if self.is_mended => VerdictKind::Mended,
            (VerdictKind::TooEarly, Some(chapter)) => chapter.before,
            (kind, _) => kind,
        };
        self.overfits_anew = false;
        self.is_mended = false;
        self.chapter = Some(NewChapter { epoch, before });
        self.kind = VerdictKind::TooEarly;
        self.story.begin_anew();
    }

    /// Takes in the next epoch. Gives the state after it, where it was measured and there are enough.
    pub fn push(
        &mut self,
        place: usize,
        figures: &Figures,
        compared: &[Compared],
    ) -> Option<Judgement> {
        if !self.story.tell(place, figures, compared) || self.story.chapter().len() < FIRST_VERDICT
        {
            return None;
        }
        let evidence = Evidence::of(&self.story)?;
        let kind = self.decide(&evidence);
        self.overfits_anew |= kind == VerdictKind::Overfitting;
        self.is_mended = self.has_mended(kind, &evidence);
        if kind != self.kind {
            self.kind = kind;
            self.lowest_then = evidence.lowest;
            self.lowest_level_then = self.story.lowest_level();
        }
        let turned_at = (kind == VerdictKind::Overfitting)
            .then(|| self.story.told().get(self.lowest_then))
            .flatten();
        self.has_gap = kind == VerdictKind::GoodFit && evidence.has_gap(self.has_gap);
        Some(Judgement {
            kind: match kind {
                _ if self.is_mended => VerdictKind::Mended,
                _ if self.has_gap => VerdictKind::Plateau,
                kind => kind,
            },
            turned_at: turned_at.map(|told| told.place),
            evidence,
        })
    }

    /// Whether the last change of settings has ended overfitting, where nothing else can be said.
    fn has_mended(&self, kind: VerdictKind, evidence: &Evidence) -> bool {
        let is_open = matches!(kind, VerdictKind::TooEarly | VerdictKind::Unclear);
        let has_overfitted = self
            .chapter
            .is_some_and(|chapter| chapter.before == VerdictKind::Overfitting);
        let is_lower = evidence.since_change.is_some_and(|fall| {
            // What was said before isn't taken back while the loss is lower than before the change.
            (self.is_mended && fall.size > 0.0)
                || (fall.size > MENDED && fall.has_errors(MENDED_ERRORS))
        });
        is_open && has_overfitted && !self.overfits_anew && is_lower
    }

    fn decide(&self, evidence: &Evidence) -> VerdictKind {
        use VerdictKind::{GoodFit, Improving, Overfitting, TooEarly, Unclear, Underfitting};
        match self.kind {
            _ if evidence.has_collapsed() => Underfitting,
            _ if evidence.is_perfect() && self.story.chapter().len() >= PERFECT_EPOCHS => GoodFit,
            // What was learned by heart is forgotten only where the loss comes well below what it was.
            Overfitting if self.improves_again(evidence) || self.comes_back(evidence) => Improving,
            Overfitting => Overfitting,
            _ if self.is_worse(evidence) => Overfitting,
            GoodFit | Underfitting | Unclear
                if self.improves_again(evidence) && evidence.fall.size > FALL_AGAIN =>
            {
                Improving
            }
            GoodFit | Underfitting if evidence.is_still && evidence.learned => Overfitting,
            Underfitting if evidence.is_still && evidence.is_able() => GoodFit,
            GoodFit | Underfitting if evidence.leaves_rest() || evidence.by_heart => Unclear,
            settled @ (GoodFit | Underfitting) => settled,
            Improving if evidence.explodes() => Unclear,
            TooEarly | Improving if self.is_better(evidence) => Improving,
            _ if evidence.is_still && evidence.learned => Overfitting,
            _ if evidence.is_still && evidence.too_simple => Underfitting,
            _ if evidence.is_still && evidence.by_heart => Unclear,
            _ if evidence.is_still => GoodFit,
            Improving
                if evidence.since_lowest >= SINCE_LOWEST
                    && (evidence.since_lowest_level >= SINCE_LOWEST || evidence.rise > DOUBT) =>
            {
                Unclear
            }
            TooEarly if self.story.chapter().len() > LAST_TOO_EARLY => Unclear,
            undecided => undecided,
        }
    }

    /// Whether the loss is worse than at its best. After a change of settings what was said before holds
    /// only where the loss doesn't fall from there.
    fn is_worse(&self, evidence: &Evidence) -> bool {
        // A change that has brought the loss down isn't called one that has mended nothing, even while the loss is
        // still above the lowest of all.
        let came_down = || {
            let since_change = evidence.since_change;
            since_change.is_some_and(|fall| fall.size > MENDED)
        };
        evidence.is_worse()
            && (evidence.lowest >= self.story.start() || !(evidence.falls() || came_down()))
    }

    /// Whether the loss still gets better. After a change of settings it may do so from well above the
    /// lowest loss of before.
    fn is_better(&self, evidence: &Evidence) -> bool {
        evidence.is_better() || (evidence.lowest < self.story.start() && evidence.falls())
    }

    /// Whether the rise that was called overfitting was a jump of the run: the loss gets better, and three epochs
    /// together lie well below the lowest three of before it.
    fn comes_back(&self, evidence: &Evidence) -> bool {
        let told = self.story.told();
        let now = told.last().and_then(|told| told.level);
        let then = self.lowest_level_then.and_then(|place| told[place].level);
        now.zip(then)
            .is_some_and(|(now, then)| now < (1.0 - NEW_LOWEST) * then)
            && evidence.is_better()
    }

    /// Whether the loss gets better again after something else was said: surely, and well below what it was.
    fn improves_again(&self, evidence: &Evidence) -> bool {
        let told = self.story.told();
        let (Some(now), Some(then)) = (told.last(), told.get(self.lowest_then)) else {
            return false;
        };
        evidence.is_better()
            && evidence.fall.has_errors(FALL_ERRORS_AGAIN)
            && now.loss < (1.0 - NEW_LOWEST) * then.loss
    }
}
