//! The presentation: curves, verdict and the digit that is drawn, as large as there is room, for those who
//! see the window from afar. The settings, the table of runs and the choices over the plots are left out.

use super::App;
use crate::app::commands::TEXT_SIZES;
use crate::app::notices::Level;
use crate::app::panels::presenting::{self, PresentedRow, PresentingView};
use crate::app::theme;
use crate::lab::run::difference;
use crate::lab::sweep::Group;
use crate::lab::{Run, format};
use eframe::egui::{Context, Vec2};

/// So many of the newest runs are looked through for the menu of curves, since a frame has no time for thousands.
const PRESENTED_RUNS: usize = 300;
/// A text size that differs by less is the same.
const SAME_SIZE: f32 = 0.005;

impl App {
    /// Whether the window presents.
    pub(super) fn is_presenting(&self) -> bool {
        !self.prefs.sides
    }

    /// What the menus of a presentation show, where the window presents.
    pub(super) fn presenting_view(&self, is_dark: bool) -> Option<PresentingView<'_>> {
        if !self.is_presenting() {
            return None;
        }
        let mut rows: Vec<PresentedRow<'_>> = Vec::new();
        for run in self.runs.iter().rev().take(PRESENTED_RUNS) {
            if rows.len() >= presenting::ROWS {
                break;
            }
            // A group stands for its runs, as a closed group does in the table. A run that is drawn by itself has
            // a row of its own, where it can be taken off the curves.
            let group = self.groups.of_run(&run.id);
            let is_told = |group: &Group| rows.iter().any(|row| *row.id == group.id);
            if let Some(group) = group.filter(|group| !is_told(group)) {
                rows.push(self.presented(run, Some(group), is_dark));
            }
            let alone = self.presented(run, None, is_dark);
            if group.is_none() || alone.is_drawn {
                rows.push(alone);
            }
        }
        Some(PresentingView {
            preset: self.preset(),
            settings: self.draft.settings(),
            rows,
        })
    }

    fn presented<'a>(
        &'a self,
        run: &'a Run,
        group: Option<&'a Group>,
        is_dark: bool,
    ) -> PresentedRow<'a> {
        let (id, name) = match group {
            Some(group) => (&group.id, &group.name),
            None => (&run.id, &run.name),
        };
        let is_chosen = match group {
            Some(group) => self.chosen_group.as_ref() == Some(&group.id),
            None => self.is_chosen(id),
        };
        let first = group.and_then(|group| self.run(&group.first));
        PresentedRow {
            id,
            name,
            run: first.unwrap_or(run),
            color: self.drawn.value().colors.color(id, is_dark),
            is_chosen,
            is_drawn: is_chosen || self.is_shown(id) || self.drawn_ghost() == Some(id),
        }
    }

    /// What the chosen run has that the one beside it hasn't, and how both did, where there are two: nobody points
    /// at the table of runs in a presentation.
    pub(super) fn compared_in_words(&self) -> Option<String> {
        let drawn = self.exported_runs();
        let [chosen, other] = drawn[..] else {
            return None;
        };
        let differs = difference::from_run(chosen, other);
        let accuracy = |run: &Run| Some(format::percent(run.best()?.validation_accuracy));
        let figures = accuracy(chosen).zip(accuracy(other));
        let figures = figures.map(|(a, b)| format!("; at their best epochs {a} against {b}"));
        Some(format!(
            "{} against {}: {differs}{}.",
            chosen.name,
            other.name,
            figures.unwrap_or_default()
        ))
    }

    /// Takes in a text size that a person asked for, as far as the window has room for it.
    pub(super) fn choose_text_size(&mut self, ctx: &Context, size: f32) {
        let room = largest_text(ctx.content_rect().size() * ctx.zoom_factor());
        let wanted = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        if wanted > room && wanted > self.prefs.text_size {
            let note = "This window has no room for larger texts: make the window larger first.";
            self.notices.push(Level::Info, note.to_owned());
        }
        self.prefs.text_size = wanted.min(room.max(*TEXT_SIZES.start()));
    }

    /// Gives texts the size that a person chose, or in a presentation the size that fills the window.
    pub(super) fn size_text(&self, ctx: &Context) {
        let is = ctx.zoom_factor();
        let wanted = if self.is_presenting() {
            presentation_size(ctx.content_rect().size() * is).max(self.prefs.text_size)
        } else {
            self.prefs.text_size
        };
        let wanted = wanted.min(largest_text(ctx.content_rect().size() * is));
        if (is - wanted).abs() > SAME_SIZE {
            ctx.set_zoom_factor(wanted);
        }
    }
}

/// The largest text size with which a window of this size, in points of the usual text size, has room for its
/// controls.
pub(super) fn largest_text(window: Vec2) -> f32 {
    let [width, height] = theme::LEAST_WINDOW;
    (window.x / width).min(window.y / height).max(1.0)
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
        // Larger texts than this would lie on each other.
        assert!((largest_text(vec2(1280.0, 800.0)) - 1.43).abs() < 0.01);
        assert!((largest_text(vec2(900.0, 600.0)) - 1.02).abs() < 0.01);
        assert!((largest_text(vec2(800.0, 500.0)) - 1.0).abs() < 1e-6);
        // A small window keeps the usual size, a wall isn't filled with a single word.
        assert!((presentation_size(vec2(900.0, 600.0)) - 1.0).abs() < 1e-6);
        assert!((presentation_size(vec2(7680.0, 4320.0)) - 3.0).abs() < 1e-6);
    }
}
