//! Sweeps, ablations and learning curves: what a person plans, and what is shown of them.

use super::harness::{self, click, remember, sees, type_into, until};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::{Architecture, Preset, Settings, TrainSize};
use overfit_lab::lab::RunStore;
use overfit_lab::lab::sweep::{Cells, Places, Seeds, Shelf, Standing, Sweep};
use std::path::Path;

/// A small dense network, whose runs take a moment.
fn dense() -> Settings {
    let mut settings = Preset::Dense.settings();
    settings.network.architecture = Architecture::Dense;
    settings.network.dense_units = 16;
    settings.data.train_size = TrainSize::Count(48);
    settings.data.validation_size = 32;
    settings.training.batch_size = 16;
    settings.training.epochs = 2;
    settings
}

fn window(folder: &Path) -> Harness<'static, App> {
    let prefs = remember(folder, &dense());
    harness::window(folder, 900.0, Some(prefs))
}

fn open(harness: &mut Harness<'_, App>, entry: &str) {
    click(harness, Role::Button, "Run");
    click(harness, Role::Button, entry);
}

/// The pictures in words, as a screen reader has them.
fn figures(harness: &Harness<'_, App>) -> Vec<String> {
    let figures = harness.query_all_by_role(Role::Figure);
    figures
        .map(|node| node.accesskit_node().label().unwrap_or_default())
        .collect()
}

/// Types a text into the only field of this name, and confirms it.
fn enter(harness: &mut Harness<'_, App>, label: &str, text: &str) {
    type_into(harness, label, text);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

#[test]
fn an_ablation_is_one_click_and_its_bars_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    open(&mut harness, "Ablation…");
    until(&mut harness, "the count", |harness| {
        sees(harness, "40 runs: 8 combinations with 5 seeds each.")
    });
    assert!(sees(&harness, "Training takes about "));
    // With one remedy less it is counted again.
    click(&mut harness, Role::CheckBox, "batch norm");
    until(&mut harness, "the count", |harness| {
        sees(harness, "20 runs: 4 combinations with 5 seeds each.")
    });
    click(&mut harness, Role::Button, "Train 20 runs");
    until(&mut harness, "all runs", |harness| {
        sees(harness, "20 of 20 runs are finished.")
    });
    assert!(sees(&harness, "What each brings"));
    assert!(sees(
        &harness,
        "Each bar is what a remedy brings in validation accuracy"
    ));
    let pictures = figures(&harness);
    assert!(
        pictures[0].starts_with("Difference in validation accuracy"),
        "{pictures:?}"
    );
    assert!(pictures[0].contains("luck"), "{pictures:?}");
    assert!(
        pictures[1].starts_with("Mean loss of each combination"),
        "{pictures:?}"
    );
    // The table of cells is put in order by a click, and another figure asked for.
    click(&mut harness, Role::Button, "mean ± s");
    assert!(sees(&harness, "mean ± s ▼"));
    // Nothing is trained twice: it is said before anything starts.
    open(&mut harness, "Ablation…");
    until(&mut harness, "the count", |harness| {
        sees(harness, "All of them are in the table of runs already.")
    });
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Back to the curves");
    assert!(!sees(&harness, "What each brings"));
    assert_eq!(harness.state().runs().len(), 20);
}

#[test]
fn a_sweep_takes_values_and_ranges_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    open(&mut harness, "Sweep…");
    until(&mut harness, "the count", |harness| {
        sees(harness, "15 runs: 3 combinations with 5 seeds each.")
    });
    enter(&mut harness, "add", "much");
    assert!(
        sees(&harness, "dropout: expected a number"),
        "a word is no number"
    );
    // A value beyond its range is found when the cells are checked.
    enter(&mut harness, "add", "7");
    until(&mut harness, "the problem", |harness| {
        sees(harness, "in the combination dropout=7")
    });
    click(&mut harness, Role::Button, "7 ×");
    until(&mut harness, "the count", |harness| {
        sees(harness, "15 runs: 3 combinations")
    });
    click(&mut harness, Role::Button, "Range…");
    click(&mut harness, Role::Button, "Take these");
    until(&mut harness, "the range", |harness| {
        sees(harness, "25 runs: 5 combinations")
    });
    assert!(sees(&harness, "0.125 ×") && sees(&harness, "0.375 ×"));
    click(&mut harness, Role::Button, "Add a setting");
    until(&mut harness, "two settings", |harness| {
        sees(harness, "combinations with 5 seeds")
    });
    for value in ["0 ×", "0.125 ×", "0.25 ×", "0.375 ×"] {
        click(&mut harness, Role::Button, value);
    }
    assert!(sees(&harness, "Each setting needs two values at least."));
    let train = harness.get_by_role_and_label(Role::Button, "Train the runs");
    assert!(train.accesskit_node().is_disabled());
}

#[test]
fn a_learning_curve_begins_with_sizes() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    open(&mut harness, "Learning curve…");
    until(&mut harness, "the count", |harness| {
        sees(harness, "30 runs: 6 combinations with 5 seeds each.")
    });
    for value in ["100 ×", "5,000 ×"] {
        harness.get_by_role_and_label(Role::Button, value);
    }
}

/// A sweep that another window has planned, without any of its runs.
fn shelved(folder: &Path, axes: &[&str], name: &str) -> Sweep {
    let base = crate::support::runs::experiment(&dense());
    let axes = axes.iter().map(|axis| axis.parse().unwrap()).collect();
    let seeds = "2".parse::<Seeds>().unwrap().after(1);
    let sweep = Sweep::plan(name.into(), base, Cells::Product(axes), seeds).unwrap();
    let store = RunStore::new(folder.join("runs"));
    assert_eq!(
        Standing::of(&sweep, &Places::of(store.clone()))
            .unwrap()
            .finished(),
        0
    );
    Shelf::of(&store).keep(sweep).unwrap().sweep
}

#[test]
fn findings_are_chosen_from_a_list_and_an_empty_list_says_where_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "View");
    click(&mut harness, Role::Button, "What sweeps found");
    until(&mut harness, "where to begin", |harness| {
        sees(harness, "Is it luck? Many runs can tell.")
    });
    click(&mut harness, Role::Button, "Ablation…");
    assert!(sees(&harness, "All combinations of these remedies"));
    drop(harness);

    shelved(folder.path(), &["dropout=0,0.5"], "first");
    shelved(folder.path(), &["dropout=0,0.2,0.5"], "second");
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "View");
    click(&mut harness, Role::Button, "What sweeps found");
    until(&mut harness, "the newest", |harness| {
        sees(harness, "0 of 6 runs are finished, 6 waiting.")
    });
    assert!(sees(&harness, "no run yet"));
    click(&mut harness, Role::ComboBox, "Sweep");
    harness.get_by_label("S1 · first").click_accesskit();
    until(&mut harness, "the older", |harness| {
        sees(harness, "0 of 4 runs are finished, 4 waiting.")
    });
    assert!(sees(&harness, "no run yet"));
}

#[test]
fn a_sweep_of_the_command_line_is_opened_by_its_file() {
    let folder = tempfile::tempdir().unwrap();
    // It was planned in a folder of its own, as `sweep plan --out S` does.
    let elsewhere = tempfile::tempdir().unwrap();
    let sweep = shelved(elsewhere.path(), &["dropout=0,0.5"], "planned elsewhere");
    // One of its runs was trained by a command that has the same folder of runs.
    let job = sweep.job(3).unwrap();
    let run = job.identity.folder_name();
    let settings = job.experiment.settings().clone();
    crate::support::runs::train(&folder.path().join("runs").join(&run), settings);
    let planned = elsewhere.path().join("runs/sweeps/S1");
    let mut harness = window(folder.path());
    for path in [planned.join("sweep.json"), planned] {
        click(&mut harness, Role::Button, "File");
        click(&mut harness, Role::Button, "Open sweep…");
        harness::type_path(&mut harness, &path);
        until(&mut harness, "what it found", |harness| {
            sees(harness, "1 of 4 runs are finished, 3 waiting.")
        });
        // None of its runs is trained, and it is kept once. The run is called by its cell and its seed.
        let shelf = Shelf::of(&RunStore::new(folder.path().join("runs")));
        assert_eq!(shelf.list().0.len(), 1);
        let [known] = harness.state().runs() else {
            panic!()
        };
        assert_eq!(
            (known.id.0.as_str(), known.name.as_str()),
            (&*run, "S1-1.2")
        );
        click(&mut harness, Role::Button, "Back to the curves");
    }
}

/// Presses the newest offer to undo, which stands in a notice; the toolbar has a button of that name.
fn undo(harness: &mut Harness<'_, App>) {
    let undo = harness.get_all_by_role_and_label(Role::Button, "Undo");
    undo.last().unwrap().click_accesskit();
    harness.run_steps(3);
}

#[test]
fn a_sweep_goes_off_the_list_with_its_runs_or_without_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = shelved(folder.path(), &["dropout=0,0.5"], "first");
    shelved(folder.path(), &["dropout=0,0.2"], "second");
    let runs = folder.path().join("runs");
    // The first run belongs to both sweeps, the second to the first alone.
    for number in [1, 2] {
        let job = sweep.job(number).unwrap();
        let run = runs.join(job.identity.folder_name());
        crate::support::runs::train(&run, job.experiment.settings().clone());
    }
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "View");
    click(&mut harness, Role::Button, "What sweeps found");
    until(&mut harness, "the newest", |harness| {
        sees(harness, "1 of 4 runs are finished")
    });
    click(&mut harness, Role::Button, "More about the sweep S2");
    click(&mut harness, Role::Button, "Remove from the list");
    until(&mut harness, "the other", |harness| {
        sees(harness, "2 of 4 runs are finished")
    });
    assert!(sees(&harness, "S2 is off the list. Its runs stay."));
    assert_eq!(harness.state().runs().len(), 2);
    undo(&mut harness);
    until(&mut harness, "the sweep", |harness| {
        sees(harness, "1 of 4 runs are finished")
    });
    click(&mut harness, Role::ComboBox, "Sweep");
    harness.get_by_label("S1 · first").click_accesskit();
    until(&mut harness, "the first", |harness| {
        sees(harness, "2 of 4 runs are finished")
    });
    click(&mut harness, Role::Button, "More about the sweep S1");
    click(&mut harness, Role::Button, "Delete with its runs");
    until(&mut harness, "the deletion", |harness| {
        sees(harness, "S1 is in the bin with 1 run.")
    });
    // The run that the other sweep has, too, stays.
    assert_eq!(harness.state().runs().len(), 1);
    undo(&mut harness);
    until(&mut harness, "all of it", |harness| {
        harness.state().runs().len() == 2 && sees(harness, "2 of 4 runs are finished")
    });
}

#[test]
fn the_table_of_a_sweep_is_exported_as_csv_and_for_latex() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = shelved(folder.path(), &["dropout=0,0.5"], "first");
    let job = sweep.job(1).unwrap();
    let run = folder.path().join("runs").join(job.identity.folder_name());
    crate::support::runs::train(&run, job.experiment.settings().clone());
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Export");
    let entry = harness.get_by_role_and_label(Role::Button, "Export sweep's table…");
    assert!(entry.accesskit_node().is_disabled());
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    click(&mut harness, Role::Button, "View");
    click(&mut harness, Role::Button, "What sweeps found");
    until(&mut harness, "what it found", |harness| {
        sees(harness, "1 of 4 runs are finished")
    });
    for (name, begins) in [
        (
            "table.csv",
            "dropout,n,mean,s,interval_low,interval_high\n0,1,",
        ),
        ("table.tex", "% validation accuracy"),
    ] {
        harness::open_menu(&mut harness, "Export", "Export sweep's table…");
        let file = folder.path().join(name);
        type_into(&mut harness, "Write to", file.to_str().unwrap());
        harness.key_press(Key::Enter);
        until(&mut harness, "the file", |harness| {
            sees(harness, &format!("Written: {}", file.display()))
        });
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.to_lowercase().starts_with(begins), "{text}");
    }
}
