//! The dialog of exports: the kind of file, how it is made, and where it is written.

mod entries;
mod work;

pub use entries::{Exportable, export_entries, sweep_entry};
pub use work::{ExportOf, ExportedGroup, NamedMatrix};

use crate::app::action::{Action, ExportKind, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::panels::forms::{self, FileInTheWay, PathField, PathRow};
use crate::app::theme;
use crate::app::work::Task;
use crate::lab::export::{Format, Scale, WeightsLayout};
use crate::lab::store::Overwrite;
use eframe::egui::{Context, Ui};
use std::path::{Path, PathBuf};
use work::{ExportFailure, Exported};

/// What a person chose for an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// What is exported.
    pub kind: ExportKind,
    /// The kind of file.
    pub format: Format,
    /// Pixels of a PNG for each unit of its drawing.
    pub scale: Scale,
    /// How the tensors of weights are ordered and named.
    pub layout: WeightsLayout,
}

/// The dialog of an export.
pub struct ExportDialog {
    options: ExportOptions,
    /// Which runs are exported, in words.
    of: String,
    /// The name of the run, of which the name of the file is made.
    run: String,
    path: PathField,
    stage: Stage,
    problem: Option<String>,
}

enum Stage {
    /// Waits for a person's choices.
    Choosing,
    /// Makes and writes the file.
    Working(Task<Exported, ExportFailure>),
    /// Asks whether to replace the file that is there.
    Asking(PathBuf),
}

impl ExportDialog {
    /// A dialog for an export. `of` says in words which runs are exported; `name` and `folder` make
    /// the path that is proposed; `native` says whether the system has dialogs of its own.
    pub fn new(kind: ExportKind, of: String, name: &str, folder: &Path, native: bool) -> Self {
        let format = kind.formats()[0];
        let path = proposed(folder, name, kind, format);
        Self {
            options: ExportOptions {
                kind,
                format,
                scale: Scale::Two,
                layout: WeightsLayout::Keras,
            },
            of,
            run: name.into(),
            path: PathField::new(path.display().to_string(), native).focused(),
            stage: Stage::Choosing,
            problem: None,
        }
    }

    /// Comes back after it was closed, for a run of this name: with the choices that were made, and with the
    /// path that was typed where the run is the same.
    fn come_back(&mut self, of: String, name: &str) {
        if self.is_writing() {
            return;
        }
        self.of = of;
        if self.run != name {
            let before = self.path.path();
            let folder = before.parent().unwrap_or(Path::new(""));
            let ExportOptions { kind, format, .. } = self.options;
            self.path.set(&proposed(folder, name, kind, format));
            self.run = name.into();
            self.problem = None;
        }
        self.stage = Stage::Choosing;
        self.path.select();
    }

    /// Takes the path of the file to write.
    pub fn choose_path(&mut self, path: &Path) {
        self.path.set(path);
        if let Ok(format) = Format::of(path, self.options.kind.formats()) {
            self.options.format = format;
        }
    }

    /// Begins to make and write the file.
    pub fn start(&mut self, of: ExportOf, overwrite: Overwrite, wake: impl Fn() + Send + 'static) {
        let path = self.path.path();
        self.problem = None;
        // The ending of the name that was typed says which kind of file is meant.
        match Format::of(&path, self.options.kind.formats()) {
            Ok(format) => self.options.format = format,
            Err(err) => {
                self.stage = Stage::Choosing;
                self.problem = Some(err.to_string());
                return;
            }
        }
        match work::start(self.options, of, path, overwrite, wake) {
            Ok(task) => self.stage = Stage::Working(task),
            Err(err) => self.problem = Some(format!("can't start the thread for it: {err}")),
        }
    }

    /// Whether a thread makes and writes the file.
    pub fn is_writing(&self) -> bool {
        matches!(self.stage, Stage::Working(_))
    }

    /// Takes in what the thread did. Gives the file, once it is written.
    pub fn poll(&mut self, notices: &mut Notices) -> Option<PathBuf> {
        let Stage::Working(task) = &self.stage else {
            return None;
        };
        match task.take()? {
            Ok(exported) => {
                notices.tell_written(&exported.path);
                self.stage = Stage::Choosing;
                return Some(exported.path);
            }
            Err(err) => match err.file_in_the_way() {
                Some(path) => self.stage = Stage::Asking(path.to_path_buf()),
                None => {
                    notices.push_quiet(Level::Error, err.to_string());
                    self.problem = Some(err.to_string());
                    self.stage = Stage::Choosing;
                }
            },
        }
        None
    }
}

/// The dialogs of exports: one for each kind, which comes back as it was.
#[derive(Default)]
pub struct ExportDialogs {
    dialogs: Vec<ExportDialog>,
    /// The kind whose dialog is open.
    open: Option<ExportKind>,
}

impl ExportDialogs {
    /// Opens the dialog of a kind, as [`ExportDialog::new`] makes it where there was none.
    pub fn open(&mut self, kind: ExportKind, of: String, name: &str, folder: &Path, native: bool) {
        self.open = Some(kind);
        match self.shown() {
            Some(dialog) => dialog.come_back(of, name),
            None => {
                let dialog = ExportDialog::new(kind, of, name, folder, native);
                self.dialogs.push(dialog);
            }
        }
    }

    /// Whether a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The dialog that is open.
    pub fn shown(&mut self) -> Option<&mut ExportDialog> {
        let kind = self.open?;
        let mut dialogs = self.dialogs.iter_mut();
        dialogs.find(|dialog| dialog.options.kind == kind)
    }

    /// Notes that the system has no dialog to show.
    pub fn dialog_is_missing(&mut self) {
        if let Some(dialog) = self.shown() {
            dialog.path.dialog_is_missing();
        }
    }

    /// Whether a thread makes and writes a file.
    pub fn is_writing(&self) -> bool {
        self.dialogs.iter().any(ExportDialog::is_writing)
    }

    /// Takes in what the threads did, and closes the dialog whose file is written. Gives that file.
    pub fn poll(&mut self, notices: &mut Notices) -> Option<PathBuf> {
        for dialog in &mut self.dialogs {
            if let Some(path) = dialog.poll(notices) {
                if self.open == Some(dialog.options.kind) {
                    self.open = None;
                }
                return Some(path);
            }
        }
        None
    }
}

/// The path that is proposed for an export of a run of this name.
fn proposed(folder: &Path, name: &str, kind: ExportKind, format: Format) -> PathBuf {
    let (name, ending) = (file_name(name), format.ending());
    folder.join(format!("{name}-{}.{ending}", kind.word()))
}

/// A run's name as a file name that every system takes.
fn file_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || "-_ .".contains(c) {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().take(60).map(safe).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() {
        "run".into()
    } else {
        name.into()
    }
}

/// Draws the dialog, where it is open.
pub fn export_ui(ctx: &Context, dialogs: &mut ExportDialogs, actions: &mut Vec<Action>) {
    let Some(open) = dialogs.shown() else { return };
    let title = open.options.kind.title();
    let stays = forms::dialog_ui(ctx, title, theme::DIALOG_WIDTH, |ui| {
        ui.label(&open.of);
        let idle = matches!(open.stage, Stage::Choosing);
        ui.add_enabled_ui(idle, |ui| {
            options_ui(ui, open);
            path_ui(ui, open, actions);
        });
        if let Some(problem) = &open.problem {
            ui.colored_label(theme::bad(ui.visuals()), problem);
        }
        stage_ui(ui, open, actions);
    });
    if !stays {
        dialogs.open = None;
    }
}

fn options_ui(ui: &mut Ui, dialog: &mut ExportDialog) {
    let options = &mut dialog.options;
    let before = options.format;
    if options.kind.formats().len() > 1 {
        ui.horizontal(|ui| {
            ui.label("Format");
            for &format in options.kind.formats() {
                let name = match format {
                    Format::Text => "Text".to_owned(),
                    Format::Latex => "LaTeX".to_owned(),
                    other => other.ending().to_uppercase(),
                };
                ui.radio_value(&mut options.format, format, name);
            }
        });
    }
    if options.kind.formats().contains(&Format::Png) {
        // The choice stands there for other formats too, so that nothing below moves under the pointer.
        ui.add_enabled_ui(options.format == Format::Png, |ui| {
            ui.horizontal(|ui| {
                ui.label("Size of a PNG");
                for (scale, name) in [(Scale::One, "1×"), (Scale::Two, "2×"), (Scale::Three, "3×")]
                {
                    ui.radio_value(&mut options.scale, scale, name);
                }
            });
        });
    }
    if options.kind == ExportKind::Weights {
        ui.label("How the tensors lie");
        for (layout, name, hover) in [
            (
                WeightsLayout::Keras,
                "Keras: kernels [row, column, in, out]",
                "Flatten is row, column, channel, as here",
            ),
            (
                WeightsLayout::PyTorch,
                "PyTorch: convolutions [out, in, row, column], dense [out, in]",
                "The first dense layer's inputs are put into PyTorch's flatten order: channel, row, column",
            ),
            (
                WeightsLayout::Burn,
                "As they are kept",
                "Convolutions [out, in, row, column], dense [in, out]",
            ),
        ] {
            ui.radio_value(&mut options.layout, layout, name)
                .on_hover_text(hover);
        }
    }
    if options.format != before {
        let path = dialog.path.path();
        dialog
            .path
            .set(&path.with_extension(options.format.ending()));
    }
}

fn path_ui(ui: &mut Ui, dialog: &mut ExportDialog, actions: &mut Vec<Action>) {
    let native = [("File…", PathPurpose::SaveExport)];
    let row = PathRow {
        name: "Write to",
        hover: "Its ending says what kind of file it will be",
        id: "export path",
        native: &native,
        button: "Write",
        ready: Ok(()),
        is_default: true,
    };
    if forms::path_row_ui(ui, &row, &mut dialog.path, actions).go {
        actions.push(Action::Export(Overwrite::Refuse));
    }
}

fn stage_ui(ui: &mut Ui, dialog: &mut ExportDialog, actions: &mut Vec<Action>) {
    match &dialog.stage {
        Stage::Choosing => {}
        Stage::Working(task) => {
            if forms::progress_ui(ui, task.progress()) {
                task.cancel();
            }
        }
        Stage::Asking(path) => match forms::in_the_way_ui(ui, path) {
            Some(FileInTheWay::Replace) => actions.push(Action::Export(Overwrite::Replace)),
            Some(FileInTheWay::Stay) => {
                dialog.stage = Stage::Choosing;
                dialog.path.focus();
            }
            None => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runs_name_becomes_a_files() {
        assert_eq!(file_name("A12"), "A12");
        assert_eq!(file_name("../a/b: c?"), "-a-b- c-");
        assert_eq!(file_name("..."), "run");
        assert_eq!(file_name(&"x".repeat(300)).len(), 60);
    }

    #[test]
    fn the_path_follows_the_format_and_the_format_the_path() {
        let mut dialog = ExportDialog::new(
            ExportKind::Curves,
            String::new(),
            "A1",
            Path::new("out"),
            false,
        );
        assert_eq!(dialog.path.path(), Path::new("out/A1-curves.svg"));
        dialog.choose_path(Path::new("b.csv"));
        assert_eq!(dialog.options.format, Format::Csv);
    }

    #[test]
    fn each_kind_comes_back_with_its_choices_and_another_run_with_its_own_name() {
        let mut dialogs = ExportDialogs::default();
        let open = |dialogs: &mut ExportDialogs, kind, name| {
            dialogs.open(kind, String::new(), name, Path::new("out"), false);
        };
        open(&mut dialogs, ExportKind::Curves, "A1");
        let typed = Path::new("mine/figure.png");
        dialogs.shown().unwrap().choose_path(typed);
        open(&mut dialogs, ExportKind::Matrix, "A1");
        let matrix = dialogs.shown().unwrap().path.path();
        assert_eq!(matrix, Path::new("out/A1-confusion.png"));
        open(&mut dialogs, ExportKind::Curves, "A1");
        assert_eq!(dialogs.shown().unwrap().path.path(), typed);
        open(&mut dialogs, ExportKind::Curves, "A2");
        let curves = dialogs.shown().unwrap();
        assert_eq!(curves.path.path(), Path::new("mine/A2-curves.png"));
        assert_eq!(curves.options.format, Format::Png);
    }
}
