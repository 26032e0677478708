//! Runs trained into a store, as the window trains them.

use overfit_lab::experiment::{Experiment, Settings};
use overfit_lab::lab::engine::{Engine, Start};
use overfit_lab::lab::store::{KeepEpochs, RunPlace};
use overfit_lab::lab::{Devices, RunStore};
use std::path::Path;

/// Trains into the folder's store.
pub fn train(folder: &Path, settings: Settings) {
    let start = Start {
        experiment: Experiment::new(settings, Vec::new()).unwrap(),
        device: "cpu".parse().unwrap(),
        devices: Devices::cpu_only(),
        place: RunPlace::Store(RunStore::new(folder.join("runs"))),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    let engine = Engine::start(start, || {}).unwrap();
    while engine.updates().recv().is_ok() {}
}
