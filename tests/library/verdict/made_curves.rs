//! The verdict on made curves of each kind, with noise.

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
    check_noisy("still", &curve, 0.01, &[Overfitting]);
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
        check_noisy("flat", &flat, 0.01, &[GoodFit]);
        // More noise may hide it, but never looks like anything else.
        check_noisy("noisy", &flat, 0.02, &[GoodFit, Unclear]);
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
    check_noisy("slow training", &curve, 0.01, &[GoodFit]);
}

#[test]
fn a_gap_is_small_or_large_beside_the_error_that_is_left() {
    // Training goes on falling in both, and the gap is 1.8 points in both.
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
    // Seven in a hundred training images are wrong, which is little fewer than in validation.
    check("1.8 beside 9", &figures(0.09), &[Underfitting]);
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
    check_noisy("3% an epoch", &gap(0.03, 20), 0.01, &[Improving]);
    check_noisy("5% an epoch", &gap(0.05, 20), 0.03, &[Improving]);
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
    // One percent an epoch is too little to wait for, and what isn't learned so far is much.
    check_noisy("1% an epoch", &slow(0.01, 60), 0.005, &[Underfitting]);
    check_noisy("2.5% an epoch", &slow(0.025, 20), 0.005, &[Improving]);
    let power = made(50, |t| {
        let root = t.sqrt();
        [0.5 / t, 1.0 - 0.1 / t, 0.5 / root, 1.0 - 0.1 / root]
    });
    check_noisy(
        "as the root of epochs",
        &power,
        0.01,
        &[Improving, Overfitting, GoodFit],
    );
}

#[test]
fn little_learned_is_underfitting() {
    let at_rest = made(20, |t| {
        let loss = 1.15 + 0.2 * fall(t, 2.0);
        [1.1 * fall(t, 160.0), 0.64 + 0.003 * t, loss, 0.63]
    });
    check_noisy("validation at rest", &at_rest, 0.01, &[Underfitting]);
    let rising = made(20, |t| {
        let fall = fall(t, 80.0);
        [1.4 * fall, 0.5 + 0.008 * t, 1.42 * fall, 0.495 + 0.008 * t]
    });
    check_noisy("both rising", &rising, 0.005, &[Underfitting]);
    let dead = made(20, |_| [2.303, 0.11, 2.303, 0.11]);
    check_noisy("dead", &dead, 0.01, &[Underfitting]);
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
        verdict.sentence.contains("steps are too large"),
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
        assert_eq!(decided(&history(&curve, VALIDATION)), expected, "{name}");
    }
    let overfitted = made(30, |t| {
        if t < 16.0 {
            let loss = 0.3 + 0.02 * (t - 5.0).max(0.0) + 0.8 * fall(t, 1.5);
            [0.5 * fall(t, 3.0), 1.0 - 0.3 * fall(t, 2.0), loss, 0.92]
        } else {
            [2.303, 0.11, 2.303, 0.11]
        }
    });
    let story = decided(&history(&overfitted, VALIDATION));
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
    let looks = (0..SEEDS).filter(|seed| {
        let history = history(&noisy(&curve, 0.02, *seed), VALIDATION);
        story(&history).contains(&Overfitting)
    });
    assert!(looks.count() <= SEEDS as usize / 20);
}

#[test]
fn too_much_confidence_alone_is_no_overfitting_of_a_simple_network() {
    // A linear network over 40 epochs: its validation loss rises by a tenth, and it errs as
    // often as at its best.
    let curve = made(40, |t| {
        let trained = 0.942 - 0.04 * fall(t, 12.0);
        let loss = 0.315 + 0.001 * t + 0.08 * fall(t, 2.0);
        [
            0.165 + 0.12 * fall(t, 10.0),
            trained,
            loss,
            0.912 - 0.02 * fall(t, 1.5),
        ]
    });
    check_noisy("linear", &curve, 0.005, &[GoodFit, Underfitting, Improving]);
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

/// A curve that overfits for 15 epochs, after which the user changes something.
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
        assert_eq!(decided(&history)[..4], expected, "seed {seed}");
        assert_eq!(history.last().unwrap().since, None, "seed {seed}");
    }
    // Overfitting isn't over before validation loss is back at its minimum.
    assert_eq!(verdict(&remedied[..17], VALIDATION).kind, Overfitting);
}

#[test]
fn a_remedy_that_does_not_help_changes_nothing() {
    let useless = changed(|t| [0.05, 0.985, 0.4 + 0.01 * fall(t, 3.0), 0.92]);
    let story = decided(&history(&useless, VALIDATION));
    assert_eq!(story, [TooEarly, Improving, Overfitting]);
}
