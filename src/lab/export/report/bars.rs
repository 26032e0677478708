//! Differences as bars with their intervals.

use crate::lab::export::picture::{
    AXIS, Anchor, GRID, INK, QUIET, drawing, fitted, line, rectangle, text,
};
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

const WIDTH: f64 = 720.0;
const LABELS: f64 = 250.0;
const VALUES: f64 = 120.0;
const ROW: f64 = 30.0;
const TYPE: f64 = 14.0;
const HEAD: f64 = 30.0;
/// The colour of a difference that is more than chance, and of one that isn't.
const REAL: &str = "#0072b2";
const CHANCE: &str = "#a0a0a0";

/// Draws differences as bars from zero with their intervals, a row each.
pub fn bars_svg(bars: &[Bar], metric: Metric) -> String {
    let height = HEAD + ROW * bars.len() as f64 + 30.0;
    let title = format!("Difference in {}", metric.title());
    let (left, right) = (LABELS + 10.0, WIDTH - VALUES - 10.0);
    let reach = reach(bars);
    let at = |value: f64| left + (right - left) * (value / reach + 1.0) / 2.0;
    let mut picture = drawing([WIDTH, height], &title);
    let (top, bottom) = (HEAD, HEAD + ROW * bars.len() as f64);
    for mark in marks(reach) {
        let x = at(mark);
        picture = picture
            .add(line([x, top], [x, bottom], GRID, 1.0))
            .add(text(
                &mark_words(mark, metric),
                [x, bottom + 18.0],
                12.0,
                QUIET,
                Anchor::Middle,
            ));
    }
    for (number, bar) in bars.iter().enumerate() {
        let middle = HEAD + ROW * (number as f64 + 0.5);
        let color = if bar.is_real { REAL } else { CHANCE };
        let (from, to) = (at(0.0).min(at(bar.value)), at(0.0).max(at(bar.value)));
        let label = fitted(&bar.label, TYPE, LABELS - 10.0);
        picture = picture
            .add(text(&label, [LABELS, middle + 5.0], TYPE, INK, Anchor::End))
            .add(rectangle([from, middle - 8.0], [to - from, 16.0], color));
        if let Some(interval) = bar.interval {
            // An interval that reaches beyond the picture ends at its side.
            let [low, high] = interval.map(|end| at(end.clamp(-reach, reach)));
            picture = picture
                .add(line([low, middle], [high, middle], INK, 1.5))
                .add(line([low, middle - 5.0], [low, middle + 5.0], INK, 1.5))
                .add(line([high, middle - 5.0], [high, middle + 5.0], INK, 1.5));
        }
        let value = metric.show_difference(bar.value);
        picture = picture.add(text(
            &value,
            [WIDTH - VALUES, middle + 5.0],
            TYPE,
            INK,
            Anchor::Start,
        ));
    }
    let zero = at(0.0);
    picture
        .add(line([zero, top - 4.0], [zero, bottom + 4.0], AXIS, 1.5))
        .add(text(&title, [left, 18.0], TYPE, QUIET, Anchor::Start))
        .to_string()
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

/// Round places on both sides of zero, two or three on each.
fn marks(reach: f64) -> Vec<f64> {
    let power = 10.0_f64.powf((reach / 2.0).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|digit| digit * power);
    let step = steps
        .into_iter()
        .find(|step| 2.0 * step <= reach)
        .unwrap_or(power);
    let count = (reach / step) as i32;
    (-count..=count)
        .filter(|place| *place != 0)
        .map(|place| f64::from(place) * step)
        .collect()
}

/// A place along the picture in words: percentage points for fractions.
fn mark_words(mark: f64, metric: Metric) -> String {
    let value = match metric {
        Metric::Accuracy | Metric::Gap => 100.0 * mark,
        Metric::Loss | Metric::Epoch => mark,
    };
    // Steps have a single digit, so that this is short.
    format!("{:+}", (value * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(marks(2.3), [-2.0, -1.0, 1.0, 2.0]);
        for reach in [0.003, 0.0181, 0.19, 1.0, 7.7, 12.0, 950.0] {
            let marks = marks(reach);
            assert!((4..=8).contains(&marks.len()), "{reach}: {marks:?}");
            assert!(marks.iter().all(|mark| mark.abs() <= reach * 1.000_001));
        }
        assert_eq!(mark_words(0.02, Metric::Accuracy), "+2");
    }

    #[test]
    fn an_interval_is_drawn_about_its_bar() {
        let bars = [Bar {
            label: "dropout 0.5".into(),
            value: 0.01,
            interval: Some([0.005, 0.015]),
            is_real: true,
        }];
        let svg = bars_svg(&bars, Metric::Accuracy);
        assert!(
            svg.contains("dropout 0.5") && svg.contains("+1.00 pp"),
            "{svg}"
        );
        assert!(svg.contains(REAL) && !svg.contains(CHANCE), "{svg}");
    }
}
