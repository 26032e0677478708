//! Train ×N: several seeds of one setting, the queue that they wait in, and the groups that they become.

use super::harness::{
    self, click, notices, open_file, press_train, sees, small, until, until_an_epoch,
};
use crate::support::runs::experiment;
use eframe::App as _;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::experiment::Settings;
use overfit_lab::lab::sweep::{Cells, Shelf, Sweep, Turn, Waiting};
use overfit_lab::lab::{Run, RunState, RunStore};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A window that opens with these settings, and in which one run of the queue trains at a time.
pub(super) fn window(folder: &Path, settings: &Settings) -> Harness<'static, App> {
    let prefs = serde_json::json!({
        "settings": experiment(settings).to_json(),
        "threads": 1,
    });
    let file = folder.join("window.json");
    std::fs::write(&file, prefs.to_string()).unwrap();
    open(folder)
}

/// Opens the window with what it remembers.
fn open(folder: &Path) -> Harness<'static, App> {
    let mut harness = harness::window(folder, 800.0, Some(folder.join("window.json")));
    until(&mut harness, "the store is read", |harness| {
        !sees(harness, "Press Train and watch") || sees(harness, "No runs yet")
    });
    harness
}

/// Chooses how many seeds Train trains.
pub(super) fn choose_seeds(harness: &mut Harness<'_, App>, before: usize, count: usize) {
    click(harness, Role::Button, &format!("Seeds: {before}"));
    let choice = match count {
        1 => "×1: one run".to_owned(),
        count => format!("×{count}: {count} seeds"),
    };
    click(harness, Role::RadioButton, &choice);
}

fn open_queue(harness: &mut Harness<'_, App>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::J);
    harness.run_steps(3);
}

pub(super) fn is_over(run: &Run) -> bool {
    matches!(run.state, RunState::Finished(_))
}

/// Trains three seeds of the settings to the end.
pub(super) fn train_three(harness: &mut Harness<'_, App>, whole: usize) {
    press_train(harness);
    until(harness, "three seeds", |harness| {
        let runs = harness.state().runs();
        runs.len() == whole && runs.iter().all(is_over)
    });
    until(harness, "an empty queue", |harness| {
        harness.state().queue_counts().in_work == 0
    });
}

/// How far down something with this label stands.
fn top(harness: &Harness<'_, App>, label: &str) -> f32 {
    harness.get_by_label(label).rect().top()
}

#[test]
fn three_seeds_become_one_group_and_are_not_trained_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(2));
    choose_seeds(&mut harness, 1, 3);
    train_three(&mut harness, 3);
    let seeds: Vec<u64> = harness
        .state()
        .runs()
        .iter()
        .map(|run| run.experiment.settings().seed)
        .collect();
    assert_eq!(seeds, [1, 2, 3]);
    let [group] = harness.state().groups().all() else {
        panic!("{:?}", harness.state().groups());
    };
    assert_eq!((group.name.as_str(), group.finished), ("S1 ×3", 3));
    // The bar tells of the group and not of the run that came last.
    assert!(sees(&harness, "3 runs of S1 finished"));
    let splits = harness.state().runs().iter();
    let splits: Vec<u64> = splits
        .map(|run| run.experiment.settings().data.split_seed)
        .collect();
    assert_eq!(splits, [splits[0]; 3]);
    // The runs are one row, which opens.
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "S1.2")
            .is_none()
    );
    click(&mut harness, Role::Button, "S1 ×3");
    assert!(sees(&harness, "3 seeds"));
    assert!(sees(&harness, "this is what luck looks like"));
    click(&mut harness, Role::DisclosureTriangle, "Open S1 ×3");
    harness.get_by_role_and_label(Role::Button, "S1.2");
    // The same settings and seeds again have nothing to train, and others are offered.
    press_train(&mut harness);
    until(&mut harness, "the offer", |harness| {
        sees(harness, "All 3 runs are there or in the queue already")
    });
    click(&mut harness, Role::Button, "Train other seeds");
    until(&mut harness, "six seeds", |harness| {
        let runs = harness.state().runs();
        runs.len() == 6 && runs.iter().all(is_over)
    });
    harness.run_steps(3);
    assert_eq!(harness.state().groups().all()[0].finished, 6);
    assert!(folder.path().join("runs/sweeps/S2/sweep.json").is_file());
}

#[test]
fn two_groups_are_set_against_each_other_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(2));
    choose_seeds(&mut harness, 1, 3);
    train_three(&mut harness, 3);
    let mut other = small(2);
    other.regularization.dropout = 0.5;
    let file = folder.path().join("other.json");
    std::fs::write(&file, experiment(&other).to_json()).unwrap();
    open_file(&mut harness, &file);
    until(&mut harness, "the settings", |harness| {
        *harness.state().settings() == other
    });
    train_three(&mut harness, 6);
    click(&mut harness, Role::Button, "S1 ×3");
    click(&mut harness, Role::Button, "S2 ×3");
    assert!(sees(&harness, "S2 ×3 against S1 ×3"));
    assert!(sees(&harness, "over 3 seeds each"));
    assert!(sees(&harness, "dropout 0.5"));
    assert!(sees(&harness, "95% interval"));
    assert!(sees(
        &harness,
        "seed by seed, on the same validation images"
    ));
    // The mean of each stands among the values under the plots.
    let plot = harness.query_all_by_role(Role::Figure).next();
    assert!(plot.is_some());
    // A single run is judged by itself again.
    click(&mut harness, Role::DisclosureTriangle, "Open S2 ×3");
    click(&mut harness, Role::Button, "S2.1");
    assert!(!sees(&harness, "95% interval"));
    // The chosen group is so again after a restart.
    click(&mut harness, Role::Button, "S2 ×3");
    harness.state_mut().on_exit(None);
    drop(harness);
    let mut harness = open(folder.path());
    until(&mut harness, "the group", |harness| {
        sees(harness, "3 seeds") && sees(harness, "on average")
    });
}

#[test]
fn the_queue_is_moved_held_still_and_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    choose_seeds(&mut harness, 1, 5);
    press_train(&mut harness);
    until(&mut harness, "a run in work", |harness| {
        let counts = harness.state().queue_counts();
        counts.in_work == 1 && counts.waiting == 4 && sees(harness, "4 waiting")
    });
    until_an_epoch(&mut harness);
    // What the queue trains is followed. All that are planned are counted, not those that have begun.
    assert!(sees(&harness, "S1 ×5"));
    assert!(sees(&harness, "0 of 5 seeds"));
    open_queue(&mut harness);
    assert!(top(&harness, "S1.4") < top(&harness, "S1.5"));
    click(&mut harness, Role::Button, "Up S1.5");
    assert!(top(&harness, "S1.5") < top(&harness, "S1.4"));
    click(&mut harness, Role::Button, "Down S1.2");
    assert!(top(&harness, "S1.3") < top(&harness, "S1.2"));
    click(&mut harness, Role::Button, "Remove S1.4");
    assert!(harness.query_by_label("S1.4").is_none());
    assert_eq!(harness.state().queue_counts().waiting, 3);
    // Held still, the run in work makes no further epoch.
    harness
        .get_all_by_role_and_label(Role::Button, "Pause")
        .last()
        .unwrap()
        .click_accesskit();
    harness.run_steps(3);
    until(&mut harness, "the pause", |harness| {
        harness.state().runs()[0].state == RunState::Paused && sees(harness, "The queue is paused")
    });
    click(&mut harness, Role::Button, "Go on");
    let epochs = harness.state().runs()[0].epochs.len();
    until(&mut harness, "another epoch", |harness| {
        harness.state().runs()[0].epochs.len() > epochs
    });
    click(&mut harness, Role::Button, "Remove all");
    let counts = harness.state().queue_counts();
    assert_eq!((counts.waiting, counts.in_work), (0, 1));
    // What one click took off, one click puts back.
    click(&mut harness, Role::Button, "Put 3 runs back");
    assert_eq!(harness.state().queue_counts().waiting, 3);
    assert!(!sees(&harness, "Put 3 runs back"));
    click(&mut harness, Role::Button, "Remove all");
    // Escape closes the window, as it closes all others.
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!sees(&harness, "Put 3 runs back"));
    open_queue(&mut harness);
    assert!(sees(&harness, "Put 3 runs back"));
    // A run in work that is taken off is stopped and kept.
    click(&mut harness, Role::Button, "Remove S1.1");
    until(&mut harness, "the end", |harness| {
        is_over(&harness.state().runs()[0])
    });
    assert!(harness.state().runs()[0].resumes_at.is_some());
    assert!(sees(&harness, "Nothing waits"));
}

#[test]
fn a_queue_that_was_stopped_leaves_nothing_to_stop_and_says_how_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    let is_disabled = |harness: &Harness<'_, App>, button: &str| {
        let button = harness.get_by_role_and_label(Role::Button, button);
        button.accesskit_node().is_disabled()
    };
    assert!(is_disabled(&harness, "Stop & keep") && is_disabled(&harness, "Pause"));
    choose_seeds(&mut harness, 1, 3);
    press_train(&mut harness);
    until_an_epoch(&mut harness);
    click(&mut harness, Role::Button, "Stop & keep");
    until(&mut harness, "the stop", |harness| {
        let counts = harness.state().queue_counts();
        counts.in_work == 0 && counts.waiting == 3
    });
    assert!(is_disabled(&harness, "Stop & keep") && is_disabled(&harness, "Pause"));
    assert!(sees(&harness, "3 runs wait in the queue, which is paused."));
    click(&mut harness, Role::Button, "Go on");
    until(&mut harness, "the run goes on", |harness| {
        harness.state().runs()[0].state == RunState::Running
    });
}

#[test]
fn a_group_is_renamed_deleted_and_brought_back_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(2));
    choose_seeds(&mut harness, 1, 3);
    train_three(&mut harness, 3);
    let names = |harness: &Harness<'_, App>| -> Vec<String> {
        let runs = harness.state().runs().iter();
        runs.map(|run| run.name.clone()).collect()
    };
    harness.get_by_role_and_label(Role::Button, "S1 ×3").focus();
    harness.run_steps(2);
    harness.key_press(Key::F2);
    harness.run_steps(3);
    harness.get_by_label("New name of S1 ×3").type_text("plain");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(names(&harness), ["plain.1", "plain.2", "plain.3"]);
    harness
        .get_by_role_and_label(Role::Button, "plain ×3")
        .focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert!(harness.state().runs().is_empty());
    assert!(sees(&harness, "plain ×3 is in the bin: 3 runs."));
    // The toolbar has a button of that name, too.
    let undo = harness.get_all_by_role_and_label(Role::Button, "Undo");
    undo.last().unwrap().click_accesskit();
    until(&mut harness, "all runs", |harness| {
        harness.state().runs().len() == 3
    });
    assert_eq!(names(&harness), ["plain.1", "plain.2", "plain.3"]);
    assert_eq!(harness.state().groups().all()[0].name, "plain ×3");
}

#[test]
fn a_folder_that_takes_no_files_holds_the_queue_still_and_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(200));
    choose_seeds(&mut harness, 1, 5);
    press_train(&mut harness);
    until_an_epoch(&mut harness);
    let runs = folder.path().join("runs");
    let fault = inject(Faults::from_nth(&runs, 1, ErrorKind::StorageFull));
    until(&mut harness, "the refusal", |harness| {
        sees(
            harness,
            "The queue is paused with 5 runs left, since no run can be kept",
        )
    });
    harness.run_steps(20);
    let counts = harness.state().queue_counts();
    assert_eq!((counts.waiting, counts.failed), (5, 0));
    let told = notices(&harness);
    let about = told
        .iter()
        .filter(|text| text.contains("no run can be kept"));
    assert_eq!(about.count(), 1, "{told:?}");
    drop(fault);
    click(&mut harness, Role::Button, "Go on");
    until(&mut harness, "the run goes on", |harness| {
        let runs = harness.state().runs();
        runs.iter().any(|run| run.state == RunState::Running)
    });
}

#[test]
fn a_run_of_ones_own_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    choose_seeds(&mut harness, 1, 3);
    press_train(&mut harness);
    until(&mut harness, "a run in work", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| !run.epochs.is_empty())
    });
    choose_seeds(&mut harness, 3, 1);
    press_train(&mut harness);
    until(&mut harness, "the run of one's own", |harness| {
        let runs = harness.state().runs();
        let own = runs.iter().find(|run| run.id.0 == "A1");
        own.is_some_and(|run| run.state == RunState::Running && !run.epochs.is_empty())
    });
    let state = |harness: &Harness<'_, App>, name: &str| {
        let runs = harness.state().runs().iter();
        let mut named = runs.filter(|run| run.name == name);
        named.next().unwrap().state.clone()
    };
    assert_eq!(state(&harness, "S1.1"), RunState::Paused);
    open_queue(&mut harness);
    assert!(sees(&harness, "The queue goes on when A1 is over."));
    click(&mut harness, Role::Button, "Stop & keep");
    until(&mut harness, "the queue goes on", |harness| {
        state(harness, "S1.1") == RunState::Running
    });
}

#[test]
fn what_waits_survives_a_restart_and_goes_on_at_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), &small(9_000));
    choose_seeds(&mut harness, 1, 3);
    press_train(&mut harness);
    until_an_epoch(&mut harness);
    let epochs = harness.state().runs()[0].epochs.len();
    harness.state_mut().on_exit(None);
    drop(harness);
    let mut harness = open(folder.path());
    until(&mut harness, "the queue", |harness| {
        sees(harness, "3 runs of the queue still wait.")
    });
    // One offer is enough: the interrupted run belongs to the queue.
    let offers = notices(&harness);
    assert!(
        !offers.iter().any(|text| text.contains("can go on")),
        "{offers:?}"
    );
    assert_eq!(harness.state().queue_counts().waiting, 3);
    click(&mut harness, Role::Button, "Go on");
    until(&mut harness, "the run goes on", |harness| {
        let run = &harness.state().runs()[0];
        run.state == RunState::Running && run.epochs.len() > epochs
    });
    assert_eq!(harness.state().runs()[0].name, "S1.1");
    assert_eq!(harness.state().runs().len(), 1);
}

#[test]
fn of_a_thousand_runs_that_wait_only_those_in_sight_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let store = RunStore::new(folder.path().join("runs"));
    let base = experiment(&small(2));
    let cells = Cells::Product(Vec::new());
    let sweep = Sweep::plan("many".into(), base, cells, (1..=1_000).collect()).unwrap();
    let shelf = Shelf::of(&store);
    let sweep = Arc::new(shelf.keep(sweep).unwrap());
    let mut list = Waiting::default();
    list.add(&sweep, (1..=1_000).map(|number| (number, Turn::Waiting)));
    shelf.write_waiting(&list.to_json()).unwrap();
    let mut harness = window(folder.path(), &small(2));
    until(&mut harness, "the queue", |harness| {
        sees(harness, "1,000 runs of the queue still wait.")
    });
    open_queue(&mut harness);
    let rows = harness.query_all_by_label_contains(", many").count();
    assert!((3..100).contains(&rows), "{rows} rows");
    let start = Instant::now();
    harness.run_steps(20);
    let frame = start.elapsed() / 20;
    // A loaded machine may be slow. A frame that made all rows would take longer by far.
    assert!(frame < Duration::from_millis(100), "{frame:?} a frame");
}
