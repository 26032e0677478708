//! Reports of sweeps: opening their dialog, and writing what a person asks for there.

use super::App;
use super::report::Report;
use crate::app::panels::report::ReportDialog;
use crate::lab::store::Overwrite;
use crate::lab::sweep::{Shelf, Sweep};
use crate::lab::{Run, RunId};
use std::sync::Arc;

impl App {
    /// Opens the dialog of a report, and has the sweeps looked for.
    pub(super) fn open_report(&mut self) {
        let (folder, native) = (self.export_folder(), self.options.native_dialogs);
        let looked_at = self.found.looked_at();
        let dialog = self
            .report
            .open_or(|| ReportDialog::new(&folder, looked_at.clone(), native));
        dialog.come_back(looked_at);
        let store = self.options.store.clone();
        self.in_order(move || {
            // Sweeps that can't be read have no report; what sweeps found tells of them.
            let (sweeps, _) = Shelf::of(&store).list();
            let named = sweeps.into_iter().map(|(name, sweep)| {
                let what = words_of(&sweep);
                (name, what)
            });
            Report::Sweeps(named.collect())
        });
    }

    /// Makes and writes the report that the dialog holds.
    pub(super) fn write_report(&mut self, overwrite: Overwrite) {
        let shown: Vec<Run> = self.reported_runs().into_iter().cloned().collect();
        let store = self.options.store.clone();
        let governor = Arc::clone(&self.governor);
        if let Some(dialog) = self.report.kept_mut() {
            dialog.start(shown, store, overwrite, move || governor.wake_now());
        }
    }

    /// The runs that a report can be about: the chosen ones, then the others that are shown. A group and an
    /// average stand for their runs.
    pub(super) fn reported_runs(&self) -> Vec<&Run> {
        let is_of = |group: &RunId, run: &Run| {
            let group = self.groups.get(group);
            group.is_some_and(|group| group.members.contains(&run.id))
        };
        let is_chosen = |run: &&Run| match &self.chosen_group {
            Some(group) => is_of(group, run),
            None => self.is_chosen(&run.id) || self.members_of_chosen().contains(&run.id),
        };
        let is_shown =
            |run: &&Run| self.is_shown(&run.id) || self.shown.iter().any(|group| is_of(group, run));
        let (chosen, others): (Vec<&Run>, Vec<&Run>) = self.runs.iter().partition(is_chosen);
        let shown = others.into_iter().filter(is_shown);
        let with_figures = chosen.into_iter().chain(shown);
        with_figures.filter(|run| !run.epochs.is_empty()).collect()
    }

    /// Takes in what the thread of a report did.
    pub(super) fn take_report_written(&mut self) {
        let written = match self.report.kept_mut() {
            Some(dialog) => dialog.poll(&mut self.notices),
            None => None,
        };
        if let Some(path) = written {
            self.report.close();
            self.remember_export_folder(&path);
        }
    }
}

/// What a sweep is, in words.
fn words_of(sweep: &Sweep) -> String {
    let cells = match sweep.cells().len() {
        1 => String::new(),
        cells => format!("{cells} combinations, "),
    };
    let seeds = match sweep.seeds().len() {
        1 => "1 seed".to_owned(),
        seeds => format!("{seeds} seeds"),
    };
    format!("{}, {cells}{seeds}", sweep.name())
}
