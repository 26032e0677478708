//! Draws a setting's row: the dot that says that it was changed, its label, the line or the word that
//! says when it acts, its control at the right, and what is wrong with it beneath. Every row of the
//! panel is drawn here.

use super::StrategiesView;
use super::controls::{self, NamedBy};
use super::rules::{Mark, Tone};
use super::table::{Control, Row};
use crate::app::action::Action;
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::{DataSource, Field, Settings};
use crate::lab::format;
use eframe::egui::{
    self, Align, CursorIcon, Id, Label, Layout, Response, RichText, Role, Sense, Stroke, TextStyle,
    Ui, UiBuilder, WidgetInfo, vec2,
};
use std::collections::BTreeMap;

/// What the rows read and change.
pub struct Sheet<'a, 'v> {
    /// What is shown.
    pub view: &'a StrategiesView<'v>,
    /// The settings, with the edits of this frame.
    pub edited: Settings,
    /// The last value of each number that can be off, for when it is switched on again.
    pub numbers: &'a mut BTreeMap<String, f64>,
    /// What was asked for.
    pub actions: &'a mut Vec<Action>,
}

/// Draws the row of a field.
pub fn row_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, field: Field) {
    let row = Row::new(field, sheet.view, &sheet.edited);
    // The row's ids don't move when other rows come and go, so that a drag goes on.
    let id = ui.scope_id().with(field.name());
    ui.scope_builder(UiBuilder::new().scope_id(id), |ui| {
        if matches!(row.control, Control::Data) {
            data_line(ui, sheet, &row);
            return error(ui, &row);
        }
        if row.idle.is_some() {
            theme::idle(ui);
        }
        let mut label = None;
        line(ui, |ui| {
            dot(ui, sheet, &row);
            label = lead(ui, sheet, &row);
            mark(ui, &row.mark);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                value(ui, sheet, &row, label);
            });
        });
        error(ui, &row);
        controls::rail(ui, sheet, &row, label);
    });
}

/// What stands at the left of a row: its checkbox, or its label, whose id is given.
fn lead(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row) -> Option<Id> {
    match row.control {
        Control::Switch | Control::NumberOrOff(_) => {
            controls::switch(ui, sheet, row);
            None
        }
        Control::Data | Control::Number | Control::Choice(_) => {
            Some(controls::hover(label(ui, row), row).id)
        }
    }
}

/// What stands at the right of a row.
fn value(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row, label: Option<Id>) {
    let named_by = match label {
        Some(label) if row.label == row.name => NamedBy::Label(label),
        _ => NamedBy::Name(&row.name),
    };
    match &row.control {
        Control::Data | Control::Switch => {}
        Control::Number => controls::number(ui, sheet, row, named_by),
        Control::NumberOrOff(name) => controls::number(ui, sheet, row, NamedBy::Name(name)),
        Control::Choice(offers) => controls::choice(ui, sheet, row, offers, named_by),
    }
}

/// A label that leaves room for the mark and a number. A label that is cut off shows whole on
/// hover.
fn label(ui: &mut Ui, row: &Row) -> Response {
    let font = TextStyle::Small.resolve(ui.style());
    let mark = match row.mark.tone {
        Tone::Pending => row.mark.text.to_owned(),
        Tone::Quiet | Tone::Live | Tone::Fixed => String::new(),
    };
    let color = ui.visuals().text_color();
    let mark = ui.painter().layout_no_wrap(mark, font, color).size().x;
    let taken = mark + theme::NUMBER_WIDTH + 3.0 * ui.spacing().item_spacing.x;
    let mut text = RichText::new(row.label.as_str());
    if row.idle.is_some() || row.silent.is_some() {
        text = text.weak();
    }
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - taken).max(theme::NUMBER_WIDTH));
        ui.add(Label::new(text).truncate().selectable(false))
    })
    .inner
}

fn line(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), theme::SETTING_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(theme::SETTING_HEIGHT);
        ui.spacing_mut().item_spacing.x = theme::SETTING_SPACE;
        add(ui);
    });
}

/// The dot before a setting that was changed: a button that puts it back.
fn dot(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row) {
    let sense = match row.changed_from {
        Some(_) => Sense::click(),
        None => Sense::hover(),
    };
    let spacing = ui.spacing().item_spacing.x;
    ui.spacing_mut().item_spacing.x = 0.0;
    let size = vec2(theme::DOT_COLUMN, theme::SETTING_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, sense);
    ui.spacing_mut().item_spacing.x = spacing;
    let Some(value) = &row.changed_from else {
        return;
    };
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
    let name = format!("Reset {}", row.field.label());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let from = if sheet.view.preset.is_some() {
        "Preset"
    } else {
        "At first"
    };
    let response = response.on_hover_cursor(CursorIcon::PointingHand).hover_at(
        HoverAt::Settings,
        format!("{from}: {value}. Click to reset."),
    );
    if response.clicked() {
        sheet.actions.push(Action::ResetField(row.field));
    }
}

/// A line at the left edge of a setting that acts in the run in training, and a word at one that was edited
/// and only acts in the next run.
fn mark(ui: &mut Ui, mark: &Mark) {
    let color = match mark.tone {
        Tone::Quiet | Tone::Fixed => return,
        Tone::Live => {
            let row = ui.max_rect();
            let color = theme::live(ui.visuals());
            let stroke = Stroke::new(theme::LIVE_LINE, color);
            let x = row.left() + theme::LIVE_LINE / 2.0;
            ui.painter().vline(x, row.y_range().shrink(2.0), stroke);
            return;
        }
        Tone::Pending => theme::changed(ui.visuals()),
    };
    let ground = ui.painter().add(egui::Shape::Noop);
    let text = RichText::new(mark.text).small().color(color);
    let label = Label::new(text).extend().selectable(false);
    let response = ui.add(label.sense(Sense::hover()));
    let rect = response.rect.expand2(vec2(3.0, 0.0));
    let radius = ui.visuals().widgets.inactive.corner_radius;
    let shape = egui::Shape::rect_filled(rect, radius, theme::tint(color));
    ui.painter().set(ground, shape);
    response.hover_at(HoverAt::Settings, mark.hover.as_str());
}

/// What is wrong with a setting, beneath it.
fn error(ui: &mut Ui, row: &Row) {
    if let Some(message) = &row.error {
        ui.horizontal(|ui| {
            ui.add_space(theme::DOT_COLUMN);
            let text = RichText::new(message.as_str()).color(theme::bad(ui.visuals()));
            ui.add(Label::new(text).wrap());
        });
    }
}

/// The data in one line, where their size is known, and a button that opens others.
fn data_line(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row) {
    let data = &sheet.edited.data;
    let (Some(size), Some(pool)) = (data.source.known_size(), data.known_pool()) else {
        return;
    };
    let name = match &data.source {
        DataSource::Mnist => "MNIST".to_owned(),
        DataSource::Files(files) => files.path.file_name().map_or_else(
            || files.path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        ),
    };
    let text = format!(
        "{name}: {}, held out {}",
        format::whole(pool),
        format::whole(data.validation_size.min(size - pool))
    );
    let help = row.field.entry().help;
    ui.horizontal(|ui| {
        ui.add_space(theme::DOT_COLUMN);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let open = ui.small_button("Data…");
            if open.hover_at(HoverAt::Settings, help).clicked() {
                sheet.actions.push(Action::OpenData);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(text).small().weak()).truncate())
                    .hover_at(HoverAt::Settings, format!("{}. {help}", data.source));
            });
        });
    });
}
