//! The real window without a screen, and what a person does in it.

use crate::support::runs::{experiment, narrow};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Rect, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::{App, AppOptions};
use overfit_lab::experiment::Settings;
use overfit_lab::lab::{Devices, RunStore};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a test waits for something. A loaded machine may be slow; a broken window is for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// A window of 1280 points by `height`, with its runs and drawings in `folder`.
pub fn window(folder: &Path, height: f32, prefs_file: Option<PathBuf>) -> Harness<'static, App> {
    window_with(folder, height, prefs_file, Devices::cpu_only())
}

/// A window as [`window`] gives it, on a machine with these devices.
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
pub fn remember(folder: &Path, settings: &Settings) -> PathBuf {
    let prefs = serde_json::json!({ "settings": experiment(settings).to_json() });
    let file = folder.join("window.json");
    std::fs::write(&file, prefs.to_string()).unwrap();
    file
}

/// A narrow network with dropout on 200 images, of which a batch takes its 64th part.
pub fn small(epochs: usize) -> Settings {
    let mut settings = narrow(200, 100, epochs);
    settings.regularization.dropout = 0.3;
    settings
}

/// Steps until something is so.
#[track_caller]
pub fn until(harness: &mut Harness<'_, App>, what: &str, done: impl Fn(&Harness<'_, App>) -> bool) {
    let start = Instant::now();
    while !done(harness) {
        assert!(start.elapsed() < PATIENCE, "{what}: {:?}", notices(harness));
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}

/// Steps until the first run has an epoch.
#[track_caller]
pub fn until_an_epoch(harness: &mut Harness<'_, App>) {
    until(harness, "an epoch", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| !run.epochs.is_empty())
    });
}

/// What the window's log holds.
pub fn notices(harness: &Harness<'_, App>) -> Vec<String> {
    let entries = harness.state().notices().entries();
    entries.map(|notice| notice.text.clone()).collect()
}

/// Whether anything is on the screen whose label holds this text.
pub fn sees(harness: &Harness<'_, App>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// A text on the screen.
pub struct Text {
    pub says: String,
    /// The part of its place that is seen.
    pub seen: Rect,
    /// Whether its end is left out.
    pub is_cut: bool,
}

/// Every text that is seen.
pub fn texts(harness: &Harness<'_, App>) -> Vec<Text> {
    let shapes = harness.output().shapes.iter();
    let texts = shapes.filter_map(|clipped| match &clipped.shape {
        Shape::Text(text) => Some(Text {
            says: text.galley.job.text.clone(),
            seen: text.visual_bounding_rect().intersect(clipped.clip_rect),
            is_cut: text.galley.elided,
        }),
        _ => None,
    });
    texts.filter(|text| text.seen.is_positive()).collect()
}

/// Clicks what has this role and label, also where it lies outside of the visible part.
#[track_caller]
pub fn click(harness: &mut Harness<'_, App>, role: Role, label: &str) {
    harness.get_by_role_and_label(role, label).click_accesskit();
    harness.run_steps(3);
}

/// Starts the run whose settings are at the left, by its key.
pub fn press_train(harness: &mut Harness<'_, App>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
}

/// Types a text in place of what a field holds.
pub fn type_into(harness: &mut Harness<'_, App>, label: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    harness.run_steps(2);
}

/// Chooses an entry of a menu.
pub fn open_menu(harness: &mut Harness<'_, App>, menu: &str, entry: &str) {
    click(harness, Role::Button, menu);
    {
        // A button of the same name may lie behind the menu.
        let entries = harness.query_all_by_label_contains(entry);
        entries.last().unwrap().click_accesskit();
    }
    harness.run_steps(3);
}

/// Types a path into the field that asks for one, and confirms it.
pub fn type_path(harness: &mut Harness<'_, App>, path: &Path) {
    harness
        .get_by_role_and_label(Role::TextInput, "Path")
        .focus();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "Path")
        .type_text(path.to_str().unwrap());
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
}

/// Opens an experiment file as a person does: the key, the path, Enter.
pub fn open_file(harness: &mut Harness<'_, App>, path: &Path) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    type_path(harness, path);
}

/// Opens a file of these settings, and starts a run of them.
pub fn train(harness: &mut Harness<'_, App>, folder: &Path, settings: &Settings) {
    let path = folder.join("small.json");
    std::fs::write(&path, experiment(settings).to_json()).unwrap();
    open_file(harness, &path);
    until(harness, "the experiment is taken", |harness| {
        harness.state().settings() == settings
    });
    press_train(harness);
}
