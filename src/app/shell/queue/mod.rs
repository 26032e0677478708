//! The queue: runs of sweeps that wait, in a list that survives a restart, and those of them that this
//! window has in work. The list is plain data of `lab`; what takes its time (finding a run on the disk,
//! beginning it) happens on a thread, and comes back as a report.
//!
//! A run that a person starts goes first: the queue holds its runs still until that run is over.
//! `asked` does what a person asks of the queue, `heard` takes in what threads report.

mod asked;
mod heard;
mod progress;

use super::App;
use super::report::Report;
use crate::app::action::{Action, QueueAction};
use crate::app::notices::Level;
use crate::app::panels::queue::QueueState;
use crate::app::work::NotTaken;
use crate::lab::store::RunLock;
use crate::lab::sweep::{
    Claimed, JobEnd, JobRunner, Places, Shelf, Shelved, SweepError, Training, Turn, Waiting,
    WaitingRun,
};
use crate::lab::{Command, Run, RunId, RunState, Threads, format};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Whether the queue takes runs into work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hold {
    /// The queue trains whatever waits.
    #[default]
    Going,
    /// A person holds the queue still, or it waits for a word after a restart.
    Held,
}

/// The runs that wait, and those in work.
#[derive(Default)]
pub(super) struct Queue {
    pub list: Waiting,
    pub hold: Hold,
    /// The runs that were taken off at once, which can be put back.
    pub removed: Vec<WaitingRun>,
    /// Whether the queue's window is open.
    pub is_open: bool,
    /// Whether the list was read from the disk.
    is_read: bool,
    /// The right to write the list; none where there is nothing to write yet, or another window has it.
    lock: Option<RunLock>,
    /// Who else has that right, once that was told.
    other: Option<String>,
    /// What is known of finished runs in the store; none before anything was queued.
    places: Option<Arc<Places>>,
    /// The run that a thread is about to begin, or to look at after its end.
    beginning: Option<RunId>,
    work: Vec<Work>,
    /// Whether the queue stands still because the folder of all runs took no files.
    is_refused: bool,
    /// Failed runs that are to be tried again.
    retries: BTreeSet<RunId>,
    /// The run that was chosen by the queue, or before it began: as long as a person chooses no other, the
    /// queue shows what it trains.
    followed: Option<RunId>,
    /// What was chosen before the queue began: a run or a group, which stays beside what the queue trains.
    before: Option<RunId>,
    /// The revision of the list that was written last.
    written: u64,
    /// What a run takes here, as a multiple of what the count of multiplications says; none before the first is
    /// over.
    pace: Option<f64>,
    pub panel: QueueState,
}

/// A run of the queue that trains.
struct Work {
    id: RunId,
    training: Box<Training>,
    asked: Asked,
    /// How many runs trained side by side when this one began.
    beside: usize,
}

/// What a run of the queue was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Train,
    HoldStill,
    Stop,
}

/// A sweep that was kept, with where its runs stand.
#[derive(Debug)]
pub(super) struct Planned {
    sweep: Arc<Shelved>,
    /// The runs that aren't finished.
    turns: Vec<(usize, Turn)>,
    places: Arc<Places>,
    claimed: Claimed,
}

/// The list that was read when the window opened.
#[derive(Debug)]
pub(super) struct Waited {
    list: Waiting,
    places: Option<Arc<Places>>,
    claimed: Claimed,
    errors: Vec<SweepError>,
}

impl Queue {
    /// The runs that this window trains for the queue.
    pub fn in_work(&self) -> impl Iterator<Item = &RunId> {
        self.work.iter().map(|work| &work.id)
    }

    /// The training of a run, where the queue has it in work.
    pub fn training_of(&self, id: &RunId) -> Option<&Training> {
        let work = self.work.iter().find(|work| work.id == *id)?;
        Some(&work.training)
    }

    /// Whether a run is in work or about to be.
    pub fn works(&self) -> bool {
        !self.work.is_empty() || self.beginning.is_some()
    }
}

impl App {
    /// Reads the runs that waited when the window was closed.
    pub(super) fn read_queue(&mut self) {
        let store = self.options.store.clone();
        self.in_order(move || {
            let shelf = Shelf::of(&store);
            let (claimed, error) = match shelf.claim() {
                Ok(claimed) => (claimed, None),
                Err(err) => (Claimed::Nothing, Some(err.into())),
            };
            let (mut list, mut errors) = match claimed {
                // The other window trains what waits there.
                Claimed::Theirs(_) => (Waiting::default(), Vec::new()),
                Claimed::Ours(_) | Claimed::Nothing => shelf.read_waiting(),
            };
            errors.extend(error);
            let mut places = None;
            if !list.is_empty() {
                let found = Places::of(store);
                list.look(&mut |run| {
                    let state = run.sweep.sweep.job(run.number).ok()?;
                    Turn::of(&found.state(&state))
                });
                places = Some(Arc::new(found));
            }
            Report::Waited(Box::new(Waited {
                list,
                places,
                claimed,
                errors,
            }))
        });
    }

    /// How many runs of the queue train at once, and the threads of each: one run a core, as far as there
    /// are runs.
    fn queue_width(&self) -> (usize, Threads) {
        let cores = self.threads().count();
        let counts = self.queue.list.counts();
        let at_once = cores.min(counts.waiting + counts.in_work).max(1);
        let threads = Threads::new(cores / at_once).unwrap_or_else(|_| self.threads());
        (at_once, threads)
    }

    /// Takes runs into work, holds those in work still or lets them go on, and keeps the list. This looks at
    /// no disk.
    pub(super) fn drive_queue(&mut self) {
        self.hold_or_release();
        self.begin_next();
        if self.queue.hold == Hold::Going || self.queue.list.is_empty() {
            // What said that the queue waits no longer holds.
            let goes_on = |action: &Action| *action == Action::Queue(QueueAction::GoOn);
            self.notices.withdraw(goes_on);
        }
        let list = &self.queue.list;
        if self.queue.lock.is_some() && self.queue.written != list.revision() {
            self.queue.written = list.revision();
            let text = list.to_json();
            let shelf = Shelf::of(&self.options.store);
            self.in_order(move || shelf.write_waiting(&text).map(|()| Report::Quiet));
        }
    }

    /// Whether the queue holds its runs still: a person wants that, or has started a run of their own.
    pub(super) fn queue_holds(&self) -> bool {
        self.queue.hold == Hold::Held || self.active.is_some()
    }

    fn hold_or_release(&mut self) {
        let (wanted, command, state) = if self.queue_holds() {
            (Asked::HoldStill, Command::Pause, RunState::Paused)
        } else {
            (Asked::Train, Command::Resume, RunState::Running)
        };
        let mut changed = Vec::new();
        for work in &mut self.queue.work {
            if work.asked != wanted && work.asked != Asked::Stop {
                work.asked = wanted;
                work.training.send(command.clone());
                changed.push(work.id.clone());
            }
        }
        for id in changed {
            let run = self.run_mut(&id);
            if let Some(run) = run.filter(|run| run.state.is_active()) {
                run.state = state.clone();
            }
        }
    }

    fn begin_next(&mut self) {
        let queue = &self.queue;
        if self.queue_holds() || queue.beginning.is_some() || !queue.is_read {
            return;
        }
        let (at_once, threads) = self.queue_width();
        if self.queue.work.len() >= at_once {
            return;
        }
        let Some(runner) = self.job_runner(threads) else {
            return;
        };
        if let Some(next) = self.queue.list.take_next() {
            self.begin(next, runner);
        }
    }

    /// What trains runs of the queue; none before the store was looked through.
    fn job_runner(&self, threads: Threads) -> Option<JobRunner> {
        let governor = Arc::clone(&self.governor);
        Some(JobRunner {
            places: Arc::clone(self.queue.places.as_ref()?),
            devices: self.options.devices.with_threads(threads),
            keep: self.prefs.keep_epochs,
            retries_failed: false,
            wake: Arc::new(move || governor.wake()),
        })
    }

    fn begin(&mut self, run: WaitingRun, mut runner: JobRunner) {
        let id = run.id.clone();
        runner.retries_failed = self.queue.retries.contains(&id);
        self.queue.beginning = Some(id.clone());
        self.apart_for(id, move || {
            let sweep = &run.sweep.sweep;
            sweep.check_numbers()?;
            sweep.check_data()?;
            runner.begin(sweep.job(run.number)?)
        });
    }

    /// Looks at a run that is over, on a thread.
    fn look_after(&mut self, work: Work) {
        let (_, threads) = self.queue_width();
        let Some(runner) = self.job_runner(threads) else {
            return;
        };
        let Work { id, training, .. } = work;
        self.apart_for(id, move || runner.after(*training));
    }

    /// Does work for a run of the queue on a thread of its own, which ends in a [`Report::Begun`].
    fn apart_for(
        &mut self,
        id: RunId,
        work: impl FnOnce() -> Result<crate::lab::sweep::Begun, SweepError> + Send + 'static,
    ) {
        let told = id.clone();
        if let Err(message) = self.apart("queue", move || Report::Begun(told, work())) {
            let end = JobEnd::Failed { run: None, message };
            self.queue_run_ended(&id, &end);
        }
    }

    /// Does work on a thread of its own. The error says why there is none.
    pub(super) fn apart(
        &self,
        name: &'static str,
        work: impl FnOnce() -> Report + Send + 'static,
    ) -> Result<(), String> {
        let background = self.background.as_ref();
        let background = background.ok_or_else(|| NotTaken::NeverStarted.to_string())?;
        background
            .apart(name, work)
            .map_err(|err| format!("the system gives no thread: {err}"))
    }

    /// Stops the runs that the queue has in work. They are kept, and wait again.
    pub(super) fn stop_queue(&mut self) {
        self.queue.hold = Hold::Held;
        let mut stopped = Vec::new();
        for work in &mut self.queue.work {
            work.asked = Asked::Stop;
            work.training.stop();
            stopped.push(work.id.clone());
        }
        for id in stopped {
            self.mark_stopping(&id);
        }
        let counts = self.queue.list.counts();
        let text = match counts.waiting + counts.in_work {
            0 => return,
            1 => "1 run waits in the queue, which is paused.".to_owned(),
            left => format!(
                "{} runs wait in the queue, which is paused.",
                format::whole(left)
            ),
        };
        let go_on = Action::Queue(QueueAction::GoOn);
        self.notices
            .push_with_offer(Level::Info, text, "Go on", go_on);
    }

    fn mark_stopping(&mut self, id: &RunId) {
        if let Some(run) = self.run_mut(id).filter(|run| run.state.is_active()) {
            run.state = RunState::Stopping;
        }
    }

    /// The first run that the queue has in work.
    pub(super) fn queue_run(&self) -> Option<&Run> {
        self.run(self.queue.in_work().next()?)
    }

    /// Ends the runs in work, at most until this moment, and keeps everything.
    pub(super) fn end_queue(&mut self, deadline: Instant) {
        for work in &self.queue.work {
            work.training.stop();
        }
        for work in self.queue.work.drain(..) {
            let patience = deadline.saturating_duration_since(Instant::now());
            if !work.training.stop_and_wait(patience) {
                log::warn!("a run of the queue did not end in time; its last state is kept");
            }
        }
    }

    /// Takes in whether this window may write the list, and says so where another one does.
    fn take_claim(&mut self, claimed: Claimed, is_needed: bool) {
        match claimed {
            Claimed::Ours(lock) => self.queue.lock = Some(lock),
            Claimed::Theirs(by) if is_needed && self.queue.lock.is_none() => {
                if self.queue.other.is_none() {
                    let text = format!(
                        "The queue of this folder of runs is kept by {by}. What waits here is trained all the \
                         same, but forgotten when this window is closed."
                    );
                    self.notices.push(Level::Warning, text);
                }
                self.queue.other = Some(by);
            }
            Claimed::Theirs(_) | Claimed::Nothing => {}
        }
    }

    fn queue_failed(&mut self, message: &str) {
        self.notices.push(Level::Error, message);
        self.found.wait_no_longer();
    }
}
