//! Tests of the verdict as a whole.

use super::*;

fn point(epoch: usize, validation_loss: f64) -> CurvePoint {
    CurvePoint::measured(epoch, [0.5, 0.9, validation_loss, 0.85])
}

#[test]
fn where_all_is_right_a_fall_of_next_to_nothing_is_no_news() {
    let points: Vec<CurvePoint> = (1..=14)
        .map(|epoch| {
            let loss = 10f64.powi(-epoch);
            CurvePoint::measured(epoch as usize, [loss, 1.0, 2.0 * loss, 1.0])
        })
        .collect();
    let said = verdict(&points, 100);
    assert_eq!(said.kind, VerdictKind::GoodFit);
    assert!(
        said.how.contains("nothing is left to learn"),
        "{}",
        said.how
    );
    // One wrong image is left to learn.
    let mut points = points;
    for point in &mut points {
        point.validation_accuracy = Some(0.99);
    }
    assert_eq!(verdict(&points, 100).kind, VerdictKind::Improving);
}

#[test]
fn a_loss_that_explodes_is_not_called_improving() {
    let mut points: Vec<CurvePoint> = (1..=8)
        .map(|epoch| {
            let loss = 1.0 / epoch as f64;
            CurvePoint::measured(epoch, [0.9 * loss, 0.9, loss, 0.9])
        })
        .collect();
    assert_eq!(verdict(&points, 5_000).kind, VerdictKind::Improving);
    for epoch in 9..=10 {
        points.push(CurvePoint::measured(epoch, [1.4, 0.5, 1.5, 0.5]));
    }
    assert_eq!(verdict(&points, 5_000).kind, VerdictKind::Unclear);
}

#[test]
fn the_standard_error_is_the_binomial_one() {
    assert!((standard_error(0.95, 5000) - 0.003_082_2).abs() < 1e-7);
    // Ten of ten right leave a doubt: as if 12 of 14 were.
    assert!((standard_error(1.0, 10) - 0.093_520).abs() < 1e-5);
    assert!(standard_error(0.5, 0).is_nan());
    assert!(standard_error(f64::NAN, 10).is_nan());
}

#[test]
fn the_best_epoch_is_the_first_of_the_lowest() {
    let curve = [(3, 0.4), (4, f64::NAN), (5, 0.3), (6, 0.3), (7, 0.5)];
    let curve = curve.map(|(epoch, loss)| point(epoch, loss));
    assert_eq!(best_epoch(&curve), Some(5));
    assert_eq!(best_epoch(&curve[1..2]), None);
    assert_eq!(best_epoch(&[]), None);
}

#[test]
fn a_run_judged_as_it_trains_has_the_verdict_of_its_whole_curve() {
    let mut judging = Judging::new(5000);
    let mut curve = Vec::new();
    for epoch in 1..=80 {
        let falling = 2.0 / f64::from(epoch);
        let mut next = point(epoch as usize, 0.3 + falling + 0.01 * f64::from(epoch));
        next.train_loss = Some(falling);
        next.train_accuracy = Some(1.0 - falling / 4.0);
        if epoch == 7 {
            next.validation_accuracy = None;
        }
        if epoch > 70 {
            next.train_loss = Some(f64::INFINITY);
        }
        curve.push(next);
        judging.push(&next);
        assert_eq!(judging.verdict(), verdict(&curve, 5000), "{epoch}");
    }
}

#[test]
fn json_has_the_names_of_the_command_line() {
    let verdict = verdict(&[point(1, 0.4)], 5000);
    let json = serde_json::to_value(&verdict).unwrap();
    let object = json.as_object().unwrap();
    let names: Vec<&str> = object.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "best_epoch",
            "evidence",
            "gap",
            "how",
            "kind",
            "sentence",
            "since",
            "what"
        ]
    );
    assert_eq!(json["kind"], "too-early");
    assert_eq!(json["gap"], 0.05);
    assert_eq!(json["best_epoch"], 1);
    for kind in VerdictKind::ALL {
        let name = serde_json::to_value(kind).unwrap();
        assert_eq!(name, kind.name());
    }
}

/// A run of 500 images that learned them by heart in 15 epochs, and had augmentation from the sixteenth: training
/// loss, training accuracy, validation loss and validation accuracy of 5,000 images.
const MENDED: [[f64; 4]; 40] = [
    [0.8706, 0.814, 0.9425, 0.7802],
    [0.4779, 0.832, 0.5961, 0.7986],
    [0.3195, 0.890, 0.5205, 0.8404],
    [0.1889, 0.942, 0.3243, 0.9034],
    [0.1121, 0.978, 0.3115, 0.9112],
    [0.0983, 0.968, 0.4050, 0.8950],
    [0.0496, 0.986, 0.2946, 0.9268],
    [0.0199, 0.996, 0.2790, 0.9288],
    [0.0099, 1.000, 0.2928, 0.9334],
    [0.0064, 1.000, 0.3169, 0.9318],
    [0.0035, 1.000, 0.3402, 0.9300],
    [0.0019, 1.000, 0.3468, 0.9328],
    [0.0011, 1.000, 0.3492, 0.9328],
    [0.0007, 1.000, 0.3552, 0.9326],
    [0.0006, 1.000, 0.3644, 0.9324],
    [0.0685, 0.990, 0.2629, 0.9216],
    [0.1306, 0.982, 0.2527, 0.9380],
    [0.0705, 0.984, 0.2159, 0.9388],
    [0.0536, 0.984, 0.2503, 0.9382],
    [0.0543, 0.984, 0.2140, 0.9422],
    [0.0537, 0.992, 0.2235, 0.9400],
    [0.0415, 0.992, 0.1781, 0.9508],
    [0.0246, 0.996, 0.1861, 0.9524],
    [0.0184, 0.992, 0.1962, 0.9516],
    [0.0100, 0.998, 0.2165, 0.9536],
    [0.0153, 0.994, 0.1772, 0.9586],
    [0.0297, 0.988, 0.2148, 0.9458],
    [0.0133, 0.996, 0.1718, 0.9566],
    [0.0148, 0.992, 0.1565, 0.9616],
    [0.0069, 1.000, 0.1744, 0.9598],
    [0.0085, 1.000, 0.1966, 0.9560],
    [0.0083, 0.996, 0.1642, 0.9606],
    [0.0075, 1.000, 0.2026, 0.9544],
    [0.0088, 0.998, 0.1837, 0.9586],
    [0.0081, 0.998, 0.2080, 0.9514],
    [0.0146, 0.998, 0.2212, 0.9488],
    [0.0061, 1.000, 0.1870, 0.9528],
    [0.0187, 0.994, 0.2059, 0.9462],
    [0.0063, 0.998, 0.1538, 0.9598],
    [0.0065, 0.998, 0.1853, 0.9612],
];

/// What is said of this run after so many epochs.
fn mended_after(epochs: usize) -> Verdict {
    let mut judging = Judging::new(5000);
    for (place, figures) in MENDED.iter().take(epochs).enumerate() {
        if place == 15 {
            judging.begin_anew();
        }
        judging.push(&CurvePoint::measured(place + 1, *figures));
    }
    judging.verdict()
}

#[test]
fn a_change_that_ends_overfitting_is_told_to_have_helped() {
    assert_eq!(mended_after(15).kind, VerdictKind::Overfitting);
    for epochs in 18..=28 {
        let said = mended_after(epochs);
        assert!(
            matches!(said.kind, VerdictKind::Mended | VerdictKind::Improving),
            "after {epochs}: {}",
            said.sentence
        );
        assert!(
            said.what
                .starts_with("No longer overfitting since epoch 16"),
            "{}",
            said.sentence
        );
    }
    let said = mended_after(28);
    assert_eq!(said.kind, VerdictKind::Mended, "{}", said.sentence);
    assert_eq!(said.what, "No longer overfitting since epoch 16.");
    assert!(
        said.how.contains("before the change it was 0.3552"),
        "{}",
        said.how
    );
}

#[test]
fn nothing_is_said_to_have_risen_since_an_epoch_before_the_best() {
    for epochs in 3..=40 {
        let said = mended_after(epochs);
        let (Some(since), Some(best)) = (said.since, said.best_epoch) else {
            continue;
        };
        assert!(
            best < since || !said.how.contains("loss rose"),
            "after {epochs}: {}",
            said.sentence
        );
    }
}

#[test]
fn a_network_that_learns_random_labels_by_heart_is_not_too_simple() {
    let curve = (1..=30).map(|epoch| {
        let done = f64::from(epoch) / 30.0;
        let loss = 2.302 - 0.4 * done;
        let validation_loss = 2.31 + 0.3 * done;
        let accuracy = 0.11 + 0.2 * done;
        CurvePoint::measured(epoch as usize, [loss, accuracy, validation_loss, 0.1])
    });
    let said = verdict(&curve.collect::<Vec<_>>(), 5000);
    assert_eq!(said.kind, VerdictKind::Overfitting, "{}", said.sentence);
}

#[test]
fn a_rise_that_was_a_jump_is_taken_back_once_the_loss_lies_well_below_it() {
    let losses = [
        1.016, 0.72, 0.494, 0.428, 0.353, 0.323, 0.296, 0.357, 0.352, 0.352, 0.372, 0.352, 0.341,
        0.293, 0.3, 0.282, 0.285, 0.269, 0.258, 0.257,
    ];
    let curve: Vec<CurvePoint> = losses
        .iter()
        .zip(0..)
        .map(|(loss, epochs)| {
            let train_loss = 0.9 * 0.6_f64.powi(epochs);
            let accuracy = 1.0 - train_loss / 4.0;
            let epoch = epochs as usize + 1;
            CurvePoint::measured(epoch, [train_loss, accuracy, *loss, 1.0 - loss / 4.0])
        })
        .collect();
    let after = |epochs: usize| verdict(&curve[..epochs], 5000);
    assert_eq!(after(12).kind, VerdictKind::Overfitting);
    for epochs in 17..=20 {
        let said = after(epochs);
        assert_eq!(
            said.kind,
            VerdictKind::Improving,
            "{epochs}: {}",
            said.sentence
        );
    }
}

/// A curve from each epoch's training loss and accuracy, validation loss and accuracy.
fn curve(figures: impl IntoIterator<Item = [f64; 4]>) -> Vec<CurvePoint> {
    let points = (1..).zip(figures);
    points
        .map(|(epoch, figures)| CurvePoint::measured(epoch, figures))
        .collect()
}

#[test]
fn a_loss_that_stands_still_with_a_gap_is_no_good_fit() {
    let with_gap = curve((0..20).map(|epoch| {
        let falls = 0.8_f64.powi(epoch);
        [
            0.10 + 0.1 * falls,
            0.97 - 0.2 * falls,
            1.40 + 0.5 * falls * falls,
            0.60,
        ]
    }));
    let said = verdict(&with_gap, 5_000);
    assert_eq!(said.kind, VerdictKind::Plateau, "{}", said.sentence);
    assert!(
        said.what.starts_with("Standing still since epoch "),
        "{}",
        said.what
    );
    assert!(
        said.how.contains("the gap between them grew from ") && said.how.contains(" to 36."),
        "{}",
        said.how
    );
    // A gap that doesn't grow isn't said to.
    let with_gap = curve((0..20).map(|_| [0.1, 0.97, 1.4, 0.6]));
    let said = verdict(&with_gap, 5_000);
    assert_eq!(said.kind, VerdictKind::Plateau, "{}", said.sentence);
    assert!(said.how.contains("37.0 points fewer"), "{}", said.how);
    // One point is no gap that anybody sees.
    let good = curve((0..20).map(|_| [0.04, 0.99, 0.06, 0.98]));
    assert_eq!(verdict(&good, 5_000).kind, VerdictKind::GoodFit);
    // Of 40 validation images a few more wrong ones are chance.
    let few = curve((0..20).map(|_| [0.1, 0.96, 0.2, 0.9]));
    assert_eq!(verdict(&few, 40).kind, VerdictKind::GoodFit);
}

#[test]
fn a_network_that_only_guesses_took_steps_that_were_too_large() {
    let blown_up = curve((0..12).map(|epoch| {
        let loss = if epoch == 0 {
            246.0
        } else {
            std::f64::consts::LN_10
        };
        [loss, 0.1135, loss, 0.1123]
    }));
    let said = verdict(&blown_up, 5_000);
    assert_eq!(said.kind, VerdictKind::Underfitting, "{}", said.sentence);
    assert!(said.steps_too_large);
    assert_eq!(
        said.how,
        "The network only guesses: it gets 11.35% of its own training images right, and its loss is that of a guess \
         among 10 classes. Validation loss was 246.0 at epoch 1: the steps were too large, the learning rate too high."
    );
    // One that learns very slowly would learn even less with smaller steps.
    let slow = curve((0..30).map(|epoch| {
        let done = f64::from(epoch);
        [
            2.3 - 0.0005 * done,
            0.11 + 0.0002 * done,
            2.302 - 0.0004 * done,
            0.11,
        ]
    }));
    let said = verdict(&slow, 5_000);
    assert_eq!(said.kind, VerdictKind::Underfitting, "{}", said.sentence);
    assert!(!said.steps_too_large);
    assert!(
        said.how.contains("the learning rate may be too low"),
        "{}",
        said.how
    );
    // A network that has learned a little does more than guess.
    let weak = curve((0..12).map(|_| [1.8, 0.3, 1.81, 0.3]));
    let said = verdict(&weak, 5_000);
    assert_eq!(said.kind, VerdictKind::Underfitting, "{}", said.sentence);
    assert!(!said.steps_too_large, "{}", said.sentence);
}

#[test]
fn training_figures_of_harder_images_are_no_underfitting() {
    // Keras measures training while it augments: 90% there, 98.5% in validation.
    let augmented = curve((0..20).map(|_| [0.32, 0.90, 0.05, 0.985]));
    let said = verdict(&augmented, 5_000);
    assert_eq!(said.kind, VerdictKind::GoodFit, "{}", said.sentence);
    assert!(
        said.how.contains("with augmentation or dropout"),
        "{}",
        said.how
    );
}

#[test]
fn what_chance_moves_does_not_creep_up() {
    let guessing = curve((0..20).map(|epoch| {
        let t = f64::from(epoch);
        [
            2.3 - 0.1 * t,
            0.1 + 0.04 * t,
            2.31 + 0.02 * t,
            0.098 + 0.0004 * t,
        ]
    }));
    let said = verdict(&guessing, 5_000);
    assert_eq!(said.kind, VerdictKind::Overfitting, "{}", said.sentence);
    assert!(!said.how.contains("creeps up"), "{}", said.how);
}

#[test]
fn without_any_validation_nothing_is_promised() {
    let unmeasured = CurvePoint {
        epoch: 1,
        train_loss: Some(0.5),
        train_accuracy: Some(0.8),
        validation_loss: None,
        validation_accuracy: None,
    };
    let points: Vec<CurvePoint> = (1..=5)
        .map(|epoch| CurvePoint {
            epoch,
            ..unmeasured
        })
        .collect();
    let said = verdict(&points, 0);
    assert_eq!(
        (said.kind, said.what.as_str()),
        (VerdictKind::Unclear, "Can't tell.")
    );
    // Validated every fifth epoch, two of eight epochs are validated.
    let mut points: Vec<CurvePoint> = (1..=8)
        .map(|epoch| CurvePoint {
            epoch,
            ..unmeasured
        })
        .collect();
    points[0].validation_loss = Some(0.6);
    points[5].validation_loss = Some(0.5);
    let said = verdict(&points, 0);
    assert_eq!(said.kind, VerdictKind::TooEarly);
    assert!(
        said.how
            .starts_with("A verdict needs 1 more epoch with a validation loss."),
        "{}",
        said.how
    );
    for (place, point) in points.iter_mut().enumerate() {
        point.validation_loss = (place % 2 == 0).then_some(0.5);
    }
    let said = verdict(&points, 0);
    assert!(
        said.evidence
            .iter()
            .any(|line| line.contains("the last three epochs that were validated")),
        "{:?}",
        said.evidence
    );
}
