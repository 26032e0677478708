//! The way of a run's updates to its reader, who may be slow or gone.

use super::Update;
use crate::lab::run::RunEvent;
use crate::training::{BatchPoint, Progress, Stage};
use crossbeam_channel::{Sender, TrySendError};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The shortest time between two updates that tell of progress: a window that trains draws no more
/// often.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Updates on their way out, in order. None is lost, but progress is merged while the reader is
/// slow. The run never waits for the reader, so that the queue grows with the run: by an update an
/// epoch and a point a batch.
pub(super) struct Outbox {
    ticket: u64,
    waiting: VecDeque<RunEvent>,
    points: Vec<BatchPoint>,
    progress: Option<Progress>,
    last_progress: Option<Instant>,
    clock: Clock,
    /// Whether nobody listens any more.
    disconnected: bool,
    sender: Sender<Update>,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Outbox {
    /// The way out for the updates of a run.
    pub(super) fn new(
        ticket: u64,
        sender: Sender<Update>,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            ticket,
            waiting: VecDeque::new(),
            points: Vec::new(),
            progress: None,
            last_progress: None,
            clock: Clock::default(),
            disconnected: false,
            sender,
            wake,
        }
    }

    /// Whether nobody listens any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.disconnected
    }

    /// Sends an event, after the progress that came before it.
    pub(super) fn push(&mut self, event: RunEvent) {
        self.flush_progress();
        self.clock.take(&event);
        self.waiting.push_back(event);
        self.flush();
    }

    /// Takes progress in, and sends it when it is time.
    pub(super) fn progress(&mut self, progress: Progress) {
        if let Stage::Training {
            point: Some(point), ..
        } = progress.stage
        {
            self.points.push(point);
        }
        self.progress = Some(progress);
        let due = self
            .last_progress
            .is_none_or(|last| last.elapsed() >= PROGRESS_INTERVAL);
        // While the reader is behind, progress goes on being merged.
        if due && self.waiting.is_empty() {
            self.flush_progress();
            self.flush();
        }
    }

    fn flush_progress(&mut self) {
        if let Some(progress) = self.progress.take() {
            self.last_progress = Some(Instant::now());
            self.waiting.push_back(RunEvent::Progress {
                progress,
                elapsed_secs: self.clock.elapsed().as_secs_f64(),
                points: std::mem::take(&mut self.points),
            });
        }
    }

    fn flush(&mut self) {
        let mut sent = false;
        while let Some(event) = self.waiting.pop_front() {
            let update = Update {
                ticket: self.ticket,
                event,
            };
            match self.sender.try_send(update) {
                Ok(()) => sent = true,
                Err(TrySendError::Full(update)) => {
                    self.waiting.push_front(update.event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => {
                    self.disconnected = true;
                    self.waiting.clear();
                    break;
                }
            }
        }
        if sent {
            (self.wake)();
        }
    }

    /// Sends what is still there, waits for the reader to take it, and closes the channel.
    pub(super) fn close(mut self) {
        self.flush_progress();
        for event in std::mem::take(&mut self.waiting) {
            let update = Update {
                ticket: self.ticket,
                event,
            };
            if self.sender.send(update).is_err() {
                break;
            }
            (self.wake)();
        }
        let wake = self.wake;
        drop(self.sender);
        wake();
    }
}

/// A clock of the time that a run has worked, which stands still while the run does.
#[derive(Default)]
struct Clock {
    before: Duration,
    since: Option<Instant>,
}

impl Clock {
    fn take(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started(_) | RunEvent::Resumed => self.since = Some(Instant::now()),
            RunEvent::TakenUp { elapsed_secs, .. } => {
                self.before = Duration::try_from_secs_f64(*elapsed_secs).unwrap_or_default();
            }
            RunEvent::Paused => {
                self.before = self.elapsed();
                self.since = None;
            }
            _ => {}
        }
    }

    fn elapsed(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}
