//! What dialogs for files have in common: the row of a path, progress with Cancel, and the question
//! before a file is replaced.

use crate::app::action::{Action, PathPurpose};
use crate::app::theme;
use crate::data::MOST_COPIES;
use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::text::CCursorRange;
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{
    Align, Align2, Button, Context, DragValue, Event, Id, Key, Layout, Modifiers, Popup,
    PopupCloseBehavior, ProgressBar, Response, ScrollArea, TextEdit, Ui, Window,
};
use std::path::{Path, PathBuf};

/// Width that Cancel takes beside a progress bar, in points.
const CANCEL_WIDTH: f32 = 70.0;

/// Whether the system's own file dialogs are used beside a path field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemDialogs {
    /// This window uses no system dialogs.
    Unused,
    /// Buttons open them.
    Offered,
    /// A button was pressed, and the system had none to show.
    Missing,
}

/// Whether a path field takes the focus in the next frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    /// The focus stays where it is.
    #[default]
    Stays,
    /// The field takes it, with the cursor in the text.
    Taken,
    /// The field takes it with all of its text selected, so that typing replaces the text.
    Selecting,
}

/// A path that a person types or chooses.
#[derive(Clone, Debug)]
pub struct PathField {
    text: String,
    focus: Focus,
    dialogs: SystemDialogs,
}

impl PathField {
    /// A field with a text in it. `native` says whether the system's own dialogs are used.
    pub fn new(text: impl Into<String>, native: bool) -> Self {
        Self {
            text: text.into(),
            focus: Focus::Stays,
            dialogs: if native {
                SystemDialogs::Offered
            } else {
                SystemDialogs::Unused
            },
        }
    }

    /// The same, and it takes the focus.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.select();
        self
    }

    /// What stands in the field.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The path, without the space around it.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(self.text.trim())
    }

    /// Whether there is nothing in the field.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Puts a path in place of what was typed.
    pub fn set(&mut self, path: &Path) {
        self.text = path.display().to_string();
    }

    /// Has the field take the focus, with the cursor in the text.
    pub fn focus(&mut self) {
        self.focus = Focus::Taken;
    }

    /// Has the field take the focus with its text selected, so that typing replaces the text.
    pub fn select(&mut self) {
        self.focus = Focus::Selecting;
    }

    /// Notes that the system has no dialog to show, so that the path must be typed.
    pub fn dialog_is_missing(&mut self) {
        self.dialogs = SystemDialogs::Missing;
        self.focus();
    }

    /// Notes that the path was found, so that nothing is missing.
    pub fn path_was_found(&mut self) {
        if self.dialogs == SystemDialogs::Missing {
            self.dialogs = SystemDialogs::Offered;
        }
    }

    /// Draws the field, which has this id and no other.
    pub fn ui(&mut self, ui: &mut Ui, id: &'static str, width: f32, name: Id) -> Response {
        let id = Id::unique(id);
        let field = TextEdit::singleline(&mut self.text)
            .id(id)
            .desired_width(width);
        let field = ui.add(field).labelled_by(name);
        match std::mem::take(&mut self.focus) {
            Focus::Stays => {}
            Focus::Taken => field.request_focus(),
            Focus::Selecting => {
                field.request_focus();
                let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
                let everything = CCursorRange::select_all_str(&self.text);
                state.cursor.set_char_range(Some(everything));
                state.store(ui.ctx(), id);
            }
        }
        field
    }

    /// Says that the system has no dialog to show, where that was found out.
    pub fn missing_ui(&self, ui: &mut Ui) {
        if self.dialogs == SystemDialogs::Missing {
            ui.colored_label(theme::caution(ui.visuals()), NO_DIALOG);
        }
    }
}

/// What is said where the system has no file dialog.
pub const NO_DIALOG: &str = "This system has no file dialog to show. Type the path here, or drop the file or \
                             folder on the window.";

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
    /// Whether Enter presses the button, where no control has the focus that takes the key for itself.
    pub is_default: bool,
}

/// Whether Enter was pressed for the dialog as a whole, and not for a control that has the focus. The key is then
/// taken, so that a dialog does one thing.
pub fn takes_enter(ui: &Ui) -> bool {
    let is_free = ui.data(|data| data.get_temp(enter_is_free())) == Some(true);
    let takes = is_free && ui.is_enabled() && !Popup::is_any_open(ui.ctx());
    takes
        && ui.input_mut(|input| {
            // A key that is held down since it was pressed in a field answers nothing that comes up meanwhile.
            let is_new = input.events.iter().any(|event| {
                matches!(
                    event,
                    Event::Key {
                        key: Key::Enter,
                        pressed: true,
                        repeat: false,
                        ..
                    }
                )
            });
            is_new && input.consume_key(Modifiers::NONE, Key::Enter)
        })
}

/// Notes before a dialog is drawn whether a control has the focus, since a field in which Enter was pressed loses it.
pub fn look_for_focus(ctx: &Context) {
    let is_free = ctx.memory(|memory| memory.focused().is_none());
    ctx.data_mut(|data| data.insert_temp(enter_is_free(), is_free));
}

fn enter_is_free() -> Id {
    Id::unique("no control has the focus")
}

/// What a person did at a path's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathAnswer {
    /// Whether the path was edited.
    pub changed: bool,
    /// Whether the button or Enter was pressed.
    pub go: bool,
}

/// Draws a path's row.
pub fn path_row_ui(
    ui: &mut Ui,
    row: &PathRow<'_>,
    path: &mut PathField,
    actions: &mut Vec<Action>,
) -> PathAnswer {
    let name = ui.label(row.name).on_hover_text(row.hover);
    let native = match path.dialogs {
        SystemDialogs::Unused => &[],
        SystemDialogs::Offered | SystemDialogs::Missing => row.native,
    };
    let answer = ui.horizontal(|ui| {
        let buttons = theme::PATH_BUTTON * (1 + native.len()) as f32;
        let width = (ui.available_width() - buttons).max(theme::PATH_BUTTON);
        let field = path.ui(ui, row.id, width, name.id);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        for (text, purpose) in native {
            if ui.button(*text).clicked() {
                actions.push(Action::AskNative(*purpose));
            }
        }
        let can = row.ready.is_ok() && !path.is_empty();
        let button = ui.add_enabled(can, Button::new(row.button));
        let button = button.on_disabled_hover_text(row.ready.err().unwrap_or("Type a path first"));
        let entered = entered || can && row.is_default && takes_enter(ui);
        PathAnswer {
            changed: field.changed(),
            go: can && (button.clicked() || entered),
        }
    });
    path.missing_ui(ui);
    answer.inner
}

/// Draws what is done while a person waits, such as "reading 43 of 160 pictures".
pub fn progress_words_ui(ui: &mut Ui, words: Option<String>) {
    if let Some(words) = words {
        let mut letters = words.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        ui.label(first.into_iter().chain(letters).collect::<String>());
    }
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

/// Draws the switch of test-time augmentation, with the number of copies. True where either changed.
pub fn copies_ui(ui: &mut Ui, is_augmented: &mut bool, copies: &mut u16) -> bool {
    ui.horizontal(|ui| {
        let switch = ui.checkbox(is_augmented, "Test-time augmentation");
        let is_switched = switch.on_hover_text(WHAT_COPIES_DO).changed();
        let copies = ui.add_enabled_ui(*is_augmented, |ui| {
            let label = ui.label("copies of each image");
            let copies = DragValue::new(copies).range(1..=MOST_COPIES);
            ui.add(copies).labelled_by(label.id).changed()
        });
        is_switched || copies.inner
    })
    .inner
}

/// What test-time augmentation does, for hovers.
pub const WHAT_COPIES_DO: &str = "Answers transformed copies of each image beside the image itself, and takes the mean of \
     all answers. The copies are turned, shifted, sheared and zoomed a little, as the article does in \
     training, and they are the same each time. It takes as many times longer as there are copies. A network that was trained without augmentation \
     has never seen such images, and may get worse.";

/// Asks whether to replace a file. Enter leaves the file as it is.
pub fn in_the_way_ui(ui: &mut Ui, path: &Path) -> Option<FileInTheWay> {
    ui.label(format!("A file is there already: {}", path.display()));
    ui.horizontal(|ui| {
        if ui.button("Replace it").clicked() {
            return Some(FileInTheWay::Replace);
        }
        let another = ui.button("Choose another name").clicked();
        (another || takes_enter(ui)).then_some(FileInTheWay::Stay)
    })
    .inner
}

/// Draws a dialog of this width. False where it was closed, by its cross or by Escape. The upper
/// edge has a fixed place, so that what is clicked stays where it is while the dialog grows. What
/// has no room in the window is scrolled to.
pub fn dialog_ui(ctx: &Context, title: &str, width: f32, contents: impl FnOnce(&mut Ui)) -> bool {
    let mut stays = true;
    look_for_focus(ctx);
    // Escape closes an open list alone.
    let is_list_open = Popup::is_any_open(ctx);
    let top = theme::dialog_top(ctx);
    let window = ctx.content_rect();
    let width = width.min(window.width() - theme::AROUND_DIALOG);
    let height = window.bottom() - top.y - theme::WINDOW_TITLE_HEIGHT;
    Window::new(title)
        .open(&mut stays)
        .collapsible(false)
        .resizable(false)
        .pivot(Align2::CENTER_TOP)
        .default_pos(top)
        // A window without a height of its own is at most 420 points high, and what a dialog has to press would lie
        // below. One that were as high as everything would be moved to the top.
        .default_height(window.bottom() - top.y)
        .show(ctx, |ui| scrolled_ui(ui, [width, height], contents));
    let escaped =
        !is_list_open && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    stays && !escaped
}

/// Draws a button that opens a menu in which several things are clicked one after the other.
pub fn open_menu_ui(
    ui: &mut Ui,
    text: impl Into<String>,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new(text.into()).config(config).ui(ui, |ui| {
        // Menus justify their rows, which would stretch sentences.
        ui.with_layout(Layout::top_down(Align::Min), contents);
    });
    response
}

/// Draws what a small window holds, with a scroll bar where the height doesn't suffice.
pub fn scrolled_ui(ui: &mut Ui, [width, height]: [f32; 2], contents: impl FnOnce(&mut Ui)) {
    ui.set_width(width);
    ScrollArea::vertical()
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, contents);
}
