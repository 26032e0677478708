//! What to try, as a person tries it: a click changes the run that trains, or the next one.

use super::harness::{self, notices, sees, until};
use super::pictures::made_up_run;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::{Preset, Setting, Settings, TrainSize};

const AUGMENTATION: &str = "Try augmentation";

/// Clicks a suggestion once it is there.
#[track_caller]
fn try_out(harness: &mut Harness<'_, App>, label: &str) {
    until(harness, label, |harness| sees(harness, label));
    harness::click(harness, Role::Button, label);
}

/// A dense network on few images, which knows them all by heart within seconds, and trains on.
fn dense() -> Settings {
    let mut settings = Preset::Dense.settings();
    settings.data.train_size = TrainSize::Count(200);
    settings.data.validation_size = 500;
    settings.network.width = 0.5;
    settings.training.batch_size = 16;
    settings.training.epochs = 5_000;
    settings
}

#[test]
fn after_a_run_a_suggestion_is_set_for_the_next_one_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    made_up_run(folder.path());
    let mut harness = harness::window(folder.path(), 800.0, None);
    let before = harness.state().settings().clone();
    try_out(&mut harness, AUGMENTATION);
    let mut expected = before.clone();
    Setting::Augment(true).apply(&mut expected);
    assert_eq!(harness.state().settings(), &expected);
    let told = notices(&harness);
    assert!(
        told.contains(&"The next run gets augmentation: press Train.".to_owned()),
        "{told:?}"
    );
    // What is set already can't be set again, and stays where it stood.
    let button = harness.get_by_role_and_label(Role::Button, AUGMENTATION);
    assert!(button.accesskit_node().is_disabled());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().settings(), &before);
    let button = harness.get_by_role_and_label(Role::Button, AUGMENTATION);
    assert!(!button.accesskit_node().is_disabled());
}

#[test]
fn in_mid_training_a_suggestion_changes_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness::window(folder.path(), 800.0, None);
    harness::train(&mut harness, folder.path(), &dense());
    try_out(&mut harness, AUGMENTATION);
    let changes = |app: &App| {
        let changes = app.runs()[0].experiment.changes().iter();
        changes.map(|change| change.to).collect::<Vec<_>>()
    };
    until(&mut harness, "the flag of augmentation", |harness| {
        changes(harness.state()) == [Setting::Augment(true)]
    });
    let told = notices(&harness);
    assert!(
        told.contains(&"A1 gets augmentation from its next batch on.".to_owned()),
        "{told:?}"
    );
    // What is on is no longer suggested, and undo takes it back from the run, too.
    until(&mut harness, "another suggestion", |harness| {
        !sees(harness, AUGMENTATION)
    });
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    until(&mut harness, "the flag of its end", |harness| {
        changes(harness.state()) == [Setting::Augment(true), Setting::Augment(false)]
    });
}
