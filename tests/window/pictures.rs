//! The first minute in pictures: the window before its first run and with a run that overfits,
//! dark and light, large and small. Everything in them is made up or fixed, so that they are the
//! same on each machine.

use super::compare::check;
use super::harness::{click, sees, until};
use super::raster::{Textures, draw};
use crate::support::asset;
use crate::support::files::copy;
use crate::support::runs::{experiment, narrow};
use eframe::egui::accesskit::Role;
use eframe::egui::{Rect, Theme, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use image::{Rgb, RgbImage};
use overfit_lab::app::{App, AppOptions};
use overfit_lab::experiment::Settings;
use overfit_lab::lab::{RunStore, Threads};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

const LARGE: [f32; 2] = [1280.0, 800.0];
const SMALL: [f32; 2] = [900.0, 600.0];

/// A window of this size on a machine with two cores, and its textures.
fn window(folder: &Path, size: [f32; 2], theme: Theme) -> (Harness<'static, App>, Textures) {
    let prefs_file = folder.join("window.json");
    let name = if theme == Theme::Dark {
        "dark"
    } else {
        "light"
    };
    std::fs::write(&prefs_file, json!({ "theme": name }).to_string()).unwrap();
    let store = RunStore::new(folder.join("runs"));
    let options = AppOptions {
        prefs_file: Some(prefs_file),
        threads: Some(Threads::try_from(2).unwrap()),
        ..AppOptions::unattended(store, folder.join("own-digits"))
    };
    let textures = Textures::default();
    let harness = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .renderer(textures.clone())
        .build_eframe(move |creation| App::new(&creation.egui_ctx, options));
    (harness, textures)
}

/// Steps until the window rests: its threads have nothing to tell any more.
fn settle(harness: &mut Harness<'_, App>) {
    let mut rests = 0;
    for _ in 0..2_000 {
        std::thread::sleep(Duration::from_millis(10));
        harness.step();
        let delay = harness.output().viewport_output[&ViewportId::ROOT].repaint_delay;
        rests = if delay > Duration::from_secs(1) {
            rests + 1
        } else {
            0
        };
        if rests == 10 {
            return;
        }
    }
    panic!("the window draws on and on");
}

/// The window as a picture, without what depends on the machine: how long an epoch may take.
fn picture(harness: &mut Harness<'_, App>, textures: &Textures) -> RgbImage {
    settle(harness);
    let mut picture = draw(harness, textures);
    for node in harness.query_all_by_label_contains("s an epoch") {
        cover(&mut picture, node.rect());
    }
    picture
}

/// Covers a place with grey, and a point around it.
fn cover(picture: &mut RgbImage, place: Rect) {
    let place = place.expand(1.0);
    for y in place.min.y.max(0.0) as u32..(place.max.y as u32).min(picture.height()) {
        for x in place.min.x.max(0.0) as u32..(place.max.x as u32).min(picture.width()) {
            picture.put_pixel(x, y, Rgb([136; 3]));
        }
    }
}

/// The figures of an epoch of a run that overfits from its seventh epoch on: training loss and
/// accuracy, validation loss and accuracy.
fn figures(epoch: usize) -> [f64; 4] {
    let epoch = epoch as f64;
    let fall = (-0.5 * epoch).exp();
    let rise = 0.03 * (epoch - 6.0).max(0.0);
    [
        1.4 * fall + 0.004,
        1.0 - 0.42 * fall,
        1.3 * fall + 0.21 + rise,
        0.945 - 0.4 * fall - 0.05 * rise,
    ]
}

/// A run of twelve epochs with made-up figures, begun two hours ago. Its weights are those of a run
/// of three epochs.
pub fn made_up_run(folder: &Path) {
    made_up(folder, "A1", &narrow(500, 1_000, 12), 0.0);
}

/// A run as [`made_up_run`] makes it, whose validation accuracy is better by this.
fn made_up(folder: &Path, id: &str, settings: &Settings, better: f64) {
    let run = folder.join("runs").join(id);
    std::fs::create_dir_all(folder.join("runs")).unwrap();
    copy(&asset("runs/version-1-resumable"), &run);
    let epochs = settings.training.epochs;
    std::fs::write(run.join("experiment.json"), experiment(settings).to_json()).unwrap();

    let lines = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let template: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let (mut metrics, mut batches) = (String::new(), String::from("epoch,step,loss,accuracy\n"));
    for epoch in 1..=epochs {
        let [
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        ] = figures(epoch);
        let mut line = template.clone();
        for (name, value) in [
            ("train_loss", train_loss),
            ("train_accuracy", train_accuracy),
            ("validation_loss", validation_loss),
            ("validation_accuracy", validation_accuracy + better),
        ] {
            line[name] = value.into();
        }
        for (name, value) in [
            ("epoch", epoch),
            ("step", 7 * epoch),
            ("train_count", 500),
            ("validation_count", 1_000),
            ("train_images", 500),
        ] {
            line[name] = value.into();
        }
        writeln!(metrics, "{line}").unwrap();
        for batch in 1..=7 {
            // Up and down by turns, as small batches are.
            let place = (7 * (epoch - 1) + batch) as f64 / 7.0;
            let swing = if batch % 2 == 0 { 1.3 } else { 0.8 };
            let loss = (1.4 * (-0.5 * place).exp() + 0.02) * swing;
            let step = 7 * (epoch - 1) + batch;
            let accuracy = 1.0 - 0.3 * loss;
            writeln!(batches, "{place:.4},{step},{loss:.6},{accuracy:.6}").unwrap();
        }
    }
    std::fs::write(run.join("metrics.jsonl"), metrics).unwrap();
    std::fs::write(run.join("batches.csv"), batches).unwrap();

    let label = json!({ "name": id, "starred": false });
    std::fs::write(run.join("label.json"), label.to_string()).unwrap();
    let path = run.join("summary.json");
    let mut summary: Value =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // The runs are begun in the order of their numbers, so far apart that a second that passes between the making of two
    // of them changes nothing.
    let number: u64 = id.trim_start_matches('A').parse().unwrap();
    let begun = now.unwrap().as_secs() - 7_230 + 2 * number;
    summary["created_secs"] = begun.into();
    summary["seconds"] = 12.0.into();
    std::fs::write(&path, summary.to_string()).unwrap();
}

#[test]
fn before_the_first_run_it_says_where_to_begin() {
    for (name, size, theme) in [
        ("empty-dark-1280", LARGE, Theme::Dark),
        ("empty-light-900", SMALL, Theme::Light),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (mut harness, textures) = window(folder.path(), size, theme);
        check(name, &picture(&mut harness, &textures));
    }
}

#[test]
fn a_run_that_overfits_is_told_and_shown() {
    for (name, size, theme) in [
        ("overfit-light-1280", LARGE, Theme::Light),
        ("overfit-dark-900", SMALL, Theme::Dark),
    ] {
        let folder = tempfile::tempdir().unwrap();
        made_up_run(folder.path());
        let (mut harness, textures) = window(folder.path(), size, theme);
        until(&mut harness, "the verdict", |harness| {
            sees(harness, "Overfitting")
        });
        check(name, &picture(&mut harness, &textures));
    }
}

#[test]
fn the_numbers_behind_the_verdict_are_marked_on_the_curves() {
    let folder = tempfile::tempdir().unwrap();
    made_up_run(folder.path());
    let (mut harness, textures) = window(folder.path(), LARGE, Theme::Dark);
    until(&mut harness, "the verdict", |harness| {
        sees(harness, "Overfitting")
    });
    harness.get_by_label("Why").click();
    until(&mut harness, "the numbers", |harness| {
        sees(harness, "Why this verdict")
    });
    check("why-dark-1280", &picture(&mut harness, &textures));
}

#[test]
fn two_groups_stand_beside_each_other() {
    for (name, size, theme) in [
        ("groups-dark-1280", LARGE, Theme::Dark),
        ("groups-light-900", SMALL, Theme::Light),
    ] {
        let folder = tempfile::tempdir().unwrap();
        // What luck does to each seed without dropout, and with it.
        let luck = [[0.0, 0.006], [-0.008, 0.001], [0.004, 0.013]];
        for (seed, [without, with]) in (1..).zip(luck) {
            let mut settings = narrow(500, 1_000, 12);
            settings.seed = seed;
            made_up(folder.path(), &format!("A{seed}"), &settings, without);
            settings.regularization.dropout = 0.25;
            made_up(folder.path(), &format!("A{}", 3 + seed), &settings, with);
        }
        let (mut harness, textures) = window(folder.path(), size, theme);
        until(&mut harness, "the runs", |harness| {
            harness.state().groups().all().len() == 2
        });
        if sees(&harness, "Unfold the runs") {
            click(&mut harness, Role::DisclosureTriangle, "Unfold the runs");
        }
        click(&mut harness, Role::Button, "A1 ×3");
        click(&mut harness, Role::Button, "A4 ×3");
        assert!(sees(&harness, "over 3 seeds each: dropout 0.25"));
        check(name, &picture(&mut harness, &textures));
    }
}
