//! Tests of the marks on the axes.

use super::super::heights::Quantity;
use super::*;

fn labels(ticks: &[Tick]) -> Vec<&str> {
    ticks
        .iter()
        .map(|tick| tick.label.as_str())
        .filter(|label| !label.is_empty())
        .collect()
}

fn x_labels(along: XAxis, range: [f64; 2], length: f64, spacing: f64) -> Vec<String> {
    let ticks = x_ticks(along, &Axis::new(range, [0.0, length]), spacing);
    labels(&ticks).into_iter().map(String::from).collect()
}

fn y_marks(heights: &Heights, range: [f64; 2], length: f64, margin: f64) -> Vec<Tick> {
    y_ticks(heights, &Axis::new(range, [length, 0.0]), 32.0, margin)
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
fn epochs_are_whole_and_regular_and_count_from_1() {
    let check = |range, length, expected: &[&str]| {
        let found = x_labels(XAxis::Epoch, range, length, 42.0);
        assert_eq!(found[..expected.len()], *expected, "{range:?}");
    };
    check([0.0, 3.0], 900.0, &["1", "2", "3"]);
    check([0.0, 20.0], 500.0, &["2", "4", "6"]);
    check([0.0, 100.0], 500.0, &["10", "20"]);
    check([3.2, 4.4], 900.0, &["4"]);
    check([1.0, 3.0], 560.0, &["1", "2", "3"]);
    check([0.5, 1.5], 560.0, &["1"]);
    assert!(x_labels(XAxis::Epoch, [1.0, 3_000.0], 560.0, 56.0).len() <= 11);
}

#[test]
fn steps_and_times_are_short() {
    let steps = x_labels(XAxis::Step, [0.0, 26_000.0], 600.0, 70.0);
    assert_eq!(steps[..3], ["0", "5 k", "10 k"]);
    let times = x_labels(XAxis::Time, [0.0, 200.0], 600.0, 80.0);
    assert_eq!(times[..4], ["0 s", "30 s", "1 m", "1 m 30 s"]);
    let long = x_labels(XAxis::Time, [0.0, 30_000.0], 600.0, 80.0);
    assert_eq!(long[..2], ["0 s", "2 h"]);
}

#[test]
fn heights_are_round_and_have_the_decimals_that_tell_them_apart() {
    let accuracy = Heights::linear(Quantity::Accuracy);
    let loss = Heights::linear(Quantity::Loss);
    let check = |heights: &Heights, range, expected: &[&str]| {
        let ticks = y_ticks(heights, &Axis::new(range, [240.0, 0.0]), 40.0, 0.0);
        assert_eq!(labels(&ticks), expected, "{range:?}");
    };
    check(
        &accuracy,
        [90.0, 100.0],
        &["90%", "92%", "94%", "96%", "98%", "100%"],
    );
    check(
        &accuracy,
        [98.2, 99.1],
        &["98.2%", "98.4%", "98.6%", "98.8%", "99.0%"],
    );
    check(
        &loss,
        [0.0, 0.52],
        &["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"],
    );
    check(
        &loss,
        [0.0, 0.012],
        &[
            "0.000", "0.002", "0.004", "0.006", "0.008", "0.010", "0.012",
        ],
    );
}

#[test]
fn a_low_picture_has_marks_that_show_its_scale() {
    let loss = Heights::linear(Quantity::Loss);
    let ticks = y_marks(&loss, [-0.4, 9.9], 160.0, 7.0);
    assert_eq!(labels(&ticks), ["0", "2", "4", "6", "8"]);
    for length in [60.0, 80.0, 120.0] {
        let ticks = y_marks(&loss, [-0.4, 9.9], length, 7.0);
        assert!(labels(&ticks).len() >= 2, "{length}: {ticks:?}");
    }
}

#[test]
fn a_logarithm_is_marked_1_2_5_in_true_units() {
    let heights = Heights::log(Quantity::Loss, [0.01].into_iter());
    let ticks = y_marks(&heights, [-2.0, 0.5], 300.0, 0.0);
    assert_eq!(
        labels(&ticks),
        ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
    );
    for tick in &ticks {
        let value: f64 = tick.label.parse().unwrap();
        assert!((tick.figure - value.log10()).abs() < 1e-9, "{tick:?}");
    }
    // Little room: powers of ten alone.
    let ticks = y_marks(&heights, [-4.0, 1.0], 150.0, 0.0);
    assert_eq!(labels(&ticks), ["0.0001", "0.01", "1"]);
    let ticks = y_marks(&heights, [-1.0, -0.9], 300.0, 0.0);
    assert!(labels(&ticks).contains(&"0.110"), "{ticks:?}");
}

#[test]
fn what_marks_say_stays_clear_of_the_ends() {
    let heights = Heights::linear(Quantity::Loss);
    let ticks = y_marks(&heights, [0.0, 1.0], 100.0, 7.0);
    let first = &ticks[0];
    assert_eq!((first.at, first.label_at), (100.0, 93.0));
    let last = ticks.last().unwrap();
    assert_eq!((last.at, last.label_at), (0.0, 7.0));
    let nowhere = y_marks(&heights, [0.0, 1.0], 8.0, 7.0);
    assert!(labels(&nowhere).is_empty(), "{nowhere:?}");
}

#[test]
fn a_degenerate_range_does_not_flood() {
    let heights = Heights::linear(Quantity::Loss);
    assert!(y_marks(&heights, [1.0, 1.0], 300.0, 0.0).len() < 3);
    assert!(multiples([0.0, 1e12], 1.0).count() <= 401);
}
