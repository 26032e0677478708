//! What was the case at an epoch, by the loss on images that nobody saw: the truth by hindsight.

use super::seen::Population;
use crate::lab::verdict::VerdictKind;

/// What the loss of unseen images did up to an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Truth {
    /// The loss has risen for good; by this part of its lowest.
    Rising(f64),
    /// The loss still falls; by this part over three epochs.
    Falling(f64),
    /// The loss stands still near its lowest.
    Flat {
        /// Training learned by heart meanwhile.
        memorized: bool,
        /// Training errs much, and hardly less than on unseen images: the network is too simple.
        too_simple: bool,
        /// The training loss still falls.
        training_falls: bool,
    },
}

/// How a verdict stands to the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Score {
    /// The verdict says what is true.
    Right,
    /// The verdict says what is not true.
    Wrong,
    /// The verdict says that it can't tell.
    Undecided,
}

/// The least rise of the loss that counts, and the least where fewer than three epochs follow.
const RISE: (f64, f64) = (0.10, 0.20);
/// How far below the lowest loss a later epoch must come for the rise not to have been for good.
const COMES_BACK: f64 = 0.98;
/// The least fall of the loss over three epochs that counts.
const FALL: f64 = 0.07;
/// How far above its lowest the loss may be and still fall.
const NEAR: f64 = 1.03;
/// How far above its lowest the loss may be and still stand still, for so many epochs.
const STILL: (f64, usize) = (1.05, 5);
/// The least share of errors of a network that is too simple.
const MUCH: f64 = 0.04;

/// The truth after the epoch at a place; none where the epoch isn't scored.
pub fn truth(run: &[Population], place: usize) -> Option<Truth> {
    let (so_far, later) = run.split_at(place + 1);
    let now = so_far.last()?;
    let (best, lowest) = lowest(so_far)?;
    let level = level(so_far, 0)?;
    let rise = if later.len() < 3 { RISE.1 } else { RISE.0 };
    let for_good = later.iter().all(|it| it.loss >= COMES_BACK * lowest.loss);
    if place >= best + 3
        && level >= (1.0 + rise) * lowest.loss
        && now.train_loss < lowest.train_loss
        && for_good
    {
        return Some(Truth::Rising(level / lowest.loss - 1.0));
    }
    if let Some(before) = self::level(so_far, 3)
        && level <= (1.0 - FALL) * before
        && now.loss <= NEAR * lowest.loss
    {
        return Some(Truth::Falling(1.0 - level / before));
    }
    let is_near = |it: &&Population| it.loss <= STILL.0 * lowest.loss;
    let still = so_far.iter().rev().take_while(is_near).count();
    let first = so_far.get(so_far.len().checked_sub(still)?)?;
    (still >= STILL.1).then(|| {
        let before = so_far[so_far.len() - STILL.1];
        Truth::Flat {
            memorized: now.train_loss < first.train_loss / 2.0
                && now.error - now.train_error > now.error / 3.0,
            too_simple: now.train_error > MUCH && now.train_error > now.error / 2.0,
            training_falls: now.train_loss < 0.99 * before.train_loss,
        }
    })
}

/// The place of the lowest loss, and its figures.
fn lowest(run: &[Population]) -> Option<(usize, Population)> {
    let places = run.iter().copied().enumerate();
    places.min_by(|a, b| a.1.loss.total_cmp(&b.1.loss))
}

/// The mean loss of three epochs, of which so many others follow.
fn level(run: &[Population], back: usize) -> Option<f64> {
    let end = run.len().checked_sub(back)?;
    let three = run.get(end.checked_sub(3)?..end)?;
    Some(three.iter().map(|it| it.loss).sum::<f64>() / 3.0)
}

impl Truth {
    /// How what was said stands to this.
    pub fn score(self, said: VerdictKind) -> Score {
        use VerdictKind::{
            GoodFit, Improving, Overfitting, Plateau, TooEarly, Unclear, Underfitting,
        };
        let is_right = match (self, said) {
            (_, TooEarly | Unclear) => return Score::Undecided,
            (Self::Rising(_), said) => said == Overfitting,
            (Self::Falling(_), said) => matches!(said, Improving | Underfitting),
            (Self::Flat { .. }, GoodFit | Plateau) => true,
            (Self::Flat { memorized, .. }, Overfitting) => memorized,
            (
                Self::Flat {
                    too_simple,
                    training_falls,
                    ..
                },
                Underfitting,
            ) => too_simple || training_falls,
            (Self::Flat { .. }, _) => false,
        };
        if is_right { Score::Right } else { Score::Wrong }
    }

    /// The name of the column.
    pub fn column(self) -> usize {
        match self {
            Self::Rising(_) => 0,
            Self::Falling(_) => 1,
            Self::Flat { .. } => 2,
        }
    }
}
