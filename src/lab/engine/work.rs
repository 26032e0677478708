//! A run on its thread: the data, the folder, the device, the training, and everything told of it
//! kept first and passed on then.

use super::{Command, Created, FailureCause, RunEvent, Start};
use crate::data::{self, TrainingData};
use crate::lab::devices::{Chosen, Wish, size_of_step};
use crate::lab::hash::sha256_of_data;
use crate::lab::outbox::Outbox;
use crate::lab::store::{RunWriter, StoreError};
use crate::training::device::DeviceInfo;
use crate::training::{self, Event, Progress, Stage, TrainingError, WeightsSlot};
use crossbeam_channel::{Receiver, Sender};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a run ended with an error: a message for a person, and what kind of failure it is.
pub(super) struct Failure {
    pub message: String,
    pub cause: FailureCause,
}

impl Failure {
    pub fn of(error: impl ToString) -> Self {
        Self {
            message: error.to_string(),
            cause: FailureCause::Other,
        }
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        let cause = match error {
            TrainingError::NotFinite { epoch, .. } => FailureCause::Diverged(epoch),
            TrainingError::DeviceLost { .. } => FailureCause::DeviceLost,
            _ => FailureCause::Other,
        };
        let message = match cause {
            FailureCause::DeviceLost => format!("{error}. The epochs so far are kept."),
            FailureCause::Diverged(_) | FailureCause::Other => error.to_string(),
        };
        Self { message, cause }
    }
}

/// Reads and splits the run's data, before it has a folder: data that can't be read leaves no
/// empty run behind. Embedded data and what was just read are there at once.
pub(super) fn load(start: &Start, is_given_up: &AtomicBool) -> Result<TrainingData, Failure> {
    let settings = start.experiment.settings();
    let dataset = data::load_with(&settings.data.source, &mut |_| {
        if is_given_up.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .map_err(Failure::of)?;
    TrainingData::new(dataset, &settings.data, settings.seed).map_err(Failure::of)
}

/// The run's ends of what it shares with its engine.
pub(super) struct Ends<'a> {
    pub commands: &'a Receiver<Command>,
    pub created: &'a Sender<Created>,
    pub slot: &'a WeightsSlot,
    pub is_given_up: &'a AtomicBool,
}

/// The whole of a run, on its thread.
pub(super) fn run(
    start: Start,
    data: TrainingData,
    ends: Ends<'_>,
    outbox: &mut Outbox,
) -> Result<(), Failure> {
    let mut writer =
        RunWriter::create(&start.place, &start.experiment, start.keep).map_err(Failure::of)?;
    // The receiver is the engine's own; it lives or nobody cares.
    let _ = ends.created.send(writer.created().clone());
    outbox.push(RunEvent::Loading);
    let outcome = train(start, data, &ends, &mut writer, outbox);
    if let Err(failure) = &outcome
        && let Err(err) = writer.fail(&failure.message, failure.cause.diverged_in())
    {
        outbox.push(RunEvent::Warning(err.to_string()));
    }
    outcome
}

fn train(
    start: Start,
    data: TrainingData,
    ends: &Ends<'_>,
    writer: &mut RunWriter,
    outbox: &mut Outbox,
) -> Result<(), Failure> {
    let source = &start.experiment.settings().data.source;
    writer.hashed(sha256_of_data(source, data.dataset()));
    let chosen = choose_device(&start, ends.is_given_up, outbox)?;
    let device = start.devices.open(&chosen).map_err(Failure::of)?;
    if let Some(note) = &device.note {
        outbox.push(RunEvent::Chose(note.clone()));
    }
    let mut emit = |event: Event| {
        record(&event, writer, outbox);
        forward(event, outbox);
        if outbox.is_abandoned() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let outcome = training::train(
        &start.experiment,
        &Arc::new(data),
        device,
        ends.commands,
        ends.slot,
        &mut emit,
    );
    if let Err(TrainingError::DeviceLost { reason, .. }) = &outcome {
        start.devices.lost(&chosen, reason);
    }
    Ok(outcome?)
}

/// Chooses a device that can be trusted, which may have to be tried out first. A run that is
/// given up meanwhile gets the CPU and hears there that it shall stop.
fn choose_device(
    start: &Start,
    is_given_up: &AtomicBool,
    outbox: &mut Outbox,
) -> Result<Chosen, Failure> {
    let wish = Wish {
        choice: start.device,
        size: size_of_step(start.experiment.settings()),
        may_probe: true,
    };
    let mut told = None;
    let mut tell = |gpu: &DeviceInfo, _| {
        if told != gpu.index {
            told = gpu.index;
            outbox.push(RunEvent::Probing(gpu.name.clone()));
        }
    };
    let is_given_up = || is_given_up.load(Ordering::Relaxed);
    let chosen = start.devices.choose(wish, &mut tell, &is_given_up);
    chosen.map_err(Failure::of)
}

/// Keeps an event on disk. What can't be kept is a warning; training goes on.
fn record(event: &Event, writer: &mut RunWriter, outbox: &mut Outbox) {
    let result: Result<(), StoreError> = match event {
        Event::Started(started) => writer.started(started),
        Event::Changed(change) => writer.changed(*change),
        Event::Epoch {
            metrics,
            weights,
            answers,
        } => writer.epoch(metrics, weights, answers),
        Event::Finished { reason, weights } => writer.finish(*reason, weights.as_deref()),
        Event::Progress(Progress {
            stage: Stage::Training {
                point: Some(point), ..
            },
            ..
        }) => {
            writer.batch(point);
            Ok(())
        }
        Event::Progress(_)
        | Event::Compiling
        | Event::Compiled
        | Event::Refused(_)
        | Event::Paused
        | Event::Resumed => Ok(()),
    };
    if let Err(err) = result {
        outbox.push(RunEvent::Warning(err.to_string()));
    }
}

fn forward(event: Event, outbox: &mut Outbox) {
    match event {
        Event::Started(started) => outbox.push(RunEvent::Started(started)),
        Event::Compiling => outbox.push(RunEvent::Compiling),
        Event::Compiled => outbox.push(RunEvent::Compiled),
        Event::Progress(progress) => outbox.progress(progress),
        Event::Changed(change) => outbox.push(RunEvent::Changed(change)),
        Event::Refused(message) => outbox.push(RunEvent::Warning(message)),
        Event::Epoch { metrics, .. } => outbox.push(RunEvent::Epoch(metrics)),
        Event::Paused => outbox.push(RunEvent::Paused),
        Event::Resumed => outbox.push(RunEvent::Resumed),
        Event::Finished { reason, .. } => outbox.push(RunEvent::Finished { reason }),
    }
}
