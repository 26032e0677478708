//! The verdict on curves that were really trained.

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
        case("default-1000.csv", &[Improving, Unclear], &[], 0.01),
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
        // Noise may leave it in doubt, but never says another thing.
        let mut kinds = [case.kinds, &[Unclear]].concat();
        if case.file.starts_with("dense") {
            kinds.extend([GoodFit, Plateau]);
        }
        check_noisy(case.file, &real(case.file), case.noise, &kinds);
    }
}

#[test]
fn too_simple_a_network_never_overfits_under_noise() {
    let curve = real("linear-20000.csv");
    for noise in [0.005, 0.02] {
        check_noisy(
            "linear",
            &curve,
            noise,
            &[Improving, GoodFit, Underfitting, Unclear],
        );
    }
}

#[test]
fn of_other_sizes_and_seeds_have_theirs_and_never_flicker() {
    for (name, kinds) in [
        ("cnn-100", vec![Overfitting]),
        ("cnn-1000", vec![Overfitting]),
        ("cnn-500-then-5000", vec![Improving, Unclear]),
        ("cnn-2000-noise20-seed2", vec![Overfitting]),
        ("cnn-augmented-1000", vec![Improving, Unclear]),
        (
            "cnn-augmented-batch-norm-1000",
            vec![Improving, Overfitting],
        ),
        ("default-1000-seed2", vec![Improving, Unclear]),
        ("default-2000-noise20", vec![Overfitting]),
        ("dense-5000", vec![Overfitting]),
        ("linear-1000", vec![Overfitting]),
        ("linear-20000-long", vec![Underfitting, GoodFit]),
        ("memorize-1000", vec![Overfitting]),
    ] {
        check(name, &real(&format!("more/{name}.csv")), &kinds);
    }
    // The loss of this run jumps by a third, so that it changes its mind more often.
    let jumping = verdict(&real("more/default-500.csv"), VALIDATION);
    assert!([Improving, Unclear, Overfitting].contains(&jumping.kind));
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
    assert_eq!(worse.what, "Overfitting since epoch 7.");
    assert_eq!(
        worse.how,
        "Validation loss rose from 0.3077 to 0.4373 while training went on to 100%. Accuracy still creeps up, from 91.70% at epoch 6 to 92.58%, but wrong answers become surer."
    );
    assert_eq!(worse.sentence, format!("{} {}", worse.what, worse.how));
    assert_eq!((worse.best_epoch, worse.gap), (Some(6), Some(7.42)));
    let still = verdict(&real("dense-1000.csv"), VALIDATION).sentence;
    assert!(still.contains("stands still"), "{still}");
    assert!(still.contains("training loss fell"), "{still}");
    let improving = verdict(&real("default-1000.csv")[..10], VALIDATION);
    let sentence = &improving.sentence;
    assert!(
        sentence.starts_with("Learning, but the loss jumps."),
        "{sentence}"
    );
    assert!(improving.evidence.len() >= 4, "{:?}", improving.evidence);
}

#[test]
fn are_not_changed_by_one_spike_or_one_lucky_epoch() {
    for case in expected() {
        let curve = real(case.file);
        // In the last epochs of a short curve there is nothing yet to tell a spike by.
        for at in 5..curve.len() - 2 {
            let mut spiked = curve.clone();
            let [train_loss, train_accuracy, loss, accuracy] = figures_of(&spiked[at]);
            spiked[at] = CurvePoint::measured(
                spiked[at].epoch,
                [
                    train_loss * 10.0 + 0.5,
                    train_accuracy * 0.8,
                    loss * 3.0,
                    accuracy * 0.8,
                ],
            );
            let mut lucky = curve.clone();
            lucky[at].validation_loss = lucky[at].validation_loss.map(|loss| 0.8 * loss);
            for (what, curve) in [("spike", spiked), ("luck", lucky)] {
                let name = format!("{} with a {what} at {}", case.file, at + 1);
                let history = history(&curve, VALIDATION);
                let story = story(&history);
                let said = history.last().unwrap().kind;
                // A short curve may need as many more epochs as the spike cost it.
                // Where the loss jumps by a seventh anyway, luck may look like the turn.
                let kinds: &[_] = match name.as_str() {
                    name if name.starts_with("default") && what == "luck" => {
                        &[Improving, Overfitting]
                    }
                    name if name.starts_with("linear") => {
                        &[Improving, GoodFit, Underfitting, Unclear]
                    }
                    name if name.starts_with("dense") => {
                        &[Improving, Overfitting, Unclear, GoodFit, Plateau]
                    }
                    _ => case.kinds,
                };
                assert!(
                    kinds.contains(&said) || said == Unclear,
                    "{name}: {story:?}"
                );
                assert_steady(&name, &history);
            }
        }
    }
}
