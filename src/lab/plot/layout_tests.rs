//! Tests of the layout: everything has its place, and nothing lies on anything else.

use super::super::curves::Emphasis;
use super::super::flags::Flagged;
use super::super::panel::Reach;
use super::super::testing::{batches, chosen, run_of};
use super::super::view::YView;
use super::super::whole_x;
use super::*;
use crate::experiment::{Change, Setting};
use crate::lab::Run;

/// Each character is six points wide.
fn sixes(text: &str) -> f64 {
    6.0 * text.chars().count() as f64
}

fn window(width: f64, height: f64) -> Sheet {
    Sheet {
        space: Area {
            left: 10.0,
            top: 20.0,
            right: 10.0 + width,
            bottom: 20.0 + height,
        },
        marks_width: 48.0,
        names_width: [104.0, 168.0],
        names_step: 16.0,
        names_gap: 8.0,
        name_height: 13.0,
        heights: PanelHeights::Shared,
        title: 15.0,
        title_inset: 4.0,
        least_plot: 0.0,
        between: 0.0,
        x_spacing: 42.0,
        y_spacing: 34.0,
        y_margin: 7.0,
        flags: FlagStyle {
            flagged: Flagged::LookedAt,
            least_rows: 1,
            most_rows: 3,
            row: 15.0,
            gap: 3.0,
            apart: 24.0,
        },
        naming: Naming::Full,
        best_words: 0,
    }
}

fn curves(runs: &[Run]) -> Vec<Curves<'_>> {
    let mut curves: Vec<Curves<'_>> = runs
        .iter()
        .enumerate()
        .map(|(index, run)| {
            let emphasis = Emphasis {
                role: if index == 0 {
                    Role::Chosen
                } else {
                    Role::Shown
                },
                ..chosen()
            };
            Curves::of_run(run, &run.name, [0; 3], XAxis::Epoch, emphasis)
        })
        .collect();
    curves.sort_by_key(|curves| curves.emphasis.role);
    curves
}

fn laid_out(runs: &[Run], quantities: &[Quantity], sheet: &Sheet) -> Layout {
    let curves = curves(runs);
    let request = Request {
        curves: &curves,
        quantities,
        along: XAxis::Epoch,
        look: Look {
            view: YView::Fit,
            smoothing: 0.0,
            x: whole_x(&curves),
            columns: 500,
            reach: Reach::Compared,
            batches: true,
        },
        held: &|_| None,
        sheet,
        measure: &sixes,
    };
    lay_out(&request, &mut BatchCache::default())
}

#[test]
fn plots_follow_each_other_and_fill_the_space() {
    let runs = [run_of("A1", 20)];
    for quantities in [Quantity::ALL.as_slice(), &Quantity::WITHOUT_GAP] {
        let sheet = window(1000.0, 640.0);
        let layout = laid_out(&runs, quantities, &sheet);
        assert_eq!(layout.plots.len(), quantities.len());
        let mut below = layout.flags_area.bottom;
        for plot in &layout.plots {
            assert!(plot.area.top >= below - 0.01, "{:?}", plot.area);
            assert!(plot.area.height() > 50.0, "{:?}", plot.area);
            assert!(
                plot.y_ticks
                    .iter()
                    .filter(|tick| !tick.label.is_empty())
                    .count()
                    >= 3
            );
            below = plot.area.bottom + sheet.title;
        }
        let end = layout.plots.last().unwrap().area.bottom;
        assert!((end - sheet.space.bottom).abs() < 0.01);
    }
}

#[test]
fn names_never_lie_on_each_other_and_stand_in_their_column() {
    for count in 1..=12 {
        let runs: Vec<Run> = (0..count)
            .map(|index| {
                let mut run = run_of(&format!("A{index}"), 3 + index);
                run.name = format!("run number {index} with a long name");
                run
            })
            .collect();
        for height in [80.0, 300.0, 900.0] {
            let sheet = window(700.0, height);
            let layout = laid_out(&runs, &Quantity::WITHOUT_GAP, &sheet);
            for plot in &layout.plots {
                let mut names: Vec<_> = plot.names.iter().collect();
                names.sort_by(|a, b| a.at[1].total_cmp(&b.at[1]));
                for pair in names.windows(2) {
                    assert!(pair[1].at[1] - pair[0].at[1] > 12.99, "{pair:?}");
                }
                for name in names {
                    assert!(name.at[0] >= plot.area.right + 7.9, "{name:?}");
                    let right = name.at[0] + sixes(&name.text);
                    assert!(right <= sheet.space.right + 0.01, "{name:?}");
                }
            }
        }
    }
}

#[test]
fn the_column_of_names_grows_in_steps() {
    let sheet = window(900.0, 500.0);
    let right = |runs: &[Run]| {
        let layout = laid_out(runs, &Quantity::WITHOUT_GAP, &sheet);
        layout.plots[0].area.right
    };
    let mut run = run_of("A1", 5);
    let before = right(std::slice::from_ref(&run));
    // 9 per cent have a digit less than 90.
    for epoch in &mut run.epochs {
        epoch.train_accuracy = 0.09;
        epoch.validation_accuracy = 0.08;
    }
    assert_eq!(right(&[run]), before);
    assert_eq!(before, 910.0 - 112.0 - 8.0, "18 characters, in steps of 16");
}

#[test]
fn flags_lie_over_their_place_on_the_axis() {
    let mut run = run_of("A1", 20);
    run.experiment = run
        .experiment
        .clone()
        .with_recorded_change(Change::at_epoch(5, Setting::Dropout(0.5)))
        .with_recorded_change(Change::at_epoch(5, Setting::WeightDecay(0.1)))
        .with_recorded_change(Change::at_epoch(9, Setting::Dropout(0.1)));
    let layout = laid_out(&[run], &Quantity::WITHOUT_GAP, &window(900.0, 500.0));
    let texts: Vec<&str> = layout
        .flags
        .flags
        .iter()
        .map(|flag| flag.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["dropout 0.5, weight decay 0.1", "dropout 0.1", "best 20"]
    );
    for flag in &layout.flags.flags {
        assert!((layout.x.at(flag.x) - flag.at).abs() < 1e-9, "{flag:?}");
        assert!(flag.spot.is_some());
    }
    assert_eq!(layout.flags_area.height(), layout.flags.rows as f64 * 15.0);
}

#[test]
fn what_an_export_says_of_best_epochs_lies_in_its_plot() {
    let runs = [run_of("A1", 20), run_of("A2", 14)];
    let mut sheet = window(900.0, 0.0);
    sheet.heights = PanelHeights::Each(240.0);
    sheet.best_words = 2;
    sheet.flags.flagged = Flagged::Every;
    let layout = laid_out(&runs, &Quantity::WITHOUT_GAP, &sheet);
    for plot in &layout.plots {
        assert_eq!(plot.area.height(), 240.0);
        assert_eq!(plot.dots.len(), 2);
        for dot in &plot.dots {
            assert!(plot.area.holds(dot.at), "{dot:?}");
            let (words, at) = dot.words.as_ref().unwrap();
            assert!(words.starts_with("best epoch "), "{words}");
            assert!(plot.area.holds(*at), "{dot:?}");
        }
    }
}

#[test]
fn every_number_is_finite_whatever_the_size() {
    let mut first_epoch = run_of("A2", 0);
    first_epoch.batches = batches(1, 30);
    let mut broken = run_of("A3", 9);
    for epoch in &mut broken.epochs[4..] {
        epoch.validation_loss = f64::NAN;
        epoch.train_loss = f64::INFINITY;
    }
    let scenes = [Vec::new(), vec![first_epoch], vec![run_of("A1", 1), broken]];
    for runs in &scenes {
        for (width, height) in [(0.0, 0.0), (60.0, 40.0), (640.0, 120.0), (3000.0, 2000.0)] {
            let layout = laid_out(runs, &Quantity::ALL, &window(width, height));
            for plot in &layout.plots {
                let area = plot.area;
                assert!(area.width() > 0.0 && area.height() > 0.0, "{area:?}");
                let ends = plot.names.iter().flat_map(|name| [name.end, name.at]);
                let crosses = plot.crosses.iter().map(|(_, at)| *at);
                for [x, y] in ends.chain(crosses) {
                    assert!(x.is_finite() && y.is_finite(), "{plot:?}");
                }
            }
        }
    }
}
