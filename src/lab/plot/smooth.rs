//! Exponential smoothing without the bias of its start.

/// Each value as the weighted mean of all so far, the past weighing `weight` to the power of its
/// age. What is not finite stays a gap and doesn't disturb its neighbours.
pub fn smooth(values: &[f64], weight: f64) -> Vec<f64> {
    let mut smoother = Smoother::new(weight);
    values.iter().map(|value| smoother.next(*value)).collect()
}

/// Smooths value by value.
pub struct Smoother {
    weight: f64,
    sum: f64,
    /// What the sum would be if each value were 1: dividing by it takes the bias away.
    total: f64,
}

impl Smoother {
    /// A smoother in which the past weighs `weight`, from 0 (off) to below 1.
    pub fn new(weight: f64) -> Self {
        Self {
            weight,
            sum: 0.0,
            total: 0.0,
        }
    }

    /// The smoothed value in the place of the next one.
    #[inline]
    pub fn next(&mut self, value: f64) -> f64 {
        if !value.is_finite() {
            return f64::NAN;
        }
        self.sum = self.weight * self.sum + (1.0 - self.weight) * value;
        self.total = self.weight * self.total + (1.0 - self.weight);
        self.sum / self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_is_the_values_themselves() {
        assert_eq!(smooth(&[3.0, -1.0, 2.5], 0.0), [3.0, -1.0, 2.5]);
    }

    #[test]
    fn the_start_is_not_drawn_towards_zero() {
        let smoothed = smooth(&[4.0; 6], 0.9);
        assert!(smoothed.iter().all(|value| (value - 4.0).abs() < 1e-12));
        let two = smooth(&[1.0, 2.0], 0.5);
        assert_eq!(two[0], 1.0);
        assert!(
            (two[1] - 5.0 / 3.0).abs() < 1e-12,
            "weights 1 and 2: {two:?}"
        );
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let smoothed = smooth(&[1.0, f64::NAN, f64::INFINITY, 2.0], 0.5);
        assert!(smoothed[1].is_nan() && smoothed[2].is_nan());
        assert!((smoothed[3] - 5.0 / 3.0).abs() < 1e-12);
    }
}
