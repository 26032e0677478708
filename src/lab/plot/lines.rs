//! The lines of a plot and the areas beside them.

use super::Point;
use super::curves::{Curves, EpochPoint, Role, Shading, Split};
use super::heights::{Heights, Quantity};
use super::panel::{Band, BandKind, Layer, Line, Look, Panel};
use super::smooth::smooth;
use super::thin::{Outside, thin};

/// Adds what was measured after each epoch to a plot.
pub fn add_lines(panel: &mut Panel, index: usize, curves: &Curves<'_>, look: &Look) {
    let mut mains = Vec::new();
    for split in Split::MEASURED {
        // A single run behind the mean of its group has its validation drawn alone.
        if curves.emphasis.role == Role::Member && split != Split::Validation {
            continue;
        }
        // Where nothing was measured there is no point, and the line goes on to the next one.
        let places: Vec<usize> = (0..curves.points.len())
            .filter(|place| curves.points[*place].is_measured(panel.quantity, split))
            .collect();
        let values: Vec<f64> = places
            .iter()
            .map(|place| curves.points[*place].value(panel.quantity, split))
            .collect();
        // An optional line of which nothing was ever measured isn't there. A loss or an accuracy
        // that became NaN is: its cross says so.
        if values.is_empty() || (is_optional(panel.quantity, split) && all_nan(&values)) {
            continue;
        }
        let heights = panel.heights;
        let place = |values: &[f64]| -> Vec<Point> {
            let points = places.iter().zip(values);
            points
                .map(|(place, value)| Point::new(curves.points[*place].x, heights.height(*value)))
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
        mains.push(Main {
            split,
            places,
            points: main,
        });
    }
    let bands = bands(index, curves, panel, &mains);
    panel.bands.extend(bands);
    for main in mains {
        panel
            .lines
            .push(line(index, main.split, Layer::Main, main.points, look));
    }
}

/// A line as it is drawn.
struct Main {
    split: Split,
    /// For each point of the line, in order, the place of its point among those of the curves.
    places: Vec<usize>,
    points: Vec<Point>,
}

impl Main {
    /// The point of the line at a place of the curves.
    fn at(&self, place: usize) -> Option<&Point> {
        self.points.get(self.places.binary_search(&place).ok()?)
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
fn bands(index: usize, curves: &Curves<'_>, panel: &Panel, mains: &[Main]) -> Vec<Band> {
    let shading = curves.emphasis.shading;
    let line = |wanted: Split| mains.iter().find(|main| main.split == wanted);
    let Some(validation) = line(Split::Validation).filter(|_| shading != Shading::Nothing) else {
        return Vec::new();
    };
    let drawn = || validation.places.iter().zip(&validation.points);
    if shading == Shading::Spread {
        let band = drawn().map(|(place, drawn)| {
            let (low, high) = spread_band(&curves.points[*place], drawn.y, panel);
            (drawn.x, low, high)
        });
        return unbroken(index, BandKind::Spread, band);
    }
    let mut bands = Vec::new();
    if let Some(training) = line(Split::Training).filter(|_| shading == Shading::ErrorAndGap) {
        let both = validation.places.iter().zip(&validation.points);
        let pairs = both.filter_map(|(place, a)| Some((a.x, a.y, training.at(*place)?.y)));
        bands.extend(unbroken(index, BandKind::Gap, pairs));
    }
    if panel.quantity == Quantity::Accuracy {
        let band = drawn().map(|(place, drawn)| {
            let point = &curves.points[*place];
            let (low, high) = error_band(point, drawn.y, &panel.heights);
            (drawn.x, low, high)
        });
        bands.extend(unbroken(index, BandKind::Error, band));
    }
    bands
}

/// The band about a mean, about the line as it is drawn.
fn spread_band(point: &EpochPoint, drawn: f64, panel: &Panel) -> (f64, f64) {
    let Some([low, high]) = point.band(panel.quantity) else {
        return (f64::NAN, f64::NAN);
    };
    let heights = &panel.heights;
    let middle = heights.height(point.value(panel.quantity, Split::Validation));
    let offset = |value: f64| heights.height(value) - middle;
    (drawn + offset(low), drawn + offset(high))
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
