//! The mean of several runs' curves, an epoch at a time.

use crate::lab::Run;
use crate::lab::run::curve_point;
use crate::lab::verdict::CurvePoint;

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
