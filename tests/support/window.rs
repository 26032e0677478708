//! The real window without a screen, for the tests that use it as a person does.

use egui_kittest::Harness;
use overfit_lab::app::{App, AppOptions};
use overfit_lab::experiment::{Experiment, Settings};
use overfit_lab::lab::{Devices, RunStore};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A loaded machine may be slow; a broken window is for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// A window of 1280 points by `height`, with its runs and drawings in `folder`.
#[allow(dead_code, reason = "not every test uses each")]
pub fn window(folder: &Path, height: f32, prefs_file: Option<PathBuf>) -> Harness<'static, App> {
    window_with(folder, height, prefs_file, Devices::cpu_only())
}

/// The same on a machine with these devices.
pub fn window_with(
    folder: &Path,
    height: f32,
    prefs_file: Option<PathBuf>,
    devices: Devices,
) -> Harness<'static, App> {
    let store = RunStore::new(folder.join("runs"));
    let options = AppOptions {
        prefs_file,
        devices,
        ..AppOptions::unattended(store, folder.join("own-digits"))
    };
    let mut harness = Harness::builder()
        .with_size([1280.0, height])
        .build_eframe(move |creation| App::new(&creation.egui_ctx, options));
    harness.run_steps(3);
    harness
}

/// Lets the next window with this memory open with these settings. Gives the memory's file.
#[allow(dead_code, reason = "not every test uses each")]
pub fn remember(folder: &Path, settings: Settings) -> PathBuf {
    let experiment = Experiment::new(settings, Vec::new()).unwrap();
    let prefs = serde_json::json!({ "settings": experiment.to_json() });
    let file = folder.join("window.json");
    std::fs::write(&file, prefs.to_string()).unwrap();
    file
}

/// Steps until something is so.
#[track_caller]
pub fn until(harness: &mut Harness<'_, App>, what: &str, done: impl Fn(&Harness<'_, App>) -> bool) {
    let start = Instant::now();
    while !done(harness) {
        let notices: Vec<_> = harness.state().notices().entries().collect();
        assert!(start.elapsed() < PATIENCE, "{what}: {notices:?}");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}
