//! An entry to Kaggle: a run that is followed by its submission.

use super::App;
use crate::app::action::KaggleJob;
use crate::app::notices::Level;
use crate::app::panels::kaggle::KaggleDialog;
use crate::app::panels::submission::SubmissionDialog;
use crate::lab::store::Overwrite;
use crate::lab::{Run, RunId};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A submission that is written when a run ends.
#[derive(Debug)]
pub(super) struct AfterRun {
    /// The run, once it has begun.
    id: Option<RunId>,
    test: PathBuf,
    output: PathBuf,
    overwrite: Overwrite,
    /// What was said when the run began. The note goes when the run has ended.
    note: String,
}

impl App {
    pub(super) fn open_kaggle(&mut self) {
        let governor = Arc::clone(&self.governor);
        let native = self.options.native_dialogs;
        let dialog = self.kaggle.open_or(|| KaggleDialog::new(native));
        dialog.come_back(move || governor.wake_now());
    }

    pub(super) fn load_kaggle(&mut self, path: &Path) {
        let governor = Arc::clone(&self.governor);
        if let Some(dialog) = self.kaggle.shown() {
            dialog.load(path, move || governor.wake_now());
        }
    }

    /// Trains with a recipe on all images, to submit when the run ends.
    pub(super) fn train_and_submit(&mut self, job: KaggleJob) {
        self.detach();
        self.draft.choose(job.preset);
        self.draft.take_data(job.source);
        self.after_run = Some(AfterRun {
            id: None,
            test: job.test,
            output: job.output,
            overwrite: job.overwrite,
            note: String::new(),
        });
        self.train();
        if self.active.is_none() {
            // Why no run began has been said.
            self.after_run = None;
        }
    }

    /// Notes which run it is that a submission follows.
    pub(super) fn note_begun(&mut self, id: &RunId) {
        let Some(after) = self.after_run.as_mut().filter(|after| after.id.is_none()) else {
            return;
        };
        after.id = Some(id.clone());
        let note = format!(
            "{id} trains for Kaggle: when it ends, the submission is written to {}.",
            after.output.display()
        );
        after.note.clone_from(&note);
        self.notices.push(Level::Info, note);
    }

    /// Predicts and writes the submission that follows a run that has ended.
    pub(super) fn submit_after(&mut self, id: &RunId) {
        let is_due = |after: &mut AfterRun| after.id.as_ref() == Some(id);
        let Some(after) = self.after_run.take_if(is_due) else {
            return;
        };
        self.notices.take_back(&after.note);
        if self.run(id).and_then(Run::best).is_none() {
            let note = format!("{id} ended without an epoch, so that no submission is written.");
            return self.notices.push(Level::Warning, note);
        }
        let native = self.options.native_dialogs;
        let dialog = SubmissionDialog::new(Some(id.clone()), None, native);
        self.submission
            .open(dialog.for_files(&after.test, &after.output, after.overwrite));
        self.predict_submission();
    }

    /// Writes a submission that was predicted for a run that had to be followed by it.
    pub(super) fn write_what_follows(&mut self) {
        let due = self.submission.kept_mut();
        if let Some(overwrite) = due.and_then(SubmissionDialog::is_to_be_written) {
            self.write_submission(overwrite);
        }
    }
}
