//! Two settings whose seeds don't belong together.

use super::estimate::{CONFIDENCE, two_sided};
use super::mean_and_variance;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The difference between the means of two settings whose seeds don't belong together (B. L. Welch,
/// 1947). Where they do, [`Estimate::paired`](super::Estimate::paired) sees more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// The second setting's mean less the first's, in the unit of the values.
    pub difference: f64,
    /// Welch's t.
    pub t: f64,
    /// The degrees of freedom of Welch and Satterthwaite, which needn't be whole.
    pub degrees: f64,
    /// How often chance alone gives a difference this far from 0 or farther, 0 to 1 (two-sided).
    pub p: f64,
    /// The lower and the upper end of the interval that holds the true difference with
    /// [`CONFIDENCE`].
    pub interval: [f64; 2],
}

/// Compares two settings of two seeds each at least. None with fewer, and where neither of them
/// has any spread. The values are known to `rounding` alone, a standard deviation, as
/// [`Estimate::of_rounded`](super::Estimate::of_rounded) says.
pub fn welch(first: &[f64], second: &[f64], rounding: f64) -> Option<Welch> {
    let part = |values: &[f64]| {
        let (mean, variance) = mean_and_variance(values)?;
        Some((
            mean,
            variance.max(rounding * rounding) / values.len() as f64,
            values.len() as f64 - 1.0,
        ))
    };
    let ((mean_1, error_1, degrees_1), (mean_2, error_2, degrees_2)) =
        (part(first)?, part(second)?);
    let difference = mean_2 - mean_1;
    let variance = error_1 + error_2;
    let degrees = variance.powi(2) / (error_1.powi(2) / degrees_1 + error_2.powi(2) / degrees_2);
    let student = StudentsT::new(0.0, 1.0, degrees).ok()?;
    let t = difference / variance.sqrt();
    let half = student.inverse_cdf(0.5 + 0.5 * CONFIDENCE) * variance.sqrt();
    Some(Welch {
        difference,
        t,
        degrees,
        p: two_sided(&student, t),
        interval: [difference - half, difference + half],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{A, B, check};
    use super::*;

    #[test]
    fn an_unpaired_difference_is_that_of_scipy() {
        let found = welch(&A, &B, 0.0).unwrap();
        check(found.difference, 0.102);
        check(found.t, 3.047_833);
        check(found.degrees, 7.982_793);
        check(found.p, 0.015_913_7);
        assert!(found.interval[0] > 0.0 && found.interval[1] < 0.204);
        assert_eq!(welch(&A[..1], &B, 0.0), None);
        assert_eq!(welch(&[1.0, 1.0], &[1.0, 1.0], 0.0), None);
    }
}
