//! Tables as people have them, from training to a submission.

use crate::BY_HEART;
use crate::support::asset;
use crate::support::files::{Set, write};
use crate::support::process::{self, fails, objects, says, succeeds, text};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

fn lab(folder: &Path, arguments: &[&str]) -> Output {
    process::lab(folder, &[arguments, &["--runs-dir", "runs"]].concat())
}

/// The path of a case.
fn case(name: &str) -> String {
    asset("cases").join(name).to_str().unwrap().to_owned()
}

/// Trains a small network on a table until it knows it by heart.
fn train(folder: &Path, data: &str, run: &str) -> Output {
    let data = case(data);
    let arguments = ["train", "--data", &data, "--out", run];
    lab(folder, &[&arguments[..], &BY_HEART].concat())
}

/// What a run makes of a table.
fn submit(folder: &Path, run: &str, test: &str) -> Output {
    let test = case(test);
    let arguments = [
        "submit", "--run", run, "--test", &test, "--output", "s.csv", "--force", "--device", "cpu",
    ];
    lab(folder, &arguments)
}

/// How many labels of the last submission are right, and of how many.
fn right(folder: &Path) -> (usize, usize) {
    let truth = std::fs::read_to_string(case("test-truth.txt")).unwrap();
    let found = std::fs::read_to_string(folder.join("s.csv")).unwrap();
    let labels: Vec<&str> = found
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap().1)
        .collect();
    let truth: Vec<&str> = truth.split_whitespace().collect();
    let right = labels
        .iter()
        .zip(&truth)
        .filter(|(found, truth)| found == truth);
    (right.count(), labels.len())
}

#[test]
fn every_table_trains_right_or_is_refused_with_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for name in [
        "train-good-14x14.csv",
        "train-columns-sorted-by-pandas.csv",
        "emnist-digits-train.csv",
        "train-label-last.csv",
        "train-class-last-openml.csv",
        "train-index-column.csv",
        "train-unnamed-0.csv",
        "train-headerless.csv",
        "train-semicolons.csv",
        "train-mac-line-ends.csv",
    ] {
        succeeds(&train(path, name, name));
        succeeds(&submit(path, name, "test-good-14x14.csv"));
        assert_eq!(right(path), (32, 32), "{name}");
    }
    // Values of 0 to 16 are read as they are, and that is said.
    let said = succeeds(&train(path, "train-0-to-16.csv", "sixteen"));
    says(&said, &["largest value of all pixels is 16"]);
    // These are 20 images, too few to know all others by.
    succeeds(&train(path, "train-pandas-floats.csv", "floats"));
    fails(
        &train(
            path,
            "train-headerless-read-and-written-by-pandas.csv",
            "mangled",
        ),
        1,
        &["pandas took the first image for the header", "header=None"],
    );
}

#[test]
fn every_table_is_predicted_right_or_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeeds(&train(path, "train-good-14x14.csv", "run"));
    for (name, count) in [
        ("test-good-14x14.csv", 32),
        ("test-columns-sorted-by-pandas.csv", 32),
        ("test-index-column.csv", 32),
        ("test-id-column.csv", 32),
        ("test-pandas-floats.csv", 20),
        ("test-semicolons.csv", 32),
    ] {
        succeeds(&submit(path, "run", name));
        assert_eq!(right(path), (count, count), "{name}");
    }
    // Ids are those of the file.
    succeeds(&submit(path, "run", "test-id-column.csv"));
    let found = std::fs::read_to_string(path.join("s.csv")).unwrap();
    assert!(found.starts_with("id,label\n0,"), "{found}");
    assert!(found.contains("\n31,"), "{found}");

    let output = submit(path, "run", "test-values-0-and-1.csv");
    succeeds(&output);
    let sidecar = std::fs::read_to_string(path.join("s.json")).unwrap();
    let scale = "the largest value of these images is 1, in training it was 255";
    says(&text(&output.stderr), &["warning: ", scale]);
    says(&sidecar, &[scale]);
    let missing = "the runs know only the classes 0, 1, 4, 7: 2, 3, 5, 6, 8, 9 can't come out";
    says(&text(&output.stderr), &["warning: ", missing]);
    says(&sidecar, &["\"warnings\"", missing]);

    let output = submit(path, "run", "train-label-last.csv");
    let said = succeeds(&output);
    says(
        &said,
        &["of the 40 images are labelled so in the test file"],
    );
    let note = "the column label was taken for the labels";
    says(&text(&output.stderr), &["note: ", note]);
    let sidecar = std::fs::read_to_string(path.join("s.json")).unwrap();
    says(&sidecar, &["\"notes\"", note, "\"test_accuracy\""]);

    let good = case("test-good-14x14.csv");
    let twice = [
        "submit", "--run", "run", "run", "--test", &good, "--output", "s.csv", "--force",
    ];
    let output = lab(path, &twice);
    succeeds(&output);
    says(&text(&output.stderr), &["is named twice and answers once"]);
    let told = lab(path, &[&twice[..], &["--json"]].concat());
    let told: Value = serde_json::from_str(&succeeds(&told)).unwrap();
    assert_eq!(told["members"].as_array().unwrap().len(), 1);
    assert_eq!(told["members"][0]["run"], "run");
    assert_eq!(told["submission"], "s.csv");
    assert!(told["rows"].as_u64().is_some() && told["accuracy"].is_null());
    fails(
        &lab(
            path,
            &[
                "submit", "--run", "run", "--test", &good, "--output", "no/s.csv",
            ],
        ),
        1,
        &["the folder no isn't there; make it"],
    );
    measures_others(path);
}

/// Measures a run on images that aren't its own.
fn measures_others(path: &Path) {
    let truth = std::fs::read_to_string(case("test-truth.txt")).unwrap();
    let test = std::fs::read_to_string(case("test-good-14x14.csv")).unwrap();
    let mut labels = vec!["label"];
    labels.extend(truth.split_whitespace());
    let labelled = |labels: &[&str]| -> String {
        let lines = labels.iter().zip(test.lines());
        lines
            .map(|(label, line)| format!("{label},{line}\n"))
            .collect()
    };
    write(path.join("others.csv"), labelled(&labels));
    let evaluate = |data: &str, more: &[&str]| {
        let arguments = [
            "evaluate", "--run", "run", "--data", data, "--device", "cpu",
        ];
        lab(path, &[&arguments[..], more].concat())
    };
    let said = succeeds(&evaluate("others.csv", &[]));
    says(&said, &["accuracy on others.csv 100.00%", "on 32 images"]);
    let score: Value =
        serde_json::from_str(&succeeds(&evaluate("others.csv", &["--json"]))).unwrap();
    assert_eq!(
        (&score["run"], &score["count"]),
        (&"run".into(), &32.into())
    );
    assert_eq!(score["accuracy"], 1.0);
    assert!(
        score["epoch"].is_u64() && score["folder"].is_string(),
        "{score}"
    );
    // A folder of pictures with some of the classes.
    let rows = test.lines().skip(1).zip(&labels[1..]).enumerate();
    for (number, (line, label)) in rows {
        let pixels = line
            .split(',')
            .map(|value| value.parse().unwrap())
            .collect();
        let picture = image::GrayImage::from_raw(14, 14, pixels).unwrap();
        let class = path.join("pictures").join(label);
        std::fs::create_dir_all(&class).unwrap();
        picture.save(class.join(format!("{number}.png"))).unwrap();
    }
    // These are the table's own images, so that nothing is to be centred.
    let as_is = ["--as", "as-is", "--json"];
    let score: Value = serde_json::from_str(&succeeds(&evaluate("pictures", &as_is))).unwrap();
    assert_eq!(
        (&score["accuracy"], &score["count"]),
        (&1.0.into(), &32.into())
    );

    let refused = |data: &str, parts: &[&str]| fails(&evaluate(data, &[]), 1, parts);
    labels[1] = "9";
    labels[2] = "seven";
    write(
        path.join("unknown.csv"),
        labelled(&labels).replace("\n9,", "\n\"9\","),
    );
    refused("unknown.csv", &["found seven, expected a whole number"]);
    labels[2] = "8";
    write(path.join("unknown.csv"), labelled(&labels));
    refused(
        "unknown.csv",
        &[
            "knows the classes 0, 1, 4, 7, and doesn't know 8, 9",
            "unknown.csv",
        ],
    );
    refused(
        &case("train-good-14x14.csv"),
        &["the data that run was trained with"],
    );
    refused(
        &case("test-good-14x14.csv"),
        &["no column of labels", "add one named label"],
    );
    write(path.join("small.csv"), Set::small().csv());
    refused(
        "small.csv",
        &[
            "takes images of 14 × 14 pixels, these have 6 × 6",
            "small.csv",
        ],
    );
    refused(
        "mnist",
        &["takes images of 14 × 14 pixels, these have 28 × 28"],
    );
    refused("nowhere.csv", &["can't read", "nowhere.csv"]);
}

#[test]
fn names_and_numbers_that_cant_be_are_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let data = case("train-good-14x14.csv");
    let train = [
        "train", "--data", &data, "--preset", "linear", "--epochs", "1", "--device", "cpu",
        "--json",
    ];
    let events = objects(&succeeds(&lab(path, &train)));
    let last = events.last().unwrap();
    for event in [&events[0], last] {
        assert_eq!(event["run"], "A1", "{event}");
        assert!(
            event["folder"].as_str().unwrap().ends_with("runs/A1"),
            "{event}"
        );
    }
    let gap = |event: &Value| {
        event["train_accuracy"].as_f64().unwrap() - event["validation_accuracy"].as_f64().unwrap()
    };
    let found = last["verdict"]["gap"].as_f64().unwrap();
    assert!((found - gap(&events[1])).abs() < 1e-6, "{last}");
    let listed = objects(&succeeds(&lab(path, &["runs", "--json"])));
    assert!((listed[0]["gap"].as_f64().unwrap() - gap(&events[1])).abs() < 1e-6);

    for name in ["A1", "a1"] {
        succeeds(&lab(path, &["evaluate", "--run", name, "--device", "cpu"]));
    }
    for command in [
        &["evaluate", "--run", "A99"][..],
        &["train", "--resume", "A99"],
        &["export", "table", "--run", "A99", "--output", "a.txt"],
    ] {
        fails(
            &lab(path, command),
            1,
            &["no run A99 in runs; see overfit-lab runs"],
        );
    }
    for (argument, expected) in [
        ("--seed", "expected a whole number from 0"),
        ("--epochs", "expected a whole number from 1"),
        ("--threads", "expected 1 to 512"),
    ] {
        fails(
            &lab(path, &["train", argument, "-1"]),
            2,
            &["'-1'", expected],
        );
    }
}
