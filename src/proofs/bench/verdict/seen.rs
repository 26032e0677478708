//! What a person would have seen of a kept run with a smaller validation set, and what was true.

use super::kept::Kept;
use super::plan::ANSWERED;
use crate::lab::format;
use crate::lab::run::curve_point;
use crate::lab::verdict::{Compared, Comparer, CurvePoint, Judging, VerdictKind};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A run seen through some of its images. All other images tell the truth.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// The epochs, in order.
    pub epochs: Vec<SeenEpoch>,
}

/// An epoch as a validation set shows it, and what is true of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeenEpoch {
    /// Training loss and accuracy, validation loss and accuracy.
    pub figures: [f64; 4],
    /// How the images' losses differ from those of earlier epochs.
    pub compared: Vec<Compared>,
    /// What is true.
    pub population: Population,
}

/// What is true of an epoch: figures over the images that the verdict doesn't see, and over the training
/// images.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
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
        let mut comparer = Comparer::default();
        let epochs = kept.epochs.iter().enumerate().map(|(place, metrics)| {
            let (losses, right) = (kept.losses(place), kept.right(place));
            let inside = figures(losses, right, std::slice::from_ref(&images));
            let outside = figures(losses, right, &[0..images.start, images.end..ANSWERED]);
            let whole = curve_point(metrics);
            let train_loss = whole.train_loss.unwrap_or(f64::NAN);
            let train_accuracy = whole.train_accuracy.unwrap_or(f64::NAN);
            SeenEpoch {
                figures: [train_loss, train_accuracy, inside.0, 1.0 - inside.1],
                compared: comparer.compare(metrics.epoch, inside.0, &losses[images.clone()]),
                population: Population {
                    loss: outside.0,
                    error: outside.1,
                    train_loss,
                    train_error: 1.0 - train_accuracy,
                },
            }
        });
        Self {
            epochs: epochs.collect(),
        }
    }

    /// The curve as the validation set shows it.
    pub fn points(&self) -> Vec<CurvePoint> {
        let epochs = (1..).zip(&self.epochs);
        epochs
            .map(|(epoch, seen)| CurvePoint::measured(epoch, seen.figures))
            .collect()
    }

    /// What is true of each epoch.
    pub fn population(&self) -> Vec<Population> {
        self.epochs.iter().map(|epoch| epoch.population).collect()
    }

    /// What the verdict on a validation set of so many images says after each epoch.
    pub fn verdicts(&self, size: usize, with_answers: bool) -> Vec<VerdictKind> {
        let mut judging = Judging::new(size);
        let said = self
            .points()
            .into_iter()
            .zip(&self.epochs)
            .map(|(point, seen)| {
                if with_answers {
                    judging.push_compared(&point, &seen.compared);
                } else {
                    judging.push(&point);
                }
                judging.verdict().kind
            });
        said.collect()
    }

    /// The run with figures of so many digits, which is shorter as text.
    pub fn rounded(mut self, digits: usize) -> Self {
        let round = |figure: &mut f64| *figure = format::significant(*figure, digits);
        for epoch in &mut self.epochs {
            epoch.figures.iter_mut().for_each(round);
            let compared = epoch.compared.iter_mut();
            compared.for_each(|compared| round(&mut compared.variance));
            let true_figures = &mut epoch.population;
            round(&mut true_figures.loss);
            round(&mut true_figures.error);
            round(&mut true_figures.train_loss);
            round(&mut true_figures.train_error);
        }
        self
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
