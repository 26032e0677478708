//! What one plot holds, in its own heights, before anything is drawn: curves, fills, ranges.

use super::batches::{BatchCache, BatchCurve, batch_value};
use super::range::{reach, y_range};
use super::scale::{Quantity, Scale};
use super::smooth::smooth;
use super::state::YView;
use super::subject::{EpochPoint, Role, Split, Subject};
use super::thin::{Outside, thin};
use egui_plot::PlotPoint;
use std::sync::Arc;

/// How a plot is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) view: YView,
    pub(super) smoothing: f64,
    /// The part of the x axis that is shown.
    pub(super) x: [f64; 2],
    /// Columns of pixels.
    pub(super) columns: usize,
}

/// How a curve stands to what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// The measured points behind their smoothed line.
    Behind,
    /// The line itself.
    Main,
}

/// A curve; it breaks at points that aren't finite.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    /// The subject's place.
    pub(super) subject: usize,
    pub(super) split: Split,
    pub(super) layer: Layer,
    pub(super) points: Vec<PlotPoint>,
}

/// A subject's batches.
#[derive(Clone, Debug)]
pub(super) struct Batches {
    pub(super) subject: usize,
    pub(super) curve: Arc<BatchCurve>,
}

/// What an area is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FillKind {
    /// Training and validation.
    Gap,
    /// One standard error below and above.
    Error,
}

/// An area without a break.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fill {
    pub(super) subject: usize,
    pub(super) kind: FillKind,
    pub(super) xs: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

/// One plot.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) quantity: Quantity,
    pub(super) scale: Scale,
    pub(super) x: [f64; 2],
    pub(super) y: [f64; 2],
    /// Columns of pixels.
    pub(super) columns: usize,
    /// A person chose these heights.
    pub(super) held: bool,
    pub(super) fills: Vec<Fill>,
    pub(super) batches: Vec<Batches>,
    pub(super) curves: Vec<Curve>,
    /// Points of epochs, and of batches, outside the picture.
    pub(super) outside: Outside,
    pub(super) batches_outside: Outside,
    /// Batches to a point of their line.
    pub(super) batches_grouped: usize,
    /// Where figures stopped being numbers, by subject.
    pub(super) crosses: Vec<(usize, PlotPoint)>,
}

/// Makes a plot.
pub(super) fn panel(
    quantity: Quantity,
    subjects: &[Subject<'_>],
    look: &Look,
    held: Option<[f64; 2]>,
    cache: &mut BatchCache,
) -> Panel {
    let scale = scale(quantity, subjects, look.view);
    let y = held.unwrap_or_else(|| y_range(look.view, &scale, reached(&scale, subjects, look)));
    let mut panel = Panel {
        quantity,
        scale,
        x: look.x,
        y,
        columns: look.columns,
        held: held.is_some(),
        fills: Vec::new(),
        batches: Vec::new(),
        curves: Vec::new(),
        outside: Outside::default(),
        batches_outside: Outside::default(),
        batches_grouped: 1,
        crosses: Vec::new(),
    };
    for (index, subject) in subjects.iter().enumerate() {
        add_batches(&mut panel, index, subject, look, cache);
        add_curves(&mut panel, index, subject, look);
    }
    panel
}

/// Logarithmic where asked for. A gap may be negative and stays linear.
fn scale(quantity: Quantity, subjects: &[Subject<'_>], view: YView) -> Scale {
    if view != YView::Log || quantity == Quantity::Gap {
        return Scale::linear(quantity);
    }
    let points = subjects.iter().flat_map(|subject| &subject.points);
    let values = points.flat_map(|point| {
        [Split::Validation, Split::Training].map(|split| point.value(quantity, split))
    });
    Scale::log(quantity, values)
}

/// The heights that validation and clean training reach in the part that is shown; before the
/// first epoch those of the batches. Batches as seen scatter so widely that they would squeeze
/// what is compared, so they may be clipped, and then the plot says how many are.
fn reached(scale: &Scale, subjects: &[Subject<'_>], look: &Look) -> Option<[f64; 2]> {
    let quantity = scale.quantity;
    let heights = subjects.iter().flat_map(|subject| {
        let last = subject.points.last().map_or(0, |point| point.epoch);
        subject
            .points
            .iter()
            .filter(move |point| within(point.x, look.x))
            .filter(move |point| look.view != YView::LastHalf || 2 * point.epoch > last)
            .flat_map(move |point| {
                [Split::Validation, Split::Training]
                    .map(|split| scale.height(point.value(quantity, split)))
            })
    });
    reach(heights).or_else(|| {
        let batches = subjects
            .iter()
            .filter_map(|subject| Some((subject, subject.run?)));
        reach(batches.flat_map(|(subject, run)| {
            run.batches
                .iter()
                .filter(|point| within(subject.map.batch(point), look.x))
                .map(|point| scale.height(batch_value(point, quantity)))
        }))
    })
}

fn within(x: f64, range: [f64; 2]) -> bool {
    x >= range[0] && x <= range[1]
}

/// Batches lie behind the curves that are compared. Those of several runs would lie on each other
/// as one mud, so only the run that is looked at has them.
fn add_batches(
    panel: &mut Panel,
    index: usize,
    subject: &Subject<'_>,
    look: &Look,
    cache: &mut BatchCache,
) {
    let Some(run) = subject.run.filter(|run| {
        subject.is_looked_at() && panel.quantity != Quantity::Gap && !run.batches.is_empty()
    }) else {
        return;
    };
    let curve = cache.curve(run, &subject.map, &panel.scale, look, panel.y);
    panel.batches_outside = panel.batches_outside.plus(curve.outside);
    panel.batches_grouped = curve.group;
    // The crosses of the epochs say the same, and stand where the lines are.
    if subject.points.is_empty() {
        panel
            .crosses
            .extend(curve.crosses.iter().map(|cross| (index, *cross)));
    }
    panel.batches.push(Batches {
        subject: index,
        curve,
    });
}

fn add_curves(panel: &mut Panel, index: usize, subject: &Subject<'_>, look: &Look) {
    let mut mains = Vec::new();
    for split in Split::MEASURED {
        let values: Vec<f64> = subject
            .points
            .iter()
            .map(|point| point.value(panel.quantity, split))
            .collect();
        // A line that this subject or this plot doesn't have, unlike one that became NaN: there
        // the loss or the accuracy itself is the line.
        if values.is_empty() || (split_is_optional(panel.quantity, split) && all_nan(&values)) {
            continue;
        }
        let place = |values: &[f64]| -> Vec<PlotPoint> {
            let points = subject.points.iter().zip(values);
            points
                .map(|(point, value)| PlotPoint::new(point.x, panel.scale.height(*value)))
                .collect()
        };
        let measured = place(&values);
        let outside = Outside::count(measured.iter().copied(), look.x, panel.y);
        panel.outside = panel.outside.plus(outside);
        panel.crosses.extend(
            crosses(measured.iter().copied())
                .into_iter()
                .map(|cross| (index, cross)),
        );
        let main = if look.smoothing > 0.0 {
            let smoothed = place(&smooth(&values, look.smoothing));
            panel
                .curves
                .push(curve(index, split, Layer::Behind, measured, look));
            smoothed
        } else {
            measured
        };
        mains.push((split, main));
    }
    if subject.role == Role::Chosen {
        let fills = fills(index, subject, panel, &mains);
        panel.fills.extend(fills);
    }
    for (split, points) in mains {
        panel
            .curves
            .push(curve(index, split, Layer::Main, points, look));
    }
}

/// Whether a plot may do without this line.
fn split_is_optional(quantity: Quantity, split: Split) -> bool {
    quantity == Quantity::Gap && split != Split::Validation || split == Split::Learned
}

fn all_nan(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_nan())
}

fn curve(subject: usize, split: Split, layer: Layer, points: Vec<PlotPoint>, look: &Look) -> Curve {
    // Thousands of epochs need thinning too; a hundred keep every point.
    let points = if points.len() > 2 * look.columns {
        thin(points, look.x, look.columns)
    } else {
        points
    };
    Curve {
        subject,
        split,
        layer,
        points,
    }
}

/// The gap between the lines of the chosen run, and the band of one standard error around its
/// validation accuracy.
fn fills(
    index: usize,
    subject: &Subject<'_>,
    panel: &Panel,
    mains: &[(Split, Vec<PlotPoint>)],
) -> Vec<Fill> {
    let line = |wanted: Split| {
        mains
            .iter()
            .find(|(split, _)| *split == wanted)
            .map(|(_, points)| points.as_slice())
    };
    let Some(validation) = line(Split::Validation) else {
        return Vec::new();
    };
    let mut fills = Vec::new();
    if let Some(training) = line(Split::Training) {
        let pairs = validation
            .iter()
            .zip(training)
            .map(|(a, b)| (a.x, a.y, b.y));
        fills.extend(areas(index, FillKind::Gap, pairs));
    }
    if panel.quantity == Quantity::Accuracy {
        let band = subject.points.iter().zip(validation).map(|(point, drawn)| {
            let (low, high) = error_band(point, drawn.y, &panel.scale);
            (drawn.x, low, high)
        });
        fills.extend(areas(index, FillKind::Error, band));
    }
    fills
}

/// One standard error below and above, about the line as it is drawn.
fn error_band(point: &EpochPoint, drawn: f64, scale: &Scale) -> (f64, f64) {
    let Some(error) = point.standard_error() else {
        return (f64::NAN, f64::NAN);
    };
    let middle = scale.height(point.validation_accuracy);
    let offset = |sign: f64| scale.height(point.validation_accuracy + sign * error) - middle;
    (drawn + offset(-1.0), drawn + offset(1.0))
}

/// Areas between two lines, one for each stretch without a break.
fn areas(
    subject: usize,
    kind: FillKind,
    between: impl Iterator<Item = (f64, f64, f64)>,
) -> Vec<Fill> {
    let between: Vec<(f64, f64, f64)> = between.collect();
    between
        .split(|(x, a, b)| !(x.is_finite() && a.is_finite() && b.is_finite()))
        .filter(|stretch| stretch.len() > 1)
        .map(|stretch| Fill {
            subject,
            kind,
            xs: stretch.iter().map(|(x, _, _)| *x).collect(),
            low: stretch.iter().map(|(_, a, b)| a.min(*b)).collect(),
            high: stretch.iter().map(|(_, a, b)| a.max(*b)).collect(),
        })
        .collect()
}

/// Where a line stops being finite: at that x, at its last finite height (which is not a number
/// where there was none).
pub(super) fn crosses(points: impl IntoIterator<Item = PlotPoint>) -> Vec<PlotPoint> {
    let mut crosses = Vec::new();
    let mut last_height = f64::NAN;
    let mut broken = false;
    for point in points {
        if point.y.is_finite() {
            last_height = point.y;
            broken = false;
        } else if !broken && point.x.is_finite() {
            crosses.push(PlotPoint::new(point.x, last_height));
            broken = true;
        }
    }
    crosses
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
