//! Runs that stopped, taken up again in the window: after a crash, from the menu, and those that
//! somebody else trains.

use super::harness::{self, notices, small, until};
use crate::support::runs::{forget_the_end, train_and_stop, train_in_store};
use eframe::App as _;
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{Run, RunState, StopReason};
use std::fs::File;
use std::path::Path;

fn open(folder: &Path) -> Harness<'static, App> {
    let mut harness = harness::window(folder, 800.0, None);
    until(&mut harness, "the runs on disk", |harness| {
        !harness.state().runs().is_empty()
    });
    harness
}

/// Holds a run as another process does whose number stands in the file.
fn hold(folder: &Path) -> File {
    let lock = File::open(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    lock
}

fn is_finished(harness: &Harness<'_, App>, reason: StopReason) -> bool {
    let runs = harness.state().runs();
    runs.last()
        .is_some_and(|run| run.state == RunState::Finished(reason))
}

/// What a run's curves are drawn of, without what the clock says.
#[derive(Debug, PartialEq)]
struct Curves {
    epochs: Vec<(usize, f64, f64)>,
    batches: Vec<(u64, f32)>,
}

fn curves(run: &Run) -> Curves {
    let epochs = run.epochs.iter();
    let batches = run.batches.iter();
    Curves {
        epochs: epochs
            .map(|epoch| (epoch.epoch, epoch.train_loss, epoch.validation_loss))
            .collect(),
        batches: batches.map(|batch| (batch.step, batch.loss)).collect(),
    }
}

/// The same experiment, trained without a break.
fn undisturbed(epochs: usize) -> Run {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), small(epochs));
    read_run(&folder.path().join("runs/A1")).unwrap()
}

fn open_menu_of(harness: &mut Harness<'_, App>, name: &str) {
    harness.get_by_label(&format!("More about {name}")).click();
    harness.run_steps(3);
}

/// Whether the entry *Resume* of the open menu can be chosen.
fn can_resume(harness: &Harness<'_, App>) -> bool {
    let entry = harness.get_by_role_and_label(Role::Button, "Resume");
    !entry.accesskit_node().is_disabled()
}

#[test]
fn after_a_crash_the_newest_run_is_offered_and_goes_on_as_one_curve() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        train_and_stop(folder.path(), small(5), 2);
    }
    for run in ["A1", "A2"] {
        forget_the_end(&folder.path().join("runs").join(run));
    }
    let mut harness = open(folder.path());
    let runs = harness.state().runs();
    let [_, newest] = runs else {
        panic!("{} runs", runs.len());
    };
    assert_eq!(newest.state, RunState::Interrupted);
    let told = format!(
        "Run A2 was interrupted. It can go on {} (of 5 epochs). So can A1, from its menu.",
        newest.resumes_at.unwrap()
    );
    assert_eq!(notices(&harness), [told]);
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    harness.run_steps(2);
    until(&mut harness, "the end", |harness| {
        is_finished(harness, StopReason::Completed)
    });
    let runs = harness.state().runs();
    assert_eq!(runs.len(), 2);
    assert_eq!(curves(&runs[1]), curves(&undisturbed(5)));
    assert_eq!(runs[1].resumes_at, None);
    // The run on the disk has the same curves.
    let read = read_run(&runs[1].folder).unwrap();
    assert_eq!(curves(&read), curves(&runs[1]));
    assert!(harness.query_by_label_contains("was interrupted").is_none());
}

#[test]
fn an_offer_that_was_declined_is_not_made_again_and_the_next_run_is_offered() {
    let folder = tempfile::tempdir().unwrap();
    let prefs = folder.path().join("window.json");
    for run in ["A1", "A2"] {
        train_and_stop(folder.path(), small(5), 2);
        forget_the_end(&folder.path().join("runs").join(run));
    }
    for offered in [Some("A2"), Some("A1"), None] {
        let mut harness = harness::window(folder.path(), 800.0, Some(prefs.clone()));
        until(&mut harness, "the runs on disk", |harness| {
            harness.state().runs().len() == 2
        });
        let told = notices(&harness);
        match offered {
            Some(run) => {
                let offer = format!("Run {run} was interrupted.");
                assert!(told.len() == 1 && told[0].starts_with(&offer), "{told:?}");
                harness
                    .get_by_role_and_label(Role::Button, "Dismiss")
                    .click();
                harness.run_steps(3);
            }
            None => assert!(told.is_empty(), "{told:?}"),
        }
        harness.state_mut().on_exit(None);
    }
    // The run can still be taken up from its menu.
    let mut harness = harness::window(folder.path(), 800.0, Some(prefs));
    until(&mut harness, "the runs on disk", |harness| {
        harness.state().runs().len() == 2
    });
    open_menu_of(&mut harness, "A2");
    assert!(can_resume(&harness));
}

#[test]
fn a_stopped_run_is_resumed_from_its_menu_and_a_finished_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    train_and_stop(folder.path(), small(8), 1);
    let mut harness = open(folder.path());
    // The run was stopped on purpose, so that nothing is offered.
    assert_eq!(harness.state().notices().entries().count(), 0);
    open_menu_of(&mut harness, "A1");
    assert!(can_resume(&harness));
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    harness.run_steps(2);
    until(&mut harness, "the end", |harness| {
        is_finished(harness, StopReason::Completed)
    });
    let runs = harness.state().runs();
    assert_eq!(curves(&runs[0]), curves(&undisturbed(8)));
    open_menu_of(&mut harness, "A1");
    assert!(!can_resume(&harness));
}

#[test]
fn a_run_stopped_in_the_window_goes_on_there() {
    let folder = tempfile::tempdir().unwrap();
    train_and_stop(folder.path(), small(2_000), 1);
    let mut harness = open(folder.path());
    for round in 1..=2 {
        let before = harness.state().runs()[0].epochs.len();
        open_menu_of(&mut harness, "A1");
        harness
            .get_by_role_and_label(Role::Button, "Resume")
            .click();
        harness.run_steps(2);
        until(&mut harness, "another epoch", |harness| {
            harness.state().runs()[0].epochs.len() > before
        });
        harness
            .get_by_role_and_label(Role::Button, "Stop & keep")
            .click();
        harness.run_steps(2);
        until(&mut harness, "stopped", |harness| {
            is_finished(harness, StopReason::Stopped)
        });
        assert!(
            harness.state().runs()[0].resumes_at.is_some(),
            "round {round}"
        );
    }
    let run = &harness.state().runs()[0];
    let epochs: Vec<usize> = run.epochs.iter().map(|metrics| metrics.epoch).collect();
    assert!(epochs.iter().copied().eq(1..=epochs.len()), "{epochs:?}");
    let steps = run.batches.iter().map(|batch| batch.step);
    assert!(steps.eq(1..=run.batches.len() as u64));
}

#[test]
fn what_another_process_trains_is_shown_so_and_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    train_and_stop(folder.path(), small(4), 1);
    let run = folder.path().join("runs/A1");
    forget_the_end(&run);
    let lock = hold(&run);
    let mut harness = open(folder.path());
    let process = format!("process {}", std::process::id());
    let RunState::Elsewhere(by) = &harness.state().runs()[0].state else {
        panic!("{:?}", harness.state().runs()[0].state);
    };
    assert!(by.contains(&process), "{by}");
    assert_eq!(harness.state().notices().entries().count(), 0);
    harness.get_by_label("other process");
    open_menu_of(&mut harness, "A1");
    assert!(!can_resume(&harness));
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .hover();
    harness.run_steps(20);
    assert!(
        harness
            .query_by_label_contains(&format!("It is being trained by {process}"))
            .is_some()
    );
    let delete = harness.get_by_label_contains("Delete");
    assert!(delete.accesskit_node().is_disabled());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "A1").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Stop it there").is_some());
    // Once nobody holds the run, it can be taken up here.
    drop(lock);
    until(&mut harness, "it is seen to be free", |harness| {
        let run = &harness.state().runs()[0];
        run.state == RunState::Interrupted && run.resumes_at.is_some()
    });
}

#[test]
fn before_its_first_epoch_another_process_s_run_says_who_trains_it() {
    let folder = tempfile::tempdir().unwrap();
    train_and_stop(folder.path(), small(4), 1);
    let run = folder.path().join("runs/A1");
    forget_the_end(&run);
    std::fs::write(run.join("metrics.jsonl"), "").unwrap();
    std::fs::remove_dir_all(run.join("checkpoints")).unwrap();
    let _lock = hold(&run);
    let harness = open(folder.path());
    let process = format!("process {}", std::process::id());
    harness.get_by_label_contains(&format!("This run is trained by {process}"));
}
