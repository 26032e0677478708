//! Runs that were opened from files of curves. They stand in the table beside the runs of the store
//! for as long as a person leaves them there; their files stay what they are.

use super::App;
use super::report::Report;
use crate::app::files;
use crate::lab::RunId;
use crate::lab::curves::OpenedRun;
use std::collections::BTreeSet;
use std::path::PathBuf;

impl App {
    /// The run of this id that was opened from a file.
    pub(super) fn opened_run(&self, id: &RunId) -> Option<&OpenedRun> {
        self.opened.iter().find(|run| run.id == *id)
    }

    /// The chosen run, where it was opened from a file.
    pub(super) fn chosen_opened(&self) -> Option<&OpenedRun> {
        self.opened_run(self.chosen.as_ref()?)
    }

    /// Has the runs of a file read.
    pub(super) fn open_curves(&mut self, path: PathBuf) {
        self.in_order(move || files::open_runs(&path).map(Report::Opened));
    }

    /// Has the files read that were open when the window was closed. Those that are gone are
    /// forgotten.
    pub(super) fn reopen_curves(&mut self) {
        for path in self.prefs.opened.clone() {
            self.in_order(move || match files::open_runs(&path) {
                Ok(runs) => Report::Reopened(runs),
                Err(_) => Report::Quiet,
            });
        }
    }

    /// Takes in the runs of a file, in place of those that it held before, and shows them.
    pub(super) fn take_opened(&mut self, runs: Vec<OpenedRun>) {
        self.dialogs.close_path();
        self.shown.extend(runs.iter().map(|run| run.id.clone()));
        let first = runs.first().map(|run| run.id.clone());
        self.take_reopened(runs);
        if let Some(first) = first {
            self.choose_run(first);
        }
    }

    /// Takes in the runs of a file, in place of those that it held before.
    pub(super) fn take_reopened(&mut self, runs: Vec<OpenedRun>) {
        if let Some(path) = runs.first().map(|run| run.path.clone()) {
            self.opened.retain(|run| run.path != path);
        }
        self.opened.extend(runs);
    }

    /// Takes a run that was opened from a file off the table. False where there is none.
    pub(super) fn close_opened(&mut self, id: &RunId) -> bool {
        let Some(place) = self.opened.iter().position(|run| run.id == *id) else {
            return false;
        };
        self.opened.remove(place);
        self.forget_run(id);
        true
    }

    /// Takes all runs that were opened from files off the table.
    pub(super) fn close_all_opened(&mut self) {
        let ids: Vec<RunId> = self.opened.iter().map(|run| run.id.clone()).collect();
        for id in ids {
            self.close_opened(&id);
        }
    }

    /// Gives a run that was opened from a file another name. False where there is none.
    pub(super) fn rename_opened(&mut self, id: &RunId, name: &str) -> bool {
        let run = self.opened.iter_mut().find(|run| run.id == *id);
        let Some(run) = run else { return false };
        if !name.trim().is_empty() && name != id.0 {
            run.name = name.trim().to_owned();
        }
        true
    }

    /// The files that are open, each once.
    pub(super) fn opened_files(&self) -> BTreeSet<PathBuf> {
        self.opened.iter().map(|run| run.path.clone()).collect()
    }
}
