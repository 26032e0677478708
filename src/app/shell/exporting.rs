//! Submissions and exports: opening their dialogs, and starting what a person asks for in them.

use super::App;
use crate::app::action::{EpochChoice, ExportKind};
use crate::app::notices::Level;
use crate::app::panels::export::{ExportOf, Exportable, ExportedGroup, NamedMatrix};
use crate::app::panels::submission::SubmissionDialog;
use crate::app::theme::RunColors;
use crate::lab::Run;
use crate::lab::store::{Checkpoint, Overwrite};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl App {
    /// Opens the submission's dialog with the chosen run, and the epoch that was picked for it.
    pub(super) fn open_submission(&mut self) {
        let chosen = self.chosen_run().filter(|run| run.best().is_some());
        let chosen = chosen.map(|run| run.id.clone());
        let together = self.chosen_members();
        let chosen = chosen.or_else(|| self.chosen.clone().filter(|id| self.is_ensemble(id)));
        let picked = match self.look.epoch {
            EpochChoice::Auto => None,
            EpochChoice::Epoch(epoch) => Some(epoch),
        };
        let native = self.options.native_dialogs;
        if let Some(before) = self.submission.kept() {
            if before.is_for(chosen.as_ref(), picked) {
                let dialog = self
                    .submission
                    .open_or(|| SubmissionDialog::new(chosen, picked, native));
                dialog.come_back(&self.runs);
                return;
            }
            let dialog = SubmissionDialog::new(chosen, picked, native)
                .with_paths_of(before)
                .answered_by(together);
            return self.submission.open(dialog);
        }
        let dialog = SubmissionDialog::new(chosen, picked, native).answered_by(together);
        self.submission.open(dialog);
    }

    pub(super) fn predict_submission(&mut self) {
        let device = match self.prefs.device.parse() {
            Ok(device) => device,
            Err(err) => return self.notices.push(Level::Error, format!("device: {err}")),
        };
        let governor = Arc::clone(&self.governor);
        if let Some(dialog) = self.submission.kept_mut() {
            dialog.predict(&self.runs, device, move || governor.wake_now());
        }
    }

    /// Takes the path of a test file into the submission's dialog, which opens where it isn't open
    /// yet.
    pub(super) fn choose_test(&mut self, path: &Path) {
        if !self.submission.is_open() {
            self.open_submission();
        }
        if let Some(dialog) = self.submission.shown() {
            dialog.choose_test(path);
        }
    }

    pub(super) fn write_submission(&mut self, overwrite: Overwrite) {
        let governor = Arc::clone(&self.governor);
        if let Some(dialog) = self.submission.kept_mut() {
            dialog.write(overwrite, move || governor.wake_now());
        }
    }

    pub(super) fn open_export(&mut self, kind: ExportKind) {
        if kind == ExportKind::Sweep {
            return self.open_export_of_sweep();
        }
        if let Some(name) = self.chosen_ensemble_name() {
            let name = name.to_owned();
            return self.open_export_of_average(kind, &name);
        }
        let Some(run) = self.chosen_run() else {
            return;
        };
        let of = match kind {
            ExportKind::Curves => {
                let groups = self.drawn_groups().map(|group| group.name.as_str());
                let runs = self.exported_runs().into_iter();
                // A run that is drawn behind the mean of its group is exported with the group.
                let alone = runs.filter(|run| self.drawn_as(&run.id) == &run.id);
                let alone = alone.map(|run| run.name.as_str());
                let names: Vec<&str> = groups.chain(alone).collect();
                format!("Of the runs shown: {}", names.join(", "))
            }
            ExportKind::Table => format!("Of {}", run.name),
            ExportKind::Matrix | ExportKind::Weights | ExportKind::Sweep => {
                match self.shown_epoch() {
                    Some(epoch) => format!("Of {}, epoch {epoch}", run.name),
                    None => format!("Of {}", run.name),
                }
            }
        };
        // Curves are those of the whole group, all else is that of one of its runs.
        let group = self.group_chosen();
        let name = match (kind, group) {
            (ExportKind::Curves, Some(group)) => group.stem().to_owned(),
            _ => run.name.clone(),
        };
        let folder = self.export_folder();
        let native = self.options.native_dialogs;
        self.export.open(kind, of, &name, &folder, native);
    }

    /// Opens the dialog of the table of the sweep that is looked at.
    fn open_export_of_sweep(&mut self) {
        let Some((sweep, found)) = self.found.exported() else {
            return;
        };
        let of = format!(
            "Of {sweep}: the {} of each combination of settings, with its interval",
            found.table.metric.title()
        );
        let (sweep, folder) = (sweep.to_owned(), self.export_folder());
        let native = self.options.native_dialogs;
        let kind = ExportKind::Sweep;
        self.export.open(kind, of, &sweep, &folder, native);
    }

    /// What of the chosen run or average can be exported.
    pub(super) fn exportable(&self) -> Exportable {
        match self.chosen_ensemble_name() {
            Some(_) => Exportable::Average,
            None => Exportable::of_run(self.chosen_run()),
        }
    }

    /// Opens the dialog of an average's matrix. All else that can be exported is of one run.
    fn open_export_of_average(&mut self, kind: ExportKind, name: &str) {
        let text = match kind {
            ExportKind::Matrix if self.matrix_of_average().is_some() => {
                let folder = self.export_folder();
                let native = self.options.native_dialogs;
                return self
                    .export
                    .open(kind, format!("Of {name}"), name, &folder, native);
            }
            ExportKind::Matrix => format!(
                "The matrix of {name} is made of its answers: open the tab Errors, then export it."
            ),
            ExportKind::Curves | ExportKind::Table | ExportKind::Weights | ExportKind::Sweep => {
                format!(
                    "{name} is an average, which has no curves, layers or weights of its own. Choose one of its runs, or \
                 write a report of them."
                )
            }
        };
        self.notices.push(Level::Info, text);
    }

    /// The matrix of the chosen average, where its answers are known.
    fn matrix_of_average(&self) -> Option<NamedMatrix> {
        let together = self.chosen_together()?;
        let matrix = self.tabs.errors.matrix_of(together)?.clone();
        let (name, runs) = (self.chosen_ensemble_name()?, together.runs.len());
        Some(NamedMatrix {
            title: format!("{name}, average of {runs} runs, validation images"),
            matrix,
        })
    }

    pub(super) fn export(&mut self, overwrite: Overwrite) {
        let colors = self.drawn.value().colors.clone();
        let runs = self.exported_runs().into_iter();
        let runs = runs.map(|run| (run.clone(), colors.on_white(&run.id)));
        let of = ExportOf {
            runs: runs.collect(),
            groups: self.exported_groups(&colors),
            spread: self.prefs.plots.spread(),
            checkpoint: self
                .shown_epoch()
                .map_or(Checkpoint::Best, Checkpoint::Epoch),
            average: self.matrix_of_average(),
            sweep: self.found.exported().map(|(_, found)| Arc::clone(found)),
        };
        let governor = Arc::clone(&self.governor);
        if let Some(dialog) = self.export.shown() {
            dialog.start(of, overwrite, move || governor.wake_now());
        }
    }

    /// The groups whose means are drawn.
    fn exported_groups(&self, colors: &RunColors) -> Vec<ExportedGroup> {
        let exported = self.drawn_groups().map(|group| ExportedGroup {
            id: group.id.clone(),
            name: group.name.clone(),
            runs: group
                .members
                .iter()
                .filter_map(|id| self.run(id).cloned())
                .collect(),
            color: colors.on_white(&group.id),
        });
        exported.collect()
    }

    /// The chosen run, then the others whose curves are drawn.
    pub(super) fn exported_runs(&self) -> Vec<&Run> {
        let chosen = self.chosen_run();
        let is_chosen = |run: &&Run| chosen.is_some_and(|chosen| chosen.id == run.id);
        let others = self
            .runs
            .iter()
            .filter(|run| self.is_shown(&run.id) || self.drawn_ghost() == Some(&run.id))
            .filter(|run| !is_chosen(run));
        chosen.into_iter().chain(others).collect()
    }

    /// The folder of the last export; before the first one, the folder in which a person keeps
    /// documents.
    pub(super) fn export_folder(&self) -> PathBuf {
        self.prefs.export_folder.clone().unwrap_or_else(|| {
            let user = directories::UserDirs::new();
            let folder = user.map(|user| {
                let documents = user.document_dir().map(Path::to_path_buf);
                documents.unwrap_or_else(|| user.home_dir().to_path_buf())
            });
            folder.unwrap_or_else(|| PathBuf::from("."))
        })
    }

    pub(super) fn remember_export_folder(&mut self, file: &Path) {
        self.prefs.export_folder = file.parent().map(Path::to_path_buf);
    }
}
