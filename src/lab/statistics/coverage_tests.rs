//! Whether intervals hold the truth as often as they say, by simulated experiments whose truth is known.

use super::{Estimate, holm, leaves_zero_out, welch};
use crate::experiment::Stream;

/// Simulated experiments of each kind.
const EXPERIMENTS: usize = 2_000;
/// The seeds that a setting is trained with.
const SEEDS: [usize; 3] = [3, 5, 10];
/// How much more accurate the second setting truly is.
const TRUTH: f64 = 0.002;
/// The accuracy of the first setting.
const ACCURACY: f64 = 0.95;
/// What a seed moves in both settings alike: which images it trains, and in which order.
const SHARED: f64 = 0.004;
/// What a seed moves in one setting alone.
const OWN: f64 = 0.003;
/// An accuracy is a count of right images of so many.
const IMAGES: f64 = 5_000.0;

/// Draws of the normal distribution (G. Box and M. Muller, 1958).
struct Normal(Stream);

impl Normal {
    fn draw(&mut self) -> f64 {
        let [first, second] = [0, 1].map(|_| f64::from(self.0.unit()));
        let radius = (-2.0 * (1.0 - first).ln()).sqrt();
        radius * (std::f64::consts::TAU * second).cos()
    }

    /// The figures of settings, each so much better than the first, that are trained with the same seeds.
    fn paired(&mut self, seeds: usize, better: &[f64]) -> Vec<Vec<f64>> {
        let shared: Vec<f64> = (0..seeds).map(|_| SHARED * self.draw()).collect();
        let figures = |better: &f64| {
            let of = |shared: &f64| measured(ACCURACY + better + shared + OWN * self.draw());
            shared.iter().map(of).collect()
        };
        better.iter().map(figures).collect()
    }

    /// The figures of a setting with seeds of its own, which move it by so much.
    fn alone(&mut self, seeds: usize, better: f64, spread: f64) -> Vec<f64> {
        (0..seeds)
            .map(|_| measured(ACCURACY + better + spread * self.draw()))
            .collect()
    }
}

fn measured(accuracy: f64) -> f64 {
    (accuracy * IMAGES).round() / IMAGES
}

/// The share of experiments of which something is so.
fn share(stream: u64, mut is_so: impl FnMut(&mut Normal) -> bool) -> f64 {
    let mut normal = Normal(Stream::split(stream));
    let found = (0..EXPERIMENTS).filter(|_| is_so(&mut normal)).count();
    found as f64 / EXPERIMENTS as f64
}

fn holds([low, high]: [f64; 2], truth: f64) -> bool {
    (low..=high).contains(&truth)
}

#[test]
fn paired_intervals_hold_the_truth_nineteen_times_in_twenty() {
    for seeds in SEEDS {
        let covered = share(seeds as u64, |normal| {
            let figures = normal.paired(seeds, &[0.0, TRUTH]);
            let found = Estimate::paired(&figures[0], &figures[1]).unwrap();
            holds(found.interval, TRUTH)
        });
        println!("paired, {seeds} seeds: {covered}");
        assert!((0.93..=0.97).contains(&covered), "{seeds} seeds: {covered}");
    }
}

#[test]
fn intervals_of_other_seeds_hold_the_truth_nineteen_times_in_twenty() {
    for seeds in SEEDS {
        let covered = share(100 + seeds as u64, |normal| {
            let first = normal.alone(seeds, 0.0, SHARED);
            let second = normal.alone(seeds, TRUTH, OWN);
            holds(welch(&first, &second, 0.0).unwrap().interval, TRUTH)
        });
        println!("not paired, {seeds} seeds: {covered}");
        assert!((0.93..=0.97).contains(&covered), "{seeds} seeds: {covered}");
    }
}

#[test]
fn luck_is_called_a_difference_once_in_twenty() {
    for seeds in SEEDS {
        let paired = share(200 + seeds as u64, |normal| {
            let figures = normal.paired(seeds, &[0.0, 0.0]);
            let found = Estimate::paired(&figures[0], &figures[1]).unwrap();
            found.p < 0.05 && leaves_zero_out(found.interval)
        });
        let alone = share(300 + seeds as u64, |normal| {
            let first = normal.alone(seeds, 0.0, SHARED);
            let second = normal.alone(seeds, 0.0, SHARED);
            let found = welch(&first, &second, 0.0).unwrap();
            found.p < 0.05 && leaves_zero_out(found.interval)
        });
        println!("luck, {seeds} seeds: paired {paired}, not paired {alone}");
        assert!((0.03..=0.07).contains(&paired), "{seeds} seeds: {paired}");
        // Few seeds make Welch's test careful.
        assert!((0.02..=0.07).contains(&alone), "{seeds} seeds: {alone}");
    }
}

#[test]
fn of_several_settings_without_a_difference_one_is_called_better_once_in_twenty() {
    for seeds in SEEDS {
        let wrong = share(400 + seeds as u64, |normal| {
            let figures = normal.paired(seeds, &[0.0; 5]);
            let p_values: Vec<f64> = figures[1..]
                .iter()
                .map(|other| Estimate::paired(&figures[0], other).unwrap().p)
                .collect();
            holm(&p_values).iter().any(|p| *p < 0.05)
        });
        println!("one of four, {seeds} seeds: {wrong}");
        assert!((0.01..=0.065).contains(&wrong), "{seeds} seeds: {wrong}");
    }
}

#[test]
fn more_seeds_find_a_true_difference_more_often() {
    let found = SEEDS.map(|seeds| {
        share(500 + seeds as u64, |normal| {
            let figures = normal.paired(seeds, &[0.0, 2.0 * TRUTH]);
            let found = Estimate::paired(&figures[0], &figures[1]).unwrap();
            leaves_zero_out(found.interval)
        })
    });
    println!("a difference of 0.4 points is found in {found:?}");
    assert!(
        found[0] < found[1] && found[1] < found[2] && found[2] > 0.7,
        "{found:?}"
    );
}
