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
fn the_standard_error_is_the_binomial_one() {
    assert!((standard_error(0.95, 5000) - 0.003_082_2).abs() < 1e-7);
    assert_eq!(standard_error(1.0, 10), 0.0);
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
