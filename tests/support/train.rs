//! Runs trained into a store, as the window trains them.

use overfit_lab::experiment::{Experiment, Preset, Settings, TrainSize};
use overfit_lab::lab::engine::{Engine, Start};
use overfit_lab::lab::store::{KeepEpochs, RunPlace};
use overfit_lab::lab::{Command, Devices, RunEvent, RunStore};
use std::path::Path;

/// A narrow network on 200 images, of which a batch takes its 64th part.
#[allow(dead_code, reason = "not every test uses each")]
pub fn small(epochs: usize) -> Settings {
    let mut settings = Preset::Cnn.settings();
    settings.data.train_size = TrainSize::Count(200);
    settings.data.validation_size = 100;
    settings.network.width = 0.125;
    settings.regularization.dropout = 0.3;
    settings.training.epochs = epochs;
    settings
}

/// Trains into the folder's store.
#[allow(dead_code, reason = "not every test uses each")]
pub fn train(folder: &Path, settings: Settings) {
    let engine = start(folder, settings);
    while engine.updates().recv().is_ok() {}
}

fn start(folder: &Path, settings: Settings) -> Engine {
    let start = Start {
        experiment: Experiment::new(settings, Vec::new()).unwrap(),
        device: "cpu".parse().unwrap(),
        devices: Devices::cpu_only(),
        place: RunPlace::Store(RunStore::new(folder.join("runs"))),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    Engine::start(start, || {}).unwrap()
}

/// Trains into the folder's store, and stops once this many epochs are there.
#[allow(dead_code, reason = "not every test uses each")]
pub fn train_and_stop(folder: &Path, settings: Settings, epochs: usize) {
    let engine = start(folder, settings);
    let mut trained = 0;
    while let Ok(update) = engine.updates().recv() {
        trained += usize::from(matches!(update.event, RunEvent::Epoch(_)));
        if trained == epochs {
            // Later ones find it stopped.
            let _ = engine.send(Command::Stop);
        }
    }
}
