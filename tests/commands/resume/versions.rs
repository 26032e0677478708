//! A run of each form that was ever written: read, measured and asked; and what is newer is refused.

use crate::support;
use crate::support::files::copy;
use crate::support::process::{ends, lab, says};
use crate::support::runs::{figures, resume, warnings};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunEvent, RunState, StopReason};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A run as the first version wrote it, without a state and without a lock.
const FIRST: &str = "version-1";
/// A run with states, so that it can be taken up again.
const RESUMABLE: &str = "version-1-resumable";

fn asset(name: &str) -> PathBuf {
    support::asset("runs").join(name)
}

/// A column of white ink on black.
fn picture(folder: &Path) {
    let ink = |x, y| image::Luma([255 * u8::from((13..15).contains(&x) && (5..23).contains(&y))]);
    let picture = image::GrayImage::from_fn(28, 28, ink);
    picture.save(folder.join("one.png")).unwrap();
}

#[test]
fn no_version_is_forgotten() {
    let folders = std::fs::read_dir(asset("")).unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, [FIRST, RESUMABLE]);
}

#[test]
fn a_run_of_each_version_is_read_measured_and_asked() {
    for name in [FIRST, RESUMABLE] {
        let folder = tempfile::tempdir().unwrap();
        copy(&asset(name), &folder.path().join("run"));
        picture(folder.path());
        let run = read_run(&folder.path().join("run")).unwrap();
        assert_eq!(run.state, RunState::Finished(StopReason::Completed));
        assert_eq!(
            (run.epochs.len(), run.batches.len(), run.name.as_str()),
            (3, 30, "A1")
        );
        assert_eq!(run.experiment.changes().len(), 1);
        for metrics in &run.epochs {
            let epoch = metrics.epoch.to_string();
            let arguments = [
                "evaluate", "--json", "--device", "cpu", "--run", "run", "--epoch",
            ];
            let output = lab(folder.path(), &[&arguments[..], &[&epoch]].concat());
            assert!(output.status.success(), "{name}");
            let score: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(
                score["accuracy"], metrics.validation_accuracy,
                "{name}, {epoch}"
            );
            let loss = score["loss"].as_f64().unwrap();
            // Another machine rounds otherwise.
            assert!(
                (loss - metrics.validation_loss).abs() < 1e-4,
                "{name}, {epoch}: {loss}"
            );
        }
        let said = ends(
            &lab(folder.path(), &["predict", "--run", "run", "one.png"]),
            0,
        );
        says(&said, &["one.png", "%"]);
        for (what, output) in [
            ("curves", "curves.csv"),
            ("matrix", "matrix.csv"),
            ("weights", "weights.safetensors"),
        ] {
            let arguments = ["export", what, "--run", "run", "--output", output];
            ends(&lab(folder.path(), &arguments), 0);
            assert!(folder.path().join(output).is_file(), "{name}: {what}");
        }
    }
}

#[test]
fn a_run_with_a_state_of_then_goes_on_and_one_without_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    copy(&asset(RESUMABLE), &run);
    let before = figures(&run);
    let told = resume(&run, Some(4));
    assert!(
        matches!(told.last(), Some(RunEvent::Finished { .. })),
        "{told:?}"
    );
    assert!(warnings(&told).is_empty(), "{told:?}");
    let after = figures(&run);
    assert_eq!((after.len(), &after[..3]), (4, &before[..]));

    let first = folder.path().join("first");
    copy(&asset(FIRST), &first);
    let before = figures(&first);
    let arguments = ["train", "--resume", "first", "--epochs", "4"];
    let said = ends(&lab(folder.path(), &arguments), 1);
    says(&said, &["a version that saved no state", "--experiment"]);
    assert_eq!(figures(&first), before);
}

#[test]
fn a_version_of_the_future_is_refused_by_its_number_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    picture(folder.path());
    for (file, part) in [
        ("summary.json", "version 2 of the run format is not known"),
        (
            "experiment.json",
            "version 2 of the experiment format is not known",
        ),
    ] {
        let name = format!("of {file}");
        let run = folder.path().join(&name);
        copy(&asset(RESUMABLE), &run);
        let path = run.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("\"version\": 1", "\"version\": 2", 1)).unwrap();
        for arguments in [
            &["evaluate", "--run", &name][..],
            &["predict", "--run", &name, "one.png"],
            &["train", "--resume", &name, "--epochs", "4"],
        ] {
            let said = ends(&lab(folder.path(), arguments), 1);
            says(
                &said,
                &[
                    part,
                    "expected 1",
                    "the version of Overfit Lab that wrote it",
                    file,
                ],
            );
        }
        assert_eq!(
            std::fs::read(run.join("metrics.jsonl")).unwrap(),
            std::fs::read(asset(RESUMABLE).join("metrics.jsonl")).unwrap()
        );
    }
}

/// Puts version 2 in the place of version 1 in a safetensors file.
fn of_version_2(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let version = br#"{\"version\":1"#;
    let place = bytes.windows(version.len()).position(|it| it == version);
    bytes[place.unwrap() + version.len() - 1] = b'2';
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn weights_and_states_of_the_future_are_refused_with_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    copy(&asset(RESUMABLE), &run);
    for name in ["best", "state", "state-before"] {
        of_version_2(&run.join(format!("checkpoints/{name}.safetensors")));
    }
    let said = ends(&lab(folder.path(), &["evaluate", "--run", "run"]), 1);
    let parts = ["version 2", "the program that wrote them"];
    says(&said, &parts);
    says(&said, &["checkpoints/best.safetensors"]);
    let before = figures(&run);
    let resume = ["train", "--resume", "run", "--epochs", "4"];
    let said = ends(&lab(folder.path(), &resume), 1);
    let parts = ["version 2", "Overfit Lab that wrote it"];
    says(&said, &parts);
    says(&said, &["state.safetensors", "state-before.safetensors"]);
    assert_eq!(figures(&run), before);
}
