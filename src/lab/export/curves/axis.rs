//! From figures to places on the drawing, and the round figures that are marked.

/// A range of figures laid on a stretch of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    range: [f64; 2],
    places: [f64; 2],
}

impl Axis {
    /// `range` has two figures that differ; `places` may run either way.
    pub(super) fn new(range: [f64; 2], places: [f64; 2]) -> Self {
        Self { range, places }
    }

    /// Where a figure lies.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.range[0]) / (self.range[1] - self.range[0]);
        self.places[0] + share * (self.places[1] - self.places[0])
    }

    /// Where a figure lies, at an end if it is beyond.
    pub(super) fn clamped(&self, value: f64) -> f64 {
        self.at(value.clamp(self.range[0], self.range[1]))
    }

    /// Halfway between its ends.
    pub(super) fn middle(&self) -> f64 {
        f64::midpoint(self.places[0], self.places[1])
    }

    /// Whole figures to mark, at most so many.
    pub(super) fn whole_ticks(&self, most: usize) -> Vec<f64> {
        ticks(self.range, most, 1.0).0
    }

    /// Round figures to mark, and the decimals that tell them apart.
    pub(super) fn ticks(&self, most: usize) -> (Vec<f64>, usize) {
        let (ticks, step) = ticks(self.range, most, 0.0);
        (ticks, decimals(step))
    }
}

/// Decimals that tell multiples of a step apart.
pub(super) fn decimals(step: f64) -> usize {
    (-step.log10() - 1e-9).ceil().max(0.0) as usize
}

/// Multiples of 1, 2 or 5 times a power of ten within a range, at most `most`, and their step.
fn ticks([low, high]: [f64; 2], most: usize, least_step: f64) -> (Vec<f64>, f64) {
    let rough = (high - low) / most as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|&step| step >= rough * 0.999_999)
        .unwrap_or(10.0 * power)
        .max(least_step);
    let slack = step * 1e-6;
    let first = ((low - slack) / step).ceil() as i64;
    let last = ((high + slack) / step).floor() as i64;
    let ticks = (first..=last).map(|count| count as f64 * step).collect();
    (ticks, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_within() {
        let check = |range: [f64; 2], most, expected: &[f64], decimals: usize| {
            let (found, places) = Axis::new(range, [0.0, 1.0]).ticks(most);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
            assert_eq!(places, decimals, "{range:?}");
        };
        check([90.0, 100.0], 5, &[90.0, 92.0, 94.0, 96.0, 98.0, 100.0], 0);
        check([98.2, 99.1], 5, &[98.2, 98.4, 98.6, 98.8, 99.0], 1);
        check([0.0, 0.52], 6, &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 1);
        check(
            [0.0, 0.012],
            6,
            &[0.0, 0.002, 0.004, 0.006, 0.008, 0.01, 0.012],
            3,
        );
        let whole = |range| Axis::new(range, [0.0, 1.0]).whole_ticks(10);
        assert_eq!(whole([1.0, 3.0]), [1.0, 2.0, 3.0]);
        assert_eq!(whole([1.0, 20.0]).first(), Some(&2.0));
        assert_eq!(whole([0.5, 1.5]), [1.0]);
        assert!(whole([1.0, 3_000.0]).len() <= 11);
    }

    #[test]
    fn figures_lie_where_they_belong() {
        let axis = Axis::new([0.0, 10.0], [300.0, 100.0]);
        assert_eq!(axis.at(0.0), 300.0);
        assert_eq!(axis.at(2.5), 250.0);
        assert_eq!(axis.clamped(20.0), 100.0);
    }
}
