//! A run's folder is data: nothing that lies outside it is read, written or removed.

#![cfg(unix)]

use super::make::make_run;
use crate::support::files::copy;
use crate::support::process::{command, text};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A run in which the file or folder `name` is moved outside and replaced by a link to it.
fn linked(folder: &Path, name: &str) -> PathBuf {
    let run = folder.join(name.replace('/', "-"));
    copy(&folder.join("run"), &run);
    let outside = folder.join(format!("outside-{}", name.replace('/', "-")));
    let inside = run.join(name);
    if !inside.exists() {
        fs::write(&inside, "precious").unwrap();
    }
    fs::rename(&inside, &outside).unwrap();
    symlink(&outside, &inside).unwrap();
    run
}

/// Every file below a path, and its contents.
fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    if path.is_file() {
        return vec![(path.into(), fs::read(path).unwrap())];
    }
    let mut all: Vec<_> = fs::read_dir(path)
        .unwrap()
        .flat_map(|entry| contents(&entry.unwrap().path()))
        .collect();
    all.sort();
    all
}

#[test]
fn a_run_with_links_is_not_taken_up_and_what_they_lead_to_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    for name in [
        "experiment.json",
        "summary.json",
        "metrics.jsonl",
        "batches.csv",
        "lock",
        "checkpoints",
        "answers",
    ] {
        let run = linked(path, name);
        let outside = path.join(format!("outside-{name}"));
        let before = contents(&outside);
        let output = command(path, &[])
            .arg("train")
            .arg("--resume")
            .arg(&run)
            .output();
        let output = output.unwrap();
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {told}");
        assert!(
            told.contains("found a link") && told.contains(name),
            "{told}"
        );
        assert!(contents(&outside) == before, "{name}");
    }
}

#[test]
fn states_and_weights_behind_links_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    let run = linked(path, "checkpoints/best.safetensors");
    let output = command(path, &[])
        .arg("evaluate")
        .arg("--run")
        .arg(&run)
        .output();
    let told = text(&output.unwrap().stderr);
    assert!(
        told.contains("found a link") && told.contains("best.safetensors"),
        "{told}"
    );
    let run = linked(path, "checkpoints/state.safetensors");
    let before = run.join("checkpoints/state-before.safetensors");
    let _ = fs::remove_file(&before);
    symlink("/etc/hostname", &before).unwrap();
    let output = command(path, &[])
        .arg("train")
        .arg("--resume")
        .arg(&run)
        .output();
    let told = text(&output.unwrap().stderr);
    let parts = ["found a link", "no state of the run can be used"];
    assert!(parts.iter().all(|part| told.contains(part)), "{told}");
}

#[test]
fn a_link_among_runs_is_shown_and_never_removed_from_where_it_leads() {
    use overfit_lab::lab::{RunId, RunStore};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    make_run(path);
    fs::create_dir(path.join("runs")).unwrap();
    symlink(path.join("run"), path.join("runs/A1")).unwrap();
    let store = RunStore::new(path.join("runs"));
    let (runs, errors) = store.read_all();
    assert_eq!((runs.len(), errors.len()), (1, 0));
    let before = contents(&path.join("run"));
    let id = RunId("A1".into());
    // The link goes into the bin and is replaced there. What it leads to stays.
    store.delete(&id).unwrap();
    symlink(path.join("run"), path.join("runs/A1")).unwrap();
    let _ = store.delete(&id);
    assert!(contents(&path.join("run")) == before);
}
