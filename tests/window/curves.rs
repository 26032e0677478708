//! Files of curves in the table of runs: opened, shown with their verdict, kept over a restart,
//! renamed and taken off again.

use super::harness::{click, notices, sees, type_path, until, window};
use crate::support::asset;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use std::path::{Path, PathBuf};

fn elsewhere(name: &str) -> PathBuf {
    asset("curves/elsewhere").join(name)
}

/// Opens a file of curves as a person does: the menu, the path, Enter.
fn open(harness: &mut Harness<'_, App>, path: &Path) {
    click(harness, Role::Button, "File");
    click_entry(harness, "Open curves…");
    type_path(harness, path);
}

fn click_entry(harness: &mut Harness<'_, App>, entry: &str) {
    {
        let entries = harness.query_all_by_label_contains(entry);
        entries.last().unwrap().click_accesskit();
    }
    harness.run_steps(3);
}

fn has_row(harness: &Harness<'_, App>, name: &str) -> bool {
    let mut rows = harness.query_all_by_role_and_label(Role::Button, name);
    rows.next().is_some()
}

#[test]
fn a_file_becomes_rows_with_their_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let prefs = folder.path().join("window.json");
    let mut harness = window(folder.path(), 800.0, Some(prefs.clone()));
    open(&mut harness, &elsewhere("plain-keras.csv"));
    until(&mut harness, "the row", |harness| {
        has_row(harness, "plain-keras")
    });
    // The row has its verdict, as the line above the curves, and nothing passes by.
    assert!(sees(&harness, "since epoch 6."));
    assert!(sees(&harness, "from a file"));
    assert!(sees(&harness, "2 notes"));
    assert_eq!(notices(&harness), [""; 0]);
    // What needs weights says why there are none.
    assert!(sees(&harness, "holds no weights"));

    open(&mut harness, &elsewhere("five-folds-appended.csv"));
    until(&mut harness, "five rows", |harness| {
        has_row(harness, "1 of 5 · five-folds-appended")
            && has_row(harness, "5 of 5 · five-folds-appended")
    });
    assert!(sees(&harness, "Still improving."));
    // All of them are drawn, and can be hidden.
    click(
        &mut harness,
        Role::CheckBox,
        "Show 5 of 5 · five-folds-appended",
    );
    // A file that is opened again takes the place of its rows.
    open(&mut harness, &elsewhere("plain-keras.csv"));
    until(&mut harness, "the first verdict", |harness| {
        sees(harness, "since epoch 6.") && !sees(harness, "Path")
    });
    let rows = harness.query_all_by_role_and_label(Role::Button, "plain-keras");
    assert_eq!(rows.count(), 1);
    drop(harness);

    // The next window has them again, and the same one chosen.
    let mut harness = window(folder.path(), 800.0, Some(prefs));
    until(&mut harness, "the rows", |harness| {
        has_row(harness, "plain-keras") && has_row(harness, "1 of 5 · five-folds-appended")
    });
    assert!(sees(&harness, "since epoch 6."));
    click(&mut harness, Role::Button, "More about plain-keras");
    click_entry(&mut harness, "Remove from the table");
    assert!(!has_row(&harness, "plain-keras"));
    assert!(elsewhere("plain-keras.csv").is_file());
    click(&mut harness, Role::Button, "File");
    click_entry(&mut harness, "Close curves");
    assert!(!has_row(&harness, "1 of 5 · five-folds-appended"));
    assert!(sees(&harness, "No runs yet."));
}

#[test]
fn a_file_that_holds_no_curves_is_refused_at_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), 800.0, None);
    open(
        &mut harness,
        &elsewhere("keras3-without-validation-nan.csv"),
    );
    until(&mut harness, "the reason", |harness| {
        sees(harness, "no validation loss was logged")
    });
    assert!(sees(&harness, "No runs yet."));
}
