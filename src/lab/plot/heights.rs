//! From measured values to heights and back to words. A plot of accuracy shows per cent, or the
//! logarithm of the error; one of loss shows the loss or its logarithm; one of the gap shows
//! percentage points.

use crate::lab::format;

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Accuracy, a fraction.
    Accuracy,
    /// Mean cross-entropy.
    Loss,
    /// Training accuracy − validation accuracy, in percentage points.
    Gap,
}

impl Quantity {
    /// All quantities, the uppermost plot first.
    pub const ALL: [Self; 3] = [Self::Accuracy, Self::Loss, Self::Gap];
    /// The quantities that are always drawn, and those of an export.
    pub const WITHOUT_GAP: [Self; 2] = [Self::Accuracy, Self::Loss];
}

/// How the values of a plot become heights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heights {
    /// What the plot shows.
    pub quantity: Quantity,
    /// The least value that a logarithm is taken of; `None` where heights are linear.
    floor: Option<f64>,
}

impl Heights {
    /// Heights in proportion to the values.
    pub fn linear(quantity: Quantity) -> Self {
        Self {
            quantity,
            floor: None,
        }
    }

    /// Heights by the decimal logarithm of the error or the loss. 0 has none, so it is drawn at
    /// half the smallest positive value that is there.
    pub fn log(quantity: Quantity, values: impl Iterator<Item = f64>) -> Self {
        let linear = Self::linear(quantity);
        let floor = log_floor(values.map(|value| linear.log_amount(value)));
        Self {
            quantity,
            floor: Some(floor),
        }
    }

    /// Whether heights are logarithms.
    pub fn is_log(&self) -> bool {
        self.floor.is_some()
    }

    /// The amount that is drawn in proportion: per cent, the loss, or percentage points.
    #[inline]
    fn amount(&self, value: f64) -> f64 {
        match self.quantity {
            Quantity::Accuracy => 100.0 * value,
            Quantity::Loss | Quantity::Gap => value,
        }
    }

    /// The amount that a logarithm is taken of: per cent of error, or the loss.
    #[inline]
    fn log_amount(&self, value: f64) -> f64 {
        match self.quantity {
            Quantity::Accuracy => 100.0 * (1.0 - value),
            Quantity::Loss | Quantity::Gap => value,
        }
    }

    /// The height of a value. A value that is not finite has a height that is not a number.
    #[inline]
    pub fn height(&self, value: f64) -> f64 {
        if !value.is_finite() {
            return f64::NAN;
        }
        match self.floor {
            Some(floor) => self.log_amount(value).max(floor).log10(),
            None => self.amount(value),
        }
    }

    /// A value in words, as the end of a line says it: on a logarithmic axis of accuracy the error.
    pub fn words(&self, value: f64) -> String {
        match self.quantity {
            Quantity::Accuracy if self.is_log() => format::percent(1.0 - value),
            Quantity::Accuracy => format::percent(value),
            Quantity::Loss => format::loss(value),
            Quantity::Gap => format::points(value),
        }
    }

    /// What the plot is called, above its picture.
    pub fn title(&self) -> &'static str {
        match (self.quantity, self.is_log()) {
            (Quantity::Accuracy, false) => "Accuracy",
            (Quantity::Accuracy, true) => "Error",
            (Quantity::Loss, _) => "Loss",
            (Quantity::Gap, _) => "Gap in points, training − validation",
        }
    }

    /// A height in the words of a mark on the axis, where marks are `step` apart.
    pub fn mark(&self, height: f64, step: f64) -> String {
        let amount = if self.is_log() {
            10_f64.powf(height)
        } else {
            height
        };
        let number = if self.is_log() {
            short_number(amount)
        } else {
            format::with_minus(amount, decimals(step))
        };
        match self.quantity {
            Quantity::Accuracy => format!("{number}%"),
            // The title of the gap's plot has the unit.
            Quantity::Loss | Quantity::Gap => number,
        }
    }
}

/// Half the smallest positive amount, or a small one where there is none.
fn log_floor(amounts: impl Iterator<Item = f64>) -> f64 {
    let smallest = amounts
        .filter(|amount| amount.is_finite() && *amount > ROUNDING)
        .fold(f64::INFINITY, f64::min);
    if smallest.is_finite() {
        smallest / 2.0
    } else {
        1e-3
    }
}

/// Rounding leaves 1 − 0.9999… this far from 0.
const ROUNDING: f64 = 1e-12;

/// Decimals that tell marks apart that are `step` from each other.
fn decimals(step: f64) -> usize {
    if step.is_finite() && step > 0.0 {
        // A step of 0.02 must show two decimals, and 0.1 + rounding must not show two.
        (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 12.0) as usize
    } else {
        0
    }
}

/// A number of one significant digit, as a logarithmic axis has them.
fn short_number(amount: f64) -> String {
    let magnitude = format::magnitude(amount);
    if (-4..=4).contains(&magnitude) {
        let decimals = (-magnitude).max(0) as usize;
        format!("{amount:.decimals$}")
    } else {
        format::tick(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithm_clamps_at_half_the_smallest_and_keeps_gaps() {
        let accuracies = [0.9, 0.99, 1.0, f64::NAN];
        let scale = Heights::log(Quantity::Accuracy, accuracies.into_iter());
        assert!((scale.height(0.9) - 1.0).abs() < 1e-9, "10% of error");
        assert!((scale.height(0.99) - 0.0).abs() < 1e-9, "1% of error");
        let clamped = scale.height(1.0);
        assert!((clamped - 0.5_f64.log10()).abs() < 1e-9, "{clamped}");
        assert!(scale.height(f64::NAN).is_nan());
        assert!(scale.height(f64::INFINITY).is_nan());
        let nothing = Heights::log(Quantity::Loss, std::iter::empty());
        assert!(nothing.height(0.0).is_finite());
    }

    #[test]
    fn marks_are_true_units() {
        let log = Heights::log(Quantity::Loss, [0.5].into_iter());
        for (value, text) in [
            (0.05_f64, "0.05"),
            (2.0, "2"),
            (1e-3, "0.001"),
            (2e-6, "2e-6"),
            (0.1, "0.1"),
        ] {
            assert_eq!(log.mark(value.log10(), 1.0), text);
        }
        let error = Heights::log(Quantity::Accuracy, [0.5].into_iter());
        assert_eq!(error.mark(0.5_f64.log10(), 1.0), "0.5%");
        let accuracy = Heights::linear(Quantity::Accuracy);
        assert_eq!(accuracy.mark(98.5, 0.5), "98.5%");
        assert_eq!(accuracy.mark(98.0, 2.0), "98%");
        assert_eq!(accuracy.mark(99.92, 0.02), "99.92%");
        let gap = Heights::linear(Quantity::Gap);
        assert_eq!(gap.mark(-1.0, 0.5), "−1.0");
        assert_eq!(gap.mark(-1e-17, 0.5), "0.0");
        assert_eq!(Heights::linear(Quantity::Loss).mark(0.3, 0.1), "0.3");
    }

    #[test]
    fn the_end_of_a_line_says_its_value() {
        assert_eq!(Heights::linear(Quantity::Accuracy).words(0.985), "98.50%");
        let error = Heights::log(Quantity::Accuracy, [0.5].into_iter());
        assert_eq!(error.words(0.985), "1.50%");
        assert_eq!(Heights::linear(Quantity::Loss).words(0.310_54), "0.3105");
        assert_eq!(Heights::linear(Quantity::Gap).words(-1.0), "−1.0 points");
    }

    #[test]
    fn heights_are_per_cent() {
        assert_eq!(Heights::linear(Quantity::Accuracy).height(0.985), 98.5);
        assert_eq!(Heights::linear(Quantity::Gap).height(7.5), 7.5);
    }
}
