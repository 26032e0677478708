//! The kinds of files from which a run is taken up: saved states, and runs' folders with states.

use super::sealed::Parts;
use super::targets::{check_message, write};
use super::{DIVIDER, Outcome, parts_of};
use crate::data::{Dataset, Images, Taken, TrainingData};
use crate::experiment::{
    Augmentation, DataFacts, DataSource, Experiment, FilesSource, ImageSize, Optimizer, Preset,
    Settings, TrainSize,
};
use crate::lab::store::{Claim, read_run};
use crate::training::device::{DeviceChoice, open};
use crate::training::{Command, EpochMetrics, Event, Progress, ResumePoint, Stage, TrainingJob};
use crossbeam_channel::bounded;
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Images of the data.
const IMAGES: usize = 40;
/// Classes of the data.
const CLASSES: usize = 4;
/// Rows of an image, and columns.
const SIDE: usize = 6;
/// Events of a run that goes on, after which it is left.
const EVENTS: usize = 12;

/// The files of a run's folder that is taken up, in the order in which their bytes are joined.
pub(super) const FILES: [&str; 6] = [
    "experiment.json",
    "summary.json",
    "metrics.jsonl",
    "batches.csv",
    "checkpoints/state.safetensors",
    "checkpoints/state-before.safetensors",
];
/// The place of the first state in [`FILES`].
pub(super) const FIRST_STATE: usize = 4;

const SUMMARY: &[u8] = br#"{
  "version": 1, "created_secs": 1700000000, "state": { "state": "training" }, "started": null,
  "data": "made", "best_epoch": 1, "best_validation_loss": 1.5, "best_validation_accuracy": 0.3,
  "best_weights": 1, "verdict": null, "seconds": 0.5, "saves_state": true, "device": "cpu"
}
"#;

fn dataset() -> Arc<Dataset> {
    let pixel = |at: usize| (at * 31 % 251 + at / (SIDE * SIDE)) as u8;
    Arc::new(Dataset {
        name: "made".into(),
        size: ImageSize::square(SIDE),
        classes: (0..CLASSES).map(|class| class.to_string()).collect(),
        train: Images {
            pixels: (0..IMAGES * SIDE * SIDE).map(pixel).collect(),
            labels: (0..IMAGES).map(|image| (image % CLASSES) as u8).collect(),
        },
        validation: None,
        test: None,
        taken: Taken::default(),
    })
}

/// Settings by which a state holds everything that it can, with a network as small as can be.
fn settings() -> Settings {
    let mut settings = Preset::Default.settings();
    settings.data.source = DataSource::Files(FilesSource {
        path: "made".into(),
        facts: Some(DataFacts {
            images: IMAGES,
            own_validation: None,
            rows: SIDE,
            columns: SIDE,
            classes: CLASSES,
        }),
        reading: None,
        look: None,
        turned: false,
    });
    settings.data.validation_size = 12;
    settings.data.train_size = TrainSize::Count(24);
    settings.data.label_noise = 0.2;
    settings.network.width = 0.0625;
    settings.network.conv_blocks = 1;
    settings.network.dense_units = 48;
    settings.augmentation = Augmentation::ARTICLE;
    settings.regularization.early_stopping = Some(3);
    settings.training.batch_size = 8;
    settings.training.epochs = 3;
    settings
}

/// What a run left that was stopped in its second epoch.
#[derive(Default)]
struct Stopped {
    experiment: Option<Experiment>,
    metrics: String,
    batches: String,
    states: Vec<Vec<u8>>,
}

fn stopped(settings: Settings) -> Stopped {
    let data = TrainingData::new(dataset(), &settings.data, settings.seed).ok();
    let experiment = Experiment::new(settings, Vec::new()).ok();
    let device = open(DeviceChoice::Cpu).ok();
    let mut stopped = Stopped {
        batches: "epoch,step,loss,accuracy\n".into(),
        ..Stopped::default()
    };
    let (Some(data), Some(experiment), Some(device)) = (data, experiment, device) else {
        return stopped;
    };
    let (commands, heard) = bounded(1);
    let mut emit = |event| {
        match event {
            Event::Progress(Progress {
                epoch,
                stage: Stage::Training { batch, point, .. },
                ..
            }) => {
                if let Some(point) = point {
                    let figures = (point.epoch, point.step, point.loss, point.accuracy);
                    let (epoch, step, loss, accuracy) = figures;
                    stopped.batches += &format!("{epoch},{step},{loss},{accuracy}\n");
                }
                if (epoch, batch) == (2, 1) {
                    let _ = commands.try_send(Command::Stop);
                }
            }
            Event::Epoch { metrics, .. } => {
                // The times are set, so that the same seed gives the same files each time.
                let metrics = EpochMetrics {
                    elapsed_secs: 0.5,
                    samples_per_second: 300.0,
                    waiting_secs: 0.0,
                    ..metrics
                };
                stopped.metrics += &serde_json::to_string(&metrics).unwrap_or_default();
                stopped.metrics.push('\n');
            }
            Event::Resumable(point) => stopped.states.extend(point.to_bytes().ok()),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    // Where training fails, what it told by then is used.
    let data = Arc::new(data);
    let job = TrainingJob::new(&experiment, &data, device);
    let _ = job.commands(&heard).train(&mut emit);
    stopped.experiment = Some(experiment);
    for state in &mut stopped.states {
        *state = without_times(state).unwrap_or_default();
    }
    stopped
}

/// The state with its times set, which differ from run to run: the same seed shall give the same
/// inputs.
fn without_times(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Parts::of(bytes)?;
    let mut description: Value = serde_json::from_str(&parts.description).ok()?;
    let spent = description.get_mut("progress")?.get_mut("spent")?;
    for figure in spent.as_object_mut()?.values_mut() {
        *figure = Value::from(0.5);
    }
    parts.description = description.to_string();
    parts.sealed()
}

pub fn state_seeds() -> Vec<Vec<u8>> {
    let mut linear = settings();
    linear.network.architecture = crate::experiment::Architecture::Linear;
    linear.regularization.batch_norm = crate::experiment::BatchNorm::None;
    linear.regularization.dropout = 0.0;
    linear.training.optimizer = Optimizer::Sgd;
    let mut states = stopped(settings()).states;
    states.extend(stopped(linear).states.pop());
    states
}

/// Reads bytes as a saved state.
pub fn state(bytes: &[u8], _: &Path) -> Outcome {
    let point = match ResumePoint::from_bytes(bytes) {
        Ok(point) => point,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    let written = point.to_bytes();
    let written = written.unwrap_or_else(|err| panic!("not written: {err}"));
    let again = ResumePoint::from_bytes(&written);
    let again = again.unwrap_or_else(|err| panic!("not read again: {err}"));
    assert!(again == point, "the state differs once written");
    Outcome::Read
}

/// Good folders of runs with the newest state and the one before, the files of each joined.
pub fn resume_seeds() -> Vec<Vec<u8>> {
    let stopped = stopped(settings());
    let (Some(experiment), [.., before, newest]) = (&stopped.experiment, &stopped.states[..])
    else {
        return Vec::new();
    };
    let experiment = experiment.to_json();
    let folder = |newest: &[u8], before: &[u8]| {
        [
            experiment.as_bytes(),
            SUMMARY,
            stopped.metrics.as_bytes(),
            stopped.batches.as_bytes(),
            newest,
            before,
        ]
        .join(DIVIDER)
    };
    vec![
        folder(newest, before),
        folder(b"", newest),
        folder(before, &newest[..newest.len() / 2]),
    ]
}

/// Takes bytes up as a run's folder, and trains the run for a moment.
pub fn resume(bytes: &[u8], folder: &Path) -> Outcome {
    if let Err(err) = std::fs::create_dir_all(folder.join("checkpoints")) {
        panic!("the scratch folder can't be written: {err}");
    }
    for (name, part) in FILES.iter().zip(parts_of(bytes, FILES.len())) {
        write(&folder.join(name), part);
    }
    let claim = match Claim::new(folder, None) {
        Ok(claim) => claim,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    for note in claim.notes() {
        check_message(note);
    }
    let experiment = claim.experiment().clone();
    let taken = match claim.take_up() {
        Ok(taken) => taken,
        Err(err) => panic!("claimed and not taken up: {err}"),
    };
    drop(taken.writer);
    let again = Claim::new(folder, None).and_then(Claim::take_up);
    let again = again.unwrap_or_else(|err| panic!("not taken up again: {err}"));
    assert!(
        again.point == taken.point,
        "the state differs when taken up again"
    );
    drop(again);
    if let Err(err) = read_run(folder) {
        panic!("taken up and not read: {err}");
    }
    if let Some(point) = taken.point {
        train_on(point, &experiment);
    }
    Outcome::Read
}

/// Trains on from a state until a few events were told.
fn train_on(point: ResumePoint, experiment: &Experiment) {
    let settings = experiment.settings();
    let data = TrainingData::new(dataset(), &settings.data, settings.seed);
    let (Ok(data), Ok(device)) = (data, open(DeviceChoice::Cpu)) else {
        return;
    };
    let mut left = EVENTS;
    let mut emit = |_| {
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let data = Arc::new(data);
    let job = TrainingJob::new(experiment, &data, device).resume_from(point);
    if let Err(err) = job.train(&mut emit) {
        check_message(&err.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::super::mutate::Chance;
    use super::super::sealed::state_mutated;
    use super::*;

    #[test]
    fn mutations_get_behind_the_checksum_and_the_seeds_are_the_same_each_time() {
        let seeds = state_seeds();
        assert!(seeds.len() >= 4 && seeds == state_seeds());
        assert!(resume_seeds() == resume_seeds());
        let mut refused_by_checksum = 0;
        for seed in 0..200 {
            let bytes = state_mutated(seeds[0].clone(), &mut Chance::new(seed));
            if let Err(err) = ResumePoint::from_bytes(&bytes) {
                refused_by_checksum += usize::from(err.to_string().contains("checksum"));
            }
        }
        // Only states whose bytes were changed without a new checksum are refused so.
        assert!(refused_by_checksum < 60, "{refused_by_checksum}");
    }
}
