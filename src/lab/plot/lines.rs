//! The lines of a plot and the areas beside them.

use super::Point;
use super::curves::{Curves, EpochPoint, Shading, Split};
use super::heights::{Heights, Quantity};
use super::panel::{Band, BandKind, Layer, Line, Look, Panel};
use super::smooth::smooth;
use super::thin::{Outside, thin};

/// Adds what was measured after each epoch to a plot.
pub fn add_lines(panel: &mut Panel, index: usize, curves: &Curves<'_>, look: &Look) {
    let mut mains = Vec::new();
    for split in Split::MEASURED {
        let values: Vec<f64> = curves
            .points
            .iter()
            .map(|point| point.value(panel.quantity, split))
            .collect();
        // An optional line of which nothing was ever measured isn't there. A loss or an accuracy
        // that became NaN is: its cross says so.
        if values.is_empty() || (is_optional(panel.quantity, split) && all_nan(&values)) {
            continue;
        }
        let heights = panel.heights;
        let place = |values: &[f64]| -> Vec<Point> {
            let points = curves.points.iter().zip(values);
            points
                .map(|(point, value)| Point::new(point.x, heights.height(*value)))
                .collect()
        };
        let measured = place(&values);
        let outside = Outside::count(measured.iter().copied(), look.x, panel.y);
        panel.outside = panel.outside.plus(outside);
        let crosses = crosses(measured.iter().copied()).into_iter();
        panel.crosses.extend(crosses.map(|cross| (index, cross)));
        let main = if look.smoothing > 0.0 {
            let smoothed = place(&smooth(&values, look.smoothing));
            panel
                .lines
                .push(line(index, split, Layer::Behind, measured, look));
            smoothed
        } else {
            measured
        };
        mains.push((split, main));
    }
    let bands = bands(index, curves, panel, &mains);
    panel.bands.extend(bands);
    for (split, points) in mains {
        panel
            .lines
            .push(line(index, split, Layer::Main, points, look));
    }
}

/// Whether a plot may do without this line.
fn is_optional(quantity: Quantity, split: Split) -> bool {
    quantity == Quantity::Gap && split != Split::Validation || split == Split::Learned
}

fn all_nan(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_nan())
}

fn line(of: usize, split: Split, layer: Layer, points: Vec<Point>, look: &Look) -> Line {
    // Thousands of epochs need thinning too; a hundred keep every point.
    let points = if points.len() > 2 * look.columns {
        thin(points, look.x, look.columns)
    } else {
        points
    };
    Line {
        of,
        split,
        layer,
        points,
    }
}

/// The areas beside the lines: the gap between training and validation, and the band of one
/// standard error about the validation accuracy.
fn bands(
    index: usize,
    curves: &Curves<'_>,
    panel: &Panel,
    mains: &[(Split, Vec<Point>)],
) -> Vec<Band> {
    let shading = curves.emphasis.shading;
    let line = |wanted: Split| {
        mains
            .iter()
            .find(|(split, _)| *split == wanted)
            .map(|(_, points)| points.as_slice())
    };
    let Some(validation) = line(Split::Validation).filter(|_| shading != Shading::Nothing) else {
        return Vec::new();
    };
    let mut bands = Vec::new();
    if let Some(training) = line(Split::Training).filter(|_| shading == Shading::ErrorAndGap) {
        let pairs = validation
            .iter()
            .zip(training)
            .map(|(a, b)| (a.x, a.y, b.y));
        bands.extend(unbroken(index, BandKind::Gap, pairs));
    }
    if panel.quantity == Quantity::Accuracy {
        let band = curves.points.iter().zip(validation).map(|(point, drawn)| {
            let (low, high) = error_band(point, drawn.y, &panel.heights);
            (drawn.x, low, high)
        });
        bands.extend(unbroken(index, BandKind::Error, band));
    }
    bands
}

/// One standard error below and above, about the line as it is drawn.
fn error_band(point: &EpochPoint, drawn: f64, heights: &Heights) -> (f64, f64) {
    let Some(error) = point.drawn_error() else {
        return (f64::NAN, f64::NAN);
    };
    let middle = heights.height(point.validation_accuracy);
    let offset = |sign: f64| heights.height(point.validation_accuracy + sign * error) - middle;
    (drawn + offset(-1.0), drawn + offset(1.0))
}

/// Shading between two lines, one for each stretch without a break.
fn unbroken(
    of: usize,
    kind: BandKind,
    between: impl Iterator<Item = (f64, f64, f64)>,
) -> Vec<Band> {
    let between: Vec<(f64, f64, f64)> = between.collect();
    between
        .split(|(x, a, b)| !(x.is_finite() && a.is_finite() && b.is_finite()))
        .filter(|stretch| stretch.len() > 1)
        .map(|stretch| Band {
            of,
            kind,
            xs: stretch.iter().map(|(x, _, _)| *x).collect(),
            low: stretch.iter().map(|(_, a, b)| a.min(*b)).collect(),
            high: stretch.iter().map(|(_, a, b)| a.max(*b)).collect(),
        })
        .collect()
}

/// Where a line stops being finite: at that x, at its last finite height. Where there was no
/// finite height before, the height of the cross is not a number.
pub fn crosses(points: impl IntoIterator<Item = Point>) -> Vec<Point> {
    let mut crosses = Vec::new();
    let mut last_height = f64::NAN;
    let mut broken = false;
    for point in points {
        if point.y.is_finite() {
            last_height = point.y;
            broken = false;
        } else if !broken && point.x.is_finite() {
            crosses.push(Point::new(point.x, last_height));
            broken = true;
        }
    }
    crosses
}
