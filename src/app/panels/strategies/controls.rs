//! The controls of the strategies: a checkbox, a number, a slider, a list to choose from.

use super::numbers;
use super::row::Sheet;
use super::table::{Offer, Row};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::{Field, Setting};
use eframe::egui::{
    Align, ComboBox, DragValue, Id, Layout, Response, Slider, SliderClamping, Ui, vec2,
};

/// What names a control to screen readers.
#[derive(Clone, Copy)]
pub enum NamedBy<'a> {
    /// The label before it.
    Label(Id),
    /// A name that isn't written in full beside it.
    Name(&'a str),
}

impl NamedBy<'_> {
    fn names(self, response: Response) -> Response {
        match self {
            Self::Label(label) => response.labelled_by(label),
            Self::Name(name) => response.accessible_name(name),
        }
    }
}

/// The hover of a setting's control or label: what the setting does, or why it does nothing.
pub fn hover(response: Response, row: &Row) -> Response {
    let help = row.field.entry().help;
    let text = match (row.idle, row.silent) {
        (None, Some(silent)) => format!("{help} It has no effect while {silent}."),
        (None, None) => format!("{help} {}", row.mark.hover),
        (Some(reason), _) => reason.to_owned(),
    };
    response.hover_at(HoverAt::Settings, text)
}

/// A checkbox for a setting that is on or off.
pub fn switch(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row) {
    let mut on = Setting::read(row.field, &sheet.edited).is_some_and(is_on);
    let response = ui.checkbox(&mut on, row.label.as_str());
    if response.changed() {
        sheet.switch(row.field, on);
    }
    hover(response, row);
}

fn is_on(setting: Setting) -> bool {
    setting.value_text() != "off"
}

/// A number that can be dragged and typed. A number that is off isn't drawn.
pub fn number(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row, named_by: NamedBy<'_>) {
    let settings = &sheet.edited;
    let (Some(number), Some(value)) = (
        row.field.entry().number(),
        numbers::read(row.field, settings),
    ) else {
        return;
    };
    let mut edited = value;
    let shown = numbers::text(row.field, settings, value);
    let shown = shown.as_str();
    let control = DragValue::new(&mut edited)
        .range(numbers::range(number, settings))
        // A draft that came from elsewhere is shown as it is, with its error.
        .clamp_existing_to_range(false)
        .speed(numbers::speed(number, value))
        .prefix(number.prefix)
        .suffix(number.suffix)
        .min_size(vec2(theme::NUMBER_WIDTH, 0.0))
        .clip_text(true)
        // An edit isn't sent at each key: "0.5" would be 0 first, and a run that trains would take
        // that.
        .update_while_editing(false)
        .custom_formatter(|value, _| numbers::text(row.field, settings, value))
        // What is shown is rounded; leaving it untouched must change nothing.
        .custom_parser(move |typed| {
            if typed.trim() == shown {
                None
            } else {
                numbers::parse(typed)
            }
        });
    let response = ui.add_enabled(row.idle.is_none(), control);
    hover(named_by.names(response), row);
    if edited != value {
        numbers::write(row.field, &mut sheet.edited, edited);
    }
}

/// The slider beneath a number, where the table has one.
pub fn rail(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, row: &Row, label: Option<Id>) {
    let settings = &sheet.edited;
    let (Some(number), Some(value), Some(rail)) = (
        row.field.entry().number(),
        numbers::read(row.field, settings),
        numbers::rail(row.field, settings),
    ) else {
        return;
    };
    let mut edited = value;
    let mut slider = Slider::from_get_set(rail.range, |new| {
        if let Some(new) = new {
            edited = numbers::on_rail(number, new);
        }
        edited
    })
    .clamping(SliderClamping::Edits)
    .logarithmic(rail.step.is_none())
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
        let mut response = ui.add_enabled(row.idle.is_none(), slider);
        if let Some(label) = label {
            response = response.labelled_by(label);
        }
        hover(response, row);
    });
    if edited != value {
        numbers::write(row.field, &mut sheet.edited, edited);
    }
}

/// A list to choose a value from.
pub fn choice(
    ui: &mut Ui,
    sheet: &mut Sheet<'_, '_>,
    row: &Row,
    offers: &[Offer],
    named_by: NamedBy<'_>,
) {
    let current = Setting::read(row.field, &sheet.edited);
    let is_current = |offer: &&Offer| Some(offer.value) == current;
    let shown = offers.iter().find(is_current);
    let width = ui.available_width().min(theme::CHOICE_WIDTH);
    let mut chosen = None;
    ui.add_enabled_ui(row.idle.is_none(), |ui| {
        let response = ComboBox::from_id_salt(row.field.name())
            .selected_text(shown.map_or("", |offer| offer.short))
            .width(width)
            .truncate()
            .show_ui(ui, |ui| {
                for offer in offers {
                    let is_chosen = Some(offer.value) == current;
                    let response = ui
                        .add_enabled_ui(offer.is_enabled, |ui| {
                            ui.selectable_label(is_chosen, offer.text.as_str())
                        })
                        .inner;
                    let response = response.hover_at(HoverAt::Beside, offer.hover);
                    if response.clicked() && !is_chosen {
                        chosen = Some(offer.value);
                    }
                }
            })
            .response;
        hover(named_by.names(response), row);
    });
    match chosen {
        Some(Setting::Architecture(architecture)) => {
            sheet.edited = sheet.edited.with_architecture(architecture);
        }
        Some(chosen) => chosen.apply(&mut sheet.edited),
        None => {}
    }
}

impl Sheet<'_, '_> {
    /// Switches a setting on or off. A number that is switched on again has the value that it
    /// had before.
    fn switch(&mut self, field: Field, on: bool) {
        let last = self.numbers.get(field.name()).copied();
        let first = field.entry().number().and_then(|number| number.off);
        match (on, last.or(first.map(|off| off.first))) {
            (true, Some(value)) => field.set_number(&mut self.edited, value),
            (on, _) => {
                let text = if on { "on" } else { "off" };
                // Both words are values of every setting that can be switched.
                if let Ok(setting) = Setting::parse(field, text) {
                    setting.apply(&mut self.edited);
                }
            }
        }
    }
}
