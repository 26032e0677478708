//! Colours, sizes and spacing of the window: the only place that names them.

use crate::lab::plot;
use eframe::egui::{
    Color32, Context, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, Ui,
    Visuals,
};

mod charts;
mod draw;
mod network;
mod pictures;
mod plots;
mod runs;

pub use charts::*;
pub use draw::*;
pub use network::*;
pub use pictures::*;
pub use plots::*;
pub use runs::*;

/// Width of the strategies when the window opens for the first time, in points.
pub const SIDE_WIDTH: f32 = 272.0;
/// Width of a tab at the right, in points.
pub const TABS_WIDTH: f32 = 312.0;
/// Width of the tabs' names alone, where the window is narrow.
pub const RAIL_WIDTH: f32 = 94.0;
/// Width of the window from which a tab is always shown, in points.
pub const TABS_FROM_WIDTH: f32 = 1100.0;
/// Size of the window in which a presentation has the usual text size, in points.
pub const PRESENTATION: [f32; 2] = [900.0, 560.0];
/// The least and the largest text size of a presentation.
pub const PRESENTATION_SIZES: [f32; 2] = [1.0, 3.0];
/// Width of the window from which two tabs stand side by side, in points.
pub const TWO_TABS_FROM_WIDTH: f32 = 1600.0;
/// Width from which the scrubber says whose weights it shows in whole words, in points.
pub const SCRUBBER_SAYS: f32 = 124.0;
/// Height of the scrubber's row, in points.
pub const SCRUBBER_HEIGHT: f32 = 24.0;
/// Height of the scrubber in a low window.
pub const LOW_SCRUBBER_HEIGHT: f32 = 21.0;
/// Width of the scrubber's handle, and half its height, in points.
pub const RAIL_HANDLE: f32 = 8.0;
/// Half the height of the mark of an epoch on the scrubber's rail, in points.
pub const RAIL_MARK: f32 = 3.0;
/// Least distance of two such marks, in points.
pub const RAIL_MARKS_APART: f32 = 4.0;
/// Width of the button that plays the epochs, in points.
pub const PLAY_BUTTON: f32 = 28.0;
/// Half the size of the sign on that button, in points.
pub const PLAY_ICON: f32 = 5.0;
/// Width of the menu that says which epochs are kept, in points.
pub const KEEP_MENU_WIDTH: f32 = 280.0;
/// The room that sets the runs of an open group off from the table's other rows, in points.
pub const RUN_INDENT: f32 = 14.0;
/// Width of the drawn interval of a difference, in points.
pub const INTERVAL_WIDTH: f32 = 420.0;
/// Width of the queue's button that holds it or lets it go on, in points.
pub const QUEUE_BUTTON_WIDTH: f32 = 62.0;
/// Width and height of the queue's window at first, in points.
pub const QUEUE_WINDOW: [f32; 2] = [620.0, 300.0];
/// Width of a question, in points.
pub const QUESTION_WIDTH: f32 = 360.0;
/// Width of the menu of devices, in points.
pub const DEVICE_MENU_WIDTH: f32 = 420.0;
/// Height of the runs when the window opens for the first time, in points.
pub const RUNS_HEIGHT: f32 = 168.0;
/// The size of a window, in points, below which controls lie on each other. Texts grow only as far as this leaves
/// room.
pub const LEAST_WINDOW: [f32; 2] = [880.0, 560.0];
/// Size of the verdict's large word, in points: it is read from the last row of a class.
pub const HEADLINE_TEXT: f32 = 26.0;
/// Size of the rest of the verdict's first sentence, in points.
pub const HEADLINE_REST_TEXT: f32 = 16.0;
/// The text size from which a presentation has room for more lines.
pub const LARGE_PRESENTATION: f32 = 1.2;
/// Size of the rest of that sentence where it takes two lines, in points: both fit beside the large word.
pub const HEADLINE_WRAPPED_TEXT: f32 = 13.0;
/// Width of the verdict below which how it is known takes a line more, in points.
pub const HOW_NARROW: f32 = 420.0;
/// Height of the row of the verdict's large word, in points.
pub const HEADLINE_HEIGHT: f32 = 34.0;
/// Width of the line beside a setting that acts in the run in training, in points.
pub const LIVE_LINE: f32 = 3.0;
/// Space between the rows of the verdict, in points.
pub const VERDICT_ROW_SPACE: f32 = 2.0;
/// Space between groups, in points.
pub const GROUP_SPACE: f32 = 8.0;

/// A colour made fainter.
pub fn faint(color: Color32, alpha: f32) -> Color32 {
    color.gamma_multiply(alpha)
}

/// Fill of the one prominent button.
pub fn prominent(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(0x1F, 0x6F, 0xB5)
    } else {
        Color32::from_rgb(0x00, 0x66, 0xA8)
    }
}

/// Text on the prominent button.
pub const ON_PROMINENT: Color32 = Color32::WHITE;

/// The colour of a value that was changed since the preset.
pub fn changed(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(0xF0, 0xB0, 0x40)
    } else {
        Color32::from_rgb(0xA8, 0x62, 0x00)
    }
}

/// The colour of what should be looked at before it is believed.
pub fn caution(visuals: &Visuals) -> Color32 {
    changed(visuals)
}

/// The colour of the word *live* beside a control.
pub fn live(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(0x52, 0xC8, 0x9E)
    } else {
        Color32::from_rgb(0x00, 0x7A, 0x5A)
    }
}

/// The colour of overfitting, divergence and errors.
pub fn bad(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(0xF4, 0x87, 0x71)
    } else {
        Color32::from_rgb(0xB3, 0x2D, 0x14)
    }
}

/// The colour of a good fit and of an improvement.
pub fn good(visuals: &Visuals) -> Color32 {
    live(visuals)
}

/// The colour of words that are known by a colour, on the ground of panels and plots: the colour itself where it can
/// be read, and otherwise the nearest variant of its hue.
pub fn readable(color: Color32, visuals: &Visuals) -> Color32 {
    let ground = visuals.panel_fill;
    let blended = ground.blend(color);
    let parts = |color: Color32| [color.r(), color.g(), color.b()];
    let [red, green, blue] = plot::readable(parts(blended), parts(ground));
    Color32::from_rgb(red, green, blue)
}

/// Sets fonts, text sizes and spacing for both themes.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| {
            style
                .text_styles
                .insert(TextStyle::Heading, FontId::proportional(17.0));
            style
                .text_styles
                .insert(TextStyle::Body, FontId::proportional(14.0));
            style
                .text_styles
                .insert(TextStyle::Button, FontId::proportional(14.0));
            style
                .text_styles
                .insert(TextStyle::Small, FontId::proportional(12.0));
            style
                .text_styles
                .insert(TextStyle::Monospace, FontId::monospace(13.0));
            style.spacing.item_spacing.y = 4.0;
            style.spacing.window_margin = Margin::same(10);
            // What can't be used just now is still read: it says what there would be.
            style.visuals.disabled_alpha = 0.8;
            // Quiet text must stay readable on a projector, also on a selected row.
            if theme == Theme::Light {
                style.visuals.weak_text_color = Some(Color32::from_gray(78));
                style.visuals.selection.bg_fill = Color32::from_rgb(0xBF, 0xE2, 0xFC);
                style.visuals.panel_fill = Color32::from_gray(250);
                style.visuals.override_text_color = None;
                style.visuals.widgets.noninteractive.fg_stroke =
                    Stroke::new(1.0, Color32::from_gray(45));
                // A button with the keyboard's focus must look different from a disabled one,
                // which it doesn't in egui's own light theme.
                style.visuals.widgets.active.weak_bg_fill = Color32::from_gray(205);
            } else {
                style.visuals.weak_text_color = Some(Color32::from_gray(168));
                style.visuals.widgets.inactive.fg_stroke.color = Color32::from_gray(200);
                style.visuals.selection.bg_fill = Color32::from_rgb(0x0B, 0x3C, 0x5D);
                style.visuals.widgets.noninteractive.fg_stroke =
                    Stroke::new(1.0, Color32::from_gray(205));
            }
        });
    }
}

/// The bundled fonts. The text font lacks arrows and the like, which the monospace one has.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let monospace = fonts.families.get(&FontFamily::Monospace).cloned();
    let fallback = monospace.and_then(|names| names.first().cloned());
    if let (Some(name), Some(names)) = (fallback, fonts.families.get_mut(&FontFamily::Proportional))
    {
        names.push(name);
    }
    fonts
}

/// Has controls that do nothing just now look quiet, and be read all the same: without a field behind the words,
/// which are a little fainter than usual.
pub fn idle(ui: &mut Ui) {
    let visuals = ui.visuals_mut();
    visuals.disabled_alpha = IDLE_ALPHA;
    let inactive = &mut visuals.widgets.inactive;
    inactive.weak_bg_fill = Color32::TRANSPARENT;
    inactive.bg_fill = Color32::TRANSPARENT;
    inactive.bg_stroke = Stroke::NONE;
}

/// The share of their colour that the words of idle controls have.
const IDLE_ALPHA: f32 = 0.8;

/// Whether the window is dark just now.
pub fn is_dark(ui: &Ui) -> bool {
    ui.visuals().dark_mode
}

/// Width of the text of a hover that stands in a column beside the curves, in points.
pub const COLUMN_HOVER_WIDTH: f32 = 236.0;
/// The width that the frame of a hover adds, in points.
pub const HOVER_FRAME: f32 = 16.0;
/// Width of a dialog, in points.
pub const DIALOG_WIDTH: f32 = 460.0;
/// Width of the dialog for data, in points.
pub const DATA_DIALOG_WIDTH: f32 = 560.0;
/// Height of the list of classes from which it scrolls, in points.
pub const CLASSES_HEIGHT: f32 = 150.0;
/// How often progress is drawn anew.
pub const PROGRESS_EVERY: std::time::Duration = std::time::Duration::from_millis(100);
/// Width that a button beside a path takes, in points.
pub const PATH_BUTTON: f32 = 74.0;

/// What stays free of a window's width around a dialog, in points.
pub const AROUND_DIALOG: f32 = 48.0;

/// The middle of the upper edge of dialogs that change their height: a fixed place, so that what is
/// clicked stays where it is.
pub fn dialog_top(ctx: &Context) -> eframe::egui::Pos2 {
    let window = ctx.content_rect();
    eframe::egui::pos2(window.center().x, window.top() + 0.14 * window.height())
}

/// Width of the progress bar, in points.
pub const PROGRESS_WIDTH: f32 = 120.0;
/// Least size of the one prominent button, in points.
pub const MAIN_BUTTON: [f32; 2] = [72.0, 26.0];

/// Width of the column at the left of the settings, in which a dot marks a changed setting.
pub const DOT_COLUMN: f32 = 14.0;
/// Radius of the dot that marks a changed setting.
pub const DOT_RADIUS: f32 = 3.5;
/// Height of a setting's row.
pub const SETTING_HEIGHT: f32 = 20.0;
/// Height that a slider below its label takes.
pub const RAIL_HEIGHT: f32 = 14.0;
/// Width of a setting's number.
pub const NUMBER_WIDTH: f32 = 66.0;
/// Width of the column in which a scroll bar stands.
pub const SCROLL_BAR_COLUMN: f32 = 8.0;
/// Space between the parts of a setting's row.
pub const SETTING_SPACE: f32 = 6.0;
/// Width of the field of a setting that is a choice, where there is room.
pub const CHOICE_WIDTH: f32 = 120.0;
/// Height of a list of choices at most, before it scrolls.
pub const CHOICES_HEIGHT: f32 = 400.0;
/// Width of the columns that the table of runs always has, in points.
pub const RUN_COLUMNS_WIDTH: f32 = 660.0;
/// Width of the column of names in a table that has room for it, in points.
pub const RUN_NAME_WIDTH: f32 = 116.0;
/// Width of the column of a setting in the table of runs at least, in points: that of a value such as *50,000*.
pub const SETTING_COLUMN_WIDTH: f32 = 72.0;
/// Space about the title of such a column: its edges, and the arrow of the order.
pub const SETTING_TITLE_SPACE: f32 = 26.0;
/// Width of the columns of the list of keys, in points.
pub const KEYS_WIDTH: f32 = 190.0;
/// Width of the list of what words mean, in points.
pub const WORDS_WIDTH: f32 = 560.0;
/// Space before each word of that list.
pub const WORD_SPACE: f32 = 6.0;
/// Height of a row of the runs.
pub const RUN_ROW_HEIGHT: f32 = 23.0;
/// Side of a run's colour square, and of a run's star.
pub const RUN_MARK: f32 = 12.0;
/// Width of the field that filters the runs.
pub const FILTER_WIDTH: f32 = 190.0;

/// The colour of a starred run's star.
pub fn star(visuals: &Visuals) -> Color32 {
    changed(visuals)
}

/// The background of a word that must be seen, made from the word's colour.
pub fn tint(color: Color32) -> Color32 {
    color.gamma_multiply(0.16)
}

/// Height of the title of a small window, with the space around it, in points.
pub const WINDOW_TITLE_HEIGHT: f32 = 48.0;
/// Height of the window below which the runs fold to their head, unless a person unfolds them, in points.
pub const RUNS_FOLD_BELOW: f32 = 700.0;
/// Height of the head of the runs alone, in points.
pub const RUNS_HEAD_HEIGHT: f32 = 28.0;
/// Height of the verdict and of two plots with all that belongs to them: what a taller table of runs leaves, in
/// points.
pub const CENTRE_LEAST_HEIGHT: f32 = 553.0;
/// Least height of the runs: the head and two rows, in points.
pub const RUNS_LEAST_HEIGHT: f32 = 112.0;
/// Least size of the button Pause, which reads Resume while the run is paused, in points.
pub const PAUSE_BUTTON: [f32; 2] = [64.0, 20.0];
/// Height at the lower end of the right column in which a new toast doesn't come up under a moving pointer, in
/// points: that of a usual toast.
pub const TOAST_ROOM: f32 = 90.0;
/// Width of a column in which the buttons of a toast stand below each other, in points.
pub const TOAST_NARROW: f32 = 200.0;
/// Height of the bars and of the tabs' names, which toasts never reach, in points.
pub const ABOVE_TOASTS: f32 = 180.0;
/// The share of the height below them that toasts may take where a tab is shown.
pub const TOASTS_SHARE: f32 = 0.5;

#[cfg(test)]
mod tests;
