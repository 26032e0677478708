//! What the window keeps from frame to frame is thrown away as soon as what it was made of changes.

use super::harness::{click, press_train, remember, sees, until, window};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::experiment::{Preset, TrainSize};

/// The names of these rows that are in the table, from top to bottom.
fn rows<'a>(harness: &Harness<'_, App>, names: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<(f32, &str)> = names
        .iter()
        .filter_map(|name| {
            let row = harness.query_by_role_and_label(Role::Button, name)?;
            Some((row.rect().top(), *name))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, name)| name).collect()
}

fn filter(harness: &mut Harness<'_, App>, text: &str) {
    harness.get_by_label("Filter runs").focus();
    harness.run_steps(2);
    harness.get_by_label("Filter runs").type_text(text);
    harness.run_steps(2);
}

fn two_runs(folder: &std::path::Path) -> Harness<'static, App> {
    let mut settings = Preset::Linear.settings();
    settings.data.train_size = TrainSize::Count(128);
    settings.data.validation_size = 64;
    settings.training.epochs = 2;
    let file = remember(folder, &settings);
    let mut harness = window(folder, 800.0, Some(file));
    for count in 1..=2 {
        press_train(&mut harness);
        until(&mut harness, "the run is over", |harness| {
            let runs = harness.state().runs();
            runs.len() == count && runs.iter().all(|run| !run.state.is_active())
        });
    }
    harness
}

#[test]
fn a_star_a_name_the_filter_and_the_order_show_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = two_runs(folder.path());
    assert_eq!(rows(&harness, &["A1", "A2"]), ["A2", "A1"]);
    filter(&mut harness, "star");
    assert!(sees(&harness, "No run matches"));
    harness.get_by_label("Show all runs").click_accesskit();
    harness.run_steps(2);
    click(&mut harness, Role::Button, "Star A1");
    filter(&mut harness, "star");
    assert_eq!(rows(&harness, &["A1", "A2"]), ["A1"]);
    // A run that no longer passes the filter leaves the table, and one that does comes.
    harness.get_by_role_and_label(Role::Button, "A1").focus();
    harness.run_steps(2);
    harness.key_press(Key::F2);
    harness.run_steps(2);
    harness.get_by_label("New name of A1").type_text("first");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(rows(&harness, &["A1", "A2", "first"]), ["first"]);
    assert!(
        sees(&harness, "first validation"),
        "the values under the plots"
    );
    click(&mut harness, Role::Button, "Star first");
    assert!(sees(&harness, "No run matches"));
    harness.get_by_label("Show all runs").click_accesskit();
    harness.run_steps(2);
    assert_eq!(rows(&harness, &["A2", "first"]), ["A2", "first"]);
    click(&mut harness, Role::Button, "Name");
    assert_eq!(rows(&harness, &["A2", "first"]), ["A2", "first"]);
    click(&mut harness, Role::Button, "Name");
    assert_eq!(rows(&harness, &["A2", "first"]), ["first", "A2"]);
}

#[test]
fn a_check_box_a_choice_and_a_deletion_show_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = two_runs(folder.path());
    let is_faint = |harness: &Harness<'_, App>| harness.query_by_label("previous").is_some();
    let is_drawn = |harness: &Harness<'_, App>| sees(harness, "A1 validation");
    // The run that was chosen before lies faint behind the chosen one.
    assert!(is_faint(&harness) && is_drawn(&harness));
    click(&mut harness, Role::CheckBox, "Previous");
    assert!(!is_faint(&harness) && !is_drawn(&harness));
    click(&mut harness, Role::CheckBox, "Show A1");
    assert!(!is_faint(&harness) && is_drawn(&harness));
    click(&mut harness, Role::CheckBox, "Show A1");
    assert!(!is_drawn(&harness));
    click(&mut harness, Role::Button, "A1");
    assert!(sees(&harness, "A1 training"), "the chosen run");
    harness.get_by_role_and_label(Role::Button, "A2").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(rows(&harness, &["A1", "A2"]), ["A1"]);
}
