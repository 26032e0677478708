//! Marks on the axes: 1-2-5 for numbers, whole numbers for epochs, clock steps for time, and
//! 1-2-5 in each decade of a logarithm.

use super::axis::Axis;
use super::heights::Heights;
use super::view::XAxis;
use crate::lab::format;

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The figure that it marks, in the axis's own units.
    pub figure: f64,
    /// Where its line lies, in points.
    pub at: f64,
    /// What it says; nothing where only its line is drawn.
    pub label: String,
    /// Where the middle of what it says lies, in points. Near an end of the axis that is a little
    /// beside its line, so that it stays clear of what is beyond.
    pub label_at: f64,
}

impl Tick {
    fn new(axis: &Axis, figure: f64, label: String) -> Self {
        let at = axis.at(figure);
        Self {
            figure,
            at,
            label,
            label_at: at,
        }
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below `least`.
pub fn nice_step(least: f64) -> f64 {
    if !least.is_finite() || least <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    for factor in [1.0, 2.0, 5.0] {
        if factor * power >= least * (1.0 - 1e-9) {
            return factor * power;
        }
    }
    10.0 * power
}

/// Multiples of a step within a range.
fn multiples(range: [f64; 2], step: f64) -> impl Iterator<Item = f64> {
    let slack = 1e-9 * (range[1] - range[0]).abs();
    let first = ((range[0] - slack) / step).ceil();
    let last = ((range[1] + slack) / step).floor();
    // A bound against a step that vanished beside the range.
    let count = (last - first).clamp(-1.0, MOST_TICKS) as i64;
    (0..=count).map(move |index| (first + index as f64) * step)
}

const MOST_TICKS: f64 = 400.0;

/// Marks of a height axis, with room for a label every `spacing` points. What they say stays a
/// `margin` away from the ends of the axis.
pub fn y_ticks(heights: &Heights, axis: &Axis, spacing: f64, margin: f64) -> Vec<Tick> {
    let labels = (axis.length() / spacing).max(1.0);
    let span = axis.range[1] - axis.range[0];
    let mut ticks = match heights.is_log() {
        true if span > LINEAR_BELOW_DECADES => log_ticks(heights, axis, spacing),
        true => narrow_log_ticks(heights, axis, labels),
        false => {
            let step = height_step(axis.range, labels);
            multiples(axis.range, step)
                .map(|at| Tick::new(axis, at, heights.mark(at, step)))
                .collect()
        }
    };
    let [a, b] = axis.places;
    let (low, high) = (a.min(b) + margin, a.max(b) - margin);
    for tick in &mut ticks {
        if low <= high {
            tick.label_at = tick.at.clamp(low, high);
        } else {
            tick.label.clear();
        }
    }
    ticks
}

/// An axis has so many labelled marks at least: fewer say little of its scale.
const LEAST_LABELS: usize = 4;

/// The step between marks of heights. A low picture has closer marks, down to a third of the room that they
/// would like.
fn height_step(range: [f64; 2], labels: f64) -> f64 {
    let span = range[1] - range[0];
    (4..=12)
        .map(|quarters| nice_step(span / (f64::from(quarters) / 4.0 * labels)))
        .find(|step| multiples(range, *step).count() >= LEAST_LABELS)
        .unwrap_or_else(|| nice_step(span / labels))
}

/// Below this many decades 1-2-5 leaves too few marks.
const LINEAR_BELOW_DECADES: f64 = 0.5;

/// The share of the room that labels would like, with which they still stand clear of each other.
const CLOSE_LABELS: f64 = 0.45;

/// 1-2-5 in each decade while there is room for their labels, otherwise powers of ten.
fn log_ticks(heights: &Heights, axis: &Axis, spacing: f64) -> Vec<Tick> {
    let range = axis.range;
    let per_decade = axis.length() / (range[1] - range[0]);
    // The closest neighbours are 1 and 2, or 5 and 10.
    let powers = range[1].floor() - range[0].ceil() + 1.0;
    let has_few = powers < LEAST_LABELS as f64;
    let labels_125 =
        per_decade * 2_f64.log10() >= spacing * if has_few { CLOSE_LABELS } else { 0.7 };
    let lines_125 = per_decade * 2_f64.log10() >= spacing * 0.3;
    // With little room only every n-th power of ten.
    let every = (spacing / per_decade).ceil().max(1.0);
    let mut ticks = Vec::new();
    let first = range[0].floor() as i64;
    let last = (range[1].ceil() as i64).min(first + MOST_TICKS as i64);
    for decade in first..=last {
        for factor in [1.0_f64, 2.0, 5.0] {
            let at = decade as f64 + factor.log10();
            let is_power = factor == 1.0;
            if !axis.holds(at) || !(is_power || lines_125) {
                continue;
            }
            let labelled = labels_125 || (is_power && decade.rem_euclid(every as i64) == 0);
            let label = if labelled {
                heights.mark(at, 1.0)
            } else {
                String::new()
            };
            ticks.push(Tick::new(axis, at, label));
        }
    }
    ticks
}

/// A narrow part of a logarithmic axis: marks at round values, at their logarithmic heights.
fn narrow_log_ticks(heights: &Heights, axis: &Axis, labels: f64) -> Vec<Tick> {
    let values = axis.range.map(|height| 10_f64.powf(height));
    let step = height_step(values, labels);
    let linear = Heights::linear(heights.quantity);
    multiples(values, step)
        .filter(|value| *value > 0.0)
        .map(|value| Tick::new(axis, value.log10(), linear.mark(value, step)))
        .collect()
}

/// Marks of the x axis, with room for a label every `spacing` points. Epochs are whole numbers
/// from 1.
pub fn x_ticks(along: XAxis, axis: &Axis, spacing: f64) -> Vec<Tick> {
    let range = axis.range;
    let least = (range[1] - range[0]) / (axis.length() / spacing).max(1.0);
    let (step, first) = match along {
        XAxis::Epoch => (nice_step(least.max(1.0)), 1.0),
        XAxis::Step => (nice_step(least.max(1.0)), 0.0),
        XAxis::Time => (time_step(least), 0.0),
    };
    let label = |at: f64| match along {
        XAxis::Epoch => format!("{at:.0}"),
        XAxis::Step => format::count(at.round() as usize),
        XAxis::Time => clock(at, step),
    };
    multiples(range, step)
        .filter(|at| *at >= first)
        .map(|at| Tick::new(axis, at, label(at)))
        .collect()
}

/// Steps that a clock has.
fn time_step(least: f64) -> f64 {
    const STEPS: [f64; 16] = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0,
        3600.0,
    ];
    STEPS
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or_else(|| 3600.0 * nice_step(least / 3600.0))
}

/// A time on the axis: `20 s`, `1 m 30 s`, `2 m`, `1 h 05 m`.
fn clock(seconds: f64, step: f64) -> String {
    if step < 1.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    match (whole / 3600, whole % 3600 / 60, whole % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} m"),
        (0, minutes, seconds) => format!("{minutes} m {seconds:02} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} m"),
    }
}

#[cfg(test)]
#[path = "ticks_tests.rs"]
mod tests;
