//! What dialogs for files share: the row of a path, progress with Cancel, and the question before
//! a file is replaced.

use crate::app::action::{Action, PathPurpose};
use crate::app::theme;
use eframe::egui::{
    Align2, Button, Context, Id, Key, Modifiers, ProgressBar, TextEdit, Ui, Window,
};
use std::path::Path;

/// Room that Cancel takes beside a progress bar.
const CANCEL_WIDTH: f32 = 70.0;

/// A path to be typed or chosen, and the button that goes on from there.
pub struct PathRow<'a> {
    /// What stands above it, which names the field.
    pub name: &'a str,
    /// What it is for.
    pub hover: &'a str,
    /// Told apart from other fields.
    pub id: &'static str,
    /// The system's own dialogs, each with its button.
    pub native: &'a [(&'a str, PathPurpose)],
    /// The button.
    pub button: &'a str,
    /// Whether all else is there that it needs; a hover says what isn't.
    pub ready: Result<(), &'a str>,
}

/// What a person did at a path's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathAnswer {
    /// The path was edited.
    pub changed: bool,
    /// The button or Enter was pressed.
    pub go: bool,
}

/// Draws a path's row. `wants_focus` is taken where the field shall have the focus.
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
    // Progress has no event of its own.
    ui.ctx().request_repaint_after(theme::PROGRESS_EVERY);
    ui.horizontal(|ui| {
        let bar = ProgressBar::new(progress.unwrap_or(0.0)).show_percentage();
        ui.add(bar.desired_width(ui.available_width() - CANCEL_WIDTH));
        ui.button("Cancel").clicked()
    })
    .inner
}

/// What shall become of a file that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTheWay {
    /// It is replaced.
    Replace,
    /// It stays, and another name is looked for.
    Stay,
}

/// Asks whether to replace a file.
pub fn in_the_way_ui(ui: &mut Ui, path: &Path) -> Option<InTheWay> {
    ui.label(format!("A file is there already: {}", path.display()));
    ui.horizontal(|ui| {
        if ui.button("Replace it").clicked() {
            return Some(InTheWay::Replace);
        }
        let another = ui.button("Choose another name").clicked();
        another.then_some(InTheWay::Stay)
    })
    .inner
}

/// Draws a dialog of this width; false where it was closed, by its cross or by Esc. It hangs from
/// a fixed place, so that what is clicked stays where it is while the dialog grows.
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
