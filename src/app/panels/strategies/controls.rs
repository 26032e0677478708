//! The controls of the strategies: a number, a slider with its number, a choice.

use super::numbers::{self, Scale};
use super::row::{self, Sheet};
use super::rules;
use crate::app::theme;
use crate::experiment::{Field, Settings};
use eframe::egui::{
    Align, ComboBox, DragValue, Id, Layout, RectAlign, Response, Slider, SliderClamping, Tooltip,
    Ui, vec2,
};

/// A row with a number.
pub fn number_row(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, field: Field) {
    row::room(ui, field, |ui| {
        row::labelled_row(ui, sheet, field, |ui, sheet, label| {
            number(ui, &mut sheet.edited, field, |response| match field {
                // Its label is short.
                Field::BatchNormMomentum => {
                    response.accessible_name(row::sentence_case(field.label()))
                }
                _ => response.labelled_by(label),
            });
        });
    });
}

/// A row with a number, and a slider beneath it.
pub fn lever(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, field: Field) {
    row::room(ui, field, |ui| {
        let mut name = None;
        row::labelled_row(ui, sheet, field, |ui, sheet, label| {
            name = Some(label);
            number(ui, &mut sheet.edited, field, |response| {
                response.labelled_by(label)
            });
        });
        rail(ui, &mut sheet.edited, field, name);
    });
}

/// A number that can be dragged and typed. `named` gives it its accessible name.
pub fn number(
    ui: &mut Ui,
    settings: &mut Settings,
    field: Field,
    named: impl FnOnce(Response) -> Response,
) {
    let (Some(scale), Some(value)) = (
        numbers::scale(field, settings),
        numbers::read(field, settings),
    ) else {
        return;
    };
    let idle = rules::excluded(field, settings.network.architecture);
    let mut edited = value;
    let shown = numbers::text(field, settings, value);
    let response = ui.add_enabled(
        idle.is_none(),
        drag_value(&mut edited, &scale, settings, field, &shown),
    );
    row::hover(named(response), field, idle);
    if edited != value {
        numbers::write(field, settings, edited);
    }
}

fn drag_value<'a>(
    value: &'a mut f64,
    scale: &Scale,
    settings: &'a Settings,
    field: Field,
    shown: &'a str,
) -> DragValue<'a> {
    let speed = scale.speed_at(*value);
    DragValue::new(value)
        .range(scale.range.clone())
        // A draft that came from elsewhere is shown as it is, with its error.
        .clamp_existing_to_range(false)
        .speed(speed)
        .prefix(scale.prefix)
        .suffix(scale.suffix)
        .min_size(vec2(theme::NUMBER_WIDTH, 0.0))
        .clip_text(true)
        // Not at each key: "0.5" would be 0 first, and a run that trains would take it.
        .update_while_editing(false)
        .custom_formatter(move |value, _| numbers::text(field, settings, value))
        // What is shown is rounded; leaving it untouched must change nothing.
        .custom_parser(move |typed| {
            if typed.trim() == shown {
                None
            } else {
                numbers::parse(typed)
            }
        })
}

fn rail(ui: &mut Ui, settings: &mut Settings, field: Field, name: Option<Id>) {
    let (Some(scale), Some(value)) = (
        numbers::scale(field, settings),
        numbers::read(field, settings),
    ) else {
        return;
    };
    let Some(rail) = scale.rail else {
        return;
    };
    let idle = rules::excluded(field, settings.network.architecture);
    let mut edited = value;
    let mut slider = Slider::from_get_set(rail.range, |new| {
        if let Some(new) = new {
            edited = numbers::on_rail(field, new);
        }
        edited
    })
    .clamping(SliderClamping::Edits)
    .logarithmic(rail.logarithmic)
    .trailing_fill(true)
    .show_value(false);
    if let Some(step) = rail.step {
        slider = slider.step_by(step);
    }
    let size = vec2(ui.available_width(), theme::RAIL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().interact_size.y = theme::RAIL_HEIGHT;
        ui.add_space(theme::DOT_COLUMN);
        ui.spacing_mut().slider_width = ui.available_width();
        let mut response = ui.add_enabled(idle.is_none(), slider);
        if let Some(name) = name {
            response = response.labelled_by(name);
        }
        row::hover(response, field, idle);
    });
    if edited != value {
        numbers::write(field, settings, edited);
    }
}

/// A hover beside a choice, where it hides no other.
pub fn hover_beside(response: &Response, text: &str) {
    let mut tooltip = if response.enabled() {
        Tooltip::for_enabled(response)
    } else {
        Tooltip::for_disabled(response)
    };
    tooltip.popup = tooltip
        .popup
        .align(RectAlign::RIGHT_START)
        .gap(theme::GROUP_SPACE);
    tooltip.show(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.label(text);
    });
}

/// One of a combo's choices.
pub struct Choice<T> {
    /// What it stands for.
    pub value: T,
    /// What is shown in the list.
    pub text: String,
    /// What is shown when it is chosen.
    pub short: &'static str,
    /// What it does.
    pub hover: &'static str,
    /// Why it can't be chosen.
    pub excluded: Option<&'static str>,
}

/// A combo of choices. Returns what was chosen, where that is new. `named` gives it its
/// accessible name.
pub fn choice<T: PartialEq + Copy>(
    ui: &mut Ui,
    field: Field,
    current: T,
    idle: Option<&'static str>,
    choices: &[Choice<T>],
    named: impl FnOnce(Response) -> Response,
) -> Option<T> {
    let mut chosen = None;
    let shown = choices
        .iter()
        .find(|choice| choice.value == current)
        .map_or("", |choice| choice.short);
    let width = ui.available_width().min(theme::CHOICE_WIDTH);
    ui.add_enabled_ui(idle.is_none(), |ui| {
        let response = ComboBox::from_id_salt(field.name())
            .selected_text(shown)
            .width(width)
            .truncate()
            .show_ui(ui, |ui| {
                for choice in choices {
                    let selected = choice.value == current;
                    let enabled = choice.excluded.is_none();
                    let response = ui
                        .add_enabled_ui(enabled, |ui| {
                            ui.selectable_label(selected, choice.text.as_str())
                        })
                        .inner;
                    hover_beside(&response, choice.excluded.unwrap_or(choice.hover));
                    if response.clicked() && !selected {
                        chosen = Some(choice.value);
                    }
                }
            })
            .response;
        row::hover(named(response), field, idle);
    });
    chosen
}
