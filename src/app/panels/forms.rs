//! What dialogs for files have in common: the row of a path, progress with Cancel, and the question
//! before a file is replaced.

use crate::app::action::{Action, PathPurpose};
use crate::app::theme;
use eframe::egui::{
    Align2, Button, Context, Id, Key, Modifiers, ProgressBar, TextEdit, Ui, Window,
};
use std::path::Path;

/// Width that Cancel takes beside a progress bar, in points.
const CANCEL_WIDTH: f32 = 70.0;

/// A path to be typed or chosen, and the button that goes on from there.
pub struct PathRow<'a> {
    /// The text above the field, which is also its accessible name.
    pub name: &'a str,
    /// The hover text: what the path is for.
    pub hover: &'a str,
    /// The field's id, which no other field has.
    pub id: &'static str,
    /// The texts of the buttons that open the system's own dialogs, each with its purpose.
    pub native: &'a [(&'a str, PathPurpose)],
    /// The text of the button that goes on from the path.
    pub button: &'a str,
    /// Whether everything else is there that the button needs; a hover says what is missing.
    pub ready: Result<(), &'a str>,
}

/// What a person did at a path's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathAnswer {
    /// Whether the path was edited.
    pub changed: bool,
    /// Whether the button or Enter was pressed.
    pub go: bool,
}

/// Draws a path's row. Where `wants_focus` is set, the field takes the focus and clears it.
pub fn path_row_ui(
    ui: &mut Ui,
    row: &PathRow<'_>,
    path: &mut String,
    wants_focus: &mut bool,
    actions: &mut Vec<Action>,
) -> PathAnswer {
    let name = ui.label(row.name).on_hover_text(row.hover);
    ui.horizontal(|ui| {
        let buttons = theme::PATH_BUTTON * (1 + row.native.len()) as f32;
        let field = ui
            .add(
                TextEdit::singleline(path)
                    .id(Id::unique(row.id))
                    .desired_width(ui.available_width() - buttons),
            )
            .labelled_by(name.id);
        if std::mem::take(wants_focus) {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        for (text, purpose) in row.native {
            if ui.button(*text).clicked() {
                actions.push(Action::AskNative(*purpose));
            }
        }
        let can = row.ready.is_ok() && !path.trim().is_empty();
        let button = ui.add_enabled(can, Button::new(row.button));
        let button = button.on_disabled_hover_text(row.ready.err().unwrap_or("Type a path first"));
        PathAnswer {
            changed: field.changed(),
            go: can && (button.clicked() || entered),
        }
    })
    .inner
}

/// Draws progress, 0 to 1 or not known yet. True where Cancel was pressed.
pub fn progress_ui(ui: &mut Ui, progress: Option<f32>) -> bool {
    // Progress tells no event, so that the window has to look again.
    ui.ctx().request_repaint_after(theme::PROGRESS_EVERY);
    ui.horizontal(|ui| {
        let bar = ProgressBar::new(progress.unwrap_or(0.0)).show_percentage();
        ui.add(bar.desired_width(ui.available_width() - CANCEL_WIDTH));
        ui.button("Cancel").clicked()
    })
    .inner
}

/// What shall happen to a file that is where another was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileInTheWay {
    /// The file is replaced.
    Replace,
    /// The file stays, and another name is looked for.
    Stay,
}

/// Asks whether to replace a file.
pub fn in_the_way_ui(ui: &mut Ui, path: &Path) -> Option<FileInTheWay> {
    ui.label(format!("A file is there already: {}", path.display()));
    ui.horizontal(|ui| {
        if ui.button("Replace it").clicked() {
            return Some(FileInTheWay::Replace);
        }
        let another = ui.button("Choose another name").clicked();
        another.then_some(FileInTheWay::Stay)
    })
    .inner
}

/// Draws a dialog of this width. False where it was closed, by its cross or by Escape. The upper
/// edge has a fixed place, so that what is clicked stays where it is while the dialog grows.
pub fn dialog_ui(ctx: &Context, title: &str, width: f32, contents: impl FnOnce(&mut Ui)) -> bool {
    let mut stays = true;
    Window::new(title)
        .open(&mut stays)
        .collapsible(false)
        .resizable(false)
        .pivot(Align2::CENTER_TOP)
        .default_pos(theme::dialog_top(ctx))
        .show(ctx, |ui| {
            ui.set_width(width);
            contents(ui);
        });
    let escaped = ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    stays && !escaped
}
