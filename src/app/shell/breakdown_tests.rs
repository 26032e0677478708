//! Threads that answer the window break down, and the window goes on, as its screen shows.

use super::{App, AppOptions};
use crate::app::action::EpochChoice;
use crate::disk::fault::{Faults, Injected, inject};
use crate::experiment::{Experiment, Preset, TrainSize};
use crate::lab::engine::Start;
use crate::lab::store::{KeepEpochs, RunPlace};
use crate::lab::{Devices, Engine, RunStore};
use eframe::egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use std::time::{Duration, Instant};

/// A run of two epochs on 200 images.
fn train(folder: &Path) {
    let mut settings = Preset::Cnn.settings();
    settings.data.train_size = TrainSize::Count(200);
    settings.data.validation_size = 100;
    settings.network.width = 0.125;
    settings.training.epochs = 2;
    let start = Start {
        experiment: Experiment::new(settings, Vec::new()).unwrap(),
        device: crate::lab::DeviceChoice::Cpu,
        devices: Devices::cpu_only(),
        place: RunPlace::Store(RunStore::new(folder.join("runs"))),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    let engine = Engine::start(start, || {}).unwrap();
    while engine.updates().recv().is_ok() {}
}

fn window(folder: &Path) -> Harness<'static, App> {
    let store = RunStore::new(folder.join("runs"));
    let options = AppOptions::unattended(store, folder.join("own-digits"));
    Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(move |creation| App::new(&creation.egui_ctx, options))
}

#[track_caller]
fn until(harness: &mut Harness<'_, App>, what: &str, done: impl Fn(&Harness<'_, App>) -> bool) {
    let since = Instant::now();
    while !done(harness) {
        assert!(since.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(2));
        harness.step();
    }
}

/// Lets the next thread that reads weights of a run break down.
fn break_down_at(run: &Path) -> Injected {
    inject(Faults::panic_at_read(&run.join("checkpoints"), 1))
}

/// Checks that the window tells that the thread broke down, and that another epoch is answered.
fn check(harness: &mut Harness<'_, App>, thread: &str, answers: fn(&App) -> bool) {
    let told = format!("the {thread} thread broke down: the fault injected");
    let told = told.as_str();
    let logged = |harness: &Harness<'_, App>| {
        let entries = harness.state().notices().entries();
        entries.filter(|entry| entry.text.contains(told)).count()
    };
    // The tab that waits for the thread may tell of it a frame before the toast does.
    until(harness, "it is told in a toast", |harness| {
        let mut labels = harness.query_all_by_label_contains(told);
        labels.any(|_| true) && logged(harness) > 0
    });
    assert_eq!(logged(harness), 1);
    assert!(!answers(harness.state()));
    let shown = harness.state().shown_epoch().unwrap();
    harness.state_mut().look.epoch = EpochChoice::Epoch(3 - shown);
    until(harness, "the thread answers again", |harness| {
        answers(harness.state())
    });
}

fn knows_the_network(app: &App) -> bool {
    app.look.known().0.network.is_some()
}

#[test]
fn the_inference_thread_breaks_down_and_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let _fault = break_down_at(&folder.path().join("runs/A1"));
    let mut harness = window(folder.path());
    check(&mut harness, "inference", knows_the_network);
}

#[test]
fn the_validation_thread_breaks_down_and_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let run = folder.path().join("runs/A1");
    // Without kept answers it has to compute them.
    std::fs::remove_dir_all(run.join("answers")).unwrap();
    let mut harness = window(folder.path());
    until(&mut harness, "the tab Draw has its network", |harness| {
        knows_the_network(harness.state())
    });
    let _fault = break_down_at(&run);
    harness
        .get_by_role_and_label(Role::Button, "Errors")
        .click();
    check(&mut harness, "validation", |app| {
        let (_, known) = app.look.known();
        known.validated.iter().any(Option::is_some)
    });
}
