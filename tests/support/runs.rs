//! Short runs on the CPU through the engine, and what lies of them on the disk.

use overfit_lab::data::{TrainingData, load};
use overfit_lab::experiment::{Experiment, Preset, Settings, TrainSize};
use overfit_lab::lab::engine::{Resume, Start};
use overfit_lab::lab::store::{KeepEpochs, RunPlace, read_run};
use overfit_lab::lab::verdict::Compared;
use overfit_lab::lab::{Command, DeviceChoice, Devices, Engine, RunEvent, RunStore};
use std::path::Path;
use std::sync::Arc;

/// A linear network on three batches an epoch. An epoch takes a few milliseconds.
pub fn linear(epochs: usize) -> Settings {
    let mut settings = Preset::Linear.settings();
    settings.data.train_size = TrainSize::Count(48);
    settings.data.validation_size = 32;
    settings.training.batch_size = 16;
    settings.training.epochs = epochs;
    settings
}

/// A convolutional network of an eighth of the usual width, on so many digits. On a few hundred
/// of them an epoch takes a fraction of a second.
pub fn narrow(training: usize, validation: usize, epochs: usize) -> Settings {
    let mut settings = Preset::Cnn.settings();
    settings.data.train_size = TrainSize::Count(training);
    settings.data.validation_size = validation;
    settings.network.width = 0.125;
    settings.training.epochs = epochs;
    settings
}

/// The settings as an experiment in which nothing is changed.
pub fn experiment(settings: &Settings) -> Experiment {
    Experiment::new(settings.clone(), Vec::new()).unwrap()
}

/// The data that these settings train and validate on.
pub fn data(settings: &Settings) -> Arc<TrainingData> {
    let dataset = load(&settings.data.source).unwrap();
    Arc::new(TrainingData::new(dataset, &settings.data, settings.seed).unwrap())
}

/// A run of these settings that is to begin on the CPU.
pub fn start_of(settings: Settings, place: RunPlace, devices: Devices) -> Start {
    Start {
        experiment: experiment(&settings),
        device: DeviceChoice::Cpu,
        devices,
        place,
        keep: KeepEpochs::All,
        ticket: 1,
    }
}

/// A run that begins to train into a folder.
pub fn start(folder: &Path, settings: Settings) -> Engine {
    let place = RunPlace::Folder(folder.to_path_buf());
    Engine::start(start_of(settings, place, Devices::cpu_only()), || {}).unwrap()
}

/// A run that begins to train into the store at `folder/runs`, as the window keeps its runs.
fn start_in_store(folder: &Path, settings: Settings) -> Engine {
    let place = RunPlace::Store(RunStore::new(folder.join("runs")));
    Engine::start(start_of(settings, place, Devices::cpu_only()), || {}).unwrap()
}

/// Trains into a folder, to the end. Gives all that was told.
pub fn train(folder: &Path, settings: Settings) -> Vec<RunEvent> {
    events(&start(folder, settings))
}

/// Trains into the store at `folder/runs`, to the end.
pub fn train_in_store(folder: &Path, settings: Settings) {
    events(&start_in_store(folder, settings));
}

/// Trains into the store at `folder/runs`, and stops once so many epochs are there.
pub fn train_and_stop(folder: &Path, settings: Settings, epochs: usize) {
    let engine = start_in_store(folder, settings);
    let mut trained = 0;
    while let Ok(update) = engine.updates().recv() {
        trained += usize::from(matches!(update.event, RunEvent::Epoch(_)));
        if trained == epochs {
            // Where the run has ended by itself meanwhile, nobody hears this.
            let _ = engine.send(Command::Stop);
        }
    }
}

/// A run that is taken up again on the CPU.
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

/// Takes a run up again and trains it to the end. Gives all that was told.
pub fn resume(folder: &Path, epochs: Option<usize>) -> Vec<RunEvent> {
    events(&resumed(folder, epochs))
}

/// All that an engine tells until its run is over.
pub fn events(engine: &Engine) -> Vec<RunEvent> {
    engine.updates().iter().map(|update| update.event).collect()
}

/// The warnings among events.
pub fn warnings(events: &[RunEvent]) -> Vec<String> {
    let warnings = events.iter().filter_map(|event| match event {
        RunEvent::Warning(warning) => Some(warning.clone()),
        _ => None,
    });
    warnings.collect()
}

/// How the images' losses of a run's epochs differ from those of earlier epochs.
pub fn comparisons(folder: &Path) -> Vec<Vec<Compared>> {
    let epochs = read_run(folder).unwrap().epochs.into_iter();
    epochs.map(|metrics| metrics.compared).collect()
}

/// The figures of a run's epochs as they lie on the disk, without what the clock says, and without the
/// comparison of epochs: where the answers of one found no room, no later one is compared with it.
pub fn figures(folder: &Path) -> Vec<String> {
    let run = read_run(folder).unwrap();
    let epochs = run.epochs.into_iter().map(|mut metrics| {
        metrics.elapsed_secs = 0.0;
        metrics.samples_per_second = 0.0;
        metrics.waiting_secs = 0.0;
        metrics.compared.clear();
        serde_json::to_string(&metrics).unwrap()
    });
    epochs.collect()
}

/// The figures of the same experiment, trained without a break.
pub fn undisturbed(settings: Settings) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    train(&folder.path().join("run"), settings);
    figures(&folder.path().join("run"))
}

/// Makes a run look as a killed process leaves it: its summary says that it is being trained.
pub fn forget_the_end(folder: &Path) {
    let path = folder.join("summary.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    summary["state"] = serde_json::json!({ "state": "training" });
    std::fs::write(&path, summary.to_string()).unwrap();
}
