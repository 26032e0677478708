//! Threads of a run break down, or its disk is full: the window lives, says what happened, and the
//! run goes on.

use super::harness::{press_train, remember, small, until, window};
use crate::support::runs::train_in_store;
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::app::notices::Level;
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunState, StopReason};
use std::io::ErrorKind;
use std::path::Path;

/// A window that opens with a narrow network for so many epochs.
fn open(folder: &Path, epochs: usize) -> Harness<'static, App> {
    let file = remember(folder, &small(epochs));
    window(folder, 800.0, Some(file))
}

fn state(harness: &Harness<'_, App>) -> Option<RunState> {
    harness.state().runs().first().map(|run| run.state.clone())
}

fn is_over(harness: &Harness<'_, App>) -> bool {
    state(harness).is_some_and(|state| !state.is_active())
}

/// Checks that the log has one entry with this text, and that it is on the screen.
#[track_caller]
fn told(harness: &Harness<'_, App>, level: Level, part: &str) {
    let entries = harness.state().notices().entries();
    let found = entries.filter(|entry| entry.level == level && entry.text.contains(part));
    assert_eq!(found.count(), 1, "{part}");
    let toast = harness.query_all_by_label_contains(part).next();
    assert!(toast.is_some(), "{part}");
}

#[test]
fn the_thread_that_keeps_a_run_breaks_down_and_the_run_goes_on_to_the_same_figures() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("runs/A1");
    let mut harness = open(folder.path(), 4);
    // The first three steps make the file, and write and sync a line. The fourth writes the line of
    // the second epoch.
    let fault = inject(Faults::panic_at(&run.join("metrics.jsonl"), 4));
    press_train(&mut harness);
    until(&mut harness, "the end", is_over);
    drop(fault);
    assert!(matches!(state(&harness), Some(RunState::Failed(_))));
    told(
        &harness,
        Level::Error,
        "the thread that keeps the run broke down: the fault injected",
    );
    // A window that is opened now would offer the same.
    let read = read_run(&run).unwrap();
    assert!(matches!(read.state, RunState::Failed(_)));
    assert_eq!(read.resumes_at, harness.state().runs()[0].resumes_at);
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    harness.run_steps(2);
    until(&mut harness, "it goes on to its end", |harness| {
        state(harness) == Some(RunState::Finished(StopReason::Completed))
    });
    let other = tempfile::tempdir().unwrap();
    train_in_store(other.path(), small(4));
    let undisturbed = read_run(&other.path().join("runs/A1")).unwrap();
    let losses = |run: &overfit_lab::lab::Run| -> Vec<_> {
        let epochs = run.epochs.iter();
        epochs
            .map(|epoch| (epoch.epoch, epoch.train_loss, epoch.validation_loss))
            .collect()
    };
    assert_eq!(losses(&harness.state().runs()[0]), losses(&undisturbed));
}

#[test]
fn the_thread_of_checkpoints_breaks_down_and_training_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("runs/A1");
    let mut harness = open(folder.path(), 9_000);
    let fault = inject(Faults::panic_at(
        &run.join("checkpoints/state.safetensors"),
        1,
    ));
    press_train(&mut harness);
    until(&mut harness, "three epochs", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| run.epochs.len() >= 3)
    });
    drop(fault);
    let broken = "the thread that saves the run's state broke down: the fault injected";
    // Small epochs are quicker than a panic that prints its backtrace, so the test waits for it.
    until(&mut harness, "it is told", |harness| {
        let mut entries = harness.state().notices().entries();
        entries.any(|entry| entry.text.contains(broken))
    });
    told(&harness, Level::Warning, broken);
    assert_eq!(state(&harness), Some(RunState::Running));
    harness
        .get_by_role_and_label(Role::Button, "Stop & keep")
        .click();
    until(&mut harness, "the end", is_over);
    let stopped = &harness.state().runs()[0];
    let place = stopped.resumes_at.unwrap();
    assert!(place.epoch > stopped.epochs.len(), "{place}");
    let epochs = stopped.epochs.len();
    harness.get_by_label("More about A1").click();
    harness.run_steps(3);
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    until(&mut harness, "it goes on", |harness| {
        harness.state().runs()[0].epochs.len() > epochs
    });
}

#[test]
fn the_thread_for_files_breaks_down_and_does_the_next_job() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), small(1));
    let mut harness = window(folder.path(), 800.0, None);
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    let label = folder.path().join("runs/A1/label.json");
    let fault = inject(Faults::panic_at(&label, 1));
    harness
        .get_by_role_and_label(Role::Button, "Star A1")
        .click();
    harness.run_steps(2);
    until(&mut harness, "it is told", |harness| {
        harness.state().notices().entries().count() == 1
    });
    drop(fault);
    told(
        &harness,
        Level::Error,
        "the thread for files broke down: the fault injected",
    );
    let is_starred = || read_run(&folder.path().join("runs/A1")).unwrap().starred;
    assert!(!is_starred());
    for _ in 0..2 {
        harness
            .get_by_role_and_label(Role::Button, "Star A1")
            .click();
        harness.run_steps(2);
    }
    until(&mut harness, "the star is kept", |_| is_starred());
}

#[test]
fn a_full_disk_is_told_once_and_what_came_of_it_stays_with_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = folder.path().join("runs/A1/checkpoints");
    let mut harness = open(folder.path(), 9_000);
    let fault = inject(Faults::from_nth(&checkpoints, 4, ErrorKind::StorageFull));
    press_train(&mut harness);
    let epochs = |harness: &Harness<'_, App>| {
        let runs = harness.state().runs();
        runs.first().map_or(0, |run| run.epochs.len())
    };
    until(&mut harness, "epochs on a full disk", |harness| {
        epochs(harness) >= 5
    });
    told(&harness, Level::Warning, "epoch-0001");
    let warnings = |harness: &Harness<'_, App>| {
        let entries = harness.state().notices().entries();
        entries.filter(|it| it.level == Level::Warning).count()
    };
    // The thread that saves states tells of its own file.
    assert!(warnings(&harness) <= 2);
    drop(fault);
    until(&mut harness, "there is room again", |harness| {
        let mut entries = harness.state().notices().entries();
        entries.any(|it| it.text.contains("the run is kept whole again"))
    });
    harness
        .get_by_role_and_label(Role::Button, "Stop & keep")
        .click();
    until(&mut harness, "the end", is_over);
    let told = warnings(&harness);
    drop(harness);

    let mut harness = window(folder.path(), 800.0, None);
    let button = format!("{told} warnings");
    until(&mut harness, "the run and its warnings", |harness| {
        harness.query_by_label(&button).is_some()
    });
    harness.get_by_label(&button).click();
    harness.run_steps(3);
    harness.get_by_label_contains("kept whole again");
    harness.get_by_label_contains("epoch-0001");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("kept whole").is_none());
}
