//! Folders as people have them, by the program: the cases that came out wrong once.

use crate::support::asset;
use crate::support::files::{Set, copy};
use crate::support::process::{self, fails, objects, succeeds, text};
use expect_test::expect;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

fn train(folder: &Path, case: &str) -> Output {
    let data = asset("cases").join(case);
    let arguments = ["train", "--json", "--data", data.to_str().unwrap()];
    let settings = "--architecture dense --epochs 40 --validation-size 10 --device cpu --out run";
    let settings: Vec<&str> = settings.split(' ').collect();
    process::lab(folder, &[&arguments[..], &settings].concat())
}

/// The run that a case trains: its start, and its last epoch.
fn trained(folder: &Path, case: &str) -> (Value, Value) {
    let events = objects(&succeeds(&train(folder, case)));
    let last = events.iter().rfind(|event| event["event"] == "epoch");
    (events[0].clone(), last.unwrap().clone())
}

/// Checks that the only event is the failure of a run that has no name yet.
#[track_caller]
fn fails_before_it_begins(output: &Output) {
    let events = objects(&text(&output.stdout));
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["event"], &events[0]["run"]),
        (&"failed".into(), &Value::Null)
    );
    let message = events[0]["message"].as_str().unwrap();
    assert!(text(&output.stderr).contains(message), "{message}");
}

#[test]
fn each_case_is_read_as_it_is_meant_or_refused_with_the_reason() {
    for (case, [training, validation, test], classes) in [
        ("pictures-imagefolder-train-val-test", [24, 8, 8], 4),
        ("pictures-with-annotations", [14, 10, 0], 4),
        ("pictures-from-a-synology", [14, 10, 0], 4),
        ("idx-kaggle-folder-per-file", [30, 10, 32], 4),
        ("idx-qmnist", [30, 10, 0], 4),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let (started, last) = trained(path, case);
        assert_eq!(started["train_images"], training, "{case}");
        assert_eq!(started["validation_images"], validation, "{case}");
        assert_eq!(
            started["classes"].as_array().unwrap().len(),
            classes,
            "{case}"
        );
        assert_eq!(last["validation_count"], validation, "{case}");
        let taken = &started["taken"];
        assert_eq!(taken["images"], training + validation, "{case}");
        assert_eq!(taken["test_images"].as_u64().unwrap_or(0), test, "{case}");
        // The run keeps what was said at its start.
        let summary = std::fs::read_to_string(path.join("run/summary.json")).unwrap();
        let summary: Value = serde_json::from_str(&summary).unwrap();
        assert_eq!(&summary["started"]["taken"], taken, "{case}");
        let score = process::lab(path, &["evaluate", "--run", "run", "--test", "--json"]);
        if test == 0 {
            fails(&score, 1, &["has no test images"]);
        } else {
            let score: Value = serde_json::from_str(&succeeds(&score)).unwrap();
            assert_eq!(score["count"], test, "{case}");
        }
    }
    // Its table names the pictures, of which there are too few. Without the table, the folders are parts and
    // no classes.
    let folder = tempfile::tempdir().unwrap();
    let flat = "pictures-flat-train-and-test";
    let refused = train(folder.path(), flat);
    fails(&refused, 1, &["found 12 images, expected 20 at least"]);
    fails_before_it_begins(&refused);
    let without = folder.path().join("without");
    copy(&asset("cases").join(flat), &without);
    std::fs::remove_file(without.join("labels.csv")).unwrap();
    let refused = train(folder.path(), without.to_str().unwrap());
    let parts = [
        "parts of a data set and no classes",
        "sort the pictures into",
    ];
    fails(&refused, 1, &parts);
    fails_before_it_begins(&refused);
}

#[test]
fn what_was_taken_is_said_before_the_first_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let said = |case: &str| {
        let data = asset("cases").join(case);
        let arguments = ["train", "--data", data.to_str().unwrap()];
        let settings = "--preset linear --epochs 1 --device cpu --runs-dir runs";
        let settings: Vec<&str> = settings.split(' ').collect();
        let out = process::lab(folder.path(), &[&arguments[..], &settings].concat());
        let out = succeeds(&out);
        let lines = out
            .lines()
            .take_while(|line| !line.contains(" parameters "));
        lines.map(|line| line.to_owned() + "\n").collect::<String>()
    };
    expect![[r#"
        pictures-imagefolder-train-val-test: 32 images of 28 × 28 pixels, 4 classes: 0 (8), 1 (8), 4 (8), 7 (8).
        24 to train on, 8 to validate with, which the data itself names for that, 8 for the one test score.
        No image of validation is in the training images too.
        The pictures are read as they are; --as, or Read pictures in the window, reads them otherwise.
    "#]].assert_eq(&said("pictures-imagefolder-train-val-test"));
    expect![[r#"
        pictures-from-a-synology: 24 images of 28 × 28 pixels, 4 classes: 0 (6), 1 (6), 4 (6), 7 (6).
        14 to train on, 10 to validate with.
        No image of validation is in the training images too.
        4 files and folders that are no pictures of a class were passed over: @eaDir (4).
        The pictures are read as they are; --as, or Read pictures in the window, reads them otherwise.
    "#]].assert_eq(&said("pictures-from-a-synology"));
    expect![[r#"
        idx-qmnist: 40 images of 14 × 14 pixels, 4 classes: 0 (10), 1 (10), 4 (10), 7 (10).
        30 to train on, 10 to validate with.
        No image of validation is in the training images too.
        Each label in the file is several numbers; the first is taken for the class.
    "#]]
    .assert_eq(&said("idx-qmnist"));
}

#[test]
fn a_run_is_never_kept_among_its_own_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    Set::small().write_pictures(&path.join("digits"));
    for (option, place) in [("--out", "digits/run"), ("--runs-dir", "digits/runs")] {
        let arguments = [
            "train", "--data", "digits", "--preset", "linear", "--epochs", "1", option, place,
        ];
        let output = process::lab(path, &arguments);
        fails(
            &output,
            1,
            &["the folder of its own data", "--out or --runs-dir", place],
        );
        assert!(!path.join(place).exists());
    }
}
