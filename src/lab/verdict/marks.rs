//! Which epochs the numbers of a verdict were taken from, to be marked on the curves.

use super::limits::TOGETHER;
use super::story::Story;
use super::weigh::Evidence;

/// What was taken from a stretch of epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The lowest level of validation loss: the median of three epochs.
    LowestLevel,
    /// The mean before the last epochs, where the loss is at its lowest level now.
    Before,
    /// The last epochs, which are compared with the others.
    Now,
}

impl MarkKind {
    /// What stands beside the mark.
    pub fn name(self) -> &'static str {
        match self {
            Self::LowestLevel => "lowest level",
            Self::Before => "before",
            Self::Now => "now",
        }
    }
}

/// A stretch of epochs that a number of the verdict was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What was taken.
    pub kind: MarkKind,
    /// The first epoch of the stretch.
    pub first: usize,
    /// The last epoch of the stretch.
    pub last: usize,
}

/// The two stretches that are compared: the lowest level and the last epochs or, where the loss is at its
/// lowest level now, the last epochs and those before them.
pub(super) fn marks(story: &Story, evidence: &Evidence) -> Vec<Mark> {
    let told = story.told();
    // `back` epochs follow the stretch.
    let stretch = |kind, back: usize, length: usize| {
        let last = told.len().checked_sub(back + 1)?;
        let first = (last + 1).checked_sub(length)?;
        Some(Mark {
            kind,
            first: told.get(first)?.epoch,
            last: told.get(last)?.epoch,
        })
    };
    let since = evidence.since_lowest_level;
    let both = if since == 0 {
        let width = evidence.fall_epochs;
        [
            stretch(MarkKind::Before, width, width),
            stretch(MarkKind::Now, 0, width),
        ]
    } else {
        [
            stretch(MarkKind::LowestLevel, since, TOGETHER),
            stretch(MarkKind::Now, 0, TOGETHER),
        ]
    };
    both.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::{CurvePoint, verdict};
    use super::*;

    fn run(losses: &[f64]) -> Vec<Mark> {
        let points: Vec<CurvePoint> = losses
            .iter()
            .enumerate()
            .map(|(i, loss)| CurvePoint::measured(i + 1, [0.5 / (i + 1) as f64, 0.9, *loss, 0.8]))
            .collect();
        verdict(&points, 5_000).marks
    }

    #[test]
    fn the_stretches_that_are_compared_are_marked() {
        let rising = [0.9, 0.7, 0.6, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9];
        let mark = |kind, first, last| Mark { kind, first, last };
        assert_eq!(
            run(&rising),
            [
                mark(MarkKind::LowestLevel, 3, 5),
                mark(MarkKind::Now, 8, 10)
            ]
        );
        let falling = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
        assert_eq!(
            run(&falling),
            [mark(MarkKind::Before, 1, 3), mark(MarkKind::Now, 4, 6)]
        );
        assert_eq!(run(&[0.9]), []);
    }
}
