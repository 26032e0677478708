//! Epochs compared image by image. The same images measure every epoch, so that most of what chance does
//! to their losses cancels in a difference, and what is left is known exactly: it is the spread of the
//! images' own differences.

use super::limits::TOGETHER;
use super::story::median;
use crate::training::Compared;

/// Keeps what each validation image lost in the epochs that later ones are compared with.
#[derive(Clone, Debug, Default)]
pub struct Comparer {
    /// The last epochs, and those of the lowest level; in order.
    held: Vec<Held>,
    /// The mean losses of the last three epochs.
    recent: Vec<(usize, f64)>,
    /// The lowest level, and the last of its three epochs.
    lowest: Option<(f64, usize)>,
    /// Epochs that aren't held any more, until someone asks for them.
    left: Vec<usize>,
}

/// What the images lost after an epoch.
#[derive(Clone, Debug)]
struct Held {
    epoch: usize,
    losses: Vec<f32>,
}

/// How many last epochs are compared: two levels of three epochs each, the newest being one of them.
const LAST: usize = 2 * TOGETHER - 1;

impl Comparer {
    /// Compares a new epoch with those that are held, and holds it. `losses` are the cross-entropies of
    /// all validation images, in one order in every epoch, and `loss` is their mean.
    pub fn compare(&mut self, epoch: usize, loss: f64, losses: &[f32]) -> Vec<Compared> {
        let compared = self
            .held
            .iter()
            .filter(|held| held.losses.len() == losses.len())
            .map(|held| Compared {
                epoch: held.epoch,
                variance: variance_of_difference(&held.losses, losses),
            })
            .filter(|compared| compared.variance.is_finite())
            .collect();
        self.hold(epoch, loss, losses);
        compared
    }

    /// Holds an epoch, and lets go of those that no later one will be compared with.
    pub fn hold(&mut self, epoch: usize, loss: f64, losses: &[f32]) {
        self.pass(epoch, loss);
        self.held.push(Held {
            epoch,
            losses: losses.to_vec(),
        });
        let lowest = self.lowest.map_or(0, |(_, epoch)| epoch);
        let around_lowest = (lowest + 1).saturating_sub(TOGETHER)..=lowest;
        let last = self.held.len().saturating_sub(LAST);
        for (place, held) in std::mem::take(&mut self.held).into_iter().enumerate() {
            if place >= last || around_lowest.contains(&held.epoch) {
                self.held.push(held);
            } else {
                self.left.push(held.epoch);
            }
        }
    }

    /// Takes note of the mean loss of an epoch.
    pub fn pass(&mut self, epoch: usize, loss: f64) {
        self.recent.push((epoch, loss));
        if self.recent.len() > TOGETHER {
            self.recent.remove(0);
        }
        if let [(_, a), (_, b), (_, c)] = self.recent[..]
            && let level = median([a, b, c])
            && self.lowest.is_none_or(|(lowest, _)| level < lowest)
        {
            self.lowest = Some((level, epoch));
        }
    }

    /// The epochs that a later one would be compared with, in order.
    pub fn held(&self) -> impl Iterator<Item = usize> + '_ {
        self.held.iter().map(|held| held.epoch)
    }

    /// The epochs that are no longer held and were not named before, but for the last ones: a run that
    /// is taken up again from an older state needs those once more.
    pub fn take_left(&mut self) -> Vec<usize> {
        let settled = self.left.len().saturating_sub(TOGETHER);
        self.left.drain(..settled).collect()
    }
}

/// The variance over the images of the difference of their losses.
fn variance_of_difference(before: &[f32], after: &[f32]) -> f64 {
    let count = before.len().max(1) as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    for (before, after) in before.iter().zip(after) {
        let difference = f64::from(*after) - f64::from(*before);
        sum += difference;
        squares += difference * difference;
    }
    let mean = sum / count;
    (squares / count - mean * mean).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_is_that_of_the_differences() {
        let variance = variance_of_difference(&[1.0, 2.0, 3.0, 4.0], &[2.0, 2.0, 5.0, 4.0]);
        // Differences 1, 0, 2, 0: mean 0.75, mean square 1.25.
        assert!((variance - (1.25 - 0.5625)).abs() < 1e-12);
        assert_eq!(variance_of_difference(&[1.0, 7.0], &[2.0, 8.0]), 0.0);
    }

    #[test]
    fn the_last_epochs_are_held_and_those_around_the_lowest() {
        let mut comparer = Comparer::default();
        for epoch in 1..=14_usize {
            // The level of epochs 2 to 4 is the first of the lowest.
            let loss = 1.0 + (epoch as f32 - 4.0).abs();
            let held = comparer.held.len();
            let compared = comparer.compare(epoch, f64::from(loss), &[loss, loss]);
            assert_eq!(compared.len(), held);
        }
        let held: Vec<usize> = comparer.held().collect();
        assert_eq!(held, [2, 3, 4, 10, 11, 12, 13, 14]);
        assert_eq!(comparer.take_left(), [1, 5, 6]);
        assert!(comparer.take_left().is_empty());
    }
}
