//! Groups in the table of runs: what a closed one says, and what of it is drawn.

use super::harness::{
    click, open_menu, press_train, sees, small, type_into, until, until_an_epoch,
};
use super::queue::{choose_seeds, train_three, window};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};

#[test]
fn the_runs_of_a_closed_group_are_not_drawn_by_themselves_and_come_back_when_it_opens() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(2));
    choose_seeds(&mut harness, 1, 3);
    train_three(&mut harness, 3);
    click(&mut harness, Role::Button, "S1 ×3");
    // The verdict that the runs have in common is that of the group.
    assert!(sees(&harness, "of 3 seeds: "));
    click(&mut harness, Role::DisclosureTriangle, "Open S1 ×3");
    click(&mut harness, Role::CheckBox, "Show S1.2");
    assert!(sees(&harness, "S1.2 validation"));
    click(&mut harness, Role::DisclosureTriangle, "Close S1 ×3");
    assert!(!sees(&harness, "S1.2 validation"));
    click(&mut harness, Role::DisclosureTriangle, "Open S1 ×3");
    assert!(sees(&harness, "S1.2 validation"));
    // The row of a closed group tells of the chosen run in it.
    click(&mut harness, Role::Button, "S1.2");
    assert!(!sees(&harness, "seed 2 is chosen"));
    click(&mut harness, Role::DisclosureTriangle, "Close S1 ×3");
    assert!(sees(&harness, "3 seeds (seed 2 is chosen)"));
    assert!(sees(&harness, "S1.2 training"), "the chosen run");
}

#[test]
fn a_closed_group_says_that_it_trains() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    choose_seeds(&mut harness, 1, 3);
    press_train(&mut harness);
    until_an_epoch(&mut harness);
    assert!(harness.query_by_label("Open S1 ×3").is_some());
    assert!(sees(&harness, "training, 0 of 3 seeds"));
}

#[test]
fn the_queue_calls_runs_as_their_group_was_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    choose_seeds(&mut harness, 1, 3);
    press_train(&mut harness);
    until_an_epoch(&mut harness);
    harness.get_by_role_and_label(Role::Button, "S1 ×3").focus();
    harness.run_steps(2);
    harness.key_press(Key::F2);
    harness.run_steps(3);
    harness.get_by_label("New name of S1 ×3").type_text("plain");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::J);
    harness.run_steps(3);
    for name in ["Remove plain.1", "Move plain.2", "Move plain.3"] {
        assert!(sees(&harness, name), "{name}");
    }
    assert!(!sees(&harness, "S1.2"));
}

#[test]
fn the_curves_of_a_group_are_exported_by_its_name_and_say_what_the_band_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(2));
    choose_seeds(&mut harness, 1, 3);
    train_three(&mut harness, 3);
    click(&mut harness, Role::Button, "S1 ×3");
    open_menu(&mut harness, "Export", "Export curves…");
    let field = harness.get_by_role_and_label(Role::TextInput, "Write to");
    let proposed = field.accesskit_node().value().unwrap();
    assert!(proposed.contains("S1-curves."), "{proposed}");
    let file = folder.path().join("group.svg");
    type_into(&mut harness, "Write to", file.to_str().unwrap());
    harness.key_press(Key::Enter);
    until(&mut harness, "the file", |harness| {
        sees(harness, &format!("Written: {}", file.display()))
    });
    let svg = std::fs::read_to_string(&file).unwrap();
    assert!(svg.contains("validation, 95% interval of the mean"));
    assert!(!svg.contains("standard error"));
}
