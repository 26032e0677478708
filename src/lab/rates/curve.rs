//! The curve of a range test: several orders joined, and smoothed over neighbouring rates.

use super::divergence::median;
use crate::training::RateStep;
use serde::Serialize;

/// How far smoothing reaches, in steps: the width of the bell by which neighbours count.
const REACH: f64 = 4.0;

/// A learning rate of the test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatePoint {
    /// The learning rate.
    pub learning_rate: f64,
    /// The loss of a batch at that rate: the middle one of all orders. None where most orders had
    /// diverged.
    pub loss: Option<f64>,
    /// The loss smoothed over neighbouring rates.
    pub smoothed: Option<f64>,
}

/// The losses over the learning rates, from the lowest rate to the one at which most orders diverged.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct RateCurve {
    /// The points, by growing rates.
    pub points: Vec<RatePoint>,
}

impl RateCurve {
    /// Joins the steps of several orders, all of which went through the same rates for as long as
    /// they lasted.
    pub fn of(orders: &[Vec<RateStep>]) -> Self {
        let longest = orders.iter().max_by_key(|steps| steps.len());
        let rates: Vec<f64> = longest
            .into_iter()
            .flatten()
            .map(|step| step.learning_rate)
            .collect();
        let losses: Vec<f64> = (0..rates.len())
            .map(|place| {
                // An order that has ended had diverged.
                let loss = |steps: &Vec<RateStep>| {
                    steps.get(place).map_or(f64::INFINITY, |step| step.loss)
                };
                median(&orders.iter().map(loss).collect::<Vec<_>>())
            })
            .collect();
        let ends = losses.iter().position(|loss| !loss.is_finite());
        let ends = ends.unwrap_or(losses.len());
        let smoothed = smoothed(&losses[..ends]);
        let mut points: Vec<RatePoint> = rates
            .iter()
            .zip(losses[..ends].iter().zip(&smoothed))
            .map(|(rate, (loss, smoothed))| RatePoint {
                learning_rate: *rate,
                loss: Some(*loss),
                smoothed: Some(*smoothed),
            })
            .collect();
        points.extend(rates.get(ends).map(|rate| RatePoint {
            learning_rate: *rate,
            loss: None,
            smoothed: None,
        }));
        Self { points }
    }

    /// The points that have a loss: rate, loss, and the loss smoothed.
    pub(super) fn finite(&self) -> Vec<[f64; 3]> {
        let point = |point: &RatePoint| Some([point.learning_rate, point.loss?, point.smoothed?]);
        self.points.iter().filter_map(point).collect()
    }
}

/// Losses without their spikes, each the mean of its neighbours by a bell.
fn smoothed(losses: &[f64]) -> Vec<f64> {
    // The middle one of five takes out spikes of up to two steps, which a mean would spread.
    let calm: Vec<f64> = (0..losses.len())
        .map(|place| median(&losses[place.saturating_sub(2)..losses.len().min(place + 3)]))
        .collect();
    (0..calm.len())
        .map(|place| {
            let weights = (0..calm.len()).map(|other| {
                let apart = (other as f64 - place as f64) / REACH;
                (-0.5 * apart * apart).exp()
            });
            let weights: Vec<f64> = weights.collect();
            let sum: f64 = weights
                .iter()
                .zip(&calm)
                .map(|(weight, loss)| weight * loss)
                .sum();
            sum / weights.iter().sum::<f64>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(losses: &[f64]) -> Vec<RateStep> {
        let rate = |place: usize| 10.0_f64.powf(place as f64 / 10.0 - 5.0);
        let step = |(place, loss): (usize, &f64)| RateStep {
            learning_rate: rate(place),
            loss: *loss,
        };
        losses.iter().enumerate().map(step).collect()
    }

    #[test]
    fn the_middle_order_counts_and_one_that_ended_has_diverged() {
        let curve = RateCurve::of(&[
            steps(&[2.0, 2.0, 2.0, 2.0]),
            steps(&[1.0, 1.0, 1.0]),
            steps(&[9.0, 3.0]),
        ]);
        let losses: Vec<_> = curve.points.iter().map(|point| point.loss).collect();
        assert_eq!(losses, [Some(2.0), Some(2.0), Some(2.0), None]);
        assert!(RateCurve::of(&[]).points.is_empty());
    }

    #[test]
    fn spikes_leave_no_trace() {
        let mut losses = vec![2.0; 40];
        (losses[10], losses[20], losses[21]) = (90.0, 50.0, 70.0);
        let curve = RateCurve::of(&[steps(&losses)]);
        for [_, _, smoothed] in curve.finite() {
            assert!((smoothed - 2.0).abs() < 1e-12, "{smoothed}");
        }
    }
}
