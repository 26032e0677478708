//! The learning-rate finder: what a person does with it.

use super::harness::{self, click, remember, sees, until};
use crate::support::runs::narrow;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::{Architecture, Settings};

/// A network without a hidden layer, which is tested within a second.
fn linear() -> Settings {
    let mut settings = narrow(100, 50, 2);
    settings.network.architecture = Architecture::Linear;
    settings
}

fn open(harness: &mut Harness<'_, App>) {
    click(harness, Role::Button, "Run");
    click(harness, Role::Button, "Learning-rate finder…");
}

fn rate(harness: &Harness<'_, App>) -> f64 {
    harness.state().settings().training.learning_rate
}

#[test]
fn a_rate_is_found_looked_at_applied_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let prefs = remember(folder.path(), &linear());
    let mut harness = harness::window(folder.path(), 800.0, Some(prefs));
    let before = rate(&harness);
    open(&mut harness);
    until(&mut harness, "the range", |harness| {
        sees(harness, "This network learns with learning rates from")
    });
    // The picture says in words what it shows.
    let figure = harness.query_all_by_role(Role::Figure).last().unwrap();
    let says = figure.accesskit_node().label().unwrap();
    assert!(says.contains("This network learns with"), "{says}");
    let apply = harness.get_by_label_contains("Apply ");
    let text = apply.accesskit_node().label().unwrap();
    let found: f64 = text.trim_start_matches("Apply ").parse().unwrap();
    assert_ne!(found, before);
    click(&mut harness, Role::Button, &text);
    assert_eq!(rate(&harness), found);
    assert!(
        !sees(&harness, "This network learns"),
        "the dialog is closed"
    );
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(rate(&harness), before);
    // What was found still holds, so that it is shown at once.
    open(&mut harness);
    assert!(sees(&harness, "This network learns"));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!sees(&harness, "This network learns"));
    // Nothing of it is a run.
    assert!(harness.state().runs().is_empty());
}

#[test]
fn a_test_can_be_cancelled_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut slow = narrow(2_000, 50, 2);
    slow.network.width = 1.0;
    let prefs = remember(folder.path(), &slow);
    let mut harness = harness::window(folder.path(), 800.0, Some(prefs));
    open(&mut harness);
    click(&mut harness, Role::Button, "Cancel");
    until(&mut harness, "the end", |harness| {
        sees(harness, "The test was cancelled.")
    });
    click(&mut harness, Role::Button, "Try again");
    assert!(!sees(&harness, "The test was cancelled."));
    harness.get_by_role_and_label(Role::Button, "Cancel");
}
