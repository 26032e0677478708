//! Runs that other programs train and delete while the window is open.

use super::harness::{self, notices, sees, small, until};
use crate::support::process::command;
use crate::support::runs::{experiment, train_in_store};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use overfit_lab::lab::{RunState, RunStore};
use std::time::{Duration, Instant};

/// The epochs of the run that the command line trains.
const EPOCHS: usize = 40;

#[test]
fn a_run_of_the_command_line_appears_grows_and_ends_in_an_open_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness::window(folder.path(), 800.0, None);
    until(&mut harness, "the store is read", |harness| {
        sees(harness, "No runs yet")
    });
    let file = folder.path().join("long.json");
    std::fs::write(&file, experiment(&small(EPOCHS)).to_json()).unwrap();
    let runs = folder.path().join("runs");
    let arguments = ["train", "--experiment", "long.json", "--runs-dir", "runs"];
    let mut process = command(folder.path(), &arguments)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let is_run = || runs.join("A1/experiment.json").is_file();
    until(&mut harness, "the run's folder", |_| is_run());
    let begun = Instant::now();
    until(&mut harness, "the run in the table", |harness| {
        !harness.state().runs().is_empty()
    });
    // A loaded machine may be slow; two seconds are meant for an idle one.
    assert!(begun.elapsed() < Duration::from_secs(10));
    let epochs = |harness: &egui_kittest::Harness<'_, overfit_lab::app::App>| {
        harness.state().runs()[0].epochs.len()
    };
    until(&mut harness, "an epoch", |harness| epochs(harness) > 0);
    let before = epochs(&harness);
    // A quick machine is through with all epochs before the window looks the first time.
    until(&mut harness, "more epochs", |harness| {
        epochs(harness) > before || before == EPOCHS
    });
    let told = format!("process {}", process.id());
    match &harness.state().runs()[0].state {
        RunState::Elsewhere(by) => {
            assert!(by.contains(&told), "{by}");
            harness.get_by_label("other process");
        }
        // The run was through before the window looked again.
        state => assert!(matches!(state, RunState::Finished(_)), "{state:?}"),
    }
    // The first run there is the chosen one.
    harness.get_by_role_and_label(Role::Button, "A1");
    assert!(process.wait().unwrap().success());
    until(&mut harness, "the end", |harness| {
        let run = &harness.state().runs()[0];
        matches!(run.state, RunState::Finished(_)) && run.epochs.len() == EPOCHS
    });
}

#[test]
fn a_run_that_was_deleted_elsewhere_goes_off_the_table() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        train_in_store(folder.path(), small(1));
    }
    let mut harness = harness::window(folder.path(), 800.0, None);
    until(&mut harness, "both runs", |harness| {
        harness.state().runs().len() == 2
    });
    let store = RunStore::new(folder.path().join("runs"));
    let newest = harness.state().runs()[1].id.clone();
    store.delete(&newest).unwrap();
    until(&mut harness, "one run", |harness| {
        harness.state().runs().len() == 1
    });
    let told = "A2 was deleted or moved by another program.";
    assert!(notices(&harness).iter().any(|notice| notice == told));
    harness.get_by_role_and_label(Role::Button, "A1");
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "A2")
            .is_none()
    );
}
