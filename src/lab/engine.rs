//! Runs an experiment on a thread of its own: commands in, updates out, everything kept on disk
//! as it comes. The window and the command line read the same updates.
//!
//! A slow reader never slows training: updates wait in a queue, progress is merged, epochs are
//! never dropped. A dropped engine ends its run.

use super::hash::sha256;
use super::outbox::Outbox;
use super::run::RunId;
use super::store::{KeepEpochs, RunPlace, RunWriter, StoreError};
use crate::data::{self, TrainingData};
use crate::experiment::{Change, DataSource, Experiment};
use crate::training::device::{self, DeviceChoice};
use crate::training::{
    self, BatchPoint, EpochMetrics, Event, Progress, Stage, Started, StopReason, TrainingError,
    WeightsSlot,
};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use crate::training::Command;

/// Commands that may wait; more than a person can give within a batch.
const COMMAND_QUEUE: usize = 256;
/// Updates that may wait in the channel. Those beyond wait in the engine's own queue.
const UPDATE_QUEUE: usize = 256;

/// An event of a run, with the ticket under which it was started, so that a late one can be told
/// from the present run's.
#[derive(Clone, Debug)]
pub struct Update {
    /// The run's ticket.
    pub ticket: u64,
    /// What happened.
    pub event: RunEvent,
}

/// What happened in a run.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// Its data is read and its folder stands; the network is being made ready.
    Loading,
    /// Its network stands on the device.
    Started(Started),
    /// It went on.
    Progress {
        /// How far it is.
        progress: Progress,
        /// Seconds since its network stood on the device, pauses not counted.
        elapsed_secs: f64,
        /// The batches trained since the last progress.
        points: Vec<BatchPoint>,
    },
    /// A live setting was changed.
    Changed(Change),
    /// An epoch was trained, evaluated and kept.
    Epoch(EpochMetrics),
    /// It holds still.
    Paused,
    /// It goes on.
    Resumed,
    /// Something worth a line in the log.
    Note(String),
    /// Something went wrong, or was refused, without ending it.
    Warning(String),
    /// It is over.
    Finished {
        /// Why.
        reason: StopReason,
    },
    /// It ended with an error. What it had is kept.
    Failed {
        /// What failed, why, and what to do.
        message: String,
        /// The epoch in which a figure was no longer finite, where that was it.
        diverged_in: Option<usize>,
    },
}

/// What to run, and where.
pub struct Start {
    /// The experiment.
    pub experiment: Experiment,
    /// The device.
    pub device: DeviceChoice,
    /// Where the run is kept.
    pub place: RunPlace,
    /// Which epochs' weights are kept.
    pub keep: KeepEpochs,
    /// A number that its updates carry.
    pub ticket: u64,
}

/// The facts of a run that has a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// Its name in the store.
    pub id: RunId,
    /// Its folder.
    pub folder: PathBuf,
    /// Seconds since 1970.
    pub created_secs: u64,
}

/// A run in work.
pub struct Engine {
    ticket: u64,
    commands: Sender<Command>,
    updates: Receiver<Update>,
    created: Receiver<Created>,
    weights: WeightsSlot,
    thread: Option<JoinHandle<()>>,
    /// Set when its run is to end, for the time before it hears commands.
    given_up: Arc<AtomicBool>,
}

/// A command could not be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The run is over.
    #[error("the run is over")]
    Over,
    /// Too many commands wait for the present batch to end.
    #[error("the run is still busy with the commands before; try again in a moment")]
    Busy,
}

impl Engine {
    /// Starts a run on a thread of its own. `wake` is called after each update.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        start: Start,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, std::io::Error> {
        let (commands, command_receiver) = bounded(COMMAND_QUEUE);
        let (update_sender, updates) = bounded(UPDATE_QUEUE);
        let (created_sender, created) = bounded(1);
        let ticket = start.ticket;
        let weights = WeightsSlot::default();
        let slot = weights.clone();
        let given_up = Arc::new(AtomicBool::new(false));
        let is_given_up = Arc::clone(&given_up);
        let thread = std::thread::Builder::new()
            .name("training".into())
            .spawn(move || {
                let mut outbox = Outbox::new(ticket, update_sender, Box::new(wake));
                let outcome = catch_unwind(AssertUnwindSafe(|| {
                    let data = load(&start, &is_given_up)?;
                    run(
                        start,
                        data,
                        &command_receiver,
                        &created_sender,
                        &slot,
                        &mut outbox,
                    )
                }));
                let failure = match outcome {
                    Ok(Ok(())) => None,
                    Ok(Err(failure)) => Some(failure),
                    Err(panic) => Some(Failure::of(format!(
                        "the training thread broke down: {}; what it had is kept",
                        panic_message(&*panic)
                    ))),
                };
                if let Some(failure) = failure {
                    outbox.push(RunEvent::Failed {
                        message: failure.message,
                        diverged_in: failure.diverged_in,
                    });
                }
                outbox.close();
            })?;
        Ok(Self {
            ticket,
            commands,
            updates,
            created,
            weights,
            thread: Some(thread),
            given_up,
        })
    }

    /// The number that its updates carry.
    pub fn ticket(&self) -> u64 {
        self.ticket
    }

    /// Where the run lays its newest weights.
    pub fn weights(&self) -> &WeightsSlot {
        &self.weights
    }

    /// Gives a command; it is heard within a batch.
    ///
    /// # Errors
    /// Where the run is over, or doesn't keep up.
    pub fn send(&self, command: Command) -> Result<(), CommandError> {
        if command == Command::Stop {
            self.given_up.store(true, Ordering::Relaxed);
        }
        self.commands.try_send(command).map_err(|err| match err {
            TrySendError::Full(_) => CommandError::Busy,
            TrySendError::Disconnected(_) => CommandError::Over,
        })
    }

    /// The updates, in order. The channel closes when the run is over.
    pub fn updates(&self) -> &Receiver<Update> {
        &self.updates
    }

    /// The run's folder, told once, before its first update.
    pub fn created(&self) -> Option<Created> {
        self.created.try_recv().ok()
    }

    /// Asks the run to stop and waits until its thread has ended, at most `patience`. False where
    /// it hasn't.
    pub fn stop_and_wait(mut self, patience: Duration) -> bool {
        // It may be over already.
        let _ = self.send(Command::Stop);
        let deadline = Instant::now() + patience;
        loop {
            match self.updates.recv_deadline(deadline) {
                Ok(_) => {}
                Err(crossbeam_channel::RecvTimeoutError::Timeout) => return false,
                Err(crossbeam_channel::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.thread
            .take()
            .is_none_or(|thread| thread.join().is_ok())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// Why a run ended with an error: a message for a person, and where it diverged if it did.
struct Failure {
    message: String,
    diverged_in: Option<usize>,
}

impl Failure {
    fn of(error: impl ToString) -> Self {
        Self {
            message: error.to_string(),
            diverged_in: None,
        }
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        let diverged_in = match error {
            TrainingError::NotFinite { epoch, .. } => Some(epoch),
            _ => None,
        };
        Self {
            diverged_in,
            ..Self::of(error)
        }
    }
}

/// Reads and splits the run's data, before it has a folder: data that can't be read leaves no
/// empty run behind. Embedded data and what was just read are there at once.
fn load(start: &Start, is_given_up: &AtomicBool) -> Result<TrainingData, Failure> {
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

/// The hash of the images and labels, with which a submission says what trained it. The embedded
/// data is known by its name.
fn data_sha256(start: &Start, data: &TrainingData) -> Option<String> {
    match start.experiment.settings().data.source {
        DataSource::Mnist => None,
        DataSource::Files(_) => {
            let images = &data.dataset().train;
            Some(sha256(&[&images.pixels, &images.labels]))
        }
    }
}

/// The whole of a run, on its thread.
fn run(
    start: Start,
    data: TrainingData,
    commands: &Receiver<Command>,
    created: &Sender<Created>,
    slot: &WeightsSlot,
    outbox: &mut Outbox,
) -> Result<(), Failure> {
    let mut writer =
        RunWriter::create(&start.place, &start.experiment, start.keep).map_err(Failure::of)?;
    // The receiver is the engine's own; it lives or nobody cares.
    let _ = created.send(writer.created().clone());
    outbox.push(RunEvent::Loading);
    let outcome = train(start, data, commands, slot, &mut writer, outbox);
    if let Err(failure) = &outcome
        && let Err(err) = writer.fail(&failure.message, failure.diverged_in)
    {
        outbox.push(RunEvent::Warning(err.to_string()));
    }
    outcome
}

fn train(
    start: Start,
    data: TrainingData,
    commands: &Receiver<Command>,
    slot: &WeightsSlot,
    writer: &mut RunWriter,
    outbox: &mut Outbox,
) -> Result<(), Failure> {
    writer.hashed(data_sha256(&start, &data));
    let device = device::open(start.device).map_err(Failure::of)?;
    if let Some(note) = &device.note {
        outbox.push(RunEvent::Note(note.clone()));
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
    training::train(
        &start.experiment,
        &Arc::new(data),
        device,
        commands,
        slot,
        &mut emit,
    )?;
    Ok(())
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
        | Event::Refused(_)
        | Event::Resumable(_)
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
        Event::Progress(progress) => outbox.progress(progress),
        Event::Changed(change) => outbox.push(RunEvent::Changed(change)),
        Event::Refused(message) => outbox.push(RunEvent::Warning(message)),
        Event::Epoch { metrics, .. } => outbox.push(RunEvent::Epoch(metrics)),
        Event::Resumable(_) => {}
        Event::Paused => outbox.push(RunEvent::Paused),
        Event::Resumed => outbox.push(RunEvent::Resumed),
        Event::Finished { reason, .. } => outbox.push(RunEvent::Finished { reason }),
    }
}

/// The message of a panic, where it has one.
pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).into()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "no reason given".into()
    }
}
