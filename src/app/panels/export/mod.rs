//! Exports: what, as what kind of file, and where to.

mod work;

pub use work::{ExportOf, Exported};

use crate::app::action::{Action, PathPurpose};
use crate::app::notices::{Level, Notices};
use crate::app::panels::forms::{self, InTheWay, PathRow};
use crate::app::panels::submission::Problem;
use crate::app::tasks::Task;
use crate::app::theme;
use crate::lab::export::{Format, Scale, WeightsLayout};
use crate::lab::store::Overwrite;
use eframe::egui::{Button, Context, Ui};
use std::path::{Path, PathBuf};

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The curves of the runs shown.
    Curves,
    /// The layer table of the chosen run.
    Table,
    /// Its confusion matrix.
    Matrix,
    /// Its weights.
    Weights,
}

impl ExportKind {
    /// Everything, in the menu's order.
    pub const ALL: [Self; 4] = [Self::Curves, Self::Table, Self::Matrix, Self::Weights];

    /// What comes out of it.
    pub fn hover(self) -> &'static str {
        match self {
            Self::Curves => {
                "The curves of the runs shown, as a drawing for a paper (SVG, PNG) or as one tidy table (CSV)"
            }
            Self::Table => "The chosen run's network layer by layer, as text or CSV",
            Self::Matrix => {
                "Which classes the chosen run takes for which, as a picture (PNG, SVG) or a table (CSV)"
            }
            Self::Weights => {
                "The chosen run's weights as safetensors, for this program, Keras or PyTorch"
            }
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Curves => "Export curves",
            Self::Table => "Export layer table",
            Self::Matrix => "Export confusion matrix",
            Self::Weights => "Export weights",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Curves => "curves",
            Self::Table => "layers",
            Self::Matrix => "confusion",
            Self::Weights => "weights",
        }
    }

    fn formats(self) -> &'static [Format] {
        match self {
            Self::Curves => Format::CURVES,
            Self::Table => Format::TABLE,
            Self::Matrix => Format::MATRIX,
            Self::Weights => Format::WEIGHTS,
        }
    }
}

/// What a person chose of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// What.
    pub kind: ExportKind,
    /// As what kind of file.
    pub format: Format,
    /// Pixels of a PNG for each unit of its drawing.
    pub scale: Scale,
    /// How the weights lie.
    pub layout: WeightsLayout,
}

/// The dialog.
pub struct ExportDialog {
    options: ExportOptions,
    /// Of which runs, in words.
    of: String,
    path: String,
    native: bool,
    wants_focus: bool,
    stage: Stage,
    problem: Option<String>,
}

enum Stage {
    Choosing,
    Working(Task<Exported, Problem>),
    /// Asks whether to replace the file that is there.
    Asking(PathBuf),
}

impl ExportDialog {
    /// A dialog for an export of runs, named in words, into a folder at first. `name` begins the
    /// file's name. `native`: the system has dialogs of its own.
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

    /// What was chosen.
    pub fn options(&self) -> ExportOptions {
        self.options
    }

    /// Takes the path of the file to write.
    pub fn choose_path(&mut self, path: &Path) {
        self.path = path.display().to_string();
        if let Ok(format) = Format::of(path, self.options.kind.formats()) {
            self.options.format = format;
        }
    }

    /// Begins to make and write it.
    pub fn start(&mut self, of: ExportOf, overwrite: Overwrite, wake: impl Fn() + Send + 'static) {
        let path = PathBuf::from(self.path.trim());
        self.problem = None;
        // The name that was typed says what kind of file is meant.
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

    /// Whether its thread makes and writes a file.
    pub fn is_writing(&self) -> bool {
        matches!(self.stage, Stage::Working(_))
    }

    /// Takes in what its thread did: the file, once it is written.
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
            Err(Problem {
                exists: Some(path), ..
            }) => self.stage = Stage::Asking(path),
            Err(problem) => {
                notices.push_quiet(Level::Error, problem.message.clone());
                self.problem = Some(problem.message);
                self.stage = Stage::Choosing;
            }
        }
        None
    }
}

/// A name of which a file can be made anywhere.
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
            Some(InTheWay::Replace) => actions.push(Action::Export(Overwrite::Replace)),
            Some(InTheWay::Stay) => {
                dialog.stage = Stage::Choosing;
                dialog.wants_focus = true;
            }
            None => {}
        },
    }
}

/// The entries of the exports, in the menu of that name or on right click.
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
        assert_eq!(dialog.options().format, Format::Csv);
    }
}
