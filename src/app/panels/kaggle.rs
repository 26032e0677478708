//! Kaggle in four clicks: the folder of the competition's files, the recipe, and one button that trains and
//! writes the submission when the run ends.

use crate::app::action::{Action, KaggleJob, PathPurpose};
use crate::app::files::WorkError;
use crate::app::notices::{Level, Notices};
use crate::app::panels::data_dialog;
use crate::app::panels::forms::{self, PathField, PathRow};
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::app::work::{Task, TaskControl};
use crate::experiment::{DataSource, Preset, ReadAs, Settings};
use crate::lab::run;
use eframe::egui::{Button, ComboBox, Context, RichText, TextEdit, Ui};
use std::path::{Path, PathBuf};

/// The files of a competition that were found, and what they hold.
pub struct Entry {
    /// The path as it was typed.
    typed: PathBuf,
    source: DataSource,
    test: PathBuf,
    told: Vec<String>,
}

/// The dialog of an entry to Kaggle.
pub struct KaggleDialog {
    folder: PathField,
    output: String,
    /// The path that was proposed for the submission. A person's own stays when another folder is read.
    proposed: String,
    preset: Preset,
    stage: Stage,
}

enum Stage {
    /// Waits for a folder, and says what was wrong with the last one.
    Asking(Option<String>),
    /// Reads the training images.
    Loading(Task<Entry, WorkError>),
    /// Waits for *Train and submit*.
    Ready(Box<Entry>),
}

impl KaggleDialog {
    /// A dialog that asks for a folder. `native` says whether the system has dialogs of its own.
    pub fn new(native: bool) -> Self {
        Self {
            folder: PathField::new("", native).focused(),
            output: String::new(),
            proposed: String::new(),
            preset: Preset::Default,
            stage: Stage::Asking(None),
        }
    }

    /// Comes back after it was closed. What was read is read again, since the files may have changed meanwhile.
    pub fn come_back(&mut self, wake: impl Fn() + Send + 'static) {
        self.folder.select();
        if matches!(&self.stage, Stage::Ready(entry) if entry.typed == self.folder.path()) {
            self.load(&self.folder.path(), wake);
        }
    }

    /// Notes that the system has no dialog to show.
    pub fn dialog_is_missing(&mut self) {
        self.folder.dialog_is_missing();
    }

    /// Begins to read the folder of a competition, or that of one of its files.
    pub fn load(&mut self, path: &Path, wake: impl Fn() + Send + 'static) {
        self.folder.set(path);
        let (path, settings) = (path.to_path_buf(), self.preset.settings());
        let task = Task::start("data", wake, move |control| find(&path, settings, control));
        self.stage = match task {
            Ok(task) => Stage::Loading(task),
            Err(err) => Stage::Asking(Some(format!("can't start the thread for it: {err}"))),
        };
    }

    /// Takes in what the thread did that reads.
    pub fn poll(&mut self, notices: &mut Notices) {
        let Stage::Loading(task) = &self.stage else {
            return;
        };
        match task.take() {
            None => {}
            Some(Ok(entry)) => {
                let output = entry.test.with_file_name("submission.csv");
                let output = output.display().to_string();
                if self.output == self.proposed {
                    self.output.clone_from(&output);
                }
                self.proposed = output;
                self.stage = Stage::Ready(Box::new(entry));
            }
            Some(Err(err)) => {
                notices.push_quiet(Level::Error, err.to_string());
                self.stage = Stage::Asking(Some(err.to_string()));
                self.folder.focus();
            }
        }
    }
}

/// Finds the two tables in a folder, or in that of a file, and reads the one with labels.
fn find(path: &Path, settings: Settings, control: &TaskControl) -> Result<Entry, WorkError> {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    let folder = &std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let named = |wanted: &str| {
        let entries = std::fs::read_dir(folder).ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().to_lowercase());
            name.as_deref() == Some(wanted)
        })
    };
    let missing = |name: &str| WorkError::NoCompetition {
        name: name.into(),
        folder: folder.clone(),
    };
    let train = named("train.csv").ok_or_else(|| missing("train.csv"))?;
    let test = named("test.csv").ok_or_else(|| missing("test.csv"))?;
    let loaded = data_dialog::read(train, ReadAs::Auto, settings, control)?;
    let mut told = vec![run::data_headline(&loaded.summary)];
    told.extend(run::data_lines(&loaded.summary));
    Ok(Entry {
        typed: path.to_path_buf(),
        source: loaded.source,
        test,
        told,
    })
}

/// Draws the dialog, where it is open. `is_busy` says whether a run trains.
pub fn kaggle_ui(
    ctx: &Context,
    dialog: &mut Held<KaggleDialog>,
    is_busy: bool,
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog.shown() else { return };
    let mut done = false;
    let stays = forms::dialog_ui(ctx, "Kaggle", theme::DATA_DIALOG_WIDTH, |ui| {
        folder_ui(ui, open, actions);
        ui.separator();
        match &open.stage {
            Stage::Asking(problem) => asking_ui(ui, problem.as_deref()),
            Stage::Loading(task) => {
                if forms::progress_ui(ui, task.progress()) {
                    task.cancel();
                }
            }
            Stage::Ready(_) => done = ready_ui(ui, open, is_busy, actions),
        }
    });
    if done || !stays {
        dialog.close();
    }
}

fn folder_ui(ui: &mut Ui, dialog: &mut KaggleDialog, actions: &mut Vec<Action>) {
    let row = PathRow {
        name: "Folder with train.csv and test.csv",
        hover: "It can be dropped on the window, too",
        id: "kaggle folder",
        native: &[("Folder…", PathPurpose::OpenKaggle)],
        button: "Load",
        ready: Ok(()),
    };
    let is_idle = !matches!(dialog.stage, Stage::Loading(_));
    let path = &mut dialog.folder;
    let answer = ui.add_enabled_ui(is_idle, |ui| forms::path_row_ui(ui, &row, path, actions));
    if answer.inner.go {
        actions.push(Action::LoadKaggle(dialog.folder.path()));
    }
}

fn asking_ui(ui: &mut Ui, problem: Option<&str>) {
    if let Some(problem) = problem {
        ui.colored_label(theme::bad(ui.visuals()), problem);
        ui.separator();
    }
    ui.label(
        "Download the data of the competition Digit Recognizer, unpack them, and choose their folder, or drop \
         it on the window. The run trains on train.csv; when it ends, the labels of test.csv are written for \
         you to upload.",
    );
}

/// Draws what was found and the button. True where it was pressed.
fn ready_ui(
    ui: &mut Ui,
    dialog: &mut KaggleDialog,
    is_busy: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let Stage::Ready(entry) = &dialog.stage else {
        return false;
    };
    for (place, line) in entry.told.iter().enumerate() {
        let text = RichText::new(line);
        ui.label(if place == 0 { text.strong() } else { text });
    }
    ui.add_space(theme::GROUP_SPACE);
    ui.horizontal(|ui| {
        let label = ui.label("Recipe");
        ComboBox::from_id_salt("kaggle recipe")
            .selected_text(dialog.preset.label())
            .show_ui(ui, |ui| {
                for preset in Preset::ALL {
                    ui.selectable_value(&mut dialog.preset, preset, preset.label())
                        .on_hover_text(preset.why());
                }
            })
            .response
            .labelled_by(label.id)
            .on_hover_text(dialog.preset.why());
    });
    let label = ui.label("Write the submission to");
    ui.add(TextEdit::singleline(&mut dialog.output).desired_width(f32::INFINITY))
        .labelled_by(label.id);
    ui.separator();
    let text = RichText::new("Train and submit").color(theme::ON_PROMINENT);
    let button = Button::new(text).fill(theme::prominent(ui.visuals()));
    let is_ready = !is_busy && !dialog.output.trim().is_empty();
    let is_pressed = ui
        .add_enabled(is_ready, button)
        .on_hover_text(
            "Trains with this recipe on all training images, and writes the submission when the run ends. \
             Nothing is uploaded.",
        )
        .on_disabled_hover_text("Another run trains: stop it first, or wait for its end.")
        .clicked();
    if is_pressed {
        actions.push(Action::TrainAndSubmit(Box::new(KaggleJob {
            preset: dialog.preset,
            source: entry.source.clone(),
            test: entry.test.clone(),
            output: PathBuf::from(dialog.output.trim()),
        })));
    }
    is_pressed
}
