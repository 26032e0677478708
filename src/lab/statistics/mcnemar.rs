//! Two networks on the same images.

use statrs::distribution::{Binomial, DiscreteCDF};

/// The exact p value of McNemar's test, 0 to 1, of the images that only one of two networks gets
/// right: how many only the first does, and how many only the second does.
///
/// Were both networks equally good, each of these images would fall to either like the toss of a
/// coin. The p value is how often the toss comes out as unevenly as this or more so:
/// min(1, 2 · Σ C(n, i) / 2ⁿ) over i up to the smaller count, n being both together (Q. McNemar,
/// 1947, in its exact form). It speaks about these two networks only: another seed trains others.
pub fn mcnemar(only_first: usize, only_second: usize) -> f64 {
    let (fewer, all) = (only_first.min(only_second), only_first + only_second);
    // A half is a probability, so that there is such a distribution.
    Binomial::new(0.5, all as u64)
        .map_or(f64::NAN, |tosses| (2.0 * tosses.cdf(fewer as u64)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn p_values_are_those_of_scipy() {
        check(mcnemar(25, 15), 0.153_859_9);
        check(mcnemar(11, 1), 0.006_347_66);
        check(mcnemar(5, 0), 0.062_5);
        check(mcnemar(4, 0), 0.125);
        check(mcnemar(40, 60), 0.056_887_9);
        // The value is the same whichever network is called the first.
        check(mcnemar(15, 25), 0.153_859_9);
    }

    #[test]
    fn without_a_difference_there_is_nothing_to_tell_apart() {
        assert_eq!(mcnemar(0, 0), 1.0);
        assert_eq!(mcnemar(7, 7), 1.0);
        assert!(mcnemar(50_000, 40_000) < 1e-12);
    }
}
