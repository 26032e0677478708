//! What a person asks of the queue.

use super::{Asked, Hold, Planned};
use crate::app::action::QueueAction;
use crate::app::notices::Level;
use crate::app::shell::App;
use crate::app::shell::report::Report;
use crate::experiment::Preset;
use crate::lab::run::difference::settings_from_preset;
use crate::lab::sweep::{Cells, Claimed, Places, Shelf, Standing, Sweep, Turn};
use std::sync::Arc;

impl App {
    /// Starts a run with the settings as they stand, or puts as many seeds of them into the queue as were
    /// chosen beside the button.
    pub(in crate::app::shell) fn train_as_chosen(&mut self) {
        match self.prefs.seeds.count() {
            1 => self.train(),
            count => {
                let first = self.draft.settings().seed;
                let seeds = (0..count as u64).map(|more| first.wrapping_add(more));
                self.train_seeds(seeds.collect());
            }
        }
    }

    /// Puts a run of the settings as they stand with each of these seeds into the queue.
    pub(in crate::app::shell) fn train_seeds(&mut self, seeds: Vec<u64>) {
        let base = match self.draft.experiment() {
            Ok(experiment) => experiment,
            Err(err) => return self.notices.push(Level::Error, err.to_string()),
        };
        // The seed is said of each run, and is no part of what the sweep is called.
        let mut settings = base.settings().clone();
        settings.seed = Preset::FirstLook.settings().seed;
        let name = settings_from_preset(&settings, base.changes());
        let plan = move || Sweep::plan(name, base, Cells::Product(Vec::new()), seeds);
        self.plan(plan);
    }

    /// Keeps a sweep, and puts its runs behind those that wait.
    pub(in crate::app::shell) fn queue_sweep(&mut self, sweep: Sweep) {
        self.plan(move || Ok(sweep));
    }

    /// Puts the runs of a sweep of the list that nobody has trained into the queue.
    pub(in crate::app::shell) fn queue_rest(&mut self, folder: String) {
        let shelf = Shelf::of(&self.options.store);
        self.plan(move || Ok(shelf.read(&folder)?.sweep));
    }

    fn plan(
        &mut self,
        sweep: impl FnOnce() -> Result<Sweep, crate::lab::sweep::SweepError> + Send + 'static,
    ) {
        if self.queue.list.is_empty() {
            self.queue.followed.clone_from(&self.chosen);
            let chosen = self.chosen_group.as_ref().or(self.chosen.as_ref());
            self.queue.before = chosen.cloned();
        }
        self.queue.hold = Hold::Going;
        self.queue.is_refused = false;
        let store = self.options.store.clone();
        let needs_lock = self.queue.lock.is_none();
        let planned = self.apart("plan", move || {
            let planned = sweep().and_then(|sweep| {
                let places = Places::of(store.clone());
                let standing = Standing::of(&sweep, &places)?;
                let shelf = Shelf::of(&store);
                let sweep = Arc::new(shelf.keep(sweep)?);
                let claimed = if needs_lock {
                    shelf.claim()?
                } else {
                    Claimed::Nothing
                };
                let turns = standing.runs.iter();
                let turns = turns.filter_map(|(job, state)| Some((job.number, Turn::of(state)?)));
                Ok(Box::new(Planned {
                    turns: turns.collect(),
                    sweep,
                    places: Arc::new(places),
                    claimed,
                }))
            });
            Report::Planned(planned)
        });
        if let Err(message) = planned {
            self.queue_failed(&message);
        }
    }

    /// Does what was asked of the queue.
    pub(in crate::app::shell) fn apply_queue(&mut self, action: QueueAction) {
        let queue = &mut self.queue;
        match action {
            QueueAction::Pause => queue.hold = Hold::Held,
            QueueAction::GoOn => {
                if queue.work.is_empty() {
                    // What the queue trains is shown until a person chooses another run.
                    queue.followed.clone_from(&self.chosen);
                }
                queue.hold = Hold::Going;
                queue.is_refused = false;
                queue.list.look_again();
            }
            QueueAction::Move(id, index) => queue.list.move_to(&id, index),
            QueueAction::Remove(id) => {
                queue.list.remove(&id);
                queue.retries.remove(&id);
                if let Some(work) = queue.work.iter_mut().find(|work| work.id == id) {
                    work.asked = Asked::Stop;
                    work.training.stop();
                    self.mark_stopping(&id);
                }
            }
            QueueAction::Clear => queue.removed = queue.list.clear(),
            QueueAction::PutBack => queue.list.put_back(std::mem::take(&mut queue.removed)),
            QueueAction::RetryFailed => {
                let retried = queue.list.retry_failed();
                queue.retries.extend(retried);
                queue.is_refused = false;
                queue.hold = Hold::Going;
            }
        }
    }
}
