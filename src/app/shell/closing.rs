//! Closing the window: at once where nothing trains, otherwise after a question. Once that is
//! decided, the window closes within two seconds, whatever the threads do.

use super::App;
use crate::app::panels::closing::ClosingView;
use crate::lab::{Command, RunState};
use eframe::egui::{Context, ViewportCommand};
use std::time::{Duration, Instant};

/// How long after the decision threads are waited for. A thread that takes longer ends with the
/// process.
const PATIENCE: Duration = Duration::from_millis(1_600);
/// The part of that time that the thread *files* has to write what the window remembers.
const FILES_PATIENCE: Duration = Duration::from_millis(600);
/// Between two looks at an export that is being written.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How far the window is with closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Closing {
    /// Nobody has asked the window to close.
    #[default]
    NotAsked,
    /// The window was asked to close while a run trains, and now asks back.
    Asking {
        /// Whether the question has stood on the screen, so that another request is an answer.
        seen: bool,
    },
    /// The window closes.
    Decided,
}

impl App {
    /// Hears whether the window shall close. While a run trains, the window asks first, and a
    /// second request is the answer. A hidden window hears one request again and again, until the
    /// window is drawn.
    pub(super) fn hear_close(&mut self, ctx: &Context) {
        let asks = matches!(self.closing, Closing::Asking { .. });
        if asks && !self.would_lose_time() {
            // The run ended meanwhile: there is nothing left to ask.
            return self.decide_to_close(ctx);
        }
        let (requested, hidden) = ctx.input(|input| {
            let viewport = input.viewport();
            (viewport.close_requested(), viewport.minimized == Some(true))
        });
        if !requested {
            return;
        }
        self.closing = match self.closing {
            Closing::NotAsked if self.would_lose_time() => Closing::Asking { seen: false },
            Closing::Asking { seen: false } => self.closing,
            Closing::NotAsked | Closing::Asking { seen: true } | Closing::Decided => {
                Closing::Decided
            }
        };
        if self.closing != Closing::Decided {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            if hidden {
                ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(ViewportCommand::Focus);
            }
        }
    }

    /// Whether a run is in work that nobody has asked to stop.
    fn would_lose_time(&self) -> bool {
        if self.active.is_none() {
            return self
                .queue_run()
                .is_some_and(|run| run.state != RunState::Stopping);
        }
        let run = self.active_run();
        run.is_none_or(|run| run.state != RunState::Stopping)
    }

    /// What the question is about.
    pub(super) fn closing_view(&self) -> ClosingView<'_> {
        let is_queue = self.active.is_none() && self.queue.works();
        let run = self.active_run().or_else(|| self.queue_run());
        let counts = self.queue.list.counts();
        // Runs of the queue hold still while a person's own run trains.
        let (in_work, waiting) = match is_queue {
            true => (counts.in_work, counts.waiting),
            false => (1, counts.waiting + counts.in_work),
        };
        ClosingView {
            run: run.map_or("the new run", |run| &run.name),
            in_work,
            waiting,
            is_queue,
            is_paused: self.is_paused(),
        }
    }

    /// Notes that the question has been drawn.
    pub(super) fn close_was_asked(&mut self, ctx: &Context) {
        let requested = ctx.input(|input| input.viewport().close_requested());
        if let Closing::Asking { seen } = &mut self.closing {
            // In the frame of the request itself nobody has seen it yet.
            *seen |= !requested;
        }
    }

    /// Closes without another question.
    pub(super) fn decide_to_close(&mut self, ctx: &Context) {
        self.closing = Closing::Decided;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    /// Ends the run in work and the thread *files*, keeping everything. A thread that doesn't end
    /// in time ends with the process, which does no harm, since files are whole at any time.
    pub(crate) fn close(&mut self) {
        let since = Instant::now();
        let deadline = since + PATIENCE;
        // The engine stops while the other threads are waited for. An error means that the run is
        // over already.
        if let Some(active) = &self.active {
            let _ = active.engine.send(Command::Stop);
        }
        self.drive_queue();
        self.write_prefs();
        self.let_exports_end(since + FILES_PATIENCE);
        if let Some(background) = self.background.take()
            && !background.finish(since + FILES_PATIENCE)
        {
            log::warn!("the thread for files did not end in time");
        }
        if let Some(active) = self.active.take() {
            let patience = deadline.saturating_duration_since(Instant::now());
            if !active.engine.stop_and_wait(patience) {
                log::warn!("the training thread did not end in time; its last state is kept");
            }
        }
        self.end_queue(deadline);
        self.look.end();
    }

    /// Waits for an export or a submission that is being written.
    fn let_exports_end(&mut self, deadline: Instant) {
        loop {
            let submission = self.submission.kept();
            let report = self.report.kept();
            let writes = self.export.is_writing()
                || submission.is_some_and(|dialog| dialog.is_writing())
                || report.is_some_and(|dialog| dialog.is_writing());
            if !writes || Instant::now() >= deadline {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
            self.take_exports();
        }
    }
}
