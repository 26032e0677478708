//! Robust arithmetic on a short stretch of a curve: level, scatter, slope. Everything here is
//! causal and local, so that a verdict on the first k epochs never depends on later ones.

/// Scatter assumed before there is any to measure: curves of the networks here jump by 2 to 15%
/// from epoch to epoch.
const PRIOR_SCATTER: f64 = 0.01;
/// Second differences that the assumption is worth.
const PRIOR_WEIGHT: f64 = 2.0;
/// Epochs from which scatter is measured: enough to average, few enough to forget the start.
const SCATTER_EPOCHS: usize = 16;
/// Deviations from its neighbours, in scatters, from which an epoch counts as a spike.
const SPIKE: f64 = 2.5;

/// Epochs that the run's scatter is worth beside the deviations of a stretch.
const RUN_WEIGHT: f64 = 2.0;

/// Where a curve stands at its end: the median of its last three epochs, deaf to a single spike;
/// the mean where there are only two.
pub fn level(curve: &[f64]) -> f64 {
    match *curve {
        [] => 0.0,
        [only] => only,
        [first, second] => (first + second) / 2.0,
        [.., a, b, c] => a.min(b).max(a.max(b).min(c)),
    }
}

/// Epoch-to-epoch scatter at the end of a curve: the standard deviation about a smooth trend,
/// drawn towards what is usual where there is little to measure it from.
pub fn scatter(curve: &[f64]) -> f64 {
    let count = curve.len().min(SCATTER_EPOCHS).saturating_sub(2) as f64;
    ((bare_scatter(curve).powi(2) * count + PRIOR_SCATTER.powi(2) * PRIOR_WEIGHT)
        / (count + PRIOR_WEIGHT))
        .sqrt()
}

/// The scatter as measured.
///
/// Second differences cancel the trend. White noise of deviation s gives second differences of
/// deviation s√6; the smaller two thirds of their sizes, so that spikes and corners don't count,
/// have a mean of 0.4522 of that.
pub fn bare_scatter(curve: &[f64]) -> f64 {
    let recent = &curve[curve.len().saturating_sub(SCATTER_EPOCHS)..];
    let mut bends: Vec<f64> = recent
        .windows(3)
        .map(|w| (w[0] - 2.0 * w[1] + w[2]).abs())
        .collect();
    bends.sort_by(f64::total_cmp);
    let kept = &bends[..(2 * bends.len()).div_ceil(3)];
    kept.iter().sum::<f64>() / (kept.len().max(1) as f64 * 0.4522 * 6f64.sqrt())
}

/// One epoch of a curve; where it is a spike (far, beside the scatter, from its neighbourhood),
/// the median of the neighbourhood. The last epoch has no later neighbour: it is compared with
/// the two before it.
pub fn without_spike(curve: &[f64], index: usize, scatter: f64) -> f64 {
    let start = index.saturating_sub(1).min(curve.len().saturating_sub(3));
    let around = level(&curve[start..curve.len().min(start + 3)]);
    if (curve[index] - around).abs() > SPIKE * scatter {
        around
    } else {
        curve[index]
    }
}

/// The last epochs without their spikes.
pub fn recent(curve: &[f64], epochs: usize, scatter: f64) -> Vec<f64> {
    (curve.len().saturating_sub(epochs)..curve.len())
        .map(|index| without_spike(curve, index, scatter))
        .collect()
}

/// A straight line through a stretch of epochs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Change per epoch.
    pub slope: f64,
    /// Standard error of the slope.
    pub error: f64,
}

impl Trend {
    /// Least squares over the last n epochs, for each n from 0 up to all. The deviations from a
    /// line count as scatter, together with the run's: a few epochs that happen to lie on a line
    /// don't make it sure.
    pub fn over_last(curve: &[f64], run_scatter: f64) -> Vec<Self> {
        let Some(&last) = curve.last() else {
            return vec![Self::new(0.0, 0.0, 0, run_scatter)];
        };
        // Counted back from the last epoch, whose value is taken as 0, so that little cancels.
        let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
        let mut trends = vec![Self::new(0.0, 0.0, 0, run_scatter)];
        for (i, value) in curve.iter().rev().enumerate() {
            let value = value - last;
            sum += value;
            squares += value * value;
            product -= value * i as f64;
            let count = i as f64 + 1.0;
            let spread = count * (count * count - 1.0) / 12.0;
            let together = product + sum * (count - 1.0) / 2.0;
            let slope = if i == 0 { 0.0 } else { together / spread };
            let deviations = squares - sum * sum / count - slope * together;
            trends.push(Self::new(slope, deviations.max(0.0), i + 1, run_scatter));
        }
        trends
    }

    fn new(slope: f64, deviations: f64, epochs: usize, run_scatter: f64) -> Self {
        let freedom = epochs.saturating_sub(2) as f64;
        let run = RUN_WEIGHT * run_scatter * run_scatter;
        let scatter = ((deviations + run) / (freedom + RUN_WEIGHT)).sqrt();
        let error = slope_error(scatter, epochs);
        Self { slope, error }
    }

    /// The slope is above a value by so many errors.
    pub fn surely_above(&self, value: f64, errors: f64) -> bool {
        self.slope - errors * self.error > value
    }

    /// The slope is below a value by so many errors.
    pub fn surely_below(&self, value: f64, errors: f64) -> bool {
        self.slope + errors * self.error < value
    }
}

/// Least-squares slope per epoch.
pub fn slope(curve: &[f64]) -> f64 {
    let count = curve.len() as f64;
    if curve.len() < 2 {
        return 0.0;
    }
    let mean = curve.iter().sum::<f64>() / count;
    let centre = (count - 1.0) / 2.0;
    let (mut product, mut square) = (0.0, 0.0);
    for (i, value) in curve.iter().enumerate() {
        let distance = i as f64 - centre;
        product += distance * (value - mean);
        square += distance * distance;
    }
    product / square
}

/// Standard error of [`slope`] over that many epochs of that scatter; infinite over fewer than 2.
pub fn slope_error(scatter: f64, epochs: usize) -> f64 {
    if epochs < 2 {
        return f64::INFINITY;
    }
    let count = epochs as f64;
    scatter * (12.0 / (count * (count * count - 1.0))).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
    }

    #[test]
    fn a_level_is_deaf_to_one_spike() {
        near(level(&[9.0, 1.0, 5.0, 1.2]), 1.2);
        near(level(&[3.0]), 3.0);
        near(level(&[3.0, 1.0]), 2.0);
        near(level(&[]), 0.0);
    }

    #[test]
    fn a_line_has_its_slope_and_no_scatter() {
        let line: Vec<f64> = (0..12).map(|i| 5.0 - 0.25 * f64::from(i)).collect();
        near(slope(&line), -0.25);
        near(bare_scatter(&line), 0.0);
        let trends = Trend::over_last(&line, 0.0);
        assert_eq!(trends.len(), 13);
        for trend in &trends[2..] {
            near(trend.slope, -0.25);
            assert!(trend.error < 1e-7, "{trend:?}");
        }
        near(slope(&[1.0]), 0.0);
        near(slope(&[]), 0.0);
    }

    #[test]
    fn scatter_is_that_of_the_noise_whatever_the_trend() {
        // Deviations of a fixed pattern: their second differences are 2, 3, 3, 2, …
        let pattern = [1.0, -1.0, 0.0, 1.0, -1.0, 0.0];
        let curve = |trend: f64| -> Vec<f64> {
            (0..40)
                .map(|i| trend * i as f64 + 0.1 * pattern[i % 6])
                .collect()
        };
        let flat = bare_scatter(&curve(0.0));
        assert!((0.1..0.4).contains(&flat), "{flat}");
        near(bare_scatter(&curve(-3.0)), flat);
        // Two spikes of ten times the noise leave it as it is, within a half.
        let mut spiked = curve(0.0);
        spiked[30] += 2.0;
        let ratio = bare_scatter(&spiked) / flat;
        assert!((0.9..1.5).contains(&ratio), "{ratio}");
    }

    #[test]
    fn spikes_are_replaced_and_steps_are_not() {
        let curve = [1.0, 1.0, 1.0, 3.0, 1.1, 1.0];
        near(without_spike(&curve, 3, 0.1), 1.1);
        near(without_spike(&curve, 2, 0.1), 1.0);
        let step = [1.0, 1.0, 3.0, 3.0, 3.0];
        near(without_spike(&step, 2, 0.1), 3.0);
        near(without_spike(&[1.0, 2.0], 1, 0.1), 1.5);
    }

    #[test]
    fn a_trend_is_that_of_its_last_epochs_alone() {
        let curve = [7.0, 1.0, 2.0, 4.0, 3.0];
        let trends = Trend::over_last(&curve, 0.0);
        for epochs in 2..=5 {
            near(trends[epochs].slope, slope(&curve[5 - epochs..]));
        }
        // Residuals of 2, 4, 3 about 2.5, 3, 3.5: −0.5, 1, −0.5; three degrees of freedom, two
        // of them the run's own; Σ(x − x̄)² is 2.
        near(trends[3].error, (1.5_f64 / 3.0 / 2.0).sqrt());
    }

    #[test]
    fn a_slope_of_n_epochs_has_the_textbook_error() {
        near(slope_error(0.02, 5), 0.02 / 10.0_f64.sqrt());
        assert_eq!(slope_error(0.02, 1), f64::INFINITY);
    }
}
