//! The rail under the plots: a mark for each epoch whose weights are kept, at its place along the plots, and
//! a handle at the epoch that is shown.

use super::BELOW_VALUES;
use crate::app::panels::hovers::Hovers;
use crate::app::spine::{Spine, arrow_steps};
use crate::app::theme;
use eframe::egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// What the rail shows.
pub struct Rail<'a> {
    /// The epochs whose weights are kept, in order.
    pub epochs: &'a [usize],
    /// Where epochs lie along the plots.
    pub spine: &'a Spine,
    /// The index of the epoch that is shown.
    pub place: usize,
    /// Whose weights are shown.
    pub name: &'a str,
}

impl Rail<'_> {
    /// Draws the rail, and gives the index of the epoch that a person moved the handle to.
    pub fn ui(&self, ui: &Ui, rect: Rect) -> Option<usize> {
        let is_enabled = self.epochs.len() > 1;
        let sense = if is_enabled {
            Sense::click_and_drag()
        } else {
            Sense::hover()
        };
        let around = rect.expand2(vec2(theme::RAIL_HANDLE, 0.0));
        let response = ui.interact(around, ui.scope_id().with("rail"), sense);
        response.widget_info(|| {
            let epoch = self.epochs.get(self.place).copied().unwrap_or(0);
            WidgetInfo::slider(is_enabled, epoch as f64, "Weights of epoch")
        });
        self.paint(ui, rect, response.has_focus() || response.hovered());
        if !is_enabled {
            return None;
        }
        let hover = format!(
            "{} answer in Draw, Errors and Layers. Drag to any epoch that is kept; the arrow keys go one \
             by one",
            self.name
        );
        let response = response.hover_at(BELOW_VALUES, hover);
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        let pointer = response.interact_pointer_pos();
        if let Some(pointer) = pointer.filter(|_| response.dragged() || response.clicked()) {
            return self.nearest(pointer.x);
        }
        if !response.has_focus() {
            return None;
        }
        let steps = arrow_steps(ui, response.id);
        let place = self.place.saturating_add_signed(steps);
        (steps != 0).then(|| place.min(self.epochs.len() - 1))
    }

    /// The index of the kept epoch that lies nearest.
    fn nearest(&self, x: f32) -> Option<usize> {
        let distance = |epoch: usize| self.spine.at(epoch).map_or(f32::MAX, |at| (at - x).abs());
        let places = self.epochs.iter().enumerate();
        places
            .min_by(|(_, a), (_, b)| distance(**a).total_cmp(&distance(**b)))
            .map(|(place, _)| place)
    }

    fn paint(&self, ui: &Ui, rect: Rect, is_lit: bool) {
        let painter = ui.painter();
        let visuals = ui.visuals();
        let middle = rect.center().y;
        let weak = visuals.weak_text_color();
        painter.hline(rect.x_range(), middle, Stroke::new(1.5, weak));
        let mut before = f32::NEG_INFINITY;
        for at in self.epochs.iter().filter_map(|epoch| self.spine.at(*epoch)) {
            // Marks that would touch each other say no more than the line does.
            if at - before >= theme::RAIL_MARKS_APART {
                let mark = middle - theme::RAIL_MARK..=middle + theme::RAIL_MARK;
                painter.vline(at, mark, Stroke::new(1.0, weak));
                before = at;
            }
        }
        let shown = self.epochs.get(self.place);
        let Some(at) = shown.and_then(|epoch| self.spine.at(*epoch)) else {
            return;
        };
        let handle = Rect::from_center_size(
            pos2(at, middle),
            vec2(theme::RAIL_HANDLE, 2.0 * theme::RAIL_HANDLE),
        );
        let fill = if self.epochs.len() > 1 {
            visuals.selection.bg_fill
        } else {
            weak
        };
        let rim = if is_lit {
            visuals.strong_text_color()
        } else {
            visuals.text_color()
        };
        painter.rect(handle, 3.0, fill, Stroke::new(1.0, rim), StrokeKind::Inside);
    }
}
