//! Figures against the number of training images, with their intervals.

use super::COLORS;
use crate::lab::export::picture::{
    AXIS, Anchor, GRID, INK, QUIET, dot, drawing, hex, line, polyline, text,
};
use crate::lab::format;
use crate::lab::sweep::Metric;

/// Figures of one kind of settings at several sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeLine {
    /// What the line is called.
    pub name: String,
    /// Number of training images, mean, and the interval of the mean where there are two seeds.
    pub points: Vec<(usize, f64, Option<[f64; 2]>)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 60.0;
const TYPE: f64 = 14.0;

/// Draws lines over the number of images, which grows by factors along the picture.
pub fn sizes_svg(lines: &[SizeLine], metric: Metric) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let sizes = points().map(|(size, ..)| (*size).max(1) as f64);
    let [first, last] = reach(sizes.map(f64::log10));
    let values = points().flat_map(|(_, mean, interval)| {
        let [low, high] = interval.unwrap_or([*mean, *mean]);
        // An interval of two seeds may reach far beyond all figures.
        [
            low.max(mean - 0.3 * mean.abs()),
            high.min(mean + 0.3 * mean.abs()),
            *mean,
        ]
    });
    let [low, high] = reach(values);
    let x = |size: usize| {
        LEFT + (WIDTH - LEFT - RIGHT) * ((size.max(1) as f64).log10() - first) / (last - first)
    };
    let y = |value: f64| {
        let share = (value.clamp(low, high) - low) / (high - low);
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
    };
    let mut picture = drawing([WIDTH, HEIGHT], metric.title());
    for mark in 0..=4 {
        let value = low + (high - low) * f64::from(mark) / 4.0;
        picture = picture
            .add(line([LEFT, y(value)], [WIDTH - RIGHT, y(value)], GRID, 1.0))
            .add(text(
                &metric.show(value),
                [LEFT - 8.0, y(value) + 5.0],
                12.0,
                QUIET,
                Anchor::End,
            ));
    }
    let mut marked: Vec<usize> = points().map(|(size, ..)| *size).collect();
    marked.sort_unstable();
    marked.dedup();
    for size in marked {
        picture = picture
            .add(line(
                [x(size), HEIGHT - BOTTOM],
                [x(size), HEIGHT - BOTTOM + 5.0],
                AXIS,
                1.0,
            ))
            .add(text(
                &format::count(size),
                [x(size), HEIGHT - BOTTOM + 20.0],
                12.0,
                QUIET,
                Anchor::Middle,
            ));
    }
    for (number, drawn) in lines.iter().enumerate() {
        let color = &hex(COLORS[number % COLORS.len()]);
        let path: Vec<[f64; 2]> = drawn
            .points
            .iter()
            .map(|(size, mean, _)| [x(*size), y(*mean)])
            .collect();
        picture = picture.add(polyline(&path, color, 2.5));
        for (size, mean, interval) in &drawn.points {
            let at = x(*size);
            if let Some([low, high]) = interval.map(|ends| ends.map(y)) {
                picture = picture
                    .add(line([at, low], [at, high], color, 1.5))
                    .add(line([at - 4.0, low], [at + 4.0, low], color, 1.5))
                    .add(line([at - 4.0, high], [at + 4.0, high], color, 1.5));
            }
            picture = picture.add(dot([at, y(*mean)], 4.0, color));
        }
        if let Some([at, height]) = path.last() {
            let name = text(
                &drawn.name,
                [at + 10.0, height + 5.0],
                TYPE,
                color,
                Anchor::Start,
            );
            picture = picture.add(name);
        }
    }
    picture
        .add(line(
            [LEFT, HEIGHT - BOTTOM],
            [WIDTH - RIGHT, HEIGHT - BOTTOM],
            AXIS,
            1.0,
        ))
        .add(text(metric.title(), [LEFT, 22.0], TYPE, INK, Anchor::Start))
        .add(text(
            "training images",
            [(LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12.0],
            TYPE,
            QUIET,
            Anchor::Middle,
        ))
        .to_string()
}

/// From the least to the largest value, with some room; never without extent.
fn reach(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let [low, high] = values
        .filter(|value| value.is_finite())
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
            [low.min(value), high.max(value)]
        });
    if low > high {
        return [0.0, 1.0];
    }
    let room = (0.05 * (high - low)).max(1e-6 * (1.0 + high.abs()));
    [low - room, high + room]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_over_sizes_have_their_names_and_marks() {
        let line = |name: &str, add: f64| SizeLine {
            name: name.into(),
            points: vec![
                (100, 0.8 + add, Some([0.75, 0.9])),
                (1_000, 0.95 + add, None),
            ],
        };
        let svg = sizes_svg(&[line("cnn", 0.0), line("default", 0.01)], Metric::Accuracy);
        let thousand = format::count(1_000);
        for part in ["cnn", "default", "100", &thousand, "training images"] {
            let found = svg.lines().any(|line| line.trim() == part);
            assert!(found, "{part}: {svg}");
        }
        // Nothing is drawn of nothing, and nothing breaks.
        assert!(sizes_svg(&[], Metric::Loss).contains("<svg"));
    }
}
