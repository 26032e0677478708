//! Folders as people have them, by the program: the cases that came out wrong once.

use crate::support::asset;
use crate::support::process::{self, fails, objects, succeeds, text};
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
        let score = process::lab(path, &["evaluate", "--run", "run", "--test", "--json"]);
        if test == 0 {
            fails(&score, 1, &["has no test images"]);
        } else {
            let score: Value = serde_json::from_str(&succeeds(&score)).unwrap();
            assert_eq!(score["count"], test, "{case}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let refused = train(folder.path(), "pictures-flat-train-and-test");
    fails(
        &refused,
        1,
        &[
            "parts of a data set and no classes",
            "sort the pictures into",
        ],
    );
    assert!(text(&refused.stdout).is_empty());
}
