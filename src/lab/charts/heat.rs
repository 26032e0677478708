//! A figure over the values of two settings, as a map of coloured places with their figures.

use super::{Anchor, Chart, Ink, SMALL, TYPE, TextWidth, fitted};
use crate::lab::sweep::Metric;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// The setting from top to bottom, and its values.
    pub down: (String, Vec<String>),
    /// The setting from left to right, and its values.
    pub across: (String, Vec<String>),
    /// The mean of each place, row by row; none where no run is finished.
    pub means: Vec<Option<f64>>,
}

const ROW: f64 = 34.0;
const HEAD: f64 = 64.0;

/// The height of a map of so many rows, in points.
pub fn heat_height(rows: usize) -> f64 {
    HEAD + ROW * rows as f64 + 8.0
}

/// Lays a map out in a width.
pub fn heat(map: &HeatMap, metric: Metric, width: f64, measure: &TextWidth<'_>) -> Chart {
    let (down, rows) = &map.down;
    let (across, columns) = &map.across;
    let title = format!("{} by {down} and {across}", metric.title());
    let mut chart = Chart::new(title, [width, heat_height(rows.len())]);
    let labels = rows.iter().chain([down]).map(|text| measure(text, TYPE));
    let left = labels.fold(0.0, f64::max).min(0.3 * width) + 16.0;
    let column = ((width - left - 8.0) / columns.len().max(1) as f64).min(110.0);
    let found = map.means.iter().flatten();
    let low = found.clone().copied().fold(f64::INFINITY, f64::min);
    let high = found.copied().fold(f64::NEG_INFINITY, f64::max);
    chart.head(metric.title());
    let middle = left + column * columns.len() as f64 / 2.0;
    chart.text(across, [middle, 38.0], TYPE, Ink::Words, Anchor::Middle);
    let down = fitted(down, TYPE, left - 10.0, measure);
    chart.text(
        &down,
        [left - 8.0, HEAD - 8.0],
        TYPE,
        Ink::Words,
        Anchor::End,
    );
    for (number, value) in columns.iter().enumerate() {
        let x = left + column * (number as f64 + 0.5);
        let value = fitted(value, SMALL, column - 4.0, measure);
        chart.text(&value, [x, HEAD - 8.0], SMALL, Ink::Quiet, Anchor::Middle);
    }
    for (number, value) in rows.iter().enumerate() {
        let y = HEAD + ROW * number as f64;
        let value = fitted(value, SMALL, left - 10.0, measure);
        let at = [left - 8.0, y + ROW / 2.0 + 4.0];
        chart.text(&value, at, SMALL, Ink::Quiet, Anchor::End);
        for place in 0..columns.len() {
            let x = left + column * place as f64;
            let mean = map.means.get(number * columns.len() + place).copied();
            let Some(mean) = mean.flatten() else {
                let at = [x + column / 2.0, y + ROW / 2.0 + 4.0];
                chart.text("no run yet", at, SMALL, Ink::Quiet, Anchor::Middle);
                continue;
            };
            let share = if high > low {
                (mean - low) / (high - low)
            } else {
                0.5
            };
            let size = [column - 2.0, ROW - 2.0];
            chart.rectangle([x + 1.0, y + 1.0], size, Ink::Heat(share));
            let says = metric.show(mean);
            let at = [x + column / 2.0, y + ROW / 2.0 + 4.0];
            chart.text(&says, at, SMALL, Ink::OnHeat(share), Anchor::Middle);
        }
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::super::testing::halves;
    use super::*;

    #[test]
    fn the_highest_figure_has_the_hottest_place_and_a_gap_says_so() {
        let map = HeatMap {
            down: ("dropout".into(), vec!["0".into(), "0.5".into()]),
            across: ("width".into(), vec!["0.5".into(), "1".into()]),
            means: vec![Some(0.90), Some(0.91), Some(0.95), None],
        };
        let chart = heat(&map, Metric::Accuracy, 500.0, &halves);
        let heats: Vec<f64> = chart
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Rectangle(_, _, Ink::Heat(share)) => Some(*share),
                _ => None,
            })
            .collect();
        assert_eq!((heats[0], heats[2], heats.len()), (0.0, 1.0, 3));
        let words: Vec<&str> = chart.words().collect();
        for part in ["dropout", "width", "95.00%", "no run yet"] {
            assert!(words.contains(&part), "{part}: {words:?}");
        }
    }
}
