//! How much longer an epoch of the default network takes since the run is kept while it trains.

use super::super::error::BenchError;
use crate::experiment::{Experiment, Preset, TrainSize};
use crate::lab::devices::Devices;
use crate::lab::engine::{Engine, RunEvent, Start};
use crate::lab::store::{KeepEpochs, RunPlace};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Event, TrainingJob};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Pairs of epochs, one kept and one not. What else a machine does differs from pair to pair, and the
/// median forgets that.
const PAIRS: usize = 15;
/// Steps of such an epoch. The cost of keeping an epoch doesn't depend on the number of its steps.
const STEPS: usize = 100;

/// What keeping an epoch costs, and how long an epoch on all of MNIST takes.
#[derive(Clone, Copy, Debug)]
pub struct SavesFigures {
    /// Seconds more with two states, the epoch's weights, answers and figures kept: the median, and
    /// the quartiles beside it.
    pub added: [f64; 3],
    /// Seconds of an epoch on all training images of which nothing is kept.
    pub epoch: f64,
}

impl SavesFigures {
    /// The share of an epoch that keeping it takes, by the median.
    pub fn share(&self) -> f64 {
        self.added[1] / self.epoch
    }
}

/// Trains short epochs of the default network, kept and not kept by turns.
///
/// # Errors
/// Where the data or the disk can't be used.
pub fn saves() -> Result<SavesFigures, BenchError> {
    let mut settings = Preset::Default.settings();
    settings.training.epochs = 1;
    let images = STEPS * settings.training.batch_size;
    let all = super::load(&settings)?.pool_size();
    settings.data.train_size = TrainSize::Count(images);
    let experiment = Experiment::new(settings, Vec::new())?;
    let (mut added, mut whole) = (Vec::new(), Vec::new());
    // The first epoch of each kind finds nothing ready, and isn't measured.
    bare_epoch(&experiment)?;
    kept_epoch(&experiment)?;
    for _ in 0..PAIRS {
        let (bare, per_second) = bare_epoch(&experiment)?;
        added.push(kept_epoch(&experiment)?.as_secs_f64() - bare.as_secs_f64());
        whole.push(bare.as_secs_f64() + (all - images) as f64 / per_second);
    }
    added.sort_by(f64::total_cmp);
    whole.sort_by(f64::total_cmp);
    Ok(SavesFigures {
        added: [PAIRS / 4, PAIRS / 2, PAIRS - 1 - PAIRS / 4].map(|place| added[place]),
        epoch: whole[PAIRS / 2],
    })
}

/// Trains an epoch through the engine, as a run is trained. Gives the time from the network's start to
/// the last file.
fn kept_epoch(experiment: &Experiment) -> Result<Duration, BenchError> {
    let folder = tempfile::tempdir()?;
    let start = Start {
        experiment: experiment.clone(),
        device: DeviceChoice::Cpu,
        devices: Devices::cpu_only(),
        place: RunPlace::Folder(folder.path().join("run")),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    let engine = Engine::start(start, || {})?;
    let mut begun = Instant::now();
    let mut taken = None;
    for update in engine.updates() {
        match update.event {
            RunEvent::Started(_) => begun = Instant::now(),
            RunEvent::Finished { .. } => taken = Some(begun.elapsed()),
            RunEvent::Failed { message, .. } | RunEvent::Warning(message) => {
                return Err(BenchError::Run(message));
            }
            _ => {}
        }
    }
    taken.ok_or(BenchError::NoEnd)
}

/// Trains an epoch of which nothing is kept. Gives the time from the network's start to the end, and
/// images a second in its steps.
fn bare_epoch(experiment: &Experiment) -> Result<(Duration, f64), BenchError> {
    let data = super::load(experiment.settings())?;
    let device = device::open(DeviceChoice::Cpu)?;
    let mut begun = Instant::now();
    let mut taken = Duration::ZERO;
    let mut per_second = f64::INFINITY;
    let mut emit = |event: Event| {
        match event {
            Event::Started(_) => begun = Instant::now(),
            Event::Epoch { metrics, .. } => per_second = metrics.samples_per_second,
            Event::Finished { .. } => taken = begun.elapsed(),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    TrainingJob::new(experiment, &data, device)
        .save_every(None)
        .train(&mut emit)?;
    Ok((taken, per_second))
}
