//! Folders of any name and on any file system.

use crate::support::process::{ends, lab};
use crate::support::runs::{figures, linear, resume, train, undisturbed};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunState, StopReason};
use std::path::Path;

/// Trains two epochs into a folder and one more after that, and asks the program for them.
fn check(root: &Path, name: &str, expected: &[String]) {
    let folder = root.join(name);
    train(&folder, linear(2));
    let run = read_run(&folder).unwrap();
    assert_eq!(
        (run.state, run.name.as_str()),
        (RunState::Finished(StopReason::Completed), name)
    );
    assert!(run.warnings.is_empty(), "{:?}", run.warnings);
    resume(&folder, Some(3));
    assert_eq!(figures(&folder), expected, "{name}");
    let run = format!("--run={name}");
    let output = lab(root, &["evaluate", "--device", "cpu", "--epoch", "3", &run]);
    assert!(ends(&output, 0).contains("epoch 3"), "{name}");
}

#[test]
fn a_run_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(linear(3));
    let long = "ä".repeat(100);
    for name in [
        "a run",
        "it's \"the\" run",
        "Прогон 一",
        "-run",
        "run.v2",
        &long,
    ] {
        check(folder.path(), name, &expected);
    }
    assert_eq!(long.len(), 200);
    check(folder.path(), &"x".repeat(200), &expected);
}

#[test]
fn a_run_may_lie_on_another_file_system() {
    let Ok(folder) = tempfile::tempdir_in("/dev/shm") else {
        println!("no file system in memory here: nothing is tested on one");
        return;
    };
    check(folder.path(), "run", &undisturbed(linear(3)));
}
