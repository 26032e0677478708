//! What it costs an epoch of the default network that the run is kept while it trains.

use crate::experiment::{Experiment, Preset};
use crate::lab::devices::Devices;
use crate::lab::engine::{Engine, RunEvent, Start};
use crate::lab::store::{KeepEpochs, RunPlace};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Event, WeightsSlot, train_saving_every};
use crossbeam_channel::bounded;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Epochs that are measured each way.
const ROUNDS: usize = 3;

/// An epoch's time, the median of a few, with and without a run on disk.
#[derive(Clone, Copy, Debug)]
pub struct SavesFigures {
    /// With two states, the epoch's weights and figures kept.
    pub kept: Duration,
    /// With none of it.
    pub bare: Duration,
    /// The longest bare one over the shortest, less one: what the machine itself varies by.
    pub scatter: f64,
}

impl SavesFigures {
    /// The share of an epoch that keeping it takes.
    pub fn share(&self) -> f64 {
        self.kept.as_secs_f64() / self.bare.as_secs_f64() - 1.0
    }
}

/// Trains single epochs on all of MNIST, kept and not kept by turns.
///
/// # Errors
/// Where the data or the disk can't be used, in words.
pub fn saves() -> Result<SavesFigures, String> {
    let mut settings = Preset::Default.settings();
    settings.training.epochs = 1;
    let experiment = Experiment::new(settings, Vec::new()).map_err(|err| err.to_string())?;
    let (mut kept, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bare_epoch(&experiment)?);
        kept.push(kept_epoch(&experiment)?);
    }
    kept.sort();
    bare.sort();
    Ok(SavesFigures {
        kept: kept[ROUNDS / 2],
        bare: bare[ROUNDS / 2],
        scatter: bare[ROUNDS - 1].as_secs_f64() / bare[0].as_secs_f64() - 1.0,
    })
}

/// Through the engine, as a run is: from the network's start to the last file.
fn kept_epoch(experiment: &Experiment) -> Result<Duration, String> {
    let folder = tempfile::tempdir().map_err(|err| err.to_string())?;
    let start = Start {
        experiment: experiment.clone(),
        device: DeviceChoice::Cpu,
        devices: Devices::cpu_only(),
        place: RunPlace::Folder(folder.path().join("run")),
        keep: KeepEpochs::All,
        ticket: 1,
    };
    let engine = Engine::start(start, || {}).map_err(|err| err.to_string())?;
    let mut begun = Instant::now();
    let mut taken = None;
    for update in engine.updates() {
        match update.event {
            RunEvent::Started(_) => begun = Instant::now(),
            RunEvent::Finished { .. } => taken = Some(begun.elapsed()),
            RunEvent::Failed { message, .. } | RunEvent::Warning(message) => return Err(message),
            _ => {}
        }
    }
    taken.ok_or_else(|| "the run did not end".into())
}

/// The same steps, of which nothing is kept.
fn bare_epoch(experiment: &Experiment) -> Result<Duration, String> {
    let data = super::load(experiment.settings())?;
    let device = device::open(DeviceChoice::Cpu).map_err(|err| err.to_string())?;
    let (_commands, receiver) = bounded(1);
    let slot = WeightsSlot::default();
    let mut begun = Instant::now();
    let mut taken = Duration::ZERO;
    let mut emit = |event: Event| {
        match event {
            Event::Started(_) => begun = Instant::now(),
            Event::Finished { .. } => taken = begun.elapsed(),
            _ => {}
        }
        ControlFlow::Continue(())
    };
    train_saving_every(None, experiment, &data, device, &receiver, &slot, &mut emit)
        .map_err(|err| err.to_string())?;
    Ok(taken)
}
