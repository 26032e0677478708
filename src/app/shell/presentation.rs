//! The presentation: curves, verdict and the digit that is drawn, as large as there is room, for those who
//! see the window from afar. The settings, the table of runs and the choices over the plots are left out.

use super::App;
use crate::app::theme;
use eframe::egui::{Context, Vec2};

/// A text size that differs by less is the same.
const SAME_SIZE: f32 = 0.005;

impl App {
    /// Whether the window presents.
    pub(super) fn is_presenting(&self) -> bool {
        !self.prefs.sides
    }

    /// Gives texts the size that a person chose, or in a presentation the size that fills the window.
    pub(super) fn size_text(&self, ctx: &Context) {
        let is = ctx.zoom_factor();
        let wanted = if self.is_presenting() {
            presentation_size(ctx.content_rect().size() * is).max(self.prefs.text_size)
        } else {
            self.prefs.text_size
        };
        if (is - wanted).abs() > SAME_SIZE {
            ctx.set_zoom_factor(wanted);
        }
    }
}

/// The text size with which a presentation fills a window of this size, in points of the usual text size.
fn presentation_size(window: Vec2) -> f32 {
    let [width, height] = theme::PRESENTATION;
    let fits = (window.x / width).min(window.y / height);
    let [least, most] = theme::PRESENTATION_SIZES;
    // In steps, so that the size rests while a window is resized by a few points.
    ((20.0 * fits).floor() / 20.0).clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::vec2;

    #[test]
    fn a_presentation_fills_the_window() {
        assert!((presentation_size(vec2(1280.0, 800.0)) - 1.4).abs() < 1e-6);
        assert!((presentation_size(vec2(1920.0, 1080.0)) - 1.9).abs() < 1e-6);
        // A small window keeps the usual size, a wall isn't filled with a single word.
        assert!((presentation_size(vec2(900.0, 600.0)) - 1.0).abs() < 1e-6);
        assert!((presentation_size(vec2(7680.0, 4320.0)) - 3.0).abs() < 1e-6);
    }
}
