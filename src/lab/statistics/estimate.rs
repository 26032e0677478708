//! A mean over seeds, with its interval.

use super::mean_and_variance;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// How often an interval holds the true mean: 95 times in a hundred.
pub const CONFIDENCE: f64 = 0.95;

/// The mean of values of several seeds, and how far it can be trusted. For two settings with the
/// same seeds and the same validation images the values are the differences within each seed
/// ([`Estimate::paired`]), for a factor of an ablation its effect within each seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How many values there are, 2 at least.
    pub count: usize,
    /// The mean of the values, in their unit.
    pub mean: f64,
    /// The standard deviation of the values (by n − 1).
    pub deviation: f64,
    /// Student's t of the mean against 0: mean · √n / deviation. It isn't finite where all values
    /// are equal.
    pub t: f64,
    /// How often chance alone gives a mean this far from 0 or farther, 0 to 1 (two-sided, by
    /// Student's t with n − 1 degrees of freedom).
    pub p: f64,
    /// The lower and the upper end of the interval that holds the true mean with [`CONFIDENCE`]:
    /// mean ± t₀.₉₇₅,ₙ₋₁ · deviation / √n.
    pub interval: [f64; 2],
}

impl Estimate {
    /// The mean of some values. Fewer than two values have no spread, and give none.
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::of_rounded(values, 0.0)
    }

    /// The mean of values that are known to `rounding` alone, the standard deviation that rounding gives each of
    /// them. The deviation is no less than that: values that agree by accident, as counts of right images do,
    /// would otherwise be without any error.
    pub fn of_rounded(values: &[f64], rounding: f64) -> Option<Self> {
        let (mean, variance) = mean_and_variance(values)?;
        let deviation = variance.sqrt().max(rounding);
        let error = deviation / (values.len() as f64).sqrt();
        let student = StudentsT::new(0.0, 1.0, values.len() as f64 - 1.0).ok()?;
        let half = half_width_factor(values.len())? * deviation;
        let t = mean / error;
        Some(Self {
            count: values.len(),
            mean,
            deviation,
            t,
            p: two_sided(&student, t),
            interval: [mean - half, mean + half],
        })
    }

    /// What the second of two settings has more than the first, paired by seed: the mean of the
    /// differences within each seed. None where the settings haven't the same number of seeds, or
    /// fewer than two.
    pub fn paired(first: &[f64], second: &[f64]) -> Option<Self> {
        if first.len() != second.len() {
            return None;
        }
        let pairs = first.iter().zip(second);
        Self::of(
            &pairs
                .map(|(first, second)| second - first)
                .collect::<Vec<_>>(),
        )
    }
}

/// By what the deviation of so many values is multiplied for half the width of the interval of their mean:
/// t₀.₉₇₅,ₙ₋₁ / √n. Fewer than two values have none.
pub fn half_width_factor(count: usize) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, (count as f64 - 1.0).max(0.0)).ok()?;
    Some(student.inverse_cdf(0.5 + 0.5 * CONFIDENCE) / (count as f64).sqrt())
}

/// Whether an interval of a difference leaves zero out, so that the difference is more than chance.
pub fn leaves_zero_out([low, high]: [f64; 2]) -> bool {
    low > 0.0 || high < 0.0
}

/// How often chance gives a t this far from 0 or farther. Without any difference, where t is not a
/// number, always.
pub(super) fn two_sided(student: &StudentsT, t: f64) -> f64 {
    if t.is_nan() {
        1.0
    } else {
        2.0 * student.cdf(-t.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{A, B, check};
    use super::*;

    #[test]
    fn a_paired_difference_is_that_of_scipy() {
        let found = Estimate::paired(&A, &B).unwrap();
        assert_eq!(found.count, 5);
        check(found.mean, 0.102);
        check(found.deviation, 0.056_303);
        check(found.t, 4.050_938);
        check(found.p, 0.015_463_8);
        check(found.interval[0], 0.032_091);
        check(found.interval[1], 0.171_909);
    }

    #[test]
    fn what_has_no_spread_has_no_interval_or_an_empty_one() {
        assert_eq!(Estimate::of(&[0.5]), None);
        assert_eq!(Estimate::paired(&A, &B[1..]), None);
        let same = Estimate::paired(&A, &A).unwrap();
        assert_eq!((same.mean, same.p, same.interval), (0.0, 1.0, [0.0, 0.0]));
        let always = Estimate::of(&[0.25; 3]).unwrap();
        assert_eq!(
            (always.mean, always.p, always.interval),
            (0.25, 0.0, [0.25, 0.25])
        );
        // Where figures are counts of 100 images, they agree by accident now and then.
        let counted = Estimate::of_rounded(&[0.25; 3], 0.01).unwrap();
        check(counted.deviation, 0.01);
        assert!(counted.p > 0.0 && counted.interval[0] < 0.25);
        let spread = [0.1, 0.2];
        assert_eq!(Estimate::of_rounded(&spread, 0.01), Estimate::of(&spread));
    }
}
