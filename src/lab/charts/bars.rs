//! Differences as bars from zero with their intervals, a row each.

use super::{Anchor, Chart, Ink, SMALL, TYPE, TextWidth, fitted, marks};
use crate::lab::sweep::Metric;

/// A difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What differs.
    pub label: String,
    /// The difference, in the unit of the figure.
    pub value: f64,
    /// The interval that holds the true difference with 95%.
    pub interval: Option<[f64; 2]>,
    /// Whether the difference is more than chance.
    pub is_real: bool,
}

/// In a picture that is less wide than this, labels may take more of it: a phone has room for few bars' lengths, and
/// a bar without its name says nothing.
const NARROW: f64 = 500.0;
const VALUES: f64 = 104.0;
const ROW: f64 = 30.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 30.0;

/// The height of so many bars, in points.
pub fn bars_height(count: usize) -> f64 {
    HEAD + ROW * count as f64 + FOOT
}

/// Lays bars out in a width.
pub fn bars(bars: &[Bar], metric: Metric, width: f64, measure: &TextWidth<'_>) -> Chart {
    let title = format!("Difference in {}", metric.title());
    let mut chart = Chart::new(title.as_str(), [width, bars_height(bars.len())]);
    let widest = bars.iter().map(|bar| measure(&bar.label, TYPE));
    let most = if width < NARROW { 0.45 } else { 0.35 };
    let labels = widest.fold(0.0, f64::max).min(most * width) + 12.0;
    let (left, right) = (labels, width - VALUES - 8.0);
    let reach = reach(bars);
    let at = |value: f64| left + (right - left) * (value / reach + 1.0) / 2.0;
    let (top, bottom) = (HEAD, HEAD + ROW * bars.len() as f64);
    let marks = marks::about_zero(reach);
    // Narrow pictures have room for the outer marks alone.
    let is_narrow = right - left < 44.0 * marks.len() as f64;
    for (place, mark) in marks.iter().enumerate() {
        let x = at(*mark);
        chart.line([x, top], [x, bottom], Ink::Grid, 1.0);
        if !is_narrow || place == 0 || place + 1 == marks.len() {
            let words = marks::signed(*mark, metric);
            chart.text(
                &words,
                [x, bottom + 17.0],
                SMALL,
                Ink::Quiet,
                Anchor::Middle,
            );
        }
    }
    for (number, bar) in bars.iter().enumerate() {
        let middle = HEAD + ROW * (number as f64 + 0.5);
        let ink = if bar.is_real { Ink::Real } else { Ink::Chance };
        let (from, to) = (at(0.0).min(at(bar.value)), at(0.0).max(at(bar.value)));
        let label = fitted(&bar.label, TYPE, labels - 10.0, measure);
        let baseline = middle + 4.5;
        chart.text(
            &label,
            [labels - 8.0, baseline],
            TYPE,
            Ink::Words,
            Anchor::End,
        );
        chart.rectangle([from, middle - 8.0], [to - from, 16.0], ink);
        if let Some(interval) = bar.interval {
            // An interval that reaches beyond the picture ends at its side.
            let [low, high] = interval.map(|end| at(end.clamp(-reach, reach)));
            chart.line([low, middle], [high, middle], Ink::Words, 1.5);
            for end in [low, high] {
                chart.line([end, middle - 5.0], [end, middle + 5.0], Ink::Words, 1.5);
            }
        }
        let value = metric.show_difference(bar.value);
        let at_value = [width - VALUES, baseline];
        chart.text(&value, at_value, TYPE, Ink::Words, Anchor::Start);
    }
    let zero = at(0.0);
    chart.line([zero, top - 4.0], [zero, bottom + 4.0], Ink::Axis, 1.5);
    chart.text(
        &title,
        [left.min(12.0), 18.0],
        TYPE,
        Ink::Quiet,
        Anchor::Start,
    );
    chart
}

/// How far the picture reaches to both sides of zero: to the farthest end of an interval, but not more
/// than three times the largest difference, so that a wide interval doesn't hide all others.
fn reach(bars: &[Bar]) -> f64 {
    let largest =
        |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |a: f64, b| a.max(b.abs()));
    let value = largest(&mut bars.iter().map(|bar| bar.value));
    let ends = largest(&mut bars.iter().filter_map(|bar| bar.interval).flatten());
    let reach = ends.min(3.0 * value).max(value);
    if reach > 0.0 { 1.05 * reach } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::super::testing::halves;
    use super::*;

    #[test]
    fn an_interval_is_drawn_about_its_bar() {
        let made = [
            Bar {
                label: "dropout".into(),
                value: 0.01,
                interval: Some([0.005, 0.015]),
                is_real: true,
            },
            Bar {
                label: "batch norm".into(),
                value: -0.002,
                interval: Some([-0.5, 0.5]),
                is_real: false,
            },
        ];
        let chart = bars(&made, Metric::Accuracy, 600.0, &halves);
        let words: Vec<&str> = chart.words().collect();
        assert!(
            words.contains(&"dropout") && words.contains(&"+1.00 points"),
            "{words:?}"
        );
        let boxes: Vec<_> = chart
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Rectangle(at, size, ink) => Some((at[0], at[0] + size[0], *ink)),
                _ => None,
            })
            .collect();
        // The first bar begins where the second ends: at zero.
        assert_eq!((boxes[0].2, boxes[1].2), (Ink::Real, Ink::Chance));
        assert!((boxes[0].0 - boxes[1].1).abs() < 1e-9, "{boxes:?}");
        // Nothing reaches beyond the picture.
        for shape in &chart.shapes {
            if let Shape::Line(ends, _) = shape {
                assert!(ends.iter().all(|end| (0.0..=600.0).contains(&end[0])));
            }
        }
    }

    #[test]
    fn nothing_and_no_difference_are_drawn_too() {
        assert_eq!(bars(&[], Metric::Loss, 300.0, &halves).size[1], 60.0);
        let none = Bar {
            label: "a".into(),
            value: 0.0,
            interval: None,
            is_real: false,
        };
        assert!(
            !bars(&[none], Metric::Loss, 300.0, &halves)
                .shapes
                .is_empty()
        );
    }
}
