//! The dialog of exports: the kind of file, how it is made, and where it is written.

mod work;

pub use work::ExportOf;

use crate::app::action::{Action, ExportKind, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::panels::forms::{self, FileInTheWay, PathRow};
use crate::app::theme;
use crate::app::work::Task;
use crate::lab::export::{Format, Scale, WeightsLayout};
use crate::lab::store::Overwrite;
use eframe::egui::{Button, Context, Ui};
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
    path: String,
    native: bool,
    wants_focus: bool,
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
        let file = format!("{}-{}.{}", file_name(name), kind.word(), format.ending());
        Self {
            options: ExportOptions {
                kind,
                format,
                scale: Scale::Two,
                layout: WeightsLayout::Keras,
            },
            of,
            path: folder.join(file).display().to_string(),
            native,
            wants_focus: true,
            stage: Stage::Choosing,
            problem: None,
        }
    }

    /// Takes the path of the file to write.
    pub fn choose_path(&mut self, path: &Path) {
        self.path = path.display().to_string();
        if let Ok(format) = Format::of(path, self.options.kind.formats()) {
            self.options.format = format;
        }
    }

    /// Begins to make and write the file.
    pub fn start(&mut self, of: ExportOf, overwrite: Overwrite, wake: impl Fn() + Send + 'static) {
        let path = PathBuf::from(self.path.trim());
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
                notices.offer(
                    format!("Written: {}", exported.path.display()),
                    "Show in folder",
                    Action::ShowInFolder(exported.path.clone()),
                );
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
pub fn export_ui(ctx: &Context, dialog: &mut Option<ExportDialog>, actions: &mut Vec<Action>) {
    let Some(open) = dialog else { return };
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
        *dialog = None;
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
                    other => other.ending().to_uppercase(),
                };
                ui.radio_value(&mut options.format, format, name);
            }
        });
    }
    if options.format == Format::Png {
        ui.horizontal(|ui| {
            ui.label("Size");
            for (scale, name) in [(Scale::One, "1×"), (Scale::Two, "2×"), (Scale::Three, "3×")] {
                ui.radio_value(&mut options.scale, scale, name);
            }
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
        let path = PathBuf::from(dialog.path.trim()).with_extension(options.format.ending());
        dialog.path = path.display().to_string();
    }
}

fn path_ui(ui: &mut Ui, dialog: &mut ExportDialog, actions: &mut Vec<Action>) {
    let native = [("File…", PathPurpose::SaveExport)];
    let row = PathRow {
        name: "Write to",
        hover: "Its ending says what kind of file it will be",
        id: "export path",
        native: if dialog.native { &native } else { &[] },
        button: "Write",
        ready: Ok(()),
    };
    let (path, focus) = (&mut dialog.path, &mut dialog.wants_focus);
    if forms::path_row_ui(ui, &row, path, focus, actions).go {
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
                dialog.wants_focus = true;
            }
            None => {}
        },
    }
}

/// Draws the menu entries of exports, in the menu Export or on a right click.
pub fn export_entries(ui: &mut Ui, kinds: &[ExportKind], enabled: bool, actions: &mut Vec<Action>) {
    for &kind in kinds {
        let entry = ui
            .add_enabled(enabled, Button::new(format!("{}…", kind.title())))
            .on_hover_text(kind.hover())
            .on_disabled_hover_text("There is no run with an epoch yet");
        if entry.clicked() {
            actions.push(Action::OpenExport(kind));
            ui.close();
        }
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
        assert_eq!(Path::new(&dialog.path), Path::new("out/A1-curves.svg"));
        dialog.choose_path(Path::new("b.csv"));
        assert_eq!(dialog.options.format, Format::Csv);
    }
}
