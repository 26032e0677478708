//! The mean of several runs' curves, an epoch at a time, and the band about it.

use super::group::counted;
use crate::lab::Run;
use crate::lab::run::{RunId, curve_point};
use crate::lab::statistics::{LEAST_SEEDS, half_width_factor};
use crate::lab::verdict::CurvePoint;
use serde::{Deserialize, Serialize};

/// The mean figures of runs at each epoch that all of them have: where one was ended early, the mean
/// ends with it, since the mean of fewer runs would jump there.
pub fn mean_points(runs: &[&Run]) -> Vec<CurvePoint> {
    let curves: Vec<Vec<CurvePoint>> = runs
        .iter()
        .map(|run| run.epochs.iter().map(curve_point).collect())
        .collect();
    let shortest = curves.iter().map(Vec::len).min().unwrap_or(0);
    (0..shortest)
        .filter_map(|place| {
            let points: Vec<&CurvePoint> =
                curves.iter().filter_map(|curve| curve.get(place)).collect();
            let epoch = points.first()?.epoch;
            let mean = |figure: fn(&CurvePoint) -> Option<f64>| {
                let figures: Option<Vec<f64>> = points.iter().map(|point| figure(point)).collect();
                let figures = figures?;
                Some(figures.iter().sum::<f64>() / figures.len() as f64)
            };
            Some(CurvePoint {
                epoch,
                train_loss: mean(|point| point.train_loss),
                train_accuracy: mean(|point| point.train_accuracy),
                validation_loss: mean(|point| point.validation_loss),
                validation_accuracy: mean(|point| point.validation_accuracy),
            })
        })
        .collect()
}

/// What the band about a mean shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpreadKind {
    /// The interval that holds the true mean with 95%.
    #[default]
    Interval,
    /// From the lowest run to the highest.
    Range,
}

impl SpreadKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Interval, Self::Range];

    /// The name that it is offered by.
    pub fn label(self) -> &'static str {
        match self {
            Self::Interval => "95% interval of the mean",
            Self::Range => "Lowest to highest run",
        }
    }
}

/// The lower and the upper end of the bands at an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The band of the validation accuracy, in fractions.
    pub accuracy: [f64; 2],
    /// The band of the validation loss.
    pub loss: [f64; 2],
    /// The band of the gap, in percentage points.
    pub gap: [f64; 2],
}

/// The mean of runs at an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanPoint {
    /// The mean figures.
    pub mean: CurvePoint,
    /// The band about them.
    pub spread: Spread,
}

/// The mean curve of a group, ready to be drawn.
#[derive(Clone, Debug)]
pub struct GroupCurve<'a> {
    /// The name by which the group is known.
    pub id: RunId,
    /// What people call it.
    pub name: String,
    /// What the band about the mean shows.
    pub kind: SpreadKind,
    /// One of the runs, by which epochs become steps and seconds.
    pub run: &'a Run,
    /// The epochs that all of the runs have, in order.
    pub points: Vec<MeanPoint>,
}

impl<'a> GroupCurve<'a> {
    /// The mean of runs that differ in the seed alone, of those that the group's figures are of: the ones that have
    /// come to their own end. Where these are fewer than two, the runs in training count, too. None where no run
    /// counts.
    pub fn of(id: RunId, name: String, runs: &[&'a Run], kind: SpreadKind) -> Option<Self> {
        let ended = counted(runs);
        let runs = if ended.len() > 1 {
            ended
        } else {
            let is_live = |run: &&&Run| run.state.is_in_work() && !run.epochs.is_empty();
            let live = runs.iter().filter(is_live).copied();
            ended.iter().copied().chain(live).collect()
        };
        let first = *runs.first()?;
        // The interval of two runs is many times as wide as they lie apart: it would press all curves flat.
        let kind = match runs.len() < LEAST_SEEDS {
            true => SpreadKind::Range,
            false => kind,
        };
        let factor = half_width_factor(runs.len());
        let points = mean_points(&runs).into_iter().enumerate();
        let points = points.map(|(place, mean)| {
            let of = |figure: fn(&CurvePoint) -> Option<f64>| -> Vec<f64> {
                let values = runs.iter().filter_map(|run| run.epochs.get(place));
                values
                    .filter_map(|metrics| figure(&curve_point(metrics)))
                    .collect()
            };
            let band = |values: &[f64]| match kind {
                SpreadKind::Interval => interval(values, factor),
                SpreadKind::Range => range(values),
            };
            MeanPoint {
                spread: Spread {
                    accuracy: band(&of(|point| point.validation_accuracy)),
                    loss: band(&of(|point| point.validation_loss)),
                    gap: band(&of(|point| {
                        Some(100.0 * (point.train_accuracy? - point.validation_accuracy?))
                    })),
                },
                mean,
            }
        });
        Some(Self {
            points: points.collect(),
            id,
            name,
            kind,
            run: first,
        })
    }
}

/// The interval of the mean; without a second value not a number.
fn interval(values: &[f64], factor: Option<f64>) -> [f64; 2] {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    let deviation = (squares.sum::<f64>() / (count - 1.0)).sqrt();
    let half = factor.unwrap_or(f64::NAN) * deviation;
    [mean - half, mean + half]
}

fn range(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::*;

    #[test]
    fn the_band_is_the_interval_of_the_mean_or_the_range() {
        let runs = [
            run("A1", 1, 0.0, 0.90),
            run("A2", 2, 0.0, 0.94),
            run("A3", 3, 0.0, 0.92),
        ];
        let runs: Vec<&Run> = runs.iter().collect();
        let band = |kind| {
            let curve = GroupCurve::of(RunId("seeds/1".into()), "A1 ×3".into(), &runs, kind);
            let curve = curve.unwrap();
            assert!((curve.points[0].mean.validation_accuracy.unwrap() - 0.92).abs() < 1e-12);
            curve.points[0].spread.accuracy
        };
        let [low, high] = band(SpreadKind::Range);
        assert!((low - 0.90).abs() < 1e-12 && (high - 0.94).abs() < 1e-12);
        let estimate = crate::lab::statistics::Estimate::of(&[0.90, 0.94, 0.92]).unwrap();
        let [low, high] = band(SpreadKind::Interval);
        assert!((low - estimate.interval[0]).abs() < 1e-9);
        assert!((high - estimate.interval[1]).abs() < 1e-9);
    }
    #[test]
    fn of_two_runs_the_band_is_where_they_lie() {
        let runs = [run("A1", 1, 0.0, 0.90), run("A2", 2, 0.0, 0.94)];
        let runs: Vec<&Run> = runs.iter().collect();
        let id = RunId("seeds/1".into());
        let curve = GroupCurve::of(id, "A1 ×2".into(), &runs, SpreadKind::Interval).unwrap();
        assert_eq!(curve.kind, SpreadKind::Range);
        let [low, high] = curve.points[0].spread.accuracy;
        assert!((low - 0.90).abs() < 1e-12 && (high - 0.94).abs() < 1e-12);
    }
}
