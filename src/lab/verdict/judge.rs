//! The verdict's state, epoch by epoch.
//!
//! A curve is read from its start, one epoch at a time, and the verdict changes only on evidence:
//! cutting the curve after epoch k gives what was said at epoch k, and noise near a threshold
//! can't make it waver. Losses are compared as logarithms, so that every threshold is relative.
//!
//! `weigh` finds what is known of the curve at an epoch, `rules` decides by that.

mod rules;
mod weigh;

use super::figures::carried;
use super::limits::{FIRST_VERDICT, SMALLEST_LOSS};
use super::signal::Trend;
use super::{Figures, VerdictKind};

/// What is known about a curve at one of its epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// Epoch-to-epoch scatter of the validation loss, in logarithms.
    pub scatter: f64,
    /// Epoch-to-epoch scatter of the training loss, in logarithms.
    pub training_scatter: f64,
    /// Rise of the smoothed validation loss over its minimum, in logarithms.
    pub rise: f64,
    /// Rise of the smoothed validation loss from which it is no noise.
    pub rise_limit: f64,
    /// The number of last epochs over which paces are taken.
    pub stretch: usize,
    /// Change of the validation loss per epoch over the stretch, in logarithms.
    pub pace: Trend,
    /// Change of the training loss per epoch over the stretch, in logarithms.
    pub training_pace: Trend,
    /// Pace within which validation stands still.
    pub still_pace: f64,
    /// Smoothed training − validation accuracy, fraction.
    pub gap: f64,
    /// The gap up to which a gap is noise, or small beside the error that is left, fraction.
    pub gap_limit: f64,
    /// Rise of the validation loss that few wrong images may make by chance, in logarithms.
    pub loss_noise: f64,
    /// Difference of accuracies that validation images may show by chance, fraction.
    pub accuracy_noise: f64,
    /// Smoothed training error, fraction.
    pub training_error: f64,
    /// Smoothed validation error, fraction.
    pub validation_error: f64,
    /// Whether training accuracy goes on rising, by more than its scatter.
    pub training_rises: bool,
    /// Whether training loss stands still too.
    pub training_rests: bool,
}

impl Evidence {
    fn gap_is_small(&self) -> bool {
        self.gap <= self.gap_limit
    }

    /// Whether the training error can be set against the validation error: with label noise or
    /// heavy augmentation it can be far above, and then says nothing about the network.
    fn errors_compare(&self) -> bool {
        self.gap >= -self.gap_limit
    }
}

/// The verdict's state after an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The kind of verdict.
    pub kind: VerdictKind,
    /// Index of the first point after the best, while the run overfits.
    pub since: Option<usize>,
    /// What the verdict rests on.
    pub evidence: Evidence,
}

/// What is remembered of a curve from one epoch to the next.
#[derive(Clone, Debug)]
pub struct Judge {
    validation_size: usize,
    /// Logarithms of the losses so far, one an epoch.
    validation: Vec<f64>,
    training: Vec<f64>,
    /// Accuracies so far, one an epoch. One that is not a number is as the last before it.
    validation_accuracy: Vec<f64>,
    training_accuracy: Vec<f64>,
    /// For each epoch that has a successor, where the lowest validation loss up to it lies, and
    /// that loss; spikes left out.
    best: Vec<(usize, f64)>,
    lowest: Lowest,
    /// Lowest and highest validation loss so far.
    range: (f64, f64),
    /// The smoothed validation loss that last counted as a gain, and its epoch.
    gain: (f64, usize),
    /// Lowest training loss so far, and the epochs running that each went below all before.
    lowest_training: f64,
    training_records: usize,
    /// Epochs for which validation has stood still without a break.
    still: usize,
    /// Epochs for which training has run away from validation without a break.
    left: usize,
    kind: VerdictKind,
    since: Option<usize>,
    /// Highest smoothed validation loss since overfitting was said.
    peak: f64,
}

/// The lowest smoothed validation loss so far, and the other smoothed figures at that epoch.
#[derive(Clone, Copy, Debug)]
struct Lowest {
    validation: f64,
    training: f64,
    validation_error: f64,
}

impl Judge {
    /// A judge of a curve that begins with this epoch, whose losses are finite. A validation size
    /// of 0 means that it isn't known.
    pub fn new(first: &Figures, validation_size: usize) -> Self {
        let validation = logarithm(first.validation_loss);
        let training = logarithm(first.train_loss);
        let validation_accuracy = carried(&[], first.validation_accuracy);
        Self {
            validation_size,
            validation: vec![validation],
            training: vec![training],
            validation_accuracy: vec![validation_accuracy],
            training_accuracy: vec![carried(&[], first.train_accuracy)],
            best: Vec::new(),
            lowest: Lowest {
                validation,
                training,
                validation_error: 1.0 - validation_accuracy,
            },
            range: (validation, validation),
            gain: (validation, 1),
            lowest_training: training,
            training_records: 0,
            still: 0,
            left: 0,
            kind: VerdictKind::Improving,
            since: None,
            peak: f64::NEG_INFINITY,
        }
    }

    /// Takes in the next epoch, whose losses are finite. Gives the state after it, once there are
    /// [`FIRST_VERDICT`] epochs.
    pub fn push(&mut self, point: &Figures) -> Option<Judgement> {
        self.validation.push(logarithm(point.validation_loss));
        self.training.push(logarithm(point.train_loss));
        let accuracy = carried(&self.validation_accuracy, point.validation_accuracy);
        self.validation_accuracy.push(accuracy);
        let accuracy = carried(&self.training_accuracy, point.train_accuracy);
        self.training_accuracy.push(accuracy);
        (self.count() >= FIRST_VERDICT).then(|| self.read())
    }

    /// How many epochs there are so far.
    fn count(&self) -> usize {
        self.validation.len()
    }

    /// Takes the newest epoch into account.
    fn read(&mut self) -> Judgement {
        let evidence = self.weigh();
        let kind = self.decide(&evidence);
        if kind == VerdictKind::Overfitting {
            // Fixed when overfitting is first said: a later lucky epoch is no new beginning.
            self.since = self.since.or(Some(self.best[self.count() - 2].0 + 1));
            self.peak = self.peak.max(self.lowest.validation + evidence.rise);
        } else {
            self.since = None;
            self.peak = f64::NEG_INFINITY;
        }
        if kind != self.kind {
            self.still = 0;
            self.left = 0;
        }
        self.kind = kind;
        Judgement {
            kind,
            since: self.since,
            evidence,
        }
    }
}

fn logarithm(loss: f64) -> f64 {
    loss.max(SMALLEST_LOSS).ln()
}
