//! Paths that a person is asked for, and what is done with the files that they name.

use super::report::Report;
use super::{App, elsewhere};
use crate::app::action::PathPurpose;
use crate::app::files;
use crate::app::notices::Level;
use crate::lab::store::{Overwrite, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A system's dialog that ends without a path within this time was never shown.
const NO_DIALOG: Duration = Duration::from_millis(700);

impl App {
    /// Asks for a path, beside the system's own dialog where that is used.
    pub(super) fn ask_path(&mut self, purpose: PathPurpose) {
        let native = self.options.native_dialogs;
        self.dialogs.ask_path(purpose, native);
        if native {
            self.ask_native(purpose);
        }
    }

    /// Opens the system's own dialog.
    pub(super) fn ask_native(&mut self, purpose: PathPurpose) {
        let Some(background) = &self.background else {
            return;
        };
        let (answer, since) = (files::dialog::ask(purpose), Instant::now());
        let waited = move || Report::Dialog(purpose, answer(), since.elapsed());
        if let Err(err) = background.apart("dialog", waited) {
            self.dialog_is_missing(purpose);
            let message = format!("can't open the file dialog: {err}");
            self.notices.push(Level::Warning, message);
        }
    }

    /// Takes in the answer of the system's dialog.
    pub(super) fn take_path(
        &mut self,
        purpose: PathPurpose,
        path: Option<PathBuf>,
        waited: Duration,
    ) {
        match path {
            Some(path) if self.waits_for(purpose) => self.use_path(purpose, path),
            // The field was closed meanwhile, so that the answer comes too late.
            Some(_) => {}
            None if waited > NO_DIALOG => {
                if self.dialogs.waits_for(purpose) {
                    self.dialogs.close_path();
                }
            }
            None => self.dialog_is_missing(purpose),
        }
    }

    /// Says at the path field for this purpose that the system has no dialog to show, and puts the cursor there.
    fn dialog_is_missing(&mut self, purpose: PathPurpose) {
        match purpose {
            PathPurpose::OpenData | PathPurpose::OpenDataFolder => {
                if let Some(dialog) = self.data_dialog.shown() {
                    dialog.dialog_is_missing();
                }
            }
            PathPurpose::OpenKaggle | PathPurpose::OpenKaggleFolder => {
                if let Some(dialog) = self.kaggle.shown() {
                    dialog.dialog_is_missing();
                }
            }
            PathPurpose::OpenTest | PathPurpose::OpenTestFolder | PathPurpose::SaveSubmission => {
                if let Some(dialog) = self.submission.shown() {
                    dialog.dialog_is_missing(purpose);
                }
            }
            PathPurpose::SaveExport => self.export.dialog_is_missing(),
            PathPurpose::SaveReport => {
                if let Some(dialog) = self.report.shown() {
                    dialog.dialog_is_missing();
                }
            }
            PathPurpose::OpenExperiment
            | PathPurpose::SaveExperiment
            | PathPurpose::OpenCurves
            | PathPurpose::OpenSweep
            | PathPurpose::OpenPicture => self.dialogs.dialog_is_missing(),
        }
    }

    /// Whether a path for this purpose is still asked for.
    fn waits_for(&self, purpose: PathPurpose) -> bool {
        match purpose {
            PathPurpose::OpenData | PathPurpose::OpenDataFolder => self.data_dialog.is_open(),
            PathPurpose::OpenKaggle | PathPurpose::OpenKaggleFolder => self.kaggle.is_open(),
            PathPurpose::OpenTest | PathPurpose::OpenTestFolder | PathPurpose::SaveSubmission => {
                self.submission.is_open()
            }
            PathPurpose::SaveExport => self.export.is_open(),
            PathPurpose::SaveReport => self.report.is_open(),
            _ => self.dialogs.waits_for(purpose),
        }
    }

    /// Uses a path for its purpose.
    pub(super) fn use_path(&mut self, purpose: PathPurpose, path: PathBuf) {
        match purpose {
            PathPurpose::OpenExperiment => self.in_order(move || {
                let read = files::read_experiment(&path);
                read.map(|experiment| Report::Experiment(path, Box::new(experiment)))
            }),
            PathPurpose::OpenCurves => self.open_curves(path),
            PathPurpose::OpenSweep => self.read_sweep(path),
            PathPurpose::OpenKaggle | PathPurpose::OpenKaggleFolder => self.load_kaggle(&path),
            // A folder that is dropped while the dialog is open belongs there.
            PathPurpose::OpenData if self.kaggle.is_open() => self.load_kaggle(&path),
            PathPurpose::OpenData if self.submission.is_open() => self.choose_test(&path),
            PathPurpose::OpenData | PathPurpose::OpenDataFolder => self.load_data(path),
            PathPurpose::OpenTest | PathPurpose::OpenTestFolder => self.choose_test(&path),
            PathPurpose::SaveExport => {
                if let Some(dialog) = self.export.shown() {
                    dialog.choose_path(&path);
                }
            }
            PathPurpose::SaveReport => {
                if let Some(dialog) = self.report.shown() {
                    dialog.choose_path(&path);
                }
            }
            PathPurpose::SaveSubmission => {
                if let Some(dialog) = self.submission.shown() {
                    dialog.choose_output(&path);
                }
            }
            PathPurpose::OpenPicture => self.read_picture(path),
            PathPurpose::SaveExperiment => self.write_experiment(path, Overwrite::Refuse),
        }
    }

    /// Writes the settings to an experiment file.
    pub(super) fn write_experiment(&mut self, path: PathBuf, overwrite: Overwrite) {
        let experiment = match self.draft.experiment() {
            Ok(experiment) => experiment,
            Err(err) => return self.notices.push(Level::Error, err.to_string()),
        };
        self.in_order(
            move || match files::write_experiment(&path, &experiment, overwrite) {
                Ok(()) => Ok(Report::Written(path)),
                Err(StoreError::Exists { path }) => Ok(Report::InTheWay(path)),
                Err(err) => Err(err),
            },
        );
    }

    /// Shows a folder in the file manager.
    pub(super) fn show_folder(&mut self, folder: PathBuf) {
        self.in_order(move || files::show_folder(&folder).map(|()| Report::Quiet));
    }

    /// Has every run of the store read.
    pub(super) fn read_runs(&mut self) {
        let watch = Arc::clone(&self.watch);
        self.in_order(move || {
            let (runs, errors) = elsewhere::of(&watch).read_all();
            Report::Runs(runs, errors)
        });
    }

    /// Notes what was done with a file.
    pub(super) fn note_path(&mut self, what: &str, path: &Path) {
        self.notices
            .push(Level::Info, format!("{what} {}", path.display()));
    }
}
