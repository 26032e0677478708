//! What a person asks of ensembles: to make, change, name and delete them.

use crate::app::action::Action;
use crate::app::panels::ensemble_dialog::EnsembleDialog;
use crate::app::shell::App;
use crate::app::shell::report::Report;
use crate::data::Copies;
use crate::lab::RunId;
use crate::lab::store::{Ensemble, StoreError};
use std::time::{SystemTime, UNIX_EPOCH};

impl App {
    /// Opens the dialog that makes an ensemble of runs, these chosen in it.
    pub(in crate::app::shell) fn open_ensemble(&mut self, mut members: Vec<RunId>) {
        if members.is_empty() {
            let chosen = self.chosen_group.as_ref().or(self.chosen.as_ref());
            let shown = self.shown.iter().filter(|id| self.is_shown(id));
            members.extend(chosen.into_iter().chain(shown).cloned());
        }
        // A group stands for its runs.
        let runs_of = |id: RunId| match self.groups.get(&id) {
            Some(group) => group.members.clone(),
            None => vec![id],
        };
        let mut members: Vec<RunId> = members.into_iter().flat_map(runs_of).collect();
        members.retain(|id| self.run(id).is_some_and(|run| run.best_kept().is_some()));
        self.ensemble_dialog.open(EnsembleDialog::new(members));
    }

    /// Opens the dialog that changes an ensemble.
    pub(in crate::app::shell) fn edit_ensemble(&mut self, id: &RunId) {
        if let Some(average) = self.average(id) {
            let dialog = EnsembleDialog::edit(id.clone(), &average.kept);
            self.ensemble_dialog.open(dialog);
        }
    }

    /// Keeps an ensemble of these runs: a new one, or in place of one that there is.
    pub(in crate::app::shell) fn keep_ensemble(
        &mut self,
        of: Option<RunId>,
        members: Vec<RunId>,
        copies: Copies,
    ) {
        self.ensemble_dialog.close();
        if let Some(id) = of {
            self.change_ensemble(&id, |kept| {
                kept.members = members;
                kept.copies = copies;
            });
            return self.choose_run(id);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |elapsed| elapsed.as_secs());
        let store = self.options.store.clone();
        self.in_order(move || {
            let added = store.add_ensemble(Ensemble::new("", members, copies, now));
            added.map(|(id, kept)| Report::EnsembleMade(id, Box::new(kept)))
        });
    }

    /// Changes an ensemble, and keeps it so. False where there is none of this name.
    fn change_ensemble(&mut self, id: &RunId, edit: impl FnOnce(&mut Ensemble)) -> bool {
        let store = self.options.store.clone();
        let Some(average) = self.average_mut(id) else {
            return false;
        };
        let before = (average.kept.members.clone(), average.kept.copies);
        edit(&mut average.kept);
        let is_other = before != (average.kept.members.clone(), average.kept.copies);
        if is_other {
            // What it is worth is measured anew.
            average.kept.score = None;
            average.of.clear();
        }
        if let Some(stand_in) = &mut average.stand_in {
            stand_in.name.clone_from(&average.kept.name);
        }
        let (id, kept) = (id.clone(), average.kept.clone());
        if is_other && self.is_measured(&id) {
            self.averages.measuring = None;
        }
        self.in_order(move || store.write_ensemble(&id, &kept).map(|()| Report::Quiet));
        true
    }

    /// Sets how many copies an ensemble answers beside each image.
    pub(in crate::app::shell) fn set_copies(&mut self, id: &RunId, copies: Copies) {
        self.change_ensemble(id, |kept| kept.copies = copies);
    }

    /// Gives an ensemble another name. False where there is none of this id.
    pub(in crate::app::shell) fn rename_ensemble(&mut self, id: &RunId, name: &str) -> bool {
        let name = match name.trim() {
            "" => id.0.clone(),
            name => name.to_owned(),
        };
        self.change_ensemble(id, |kept| kept.name = name)
    }

    /// Stars an ensemble, or takes its star away. False where there is none of this id.
    pub(in crate::app::shell) fn star_ensemble(&mut self, id: &RunId, starred: bool) -> bool {
        self.change_ensemble(id, |kept| kept.starred = starred)
    }

    /// Moves an ensemble into the bin. False where there is none of this id.
    pub(in crate::app::shell) fn delete_ensemble(&mut self, id: &RunId) -> bool {
        let Some(place) = self
            .averages
            .list
            .iter()
            .position(|average| average.id == *id)
        else {
            return false;
        };
        let average = self.averages.list.remove(place);
        if self.is_measured(id) {
            self.averages.measuring = None;
        }
        self.notices.offer(
            format!("{} is in the bin. Its runs stay.", average.kept.name),
            "Undo",
            Action::RestoreEnsemble(id.clone()),
        );
        let (store, deleted) = (self.options.store.clone(), id.clone());
        self.in_order(move || store.delete_ensemble(&deleted).map(|()| Report::Quiet));
        self.forget_run(id);
        true
    }

    /// Takes an ensemble out of the bin.
    pub(in crate::app::shell) fn restore_ensemble(&mut self, id: RunId) {
        let store = self.options.store.clone();
        self.in_order(move || {
            store.restore_ensemble(&id)?;
            let kept = store.read_ensemble(&id)?;
            Ok::<_, StoreError>(Report::EnsembleMade(id, Box::new(kept)))
        });
    }

    /// The runs of the chosen ensemble and their copies, for a submission.
    pub(in crate::app::shell) fn chosen_members(&self) -> Option<(Vec<RunId>, Copies)> {
        let average = self.chosen_average()?;
        Some((average.kept.members.clone(), average.kept.copies))
    }
}
