//! The rows of groups by role and label.

use super::rows::RunRow;
use super::tests::{Window, asked, id, open, open_sized, row};
use crate::app::action::{Action, ExportKind};
use crate::lab::Run;
use crate::lab::sweep::{Group, Mean};
use eframe::egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// Three runs of which two are a group, and the row of the group.
fn grouped() -> Vec<RunRow<'static>> {
    let group = Group {
        id: id("seeds/1"),
        name: "S1 ×2".into(),
        members: vec![id("A1"), id("A2")],
        first: id("A1"),
        created_secs: 0,
        finished: 2,
        in_work: 0,
        left_out: 0,
        seeds: 2,
        figures: vec![(1, 0.926, id("A1")), (2, 0.986, id("A2"))],
        images: 5_000,
        accuracy: Some(Mean {
            mean: 0.956,
            deviation: Some(0.042_4),
        }),
        gap: Some(Mean {
            mean: 4.4,
            deviation: Some(4.2),
        }),
        epoch: Some(Mean {
            mean: 7.0,
            deviation: Some(0.0),
        }),
    };
    let mut rows = vec![
        row("A1", Some(0.926), Some(7.4)),
        row("A2", Some(0.986), Some(1.4)),
        row("A3", Some(0.97), Some(2.0)),
    ];
    rows[0].group = Some(group.id.clone());
    rows[1].group = Some(group.id.clone());
    let mut of_group = row("seeds/1", Some(0.956), Some(4.4));
    of_group.name.clone_from(&group.name);
    of_group.seeds = Some(Box::leak(Box::new(group)));
    rows.push(of_group);
    rows
}

#[test]
fn runs_of_a_group_are_one_row_that_opens() {
    let mut harness = open(grouped());
    harness.get_by_label("3");
    assert!(harness.query_by_label("A1").is_none());
    harness.get_by_label("2 seeds");
    harness.get_by_label("95.60%");
    harness.get_by_label("± 4.24 @ 7.0");
    harness.get_by_role_and_label(Role::Button, "S1 ×2").click();
    assert_eq!(asked(&mut harness), [Action::ChooseRun(id("seeds/1"))]);
    harness.get_by_label("Open S1 ×2").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "A1");
    harness.get_by_role_and_label(Role::Button, "S1 ×2").focus();
    harness.run();
    harness.key_press(Key::Delete);
    assert_eq!(asked(&mut harness), [Action::DeleteRun(id("seeds/1"))]);
    harness.get_by_label("Close S1 ×2").click();
    harness.run();
    assert!(harness.query_by_label("A1").is_none());
    // A filter that leaves one run of the group shows that run.
    harness.get_by_label("Filter runs").focus();
    harness.run();
    harness.get_by_label("Filter runs").type_text("acc>98");
    harness.run();
    harness.get_by_role_and_label(Role::Button, "A2");
    harness.get_by_label("1 of 3");
}

#[test]
fn the_menu_of_a_group_acts_on_all_of_its_runs() {
    let mut harness = open(grouped());
    let choose = |harness: &mut Harness<'_, Window>, entry: &str| {
        harness.get_by_label("More about S1 ×2").click();
        harness.run();
        harness.get_by_label_contains(entry).click();
    };
    choose(&mut harness, "Delete");
    assert_eq!(asked(&mut harness), [Action::DeleteRun(id("seeds/1"))]);
    choose(&mut harness, "Export curves…");
    let curves = Action::OpenExport(ExportKind::Curves);
    assert_eq!(
        asked(&mut harness),
        [Action::ChooseRun(id("seeds/1")), curves]
    );
    // What is renamed is what the runs have in common: how many there are is counted.
    choose(&mut harness, "Rename");
    harness.run();
    harness.run();
    let field = harness.get_by_label("New name of S1 ×2");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("S1"));
    field.type_text("dropout");
    harness.run();
    harness.key_press(Key::Enter);
    let renamed = Action::RenameRun(id("seeds/1"), "dropout".into());
    assert_eq!(asked(&mut harness), [renamed]);
}

#[test]
fn a_group_is_sorted_by_its_mean() {
    let mut harness = open(grouped());
    harness.get_by_label_contains("Accuracy ± @ best").click();
    harness.run();
    let top = |name| {
        harness
            .get_by_role_and_label(Role::Button, name)
            .rect()
            .top()
    };
    assert!(top("A3") < top("S1 ×2"));
}

/// The place of the group's row among the rows of [`grouped`].
const GROUP: usize = 3;

#[test]
fn a_closed_group_says_which_of_its_runs_is_chosen_or_in_training() {
    let mut rows = grouped();
    let mut settings = crate::experiment::Preset::Cnn.settings();
    settings.seed = 2;
    let experiment = crate::experiment::Experiment::new(settings, Vec::new()).unwrap();
    let chosen = Run::new(id("A2"), "A2".into(), 0, experiment);
    rows[1].chosen = true;
    rows[GROUP].chosen_within = Some(Box::leak(Box::new(chosen)));
    rows[GROUP].previous_within = true;
    let mut harness = open_sized(rows, 900.0, 200.0);
    harness.get_by_label("2 seeds (seed 2 is chosen)");
    harness.get_by_label("previous");
    harness.get_by_label("Open S1 ×2").click();
    harness.run();
    // The run has its own row, which is marked.
    harness.get_by_label("2 seeds");
    assert!(harness.query_by_label("previous").is_none());
    let mut group = harness.state().rows[GROUP].seeds.unwrap().clone();
    (group.finished, group.in_work) = (1, 1);
    harness.state_mut().rows[GROUP].seeds = Some(Box::leak(Box::new(group)));
    harness.state_mut().rows[GROUP].active = true;
    harness.run();
    harness.get_by_label("training, 1 of 2 seeds");
}

#[test]
fn show_these_shows_the_rows_of_the_table() {
    let mut harness = open(grouped());
    harness.get_by_label("Filter runs").focus();
    harness.run();
    harness
        .get_by_label("Filter runs")
        .type_text("acc>92 gap<8 a");
    harness.run();
    // All three runs pass, so that nothing is left out and there is no such button.
    assert!(harness.query_by_label("Show these").is_none());
    harness.state_mut().rows[2].gap = Some(9.0);
    harness.run();
    harness.get_by_label("Show these").click();
    let shown = Action::ShowRun(id("seeds/1"), true);
    assert_eq!(asked(&mut harness), [shown]);
}

#[test]
fn a_long_name_in_the_table_keeps_its_end() {
    let mut rows = vec![row("A1", Some(0.926), Some(7.4))];
    rows[0].name = "a long name of a run that ends with.7".into();
    let mut harness = open(rows);
    let name = "a long name of a run that ends with.7";
    // By its whole name it is found by screen readers, and in the hover.
    harness.get_by_role_and_label(Role::Button, name).hover();
    harness.run();
    harness.run();
    assert!(harness.query_all_by_label(name).count() > 1);
}
