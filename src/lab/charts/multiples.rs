//! Small multiples: the mean curves of many cells, a small plot each, with one y for all of them, so that
//! they can be compared by eye.

use super::reach::reach;
use super::{Anchor, Chart, Ink, SMALL, TextWidth, fitted, marks};
use crate::lab::sweep::Metric;
use crate::lab::verdict::CurvePoint;

/// The mean curves of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellCurve {
    /// What the cell is called.
    pub name: String,
    /// The mean figures of each epoch.
    pub points: Vec<CurvePoint>,
}

const LEFT: f64 = 52.0;
const HEAD: f64 = 30.0;
const TITLE: f64 = 20.0;
const PLOT: f64 = 96.0;
const FOOT: f64 = 22.0;
const BETWEEN: f64 = 14.0;
/// The least width of a small plot.
const LEAST: f64 = 150.0;

/// How many plots stand side by side in a width.
fn columns(count: usize, width: f64) -> usize {
    let most = ((width - LEFT) / (LEAST + BETWEEN)).floor().max(1.0) as usize;
    most.min(4).min(count.max(1))
}

/// The height of so many small plots in a width, in points.
pub fn multiples_height(count: usize, width: f64) -> f64 {
    let rows = count.div_ceil(columns(count, width));
    HEAD + rows as f64 * (TITLE + PLOT + FOOT)
}

/// The range of y that all plots share: validation losses, and training losses as far as the scale
/// allows.
fn heights(cells: &[CellCurve]) -> [f64; 2] {
    let points = || cells.iter().flat_map(|cell| &cell.points);
    // The first epochs are far above all that is looked at, and would press the rest together.
    let later = points().filter(|point| point.epoch > 1);
    let validation = later.filter_map(|point| point.validation_loss);
    let [_, high] = reach(validation);
    [0.0, high]
}

/// The stretches of a line below the top of its plot. Where the line goes beyond, it ends at the top's edge in its
/// own direction, so that it is seen to go on.
fn below_top(line: &[[f64; 2]], top: f64) -> Vec<Vec<[f64; 2]>> {
    let mut stretches: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut before: Option<[f64; 2]> = None;
    for point in line {
        let crossing = before.filter(|before| (before[1] < top) != (point[1] < top));
        let crossing = crossing.map(|before| {
            let share = (top - before[1]) / (point[1] - before[1]);
            [before[0] + share * (point[0] - before[0]), top]
        });
        let is_in = point[1] >= top;
        let begins = is_in && (crossing.is_some() || before.is_none());
        if begins {
            stretches.push(Vec::new());
        }
        if let Some(stretch) = stretches.last_mut() {
            stretch.extend(crossing);
            if is_in {
                stretch.push(*point);
            }
        }
        before = Some(*point);
    }
    stretches
}

/// Lays small plots of the loss out in a width.
pub fn multiples(cells: &[CellCurve], width: f64, measure: &TextWidth<'_>) -> Chart {
    let height = multiples_height(cells.len(), width);
    let mut chart = Chart::new(
        "Mean loss of each combination over the epochs",
        [width, height],
    );
    let across = columns(cells.len(), width);
    let plot = (width - LEFT) / across as f64 - BETWEEN;
    let range = heights(cells);
    let last = cells.iter().flat_map(|cell| &cell.points);
    let last = last.map(|point| point.epoch).max().unwrap_or(1).max(2);
    let losses = cells.iter().flat_map(|cell| &cell.points);
    let mut losses = losses.flat_map(|point| [point.validation_loss, point.train_loss]);
    let is_cut = losses.any(|loss| loss.is_some_and(|loss| loss > range[1]));
    let what = "Loss over the epochs: solid is validation, dashed is training";
    match is_cut {
        true => chart.head(&format!("{what}; what lies higher is cut off")),
        false => chart.head(what),
    }
    for (number, cell) in cells.iter().enumerate() {
        let (row, column) = (number / across, number % across);
        let left = LEFT + column as f64 * (plot + BETWEEN);
        let top = HEAD + row as f64 * (TITLE + PLOT + FOOT) + TITLE;
        let floor = top + PLOT;
        let x = |epoch: usize| left + plot * (epoch - 1) as f64 / (last - 1) as f64;
        let y = |loss: f64| floor - PLOT * (loss - range[0]) / (range[1] - range[0]);
        let name = fitted(&cell.name, SMALL, plot, measure);
        chart.text(&name, [left, top - 6.0], SMALL, Ink::Words, Anchor::Start);
        let (found, step) = marks::at_least(4, range);
        for mark in found {
            chart.line([left, y(mark)], [left + plot, y(mark)], Ink::Grid, 1.0);
            if column == 0 {
                let words = marks::words(mark, step, Metric::Loss);
                let at = [left - 6.0, y(mark) + 4.0];
                chart.text(&words, at, SMALL, Ink::Quiet, Anchor::End);
            }
        }
        let curve = |figure: fn(&CurvePoint) -> Option<f64>| {
            let points = cell.points.iter();
            let place = |point: &CurvePoint| Some([x(point.epoch), y(figure(point)?)]);
            below_top(&points.filter_map(place).collect::<Vec<_>>(), top)
        };
        for stretch in curve(|point| point.train_loss) {
            chart.dashed(stretch, Ink::Series(0), 1.5);
        }
        for stretch in curve(|point| point.validation_loss) {
            chart.path(stretch, Ink::Series(0), 2.0);
        }
        chart.line([left, floor], [left + plot, floor], Ink::Axis, 1.0);
        chart.text("1", [left, floor + 14.0], SMALL, Ink::Quiet, Anchor::Middle);
        let end = [left + plot, floor + 14.0];
        chart.text(&last.to_string(), end, SMALL, Ink::Quiet, Anchor::End);
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::super::testing::halves;
    use super::*;

    fn cell(name: &str, level: f64) -> CellCurve {
        let point = |epoch: usize| CurvePoint {
            epoch,
            train_loss: Some(level / epoch as f64),
            train_accuracy: None,
            validation_loss: Some(if epoch == 1 { 9.0 } else { level }),
            validation_accuracy: None,
        };
        CellCurve {
            name: name.into(),
            points: (1..=4).map(point).collect(),
        }
    }

    #[test]
    fn all_plots_share_one_y() {
        let chart = multiples(&[cell("plain", 0.4), cell("dropout", 0.2)], 600.0, &halves);
        let solid: Vec<&Vec<[f64; 2]>> = chart
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Path(points, stroke) if !stroke.is_dashed => Some(points),
                _ => None,
            })
            .collect();
        let floor = HEAD + TITLE + PLOT;
        let above = |points: &[[f64; 2]]| floor - points[3][1];
        let factor = above(solid[0]) / above(solid[1]);
        assert!((factor - 2.0).abs() < 1e-6, "{factor}");
        // The first epoch is cut off at the top: the line comes in through the edge, on its way to the second.
        let (entry, second) = (solid[0][0], solid[0][1]);
        assert!((entry[1] - (HEAD + TITLE)).abs() < 1e-9);
        assert!(entry[0] > LEFT + 10.0 && entry[0] < second[0], "{entry:?}");
        assert!(chart.words().any(|word| word.ends_with("is cut off")));
        assert!(chart.words().any(|word| word == "dropout"));
    }

    #[test]
    fn a_line_ends_where_it_leaves_the_picture_and_begins_where_it_comes_back() {
        let line = [[0.0, 50.0], [1.0, 0.0], [2.0, 50.0], [3.0, 60.0]];
        assert_eq!(
            below_top(&line, 25.0),
            [
                vec![[0.0, 50.0], [0.5, 25.0]],
                vec![[1.5, 25.0], [2.0, 50.0], [3.0, 60.0]]
            ]
        );
        assert!(below_top(&[[0.0, 1.0], [1.0, 2.0]], 25.0).is_empty());
        assert_eq!(below_top(&[[0.0, 30.0], [1.0, 40.0]], 25.0).len(), 1);
    }

    #[test]
    fn a_narrow_picture_has_fewer_plots_side_by_side() {
        assert_eq!(
            (columns(8, 300.0), columns(8, 720.0), columns(2, 720.0)),
            (1, 4, 2)
        );
        assert!(multiples_height(8, 300.0) > multiples_height(8, 720.0));
        assert!(!multiples(&[], 300.0, &halves).shapes.is_empty());
    }
}
