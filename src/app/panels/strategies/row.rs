//! A setting's row: the dot that says that it was changed, its label, the word that says when
//! it acts, its control at the right, and what is wrong with it beneath.

use super::rules::{self, Tone};
use super::{StrategiesView, teach};
use crate::app::action::Action;
use crate::app::theme;
use crate::experiment::{Field, Settings};
use eframe::egui::{
    self, Align, CursorIcon, Id, Label, Layout, Response, RichText, Role, Sense, TextStyle, Ui,
    UiBuilder, WidgetInfo, vec2,
};

/// What the rows read and change.
pub struct Sheet<'a, 'v> {
    /// What is shown.
    pub view: &'a StrategiesView<'v>,
    /// The settings, with the edits of this frame.
    pub edited: Settings,
    /// What was asked for.
    pub actions: &'a mut Vec<Action>,
}

/// A label in sentence case, as the window and screen readers say it.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// What stands before a field's control. Batch norm's momentum stands under batch norm.
fn short_label(field: Field) -> String {
    match field {
        Field::BatchNormMomentum => "… momentum".into(),
        _ => sentence_case(field.label()),
    }
}

/// Gives a field a room whose ids don't move when rows come and go: a drag goes on through it.
pub fn room<R>(ui: &mut Ui, field: Field, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(field.name());
    ui.scope_builder(UiBuilder::new().scope_id(id), add).inner
}

/// A row with a visible label: draws all but the control, which `add` draws right to left. It
/// gets the label's id, for the control to be named by.
pub fn labelled_row(
    ui: &mut Ui,
    sheet: &mut Sheet<'_, '_>,
    field: Field,
    add: impl FnOnce(&mut Ui, &mut Sheet<'_, '_>, Id),
) {
    let idle = rules::excluded(field, sheet.edited.network.architecture);
    line(ui, |ui| {
        dot(ui, sheet, field);
        let mut text = RichText::new(short_label(field));
        if idle.is_some() {
            text = text.weak();
        }
        let label = label(ui, sheet.view, field, text);
        let label = hover(label, field, idle);
        mark(ui, sheet.view, field);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            add(ui, sheet, label.id);
        });
    });
    error(ui, sheet.view, field);
}

/// A label that leaves room for the mark and a number; cut off, it shows whole on hover.
fn label(ui: &mut Ui, view: &StrategiesView<'_>, field: Field, text: RichText) -> Response {
    let font = TextStyle::Small.resolve(ui.style());
    let mark = rules::mark(field, view).text.to_owned();
    let color = ui.visuals().text_color();
    let mark = ui.painter().layout_no_wrap(mark, font, color).size().x;
    let taken = mark + theme::NUMBER_WIDTH + 3.0 * ui.spacing().item_spacing.x;
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - taken).max(theme::NUMBER_WIDTH));
        ui.add(Label::new(text).truncate().selectable(false))
    })
    .inner
}

/// A row whose control carries its own label, such as a checkbox.
pub fn bare_row(
    ui: &mut Ui,
    sheet: &mut Sheet<'_, '_>,
    field: Field,
    add: impl FnOnce(&mut Ui, &mut Sheet<'_, '_>),
    add_right: impl FnOnce(&mut Ui, &mut Sheet<'_, '_>),
) {
    line(ui, |ui| {
        dot(ui, sheet, field);
        add(ui, sheet);
        mark(ui, sheet.view, field);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            add_right(ui, sheet);
        });
    });
    error(ui, sheet.view, field);
}

/// The hover of a field's control or label: what it does, or why it does nothing.
pub fn hover(response: Response, field: Field, idle: Option<&'static str>) -> Response {
    match idle {
        None => response.on_hover_text(teach::field(field)),
        Some(reason) => response
            .on_hover_text(reason)
            .on_disabled_hover_text(reason),
    }
}

fn line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), theme::SETTING_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(theme::SETTING_HEIGHT);
        ui.spacing_mut().item_spacing.x = theme::SETTING_SPACE;
        add(ui);
    });
}

/// The dot before a field that was changed: a button that puts it back.
pub fn dot(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, field: Field) {
    let view = sheet.view;
    let changed = rules::differs(field, view.draft, view.baseline);
    let sense = if changed {
        Sense::click()
    } else {
        Sense::hover()
    };
    let spacing = ui.spacing().item_spacing.x;
    ui.spacing_mut().item_spacing.x = 0.0;
    let size = vec2(theme::DOT_COLUMN, theme::SETTING_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, sense);
    ui.spacing_mut().item_spacing.x = spacing;
    if !changed {
        return;
    }
    let color = theme::changed(ui.visuals());
    let grown = if response.hovered() || response.has_focus() {
        1.0
    } else {
        0.0
    };
    let center = rect.center() - vec2(2.0, 0.0);
    ui.painter()
        .circle_filled(center, theme::DOT_RADIUS + grown, color);
    if response.has_focus() {
        let stroke = ui.visuals().selection.stroke;
        ui.painter()
            .circle_stroke(center, theme::DOT_RADIUS + 2.5, stroke);
    }
    let name = format!("Reset {}", field.label());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let from = if view.preset.is_some() {
        "Preset"
    } else {
        "At first"
    };
    let value = field.value_text(view.baseline);
    let response = response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text(format!("{from}: {value}. Click to reset."));
    if response.clicked() {
        sheet.actions.push(Action::ResetField(field));
    }
}

/// The word that says when a field acts.
pub fn mark(ui: &mut Ui, view: &StrategiesView<'_>, field: Field) {
    let mark = rules::mark(field, view);
    let visuals = ui.visuals();
    let color = match mark.tone {
        Tone::Quiet | Tone::Fixed => visuals.weak_text_color(),
        Tone::Live => theme::live(visuals),
        Tone::Pending => theme::changed(visuals),
    };
    let ground = egui::Shape::Noop;
    let ground = ui.painter().add(ground);
    let text = RichText::new(mark.text).small().color(color);
    let response = ui.add(
        Label::new(text)
            .extend()
            .selectable(false)
            .sense(Sense::hover()),
    );
    if matches!(mark.tone, Tone::Live | Tone::Pending) {
        let rect = response.rect.expand2(vec2(3.0, 0.0));
        let radius = ui.visuals().widgets.inactive.corner_radius;
        let shape = egui::Shape::rect_filled(rect, radius, theme::tint(color));
        ui.painter().set(ground, shape);
    }
    response.on_hover_text(mark.hover);
}

/// What is wrong with a field, beneath it.
pub fn error(ui: &mut Ui, view: &StrategiesView<'_>, field: Field) {
    if let Some(message) = rules::error_at(field, view.error) {
        ui.horizontal(|ui| {
            ui.add_space(theme::DOT_COLUMN);
            let text = RichText::new(message).color(theme::bad(ui.visuals()));
            ui.add(Label::new(text).wrap());
        });
    }
}
