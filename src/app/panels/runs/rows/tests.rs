//! What rows say of how runs differ.

use super::*;
use crate::experiment::{Change, Experiment, Preset, Setting};

fn run(id: &str, preset: Preset, edit: impl Fn(&mut Settings), changes: Vec<Change>) -> Run {
    let mut settings = preset.settings();
    edit(&mut settings);
    let experiment = Experiment::new(settings, changes).unwrap();
    Run::new(RunId(id.into()), id.into(), 0, experiment)
}

fn check(runs: &[Run], chosen: &str, expected: &[&str]) {
    let chosen = RunId(chosen.into());
    let rows = Rows {
        runs,
        opened: &[],
        groups: &Groups::default(),
        ensembles: &[],
        chosen: Some(&chosen),
        chosen_group: None,
        previous: None,
        shown: &BTreeSet::new(),
        reference: runs.iter().find(|run| run.id == chosen),
        in_tabs: None,
        colors: &|_| Color32::RED,
    };
    let rows: Vec<_> = (0..rows.count())
        .filter_map(|place| rows.row(place))
        .collect();
    let differences: Vec<_> = rows.iter().map(|row| row.difference.text()).collect();
    assert_eq!(differences, expected);
}

#[test]
fn rows_say_what_differs_from_the_chosen_run() {
    let change = Change::at_epoch(8, Setting::Dropout(0.5));
    let runs = [
        run("A1", Preset::Cnn, |_| {}, vec![]),
        run("A2", Preset::Cnn, |s| s.network.width = 0.5, vec![change]),
        run("A3", Preset::NoisyLabels, |_| {}, vec![]),
        run("A4", Preset::Cnn, |_| {}, vec![]),
    ];
    check(
        &runs,
        "A1",
        &[
            "CNN",
            "width 0.5, dropout 0.5 from epoch 8",
            "other validation images: 2,000 images, 5,000 validation images, label noise 20%, 12 epochs",
            "same settings",
        ],
    );
    check(
        &runs[..2],
        "A2",
        &[
            "width 1",
            "width 0.5, dropout 0.5 from epoch 8 (rest as CNN)",
        ],
    );
}

#[test]
fn without_a_chosen_run_all_are_compared_with_their_presets() {
    let runs = [run("A1", Preset::Default, |s| s.seed = 7, vec![])];
    check(
        &runs,
        "gone",
        &["seed 7 (rest as Default: the whole recipe)"],
    );
}
