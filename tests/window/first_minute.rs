//! The window by role and label: what a person does in the first minute.

use super::harness::{self, notices, open_file};
use crate::support::runs::narrow;
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::{Preset, Setting};
use overfit_lab::lab::{RunState, StopReason};
use std::path::Path;
use std::time::Duration;

fn window(folder: &Path) -> Harness<'static, App> {
    harness::window(folder, 800.0, Some(folder.join("window.json")))
}

#[track_caller]
fn until(harness: &mut Harness<'_, App>, what: &str, done: impl Fn(&App) -> bool) {
    harness::until(harness, what, |harness| done(harness.state()));
}

fn train_small(harness: &mut Harness<'_, App>, folder: &Path, epochs: usize) {
    harness::train(harness, folder, &narrow(200, 200, epochs));
}

#[test]
fn it_opens_with_a_preset_that_overfits_and_train_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let harness = window(folder.path());
    assert_eq!(harness.state().settings(), &Preset::FirstLook.settings());
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(!train.accesskit_node().is_disabled());
    for strategy in [
        "1 More data",
        "2 Augmentation",
        "3 Architecture",
        "4 Regularization",
        "5 Less complexity",
    ] {
        harness.get_by_label(strategy);
    }
}

#[test]
fn a_preset_is_chosen_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    harness
        .get_by_role_and_label(Role::ComboBox, "Preset")
        .click();
    harness.run_steps(3);
    harness.get_by_label(Preset::Memorize.label()).click();
    harness.run_steps(3);
    assert_eq!(harness.state().settings(), &Preset::Memorize.settings());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().settings(), &Preset::FirstLook.settings());
}

#[test]
fn a_run_trains_is_changed_live_paused_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    train_small(&mut harness, folder.path(), 5_000);
    until(&mut harness, "an epoch", |app| {
        app.runs().first().is_some_and(|run| !run.epochs.is_empty())
    });

    // A number is clicked, typed over and confirmed with Enter.
    harness
        .get_by_role_and_label(Role::SpinButton, "Dropout")
        .click();
    harness.run_steps(3);
    harness.event(Event::Text("0.5".into()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    let changes = |app: &App| app.runs()[0].experiment.changes().to_vec();
    until(&mut harness, "the flag of dropout", |app| {
        changes(app).len() == 1
    });
    harness
        .get_by_role_and_label(Role::CheckBox, "Augmentation")
        .click();
    harness.run_steps(2);
    until(&mut harness, "the flag of augmentation", |app| {
        changes(app).len() == 2
    });
    let made: Vec<_> = changes(harness.state())
        .iter()
        .map(|change| (change.from, change.to))
        .collect();
    assert_eq!(
        made,
        [
            (Setting::Dropout(0.0), Setting::Dropout(0.5)),
            (Setting::Augment(false), Setting::Augment(true)),
        ]
    );

    harness.get_by_role_and_label(Role::Button, "Pause").click();
    harness.run_steps(2);
    until(&mut harness, "paused", |app| {
        app.runs()[0].state == RunState::Paused
    });
    std::thread::sleep(Duration::from_millis(300));
    harness.run_steps(5);
    let batches = harness.state().runs()[0].batches.len();
    std::thread::sleep(Duration::from_millis(300));
    harness.run_steps(5);
    assert_eq!(harness.state().runs()[0].batches.len(), batches);
    harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    harness.run_steps(2);
    until(&mut harness, "going on", |app| {
        app.runs()[0].batches.len() > batches
    });

    harness
        .get_by_role_and_label(Role::Button, "Stop & keep")
        .click();
    harness.run_steps(2);
    until(&mut harness, "stopped", |app| {
        app.runs()[0].state == RunState::Finished(StopReason::Stopped)
    });
    let stored = folder.path().join("runs/A1");
    assert!(stored.join("checkpoints/best.safetensors").is_file());
    let text = std::fs::read_to_string(stored.join("experiment.json")).unwrap();
    assert!(text.contains("\"augment\""), "{text}");
    let told = notices(&harness);
    assert!(told.iter().all(|text| !text.contains("can't")), "{told:?}");
}

#[test]
fn runs_are_renamed_deleted_and_brought_back_and_found_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    train_small(&mut harness, folder.path(), 2);
    until(&mut harness, "the end", |app| {
        app.runs().first().is_some_and(|run| !run.state.is_active())
    });

    harness.get_by_role_and_label(Role::Button, "A1").click();
    harness.run_steps(2);
    harness.key_press(Key::F2);
    harness.run_steps(3);
    harness.get_by_label("New name of A1").type_text(" first");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let name = harness.state().runs()[0].name.clone();
    assert!(name.contains("first"), "{name}");

    harness.get_by_label(&format!("More about {name}")).click();
    harness.run_steps(3);
    harness.get_by_label_contains("Delete").click();
    harness.run_steps(3);
    assert!(harness.state().runs().is_empty());
    until(&mut harness, "in the bin", |_| {
        folder.path().join("runs/.bin/A1").is_dir()
    });
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Undo delete").click();
    harness.run_steps(2);
    until(&mut harness, "brought back", |app| app.runs().len() == 1);
    // Undo takes back the last thing that was done, which is the deletion.
    harness.get_by_label(&format!("More about {name}")).click();
    harness.run_steps(3);
    harness.get_by_label_contains("Delete").click();
    harness.run_steps(3);
    until(&mut harness, "in the bin again", |app| {
        app.runs().is_empty()
    });
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    until(&mut harness, "brought back by undo", |app| {
        app.runs().len() == 1
    });
    assert!(folder.path().join("runs/A1/metrics.jsonl").is_file());
    drop(harness);

    let mut harness = window(folder.path());
    until(&mut harness, "the runs on disk", |app| {
        app.runs().len() == 1
    });
    let run = &harness.state().runs()[0];
    assert_eq!((run.name.as_str(), run.epochs.len()), (name.as_str(), 2));
    // The settings survive a restart as well.
    assert_eq!(harness.state().settings(), &narrow(200, 200, 2));
}

#[test]
fn a_bad_experiment_file_is_a_toast_and_an_entry_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    let path = folder.path().join("bad.json");
    std::fs::write(&path, "{\"version\": 9}").unwrap();
    open_file(&mut harness, &path);
    harness::until(&mut harness, "the message", |harness| {
        !notices(harness).is_empty()
    });
    let message = &notices(&harness)[0];
    assert!(
        message.contains("version 9") && message.contains("bad.json"),
        "{message}"
    );
    assert_eq!(harness.state().settings(), &Preset::FirstLook.settings());
}

#[test]
fn keys_are_listed_by_f1_and_closed_by_escape() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    harness.key_press(Key::F1);
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label_contains("Double click in a plot")
            .is_some()
    );
    harness.key_press(Key::Escape);
    harness.run_steps(10);
    assert!(
        harness
            .query_by_label_contains("Double click in a plot")
            .is_none()
    );
}

#[test]
fn every_size_is_drawn_without_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    for size in [
        [0.0, 0.0],
        [1.0, 1.0],
        [320.0, 200.0],
        [1920.0, 1080.0],
        [3840.0, 2160.0],
    ] {
        harness.set_size(size.into());
        harness.run_steps(5);
    }
}

#[test]
fn an_idle_window_rests() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    // The thread for files reports what it found. After that nothing happens.
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(20));
        harness.step();
    }
    let output = &harness.output().viewport_output[&ViewportId::ROOT];
    assert!(
        output.repaint_delay > Duration::from_secs(60),
        "the next frame is due in {:?}",
        output.repaint_delay
    );
}
