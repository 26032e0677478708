//! What a person would have seen of a kept run with a smaller validation set, and what was true.

use super::kept::Kept;
use super::plan::ANSWERED;
use crate::lab::run::curve_point;
use crate::lab::verdict::{Comparer, CurvePoint, Judging, VerdictKind};
use std::ops::Range;

/// A run seen through some of its images. All other images tell the truth.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The curve as those images show it.
    pub points: Vec<CurvePoint>,
    /// What each image lost, an entry an epoch.
    losses: Vec<Vec<f32>>,
    /// What is true, an entry an epoch.
    pub population: Vec<Population>,
}

/// What is true of an epoch: figures over the images that the verdict doesn't see, and over the training
/// images.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// Mean cross-entropy of the images that nobody sees.
    pub loss: f64,
    /// The fraction of them that is classified wrong.
    pub error: f64,
    /// Mean cross-entropy of the training images.
    pub train_loss: f64,
    /// The fraction of the training images that is classified wrong.
    pub train_error: f64,
}

impl Seen {
    /// The run seen through a number of images, which begin at a multiple of that number.
    pub fn new(kept: &Kept, size: usize, which: usize) -> Self {
        let images = which * size..(which + 1) * size;
        let mut seen = Self {
            points: Vec::new(),
            losses: Vec::new(),
            population: Vec::new(),
        };
        for (place, metrics) in kept.epochs.iter().enumerate() {
            let (losses, right) = (kept.losses(place), kept.right(place));
            let inside = figures(losses, right, std::slice::from_ref(&images));
            let outside = figures(losses, right, &[0..images.start, images.end..ANSWERED]);
            let whole = curve_point(metrics);
            let (train_loss, train_accuracy) = (
                whole.train_loss.unwrap_or(f64::NAN),
                whole.train_accuracy.unwrap_or(f64::NAN),
            );
            seen.points.push(CurvePoint::measured(
                metrics.epoch,
                [train_loss, train_accuracy, inside.0, 1.0 - inside.1],
            ));
            seen.losses.push(losses[images.clone()].to_vec());
            seen.population.push(Population {
                loss: outside.0,
                error: outside.1,
                train_loss,
                train_error: 1.0 - train_accuracy,
            });
        }
        seen
    }

    /// What the verdict says after each epoch.
    pub fn verdicts(&self, with_answers: bool) -> Vec<VerdictKind> {
        let size = self.losses.first().map_or(0, Vec::len);
        let mut judging = Judging::new(size);
        let mut comparer = Comparer::default();
        let said = self.points.iter().zip(&self.losses).map(|(point, losses)| {
            if with_answers {
                let loss = point.validation_loss.unwrap_or(f64::NAN);
                judging.push_compared(point, &comparer.compare(point.epoch, loss, losses));
            } else {
                judging.push(point);
            }
            judging.verdict().kind
        });
        said.collect()
    }
}

/// Mean loss and share of errors over some ranges of images.
fn figures(losses: &[f32], right: &[u8], images: &[Range<usize>]) -> (f64, f64) {
    let (mut loss, mut wrong, mut count) = (0.0, 0, 0);
    for range in images {
        loss += losses[range.clone()]
            .iter()
            .map(|loss| f64::from(*loss))
            .sum::<f64>();
        wrong += right[range.clone()]
            .iter()
            .filter(|right| **right == 0)
            .count();
        count += range.len();
    }
    (loss / count as f64, wrong as f64 / count as f64)
}
