//! Marks on the axes: 1-2-5 for numbers, whole numbers for epochs, clock steps for time, and
//! 1-2-5 in each decade of a logarithm.

use super::scale::Scale;
use super::state::XAxis;
use crate::lab::format;

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Where, in the axis's own units.
    pub(super) at: f64,
    /// What it says; nothing where only its line is drawn.
    pub(super) label: String,
}

/// The least of 1, 2, 5 times a power of ten that is not below `least`.
pub(super) fn nice_step(least: f64) -> f64 {
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

/// Marks of a height axis that has room for a label every `spacing` of its `length`, and none
/// within a `margin` of its ends.
pub(super) fn y_ticks(
    scale: &Scale,
    range: [f64; 2],
    length: f64,
    spacing: f64,
    margin: f64,
) -> Vec<Tick> {
    let labels = (length / spacing).max(1.0);
    let span = range[1] - range[0];
    let mut ticks = match scale.is_log() {
        true if span > LINEAR_BELOW_DECADES => log_ticks(scale, range, length, spacing),
        true => narrow_log_ticks(scale, range, labels),
        false => {
            let step = nice_step(span / labels);
            let tick = |at| Tick {
                at,
                label: scale.mark(at, step),
            };
            multiples(range, step).map(tick).collect()
        }
    };
    let margin = margin / length * span;
    for tick in &mut ticks {
        if tick.at < range[0] + margin || tick.at > range[1] - margin {
            tick.label.clear();
        }
    }
    ticks
}

/// Below this many decades 1-2-5 leaves too few marks.
const LINEAR_BELOW_DECADES: f64 = 0.5;

/// 1-2-5 in each decade while there is room for their labels, else powers of ten.
fn log_ticks(scale: &Scale, range: [f64; 2], length: f64, spacing: f64) -> Vec<Tick> {
    let per_decade = length / (range[1] - range[0]);
    // The closest neighbours are 1 and 2, or 5 and 10.
    let labels_125 = per_decade * 2_f64.log10() >= spacing * 0.7;
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
            if at < range[0] || at > range[1] || !(is_power || lines_125) {
                continue;
            }
            let labelled = labels_125 || (is_power && decade.rem_euclid(every as i64) == 0);
            let label = if labelled {
                scale.mark(at, 1.0)
            } else {
                String::new()
            };
            ticks.push(Tick { at, label });
        }
    }
    ticks
}

/// A narrow part of a logarithmic axis: marks at round values, at their logarithmic heights.
fn narrow_log_ticks(scale: &Scale, range: [f64; 2], labels: f64) -> Vec<Tick> {
    let values = [10_f64.powf(range[0]), 10_f64.powf(range[1])];
    let step = nice_step((values[1] - values[0]) / labels);
    let linear = Scale::linear(scale.quantity);
    multiples(values, step)
        .filter(|value| *value > 0.0)
        .map(|value| Tick {
            at: value.log10(),
            label: linear.mark(value, step),
        })
        .collect()
}

/// Marks of the x axis, with room for a label every `spacing` of its `length`.
pub(super) fn x_ticks(axis: XAxis, range: [f64; 2], length: f64, spacing: f64) -> Vec<Tick> {
    let least = (range[1] - range[0]) / (length / spacing).max(1.0);
    match axis {
        XAxis::Epoch => epoch_ticks(range, nice_step(least.max(1.0))),
        XAxis::Step => multiples(range, nice_step(least.max(1.0)))
            .filter(|at| *at >= 0.0)
            .map(|at| Tick {
                at,
                label: format::count(at.round() as usize),
            })
            .collect(),
        XAxis::Time => {
            let step = time_step(least);
            multiples(range, step)
                .filter(|at| *at >= 0.0)
                .map(|at| Tick {
                    at,
                    label: clock(at, step),
                })
                .collect()
        }
    }
}

/// Whole epochs only, counted from 1; the first one is always named.
fn epoch_ticks(range: [f64; 2], step: f64) -> Vec<Tick> {
    let tick = |at: f64| Tick {
        at,
        label: format!("{at:.0}"),
    };
    let has_room_for_first = step > 1.0 && range[0] <= 1.0 && step <= 5.0;
    has_room_for_first
        .then(|| tick(1.0))
        .into_iter()
        .chain(multiples(range, step).filter(|at| *at >= 1.0).map(tick))
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
mod tests {
    use super::super::scale::Quantity;
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks
            .iter()
            .map(|tick| tick.label.as_str())
            .filter(|label| !label.is_empty())
            .collect()
    }

    #[test]
    fn steps_are_1_2_5() {
        for (least, step) in [
            (0.9, 1.0),
            (1.0, 1.0),
            (1.1, 2.0),
            (3.0, 5.0),
            (6.0, 10.0),
            (0.03, 0.05),
            (f64::NAN, 1.0),
        ] {
            assert!((nice_step(least) - step).abs() < 1e-12, "{least}");
        }
    }

    #[test]
    fn epochs_are_whole_and_start_at_1() {
        let ticks = x_ticks(XAxis::Epoch, [0.0, 3.0], 900.0, 40.0);
        assert_eq!(labels(&ticks), ["1", "2", "3"], "never a fraction");
        let ticks = x_ticks(XAxis::Epoch, [0.0, 20.0], 500.0, 40.0);
        assert_eq!(labels(&ticks)[..3], ["1", "2", "4"]);
        let ticks = x_ticks(XAxis::Epoch, [0.0, 100.0], 500.0, 40.0);
        assert_eq!(labels(&ticks)[..2], ["10", "20"]);
        let ticks = x_ticks(XAxis::Epoch, [3.2, 4.4], 900.0, 40.0);
        assert_eq!(labels(&ticks), ["4"]);
    }

    #[test]
    fn steps_and_times_are_short() {
        let ticks = x_ticks(XAxis::Step, [0.0, 26_000.0], 600.0, 70.0);
        assert_eq!(labels(&ticks)[..3], ["0", "5 k", "10 k"]);
        let ticks = x_ticks(XAxis::Time, [0.0, 200.0], 600.0, 80.0);
        assert_eq!(labels(&ticks)[..4], ["0 s", "30 s", "1 m", "1 m 30 s"]);
        let ticks = x_ticks(XAxis::Time, [0.0, 30_000.0], 600.0, 80.0);
        assert_eq!(labels(&ticks)[..2], ["0 s", "2 h"]);
    }

    #[test]
    fn a_logarithm_is_marked_1_2_5_in_true_units() {
        let scale = Scale::log(Quantity::Loss, [0.01].into_iter());
        let ticks = y_ticks(&scale, [-2.0, 0.5], 300.0, 32.0, 0.0);
        assert_eq!(
            labels(&ticks),
            ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
        );
        for tick in &ticks {
            let value: f64 = tick.label.parse().unwrap();
            assert!((tick.at - value.log10()).abs() < 1e-9, "{tick:?}");
        }
        // Little room: powers of ten alone.
        let ticks = y_ticks(&scale, [-4.0, 1.0], 150.0, 32.0, 0.0);
        assert_eq!(labels(&ticks), ["0.0001", "0.01", "1"].map(String::from));
        let ticks = y_ticks(&scale, [-1.0, -0.9], 300.0, 32.0, 0.0);
        assert!(labels(&ticks).contains(&"0.110"), "{ticks:?}");
    }

    #[test]
    fn marks_at_the_ends_have_no_name() {
        let scale = Scale::linear(Quantity::Loss);
        let ticks = y_ticks(&scale, [0.0, 1.0], 100.0, 50.0, 7.0);
        assert_eq!(ticks.len(), 3);
        assert_eq!(labels(&ticks), ["0.5"]);
    }

    #[test]
    fn a_degenerate_range_does_not_flood() {
        let scale = Scale::linear(Quantity::Loss);
        assert!(y_ticks(&scale, [1.0, 1.0], 300.0, 32.0, 0.0).len() < 3);
        assert!(multiples([0.0, 1e12], 1.0).count() <= 401);
    }
}
