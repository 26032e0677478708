//! The losses of a range test over the learning rate, with the range marked.

use super::reach::reach;
use super::{Anchor, Chart, Ink, SMALL, TYPE};
use crate::lab::format;
use crate::lab::rates::FoundRates;
use crate::lab::sweep::Metric;

const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 46.0;

/// Lays a range test out in a size. The learning rate grows by factors along the picture.
pub fn rates(found: &FoundRates, size: [f64; 2]) -> Chart {
    let mut chart = Chart::new(found.finding(), size);
    let [width, height] = size;
    let points = &found.curve.points;
    let powers = points.iter().map(|point| point.learning_rate.log10());
    let [first, last] = reach(powers);
    let (right, floor) = (width - RIGHT, height - BOTTOM);
    let x = |rate: f64| LEFT + (right - LEFT) * (rate.log10() - first) / (last - first);
    let [low, high] = heights(found);
    let y = |loss: f64| {
        let share = (loss.clamp(low, high) - low) / (high - low);
        floor - (floor - TOP) * share
    };
    if let Ok(range) = found.range {
        let (from, to) = (x(range.lower), x(range.upper));
        chart.rectangle([from, TOP], [to - from, floor - TOP], Ink::Marked);
    }
    chart.heights([LEFT, right], [low, high], Metric::Loss, y);
    for power in first.ceil() as i32..=last.floor() as i32 {
        let rate = 10.0_f64.powi(power);
        chart.line([x(rate), floor], [x(rate), floor + 4.0], Ink::Axis, 1.0);
        let at = [x(rate), floor + 18.0];
        chart.text(&format::tick(rate), at, SMALL, Ink::Quiet, Anchor::Middle);
    }
    // A loss beyond the picture is drawn at its edge.
    let raw = points
        .iter()
        .filter_map(|point| Some((point.learning_rate, point.loss?)));
    for (rate, loss) in raw {
        chart.dot([x(rate), y(loss)], 1.5, Ink::Chance);
    }
    let smoothed = points
        .iter()
        .filter_map(|point| Some([x(point.learning_rate), y(point.smoothed?)]));
    chart.path(smoothed.collect(), Ink::Series(0), 2.0);
    if let Ok(range) = found.range {
        let at = x(range.suggested());
        chart.line([at, TOP], [at, floor], Ink::Real, 1.5);
        let words = format::rate(range.suggested());
        chart.text(&words, [at, TOP - 6.0], TYPE, Ink::Words, Anchor::Middle);
    }
    chart.line([LEFT, floor], [right, floor], Ink::Axis, 1.0);
    chart.head("loss of a batch");
    let below = [(LEFT + right) / 2.0, height - 8.0];
    chart.text("learning rate", below, TYPE, Ink::Quiet, Anchor::Middle);
    chart
}

/// From zero to a little above where the loss began: what diverges leaves the picture at the top.
fn heights(found: &FoundRates) -> [f64; 2] {
    let begun = found.curve.points.first().and_then(|point| point.smoothed);
    [0.0, 1.3 * begun.filter(|begun| *begun > 0.0).unwrap_or(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Optimizer;
    use crate::lab::rates::{RateCurve, RatePoint, RateRange};

    #[test]
    fn the_range_is_marked_and_the_suggestion_named() {
        let point = |place: i32| RatePoint {
            learning_rate: 10.0_f64.powi(place - 6),
            loss: Some(2.0 - 0.2 * f64::from(place)),
            smoothed: Some(2.0 - 0.2 * f64::from(place)),
        };
        let mut points: Vec<RatePoint> = (0..7).map(point).collect();
        points.push(RatePoint {
            learning_rate: 10.0,
            loss: None,
            smoothed: None,
        });
        let found = FoundRates {
            curve: RateCurve { points },
            range: Ok(RateRange {
                lower: 1e-4,
                upper: 0.03,
            }),
            optimizer: Optimizer::Adam,
            batch_size: 64,
        };
        let chart = rates(&found, [420.0, 240.0]);
        let words: Vec<&str> = chart.words().collect();
        assert!(
            words.contains(&"0.01") && words.contains(&"1e-6"),
            "{words:?}"
        );
        let is_marked = |shape: &super::super::Shape| {
            matches!(shape, super::super::Shape::Rectangle(_, _, Ink::Marked))
        };
        assert_eq!(
            chart.shapes.iter().filter(|shape| is_marked(shape)).count(),
            1
        );
    }
}
