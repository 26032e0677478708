//! The small windows beside the curves: the evidence, the warnings of the run, and how a file was read.

use super::{VerdictState, VerdictView};
use crate::app::theme;
use eframe::egui::{Frame, Key, Modifiers, Rangef, Rect, RichText, Ui, Window, pos2, vec2};

/// The windows of the evidence and of the warnings, where they are open.
pub fn windows(ui: &Ui, state: &mut VerdictState, view: &VerdictView) {
    let below = state.below;
    if !view.evidence.is_empty() {
        window(ui, &mut state.why, below, "Why this verdict", |ui| {
            let what = match &view.grouped {
                Some(grouped) => format!("{} {}", grouped.headline, view.what),
                None => view.what.clone(),
            };
            ui.label(RichText::new(what).strong());
            ui.label(&view.how);
            ui.add_space(theme::GROUP_SPACE);
            for line in &view.evidence {
                ui.label(line);
            }
            if !view.offers.is_empty() {
                ui.add_space(theme::GROUP_SPACE);
                ui.label(RichText::new("What to try").strong());
            }
            for offer in &view.offers {
                ui.label(&offer.words);
            }
        });
    }
    if !view.notes.is_empty() {
        let title = format!("How {} was read", view.name);
        window(ui, &mut state.notes, below, &title, |ui| {
            for note in &view.notes {
                ui.label(note);
                ui.add_space(theme::GROUP_SPACE);
            }
        });
    }
    if !view.warnings.is_empty() {
        let title = format!("What went wrong in {}", view.name);
        window(ui, &mut state.warnings, below, &title, |ui| {
            for warning in &view.warnings {
                ui.label(warning);
                ui.add_space(theme::GROUP_SPACE);
            }
        });
    }
}

/// How far a small window lies from the edges of the column that it covers, and from the tool bar.
const WITHIN_COLUMN: f32 = 8.0;
/// Where a small window begins: below the tool bar.
const BELOW_BARS: f32 = 68.0;
/// A column of this width at least holds a small window.
const LEAST_COLUMN: f32 = 200.0;

/// The column beside the curves that a small window covers: the tabs or, where none is open, the settings. Where
/// both are hidden, the right part of the window.
fn column_beside(curves: Rect, window: Rect) -> Rangef {
    if window.right() - curves.right() >= LEAST_COLUMN {
        Rangef::new(curves.right(), window.right())
    } else if curves.left() - window.left() >= LEAST_COLUMN {
        Rangef::new(window.left(), curves.left())
    } else {
        Rangef::new(window.right() - theme::TABS_WIDTH, window.right())
    }
}

/// Draws a small window that Escape closes. The window covers no curve, since the curves are what it speaks of.
fn window(ui: &Ui, open: &mut bool, below: f32, title: &str, contents: impl FnOnce(&mut Ui)) {
    if *open && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        *open = false;
    }
    let screen = ui.ctx().content_rect();
    let column = column_beside(ui.max_rect(), screen).shrink(WITHIN_COLUMN);
    let top = screen.top() + BELOW_BARS;
    let below = if column.max > ui.max_rect().right() {
        below
    } else {
        0.0
    };
    let margin = Frame::window(ui.style()).total_margin().sum();
    Window::new(title)
        .open(open)
        .collapsible(false)
        .fixed_pos(pos2(column.min, top))
        .resizable(false)
        .fixed_size(vec2(
            column.span() - margin.x,
            screen.bottom() - below - top - theme::WINDOW_TITLE_HEIGHT - margin.y,
        ))
        .vscroll(true)
        .show(ui.ctx(), contents);
}
