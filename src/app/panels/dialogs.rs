//! The small windows that open over the window: the path field, the list of keys, the log, and what
//! the program is.

use super::forms::{self, FileInTheWay, PathField};
use super::words::words_ui;
use crate::app::action::{Action, PathPurpose};
use crate::app::commands::UserCommand;
use crate::app::notices::Notices;
use crate::app::theme;
use eframe::egui::{Align2, Context, Grid, Id, Key, Modal, RichText, ScrollArea, Ui, Window};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a system's dialog may take before the path field says that it is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Which of these windows are open.
#[derive(Default)]
pub struct Dialogs {
    path: Option<PathDialog>,
    /// What was typed for each purpose, in this window.
    typed: Vec<(PathPurpose, String)>,
    /// Whether the list of keys is open.
    pub keys: bool,
    /// Whether the log is open.
    pub log: bool,
    /// Whether the list of what words mean is open.
    pub words: bool,
    /// Whether the window is open that says what the program is.
    pub about: bool,
}

struct PathDialog {
    purpose: PathPurpose,
    field: PathField,
    /// When the system's own dialog was opened, as long as it hasn't answered.
    native_since: Option<Instant>,
    problem: Option<String>,
    /// A file that would be replaced.
    in_the_way: Option<PathBuf>,
}

impl Dialogs {
    /// Whether any of these windows is open.
    pub fn is_open(&self) -> bool {
        self.path.is_some() || self.keys || self.words || self.log || self.about
    }

    /// Asks for a path, beside the system's dialog where there is one.
    pub fn ask_path(&mut self, purpose: PathPurpose, native: bool) {
        let before = self.typed.iter().find(|(of, _)| *of == purpose);
        let text = match (before, purpose) {
            (Some((_, text)), _) => text.as_str(),
            (None, PathPurpose::SaveExperiment) => "experiment.json",
            (None, _) => "",
        };
        self.path = Some(PathDialog {
            purpose,
            field: PathField::new(text, native).focused(),
            native_since: native.then(Instant::now),
            problem: None,
            in_the_way: None,
        });
    }

    /// Asks whether to replace the file that is where one was to be written.
    pub fn in_the_way(&mut self, file: PathBuf) {
        if let Some(path) = &mut self.path {
            path.in_the_way = Some(file);
        }
    }

    /// Whether a path for this purpose is still asked for.
    pub fn waits_for(&self, purpose: PathPurpose) -> bool {
        self.path
            .as_ref()
            .is_some_and(|path| path.purpose == purpose)
    }

    /// Closes the path field, and keeps what was typed for the next time.
    pub fn close_path(&mut self) {
        if let Some(path) = self.path.take() {
            self.typed.retain(|(purpose, _)| *purpose != path.purpose);
            let text = path.field.text().to_owned();
            self.typed.push((path.purpose, text));
        }
    }

    /// Notes that the system shows no dialog, so that the path must be typed.
    pub fn dialog_is_missing(&mut self) {
        if let Some(path) = &mut self.path {
            path.native_since = None;
            path.field.dialog_is_missing();
        }
    }

    /// Says at the path field why the work with the path failed. False where no field is open.
    pub fn failed(&mut self, message: &str) -> bool {
        if let Some(path) = &mut self.path {
            path.problem = Some(message.into());
            path.field.focus();
        }
        self.path.is_some()
    }
}

/// Draws the windows that are open.
pub fn dialogs_ui(
    ctx: &Context,
    dialogs: &mut Dialogs,
    notices: &Notices,
    actions: &mut Vec<Action>,
) {
    path_ui(ctx, dialogs, actions);
    let is_open = dialogs.keys || dialogs.words || dialogs.about || dialogs.log;
    // What isn't for these windows is left for others.
    if is_open
        && ctx.input_mut(|input| input.consume_key(eframe::egui::Modifiers::NONE, Key::Escape))
    {
        dialogs.keys = false;
        dialogs.words = false;
        dialogs.about = false;
        dialogs.log = false;
    }
    let centre = ctx.content_rect().center();
    let window = |title| {
        Window::new(title)
            .collapsible(false)
            .pivot(Align2::CENTER_CENTER)
            .default_pos(centre)
    };
    // Without a height of its own a window is so low that a list seems to end where it is cut.
    let list_height = ctx.content_rect().height();
    window("Keys")
        .open(&mut dialogs.keys)
        .resizable(false)
        .default_height(list_height)
        .show(ctx, |ui| list_ui(ui, 2.0 * theme::KEYS_WIDTH, keys_ui));
    window("What the words mean")
        .open(&mut dialogs.words)
        .resizable(false)
        .default_height(list_height)
        .show(ctx, |ui| list_ui(ui, theme::WORDS_WIDTH, words_ui));
    window("Log")
        .open(&mut dialogs.log)
        .default_width(theme::DIALOG_WIDTH)
        .show(ctx, |ui| {
            ScrollArea::vertical().show(ui, |ui| notices.log_ui(ui));
        });
    window("About Overfit Lab")
        .open(&mut dialogs.about)
        .resizable(false)
        .default_width(theme::DIALOG_WIDTH)
        .show(ctx, about_ui);
}

/// Draws a list of this width in a window that is no larger than the whole one.
fn list_ui(ui: &mut Ui, width: f32, list: impl FnOnce(&mut Ui)) {
    let window = ui.ctx().content_rect().size();
    let height = window.y - theme::AROUND_DIALOG - theme::WINDOW_TITLE_HEIGHT;
    let width = (width + theme::AROUND_DIALOG).min(window.x);
    forms::scrolled_ui(ui, [width, height], list);
}

fn path_ui(ctx: &Context, dialogs: &mut Dialogs, actions: &mut Vec<Action>) {
    let Some(path) = &mut dialogs.path else {
        return;
    };
    let (title, button) = match path.purpose {
        PathPurpose::OpenExperiment => ("Open experiment", "Open"),
        PathPurpose::SaveExperiment => ("Save experiment", "Save"),
        PathPurpose::OpenCurves => ("Open curves", "Open"),
        PathPurpose::OpenSweep => ("Open sweep", "Open"),
        PathPurpose::OpenData | PathPurpose::OpenDataFolder => ("Open data", "Open"),
        PathPurpose::SaveExport => ("Export", "Export"),
        PathPurpose::SaveReport => ("Report", "Write"),
        PathPurpose::OpenKaggle | PathPurpose::OpenKaggleFolder => {
            ("Open the competition's data", "Open")
        }
        PathPurpose::OpenTest | PathPurpose::OpenTestFolder => ("Open images to predict", "Open"),
        PathPurpose::SaveSubmission => ("Write submission", "Write"),
        PathPurpose::OpenPicture => ("Open picture", "Open"),
    };
    let mut close = false;
    forms::look_for_focus(ctx);
    let modal = Modal::new(Id::unique("path")).show(ctx, |ui| {
        ui.set_width(theme::DIALOG_WIDTH);
        ui.heading(title);
        if let Some(file) = &path.in_the_way {
            match forms::in_the_way_ui(ui, file) {
                Some(FileInTheWay::Replace) => {
                    actions.push(Action::ReplaceExperiment(file.clone()));
                    path.in_the_way = None;
                }
                Some(FileInTheWay::Stay) => {
                    path.in_the_way = None;
                    path.field.focus();
                }
                None => {}
            }
            return;
        }
        if let Some(since) = path.native_since {
            let waited = since.elapsed();
            if waited > PATIENCE {
                ui.label("Waiting for the system's file dialog. Or type the path here:");
            } else {
                ui.label("Choose in the system's file dialog, or type the path here:");
                ctx.request_repaint_after(PATIENCE - waited);
            }
        } else {
            ui.label(match path.purpose {
                PathPurpose::SaveExperiment => "Type the path of the file to write:",
                _ => "Type a path, or drop a file on the window:",
            });
        }
        path.field.missing_ui(ui);
        let name = ui.label("Path");
        let field = path.field.ui(ui, "path field", f32::INFINITY, name.id);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(problem) = &path.problem {
            ui.colored_label(theme::bad(ui.visuals()), problem);
        }
        ui.horizontal(|ui| {
            let is_typed = !path.field.is_empty();
            let go = ui.add_enabled(is_typed, eframe::egui::Button::new(button));
            if is_typed && (go.clicked() || entered || forms::takes_enter(ui)) {
                path.problem = None;
                actions.push(Action::PathChosen(path.purpose, path.field.path()));
            }
            close = ui.button("Cancel").clicked();
        });
    });
    if close || modal.should_close() {
        dialogs.close_path();
    }
}

/// Draws the keys, grouped by what they are for.
fn keys_ui(ui: &mut Ui) {
    let commands = UserCommand::ALL.into_iter().filter_map(|command| {
        let keys = ui.ctx().format_shortcut(&command.shortcut()?);
        Some((keys, command.text().to_owned()))
    });
    let commands: Vec<(String, String)> = commands.collect();
    keys_of(ui, "Everywhere", &commands);
    for (title, keys) in KEYS {
        let keys = keys
            .iter()
            .map(|(keys, what)| ((*keys).to_owned(), (*what).to_owned()));
        keys_of(ui, title, &keys.collect::<Vec<_>>());
    }
}

/// What the pointer and the keys do in the parts of the window.
const KEYS: [(&str, &[(&str, &str)]); 4] = [
    (
        "In a window or a panel",
        &[
            ("Esc", "Close what is open"),
            ("Tab, Shift+Tab", "Go from control to control"),
        ],
    ),
    (
        "On the curves and the rail under them",
        &[
            ("Drag in a plot", "Zoom into the box"),
            ("Double click in a plot", "Back to the whole view"),
            ("Ctrl+wheel in a plot", "Zoom"),
            ("Click on a line", "Choose its run"),
            ("Right click in a plot", "Batches as seen, and export"),
            ("Left and right arrow", "Go from epoch to epoch"),
        ],
    ),
    (
        "On a run's row",
        &[("F2", "Rename the run"), ("Del", "Delete the run")],
    ),
    (
        "On the canvas",
        &[
            ("Right drag", "Erase"),
            ("Backspace", "Undo the last stroke"),
            ("Del", "Clear the canvas"),
            ("A class's digit or letter", "What to keep the drawing as"),
            ("Enter", "Keep the drawing"),
        ],
    ),
];

fn keys_of(ui: &mut Ui, title: &str, keys: &[(String, String)]) {
    ui.strong(title);
    Grid::new(title)
        .num_columns(2)
        .striped(true)
        .min_col_width(theme::KEYS_WIDTH)
        .show(ui, |ui| {
            for (keys, what) in keys {
                ui.monospace(keys);
                ui.label(what);
                ui.end_row();
            }
        });
    ui.add_space(theme::GROUP_SPACE);
}

fn about_ui(ui: &mut Ui) {
    ui.label(RichText::new(concat!("Overfit Lab ", env!("CARGO_PKG_VERSION"))).strong());
    ui.label("See a network overfit, and stop it.");
    ui.add_space(theme::GROUP_SPACE);
    ui.label("Licence: MIT or Apache-2.0, at your choice.");
    ui.label(
        "MNIST by Yann LeCun and Corinna Cortes, under the Creative Commons licence BY-SA 3.0, is part of the program.",
    );
    ui.label("Built with egui, egui_plot and burn. Nothing is sent anywhere.");
}
