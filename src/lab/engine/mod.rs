//! Runs an experiment on a thread of its own: commands in, updates out, everything kept on disk
//! as it comes. The window and the command line read the same updates.
//!
//! A slow reader never slows training: updates wait in a queue, progress is merged, epochs are
//! never dropped. Dropping the engine ends the run.

mod keeper;
mod outbox;
mod work;

use crate::experiment::{Experiment, Setting};
use crate::lab::devices::Devices;
use crate::lab::devices::threads::join_within;
use crate::lab::store::{KeepEpochs, RunPlace, resumes_at};
use crate::training::device::DeviceChoice;
use crate::training::{WeightsSlot, panic_message};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use outbox::Outbox;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use work::{Failure, Work};

pub use crate::lab::run::{Created, FailureCause, RunEvent};
pub use crate::training::Command;

/// How many commands may wait: more than a person can give within a batch.
const COMMAND_QUEUE: usize = 256;
/// How many updates may wait in the channel. More than these wait in the outbox.
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

/// What to run, and where.
pub struct Start {
    /// The experiment.
    pub experiment: Experiment,
    /// The device.
    pub device: DeviceChoice,
    /// The devices to choose from, and the threads of the CPU.
    pub devices: Devices,
    /// Where the run is kept.
    pub place: RunPlace,
    /// Which epochs' weights are kept.
    pub keep: KeepEpochs,
    /// A number that the run's updates carry.
    pub ticket: u64,
}

/// Which run to take up again, and how.
pub struct Resume {
    /// The run's folder.
    pub folder: PathBuf,
    /// The device; none for the one that the run had.
    pub device: Option<DeviceChoice>,
    /// The devices to choose from, and the threads of the CPU.
    pub devices: Devices,
    /// How many epochs the run shall have from now on; none for as many as it was to have.
    pub epochs: Option<usize>,
    /// A number that the run's updates carry.
    pub ticket: u64,
}

/// What a training thread is given.
enum Order {
    Start(Box<Start>),
    Resume(Resume),
}

impl Order {
    fn devices(&self) -> &Devices {
        match self {
            Self::Start(start) => &start.devices,
            Self::Resume(resume) => &resume.devices,
        }
    }
}

/// A run in work.
pub struct Engine {
    ticket: u64,
    commands: Sender<Command>,
    updates: Receiver<Update>,
    created: Receiver<Created>,
    weights: WeightsSlot,
    thread: Option<JoinHandle<()>>,
    /// Whether the run is to end, for the time before it hears commands.
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
        Self::spawn(start.ticket, Order::Start(Box::new(start)), wake)
    }

    /// Takes a run up again, from its newest state on disk, on a thread of its own: to the same
    /// figures to the bit on the CPU, and from the same point within a GPU's own noise. The
    /// updates begin with [`RunEvent::TakenUp`]. Otherwise this is like [`Self::start`].
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn resume(
        resume: Resume,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, std::io::Error> {
        Self::spawn(resume.ticket, Order::Resume(resume), wake)
    }

    fn spawn(
        ticket: u64,
        order: Order,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, std::io::Error> {
        let (commands, command_receiver) = bounded(COMMAND_QUEUE);
        if let Order::Resume(Resume {
            epochs: Some(epochs),
            ..
        }) = &order
        {
            // There is room, since no command came before this one.
            let _ = commands.try_send(Command::Adjust(Setting::Epochs(*epochs)));
        }
        let (update_sender, updates) = bounded(UPDATE_QUEUE);
        let (created_sender, created) = bounded(1);
        let weights = WeightsSlot::default();
        let slot = weights.clone();
        let given_up = Arc::new(AtomicBool::new(false));
        let is_given_up = Arc::clone(&given_up);
        let thread = std::thread::Builder::new()
            .name("training".into())
            .spawn(move || {
                let mut outbox = Outbox::new(ticket, update_sender, Box::new(wake));
                let mut folder = None;
                let outcome = catch_unwind(AssertUnwindSafe(|| {
                    let pool = order.devices().threads().pool().map_err(Failure::of)?;
                    let mut work = Work {
                        commands: &command_receiver,
                        created: &created_sender,
                        slot: &slot,
                        is_given_up: &is_given_up,
                        folder: &mut folder,
                        outbox: &mut outbox,
                    };
                    // All of the work is done on the run's own threads, so that nothing else that
                    // computes waits for it.
                    pool.install(|| match order {
                        Order::Start(start) => work.start(*start),
                        Order::Resume(resume) => work.resume(&resume),
                    })
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
                        cause: failure.cause,
                        // The run's writer is gone, and this is what it left on the disk.
                        resumes_at: folder.as_deref().and_then(resumes_at),
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

    /// An engine that trains nothing and tells these events, for tests alone.
    #[cfg(test)]
    pub(crate) fn telling(
        folder: Created,
        events: impl Iterator<Item = RunEvent> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (commands, _) = bounded(1);
        let (sender, updates) = bounded(UPDATE_QUEUE);
        let (created_sender, created) = bounded(1);
        let _ = created_sender.send(folder);
        let thread = std::thread::Builder::new()
            .name("training".into())
            .spawn(move || {
                let mut outbox = Outbox::new(0, sender, Box::new(|| {}));
                for event in events {
                    outbox.push(event);
                }
                outbox.close();
            })?;
        Ok(Self {
            ticket: 0,
            commands,
            updates,
            created,
            weights: WeightsSlot::default(),
            thread: Some(thread),
            given_up: Arc::default(),
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

    /// Gives a command, which is heard within a batch.
    ///
    /// # Errors
    /// Where the run is over, or has too many commands waiting.
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

    /// The run's folder, told once, before the run's first update.
    pub fn created(&self) -> Option<Created> {
        self.created.try_recv().ok()
    }

    /// Asks the run to stop and waits until its thread has ended, at most `patience`. False where
    /// the thread hasn't ended by then.
    pub fn stop_and_wait(mut self, patience: Duration) -> bool {
        // The run may be over already.
        let _ = self.send(Command::Stop);
        let deadline = Instant::now() + patience;
        loop {
            match self.updates.recv_deadline(deadline) {
                Ok(_) => {}
                Err(crossbeam_channel::RecvTimeoutError::Timeout) => return false,
                Err(crossbeam_channel::RecvTimeoutError::Disconnected) => break,
            }
        }
        let left = deadline.saturating_duration_since(Instant::now());
        self.thread
            .take()
            .is_none_or(|thread| join_within(thread, left))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}
