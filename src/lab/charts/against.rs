//! A figure against the values of a setting, with its intervals: for one kind of cells or for several.

use super::reach::{reach, reach_of};
use super::{Anchor, Chart, Ink, SMALL, TYPE, TextWidth, fitted};
use crate::lab::sweep::Metric;

/// A mean of several seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// At which value of the setting, counted from 0.
    pub place: usize,
    /// The mean.
    pub mean: f64,
    /// The interval of the mean, where there are two seeds.
    pub interval: Option<[f64; 2]>,
}

/// The means of one kind of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct AgainstLine {
    /// What the line is called.
    pub name: String,
    /// The points of the line, in the order of the values.
    pub points: Vec<Estimated>,
}

/// What is drawn: the values of a setting along the picture, and the figures over them.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// What stands under the values: `training images`.
    pub setting: String,
    /// The values, in order, each with its number where it has one.
    pub values: Vec<(String, Option<f64>)>,
    /// The lines.
    pub lines: Vec<AgainstLine>,
}

const LEFT: f64 = 64.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 52.0;

/// Lays the figures out in a size. Numbers that grow by factors, such as sizes and rates, lie on a
/// logarithmic axis; words lie side by side.
pub fn against(drawn: &Against, metric: Metric, size: [f64; 2], measure: &TextWidth<'_>) -> Chart {
    let mut chart = Chart::new(
        format!("{} against {}", metric.title(), drawn.setting),
        size,
    );
    let [width, height] = size;
    let names = drawn.lines.iter().map(|line| measure(&line.name, TYPE));
    let names = match drawn.lines.len() {
        0 | 1 => 16.0,
        _ => names.fold(0.0, f64::max).min(0.3 * width) + 18.0,
    };
    let (right, floor) = (width - names, height - BOTTOM);
    let x = places(&drawn.values, [LEFT + 14.0, right - 14.0]);
    let estimates: Vec<(f64, Option<[f64; 2]>)> = drawn
        .lines
        .iter()
        .flat_map(|line| &line.points)
        .map(|point| (point.mean, point.interval))
        .collect();
    let [low, high] = reach_of(&estimates);
    let y = |value: f64| {
        let share = (value.clamp(low, high) - low) / (high - low);
        floor - (floor - TOP) * share
    };
    chart.heights([LEFT, right], [low, high], metric, y);
    values_of(&mut chart, drawn, &x, floor, measure);
    let mut ends = Vec::new();
    for (number, line) in drawn.lines.iter().enumerate() {
        let ink = Ink::Series(number);
        let at = |point: &Estimated| Some([*x.get(point.place)?, y(point.mean)]);
        let path: Vec<[f64; 2]> = line.points.iter().filter_map(at).collect();
        // Several lines at one value stand a little beside each other, so that no interval hides another.
        let aside = 5.0 * (number as f64 - (drawn.lines.len() as f64 - 1.0) / 2.0);
        let path: Vec<[f64; 2]> = path.into_iter().map(|[x, y]| [x + aside, y]).collect();
        chart.path(path.clone(), ink, 2.0);
        for (point, [x, mean]) in line.points.iter().zip(&path) {
            if let Some(interval) = point.interval {
                chart.interval(*x, interval.map(y), ink);
            }
            chart.dot([*x, *mean], 4.0, ink);
        }
        if let Some([_, last]) = path.last() {
            ends.push((number, *last));
        }
    }
    if drawn.lines.len() > 1 {
        for (number, height) in apart(ends, [TOP, floor]) {
            let name = fitted(&drawn.lines[number].name, TYPE, names - 10.0, measure);
            let at = [right + 6.0, height + 4.5];
            chart.text(&name, at, TYPE, Ink::OfSeries(number), Anchor::Start);
        }
    }
    chart.line([LEFT, floor], [right, floor], Ink::Axis, 1.0);
    chart.head(metric.title());
    let below = [(LEFT + right) / 2.0, height - 10.0];
    chart.text(&drawn.setting, below, TYPE, Ink::Quiet, Anchor::Middle);
    chart
}

/// Moves names that would lie on each other apart, in the order of their heights, and keeps them between two
/// heights as far as there is room.
fn apart(mut ends: Vec<(usize, f64)>, [top, floor]: [f64; 2]) -> Vec<(usize, f64)> {
    const APART: f64 = 15.0;
    ends.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let mut least = top;
    for (_, height) in &mut ends {
        *height = height.max(least);
        least = *height + APART;
    }
    let mut most = floor;
    for (_, height) in ends.iter_mut().rev() {
        *height = height.min(most);
        most = *height - APART;
    }
    ends
}

/// Marks the values under the axis. Where two would lie on each other, the later one has no words.
fn values_of(chart: &mut Chart, drawn: &Against, x: &[f64], floor: f64, measure: &TextWidth<'_>) {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut free = f64::NEG_INFINITY;
    for place in order {
        let says = &drawn.values[place].0;
        chart.line([x[place], floor], [x[place], floor + 4.0], Ink::Axis, 1.0);
        let half = measure(says, SMALL) / 2.0;
        if x[place] - half < free {
            continue;
        }
        free = x[place] + half + 6.0;
        let at = [x[place], floor + 18.0];
        chart.text(says, at, SMALL, Ink::Quiet, Anchor::Middle);
    }
}

/// Where the values lie between two ends.
fn places(values: &[(String, Option<f64>)], [from, to]: [f64; 2]) -> Vec<f64> {
    let numbers: Option<Vec<f64>> = values.iter().map(|(_, number)| *number).collect();
    let along = match numbers {
        Some(numbers) if grows_by_factors(&numbers) => numbers.iter().map(|n| n.log10()).collect(),
        Some(numbers) if numbers.len() > 1 => numbers,
        _ => (0..values.len()).map(|place| place as f64).collect(),
    };
    let [low, high] = reach(along.iter().copied());
    let share = |value: f64| (value - low) / (high - low);
    along
        .iter()
        .map(|value| from + (to - from) * share(*value))
        .collect()
}

/// Whole numbers from here on are counts of images: no other setting that is swept has such large ones on one
/// scale, but for the dense units, which double, too.
const LEAST_COUNT: f64 = 50.0;

/// Whether numbers grow by factors rather than by steps: all are above zero, and the largest is more
/// than eight times the smallest. Of counts of images, which double from one to the next, three times suffice.
fn grows_by_factors(numbers: &[f64]) -> bool {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(0.0, f64::max);
    let is_count = low >= LEAST_COUNT && numbers.iter().all(|number| number.fract() == 0.0);
    low > 0.0 && high > if is_count { 3.0 * low } else { 8.0 * low }
}

#[cfg(test)]
mod tests {
    use super::super::testing::halves;
    use super::*;

    fn values(numbers: &[f64]) -> Vec<(String, Option<f64>)> {
        numbers.iter().map(|n| (n.to_string(), Some(*n))).collect()
    }

    #[test]
    fn sizes_lie_by_factors_steps_by_steps_and_words_side_by_side() {
        let near = |found: Vec<f64>, share: f64| {
            let found = (found[1] - found[0]) / (found[2] - found[0]);
            assert!((found - share).abs() < 1e-9, "{found}");
        };
        near(
            places(&values(&[100.0, 1_000.0, 10_000.0]), [0.0, 1.0]),
            0.5,
        );
        let found = places(&values(&[100.0, 200.0, 500.0]), [0.0, 1.0]);
        near(found, 2_f64.ln() / 5_f64.ln());
        near(places(&values(&[0.0, 0.25, 0.5]), [0.0, 1.0]), 0.5);
        near(places(&values(&[0.0, 0.1, 0.5]), [0.0, 1.0]), 0.2);
        let words = ["none", "channels", "rows"].map(|word| (word.to_owned(), None));
        near(places(&words, [0.0, 1.0]), 0.5);
    }

    #[test]
    fn names_stand_apart_and_stay_within_the_picture() {
        let found = apart(vec![(0, 50.0), (1, 52.0), (2, 20.0)], [10.0, 60.0]);
        assert_eq!(found, [(2, 20.0), (0, 45.0), (1, 60.0)]);
    }

    #[test]
    fn lines_have_their_names_and_marks() {
        let line = |name: &str, add: f64| AgainstLine {
            name: name.into(),
            points: vec![
                Estimated {
                    place: 0,
                    mean: 0.8 + add,
                    interval: Some([0.75, 0.9]),
                },
                Estimated {
                    place: 1,
                    mean: 0.95 + add,
                    interval: None,
                },
            ],
        };
        let drawn = Against {
            setting: "training images".into(),
            values: values(&[100.0, 1_000.0]),
            lines: vec![line("cnn", 0.0), line("default", 0.01)],
        };
        let chart = against(&drawn, Metric::Accuracy, [600.0, 320.0], &halves);
        let words: Vec<&str> = chart.words().collect();
        for part in ["cnn", "default", "100", "1000", "training images", "80%"] {
            assert!(words.contains(&part), "{part}: {words:?}");
        }
        let nothing = Against {
            setting: String::new(),
            values: Vec::new(),
            lines: Vec::new(),
        };
        assert!(
            !against(&nothing, Metric::Loss, [300.0, 200.0], &halves)
                .shapes
                .is_empty()
        );
    }
}
