//! Robust arithmetic on a short stretch of a curve: level, scatter, slope. Everything here is
//! causal and local, so that a verdict on the first k epochs never depends on later ones.

/// Scatter assumed before there is any to measure: curves of the networks here jump by 2 to 15%
/// from epoch to epoch.
const PRIOR_SCATTER: f64 = 0.01;
/// Second differences that the assumption is worth.
const PRIOR_WEIGHT: f64 = 2.0;
/// Epochs from which scatter is measured: enough for a median, few enough to forget the start.
const SCATTER_EPOCHS: usize = 16;
/// Deviations from its neighbours, in scatters, from which an epoch counts as a spike.
const SPIKE: f64 = 2.5;

/// Epochs that the run's scatter is worth beside the deviations of a stretch.
const RUN_WEIGHT: f64 = 2.0;

/// Median of a few numbers, the mean of the middle two where their count is even; 0 for none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

/// Where a curve stands at its end: the median of its last three epochs, deaf to a single spike.
pub fn level(curve: &[f64]) -> f64 {
    median(&curve[curve.len().saturating_sub(3)..])
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
    let around = median(&curve[start..curve.len().min(start + 3)]);
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
    /// Least squares. The deviations from the line count as scatter, together with the run's: a
    /// few epochs that happen to lie on a line don't make it sure.
    pub fn new(stretch: &[f64], scatter: f64) -> Self {
        let slope = slope(stretch);
        let count = stretch.len() as f64;
        let mean = stretch.iter().sum::<f64>() / count.max(1.0);
        let deviations: f64 = stretch
            .iter()
            .enumerate()
            .map(|(i, value)| value - mean - slope * (i as f64 - (count - 1.0) / 2.0))
            .map(|deviation| deviation * deviation)
            .sum();
        let freedom = (count - 2.0).max(0.0);
        let scatter =
            ((deviations + RUN_WEIGHT * scatter * scatter) / (freedom + RUN_WEIGHT)).sqrt();
        Self {
            slope,
            error: slope_error(scatter, stretch.len()),
        }
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

/// Standard error of [`slope`] over that many epochs of that scatter.
pub fn slope_error(scatter: f64, epochs: usize) -> f64 {
    let count = epochs as f64;
    scatter * (12.0 / (count * count * count)).sqrt()
}
