//! The verdict on curves at the edge of sense, and on any numbers.

use super::*;
use VerdictKind::*;
use proptest::prelude::*;
use std::path::Path;

#[test]
fn too_few_epochs_say_how_many_more() {
    let curve = real("cnn-500.csv");
    for (count, words) in [
        (0, "Too early to tell. A verdict needs 3 more epochs."),
        (
            1,
            "Too early to tell. A verdict needs 2 more epochs. Validation accuracy is 63.20% ± 0.68 so far.",
        ),
        (
            2,
            "Too early to tell. A verdict needs 1 more epoch. Validation accuracy is 79.56% ± 0.57 so far.",
        ),
    ] {
        let verdict = verdict(&curve[..count], VALIDATION);
        assert_eq!(verdict.kind, TooEarly);
        assert_eq!(verdict.sentence, words);
    }
    assert_eq!(verdict(&curve[..5], VALIDATION).kind, Improving);
    assert_eq!(verdict(&[], 0).best_epoch, None);
}

#[test]
fn a_loss_that_is_not_finite_says_where_and_what_to_try() {
    let mut curve = real("cnn-500.csv");
    curve[11].validation_loss = Some(f64::INFINITY);
    curve[12].train_loss = Some(f64::NAN);
    let history = history(&curve, VALIDATION);
    assert!(history[10].kind != Diverged && history[11..].iter().all(|it| it.kind == Diverged));
    assert_eq!(
        history.last().unwrap().sentence,
        "Diverged at epoch 12. The validation loss is infinite: the steps were too large. The best epoch was 6, with 91.70%."
    );
    let at_once = made(1, |_| [f64::NAN, f64::NAN, f64::NAN, f64::NAN]);
    let verdict = verdict(&at_once, VALIDATION);
    assert_eq!(
        (verdict.kind, verdict.best_epoch, verdict.gap),
        (Diverged, None, None)
    );
    assert_eq!(
        verdict.sentence,
        "Diverged at epoch 1. The training loss is no number any more: the steps were too large."
    );
}

#[test]
fn equal_losses_are_neither_improvement_nor_overfitting() {
    for (epochs, kind) in [(3, TooEarly), (5, GoodFit), (20, GoodFit)] {
        let curve = made(epochs, |_| [0.3, 0.97, 0.3, 0.96]);
        check("equal", &curve, &[kind]);
        let with_a_gap = made(epochs, |_| [0.3, 0.97, 0.3, 0.92]);
        let expected = if kind == GoodFit { Plateau } else { kind };
        check("equal with a gap", &with_a_gap, &[expected]);
        let curve = made(epochs, |_| [0.0, 1.0, 0.0, 1.0]);
        check("perfect", &curve, &[kind]);
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
    // A gap of one image in ten is noise, and a gap of four in ten isn't.
    let one = made(30, |t| [0.5 * (-t / 5.0).exp(), 1.0, 0.3, 0.9]);
    assert_ne!(verdict(&one, 10).kind, Overfitting);
    let four = made(30, |t| [0.5 * (-t / 5.0).exp(), 1.0, 1.3, 0.6]);
    assert_eq!(verdict(&four, 10).kind, Overfitting);
}

#[test]
fn an_unknown_validation_size_leaves_the_standard_error_out() {
    let verdict = verdict(&real("cnn-500.csv"), 0);
    assert_eq!(verdict.kind, Overfitting);
    let gap = verdict.evidence.iter().find(|line| line.starts_with("Gap"));
    assert_eq!(gap.unwrap(), "Gap between them: 7.4 percentage points.");
}

#[test]
fn accuracies_that_are_not_finite_are_left_out() {
    let mut curve = real("cnn-500.csv");
    curve
        .iter_mut()
        .for_each(|point| point.train_accuracy = None);
    let verdict = verdict(&curve, VALIDATION);
    assert_eq!(verdict.gap, None);
    assert!(!verdict.sentence.contains("gap"), "{}", verdict.sentence);
    assert!(!verdict.sentence.contains("NaN"), "{}", verdict.sentence);
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
            CurvePoint::measured(epoch, [number(0), number(1), number(2), number(3)])
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
        let finite = curve.iter().all(|it| figures_of(it)[0].is_finite() && figures_of(it)[2].is_finite());
        prop_assert_eq!(verdict.kind == VerdictKind::Diverged, !finite);
        prop_assert!(serde_json::to_string(&verdict).is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}", head in 0..3usize) {
        let head = ["", "epoch,loss,acc,val_loss,val_acc\n", "{\"epoch\":1,"][head];
        if let Err(err) = parse_curves(format!("{head}{text}").as_bytes(), Path::new("a.csv")) {
            prop_assert!(err.to_string().ends_with(": a.csv"), "{}", err);
        }
    }

    #[test]
    fn what_is_written_is_read_back(curve in proptest::collection::vec([0.0..3.0, 0.0..1.0, 0.0..3.0, 0.0..1.0], 1..20)) {
        let curve = made(curve.len(), |epoch| curve[epoch as usize - 1]);
        let mut csv = "epoch;acc;loss;lr;val_acc;val_loss\r\n".to_owned();
        let mut json = String::new();
        for it in &curve {
            let epoch = it.epoch;
            let [train_loss, train_accuracy, validation_loss, validation_accuracy] = figures_of(it);
            csv += &format!("{};{train_accuracy};{train_loss};0.001;{validation_accuracy};{validation_loss}\r\n", epoch - 1);
            json += &format!("{{\"epoch\":{epoch},\"step\":7,\"train_loss\":{train_loss},\"train_accuracy\":{train_accuracy},\"validation_loss\":{validation_loss},\"validation_accuracy\":{validation_accuracy}}}\n");
        }
        let path = Path::new("a");
        let points = |text: &str| parse_curves(text.as_bytes(), path).map(|mut file| file.runs.remove(0).points);
        prop_assert_eq!(&points(&csv).unwrap(), &curve);
        prop_assert_eq!(&points(&json).unwrap(), &curve);
        // A torn last line costs one epoch.
        match points(&json[..json.len() - 9]) {
            Ok(points) => prop_assert_eq!(&points[..], &curve[..curve.len() - 1]),
            Err(err) => prop_assert!(curve.len() == 1, "{}", err),
        }
    }
}
