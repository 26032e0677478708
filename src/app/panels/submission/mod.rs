//! The Kaggle submission: which runs, which test file, prediction with progress, a look at the
//! rows, and the file.

mod work;

pub use work::{Predicted, Problem, SubmissionTask};

use crate::app::action::{Action, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::theme;
use crate::experiment::DataSource;
use crate::lab::store::{Checkpoint, Overwrite};
use crate::lab::submission::Written;
use crate::lab::{DeviceChoice, Run, RunId, format};
use eframe::egui::{
    self, Align2, Button, Context, Grid, Id, Key, ProgressBar, RichText, ScrollArea, TextEdit, Ui,
    Window,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file's name, until a person gives it another.
const DEFAULT_OUTPUT: &str = "submission.csv";

/// The dialog.
pub struct SubmissionDialog {
    /// The runs that predict, and with which weights.
    runs: BTreeMap<RunId, Checkpoint>,
    /// The chosen run and the epoch that was picked for it, where one was.
    picked: Option<(RunId, usize)>,
    test: String,
    output: String,
    native: bool,
    wants_focus: bool,
    stage: Stage,
    problem: Option<String>,
}

enum Stage {
    /// Waits for runs and a file.
    Choosing,
    /// Predicts.
    Predicting(SubmissionTask<Predicted>),
    /// Shows what was predicted.
    Ready(Box<Predicted>),
    /// Writes it.
    Writing(Box<Predicted>, SubmissionTask<Written>),
    /// Asks whether to replace the files that are there.
    Asking(Box<Predicted>, PathBuf),
}

impl SubmissionDialog {
    /// A dialog with the chosen run, which predicts with its best epoch unless told otherwise, and
    /// the epoch that was picked for it, where one was. `native`: the system has dialogs of its
    /// own.
    pub fn new(chosen: Option<RunId>, picked: Option<usize>, native: bool) -> Self {
        Self {
            picked: chosen.clone().zip(picked),
            runs: chosen
                .map(|id| (id, Checkpoint::Best))
                .into_iter()
                .collect(),
            test: String::new(),
            output: DEFAULT_OUTPUT.into(),
            native,
            wants_focus: true,
            stage: Stage::Choosing,
            problem: None,
        }
    }

    /// Takes the path of the test file.
    pub fn choose_test(&mut self, path: &Path) {
        self.test = path.display().to_string();
        self.back();
    }

    /// Takes the path of the file to write.
    pub fn choose_output(&mut self, path: &Path) {
        self.output = path.display().to_string();
    }

    /// What was predicted is of other runs or of another file.
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
        let test = PathBuf::from(self.test.trim());
        // Beside the test file is where it is looked for.
        if self.output == DEFAULT_OUTPUT {
            self.output = test.with_file_name(DEFAULT_OUTPUT).display().to_string();
        }
        self.problem = None;
        match work::predict(runs, test, device, wake) {
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
        let path = PathBuf::from(self.output.trim());
        self.stage = match work::write(&predicted, path, overwrite, wake) {
            Ok(task) => Stage::Writing(predicted, task),
            Err(err) => {
                self.problem = Some(format!("can't start the thread for it: {err}"));
                Stage::Ready(predicted)
            }
        };
    }

    /// Takes in what its threads did. True where the submission is written and all is done.
    pub fn poll(&mut self, notices: &mut Notices) -> bool {
        match std::mem::replace(&mut self.stage, Stage::Choosing) {
            Stage::Predicting(task) => match task.take() {
                None => self.stage = Stage::Predicting(task),
                Some(Ok(predicted)) => self.stage = Stage::Ready(Box::new(predicted)),
                Some(Err(problem)) => self.fail(problem.message, notices),
            },
            Stage::Writing(predicted, task) => match task.take() {
                None => self.stage = Stage::Writing(predicted, task),
                Some(Ok(written)) => {
                    notices.offer(
                        format!("Submission written: {}", written.submission.display()),
                        "Show in folder",
                        Action::ShowInFolder(written.submission),
                    );
                    return true;
                }
                Some(Err(problem)) => {
                    self.stage = match problem.exists {
                        Some(path) => Stage::Asking(predicted, path),
                        None => {
                            self.fail(problem.message, notices);
                            Stage::Ready(predicted)
                        }
                    };
                }
            },
            other => self.stage = other,
        }
        false
    }

    fn fail(&mut self, message: String, notices: &mut Notices) {
        notices.push_quiet(Level::Error, message.clone());
        self.problem = Some(message);
    }
}

/// Draws the dialog, where it is open.
pub fn submission_ui(
    ctx: &Context,
    dialog: &mut Option<SubmissionDialog>,
    runs: &[Run],
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog else { return };
    let mut stays = true;
    Window::new("Kaggle submission")
        .open(&mut stays)
        .collapsible(false)
        .resizable(false)
        .pivot(Align2::CENTER_TOP)
        .default_pos(theme::dialog_top(ctx))
        .show(ctx, |ui| {
            ui.set_width(theme::DATA_DIALOG_WIDTH);
            let idle = !matches!(open.stage, Stage::Predicting(_) | Stage::Writing(..));
            ui.add_enabled_ui(idle, |ui| {
                runs_ui(ui, open, runs);
                ui.separator();
                test_ui(ui, open, actions);
            });
            if let Some(problem) = &open.problem {
                ui.colored_label(theme::bad(ui.visuals()), problem);
            }
            stage_ui(ui, open, actions);
        });
    let escaped = ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    if !stays || escaped {
        *dialog = None;
    }
}

/// The runs to choose from.
fn runs_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, runs: &[Run]) {
    ui.strong("Runs that predict").on_hover_text(
        "One run predicts with its best epoch. Of several, the probabilities are averaged: such \
         an ensemble is usually better than its members.",
    );
    let usable: Vec<&Run> = runs
        .iter()
        .rev()
        .filter(|run| run.best().is_some())
        .collect();
    if usable.is_empty() {
        ui.label("No run has weights yet. Train one to its end first.");
        return;
    }
    let mut changed = false;
    ScrollArea::vertical()
        .max_height(theme::CLASSES_HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for run in usable {
                changed |= run_ui(ui, dialog, run);
            }
        });
    let saw_mnist = runs.iter().any(|run| {
        let source = &run.experiment.settings().data.source;
        dialog.runs.contains_key(&run.id) && *source == DataSource::Mnist
    });
    // After predicting, the whole warning stands at the rows.
    if saw_mnist && matches!(dialog.stage, Stage::Choosing) {
        let text =
            "Runs on the embedded MNIST have seen Kaggle's test images: their score means nothing.";
        ui.colored_label(theme::changed(ui.visuals()), text);
    }
    if changed {
        dialog.back();
    }
}

/// A run that can take part; whether the choice was changed.
fn run_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, run: &Run) -> bool {
    let checkpoint = dialog.runs.get(&run.id).copied();
    let metrics = match checkpoint {
        Some(Checkpoint::Epoch(epoch)) => run.epochs.iter().find(|m| m.epoch == epoch),
        _ => run.best(),
    };
    let Some(metrics) = metrics else { return false };
    let best = run.best().map(|best| best.epoch);
    let is = match best {
        Some(best) if best == metrics.epoch => "best epoch,",
        _ => "epoch",
    };
    let text = format!(
        "{}, {is} {}: {} on {}",
        run.name,
        metrics.epoch,
        format::percent_with_error(metrics.validation_accuracy, metrics.validation_count),
        run.experiment.settings().data.source
    );
    let mut chosen = checkpoint;
    let mut takes_part = checkpoint.is_some();
    if ui.checkbox(&mut takes_part, text).changed() {
        chosen = takes_part.then_some(Checkpoint::Best);
    }
    let picked = dialog.picked.as_ref().filter(|(id, _)| *id == run.id);
    if let (Some((_, epoch)), Some(_)) = (picked, chosen)
        && Some(*epoch) != best
    {
        ui.indent("picked", |ui| {
            let mut shown = chosen == Some(Checkpoint::Epoch(*epoch));
            let text = format!("with epoch {epoch}, which the tabs show, instead of the best");
            if ui.checkbox(&mut shown, text).changed() {
                chosen = Some(if shown {
                    Checkpoint::Epoch(*epoch)
                } else {
                    Checkpoint::Best
                });
            }
        });
    }
    if chosen == checkpoint {
        return false;
    }
    match chosen {
        Some(checkpoint) => dialog.runs.insert(run.id.clone(), checkpoint),
        None => dialog.runs.remove(&run.id),
    };
    true
}

/// The test file, and the button that predicts.
fn test_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, actions: &mut Vec<Action>) {
    let name = ui.label("Kaggle's test.csv").on_hover_text(
        "From the page of the competition Digit Recognizer: 28,000 images without labels. It can \
         be dropped on the window, too.",
    );
    ui.horizontal(|ui| {
        let others = if dialog.native { 140.0 } else { 80.0 };
        let field = ui
            .add(
                TextEdit::singleline(&mut dialog.test)
                    .id(Id::unique("test path"))
                    .desired_width(ui.available_width() - others),
            )
            .labelled_by(name.id);
        if std::mem::take(&mut dialog.wants_focus) {
            field.request_focus();
        }
        if field.changed() {
            dialog.back();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if dialog.native && ui.button("File…").clicked() {
            actions.push(Action::AskNative(PathPurpose::OpenTest));
        }
        let can = !dialog.test.trim().is_empty() && !dialog.runs.is_empty();
        let predict = ui
            .add_enabled(can, Button::new("Predict"))
            .on_disabled_hover_text("Choose a run and the path of test.csv first");
        if can && (predict.clicked() || entered) {
            actions.push(Action::PredictSubmission);
        }
    });
}

fn stage_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, actions: &mut Vec<Action>) {
    let mut back = false;
    match &dialog.stage {
        Stage::Choosing => {}
        Stage::Predicting(task) => {
            // Progress has no event of its own.
            ui.ctx().request_repaint_after(theme::PROGRESS_EVERY);
            ui.horizontal(|ui| {
                let bar = ProgressBar::new(task.progress().unwrap_or(0.0)).show_percentage();
                ui.add(bar.desired_width(ui.available_width() - 70.0));
                if ui.button("Cancel").clicked() {
                    task.cancel();
                }
            });
        }
        Stage::Ready(predicted) | Stage::Writing(predicted, _) | Stage::Asking(predicted, _) => {
            ui.separator();
            predicted_ui(ui, predicted);
            ui.separator();
        }
    }
    match &dialog.stage {
        Stage::Ready(_) => {
            let name = ui.label("Write to");
            ui.horizontal(|ui| {
                let others = if dialog.native { 130.0 } else { 70.0 };
                ui.add(
                    TextEdit::singleline(&mut dialog.output)
                        .id(Id::unique("submission path"))
                        .desired_width(ui.available_width() - others),
                )
                .labelled_by(name.id);
                if dialog.native && ui.button("File…").clicked() {
                    actions.push(Action::AskNative(PathPurpose::SaveSubmission));
                }
                let typed = !dialog.output.trim().is_empty();
                if ui.add_enabled(typed, Button::new("Write")).clicked() {
                    actions.push(Action::WriteSubmission(Overwrite::Refuse));
                }
            });
        }
        Stage::Asking(_, path) => {
            ui.label(format!("A file is there already: {}", path.display()));
            ui.horizontal(|ui| {
                if ui.button("Replace it").clicked() {
                    actions.push(Action::WriteSubmission(Overwrite::Replace));
                }
                back = ui.button("Choose another name").clicked();
            });
        }
        Stage::Choosing | Stage::Predicting(_) | Stage::Writing(..) => {}
    }
    if back
        && let Stage::Asking(predicted, _) = std::mem::replace(&mut dialog.stage, Stage::Choosing)
    {
        dialog.stage = Stage::Ready(predicted);
    }
}

/// Rows, counts and the warning.
fn predicted_ui(ui: &mut Ui, predicted: &Predicted) {
    let preview = &predicted.preview;
    ui.strong(format!(
        "{} rows, predicted in {}",
        format::whole(preview.rows),
        format::duration(predicted.took.as_secs_f64())
    ));
    if let Some(note) = preview.note() {
        ui.colored_label(theme::changed(ui.visuals()), note);
    }
    ui.horizontal_top(|ui| {
        for (title, rows) in [("First rows", &preview.first), ("Last rows", &preview.last)] {
            if rows.is_empty() {
                continue;
            }
            ui.vertical(|ui| {
                ui.weak(title);
                ui.monospace("ImageId,Label");
                for (id, label) in rows {
                    ui.monospace(format!("{id},{label}"));
                }
            });
            ui.add_space(4.0 * theme::GROUP_SPACE);
        }
        ui.vertical(|ui| {
            ui.weak("Images a class");
            Grid::new("class counts").num_columns(2).show(ui, |ui| {
                for (class, count) in preview.counts.iter().enumerate() {
                    ui.monospace(format!("{class}: {:>6}", format::whole(*count)));
                    if class % 2 == 1 {
                        ui.end_row();
                    }
                }
            });
        });
    });
    if let Some(warning) = predicted.submission.warning() {
        let text = RichText::new(sentence(warning));
        ui.colored_label(theme::changed(ui.visuals()), text);
    }
}

/// A warning as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str() + "."
}
