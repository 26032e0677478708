//! The figure of a run by which cells are compared.

use crate::lab::format::{difference, percent, signed, with_minus};
use crate::lab::run::{Run, gap};
use crate::lab::store::Summary;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A figure of a run. All are of the epoch with the lowest validation loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Validation accuracy, a fraction.
    #[default]
    Accuracy,
    /// Validation loss.
    Loss,
    /// Training accuracy less validation accuracy, a fraction.
    Gap,
    /// The number of the epoch.
    Epoch,
}

/// A text that names no figure.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected accuracy, loss, gap or epoch, found {0:?}")]
pub struct NoMetric(String);

impl Metric {
    /// Every figure.
    pub const ALL: [Self; 4] = [Self::Accuracy, Self::Loss, Self::Gap, Self::Epoch];

    /// The name that the command line takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Loss => "loss",
            Self::Gap => "gap",
            Self::Epoch => "epoch",
        }
    }

    /// What the figure is, as the heading of a column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Accuracy => "validation accuracy at the lowest loss",
            Self::Loss => "lowest validation loss",
            Self::Gap => "gap in points at the lowest loss",
            Self::Epoch => "epoch of the lowest loss",
        }
    }

    /// An interval cut where no figure can be: an accuracy is between 0 and 1, a loss or an epoch no less than 0.
    pub fn within_bounds(self, [low, high]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Accuracy => [low.max(0.0), high.min(1.0)],
            Self::Loss | Self::Epoch => [low.max(0.0), high],
            Self::Gap => [low.max(-1.0), high.min(1.0)],
        }
    }

    /// An interval of a difference, cut where no difference can be.
    pub fn difference_within_bounds(self, [low, high]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Accuracy => [low.max(-1.0), high.min(1.0)],
            Self::Gap => [low.max(-2.0), high.min(2.0)],
            Self::Loss | Self::Epoch => [low, high],
        }
    }

    /// How far a figure is off because it moves by whole steps, as a standard deviation. An accuracy on so many
    /// images is a count of them, and an epoch is a whole number; what is rounded to steps of h is off by h/√12.
    pub fn rounding(self, images: usize) -> f64 {
        let step = match self {
            Self::Accuracy | Self::Gap => 1.0 / images.max(1) as f64,
            Self::Epoch => 1.0,
            Self::Loss => 0.0,
        };
        step / 12_f64.sqrt()
    }

    /// Whether a high figure is better than a low one.
    pub fn is_better_high(self) -> bool {
        self == Self::Accuracy
    }

    /// The figure by a run's summary, where that has it.
    pub(super) fn of_summary(self, summary: &Summary) -> Option<f64> {
        match self {
            Self::Accuracy => summary.best_validation_accuracy,
            Self::Loss => summary.best_validation_loss,
            Self::Epoch => summary.best_epoch.map(|epoch| epoch as f64),
            Self::Gap => None,
        }
    }

    /// The figure by a run's account.
    pub fn of_run(self, run: &Run) -> Option<f64> {
        let best = run.best()?;
        Some(match self {
            Self::Accuracy => best.validation_accuracy,
            Self::Loss => best.validation_loss,
            // The account has percentage points.
            Self::Gap => gap(best) / 100.0,
            Self::Epoch => best.epoch as f64,
        })
    }

    /// A value of the figure as people read it: 98.61%, 0.0412, 1.30 points, 7.5.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Accuracy => percent(value),
            Self::Gap => format!("{} points", self.show_bare(value)),
            Self::Loss | Self::Epoch => self.show_bare(value),
        }
    }

    /// A difference of two values, with its sign: +0.42 points.
    pub fn show_difference(self, value: f64) -> String {
        match self {
            Self::Accuracy | Self::Gap => difference(100.0 * value),
            Self::Loss => signed(value, 4),
            Self::Epoch => signed(value, 1),
        }
    }

    /// The figure without its unit, as a table has it.
    pub fn show_bare(self, value: f64) -> String {
        match self {
            Self::Accuracy | Self::Gap => with_minus(100.0 * value, 2),
            Self::Loss => with_minus(value, 4),
            Self::Epoch => with_minus(value, 1),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Metric {
    type Err = NoMetric;

    fn from_str(text: &str) -> Result<Self, NoMetric> {
        let mut all = Self::ALL.into_iter();
        all.find(|metric| metric.name() == text)
            .ok_or_else(|| NoMetric(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_a_true_minus_and_one_unit() {
        assert_eq!(Metric::Accuracy.show(0.986_1), "98.61%");
        assert_eq!(Metric::Gap.show(-0.013), "−1.30 points");
        assert_eq!(Metric::Loss.show(0.041_2), "0.0412");
        assert_eq!(Metric::Accuracy.show_difference(0.004_2), "+0.42 points");
        assert_eq!(Metric::Gap.show_difference(-0.004_2), "−0.42 points");
        assert_eq!(Metric::Loss.show_difference(-0.004_2), "−0.0042");
        assert_eq!(Metric::Epoch.show_difference(2.5), "+2.5");
        assert_eq!(Metric::Accuracy.show_bare(-0.000_01), "0.00");
    }
}
