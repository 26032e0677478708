//! Runs that answer together, in the window: made, measured, looked at, kept over a restart, deleted.

use super::harness::{self, click, notices, open_menu, sees, type_into, until};
use crate::support::runs::{narrow, train_in_store};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::data::{Copies, MOST_COPIES};
use overfit_lab::experiment::Settings;
use overfit_lab::lab::store::Ensemble;
use overfit_lab::lab::{RunId, RunStore};
use std::path::Path;

/// Three runs that differ in their seed.
fn seeds(folder: &Path, edit: impl Fn(&mut Settings)) {
    for seed in 1..=3 {
        let mut settings = narrow(60, 100, 2);
        settings.seed = seed;
        if seed == 3 {
            edit(&mut settings);
        }
        train_in_store(folder, settings);
    }
}

fn window(folder: &Path) -> Harness<'static, App> {
    let mut harness = harness::window(folder, 1600.0, Some(folder.join("window.json")));
    until(&mut harness, "the runs are read", |harness| {
        harness.state().runs().len() == 3
    });
    harness
}

#[track_caller]
fn until_seen(harness: &mut Harness<'_, App>, text: &str) {
    until(harness, text, |harness| sees(harness, text));
}

/// Averages all three runs, as a person does.
fn average(harness: &mut Harness<'_, App>, is_augmented: bool) {
    click(harness, Role::Button, "Run");
    click(harness, Role::Button, "Average runs…");
    for seed in 1..=3 {
        let text = format!("A{seed}, seed {seed}");
        let name = harness.get_all_by_role(Role::CheckBox).find_map(|node| {
            use egui_kittest::kittest::NodeT;
            let node = node.accesskit_node();
            let label = node.label()?;
            let is_off = node.toggled() == Some(eframe::egui::accesskit::Toggled::False);
            (label.starts_with(&text) && is_off).then_some(label)
        });
        if let Some(name) = name {
            click(harness, Role::CheckBox, &name);
        }
    }
    if is_augmented {
        click(harness, Role::CheckBox, "Test-time augmentation");
    }
    click(harness, Role::Button, "Average 3 runs");
}

#[test]
fn an_average_is_a_row_that_the_tabs_take_and_that_stays() {
    let folder = tempfile::tempdir().unwrap();
    seeds(folder.path(), |_| {});
    let mut harness = window(folder.path());
    average(&mut harness, false);
    until_seen(&mut harness, "The average of 3 runs: ");
    until_seen(&mut harness, "Best run alone: A");
    until_seen(&mut harness, "The runs disagree on ");
    until_seen(
        &mut harness,
        "These are the curves of its runs: it has none.",
    );
    let store = RunStore::new(folder.path().join("runs"));
    until(&mut harness, "the figures are kept", |_| {
        store
            .read_ensembles()
            .0
            .iter()
            .any(|(_, kept)| kept.score.is_some())
    });
    assert_eq!(store.read_all().0.len(), 3);

    click(&mut harness, Role::Button, "Errors");
    until_seen(
        &mut harness,
        "Validation images of E1. The average of 3 runs",
    );
    let kept = store.read_ensembles().0.remove(0).1.score.unwrap();
    let disagreeing = format!("The runs disagree on {} images", kept.disagreements);
    click(&mut harness, Role::Button, &disagreeing);
    until_seen(&mut harness, "The runs disagree: ");

    // Its matrix is exported as that of a run is.
    open_menu(&mut harness, "Export", "Export confusion matrix…");
    let matrix = folder.path().join("matrix.csv");
    type_into(&mut harness, "Write to", matrix.to_str().unwrap());
    harness.key_press(Key::Enter);
    until(&mut harness, "the matrix", |_| matrix.is_file());
    let table = std::fs::read_to_string(&matrix).unwrap();
    let rows = table.lines().skip(1);
    let right: usize = rows
        .enumerate()
        .map(|(class, row)| -> usize { row.split(',').nth(class + 1).unwrap().parse().unwrap() })
        .sum();
    assert_eq!(
        right,
        (kept.figures.accuracy * kept.figures.count as f64).round() as usize
    );
    until(&mut harness, "the dialog closes", |harness| {
        !sees(harness, "Write to")
    });

    click(&mut harness, Role::Button, "Layers");
    until_seen(&mut harness, "An average has no layers of its own");
    click(&mut harness, Role::Button, "Draw");
    until_seen(&mut harness, "all runs of the average answer it");
    drop(harness);

    let mut harness = window(folder.path());
    until_seen(&mut harness, "The average of 3 runs: ");
    harness.get_by_role_and_label(Role::Button, "E1").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    until_seen(&mut harness, "E1 is in the bin. Its runs stay.");
    until(&mut harness, "the file is gone", |_| {
        store.read_ensembles().0.is_empty()
    });
    {
        // The toolbar has a button of that name, too.
        let undo = harness.query_all_by_label("Undo");
        undo.last().unwrap().click_accesskit();
    }
    harness.run_steps(3);
    until_seen(&mut harness, "The average of 3 runs: ");
    assert_eq!(store.read_ensembles().0.len(), 1);
}

#[test]
fn test_time_augmentation_is_a_switch_of_the_average() {
    let folder = tempfile::tempdir().unwrap();
    seeds(folder.path(), |_| {});
    let mut harness = window(folder.path());
    average(&mut harness, true);
    until_seen(&mut harness, "over the image and 8 transformed copies: ");
    until_seen(&mut harness, "Without copies ");
    click(&mut harness, Role::Button, "More about E1");
    click(&mut harness, Role::CheckBox, "Test-time augmentation");
    until_seen(&mut harness, "The average of 3 runs: ");
    let store = RunStore::new(folder.path().join("runs"));
    until(&mut harness, "the switch is kept", |_| {
        let kept = store.read_ensembles().0.remove(0).1;
        kept.copies.count == 0 && kept.score.is_some_and(|score| score.tta == 0)
    });
}

#[test]
fn measuring_is_cancelled_and_begun_again_and_the_tab_has_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    seeds(folder.path(), |_| {});
    let store = RunStore::new(folder.path().join("runs"));
    let members = ["A1", "A2", "A3"].map(|id| RunId(id.into())).to_vec();
    let copies = Copies::new(MOST_COPIES);
    store
        .add_ensemble(Ensemble::new("", members, copies, 0))
        .unwrap();
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Errors");
    click(&mut harness, Role::Button, "E1");
    until_seen(
        &mut harness,
        "The runs of the average answer the validation images.",
    );
    click(&mut harness, Role::Button, "Cancel");
    until_seen(
        &mut harness,
        "Answering the validation images was cancelled.",
    );
    until_seen(
        &mut harness,
        "Measuring it on the validation images was cancelled.",
    );
    assert!(store.read_ensembles().0.remove(0).1.score.is_none());
    // With fewer copies it takes a moment, and the figures and the tab have one answer.
    click(&mut harness, Role::Button, "Answer them");
    until_seen(
        &mut harness,
        "The runs of the average answer the validation images.",
    );
    click(&mut harness, Role::Button, "More about E1");
    click(&mut harness, Role::CheckBox, "Test-time augmentation");
    until_seen(&mut harness, "The average of 3 runs: ");
    until_seen(&mut harness, "Validation images of E1.");
    click(&mut harness, Role::Button, "Why");
    assert!(sees(&harness, "Best alone: A"));
}

#[test]
fn a_run_that_other_images_validate_is_told_and_the_average_not_measured() {
    let folder = tempfile::tempdir().unwrap();
    seeds(folder.path(), |settings| settings.data.split_seed = 9);
    let mut harness = window(folder.path());
    average(&mut harness, false);
    until_seen(
        &mut harness,
        "Run A3 has other validation images than run A1",
    );
    let count = |harness: &Harness<'_, App>| {
        let said = harness.query_all_by_label_contains("Run A3 has other validation images");
        said.count()
    };
    let before = count(&harness);
    click(&mut harness, Role::Button, "Errors");
    until(&mut harness, "the reason in the tab", |harness| {
        count(harness) > before
    });
    // A run that is gone is named, too.
    let store = RunStore::new(folder.path().join("runs"));
    store.delete(&RunId("A2".into())).unwrap();
    until_seen(
        &mut harness,
        "E1 needs the run A2, which isn't in the table",
    );
    assert!(
        !notices(&harness)
            .iter()
            .any(|text| text.contains("panicked"))
    );
}

#[test]
fn a_report_is_written_about_the_runs_of_an_average() {
    let folder = tempfile::tempdir().unwrap();
    seeds(folder.path(), |settings| {
        settings.regularization.dropout = 0.5
    });
    let mut harness = window(folder.path());
    average(&mut harness, false);
    until_seen(&mut harness, "The average of 3 runs: ");
    click(&mut harness, Role::Button, "Export");
    click(&mut harness, Role::Button, "Report…");
    until_seen(&mut harness, "There is no sweep yet.");
    assert!(sees(&harness, "The 3 runs shown, by their settings"));
    let path = folder.path().join("report.html");
    let field = |harness: &mut Harness<'_, App>, text: &str| {
        harness
            .get_by_role_and_label(Role::TextInput, "Write to")
            .focus();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness
            .get_by_role_and_label(Role::TextInput, "Write to")
            .type_text(text);
        harness.run_steps(2);
    };
    field(&mut harness, path.to_str().unwrap());
    click(&mut harness, Role::Button, "Write");
    until(&mut harness, "the report", |harness| {
        path.is_file() && !sees(harness, "Write to")
    });
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("</html>"));
    assert!(page.contains("2 combinations of settings with 3 seeds each: 3 of 6 runs finished"));
    assert!(page.contains("overfit-lab sweep plan"));
}
