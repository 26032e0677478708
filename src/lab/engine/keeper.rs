//! The thread *keeping*: each event of a run is kept in its folder first and passed on then, while
//! training goes on. Training waits for it only where the disk is slower than the epochs.

use super::RunEvent;
use super::work::Failure;
use crate::lab::outbox::Outbox;
use crate::lab::store::{RunWriter, StoreError, resumes_at};
use crate::training::{Event, Progress, Stage, panic_message};
use crossbeam_channel::{Sender, bounded};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// Events that may wait to be kept: a second of the default network's batches.
const QUEUE: usize = 64;

/// Does work that emits a run's events, and keeps them meanwhile. The last one is on the disk when
/// this returns.
///
/// # Errors
/// Where the system gives no thread or it breaks down.
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
                    keep(&event, writer, outbox);
                    forward(event, writer, outbox);
                    if outbox.is_abandoned() {
                        is_abandoned.store(true, Ordering::Relaxed);
                    }
                    if is_epoch {
                        // Its own: it was put there first.
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

/// The training thread's end.
struct Queue<'a> {
    events: Sender<Event>,
    /// Has room once the epoch before is kept.
    epochs: Sender<()>,
    is_abandoned: &'a AtomicBool,
}

impl Queue<'_> {
    /// Breaks where nobody listens any more, or nothing can be kept.
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

/// Keeps an event on disk. What can't be kept is a warning; training goes on.
fn keep(event: &Event, writer: &mut RunWriter, outbox: &mut Outbox) {
    let result: Result<(), StoreError> = match event {
        Event::Started(started) => writer.started(started),
        Event::Changed(change) => writer.changed(*change),
        Event::Epoch {
            metrics,
            weights,
            answers,
        } => writer.epoch(metrics, weights, answers),
        Event::Resumable(point) => writer.resumable(point),
        Event::Finished { reason, weights } => writer.finish(*reason, weights.as_deref()),
        Event::Progress(Progress {
            stage: Stage::Training {
                point: Some(point), ..
            },
            ..
        }) => {
            writer.batch(point);
            return;
        }
        Event::Progress(_)
        | Event::Compiling
        | Event::Compiled
        | Event::Refused(_)
        | Event::Paused
        | Event::Resumed => return,
    };
    if let Err(err) = result {
        writer.note(&err);
    }
    for trouble in writer.take_troubles() {
        outbox.push(RunEvent::Warning(trouble));
    }
}

fn forward(event: Event, writer: &RunWriter, outbox: &mut Outbox) {
    match event {
        Event::Started(started) => outbox.push(RunEvent::Started(started)),
        Event::Compiling => outbox.push(RunEvent::Compiling),
        Event::Compiled => outbox.push(RunEvent::Compiled),
        Event::Progress(progress) => outbox.progress(progress),
        Event::Changed(change) => outbox.push(RunEvent::Changed(change)),
        Event::Refused(message) => outbox.push(RunEvent::Warning(message)),
        Event::Epoch { metrics, .. } => {
            outbox.push(RunEvent::Epoch(metrics));
            if let Some([best, last]) = writer.older_weights() {
                outbox.push(RunEvent::OlderWeights { best, last });
            }
        }
        Event::Resumable(_) => {}
        Event::Paused => outbox.push(RunEvent::Paused),
        Event::Resumed => outbox.push(RunEvent::Resumed),
        Event::Finished { reason, .. } => outbox.push(RunEvent::Finished {
            reason,
            // By now its last state is on the disk.
            resumes_at: resumes_at(&writer.created().folder),
            is_kept: writer.is_over(),
        }),
    }
}
