//! The thread *keeping*: each event of a run is kept in its folder first and passed on then, while
//! training goes on. An epoch is judged here, too, once for all who hear of it. Training waits for
//! it only where the disk is slower than the epochs.

use super::RunEvent;
use super::outbox::Outbox;
use super::work::Failure;
use crate::lab::store::RunWriter;
use crate::training::{Event, Stage, panic_message};
use crossbeam_channel::{Sender, bounded};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many events may wait to be kept: a second of the default network's batches.
const QUEUE: usize = 64;

/// Does work that emits a run's events, and keeps them meanwhile. The last event is on the disk
/// when this returns.
///
/// # Errors
/// Where the system gives no thread, or the thread breaks down.
pub(super) fn keeping<T>(
    writer: &mut RunWriter,
    outbox: &mut Outbox,
    work: impl FnOnce(&mut dyn FnMut(Event) -> ControlFlow<()>) -> T,
) -> Result<T, Failure> {
    let (events, receiver) = bounded(QUEUE);
    // An epoch's figures and weights are on the disk before the next epoch's come.
    let (epochs, kept) = bounded(1);
    let is_abandoned = AtomicBool::new(false);
    let queue = Queue {
        events,
        epochs,
        is_abandoned: &is_abandoned,
    };
    std::thread::scope(|scope| {
        let is_abandoned = &is_abandoned;
        let keeper = std::thread::Builder::new()
            .name("keeping".into())
            .spawn_scoped(scope, move || {
                for event in receiver {
                    let is_epoch = matches!(event, Event::Epoch { .. });
                    keep(event, writer, outbox);
                    if outbox.is_abandoned() {
                        is_abandoned.store(true, Ordering::Relaxed);
                    }
                    if is_epoch {
                        // What is taken is this epoch's token, which lies there since before the
                        // epoch came.
                        let _ = kept.try_recv();
                    }
                }
            })
            .map_err(|err| {
                Failure::of(format!("can't start the thread that keeps the run: {err}"))
            })?;
        let outcome = work(&mut |event| queue.put(event));
        drop(queue);
        match keeper.join() {
            Ok(()) => Ok(outcome),
            Err(panic) => Err(Failure::of(format!(
                "the thread that keeps the run broke down: {}; what it had kept by then can be \
                 resumed",
                panic_message(&*panic)
            ))),
        }
    })
}

/// The training thread's end of the queue of events.
struct Queue<'a> {
    events: Sender<Event>,
    /// A queue of one token, which has room once the epoch before is kept.
    epochs: Sender<()>,
    is_abandoned: &'a AtomicBool,
}

impl Queue<'_> {
    /// Puts an event into the queue. Breaks where nobody listens any more, or nothing can be kept.
    fn put(&self, event: Event) -> ControlFlow<()> {
        let is_epoch = matches!(event, Event::Epoch { .. });
        let is_gone = (is_epoch && self.epochs.send(()).is_err())
            || self.events.send(event).is_err()
            || self.is_abandoned.load(Ordering::Relaxed);
        if is_gone {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// Keeps an event on disk and passes it on. What can't be kept is a warning; training goes on.
fn keep(event: Event, writer: &mut RunWriter, outbox: &mut Outbox) {
    let told = match event {
        Event::Progress(progress) => {
            if let Stage::Training {
                point: Some(point), ..
            } = progress.stage
            {
                writer.batch(&point);
            }
            return outbox.progress(progress);
        }
        Event::Resumable(point) => {
            writer.resumable(&point);
            None
        }
        Event::Started(started) => Some(writer.started(started)),
        Event::Changed(change) => Some(writer.changed(change)),
        Event::Epoch {
            metrics,
            weights,
            answers,
        } => Some(writer.epoch(metrics, &weights, &answers)),
        Event::Finished { reason, weights } => Some(writer.finish(reason, weights.as_deref())),
        Event::Compiling => Some(RunEvent::Compiling),
        Event::Compiled => Some(RunEvent::Compiled),
        // A command that was refused is nothing that happened to the run: its summary has none.
        Event::Refused(message) => Some(RunEvent::Warning(message)),
        Event::Paused => Some(RunEvent::Paused),
        Event::Resumed => Some(RunEvent::Resumed),
    };
    for trouble in writer.take_troubles() {
        outbox.push(RunEvent::Warning(trouble));
    }
    if let Some(told) = told {
        outbox.push(told);
    }
}
