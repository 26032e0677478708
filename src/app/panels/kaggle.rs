//! Kaggle in four clicks: the folder of the competition's files, the recipe, and one button that trains and
//! writes the submission when the run ends.

use crate::app::action::{Action, KaggleJob, PathPurpose};
use crate::app::files::WorkError;
use crate::app::notices::{Level, Notices};
use crate::app::panels::data_dialog;
use crate::app::panels::forms::{self, FileInTheWay, PathField, PathRow};
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::app::work::{Task, TaskControl};
use crate::data::{self, ForNetwork, reading::RunReading};
use crate::experiment::{DataSource, ImageSize, Preset, ReadAs, Settings, TrainSize};
use crate::lab::run::estimate::{self, Measured};
use crate::lab::store::Overwrite;
use crate::lab::submission::KAGGLE_ROWS;
use crate::lab::{format, run};
use eframe::egui::{Button, ComboBox, Context, Key, RichText, TextEdit, Ui};
use std::path::{Path, PathBuf};

/// The files of a competition that were found, and what they hold.
pub struct Entry {
    /// The path as it was typed.
    typed: PathBuf,
    source: DataSource,
    /// The table of the images to predict, or the archive that holds it.
    test: PathBuf,
    told: Vec<String>,
}

/// What is known of the place where the submission is to be written.
enum Output {
    /// Nobody has looked there.
    NotLookedAt,
    /// A thread looks whether a file is there.
    Looking(Task<Option<PathBuf>, WorkError>),
    /// A file is there, and a person is asked whether to replace it.
    InTheWay(PathBuf),
}

/// The dialog of an entry to Kaggle.
pub struct KaggleDialog {
    folder: PathField,
    output: String,
    /// The path that was proposed for the submission. A person's own stays when another folder is read.
    proposed: String,
    preset: Preset,
    stage: Stage,
    /// Whether a file is in the way of the submission, which is asked before a run is trained for it.
    in_the_way: Output,
    /// The submission that was written last.
    written: Option<PathBuf>,
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
            in_the_way: Output::NotLookedAt,
            written: None,
        }
    }

    /// Notes the submission that was written, so that the dialog says so.
    pub fn note_written(&mut self, path: &Path) {
        self.written = Some(path.to_path_buf());
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
        self.in_the_way = Output::NotLookedAt;
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
                self.folder.path_was_found();
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

/// Finds the two tables in an archive, a folder, or that of a file, and reads both.
fn find(path: &Path, settings: Settings, control: &TaskControl) -> Result<Entry, WorkError> {
    let is_archive = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let (train, test) = if is_archive && !path.is_dir() {
        let archive = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        (archive.clone(), archive)
    } else {
        tables(path)?
    };
    let loaded = data_dialog::read(train, ReadAs::Auto, settings, control)?;
    // How pictures would be read matters to no table.
    let size = ImageSize::new(loaded.summary.rows, loaded.summary.columns);
    let network = ForNetwork::new(RunReading::MNIST, size).turned(loaded.source.is_turned());
    let to_predict = data::read_test(&test, &network, &mut |progress| {
        control.heard(progress.done, progress.total)
    })?;
    let mut told = vec![run::data_headline(&loaded.summary)];
    told.push(to_predict_line(to_predict.table.images.count()));
    told.extend(run::data_lines(&loaded.summary));
    Ok(Entry {
        typed: path.to_path_buf(),
        source: loaded.source,
        test,
        told,
    })
}

/// How many images the submission will have, and whether Kaggle takes so many.
fn to_predict_line(images: usize) -> String {
    let count = format::whole(images);
    if images == KAGGLE_ROWS {
        format!("{count} images to predict, as many as Kaggle has")
    } else {
        format!(
            "{count} images to predict: Kaggle has {} and takes a submission for all of them alone",
            format::whole(KAGGLE_ROWS)
        )
    }
}

/// The two tables in a folder, or in that of a file.
fn tables(path: &Path) -> Result<(PathBuf, PathBuf), WorkError> {
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
    Ok((train, test))
}

/// Draws the dialog, where it is open. `is_busy` says whether a run trains, and `measured` how fast one was here.
pub fn kaggle_ui(
    ctx: &Context,
    dialog: &mut Held<KaggleDialog>,
    is_busy: bool,
    measured: Option<&Measured>,
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
            Stage::Ready(_) => done = ready_ui(ui, open, is_busy, measured, actions),
        }
        if let Some(path) = &open.written {
            ui.separator();
            let text = format!("Submission written: {}", path.display());
            ui.colored_label(theme::good(ui.visuals()), text);
        }
    });
    if done || !stays {
        dialog.close();
    }
}

fn folder_ui(ui: &mut Ui, dialog: &mut KaggleDialog, actions: &mut Vec<Action>) {
    let row = PathRow {
        name: "Kaggle's .zip, or the folder with train.csv and test.csv",
        hover: "It can be dropped on the window, too",
        id: "kaggle folder",
        native: &[
            ("File…", PathPurpose::OpenKaggle),
            ("Folder…", PathPurpose::OpenKaggleFolder),
        ],
        button: "Load",
        ready: Ok(()),
        is_default: !matches!(dialog.stage, Stage::Ready(_)),
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
        "Download the data of the competition Digit Recognizer, and type the path of the .zip, or drop it on \
         the window; a folder with its files will do, too. The run trains on train.csv; when it ends, the \
         labels of test.csv are written for you to upload.",
    );
}

/// Draws what was found and the button. True where it was pressed.
fn ready_ui(
    ui: &mut Ui,
    dialog: &mut KaggleDialog,
    is_busy: bool,
    measured: Option<&Measured>,
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
                for preset in recipes() {
                    ui.selectable_value(&mut dialog.preset, preset, preset.label())
                        .on_hover_text(preset.why());
                }
            })
            .response
            .labelled_by(label.id)
            .on_hover_text(dialog.preset.why());
    });
    if let Some(cost) = cost(dialog.preset, &entry.source, measured) {
        ui.label(cost);
    }
    let label = ui.label("Write the submission to");
    let field = TextEdit::singleline(&mut dialog.output).desired_width(f32::INFINITY);
    let field = ui.add(field).labelled_by(label.id);
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if field.changed() {
        dialog.in_the_way = Output::NotLookedAt;
    }
    ui.separator();
    let job = |overwrite: Overwrite| KaggleJob {
        preset: dialog.preset,
        source: entry.source.clone(),
        test: entry.test.clone(),
        output: PathBuf::from(dialog.output.trim()),
        overwrite,
    };
    let (answer, stays) = match &dialog.in_the_way {
        Output::NotLookedAt => (None, true),
        Output::Looking(task) => match task.take() {
            None => (None, true),
            Some(Ok(Some(path))) => {
                dialog.in_the_way = Output::InTheWay(path);
                return false;
            }
            // What can't be looked at is told when it is written.
            Some(Ok(None) | Err(_)) => (Some(Overwrite::Refuse), false),
        },
        Output::InTheWay(path) => match forms::in_the_way_ui(ui, path) {
            None => return false,
            Some(FileInTheWay::Replace) => (Some(Overwrite::Replace), false),
            Some(FileInTheWay::Stay) => (None, false),
        },
    };
    if let Some(overwrite) = answer {
        actions.push(Action::TrainAndSubmit(Box::new(job(overwrite))));
    }
    if !stays {
        dialog.in_the_way = Output::NotLookedAt;
        return answer.is_some();
    }
    let text = RichText::new("Train and submit").color(theme::ON_PROMINENT);
    let button = Button::new(text).fill(theme::prominent(ui.visuals()));
    let is_looking = matches!(dialog.in_the_way, Output::Looking(_));
    let is_ready = !is_busy && !is_looking && !dialog.output.trim().is_empty();
    let is_pressed = ui
        .add_enabled(is_ready, button)
        .on_hover_text(
            "Trains with this recipe on all training images, and writes the submission when the run ends. \
             Nothing is uploaded.",
        )
        .on_disabled_hover_text("Another run trains: stop it first, or wait for its end.")
        .clicked();
    if is_pressed || is_ready && (entered || forms::takes_enter(ui)) {
        let (path, ctx) = (PathBuf::from(dialog.output.trim()), ui.ctx().clone());
        let task = Task::start(
            "submission",
            move || ctx.request_repaint(),
            move |_| Ok(path.exists().then_some(path)),
        );
        match task {
            Ok(task) => dialog.in_the_way = Output::Looking(task),
            // Without a thread to look, the file is asked about when the submission is written.
            Err(_) => {
                actions.push(Action::TrainAndSubmit(Box::new(job(Overwrite::Refuse))));
                return true;
            }
        }
    }
    false
}

/// The presets that may bring a good score: those that train on all images, with the labels that they have.
fn recipes() -> impl Iterator<Item = Preset> {
    Preset::ALL.into_iter().filter(|preset| {
        let data = preset.settings().data;
        matches!(data.train_size, TrainSize::All(_)) && data.label_noise == 0.0
    })
}

/// What training with a preset will take.
fn cost(preset: Preset, source: &DataSource, measured: Option<&Measured>) -> Option<String> {
    let mut settings = preset.settings();
    settings.take_data(source.clone());
    let seconds = estimate::estimate(&settings, measured)?.seconds_per_epoch;
    let epochs = settings.training.epochs;
    let about = match measured {
        Some(_) => "about",
        None => "maybe",
    };
    Some(format!(
        "{} epochs, {about} {} in all on this machine",
        format::whole(epochs),
        format::duration(seconds * epochs as f64)
    ))
}
