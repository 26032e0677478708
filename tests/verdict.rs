//! The verdict on real curves, on made ones of each kind with noise, and on hostile input; and
//! the reader of curve files.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use overfit_lab::lab::curves::*;
use overfit_lab::lab::verdict::*;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const VALIDATION: usize = 5000;
const SEEDS: u64 = 60;

fn curve_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/curves")
        .join(name)
}

fn real(name: &str) -> Vec<CurvePoint> {
    read_curve(&curve_file(name)).unwrap()
}

/// A curve from its epochs' training loss and accuracy, validation loss and accuracy.
fn made(epochs: usize, figures: impl Fn(f64) -> [f64; 4]) -> Vec<CurvePoint> {
    let point = |epoch| {
        let [
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        ] = figures(epoch as f64);
        CurvePoint {
            epoch,
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        }
    };
    (1..=epochs).map(point).collect()
}

/// A small generator, so that no change of a crate changes a test.
struct Lcg(u64);

impl Lcg {
    fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        // The first numbers of neighbouring seeds are alike.
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
        .map(|point| CurvePoint {
            epoch: point.epoch,
            train_loss: point.train_loss * factor(noise),
            train_accuracy: (1.0 - (1.0 - point.train_accuracy) * factor(noise)).clamp(0.0, 1.0),
            validation_loss: point.validation_loss * factor(noise),
            validation_accuracy: (1.0 - (1.0 - point.validation_accuracy) * factor(noise / 2.0))
                .clamp(0.0, 1.0),
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

/// No kind comes back, and the beginning of overfitting stays within an epoch.
fn assert_steady(name: &str, history: &[Verdict]) {
    let story = story(history);
    for (i, kind) in story.iter().enumerate() {
        assert!(!story[..i].contains(kind), "{name} flickers: {story:?}");
    }
    let since: Vec<_> = history.iter().filter_map(|verdict| verdict.since).collect();
    if let (Some(first), Some(last)) = (since.iter().min(), since.iter().max()) {
        assert!(last - first <= 1, "{name} began at {since:?}");
    }
}

/// The verdict at the end is one of these kinds, and none came twice on the way.
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

/// The same of the curve with noise, whatever the seed.
fn check_noisy(name: &str, curve: &[CurvePoint], noise: f64, expected: &[VerdictKind]) {
    check(name, curve, expected);
    for seed in 0..SEEDS {
        let name = format!("{name} with seed {seed}");
        check(&name, &noisy(curve, noise, seed), expected);
    }
}

mod real_curves {
    use super::*;
    use VerdictKind::*;

    struct Expected {
        file: &'static str,
        kinds: &'static [VerdictKind],
        /// The epochs at which overfitting may have begun; none where it has not.
        since: Vec<usize>,
        /// Relative noise that must not change the kind.
        noise: f64,
    }

    fn expected() -> [Expected; 6] {
        let case = |file, kinds, since: &[usize], noise| Expected {
            file,
            kinds,
            since: since.to_vec(),
            noise,
        };
        [
            case("cnn-500.csv", &[Overfitting], &[7, 8], 0.05),
            case("dense-1000.csv", &[Overfitting], &[8, 9, 10, 11], 0.01),
            case("cnn-2000-noise20.csv", &[Overfitting], &[5, 6], 0.03),
            case("cnn-2000-noise100.csv", &[Overfitting], &[3, 4, 5], 0.05),
            case("default-1000.csv", &[Improving], &[], 0.03),
            case("linear-20000.csv", &[GoodFit, Underfitting], &[], 0.0),
        ]
    }

    #[test]
    fn have_the_verdicts_that_are_expected_of_them() {
        for case in expected() {
            let verdict = check(case.file, &real(case.file), case.kinds);
            match verdict.since {
                Some(since) => assert!(case.since.contains(&since), "{}: {since}", case.file),
                None => assert!(case.since.is_empty(), "{}", case.file),
            }
        }
    }

    #[test]
    fn keep_them_under_noise() {
        for case in expected() {
            check_noisy(case.file, &real(case.file), case.noise, case.kinds);
        }
    }

    #[test]
    fn too_simple_a_network_never_overfits_under_noise() {
        let curve = real("linear-20000.csv");
        for noise in [0.005, 0.02, 0.05] {
            check_noisy("linear", &curve, noise, &[Improving, GoodFit, Underfitting]);
        }
    }

    #[test]
    fn of_other_sizes_and_seeds_have_theirs_and_never_flicker() {
        for (name, kinds) in [
            ("cnn-100", vec![Overfitting]),
            ("cnn-1000", vec![Overfitting]),
            ("cnn-500-then-5000", vec![Improving]),
            ("cnn-2000-noise20-seed2", vec![Overfitting]),
            ("cnn-augmented-1000", vec![Improving]),
            (
                "cnn-augmented-batch-norm-1000",
                vec![Improving, Overfitting],
            ),
            ("default-500", vec![Improving, Overfitting]),
            ("default-1000-seed2", vec![Improving]),
            ("default-2000-noise20", vec![Improving, GoodFit]),
            ("dense-5000", vec![Overfitting]),
            ("linear-1000", vec![Overfitting]),
            ("linear-20000-long", vec![Underfitting, GoodFit]),
            ("memorize-1000", vec![Overfitting]),
        ] {
            check(name, &real(&format!("more/{name}.csv")), &kinds);
        }
    }

    #[test]
    fn say_it_soon_where_it_is_plain() {
        // Training reaches 100% at epoch 8, and validation loss has risen since 7.
        let history = history(&real("cnn-500.csv"), VALIDATION);
        let first = history
            .iter()
            .position(|it| it.kind == Overfitting)
            .unwrap()
            + 1;
        assert!((8..=10).contains(&first), "{first}");
    }

    #[test]
    fn are_said_in_words() {
        let worse = verdict(&real("cnn-500.csv"), VALIDATION);
        assert_eq!(
            worse.sentence,
            "Overfitting since epoch 7: validation loss 0.3077 → 0.4373; gap 7.4 pp ± 0.4; best epoch 6, 91.70%"
        );
        assert_eq!((worse.best_epoch, worse.gap), (Some(6), Some(7.42)));
        let still = verdict(&real("dense-1000.csv"), VALIDATION).sentence;
        assert!(still.contains("stands still"), "{still}");
        assert!(still.contains("training loss falls"), "{still}");
        let improving = verdict(&real("default-1000.csv"), VALIDATION);
        let sentence = &improving.sentence;
        assert!(sentence.starts_with("Still improving"), "{sentence}");
        assert!(
            sentence.ends_with("; gap 2.5 pp ± 0.2; best epoch 19, 97.48%"),
            "{sentence}"
        );
        assert!(improving.evidence.len() >= 4, "{:?}", improving.evidence);
    }

    #[test]
    fn are_not_changed_by_one_spike_or_one_lucky_epoch() {
        for case in expected() {
            let curve = real(case.file);
            // Not in the last epochs of a short curve: there is nothing yet to tell a spike by.
            for at in 5..curve.len() - 2 {
                let mut spiked = curve.clone();
                spiked[at].validation_loss *= 3.0;
                spiked[at].train_loss = spiked[at].train_loss * 10.0 + 0.5;
                spiked[at].validation_accuracy *= 0.8;
                spiked[at].train_accuracy *= 0.8;
                let mut lucky = curve.clone();
                lucky[at].validation_loss *= 0.8;
                for (what, curve) in [("spike", spiked), ("luck", lucky)] {
                    let name = format!("{} with a {what} at {}", case.file, at + 1);
                    let history = history(&curve, VALIDATION);
                    let story = story(&history);
                    let said = history.last().unwrap().kind;
                    // A short curve may need the epochs that the spike cost it.
                    let kinds: &[_] = match name.as_str() {
                        name if name.starts_with("linear") => &[Improving, GoodFit, Underfitting],
                        name if name.starts_with("dense") => &[Improving, Overfitting],
                        _ => case.kinds,
                    };
                    assert!(kinds.contains(&said), "{name}: {story:?}");
                    assert_steady(&name, &history);
                }
            }
        }
    }
}

mod made_curves {
    use super::*;
    use VerdictKind::*;

    fn fall(epoch: f64, over: f64) -> f64 {
        (-epoch / over).exp()
    }

    #[test]
    fn validation_that_gets_worse_overfits() {
        let curve = made(20, |t| {
            let loss = 1.3 * fall(t, 2.0) + 0.28 + 0.008 * (t - 5.0).max(0.0);
            let trained = 1.0 - 0.5 * fall(t, 1.5);
            [
                1.5 * fall(t, 2.0) + 3e-4,
                trained,
                loss,
                0.925 - 0.4 * fall(t, 2.0),
            ]
        });
        check_noisy("worse", &curve, 0.05, &[Overfitting]);
        let since = verdict(&curve, VALIDATION).since.unwrap();
        assert!((8..=12).contains(&since), "{since}");
    }

    #[test]
    fn validation_that_stands_still_while_training_goes_to_zero_overfits() {
        let curve = made(20, |t| {
            let trained = 1.0 - 0.15 * fall(t, 2.0);
            let loss = 0.3 * fall(t, 2.0) + 0.38;
            [
                0.4 * fall(t, 4.0) + 1e-3,
                trained,
                loss,
                0.89 - 0.1 * fall(t, 2.0),
            ]
        });
        check_noisy("still", &curve, 0.02, &[Overfitting]);
        let trained_out = made(25, |t| {
            let training = if t < 3.0 { 0.1 / t } else { 0.0 };
            [
                training,
                1.0,
                0.35 + 0.3 * fall(t, 1.0),
                0.9 - 0.1 * fall(t, 1.5),
            ]
        });
        check_noisy("trained out", &trained_out, 0.01, &[Overfitting]);
    }

    #[test]
    fn a_slow_drift_on_a_tiny_training_set_overfits() {
        let curve = made(30, |t| {
            let loss = 0.75 + 0.003 * t + 0.5 * fall(t, 2.0);
            let trained = 1.0 - 0.3 * fall(t, 1.2);
            [
                0.5 * fall(t, 3.0) + 5e-4 / t,
                trained,
                loss,
                0.8 - 0.2 * fall(t, 1.5),
            ]
        });
        check_noisy("drift", &curve, 0.01, &[Overfitting]);
    }

    #[test]
    fn learned_noise_overfits_though_the_gap_is_negative() {
        let curve = made(14, |t| {
            let late = (t - 5.0).max(0.0);
            let loss = 0.6 * fall(t, 1.5) + 0.38 + 0.03 * late;
            let accuracy = 0.93 - 0.08 * fall(t, 1.0) - 0.013 * late;
            [1.2 - 0.07 * t, 0.78 + 0.007 * t, loss, accuracy]
        });
        check_noisy("noise", &curve, 0.02, &[Overfitting]);
        assert!(verdict(&curve[..9], VALIDATION).gap.unwrap() < 0.0);
    }

    #[test]
    fn a_long_flat_fit_is_good() {
        for epochs in [20, 50, 100] {
            let flat = made(epochs, |_| [0.05, 0.985, 0.06, 0.981]);
            check_noisy("flat", &flat, 0.02, &[GoodFit]);
        }
        for epochs in [30, 100] {
            let curve = made(epochs, |t| {
                let fall = fall(t, 2.0);
                [
                    0.05 + 0.5 * fall,
                    0.985 - 0.1 * fall,
                    0.06 + 0.5 * fall,
                    0.981 - 0.1 * fall,
                ]
            });
            check_noisy("fit", &curve, 0.01, &[GoodFit]);
        }
        // Training still gains a little, but the gap stays small beside the errors.
        let curve = made(60, |t| {
            let start = 0.5 * fall(t, 3.0);
            let trained = 0.988 - 0.1 * fall(t, 3.0);
            let training = 0.03 + 0.03 * fall(t, 40.0) + start;
            [training, trained, 0.06 + start, 0.981 - 0.1 * fall(t, 3.0)]
        });
        check_noisy("slow training", &curve, 0.02, &[GoodFit]);
    }

    #[test]
    fn a_gap_is_small_or_large_beside_the_error_that_is_left() {
        // Training goes on falling in both, and the gap is 1.8 pp in both.
        let figures = |left: f64| {
            made(30, move |t| {
                let trained = 1.0 - left + 0.018;
                let training = 3.0 * (left - 0.018) * fall(t, 15.0) + 1e-3;
                [
                    training,
                    trained,
                    3.0 * left + 0.5 * fall(t, 1.0),
                    1.0 - left,
                ]
            })
        };
        check("1.8 beside 9", &figures(0.09), &[GoodFit]);
        check("1.8 beside 2", &figures(0.02), &[Overfitting]);
    }

    #[test]
    fn what_gets_better_improves_whatever_the_gap() {
        let gap = |pace: f64, epochs| {
            made(epochs, move |t| {
                let trained = 1.0 - 0.05 * fall(t, 12.0);
                let left = 0.06 * (-0.8 * pace * t).exp();
                [
                    0.3 * fall(t, 12.0) + 1e-3,
                    trained,
                    0.3 * (-pace * t).exp(),
                    1.0 - left,
                ]
            })
        };
        check_noisy("3% an epoch", &gap(0.03, 20), 0.05, &[Improving]);
        // Noise of a tenth may hide it for a while, but never looks like a rise.
        for seed in 0..SEEDS {
            let history = history(&noisy(&gap(0.03, 20), 0.1, seed), VALIDATION);
            assert!(!story(&history).contains(&Overfitting), "seed {seed}");
        }
        check_noisy("1.5% an epoch", &gap(0.015, 30), 0.02, &[Improving]);
        check_noisy("1% an epoch", &gap(0.01, 30), 0.01, &[Improving]);
    }

    #[test]
    fn a_slow_improvement_is_one() {
        let slow = |pace: f64, epochs| {
            made(epochs, move |t| {
                let fall = (-pace * t).exp();
                [
                    0.3 * fall,
                    1.0 - 0.08 * fall,
                    0.32 * fall,
                    1.0 - 0.085 * fall,
                ]
            })
        };
        check_noisy("1% an epoch", &slow(0.01, 60), 0.005, &[Improving]);
        check_noisy("2% an epoch", &slow(0.02, 20), 0.02, &[Improving]);
        let power = made(50, |t| {
            let root = t.sqrt();
            [0.5 / t, 1.0 - 0.1 / t, 0.5 / root, 1.0 - 0.1 / root]
        });
        check_noisy("as the root of epochs", &power, 0.03, &[Improving]);
    }

    #[test]
    fn little_learned_is_underfitting() {
        let at_rest = made(20, |t| {
            let loss = 1.15 + 0.2 * fall(t, 2.0);
            [1.1 * fall(t, 160.0), 0.64 + 0.003 * t, loss, 0.63]
        });
        check_noisy("validation at rest", &at_rest, 0.03, &[Underfitting]);
        let rising = made(20, |t| {
            let fall = fall(t, 80.0);
            [1.4 * fall, 0.5 + 0.008 * t, 1.42 * fall, 0.495 + 0.008 * t]
        });
        check_noisy("both rising", &rising, 0.03, &[Underfitting]);
        let dead = made(20, |_| [2.303, 0.11, 2.303, 0.11]);
        check_noisy("dead", &dead, 0.03, &[Underfitting]);
    }

    #[test]
    fn a_run_whose_training_collapsed_is_underfitting_and_says_what_to_try() {
        let curve = made(20, |t| {
            let fall = fall(t, 2.0);
            if t < 6.0 {
                [
                    0.5 * fall,
                    1.0 - 0.3 * fall,
                    0.1 + 0.5 * fall,
                    0.97 - 0.3 * fall,
                ]
            } else {
                [2.303, 0.11, 2.304, 0.11]
            }
        });
        let verdict = check("collapse", &curve, &[Underfitting]);
        assert!(
            verdict.sentence.contains("learning rate"),
            "{}",
            verdict.sentence
        );
    }

    #[test]
    fn a_run_that_had_settled_can_collapse_too() {
        for (name, before, story_expected) in [
            (
                "fit",
                [0.05, 0.985, 0.06, 0.981],
                [TooEarly, GoodFit, Underfitting],
            ),
            (
                "dead",
                [2.303, 0.11, 2.303, 0.11],
                [TooEarly, Underfitting, Underfitting],
            ),
        ] {
            let curve = made(30, |t| {
                if t < 16.0 {
                    before
                } else {
                    [2.31, 0.1, 2.31, 0.1]
                }
            });
            let mut expected = story_expected.to_vec();
            expected.dedup();
            assert_eq!(story(&history(&curve, VALIDATION)), expected, "{name}");
        }
        let overfitted = made(30, |t| {
            if t < 16.0 {
                let loss = 0.3 + 0.02 * (t - 5.0).max(0.0) + 0.8 * fall(t, 1.5);
                [0.5 * fall(t, 3.0), 1.0 - 0.3 * fall(t, 2.0), loss, 0.92]
            } else {
                [2.303, 0.11, 2.303, 0.11]
            }
        });
        let story = story(&history(&overfitted, VALIDATION));
        assert_eq!(story, [TooEarly, Improving, Overfitting, Underfitting]);
    }

    #[test]
    fn what_gets_worse_together_with_training_does_not_overfit() {
        let curve = made(30, |t| {
            let worse = 1.0 + 0.02 * (t - 6.0).max(0.0);
            let start = fall(t, 1.0);
            let training = 0.1 * worse + 0.5 * start;
            [training, 0.97, 0.2 * worse + 0.5 * start, 0.93]
        });
        for seed in 0..SEEDS {
            let history = history(&noisy(&curve, 0.02, seed), VALIDATION);
            assert!(!story(&history).contains(&Overfitting), "seed {seed}");
        }
    }

    #[test]
    fn too_much_confidence_alone_is_no_overfitting_of_a_simple_network() {
        // A linear network over 40 epochs: its validation loss rises by a tenth, and it errs as
        // often as at its best.
        let curve = made(40, |t| {
            let trained = 0.952 - 0.04 * fall(t, 12.0);
            let loss = 0.315 + 0.001 * t + 0.08 * fall(t, 2.0);
            [
                0.165 + 0.12 * fall(t, 10.0),
                trained,
                loss,
                0.912 - 0.02 * fall(t, 1.5),
            ]
        });
        check_noisy("linear", &curve, 0.01, &[GoodFit, Underfitting, Improving]);
    }

    #[test]
    fn a_plateau_at_the_start_is_left() {
        let curve = made(20, |t| {
            let (fast, slow) = (fall(t - 9.0, 2.0), fall(t - 9.0, 3.0));
            if t < 10.0 {
                [2.303, 0.11, 2.303, 0.11]
            } else {
                [
                    2.2 * slow,
                    1.0 - 0.85 * fast,
                    0.1 + 2.1 * slow,
                    0.97 - 0.82 * fast,
                ]
            }
        });
        let story = story(&history(&curve, VALIDATION));
        assert_eq!(story, [TooEarly, Underfitting, Improving]);
    }

    #[test]
    fn batch_norms_awful_first_epochs_are_forgotten() {
        let curve = made(16, |t| {
            if t < 3.0 {
                [9.4 / t, 0.1 * t, 9.4 / t, 0.1 * t]
            } else {
                let loss = 0.1 + 0.3 * fall(t - 2.0, 4.0);
                [
                    0.4 * fall(t - 2.0, 4.0),
                    0.99,
                    loss,
                    0.965 - 0.05 * fall(t - 2.0, 4.0),
                ]
            }
        });
        check_noisy("batch norm", &curve, 0.03, &[Improving]);
    }

    /// Overfits for 15 epochs, then the user changes something.
    fn changed(after: impl Fn(f64) -> [f64; 4]) -> Vec<CurvePoint> {
        made(28, |t| {
            if t < 16.0 {
                let loss = 0.3 + 0.012 * (t - 5.0).max(0.0) + 0.8 * fall(t, 1.5);
                [0.5 * fall(t, 3.0), 1.0 - 0.3 * fall(t, 2.0), loss, 0.92]
            } else {
                after(t - 15.0)
            }
        })
    }

    #[test]
    fn a_remedy_in_mid_run_makes_it_improve_again_and_once() {
        let remedied = changed(|t| {
            let loss = 0.2 + 0.22 * fall(t, 3.0);
            [0.03 + 0.05 * fall(t, 3.0), 0.99, loss, 0.95]
        });
        let expected = [TooEarly, Improving, Overfitting, Improving];
        for seed in 0..SEEDS {
            let curve = noisy(&remedied, 0.02, seed);
            let history = history(&curve, VALIDATION);
            assert_eq!(story(&history), expected, "seed {seed}");
            assert_eq!(history.last().unwrap().since, None, "seed {seed}");
        }
        // Not before validation is back at its minimum.
        assert_eq!(verdict(&remedied[..17], VALIDATION).kind, Overfitting);
    }

    #[test]
    fn a_remedy_that_does_not_help_changes_nothing() {
        let useless = changed(|t| [0.05, 0.985, 0.4 + 0.01 * fall(t, 3.0), 0.92]);
        let story = story(&history(&useless, VALIDATION));
        assert_eq!(story, [TooEarly, Improving, Overfitting]);
    }
}

mod edges {
    use super::*;
    use VerdictKind::*;

    #[test]
    fn too_few_epochs_say_how_many_more() {
        let curve = real("cnn-500.csv");
        for (count, words) in [
            (0, "Too early to tell: 3 more epochs are needed"),
            (
                1,
                "Too early to tell: 2 more epochs are needed; validation accuracy 63.20% ± 0.68 so far",
            ),
            (
                2,
                "Too early to tell: 1 more epoch is needed; validation accuracy 79.56% ± 0.57 so far",
            ),
        ] {
            let verdict = verdict(&curve[..count], VALIDATION);
            assert_eq!(verdict.kind, TooEarly);
            assert_eq!(verdict.sentence, words);
        }
        assert_eq!(verdict(&curve[..3], VALIDATION).kind, Improving);
        assert_eq!(verdict(&[], 0).best_epoch, None);
    }

    #[test]
    fn a_loss_that_is_not_finite_says_where_and_what_to_try() {
        let mut curve = real("cnn-500.csv");
        curve[11].validation_loss = f64::INFINITY;
        curve[12].train_loss = f64::NAN;
        let history = history(&curve, VALIDATION);
        assert!(history[10].kind != Diverged && history[11..].iter().all(|it| it.kind == Diverged));
        assert_eq!(
            history.last().unwrap().sentence,
            "Diverged at epoch 12: validation loss is infinite; try a learning rate ten times lower; best epoch 6, 91.70%"
        );
        let at_once = made(1, |_| [f64::NAN, f64::NAN, f64::NAN, f64::NAN]);
        let verdict = verdict(&at_once, VALIDATION);
        assert_eq!(
            (verdict.kind, verdict.best_epoch, verdict.gap),
            (Diverged, None, None)
        );
        assert_eq!(
            verdict.sentence,
            "Diverged at epoch 1: training loss is not a number; try a learning rate ten times lower"
        );
    }

    #[test]
    fn equal_losses_are_neither_improvement_nor_overfitting() {
        for epochs in [3, 5, 20] {
            let curve = made(epochs, |_| [0.3, 0.92, 0.3, 0.92]);
            check("equal", &curve, &[GoodFit]);
            let curve = made(epochs, |_| [0.0, 1.0, 0.0, 1.0]);
            check("perfect", &curve, &[GoodFit]);
        }
    }

    #[test]
    fn ten_validation_images_prove_little() {
        // Validation loss rises by a half: one image can do that.
        let risen = real("cnn-500.csv");
        assert_eq!(verdict(&risen, VALIDATION).kind, Overfitting);
        assert_ne!(verdict(&risen, 10).kind, Overfitting);
        assert_steady("ten images", &history(&risen, 10));
        // A tenfold rise with a third of them wrong is no single image.
        let exploded = made(20, |t| [1.0 / t, 1.0, 0.3 * 1.2_f64.powf(t), 0.6]);
        assert_eq!(verdict(&exploded, 10).kind, Overfitting);
        // A gap of one image in ten is noise, of four is not.
        let one = made(30, |t| [0.5 * (-t / 5.0).exp(), 1.0, 0.3, 0.9]);
        assert_ne!(verdict(&one, 10).kind, Overfitting);
        let four = made(30, |t| [0.5 * (-t / 5.0).exp(), 1.0, 1.3, 0.6]);
        assert_eq!(verdict(&four, 10).kind, Overfitting);
    }

    #[test]
    fn an_unknown_validation_size_leaves_the_standard_error_out() {
        let verdict = verdict(&real("cnn-500.csv"), 0);
        assert_eq!(verdict.kind, Overfitting);
        assert!(
            verdict.sentence.contains("gap 7.4 pp; best"),
            "{}",
            verdict.sentence
        );
    }

    #[test]
    fn accuracies_that_are_not_finite_are_left_out() {
        let mut curve = real("cnn-500.csv");
        curve
            .iter_mut()
            .for_each(|point| point.train_accuracy = f64::NAN);
        let verdict = verdict(&curve, VALIDATION);
        assert_eq!(verdict.gap, None);
        assert!(!verdict.sentence.contains("gap"), "{}", verdict.sentence);
        assert!(!verdict.sentence.contains("NaN"), "{}", verdict.sentence);
    }
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..3.0,
        2 => 0.0..=1.0,
        1 => proptest::num::f64::ANY,
    ]
}

fn any_curve() -> impl Strategy<Value = Vec<CurvePoint>> {
    let point = (
        any::<usize>(),
        [any_number(), any_number(), any_number(), any_number()],
    );
    let curve = proptest::collection::vec(point, 0..60);
    (curve, any::<bool>()).prop_map(|(curve, finite)| {
        let points = curve.into_iter().map(|(epoch, figures)| {
            let number = |i: usize| {
                if finite && !figures[i].is_finite() {
                    1e300
                } else {
                    figures[i]
                }
            };
            CurvePoint {
                epoch,
                train_loss: number(0),
                train_accuracy: number(1),
                validation_loss: number(2),
                validation_accuracy: number(3),
            }
        });
        points.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_input_has_a_verdict_in_words(curve in any_curve(), size in any::<usize>()) {
        let verdict = verdict(&curve, size);
        let text = verdict.evidence.join(" ") + &verdict.sentence;
        prop_assert!(!text.contains("NaN"), "{}", text);
        if verdict.kind != VerdictKind::Diverged {
            prop_assert!(!text.contains("inf"), "{}", text);
            prop_assert!(!verdict.sentence.contains('\n') && !verdict.sentence.is_empty());
        }
        prop_assert_eq!(verdict.since.is_some(), verdict.kind == VerdictKind::Overfitting);
        let finite = curve.iter().all(|it| it.train_loss.is_finite() && it.validation_loss.is_finite());
        prop_assert_eq!(verdict.kind == VerdictKind::Diverged, !finite);
        prop_assert!(serde_json::to_string(&verdict).is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", head in 0..3usize) {
        let head = ["", "epoch,loss,acc,val_loss,val_acc\n", "{\"epoch\":1,"][head];
        if let Err(err) = parse_curve(&format!("{head}{text}"), Path::new("a.csv")) {
            prop_assert!(err.to_string().ends_with(": a.csv"), "{}", err);
        }
    }

    #[test]
    fn what_is_written_is_read_back(curve in proptest::collection::vec([0.0..3.0, 0.0..1.0, 0.0..3.0, 0.0..1.0], 1..20)) {
        let curve = made(curve.len(), |epoch| curve[epoch as usize - 1]);
        let mut csv = "epoch;acc;loss;lr;val_acc;val_loss\r\n".to_owned();
        let mut json = String::new();
        for it in &curve {
            let CurvePoint { epoch, train_loss, train_accuracy, validation_loss, validation_accuracy } = it;
            csv += &format!("{};{train_accuracy};{train_loss};0.001;{validation_accuracy};{validation_loss}\r\n", epoch - 1);
            json += &format!("{{\"epoch\":{epoch},\"step\":7,\"train_loss\":{train_loss},\"train_accuracy\":{train_accuracy},\"validation_loss\":{validation_loss},\"validation_accuracy\":{validation_accuracy}}}\n");
        }
        let path = Path::new("a");
        prop_assert_eq!(&parse_curve(&csv, path).unwrap(), &curve);
        prop_assert_eq!(&parse_curve(&json, path).unwrap(), &curve);
        // A torn last line costs one epoch.
        let torn = parse_curve(&json[..json.len() - 9], path);
        match torn {
            Ok(points) => prop_assert_eq!(&points[..], &curve[..curve.len() - 1]),
            Err(err) => prop_assert!(curve.len() == 1, "{}", err),
        }
    }
}

mod files {
    use super::*;

    fn parse(text: &str) -> Vec<CurvePoint> {
        parse_curve(text, Path::new("a.csv")).unwrap()
    }

    fn refused(text: &str) -> String {
        parse_curve(text, Path::new("some/a.csv"))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_keras_log_is_read_whatever_its_order_and_names() {
        for header in [
            "epoch,accuracy,learning_rate,loss,val_accuracy,val_loss",
            "epoch;acc;lr;loss;val_acc;val_loss",
            "epoch\tsparse_categorical_accuracy\tlr\tloss\tval_sparse_categorical_accuracy\tval_loss",
            "\u{feff}\"epoch\",\"categorical_accuracy\",\"lr\",\"loss\",\"val_categorical_accuracy\",\"val_loss\"",
        ] {
            let separator = header.chars().find(|it| ",;\t".contains(*it)).unwrap();
            let rows = "0,0.5,0.001,1.5,0.4,1.6\r\n\r\n1,0.6,0.001,nan,0.5,inf\r\n"
                .replace(',', &separator.to_string());
            let points = parse(&format!("{header}\r\n{rows}"));
            assert_eq!(points.len(), 2, "{header}");
            let expected = CurvePoint {
                epoch: 1,
                train_loss: 1.5,
                train_accuracy: 0.5,
                validation_loss: 1.6,
                validation_accuracy: 0.4,
            };
            assert_eq!(points[0], expected, "{header}");
            assert_eq!(points[1].epoch, 2, "{header}");
            assert!(points[1].train_loss.is_nan(), "{header}");
            assert_eq!(points[1].validation_loss, f64::INFINITY, "{header}");
        }
    }

    const LINE: &str = r#"{"epoch":1,"train_loss":null,"train_accuracy":0.5,"validation_loss":1,"validation_accuracy":0.4,"seconds":2.5}"#;

    #[test]
    fn json_lines_are_read() {
        let next = LINE.replace(":1,", ":2,");
        let points = parse(&format!("{LINE}\r\n\r\n{next}"));
        assert_eq!(points.len(), 2);
        assert!(points[0].train_loss.is_nan());
        assert_eq!(points[1].epoch, 2);
        // A whole last line needs no newline, a torn one is dropped, a torn one within is not.
        assert_eq!(parse(&format!("{LINE}\n{}", &next[..50])).len(), 1);
        let message = refused(&format!("{LINE}\n{}\n", &next[..50]));
        assert!(
            message.starts_with("line 2: EOF while parsing"),
            "{message}"
        );
        let message = refused(&format!("{}\n{LINE}", &next[..50]));
        assert!(
            message.starts_with("line 1: EOF while parsing"),
            "{message}"
        );
        assert!(refused(&next[..50]).starts_with("found no epoch"));
    }

    #[test]
    fn other_events_of_train_json_are_passed_over() {
        let started = r#"{"event":"started","parameters":5}"#;
        let epoch = LINE.replacen('{', r#"{"event":"epoch","#, 1);
        assert_eq!(parse(&format!("{started}\n{epoch}\n")).len(), 1);
    }

    #[test]
    fn with_label_noise_the_images_with_right_labels_count() {
        let part = r#","clean":{"loss":0.25,"accuracy":0.9,"count":COUNT}}"#;
        let line = |count: &str| LINE.replacen('}', &part.replace("COUNT", count), 1);
        let point = parse(&line("80"))[0];
        assert_eq!((point.train_loss, point.train_accuracy), (0.25, 0.9));
        assert_eq!(parse(&line("0"))[0].train_accuracy, 0.5);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_the_mend() {
        let header = "epoch,loss,accuracy,val_loss,val_accuracy\n";
        for (text, parts) in [
            (String::new(), vec!["found no epoch", "header"]),
            ("\n \n".into(), vec!["found no epoch"]),
            (header.into(), vec!["found no epoch"]),
            (
                "\nepoch,loss,foo\n1,2,3\n".into(),
                vec![
                    "line 2:",
                    "found the columns epoch, loss, foo",
                    "train_accuracy or accuracy or acc",
                ],
            ),
            (
                "epoch,loss,accuracy\n1,2,0.5\n".into(),
                vec!["validation_loss or val_loss", "add it"],
            ),
            (
                format!("{header}1,1,0.5,1,0.5\n\n2,x,0.5,1,0.5\n"),
                vec!["line 4, column loss: found x, expected a number"],
            ),
            (
                format!("{header}1,1,0.5,,0.5\n"),
                vec!["line 2, column val_loss: found nothing", "every epoch"],
            ),
            (
                format!("{header}1,1,0.5,NA,NA\n"),
                vec!["column val_loss: found NA", "every epoch"],
            ),
            (
                format!("{header}1,1,92.5,1,0.5\n"),
                vec!["column accuracy: found 92.5", "divide percentages by 100"],
            ),
            (
                format!("{header}1,-3,0.5,1,0.5\n"),
                vec!["column loss: found -3, expected 0 or more"],
            ),
            (
                format!("{header}1.5,1,0.5,1,0.5\n"),
                vec!["column epoch: found 1.5, expected a whole number"],
            ),
            (
                format!("{header}-1,1,0.5,1,0.5\n"),
                vec!["column epoch: found -1"],
            ),
            (
                format!("{header}1,1,0.5,1\n"),
                vec!["line 2: found 4 values, expected 5"],
            ),
            (
                format!("{header}4,1,0.5,1,0.5\n5,1,0.5,1,0.5\n5,1,0.5,1,0.5\n"),
                vec!["line 4, column epoch: found 5 after 5", "one run"],
            ),
            (
                format!("{LINE}\n{LINE}\n"),
                vec!["line 2, column epoch: found 1 after 1"],
            ),
            (
                LINE.replace("validation_loss", "val"),
                vec!["line 1:", "one named validation_loss", "seconds"],
            ),
            (
                LINE.replace("0.4", "\"0.4\""),
                vec!["line 1, column validation_accuracy: found \"0.4\""],
            ),
            (
                LINE.replace("0.4", "40"),
                vec![
                    "line 1, column validation_accuracy: found 40",
                    "divide percentages by 100",
                ],
            ),
            ("{\n".into(), vec!["line 1:", "JSON object"]),
        ] {
            let message = refused(&text);
            for part in parts {
                assert!(message.contains(part), "{part:?} is missing: {message}");
            }
            assert!(message.ends_with(": some/a.csv"), "{message}");
            let first = message.chars().next().unwrap();
            assert!(first.is_lowercase(), "{message}");
        }
    }

    #[test]
    fn files_that_are_no_curves_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.csv");
        let message = read_curve(&missing).unwrap_err().to_string();
        assert!(message.contains("can't read the curves"), "{message}");
        assert!(message.ends_with("none.csv"), "{message}");
        assert!(read_curve(folder.path()).is_err());

        let binary = folder.path().join("a.png");
        std::fs::write(&binary, b"epoch\n\xff\xfe\n").unwrap();
        let message = read_curve(&binary).unwrap_err().to_string();
        assert!(
            message.starts_with("line 2: found bytes that are no UTF-8"),
            "{message}"
        );

        let large = folder.path().join("large.csv");
        let file = std::fs::File::create(&large).unwrap();
        file.set_len(64 * 1024 * 1024 + 1).unwrap();
        let message = read_curve(&large).unwrap_err().to_string();
        assert!(message.contains("more than 67108864 bytes"), "{message}");
        assert!(message.ends_with("large.csv"), "{message}");
    }
}
