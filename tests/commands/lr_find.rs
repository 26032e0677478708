//! The learning-rate finder by command.

use crate::support::process::{fails, lab, succeeds};
use serde_json::Value;
use std::path::Path;

/// A network whose learning rates are found within a second.
const SMALL: [&str; 9] = [
    "lr-find",
    "--preset",
    "linear",
    "--train-size",
    "64",
    "--validation-size",
    "64",
    "--batch-size",
    "16",
];

fn found(folder: &Path, arguments: &[&str]) -> Value {
    let arguments = [&SMALL[..], arguments, &["--json"]].concat();
    serde_json::from_str(&succeeds(&lab(folder, &arguments))).unwrap()
}

#[test]
fn a_range_is_found_for_each_optimizer_and_again() {
    let folder = tempfile::tempdir().unwrap();
    for optimizer in ["adam", "sgd"] {
        let of = ["--optimizer", optimizer];
        let one = found(folder.path(), &of);
        let [lower, upper] = [0, 1].map(|end| one["range"][end].as_f64().unwrap());
        assert!(
            1e-6 < lower && lower < upper && upper < 1.0,
            "{lower} {upper}"
        );
        let rate = one["learning_rate"].as_f64().unwrap();
        assert!((rate / (upper / 3.0) - 1.0).abs() < 0.05, "{rate} {upper}");
        assert_eq!(
            (&one["no_range"], &one["optimizer"]),
            (&Value::Null, &optimizer.into())
        );
        assert_eq!(one["batch_size"], 16);
        let points = one["points"].as_array().unwrap();
        assert!(points.len() > 50);
        assert_eq!(points[0]["learning_rate"], 1e-6);
        // A seed gives the same curve, whatever the number of threads.
        assert_eq!(
            one,
            found(folder.path(), &[&of[..], &["--threads", "1"]].concat())
        );
        assert_ne!(
            one["points"],
            found(folder.path(), &[&of[..], &["--seed", "7"]].concat())["points"]
        );
    }
    // No run is kept.
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn it_says_what_was_found_in_words_and_in_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let arguments = [&SMALL[..], &["--picture", "rates.svg"]].concat();
    let said = succeeds(&lab(folder, &arguments));
    for part in [
        "This network learns with learning rates from ",
        ", a third of the upper end",
        "with Adam and batches of 16",
        "Written: rates.svg",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let picture = std::fs::read_to_string(folder.join("rates.svg")).unwrap();
    assert!(picture.contains("learning rate") && picture.contains("1e-6"));
    // A picture that is there stays.
    fails(&lab(folder, &arguments), 1, &["already there", "--force"]);
    succeeds(&lab(folder, &[&arguments[..], &["--force"]].concat()));
}

#[test]
fn where_there_is_no_range_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    // A gradient that is clipped to nothing moves nothing.
    let still = ["--optimizer", "sgd", "--gradient-clip", "0.000001"];
    let one = found(folder.path(), &still);
    assert_eq!(
        (&one["range"], &one["learning_rate"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(one["no_range"], "no-fall");
    let said = succeeds(&lab(folder.path(), &[&SMALL[..], &still].concat()));
    assert!(
        said.starts_with("No range was found: the loss fell at no rate"),
        "{said}"
    );
}
