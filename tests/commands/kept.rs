//! `runs` and `evaluate`: what is kept of runs.

use super::train::{SMALL, train_json};
use crate::support::process::{fails, lab, objects, succeeds};
use serde_json::Value;

#[test]
fn runs_are_listed_and_named_as_they_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let runs = |more: &[&str]| {
        let mut arguments = vec!["runs", "--runs-dir", "kept"];
        arguments.extend(more);
        succeeds(&lab(folder.path(), &arguments))
    };
    assert!(runs(&[]).contains("No runs are kept in kept"));
    for dropout in ["0.5", "0"] {
        let mut arguments = vec!["train", "--runs-dir", "kept", "--dropout", dropout];
        arguments.extend(SMALL);
        succeeds(&lab(folder.path(), &arguments));
    }
    let table = runs(&[]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[1].starts_with("A1 ") && lines[1].contains("dropout 0.5"));
    assert!(lines[2].starts_with("A2 ") && lines[2].contains("finished"));
    let json = runs(&["--json", "--best-first"]);
    let listed = objects(&json);
    let accuracy = |run: &Value| run["best_validation_accuracy"].as_f64().unwrap();
    assert!(accuracy(&listed[0]) >= accuracy(&listed[1]));
    let first = listed.iter().find(|run| run["run"] == "A1").unwrap();
    assert_eq!(first["epochs"], 3);
    assert_eq!(first["validated_by"]["split_seed"], 1);
    assert_eq!(first["validated_by"]["data"], "mnist");
    // The gap is of the epoch that the accuracy is of.
    let metrics = std::fs::read_to_string(folder.path().join("kept/A1/metrics.jsonl")).unwrap();
    let best = &objects(&metrics)[first["best_epoch"].as_u64().unwrap() as usize - 1];
    let figure = |name: &str| best[name].as_f64().unwrap();
    assert_eq!(
        first["best_validation_accuracy"],
        best["validation_accuracy"]
    );
    let gap = figure("train_accuracy") - figure("validation_accuracy");
    assert!((first["gap"].as_f64().unwrap() - gap).abs() < 1e-9);
    let arguments = ["evaluate", "--runs-dir", "kept", "--run", "A1", "--json"];
    let score: Value = serde_json::from_str(&succeeds(&lab(folder.path(), &arguments))).unwrap();
    assert_eq!(score["accuracy"], first["best_validation_accuracy"]);
    // A folder of that name goes before a kept run of that name, and neither is guessed.
    std::fs::create_dir(folder.path().join("A1")).unwrap();
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["A1", "no run's folder"],
    );
    let arguments = ["evaluate", "--runs-dir", "kept", "--run", "A3"];
    fails(
        &lab(folder.path(), &arguments),
        1,
        &["no run A3 in kept", "overfit-lab runs"],
    );
}

#[test]
fn evaluate_gives_the_figures_that_training_gave_and_tests_once() {
    let folder = tempfile::tempdir().unwrap();
    let events = train_json(folder.path(), &["--out", "run"]);
    let last = &events[3];
    let score: Value = serde_json::from_str(&succeeds(&lab(
        folder.path(),
        &[
            "evaluate", "--run", "run", "--epoch", "3", "--json", "--device", "cpu",
        ],
    )))
    .unwrap();
    assert_eq!(score["accuracy"], last["validation_accuracy"]);
    assert_eq!(score["loss"], last["validation_loss"]);
    let test = |which| -> Value {
        let arguments = [
            "evaluate", "--run", "run", "--epoch", which, "--test", "--json",
        ];
        serde_json::from_str(&succeeds(&lab(folder.path(), &arguments))).unwrap()
    };
    let first = test("1");
    assert_eq!(
        (&first["count"], &first["recorded"]),
        (&10_000.into(), &false.into())
    );
    let second = test("3");
    assert_eq!(
        (&second["accuracy"], &second["recorded"]),
        (&first["accuracy"], &true.into())
    );
    fails(
        &lab(folder.path(), &["evaluate", "--run", "run", "--epoch", "9"]),
        1,
        &["epoch-0009", "didn't get to that epoch"],
    );
    fails(
        &lab(folder.path(), &["evaluate", "--run", "nowhere"]),
        1,
        &["nowhere", "no run nowhere in"],
    );
}
