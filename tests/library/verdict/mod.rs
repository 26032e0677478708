//! The verdict on real curves, on made ones of each kind with noise, and on hostile input; and
//! the reader of curve files.

mod edges;
mod made_curves;
mod real_curves;

use crate::support;
use overfit_lab::lab::curves::*;
use overfit_lab::lab::verdict::*;
use std::path::PathBuf;

const VALIDATION: usize = 5000;
const SEEDS: u64 = 60;

fn curve_file(name: &str) -> PathBuf {
    support::asset("curves").join(name)
}

fn real(name: &str) -> Vec<CurvePoint> {
    read_curves(&curve_file(name))
        .unwrap()
        .runs
        .remove(0)
        .points
}

/// A curve from its epochs' training loss and accuracy, validation loss and accuracy.
fn made(epochs: usize, figures: impl Fn(f64) -> [f64; 4]) -> Vec<CurvePoint> {
    let point = |epoch| CurvePoint::measured(epoch, figures(epoch as f64));
    (1..=epochs).map(point).collect()
}

/// The figures of a point of which everything was measured.
fn figures_of(point: &CurvePoint) -> [f64; 4] {
    [
        point.train_loss,
        point.train_accuracy,
        point.validation_loss,
        point.validation_accuracy,
    ]
    .map(Option::unwrap)
}

/// A small generator, so that no change of a crate changes a test.
struct Lcg(u64);

impl Lcg {
    fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        // Neighbouring seeds begin with numbers that are alike, so the first ones are left out.
        (0..4).for_each(|_| {
            random.unit();
        });
        random
    }

    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// The curve with so much relative noise on its losses and errors, independent at every epoch.
fn noisy(curve: &[CurvePoint], noise: f64, seed: u64) -> Vec<CurvePoint> {
    let mut random = Lcg::new(seed);
    let mut factor = |deviation: f64| (deviation * random.normal()).exp();
    curve
        .iter()
        .map(|point| {
            let [
                train_loss,
                train_accuracy,
                validation_loss,
                validation_accuracy,
            ] = figures_of(point);
            let errors =
                |accuracy: f64, factor: f64| (1.0 - (1.0 - accuracy) * factor).clamp(0.0, 1.0);
            let figures = [
                train_loss * factor(noise),
                errors(train_accuracy, factor(noise)),
                validation_loss * factor(noise),
                errors(validation_accuracy, factor(noise / 2.0)),
            ];
            CurvePoint::measured(point.epoch, figures)
        })
        .collect()
}

/// What was said after each epoch.
fn history(curve: &[CurvePoint], validation_size: usize) -> Vec<Verdict> {
    (1..=curve.len())
        .map(|count| verdict(&curve[..count], validation_size))
        .collect()
}

/// The kinds in the order in which they were said, each stretch once.
fn story(history: &[Verdict]) -> Vec<VerdictKind> {
    let mut kinds: Vec<_> = history.iter().map(|verdict| verdict.kind).collect();
    kinds.dedup();
    kinds
}

/// The kinds in the order in which they were said, without the doubts between them.
fn decided(history: &[Verdict]) -> Vec<VerdictKind> {
    let mut kinds = story(history);
    kinds.retain(|kind| *kind != VerdictKind::Unclear);
    kinds.dedup();
    kinds
}

/// Checks that what is said changes three times at most, and that the beginning of overfitting moves by
/// one epoch at most.
fn assert_steady(name: &str, history: &[Verdict]) {
    let story = story(history);
    let spoken = story.iter().filter(|kind| **kind != VerdictKind::TooEarly);
    assert!(spoken.count() <= 4, "{name} flickers: {story:?}");
    let since: Vec<_> = history.iter().filter_map(|verdict| verdict.since).collect();
    if let (Some(first), Some(last)) = (since.iter().min(), since.iter().max()) {
        assert!(last - first <= 1, "{name} began at {since:?}");
    }
}

/// Checks that the verdict at the end is one of these kinds, and that none came twice on the way.
fn check(name: &str, curve: &[CurvePoint], expected: &[VerdictKind]) -> Verdict {
    let history = history(curve, VALIDATION);
    assert_steady(name, &history);
    let last = history.last().unwrap().clone();
    assert!(
        expected.contains(&last.kind),
        "{name}: {:?} is none of {expected:?}: {}\n{:#?}",
        last.kind,
        last.sentence,
        last.evidence
    );
    last
}

/// Checks the curve without noise, and with noise of many seeds.
fn check_noisy(name: &str, curve: &[CurvePoint], noise: f64, expected: &[VerdictKind]) {
    check(name, curve, expected);
    for seed in 0..SEEDS {
        let name = format!("{name} with seed {seed}");
        check(&name, &noisy(curve, noise, seed), expected);
    }
}
