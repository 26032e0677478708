//! How far an axis goes.

/// From the least to the largest value, with some room; never without extent. Values that aren't finite
/// don't count.
pub(super) fn reach(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let [low, high] = values
        .filter(|value| value.is_finite())
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
            [low.min(value), high.max(value)]
        });
    if low > high {
        return [0.0, 1.0];
    }
    let room = (0.05 * (high - low)).max(1e-6 * (1.0 + high.abs()));
    [low - room, high + room]
}

/// The reach of means with their intervals. An interval of two seeds may be so wide that all means would
/// lie on one line, so that it counts for three times the extent of the means at most.
pub(super) fn reach_of(estimates: &[(f64, Option<[f64; 2]>)]) -> [f64; 2] {
    let means = || estimates.iter().map(|(mean, _)| *mean);
    let [low, high] = reach(means());
    let most = 3.0 * (high - low).max(0.004 * high.abs());
    let ends = estimates.iter().filter_map(|(mean, interval)| {
        let [low, high] = (*interval)?;
        Some([low.max(mean - most), high.min(mean + most)])
    });
    reach(means().chain(ends.flatten()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_its_values_and_never_vanishes() {
        let [low, high] = reach([3.0, 1.0, f64::NAN].into_iter());
        assert!(low < 1.0 && high > 3.0 && high < 3.2);
        assert_eq!(reach(std::iter::empty()), [0.0, 1.0]);
        let [low, high] = reach(std::iter::once(0.5));
        assert!(low < 0.5 && high > 0.5);
    }

    #[test]
    fn a_wide_interval_leaves_the_means_apart() {
        let narrow = reach_of(&[(0.90, Some([0.89, 0.91])), (0.95, None)]);
        assert!(narrow[0] < 0.89 && narrow[1] > 0.95);
        let [low, high] = reach_of(&[(0.90, Some([-5.0, 7.0])), (0.95, None)]);
        assert!(low > 0.6 && high < 1.2, "{low} {high}");
    }
}
