//! What is drawn and said of sweeps whose runs have made-up figures.

use super::pictures::views;
use super::*;
use crate::experiment::{Experiment, Preset};
use crate::lab::statistics::Estimate;
use crate::lab::sweep::{Cells, Parts};
use crate::training::Numbers;

fn planned(axes: &[&str], seeds: usize) -> Sweep {
    let axes = axes.iter().map(|axis| axis.parse().unwrap()).collect();
    Sweep::new(Parts {
        name: "test".into(),
        base: Experiment::new(Preset::FirstLook.settings(), Vec::new()).unwrap(),
        cells: Cells::Product(axes),
        seeds: (1..=seeds as u64).collect(),
        data_sha256: None,
        numbers: Numbers::of_this_process(),
    })
    .unwrap()
}

/// The table of a sweep in which a run of a cell and a seed has this figure; none isn't finished.
fn table(sweep: &Sweep, figure: impl Fn(usize, u64) -> Option<f64>) -> Table {
    let standing = Standing { runs: Vec::new() };
    let mut table = Table::of(sweep, &standing, Metric::Accuracy);
    for row in &mut table.rows {
        let values = sweep.seeds().iter().filter_map(|seed| {
            let figure = figure(row.cell, *seed)?;
            Some((*seed, figure, RunId(format!("R{}-{seed}", row.cell))))
        });
        row.values = values.collect();
        row.estimate = Estimate::of(&row.figures());
    }
    table
}

fn shown(sweep: &Sweep, figure: impl Fn(usize, u64) -> Option<f64>) -> Vec<View> {
    let standing = Standing { runs: Vec::new() };
    views(sweep, &standing, &table(sweep, figure)).unwrap()
}

/// Luck that repeats: up to a tenth of a point.
fn luck(cell: usize, seed: u64) -> f64 {
    ((cell as u64 * 7 + seed * 5) % 11) as f64 * 1e-4
}

#[test]
fn an_ablation_says_what_helps_and_what_may_be_luck() {
    let sweep = planned(&["augment=none,article", "dropout=0,0.5"], 5);
    // Cells 2 and 3 have augmentation, which brings three points.
    let views = shown(&sweep, |cell, seed| {
        Some(0.9 + if cell >= 2 { 0.03 } else { 0.0 } + luck(cell, seed))
    });
    let [view] = &views[..] else {
        panic!("{views:?}")
    };
    let Picture::Bars(bars) = &view.picture else {
        panic!("{view:?}")
    };
    let found: Vec<(&str, bool)> = bars.iter().map(|b| (b.label.as_str(), b.is_real)).collect();
    assert_eq!(
        found,
        [
            ("augmentation", true),
            ("dropout", false),
            ("augmentation × dropout", false)
        ]
    );
    for part in [
        "With 5 seeds: augmentation (+3.0",
        "helps by more than luck; dropout can't be told from luck.",
        "A bar with × says",
    ] {
        assert!(view.says.contains(part), "{part}: {}", view.says);
    }
}

#[test]
fn few_seeds_say_nothing_about_luck() {
    let sweep = planned(&["augment=none,article", "dropout=0,0.5"], 2);
    let said = |figure: &dyn Fn(usize, u64) -> Option<f64>| shown(&sweep, figure)[0].says.clone();
    assert!(said(&|_, _| None).starts_with("The bars come with the first seed"));
    let one = said(&|cell, seed| (seed == 1).then(|| 0.9 + luck(cell, seed)));
    assert!(one.contains("one seed says nothing about luck"), "{one}");
    let none = said(&|cell, seed| Some(0.9 + luck(cell, seed)));
    assert!(
        none.contains("none of them can be told from luck. Two seeds agree too easily"),
        "{none}"
    );
    // However far apart they are.
    let far = said(&|cell, _| Some(if cell >= 2 { 0.9 } else { 0.5 }));
    assert!(!far.contains("by more than luck"), "{far}");
}

#[test]
fn what_two_bring_together_is_said_where_it_is_more_than_luck() {
    let sweep = planned(&["augment=none,article", "dropout=0,0.5"], 5);
    // Either of them brings nothing alone, and both together five points.
    let views = shown(&sweep, |cell, seed| {
        let both = if cell == 0 || cell == 3 { 0.05 } else { 0.0 };
        Some(0.9 + both + luck(cell, seed))
    });
    let said = &views[0].says;
    assert!(
        said.contains("none of them by itself can be told from luck"),
        "{said}"
    );
    assert!(
        said.contains("More than luck is augmentation × dropout"),
        "{said}"
    );
}

#[test]
fn a_setting_of_several_values_has_a_line_and_two_have_a_map() {
    let sweep = planned(&["dropout=0,0.25,0.5"], 4);
    let views = shown(&sweep, |cell, seed| {
        Some(0.9 + 0.01 * cell as f64 + luck(cell, seed))
    });
    let Picture::Against(drawn) = &views[0].picture else {
        panic!("{views:?}")
    };
    assert_eq!((drawn.values.len(), drawn.lines.len()), (3, 1));
    let said = &views[0].says;
    assert!(said.contains("Best: dropout 0.5, with 92.0"), "{said}");
    assert!(
        said.contains("The difference of dropout 0.5 from dropout 0 is +1.98 points"),
        "{said}"
    );
    assert!(said.ends_with("that is more than luck."), "{said}");

    let sweep = planned(&["dropout=0,0.5", "train-size=100,500,all"], 2);
    let views = shown(&sweep, |cell, seed| {
        (cell != 5).then(|| 0.9 + luck(cell, seed))
    });
    let Picture::Heat(map) = &views[0].picture else {
        panic!("{views:?}")
    };
    assert_eq!((map.means.len(), map.means[5]), (6, None));
    let Picture::Against(drawn) = &views[1].picture else {
        panic!("{views:?}")
    };
    let lines: Vec<(&str, usize)> = drawn
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.points.len()))
        .collect();
    assert_eq!(lines, [("dropout 0", 3), ("dropout 0.5", 2)]);
    assert_eq!(drawn.setting, "training images");
}

#[test]
fn lines_are_read_along_sizes_whichever_axis_they_are() {
    let sweep = planned(&["train-size=100,500,1000", "dropout=0,0.5"], 1);
    let views = shown(&sweep, |cell, _| Some(0.1 * cell as f64));
    let Picture::Against(drawn) = &views[1].picture else {
        panic!("{views:?}")
    };
    let means: Vec<f64> = drawn.lines[1]
        .points
        .iter()
        .map(|point| point.mean)
        .collect();
    assert_eq!((drawn.values.len(), means.len()), (3, 3));
    // The second line has the cells 1, 3 and 5.
    for (mean, cell) in means.iter().zip([1.0, 3.0, 5.0]) {
        assert!((mean - 0.1 * cell).abs() < 1e-12, "{means:?}");
    }
}

#[test]
fn a_cell_of_an_ablation_is_named_by_what_is_on() {
    let sweep = planned(
        &[
            "augment=none,article",
            "batch-norm=none,channels",
            "dropout=0,0.5",
        ],
        1,
    );
    let table = table(&sweep, |_, _| None);
    let names: Vec<String> = table.rows.iter().map(words::switched_on).collect();
    assert_eq!(names[0], "none of them");
    assert_eq!(names[7], "augmentation, dropout 0.5, batch norm channels");
    // Before the first whole seed there is nothing to draw.
    assert!(shown(&sweep, |_, _| None)[0].picture.is_empty());
}

#[test]
fn the_progress_is_told_with_the_first_failure() {
    let progress = Progress {
        planned: 40,
        finished: 24,
        running: 1,
        waiting: 14,
        failed: 1,
        first_failure: Some((Some(RunId("R1".into())), "no room".into())),
        run_seconds: Some(14.0),
    };
    assert_eq!(
        progress.sentence(InTraining::default()),
        "24 of 40 runs are finished, 1 in training, 14 waiting, 1 failed. About 3 m 23 s of training are left. \
         R1 failed: no room."
    );
    // While a run trains, the time that is left goes down.
    let left = |done: f64| {
        let now = InTraining {
            runs: 1,
            done,
            ..InTraining::default()
        };
        progress.seconds_left(now).unwrap()
    };
    assert_eq!([left(0.0), left(0.5), left(1.0)], [210.0, 203.0, 196.0]);
    // Before a run is finished, those in training say how long one takes.
    let first = Progress {
        run_seconds: None,
        ..progress.clone()
    };
    assert_eq!(first.seconds_left(InTraining::default()), None);
    let now = InTraining {
        runs: 1,
        done: 0.5,
        run_seconds: Some(10.0),
        seconds_left: None,
    };
    assert_eq!(first.seconds_left(now), Some(145.0));
    // The queue knows its own runs better.
    let told = InTraining {
        seconds_left: Some(98.0),
        ..now
    };
    assert_eq!(first.seconds_left(told), Some(98.0));
}
