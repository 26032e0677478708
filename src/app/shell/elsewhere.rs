//! Runs that other processes begin, train, name and delete. The thread *files* looks at their folder now
//! and then, and the window takes in what has changed.

use super::App;
use super::report::Report;
use crate::app::notices::Level;
use crate::lab::store::{StoreChanges, StoreWatch};
use crate::lab::{Run, RunId, RunStore};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often the folder is looked at. With the time that reading takes, a run is seen within two seconds.
pub(super) const EVERY: Duration = Duration::from_secs(1);

/// The watch, for as long as a look takes. A look that broke down left it as it was.
pub(super) fn of(watch: &Mutex<StoreWatch>) -> MutexGuard<'_, StoreWatch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at the folder of the runs; none where nothing has changed.
pub(super) fn look(watch: &Mutex<StoreWatch>) -> Option<Report> {
    let changes = of(watch).look();
    (!changes.is_empty()).then_some(Report::Changed(changes))
}

/// Whether a run that was read tells more than what the window has of it.
fn is_news(read: &Run, known: &Run) -> bool {
    read.state != known.state
        || read.epochs.len() != known.epochs.len()
        || read.batches.len() != known.batches.len()
        || (&read.name, read.starred) != (&known.name, known.starred)
        || read.experiment.changes() != known.experiment.changes()
        || read.resumes_at != known.resumes_at
}

impl App {
    /// Has the runs left out that this window trains, which it knows better than their folders do.
    pub(super) fn leave_own_run_out(&mut self) {
        let own = self.active.as_ref().and_then(|active| active.id.clone());
        let own: BTreeSet<RunId> = own
            .into_iter()
            .chain(self.queue.in_work().cloned())
            .collect();
        let watch = Arc::clone(&self.watch);
        self.in_order(move || {
            of(&watch).leave_out(own);
            Report::Quiet
        });
    }

    /// Takes in what other processes have changed.
    pub(super) fn take_changes(&mut self, changes: StoreChanges) {
        for err in changes.errors {
            self.notices.push(Level::Warning, err.to_string());
        }
        for id in changes.gone {
            self.take_gone(&id);
        }
        for run in &changes.read {
            self.queue.list.heard(&run.id, &run.state);
        }
        for run in self.news(changes.read) {
            self.take_read(run);
        }
        self.offer_to_resume();
    }

    /// The runs of which more was read than the window has. A folder that was written shortly before is read at
    /// several looks, and runs of which nothing is new must not have the table made anew: so they are left out
    /// before the runs of the window are lent out for a change.
    fn news(&self, read: Vec<Run>) -> Vec<Run> {
        let known: HashMap<&RunId, &Run> = self.runs.iter().map(|run| (&run.id, run)).collect();
        // A run that was deleted here after it had been looked at stays deleted, and this window knows best what it
        // does itself.
        let is_deleted = |id: &RunId| self.is_deleted(id);
        let is_told = |run: &Run| match known.get(&run.id) {
            Some(known) => !known.state.is_active() && is_news(run, known),
            None => !is_deleted(&run.id),
        };
        read.into_iter().filter(is_told).collect()
    }

    fn take_read(&mut self, read: Run) {
        let id = read.id.clone();
        match self.run_mut(&id) {
            Some(known) => *known = read,
            None => {
                let age = RunStore::age(&read);
                let place = self.runs.partition_point(|run| RunStore::age(run) <= age);
                self.runs.insert(place, read);
                if self.chosen.is_none() {
                    self.choose_run(id.clone());
                }
            }
        }
        self.want_kept(&id);
    }

    /// Takes a run off the table whose folder is there no longer.
    fn take_gone(&mut self, id: &RunId) {
        let is_gone = |run: &Run| run.id == *id && !run.state.is_active();
        let Some(place) = self.runs.iter().position(is_gone) else {
            return;
        };
        self.withdraw_offers_of(id);
        let run = self.runs.remove(place);
        let text = format!("{} was deleted or moved by another program.", run.name);
        self.notices.push_quiet(Level::Info, text);
        self.forget_run(id);
    }
}
