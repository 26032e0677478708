//! Which heights a plot shows.

use super::heights::{Heights, Quantity};
use super::ticks::nice_step;
use super::view::YView;

/// The heights that a plot shows, given those that its lines reach. A plot that has no line yet
/// shows heights that make sense for its quantity.
pub fn y_range(view: YView, heights: &Heights, reached: Option<[f64; 2]>) -> [f64; 2] {
    if heights.is_log() {
        let reached = reached.unwrap_or(match heights.quantity {
            Quantity::Accuracy => [0.0, 2.0],
            Quantity::Loss | Quantity::Gap => [-2.0, 0.5],
        });
        let [low, high] = widened(reached, LEAST_DECADES);
        let pad = PAD * (high - low);
        return [low - pad, high + pad];
    }
    let from_zero = view == YView::FromZero;
    match heights.quantity {
        // Room for the name of 100%.
        Quantity::Accuracy if from_zero => [-1.0, 104.0],
        Quantity::Accuracy => {
            let reached = reached.unwrap_or([0.0, 100.0]);
            let [low, high] = fitted(widened(reached, LEAST_PERCENT));
            // Room for a thick line at 100%, and no percentages that can't be.
            let pad = PAD * (high.min(100.0) - low.max(0.0));
            [low.max(-pad), high.min(100.0 + pad)]
        }
        Quantity::Loss => {
            let [low, high] = reached.unwrap_or([0.0, 2.5]);
            let [low, high] = widened([low, high], LEAST_LOSS_SHARE * high.abs().max(1e-9));
            if from_zero {
                let high = fitted([0.0, high])[1];
                return [-0.01 * high, high];
            }
            let [low, high] = fitted([low, high]);
            // A loss is never negative; its axis needs no room below 0 but a line's.
            [low.max(-PAD * high), high]
        }
        Quantity::Gap => {
            // What a gap is compared with is no gap.
            let [low, high] = reached.unwrap_or([0.0, 5.0]);
            fitted(widened([low.min(0.0), high.max(0.0)], LEAST_PERCENT))
        }
    }
}

/// Room above and below, as a share of the height.
const PAD: f64 = 0.04;
/// The least heights shown: below them noise would look like news.
const LEAST_PERCENT: f64 = 0.5;
const LEAST_DECADES: f64 = 0.3;
const LEAST_LOSS_SHARE: f64 = 0.05;

/// At least `least` high, about the same middle.
fn widened([low, high]: [f64; 2], least: f64) -> [f64; 2] {
    let missing = least - (high - low);
    if missing > 0.0 {
        [low - missing / 2.0, high + missing / 2.0]
    } else {
        [low, high]
    }
}

/// With room above and below, and rounded outwards, so that the axis moves seldom while data
/// come in.
fn fitted([low, high]: [f64; 2]) -> [f64; 2] {
    let pad = PAD * (high - low);
    let step = nice_step((high - low) / 12.0);
    [
        ((low - pad) / step).floor() * step,
        ((high + pad) / step).ceil() * step,
    ]
}

/// Lowest and highest of the heights that are finite.
pub fn reach(heights: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let mut span = Span::default();
    for height in heights {
        span.take(height);
    }
    span.ends()
}

/// The lowest and the highest of some heights. Before the first of them the lowest lies above the highest.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    low: f64,
    high: f64,
}

impl Default for Span {
    fn default() -> Self {
        Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        }
    }
}

impl Span {
    /// Takes a height in, where it is finite.
    #[inline]
    pub fn take(&mut self, height: f64) {
        if height.is_finite() {
            self.low = self.low.min(height);
            self.high = self.high.max(height);
        }
    }

    /// Both spans together.
    #[inline]
    pub fn with(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// The lowest and the highest, where there was any.
    pub fn ends(self) -> Option<[f64; 2]> {
        (self.low <= self.high).then_some([self.low, self.high])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accuracy() -> Heights {
        Heights::linear(Quantity::Accuracy)
    }

    #[test]
    fn fit_holds_what_is_reached_and_little_more() {
        let [low, high] = y_range(YView::Fit, &accuracy(), Some([92.3, 99.8]));
        assert!(low < 92.3 && low > 91.0, "{low}");
        assert!(high > 99.8 && high < 100.6, "{high}");
        let [low, high] = y_range(
            YView::Fit,
            &Heights::linear(Quantity::Loss),
            Some([0.01, 2.3]),
        );
        assert!((-0.11..0.01).contains(&low), "{low}");
        assert!((2.3..2.6).contains(&high), "{high}");
    }

    #[test]
    fn noise_is_not_blown_up() {
        let [low, high] = y_range(YView::Fit, &accuracy(), Some([98.5, 98.5]));
        assert!(high - low >= LEAST_PERCENT, "{low} {high}");
        let loss = y_range(
            YView::Fit,
            &Heights::linear(Quantity::Loss),
            Some([0.5, 0.5]),
        );
        assert!(loss[0] < 0.5 && loss[1] > 0.5);
    }

    #[test]
    fn a_small_rise_does_not_move_the_axis() {
        let before = y_range(YView::Fit, &accuracy(), Some([90.0, 97.10]));
        let after = y_range(YView::Fit, &accuracy(), Some([90.0, 97.15]));
        assert_eq!(before, after);
    }

    #[test]
    fn zero_is_in_where_it_belongs() {
        let [low, high] = y_range(YView::FromZero, &accuracy(), Some([92.3, 99.8]));
        assert!(low <= 0.0 && high >= 100.0);
        let loss = Heights::linear(Quantity::Loss);
        assert!(y_range(YView::FromZero, &loss, Some([0.3, 0.6]))[0] <= 0.0);
        assert!(y_range(YView::Fit, &loss, Some([0.3, 0.6]))[0] > 0.2);
        let gap = Heights::linear(Quantity::Gap);
        assert!(y_range(YView::Fit, &gap, Some([3.0, 7.0]))[0] <= 0.0);
        assert!(y_range(YView::Fit, &gap, Some([-3.0, -1.0]))[1] >= 0.0);
    }

    #[test]
    fn nothing_yet_is_a_range_too() {
        for quantity in Quantity::ALL {
            for view in YView::ALL {
                let [low, high] = y_range(view, &Heights::linear(quantity), None);
                assert!(low < high, "{quantity:?} {view:?}");
            }
        }
        let log = Heights::log(Quantity::Loss, std::iter::empty());
        let [low, high] = y_range(YView::Log, &log, None);
        assert!(low < high);
        assert_eq!(reach([f64::NAN, 2.0, -1.0].into_iter()), Some([-1.0, 2.0]));
        assert_eq!(reach([f64::NAN].into_iter()), None);
    }
}
