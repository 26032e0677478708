//! The line that stands for the settings of a group that have no effect just now. One click shows them.

use super::row::{self, Sheet};
use super::{rules, table};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::Strategy;
use eframe::egui::collapsing_header::paint_default_icon;
use eframe::egui::{Align2, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};

/// Draws the lines of a group, and beneath each its settings where they are unfolded.
pub fn fold_ui(ui: &mut Ui, unfolded: &mut bool, sheet: &mut Sheet<'_, '_>, strategy: Strategy) {
    for part in table::folded(strategy, sheet.view, &sheet.edited) {
        if line_ui(ui, *unfolded, sheet, &part) {
            *unfolded = !*unfolded;
        }
        if *unfolded {
            for field in part.fields {
                row::row_ui(ui, sheet, field);
            }
        }
    }
}

/// Draws the line; true when it was clicked.
fn line_ui(ui: &mut Ui, open: bool, sheet: &Sheet<'_, '_>, part: &table::Folded) -> bool {
    let size = vec2(ui.available_width(), theme::SETTING_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let line = part.line();
    let names = rules::list(&part.fields);
    let label = format!("{line} ({names})");
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, ui.is_enabled(), &label));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_expanded(open));
    let color = if response.hovered() || response.has_focus() {
        ui.visuals().text_color()
    } else {
        ui.visuals().weak_text_color()
    };
    let side = 2.0 * theme::DOT_RADIUS;
    let left = rect.left() + theme::DOT_COLUMN;
    let icon = Rect::from_center_size(
        pos2(left + theme::DOT_RADIUS, rect.center().y),
        vec2(side, side),
    );
    let openness = if open { 1.0 } else { 0.0 };
    paint_default_icon(ui, openness, &response.clone().with_new_rect(icon));
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.text(
        pos2(left + side + theme::SETTING_SPACE, rect.center().y),
        Align2::LEFT_CENTER,
        line,
        TextStyle::Small.resolve(ui.style()),
        color,
    );
    let is_changed = |field| rules::differs(field, sheet.view.draft, sheet.view.baseline);
    if part.fields.iter().copied().any(is_changed) {
        let center = pos2(rect.left() + theme::DOT_COLUMN / 2.0 - 2.0, rect.center().y);
        painter.circle_filled(center, theme::DOT_RADIUS, theme::changed(ui.visuals()));
    }
    let hover = format!(
        "{}. Click to {} them.",
        table::sentence_case(&names),
        if open { "fold" } else { "see" }
    );
    response.hover_at(HoverAt::Settings, hover).clicked()
}
