//! The dialog of a Kaggle submission: the runs, the test file, prediction with progress, a look at
//! the rows, and the file to write.

mod choose;
mod rows;
mod work;

use crate::app::action::{Action, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::panels::ensemble_dialog::USUAL_COPIES;
use crate::app::panels::forms::{self, FileInTheWay, PathField, PathRow};
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::lab::store::{Checkpoint, Overwrite};
use crate::lab::submission::{Copies, Written};
use crate::lab::{DeviceChoice, Run, RunId};
use eframe::egui::{Context, Ui};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use work::{Predicted, SubmissionFailure, SubmissionTask};

/// The name of the submission's file, until a person gives it another.
const DEFAULT_OUTPUT: &str = "submission.csv";

/// The dialog of a submission.
pub struct SubmissionDialog {
    /// The runs that predict, each with the weights that it uses.
    runs: BTreeMap<RunId, Checkpoint>,
    /// The run that was chosen when the dialog was opened.
    chosen: Option<RunId>,
    /// The chosen run and the epoch that was picked for it, where one was.
    picked: Option<(RunId, usize)>,
    /// Whether copies of each image are answered beside it, and how many.
    is_augmented: bool,
    copies: u16,
    test: PathField,
    output: PathField,
    stage: Stage,
    problem: Option<String>,
    /// Whether what is predicted is written without another click, and what happens to a file that is there.
    follows_run: Option<Overwrite>,
}

enum Stage {
    /// Waits for a person to choose runs and a test file.
    Choosing,
    /// Predicts the test file.
    Predicting(SubmissionTask<Predicted>),
    /// Shows what was predicted.
    Ready(Box<Predicted>),
    /// Writes what was predicted.
    Writing(Box<Predicted>, SubmissionTask<Written>),
    /// Asks whether to replace the files that are there.
    Asking(Box<Predicted>, PathBuf),
}

impl SubmissionDialog {
    /// A dialog with the chosen run, which predicts with its best epoch unless a person says
    /// otherwise, and the epoch that was picked for the run, where one was. `native` says whether
    /// the system has dialogs of its own.
    pub fn new(chosen: Option<RunId>, picked: Option<usize>, native: bool) -> Self {
        Self {
            picked: chosen.clone().zip(picked),
            chosen: chosen.clone(),
            runs: chosen
                .map(|id| (id, Checkpoint::Best))
                .into_iter()
                .collect(),
            is_augmented: false,
            copies: USUAL_COPIES,
            test: PathField::new("", native).focused(),
            output: PathField::new(DEFAULT_OUTPUT, native),
            stage: Stage::Choosing,
            problem: None,
            follows_run: None,
        }
    }

    /// With the runs of an ensemble in place of the chosen run, where one is chosen.
    #[must_use]
    pub fn answered_by(mut self, ensemble: Option<(Vec<RunId>, Copies)>) -> Self {
        if let Some((runs, copies)) = ensemble {
            self.runs = runs.into_iter().map(|id| (id, Checkpoint::Best)).collect();
            self.is_augmented = copies.count > 0;
            self.copies = copies.count.max(1);
        }
        self
    }

    /// With the files that were chosen before the run began: what is predicted is written at once.
    #[must_use]
    pub fn for_files(mut self, test: &Path, output: &Path, overwrite: Overwrite) -> Self {
        self.test.set(test);
        self.output.set(output);
        self.follows_run = Some(overwrite);
        self
    }

    /// With the paths of a dialog that was opened before.
    #[must_use]
    pub fn with_paths_of(self, before: &Self) -> Self {
        Self {
            test: before.test.clone().focused(),
            output: before.output.clone(),
            ..self
        }
    }

    /// Whether the dialog comes back as it was where it is opened with this run and this epoch: it was opened
    /// with the same ones, or a thread works for it.
    pub fn is_for(&self, chosen: Option<&RunId>, picked: Option<usize>) -> bool {
        let is_working = matches!(self.stage, Stage::Predicting(_) | Stage::Writing(..));
        let epoch = self.picked.as_ref().map(|(_, epoch)| *epoch);
        is_working || (self.chosen.as_ref() == chosen && epoch == picked)
    }

    /// Comes back after it was closed, without the runs that are gone.
    pub fn come_back(&mut self, runs: &[Run]) {
        let before = self.runs.len();
        self.runs
            .retain(|id, _| runs.iter().any(|run| run.id == *id));
        if self.runs.len() < before {
            self.back();
        }
        self.test.select();
    }

    /// Notes that the system has no dialog to show for this purpose.
    pub fn dialog_is_missing(&mut self, purpose: PathPurpose) {
        match purpose {
            PathPurpose::SaveSubmission => self.output.dialog_is_missing(),
            _ => self.test.dialog_is_missing(),
        }
    }

    /// What happens to a file that is there, where what was predicted is to be written now; that is so once.
    pub fn is_to_be_written(&mut self) -> Option<Overwrite> {
        match self.stage {
            Stage::Ready(_) => self.follows_run.take(),
            _ => None,
        }
    }

    /// Takes the path of the test file.
    pub fn choose_test(&mut self, path: &Path) {
        self.test.set(path);
        self.back();
    }

    /// Takes the path of the file to write.
    pub fn choose_output(&mut self, path: &Path) {
        self.output.set(path);
    }

    /// Goes back to choosing, since what was predicted is for other runs or another test file.
    fn back(&mut self) {
        self.stage = Stage::Choosing;
        self.problem = None;
    }

    /// Begins to predict.
    pub fn predict(
        &mut self,
        runs: &[Run],
        device: DeviceChoice,
        wake: impl Fn() + Send + 'static,
    ) {
        let runs: Vec<(Run, Checkpoint)> = runs
            .iter()
            .filter_map(|run| Some((run.clone(), *self.runs.get(&run.id)?)))
            .collect();
        let test = self.test.path();
        // A person looks for the submission beside the test file.
        if self.output.text() == DEFAULT_OUTPUT {
            self.output.set(&test.with_file_name(DEFAULT_OUTPUT));
        }
        self.problem = None;
        let copies = match self.is_augmented {
            true => Copies::new(self.copies),
            false => Copies::NONE,
        };
        match work::predict(runs, copies, test, device, wake) {
            Ok(task) => self.stage = Stage::Predicting(task),
            Err(err) => self.problem = Some(format!("can't start the thread for it: {err}")),
        }
    }

    /// Begins to write what was predicted.
    pub fn write(&mut self, overwrite: Overwrite, wake: impl Fn() + Send + 'static) {
        let stage = std::mem::replace(&mut self.stage, Stage::Choosing);
        let (Stage::Ready(predicted) | Stage::Asking(predicted, _)) = stage else {
            self.stage = stage;
            return;
        };
        self.problem = None;
        let path = self.output.path();
        self.stage = match work::write(&predicted, path, overwrite, wake) {
            Ok(task) => Stage::Writing(predicted, task),
            Err(err) => {
                self.problem = Some(format!("can't start the thread for it: {err}"));
                Stage::Ready(predicted)
            }
        };
    }

    /// Whether a thread writes the files.
    pub fn is_writing(&self) -> bool {
        matches!(self.stage, Stage::Writing(..))
    }

    /// Takes in what the threads did. Gives the submission where it is written and all is done.
    pub fn poll(&mut self, notices: &mut Notices) -> Option<PathBuf> {
        match std::mem::replace(&mut self.stage, Stage::Choosing) {
            Stage::Predicting(task) => match task.take() {
                None => self.stage = Stage::Predicting(task),
                Some(Ok(predicted)) => self.stage = Stage::Ready(Box::new(predicted)),
                Some(Err(err)) => self.fail(&err, notices),
            },
            Stage::Writing(predicted, task) => match task.take() {
                None => self.stage = Stage::Writing(predicted, task),
                Some(Ok(written)) => {
                    // A person may have gone away while a run trained for it.
                    notices.offer_until_dismissed(
                        format!("Submission written: {}", written.submission.display()),
                        "Show in folder",
                        Action::ShowInFolder(written.submission.clone()),
                    );
                    return Some(written.submission);
                }
                Some(Err(err)) => {
                    self.stage = match err.file_in_the_way() {
                        Some(path) => Stage::Asking(predicted, path.to_path_buf()),
                        None => {
                            self.fail(&err, notices);
                            Stage::Ready(predicted)
                        }
                    };
                }
            },
            other => self.stage = other,
        }
        None
    }

    /// Leaves the file that is in the way, and waits for another name.
    fn keep_file(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Choosing) {
            Stage::Asking(predicted, _) => self.stage = Stage::Ready(predicted),
            other => self.stage = other,
        }
    }

    fn fail(&mut self, err: &SubmissionFailure, notices: &mut Notices) {
        notices.push_quiet(Level::Error, err.to_string());
        self.problem = Some(err.to_string());
    }
}

/// Draws the dialog, where it is open.
pub fn submission_ui(
    ctx: &Context,
    dialog: &mut Held<SubmissionDialog>,
    runs: &[Run],
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog.shown() else { return };
    let title = "Kaggle submission";
    let stays = forms::dialog_ui(ctx, title, theme::DATA_DIALOG_WIDTH, |ui| {
        let idle = !matches!(open.stage, Stage::Predicting(_) | Stage::Writing(..));
        ui.add_enabled_ui(idle, |ui| {
            choose::runs_ui(ui, open, runs);
            copies_ui(ui, open);
            ui.separator();
            test_ui(ui, open, actions);
        });
        if let Some(problem) = &open.problem {
            ui.colored_label(theme::bad(ui.visuals()), problem);
        }
        stage_ui(ui, open, actions);
    });
    if !stays {
        dialog.close();
    }
}

/// Draws the switch of test-time augmentation.
fn copies_ui(ui: &mut Ui, dialog: &mut SubmissionDialog) {
    if forms::copies_ui(ui, &mut dialog.is_augmented, &mut dialog.copies) {
        dialog.back();
    }
}

/// Draws the path of the test file, and the button that predicts.
fn test_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, actions: &mut Vec<Action>) {
    let native = [
        ("File…", PathPurpose::OpenTest),
        ("Folder…", PathPurpose::OpenTestFolder),
    ];
    let row = PathRow {
        name: "Images to predict: Kaggle's test.csv, or a folder of pictures",
        hover: "The table is from the page of the competition Digit Recognizer: 28,000 images without labels. \
                Whatever can be trained on can be predicted, too: pictures such as 1.png and 2.png, whose \
                numbers are the ids, folders of classes, IDX files, numpy's .npz, or a .zip of these. A table \
                can be dropped on the window, too.",
        id: "test path",
        native: &native,
        button: "Predict",
        ready: if dialog.runs.is_empty() {
            Err("Choose a run first")
        } else {
            Ok(())
        },
        is_default: matches!(dialog.stage, Stage::Choosing),
    };
    let answer = forms::path_row_ui(ui, &row, &mut dialog.test, actions);
    if answer.changed {
        dialog.back();
    }
    if answer.go {
        actions.push(Action::PredictSubmission);
    }
}

fn stage_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, actions: &mut Vec<Action>) {
    match &dialog.stage {
        Stage::Choosing => return,
        Stage::Predicting(task) => {
            if forms::progress_ui(ui, task.progress()) {
                task.cancel();
            }
            return;
        }
        Stage::Ready(predicted) | Stage::Writing(predicted, _) | Stage::Asking(predicted, _) => {
            ui.separator();
            rows::predicted_ui(ui, predicted);
            ui.separator();
        }
    }
    let answer = match &dialog.stage {
        Stage::Asking(_, path) => forms::in_the_way_ui(ui, path),
        Stage::Ready(_) => {
            output_ui(ui, dialog, actions);
            None
        }
        Stage::Choosing | Stage::Predicting(_) | Stage::Writing(..) => None,
    };
    match answer {
        Some(FileInTheWay::Replace) => actions.push(Action::WriteSubmission(Overwrite::Replace)),
        Some(FileInTheWay::Stay) => dialog.keep_file(),
        None => {}
    }
}

/// Draws the path of the submission, and the button that writes.
fn output_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, actions: &mut Vec<Action>) {
    let native = [("File…", PathPurpose::SaveSubmission)];
    let row = PathRow {
        name: "Write to",
        hover: "A file beside it, of the same name with .json, says what made it",
        id: "submission path",
        native: &native,
        button: "Write",
        ready: Ok(()),
        is_default: true,
    };
    if forms::path_row_ui(ui, &row, &mut dialog.output, actions).go {
        actions.push(Action::WriteSubmission(Overwrite::Refuse));
    }
}
