//! What one plot holds, in its own heights, before it has a place: lines, areas and ranges.

use super::Point;
use super::batches::{BatchCache, BatchCurve, batch_value};
use super::curves::{Curves, Split};
use super::heights::{Heights, Quantity};
use super::lines;
use super::range::{Span, reach, y_range};
use super::thin::Outside;
use super::view::YView;
use std::sync::Arc;

/// How plots are looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// What heights show.
    pub view: YView,
    /// Weight of the past in the smoothed lines; 0 is off.
    pub smoothing: f64,
    /// The part of the x axis that is shown.
    pub x: [f64; 2],
    /// Columns of pixels across the picture.
    pub columns: usize,
    /// What the heights must reach.
    pub reach: Reach,
    /// Whether batches as seen are drawn. Before the first epoch they are all that there is, and are drawn
    /// in any case.
    pub batches: bool,
}

/// What the heights of a plot must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The lines that are compared: validation and training. Anything else may lie outside.
    Compared,
    /// Every line that is measured after an epoch, and the error bands.
    Everything,
}

/// How a line stands to what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The measured points behind their smoothed line.
    Behind,
    /// The line itself.
    Main,
}

/// A line. It breaks at points that aren't finite.
#[derive(Clone, Debug)]
pub struct Line {
    /// The index of the curves that it belongs to.
    pub of: usize,
    /// What it was measured on.
    pub split: Split,
    /// How it stands to what was measured.
    pub layer: Layer,
    /// The points of the line, in order of x.
    pub points: Vec<Point>,
}

/// The batches of a run.
#[derive(Clone, Debug)]
pub struct Batches {
    /// The index of the curves that they belong to.
    pub of: usize,
    /// The thinned lines of the batches.
    pub curve: Arc<BatchCurve>,
}

/// What an area is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandKind {
    /// Between training and validation.
    Gap,
    /// Between one standard error below and one above.
    Error,
    /// The band about a mean of several runs.
    Spread,
}

/// An area without a break.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The index of the curves that it belongs to.
    pub of: usize,
    /// What it is between.
    pub kind: BandKind,
    /// Places along the plots, in order.
    pub xs: Vec<f64>,
    /// The lower height at each of them.
    pub low: Vec<f64>,
    /// The upper height at each of them.
    pub high: Vec<f64>,
}

/// One plot.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What it shows.
    pub quantity: Quantity,
    /// How values become heights.
    pub heights: Heights,
    /// The part of the x axis that is shown.
    pub x: [f64; 2],
    /// The heights that are shown.
    pub y: [f64; 2],
    /// Columns of pixels.
    pub columns: usize,
    /// A person chose these heights.
    pub held: bool,
    /// The areas beside lines.
    pub bands: Vec<Band>,
    /// The batches as seen.
    pub batches: Vec<Batches>,
    /// The lines, the least important first.
    pub lines: Vec<Line>,
    /// Points of epochs outside the picture.
    pub outside: Outside,
    /// Points of batches outside the picture.
    pub batches_outside: Outside,
    /// How many batches a point of their line stands for.
    pub batches_grouped: usize,
    /// Where figures stopped being numbers, each with the index of its curves.
    pub crosses: Vec<(usize, Point)>,
}

impl Panel {
    /// Makes a plot. Heights that a person holds are kept; otherwise they follow the lines.
    pub fn new(
        quantity: Quantity,
        curves: &[Curves<'_>],
        look: &Look,
        held: Option<[f64; 2]>,
        cache: &mut BatchCache,
    ) -> Self {
        let heights = heights(quantity, curves, look.view);
        let reached = reached(&heights, curves, look);
        let mut y = held.unwrap_or_else(|| y_range(look.view, &heights, reached));
        if look.reach == Reach::Everything && quantity != Quantity::Gap && !heights.is_log() {
            // On paper the lower edge is an axis, and stands for 0 where it comes near to it.
            y[0] = y[0].max(0.0);
        }
        let mut panel = Self {
            quantity,
            heights,
            x: look.x,
            y,
            columns: look.columns,
            held: held.is_some(),
            bands: Vec::new(),
            batches: Vec::new(),
            lines: Vec::new(),
            outside: Outside::default(),
            batches_outside: Outside::default(),
            batches_grouped: 1,
            crosses: Vec::new(),
        };
        for (index, curves) in curves.iter().enumerate() {
            panel.add_batches(index, curves, look, cache);
            lines::add_lines(&mut panel, index, curves, look);
        }
        panel
    }

    /// Batches lie behind the lines that are compared. The batches of several runs would lie on
    /// each other as one mud, so only the run that is looked at has them.
    fn add_batches(
        &mut self,
        index: usize,
        curves: &Curves<'_>,
        look: &Look,
        cache: &mut BatchCache,
    ) {
        let Some(run) = curves.run.filter(|run| {
            let is_wanted = look.batches || curves.points.is_empty();
            let is_drawn = curves.is_looked_at() && self.quantity != Quantity::Gap;
            is_wanted && is_drawn && !run.batches.is_empty()
        }) else {
            return;
        };
        let curve = cache.curve(run, &curves.map, &self.heights, look, self.y);
        self.batches_outside = self.batches_outside.plus(curve.outside);
        self.batches_grouped = curve.group;
        // The crosses of the epochs say the same, and stand where the lines are.
        if curves.points.is_empty() {
            self.crosses
                .extend(curve.crosses.iter().map(|cross| (index, *cross)));
        }
        self.batches.push(Batches { of: index, curve });
    }

    /// What is said of points that are clipped: above the picture, and below it. Where a person
    /// chose the heights, nothing is said.
    pub fn notes(&self) -> [Option<String>; 2] {
        if self.held {
            return [None, None];
        }
        super::notes::notes(self.outside, self.batches_outside, self.batches_grouped)
    }
}

/// Logarithmic where asked for. A gap may be negative, so its heights stay linear.
fn heights(quantity: Quantity, curves: &[Curves<'_>], view: YView) -> Heights {
    if view != YView::Log || quantity == Quantity::Gap {
        return Heights::linear(quantity);
    }
    let points = curves.iter().flat_map(|curves| &curves.points);
    let values = points.flat_map(|point| {
        [Split::Validation, Split::Training].map(|split| point.value(quantity, split))
    });
    Heights::log(quantity, values)
}

/// The heights that the lines reach in the part that is shown; before the first epoch the heights
/// of the batches. Batches as seen scatter so widely that they would squeeze what is compared, so
/// they may be clipped, and then the plot says how many are.
fn reached(heights: &Heights, curves: &[Curves<'_>], look: &Look) -> Option<[f64; 2]> {
    let reached_by = |epochs| reached_by(heights, curves, look, epochs);
    let epochs = match (look.view, look.reach) {
        (YView::LastHalf, _) => reached_by([Epochs::All, Epochs::LastHalf])[1],
        (YView::Fit, Reach::Compared) => {
            let [all, settled] = reached_by([Epochs::All, Epochs::LastFourFifths]);
            robust(all, settled)
        }
        _ => reached_by([Epochs::All; 2])[0],
    };
    epochs.or_else(|| reached_by_batches(heights, curves, look))
}

/// All heights where the beginning of the runs takes little room; otherwise those after the beginning, so
/// that an early outlier or a noisy start doesn't flatten the rest.
fn robust(all: Option<[f64; 2]>, settled: Option<[f64; 2]>) -> Option<[f64; 2]> {
    let span = |[low, high]: [f64; 2]| high - low;
    match (all, settled) {
        (Some(all), Some(settled)) if span(all) > FLATTENED * span(settled) => Some(settled),
        (all, _) => all,
    }
}

/// From this factor on the beginning of a run flattens the rest.
const FLATTENED: f64 = 3.0;

/// The epochs of a run that its heights must hold.
#[derive(Clone, Copy)]
enum Epochs {
    All,
    LastHalf,
    LastFourFifths,
}

impl Epochs {
    fn hold(self, epoch: usize, last: usize) -> bool {
        match self {
            Self::All => true,
            Self::LastHalf => 2 * epoch > last,
            Self::LastFourFifths => 5 * epoch > last,
        }
    }
}

/// What is reached in two choices of epochs, found in one pass: of many runs this is asked in each frame.
fn reached_by(
    heights: &Heights,
    curves: &[Curves<'_>],
    look: &Look,
    epochs: [Epochs; 2],
) -> [Option<[f64; 2]>; 2] {
    let mut spans = [Span::default(); 2];
    for curves in curves {
        let last = curves.points.last().map_or(0, |point| point.epoch);
        let shown = curves.points.iter();
        for point in shown.filter(|point| within(point.x, look.x)) {
            let mut span = Span::default();
            for value in values_to_reach(point, heights.quantity, look.reach) {
                span.take(heights.height(value));
            }
            for (epochs, whole) in epochs.iter().zip(&mut spans) {
                if epochs.hold(point.epoch, last) {
                    *whole = whole.with(span);
                }
            }
        }
    }
    spans.map(Span::ends)
}

fn reached_by_batches(heights: &Heights, curves: &[Curves<'_>], look: &Look) -> Option<[f64; 2]> {
    let batches = curves
        .iter()
        .filter_map(|curves| Some((curves, curves.run?)));
    reach(batches.flat_map(|(curves, run)| {
        run.batches
            .iter()
            .filter(|point| within(curves.map.batch(point), look.x))
            .map(|point| heights.height(batch_value(point, heights.quantity)))
    }))
}

/// The values of an epoch that the heights must reach; what there is none of is not a number.
fn values_to_reach(
    point: &super::curves::EpochPoint,
    quantity: Quantity,
    reach: Reach,
) -> [f64; 5] {
    let value = |split| point.value(quantity, split);
    let validation = value(Split::Validation);
    if let Some([low, high]) = point.band(quantity) {
        return [validation, value(Split::Training), f64::NAN, low, high];
    }
    let (learned, error) = match (reach, quantity) {
        (Reach::Everything, Quantity::Accuracy) => (
            value(Split::Learned),
            point.drawn_error().unwrap_or(f64::NAN),
        ),
        (Reach::Everything, _) => (value(Split::Learned), f64::NAN),
        (Reach::Compared, _) => (f64::NAN, f64::NAN),
    };
    [
        validation,
        value(Split::Training),
        learned,
        validation - error,
        validation + error,
    ]
}

fn within(x: f64, range: [f64; 2]) -> bool {
    x >= range[0] && x <= range[1]
}

#[cfg(test)]
#[path = "panel_tests.rs"]
mod tests;
