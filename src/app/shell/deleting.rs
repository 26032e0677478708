//! Deleting runs, groups of runs and sweeps: all go into a bin, and come back out of it.

use super::App;
use super::report::Report;
use crate::app::action::Action;
use crate::app::notices::Level;
use crate::lab::sweep::{Shelf, Sweep, SweepError};
use crate::lab::{Run, RunId, RunState, RunStore, format};
use std::collections::HashSet;

/// What was deleted at once, and comes back at once.
#[derive(Default)]
pub(super) struct Deletion {
    /// The folder of a sweep, such as `S1`.
    sweep: Option<String>,
    /// The runs in the order of their deletion, each with its index at that moment.
    runs: Vec<(usize, Run)>,
}

/// A sweep that was taken off the list.
#[derive(Debug)]
pub(super) struct RemovedSweep {
    folder: String,
    /// The runs that go with it; none where they stay.
    runs: Option<Vec<RunId>>,
}

impl App {
    /// Moves a run into the bin.
    pub(super) fn delete(&mut self, id: &RunId) {
        let Some(run) = self.run(id) else { return };
        if run.state.is_in_work() {
            let why = match &run.state {
                RunState::Elsewhere(by) => format!("This run is trained by {by}. Stop it there"),
                _ => "This run is training. Stop it first".into(),
            };
            let refused = format!("{why}, then delete it.");
            return self.notices.push(Level::Warning, refused);
        }
        let text = format!("{} is in the bin.", run.name);
        let mut deletion = Deletion::default();
        self.put_into_bin(&mut deletion, id);
        self.offer_undo(deletion, text);
    }

    /// Moves all runs of a group into the bin.
    pub(super) fn delete_group(&mut self, id: &RunId) {
        let Some(group) = self.groups.get(id).cloned() else {
            return;
        };
        let name = &group.name;
        if group.in_work > 0 {
            let refused =
                format!("A run of {name} is training. Stop it first, then delete the group.");
            return self.notices.push(Level::Warning, refused);
        }
        let mut text = format!("{name} is in the bin: {}.", runs(group.members.len()));
        let is_waiting = self.queue.list.runs().iter();
        let mut is_waiting = is_waiting.filter(|run| run.group() == Some(id));
        if is_waiting.next().is_some() {
            text += " Runs of it still wait in the queue.";
        }
        let mut deletion = Deletion::default();
        for member in &group.members {
            self.put_into_bin(&mut deletion, member);
        }
        for other in [&mut self.chosen_group, &mut self.ghost, &mut self.hovered] {
            other.take_if(|other| other == id);
        }
        self.shown.remove(id);
        self.offer_undo(deletion, text);
    }

    /// Takes a sweep off the list, with its runs or without them. It and they go into a bin.
    pub(super) fn remove_sweep(&mut self, folder: String, with_runs: bool) {
        if self.waits_in_queue(&folder) {
            let refused = format!(
                "Runs of {folder} wait in the queue. Take them off the queue first, then take the sweep off the list."
            );
            return self.notices.push(Level::Warning, refused);
        }
        let store = self.options.store.clone();
        self.in_order(move || {
            let shelf = Shelf::of(&store);
            let runs = match with_runs {
                true => Some(own_runs(&store, &folder)?),
                false => None,
            };
            shelf.remove(&folder)?;
            Ok::<_, SweepError>(Report::SweepRemoved(RemovedSweep { folder, runs }))
        });
    }

    /// Whether runs of the sweep in a folder wait in the queue.
    pub(super) fn waits_in_queue(&self, folder: &str) -> bool {
        let mut waiting = self.queue.list.runs().iter();
        waiting.any(|run| run.sweep.name == folder)
    }

    /// Takes in that a sweep is in the bin.
    pub(super) fn take_removed_sweep(&mut self, removed: RemovedSweep) {
        let RemovedSweep { folder, runs: ids } = removed;
        let mut deletion = Deletion {
            sweep: Some(folder.clone()),
            ..Deletion::default()
        };
        for id in ids.iter().flatten() {
            if self.run(id).is_some_and(|run| !run.state.is_in_work()) {
                self.put_into_bin(&mut deletion, id);
            }
        }
        let text = match (ids, deletion.runs.len()) {
            (None, _) => format!("{folder} is off the list. Its runs stay."),
            (Some(_), 0) => format!("{folder} is in the bin. It had no run of its own."),
            (Some(_), count) => format!("{folder} is in the bin with {}.", runs(count)),
        };
        self.found.is_gone(&folder);
        self.offer_undo(deletion, text);
    }

    /// Takes a run off the table and moves its folder into the bin.
    fn put_into_bin(&mut self, deletion: &mut Deletion, id: &RunId) {
        let Some(place) = self.runs.iter().position(|run| run.id == *id) else {
            return;
        };
        self.withdraw_offers_of(id);
        deletion.runs.push((place, self.runs.remove(place)));
        let (store, deleted) = (self.options.store.clone(), id.clone());
        self.in_order(move || store.delete(&deleted).map(|()| Report::Quiet));
        self.forget_run(id);
    }

    fn offer_undo(&mut self, deletion: Deletion, text: String) {
        self.notices.offer(text, "Undo", Action::UndoDelete);
        self.deleted.push(deletion);
        self.deleted_last = true;
    }

    /// Chooses and shows no longer a run that is off the table.
    pub(super) fn forget_run(&mut self, id: &RunId) {
        for other in [&mut self.ghost, &mut self.hovered] {
            if other.as_ref() == Some(id) {
                *other = None;
            }
        }
        self.shown.remove(id);
        if self.chosen.as_ref() == Some(id) {
            self.chosen = None;
            if let Some(newest) = self.runs.last().map(|run| run.id.clone()) {
                self.choose_run(newest);
            }
        }
    }

    /// Takes out of the bin what was deleted last.
    pub(super) fn undo_delete(&mut self) {
        self.deleted_last = false;
        let Some(last) = self.deleted.last() else {
            return;
        };
        if let Some(folder) = last.sweep.clone() {
            let shelf = Shelf::of(&self.options.store);
            self.in_order(move || {
                shelf
                    .restore(&folder)
                    .map(|()| Report::SweepRestored(folder))
            });
        }
        let Some(last) = self.deleted.last() else {
            return;
        };
        // The last that went comes back first, so that each finds the place that it had.
        let ids: Vec<RunId> = last
            .runs
            .iter()
            .rev()
            .map(|(_, run)| run.id.clone())
            .collect();
        for id in ids {
            let store = self.options.store.clone();
            self.in_order(move || store.restore(&id).map(|()| Report::Restored(id)));
        }
    }

    /// Whether a run was deleted in this window.
    pub(super) fn is_deleted(&self, id: &RunId) -> bool {
        let mut deleted = self.deleted.iter().flat_map(|deletion| &deletion.runs);
        deleted.any(|(_, run)| run.id == *id)
    }

    /// Puts a run back into the table that is out of the bin.
    pub(super) fn take_restored(&mut self, id: &RunId) {
        for deletion in &mut self.deleted {
            if let Some(at) = deletion.runs.iter().position(|(_, run)| run.id == *id) {
                let (place, run) = deletion.runs.remove(at);
                let place = place.min(self.runs.len());
                self.runs.insert(place, run);
                break;
            }
        }
        self.forget_empty_deletions();
    }

    /// Shows a sweep again that is out of the bin.
    pub(super) fn take_restored_sweep(&mut self, folder: String) {
        for deletion in &mut self.deleted {
            deletion.sweep.take_if(|sweep| *sweep == folder);
        }
        self.forget_empty_deletions();
        self.found.is_back(folder);
    }

    fn forget_empty_deletions(&mut self) {
        self.deleted
            .retain(|deletion| deletion.sweep.is_some() || !deletion.runs.is_empty());
    }
}

/// The runs that a sweep has and no other sweep of the list.
fn own_runs(store: &RunStore, folder: &str) -> Result<Vec<RunId>, SweepError> {
    let runs_of = |sweep: &Sweep| -> Result<Vec<RunId>, SweepError> {
        let jobs = sweep.jobs()?.into_iter();
        Ok(jobs.map(|job| RunId(job.identity.folder_name())).collect())
    };
    let shelf = Shelf::of(store);
    let (listed, _) = shelf.list();
    let mut others = HashSet::new();
    for (_, sweep) in listed.iter().filter(|(name, _)| name != folder) {
        others.extend(runs_of(sweep)?);
    }
    let mut runs = runs_of(&shelf.read(folder)?.sweep)?;
    runs.retain(|id| !others.contains(id));
    Ok(runs)
}

/// The runs in a count and a word.
fn runs(count: usize) -> String {
    match count {
        1 => "1 run".into(),
        count => format!("{} runs", format::whole(count)),
    }
}
