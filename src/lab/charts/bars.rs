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

/// Labels beside the bars take at most this share of the picture's width.
const MOST_FOR_LABELS: f64 = 0.35;
/// Points between a label and what stands beside it.
const BESIDE_LABEL: f64 = 12.0;
/// The width of a difference and its interval in figures at least.
const VALUES: f64 = 104.0;
const ROW: f64 = 30.0;
/// The height of a label that stands over its bar.
const LABEL: f64 = 18.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 30.0;

/// Where the parts of the picture lie, in points.
struct Places {
    /// The width of the column of labels; none where labels stand over their bars.
    labels: Option<f64>,
    /// The ends of what the bars have.
    sides: [f64; 2],
    /// Where the differences in figures begin.
    values: f64,
    /// The largest difference that is drawn.
    reach: f64,
    /// The height of a row.
    row: f64,
    /// The lower end of the last row.
    bottom: f64,
}

impl Places {
    fn new(bars: &[Bar], metric: Metric, width: f64, measure: &TextWidth<'_>) -> Self {
        let widest = bars.iter().map(|bar| measure(&bar.label, TYPE));
        let widest = widest.fold(0.0, f64::max);
        // A bar without its whole name says nothing: a name that is too long for a column has a line of its own,
        // as on a phone.
        let is_beside = widest <= MOST_FOR_LABELS * width;
        let labels = is_beside.then_some(widest + BESIDE_LABEL);
        let row = if is_beside { ROW } else { ROW + LABEL };
        let in_figures = bars.iter().filter_map(|bar| in_figures(bar, metric));
        let in_figures = in_figures.map(|text| measure(&text, SMALL) + BESIDE_LABEL);
        let values = width - in_figures.fold(VALUES, f64::max);
        Self {
            labels,
            sides: [labels.unwrap_or(BESIDE_LABEL), values - 10.0],
            values,
            reach: reach(bars),
            row,
            bottom: HEAD + row * bars.len() as f64,
        }
    }

    /// Where a difference stands.
    fn at(&self, value: f64) -> f64 {
        let [left, right] = self.sides;
        left + (right - left) * (value / self.reach + 1.0) / 2.0
    }

    /// Where a line that crosses all rows is drawn, from the top down: not through labels that stand over their bars.
    fn parts_of_a_line(&self, rows: usize) -> Vec<[f64; 2]> {
        if self.labels.is_some() {
            return vec![[HEAD, self.bottom]];
        }
        let of_row = |number| {
            let middle = self.middle(number);
            [middle - ROW / 2.0 + 6.0, middle + ROW / 2.0 - 4.0]
        };
        (0..rows).map(of_row).collect()
    }

    /// The middle of a bar.
    fn middle(&self, number: usize) -> f64 {
        HEAD + self.row * (number as f64 + 1.0) - ROW / 2.0
    }
}

/// Lays bars out in a width.
pub fn bars(bars: &[Bar], metric: Metric, width: f64, measure: &TextWidth<'_>) -> Chart {
    let title = format!("Difference in {}", metric.title());
    let places = Places::new(bars, metric, width, measure);
    let mut chart = Chart::new(title.as_str(), [width, places.bottom + FOOT]);
    draw_grid(&mut chart, &places, bars.len(), metric);
    for (number, bar) in bars.iter().enumerate() {
        draw_label(&mut chart, &places, number, &bar.label, measure);
        draw_bar(&mut chart, &places, number, bar);
        draw_values(&mut chart, &places, number, bar, metric);
    }
    let zero = places.at(0.0);
    for [from, to] in places.parts_of_a_line(bars.len()) {
        chart.line([zero, from - 4.0], [zero, to + 4.0], Ink::Axis, 1.5);
    }
    chart.text(&title, [12.0, 18.0], TYPE, Ink::Quiet, Anchor::Start);
    chart
}

/// Lines at round differences, with their values below.
fn draw_grid(chart: &mut Chart, places: &Places, rows: usize, metric: Metric) {
    let marks = marks::about_zero(places.reach);
    let [left, right] = places.sides;
    // Narrow pictures have room for zero and the outer marks alone.
    let is_narrow = right - left < 44.0 * marks.len() as f64;
    for (place, mark) in marks.iter().enumerate() {
        let x = places.at(*mark);
        for [from, to] in places.parts_of_a_line(rows) {
            chart.line([x, from], [x, to], Ink::Grid, 1.0);
        }
        if !is_narrow || *mark == 0.0 || place == 0 || place + 1 == marks.len() {
            let words = marks::signed(*mark, metric);
            let below = [x, places.bottom + 17.0];
            chart.text(&words, below, SMALL, Ink::Quiet, Anchor::Middle);
        }
    }
}

/// The name of a bar, beside it or over it.
fn draw_label(
    chart: &mut Chart,
    places: &Places,
    number: usize,
    label: &str,
    measure: &TextWidth<'_>,
) {
    let middle = places.middle(number);
    match places.labels {
        Some(column) => {
            let at = [column - 8.0, middle + 4.5];
            chart.text(label, at, TYPE, Ink::Words, Anchor::End);
        }
        None => {
            let label = fitted(label, TYPE, chart.size[0] - 2.0 * BESIDE_LABEL, measure);
            let at = [BESIDE_LABEL, middle - ROW / 2.0 - 1.0];
            chart.text(&label, at, TYPE, Ink::Words, Anchor::Start);
        }
    }
}

/// An interval in figures: `−0.76 to 0.58`.
fn in_figures(bar: &Bar, metric: Metric) -> Option<String> {
    let [low, high] = bar.interval?;
    Some(format!(
        "{} to {}",
        metric.show_bare(low),
        metric.show_bare(high)
    ))
}

/// The difference in figures, and its interval below it.
fn draw_values(chart: &mut Chart, places: &Places, number: usize, bar: &Bar, metric: Metric) {
    let (x, middle) = (places.values, places.middle(number));
    let value = metric.show_difference(bar.value);
    let Some(interval) = in_figures(bar, metric) else {
        return chart.text(&value, [x, middle + 4.5], TYPE, Ink::Words, Anchor::Start);
    };
    chart.text(&value, [x, middle - 1.5], TYPE, Ink::Words, Anchor::Start);
    chart.text(
        &interval,
        [x, middle + 11.5],
        SMALL,
        Ink::Quiet,
        Anchor::Start,
    );
}

/// A bar from zero, with its interval.
fn draw_bar(chart: &mut Chart, places: &Places, number: usize, bar: &Bar) {
    let middle = places.middle(number);
    let ink = if bar.is_real { Ink::Real } else { Ink::Chance };
    let (zero, end) = (places.at(0.0), places.at(bar.value));
    let (from, to) = (zero.min(end), zero.max(end));
    chart.rectangle([from, middle - 8.0], [to - from, 16.0], ink);
    if let Some(interval) = bar.interval {
        let ends = interval.map(|end| places.at(end.clamp(-places.reach, places.reach)));
        chart.line([ends[0], middle], [ends[1], middle], Ink::Words, 1.5);
        for (x, end) in ends.into_iter().zip(interval) {
            let [above, below] = [middle - 5.0, middle + 5.0];
            if end.abs() <= places.reach {
                chart.line([x, above], [x, below], Ink::Words, 1.5);
                continue;
            }
            // An interval that reaches beyond the picture has the point of an arrow at its side.
            let back = x - ARROW * end.signum();
            for tip in [above, below] {
                chart.line([x, middle], [back, tip], Ink::Words, 1.5);
            }
        }
    }
}

/// The length of an arrow's point.
const ARROW: f64 = 6.0;

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
        // The second interval goes on beyond the picture: its ends are arrows, whose points are slanted.
        let slanted = chart.shapes.iter().filter(|shape| match shape {
            Shape::Line([from, to], _) => {
                (from[0] - to[0]).abs() > 1.0 && (from[1] - to[1]).abs() > 1.0
            }
            _ => false,
        });
        assert_eq!(slanted.count(), 4);
        assert!(words.contains(&"−50.00 to 50.00"), "{words:?}");
        // Nothing reaches beyond the picture.
        for shape in &chart.shapes {
            if let Shape::Line(ends, _) = shape {
                assert!(ends.iter().all(|end| (0.0..=600.0).contains(&end[0])));
            }
        }
    }

    #[test]
    fn a_name_that_is_too_long_for_a_column_stands_whole_over_its_bar() {
        let label = "augment=article, batch-norm=channels";
        let bar = Bar {
            label: label.into(),
            value: 0.01,
            interval: None,
            is_real: true,
        };
        // Half of the type's size is the width of a character here.
        let needed = label.len() as f64 * TYPE / 2.0;
        for width in [needed + 40.0, 2.0 * needed, 4.0 * needed] {
            let chart = bars(std::slice::from_ref(&bar), Metric::Accuracy, width, &halves);
            assert!(chart.words().any(|word| word == label), "{width}");
            let is_over = chart.size[1] > 100.0;
            assert_eq!(is_over, width < needed / MOST_FOR_LABELS, "{width}");
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
