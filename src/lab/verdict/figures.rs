//! Figures that the verdict weighs: trends of both curves side by side, accuracies and their
//! errors.

use super::limits::{STRETCH, SURE};
use super::signal::{self, Trend};
use super::standard_error;

/// Trends of both curves over their last epochs, for each number of epochs up to the longest
/// stretch.
pub struct Trends {
    validation: Vec<Trend>,
    training: Vec<Trend>,
}

impl Trends {
    /// The trends of two curves of one length, each given with its scatter. Spikes are left out.
    pub fn new(validation: (&[f64], f64), training: (&[f64], f64)) -> Self {
        let trends = |(curve, scatter)| {
            Trend::over_last(&signal::recent(curve, STRETCH.1, scatter), scatter)
        };
        Self {
            validation: trends(validation),
            training: trends(training),
        }
    }

    /// Trends of validation and training over so many last epochs, or over all there are.
    pub fn over(&self, epochs: usize) -> (Trend, Trend) {
        let epochs = epochs.min(self.validation.len() - 1);
        (self.validation[epochs], self.training[epochs])
    }

    /// The shortest stretch of last epochs for which `holds` is true, given its length and both
    /// trends.
    pub fn shortest(&self, holds: impl Fn(f64, Trend, Trend) -> bool) -> Option<usize> {
        (STRETCH.0..self.validation.len()).find(|&epochs| {
            let (validation, training) = self.over(epochs);
            holds(epochs as f64, validation, training)
        })
    }
}

/// An accuracy as it is; one that is not a number as the last before it, or 0 where there is none.
pub fn carried(before: &[f64], accuracy: f64) -> f64 {
    if accuracy.is_finite() {
        accuracy
    } else {
        before.last().copied().unwrap_or(0.0)
    }
}

/// Whether accuracy rises over its last epochs by more than its own scatter.
pub fn rises(accuracy: &[f64], epochs: usize) -> bool {
    let recent = &accuracy[accuracy.len().saturating_sub(epochs)..];
    let error = signal::slope_error(signal::bare_scatter(accuracy), recent.len());
    signal::slope(recent) > (SURE * error).max(1e-9)
}

/// Standard error of an accuracy, never 0: an error seen zero times in n may still be one in n.
pub fn cautious_error(error: f64, count: usize) -> f64 {
    if count == 0 {
        return 0.0;
    }
    standard_error(one_more(error, count), count)
}

/// Relative standard error of a cross-entropy, taken as that of the number of wrong images, since
/// most of the loss comes from them.
pub fn loss_error(error: f64, count: usize) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let error = one_more(error, count);
    ((1.0 - error) / (error * count as f64)).sqrt()
}

/// The error by Laplace's rule: with one more right and one more wrong than were counted.
fn one_more(error: f64, count: usize) -> f64 {
    (error * count as f64 + 1.0) / (count as f64 + 2.0)
}
