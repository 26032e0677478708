//! The verdict: training curves in, a plain sentence with its evidence out.
//!
//! Pure arithmetic on epochs' figures: nothing here knows of threads, files or widgets.
//! `judge` holds the rule and `limits` its limits, `figures` and `signal` the arithmetic
//! that it rests on, `words` the sentences.

mod figures;
mod judge;
mod limits;
mod signal;
mod words;

use serde::{Serialize, Serializer};

/// One epoch's figures, measured in evaluation mode on un-augmented images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Mean cross-entropy of the training sample.
    pub train_loss: f64,
    /// Fraction of the training sample classified right, 0 to 1.
    pub train_accuracy: f64,
    /// Mean cross-entropy of the validation images.
    pub validation_loss: f64,
    /// Fraction of the validation images classified right, 0 to 1.
    pub validation_accuracy: f64,
}

impl CurvePoint {
    /// The same with accuracies that are none, being no fractions, as not a number.
    fn bounded(&self) -> Self {
        let fraction = |accuracy: f64| {
            if (0.0..=1.0).contains(&accuracy) {
                accuracy
            } else {
                f64::NAN
            }
        };
        Self {
            train_accuracy: fraction(self.train_accuracy),
            validation_accuracy: fraction(self.validation_accuracy),
            ..*self
        }
    }
}

/// What curves say about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictKind {
    /// Fewer epochs than a verdict needs.
    TooEarly,
    /// A loss is not finite.
    Diverged,
    /// Training accuracy is low, and validation accuracy little below it.
    Underfitting,
    /// Validation still gets better, whatever the gap.
    Improving,
    /// Validation no longer gets better, and the gap is small.
    GoodFit,
    /// Training goes on falling while validation gets worse, or stands still with a gap.
    Overfitting,
}

impl VerdictKind {
    /// All kinds, in the order of a run's life.
    pub const ALL: [Self; 6] = [
        Self::TooEarly,
        Self::Diverged,
        Self::Underfitting,
        Self::Improving,
        Self::GoodFit,
        Self::Overfitting,
    ];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooEarly => "too-early",
            Self::Diverged => "diverged",
            Self::Underfitting => "underfitting",
            Self::Improving => "improving",
            Self::GoodFit => "good-fit",
            Self::Overfitting => "overfitting",
        }
    }
}

impl Serialize for VerdictKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What curves say about a run, and why. As JSON: `kind`, `since`, `best_epoch`, `gap` and
/// `sentence`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The kind.
    pub kind: VerdictKind,
    /// The first epoch of overfitting, the one after the best. None for the other kinds.
    pub since: Option<usize>,
    /// The epoch of the lowest validation loss. None where no loss is finite.
    pub best_epoch: Option<usize>,
    /// Training − validation accuracy at the last epoch, percentage points. None where one is not
    /// a number.
    pub gap: Option<f64>,
    /// The verdict in one sentence, with its evidence in it.
    pub sentence: String,
    /// The numbers behind it, a plain line each.
    #[serde(skip)]
    pub evidence: Vec<String>,
}

/// The verdict on a run, from its epochs in order.
///
/// `validation_size` is the number of validation images, for standard errors; 0 means unknown,
/// and what is measured against standard errors is then measured against scatter and errors left
/// alone. Cut after epoch k, the curves give what was said at epoch k: the verdict changes only
/// on evidence.
pub fn verdict(points: &[CurvePoint], validation_size: usize) -> Verdict {
    let points: Vec<_> = points.iter().map(CurvePoint::bounded).collect();
    let points = points.as_slice();
    let diverged = points
        .iter()
        .find(|point| !(point.train_loss.is_finite() && point.validation_loss.is_finite()));
    if let Some(point) = diverged {
        return words::diverged(points, point, validation_size);
    }
    match judge::judge(points, validation_size) {
        Some(state) => words::judged(points, &state, validation_size),
        None => words::too_early(points, limits::FIRST_VERDICT, validation_size),
    }
}

/// Standard error of an accuracy measured on `count` images, √(p(1−p)/n), a fraction like the
/// accuracy. Not a number where there is no image or no accuracy.
pub fn standard_error(accuracy: f64, count: usize) -> f64 {
    let p = accuracy.clamp(0.0, 1.0);
    if count == 0 {
        f64::NAN
    } else {
        (p * (1.0 - p) / count as f64).sqrt()
    }
}

/// The epoch of the lowest validation loss, the first of several. None where none is finite.
pub fn best_epoch(points: &[CurvePoint]) -> Option<usize> {
    best(points).map(|point| point.epoch)
}

fn best(points: &[CurvePoint]) -> Option<&CurvePoint> {
    points
        .iter()
        .filter(|point| point.validation_loss.is_finite())
        .min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss))
}

/// Training − validation accuracy at the last epoch, percentage points.
fn gap(points: &[CurvePoint]) -> Option<f64> {
    let last = points.last()?;
    let gap = 100.0 * (last.train_accuracy - last.validation_accuracy);
    // Curves have six decimals; the rest is binary dust.
    gap.is_finite().then(|| (gap * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(epoch: usize, validation_loss: f64) -> CurvePoint {
        CurvePoint {
            epoch,
            train_loss: 0.5,
            train_accuracy: 0.9,
            validation_loss,
            validation_accuracy: 0.85,
        }
    }

    #[test]
    fn the_standard_error_is_the_binomial_one() {
        assert!((standard_error(0.95, 5000) - 0.003_082_2).abs() < 1e-7);
        assert_eq!(standard_error(1.0, 10), 0.0);
        assert!(standard_error(0.5, 0).is_nan());
        assert!(standard_error(f64::NAN, 10).is_nan());
    }

    #[test]
    fn the_best_epoch_is_the_first_of_the_lowest() {
        let curve = [(3, 0.4), (4, f64::NAN), (5, 0.3), (6, 0.3), (7, 0.5)];
        let curve = curve.map(|(epoch, loss)| point(epoch, loss));
        assert_eq!(best_epoch(&curve), Some(5));
        assert_eq!(best_epoch(&curve[1..2]), None);
        assert_eq!(best_epoch(&[]), None);
    }

    #[test]
    fn json_has_the_names_of_the_command_line() {
        let verdict = verdict(&[point(1, 0.4)], 5000);
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(
            json,
            r#"{"kind":"too-early","since":null,"best_epoch":1,"gap":5.0,"sentence":"Too early to tell: 2 more epochs are needed; validation accuracy 85.00% ± 0.50 so far"}"#
        );
        for kind in VerdictKind::ALL {
            let name = serde_json::to_value(kind).unwrap();
            assert_eq!(name, kind.name());
        }
    }
}
