//! Short runs through the engine, and the program as a process.

use overfit_lab::experiment::{Experiment, Preset, Settings, TrainSize};
use overfit_lab::lab::engine::{Resume, Start};
use overfit_lab::lab::store::{KeepEpochs, RunPlace, read_run};
use overfit_lab::lab::{DeviceChoice, Devices, Engine, RunEvent};
use std::path::Path;
use std::process::{Command, Output};

/// A linear network on three batches.
pub fn small(epochs: usize) -> Settings {
    let mut settings = Preset::Linear.settings();
    settings.data.train_size = TrainSize::Count(48);
    settings.data.validation_size = 32;
    settings.training.batch_size = 16;
    settings.training.epochs = epochs;
    settings
}

pub fn start(folder: &Path, settings: Settings) -> Engine {
    let start = Start {
        experiment: Experiment::new(settings, Vec::new()).unwrap(),
        device: DeviceChoice::Cpu,
        devices: Devices::cpu_only(),
        place: RunPlace::Folder(folder.to_path_buf()),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    Engine::start(start, || {}).unwrap()
}

/// Trains into a folder: all that is told.
pub fn train(folder: &Path, settings: Settings) -> Vec<RunEvent> {
    rest(&start(folder, settings))
}

/// Takes a run up again: all that is told.
pub fn resume(folder: &Path, epochs: Option<usize>) -> Vec<RunEvent> {
    rest(&resumed(folder, epochs))
}

pub fn resumed(folder: &Path, epochs: Option<usize>) -> Engine {
    let resume = Resume {
        folder: folder.to_path_buf(),
        device: None,
        devices: Devices::cpu_only(),
        epochs,
        ticket: 1,
    };
    Engine::resume(resume, || {}).unwrap()
}

fn rest(engine: &Engine) -> Vec<RunEvent> {
    engine.updates().iter().map(|update| update.event).collect()
}

pub fn warnings(events: &[RunEvent]) -> Vec<String> {
    let warnings = events.iter().filter_map(|event| match event {
        RunEvent::Warning(warning) => Some(warning.clone()),
        _ => None,
    });
    warnings.collect()
}

/// A run's figures on disk, without what the clock says.
pub fn figures(folder: &Path) -> Vec<String> {
    let run = read_run(folder).unwrap();
    let epochs = run.epochs.into_iter().map(|mut metrics| {
        metrics.seconds = 0.0;
        metrics.samples_per_second = 0.0;
        metrics.waiting_secs = 0.0;
        serde_json::to_string(&metrics).unwrap()
    });
    epochs.collect()
}

/// The same experiment, never broken off.
pub fn undisturbed(settings: Settings) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    train(&folder.path().join("run"), settings);
    figures(&folder.path().join("run"))
}

/// Makes a run look as a kill leaves it: without an end.
pub fn forget_the_end(folder: &Path) {
    let path = folder.join("summary.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    summary["state"] = serde_json::json!({ "state": "training" });
    std::fs::write(&path, summary.to_string()).unwrap();
}

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overfit-lab"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"));
    command
}

pub fn lab(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// Both of its outputs, where it ended so.
#[track_caller]
pub fn ends(output: &Output, code: i32) -> String {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let said = said.concat();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[track_caller]
pub fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}
