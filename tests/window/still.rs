//! While a run trains, nothing moves: the plots keep their places from the first frame of a run to its
//! end, through flags, verdicts and the first epoch; and in each size of window they keep their height.

use super::harness::{self, click, press_train, small, until};
use super::pictures::made_up_run;
use eframe::egui::accesskit::Role;
use eframe::egui::{CursorIcon, Key, Rect, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::Preset;

/// The plots with their places, as a screen reader has them.
fn plots(harness: &Harness<'_, App>) -> Vec<(String, Rect)> {
    let figures = harness.get_all_by_role(Role::Figure);
    figures
        .map(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            let name = label.split(['.', ',']).next().unwrap_or_default();
            (name.to_owned(), node.rect())
        })
        .collect()
}

#[test]
fn the_plots_keep_their_places_from_the_first_frame_of_a_run_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let prefs = harness::remember(folder.path(), &small(12));
    let mut harness = harness::window(folder.path(), 800.0, Some(prefs));
    harness.run_steps(20);
    let begun = plots(&harness);
    assert_eq!(begun.len(), 2);
    press_train(&mut harness);
    until(&mut harness, "the run", |harness| {
        !harness.state().runs().is_empty()
    });
    let mut switched = 0;
    loop {
        harness.step();
        assert_eq!(plots(&harness), begun);
        let run = &harness.state().runs()[0];
        if !run.state.is_active() {
            break;
        }
        // Each change in mid-run has a flag, the first of them at the left end of the plots.
        if switched < run.epochs.len().min(4) {
            switched += 1;
            click(&mut harness, Role::CheckBox, "Augmentation");
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_steps(20);
    assert_eq!(plots(&harness), begun);
    let run = &harness.state().runs()[0];
    assert!(!run.experiment.changes().is_empty());
}

#[test]
fn the_table_has_its_height_again_after_the_window_was_small() {
    let folder = tempfile::tempdir().unwrap();
    made_up_run(folder.path());
    let mut harness = harness::window(folder.path(), 800.0, None);
    until(&mut harness, "the run", |harness| {
        !harness.state().runs().is_empty()
    });
    let before = plots(&harness);
    let top = |harness: &Harness<'_, App>| harness.get_by_label("Filter runs").rect().top();
    let head = top(&harness);
    for (width, height) in [(1_280.0, 710.0), (900.0, 600.0), (1_280.0, 800.0)] {
        harness.set_size(vec2(width, height));
        harness.run_steps(6);
    }
    assert_eq!((plots(&harness), top(&harness)), (before.clone(), head));
    // A height that a person gives it stays, too.
    let edge = pos2(600.0, head - 5.0);
    let edge = (0..12).map(|y| edge - vec2(0.0, y as f32)).find(|at| {
        harness.hover_at(*at);
        harness.run_steps(3);
        harness.output().platform_output.cursor_icon == CursorIcon::ResizeVertical
    });
    let edge = edge.unwrap();
    harness.drag_at(edge);
    harness.run_steps(2);
    for y in 1..=3 {
        harness.hover_at(edge + vec2(0.0, 10.0 * y as f32));
        harness.run_steps(2);
    }
    harness.drop_at(edge + vec2(0.0, 30.0));
    harness.run_steps(6);
    let lower = top(&harness);
    assert!((lower - head - 30.0).abs() < 4.0, "{head} {lower}");
    harness.set_size(vec2(900.0, 600.0));
    harness.run_steps(6);
    harness.set_size(vec2(1_280.0, 800.0));
    harness.run_steps(6);
    assert_eq!(top(&harness), lower);
}

#[test]
fn the_plots_are_high_enough_in_every_window() {
    for (width, height) in [(900.0, 600.0), (1280.0, 800.0), (1920.0, 1080.0)] {
        for is_presentation in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            made_up_run(folder.path());
            let mut harness = harness::window(folder.path(), height, None);
            harness.set_size(vec2(width, height));
            until(&mut harness, "the run", |harness| {
                !harness.state().runs().is_empty()
            });
            if is_presentation {
                harness.key_press(Key::F11);
                harness.run_steps(4);
            }
            let size = harness.ctx.zoom_factor();
            let plots = plots(&harness);
            assert!(plots.len() >= 2, "{width}×{height} {plots:?}");
            for (name, rect) in &plots {
                // The tallest window has the plot of the gap, too, which is the smallest.
                let least = if name == "Gap plot" { 100.0 } else { 139.5 };
                // A presentation enlarges all: what counts is the height in points of the usual size.
                let tall = rect.height() * size;
                let at = format!("{name} at {width}×{height}, text {size}");
                assert!(tall >= least, "{at}: {tall}");
            }
        }
    }
}

#[test]
fn a_presentation_has_the_curves_the_verdict_and_the_digit_in_large_type() {
    let folder = tempfile::tempdir().unwrap();
    made_up_run(folder.path());
    let mut harness = harness::window(folder.path(), 800.0, None);
    until(&mut harness, "the run", |harness| {
        harness::sees(harness, "Overfitting")
    });
    click(&mut harness, Role::Button, "Errors");
    harness.key_press(Key::F11);
    harness.run_steps(4);
    assert!((harness.ctx.zoom_factor() - 1.4).abs() < 0.01);
    harness.get_by_label("Overfitting");
    harness.get_by_label_contains("Draw a digit");
    assert!(harness.query_by_label("1 More data").is_none());
    assert!(harness.query_by_label("Filter runs").is_none());
    // What the panels beside the curves offer is reached by two menus.
    click(&mut harness, Role::Button, "Settings");
    harness.get_by_role_and_label(Role::SpinButton, "Epochs");
    click(&mut harness, Role::RadioButton, "Memorize");
    assert_eq!(harness.state().settings(), &Preset::Memorize.settings());
    click(&mut harness, Role::Button, "Settings");
    click(&mut harness, Role::Button, "Curves");
    harness.get_by_role_and_label(Role::CheckBox, "Draw A1");
    click(&mut harness, Role::Button, "Curves");
    harness.key_press(Key::F11);
    harness.run_steps(4);
    assert!((harness.ctx.zoom_factor() - 1.0).abs() < 0.01);
    harness.get_by_label("1 More data");
}
