//! The choice of the picture that goes through the network.

use super::{LayersPicture, LayersPrefs, LayersState};
use crate::app::action::{Action, Tab};
use crate::app::panels::tab_view::{TabsView, small};
use eframe::egui::{DragValue, Ui, WidgetInfo};

/// Draws the choice, and what to do first where the choice has no picture yet.
pub(super) fn choice_ui(
    ui: &mut Ui,
    prefs: &mut LayersPrefs,
    state: &mut LayersState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    ui.strong("What the convolutions make of");
    ui.horizontal_wrapped(|ui| {
        for (picture, text, hover) in [
            (LayersPicture::Drawn, "drawing", "The picture in Draw"),
            (
                LayersPicture::Chosen,
                "chosen image",
                "The image that was clicked in Errors",
            ),
            (
                LayersPicture::Validation,
                "validation image",
                "Any of the run's validation images, by its number",
            ),
        ] {
            ui.selectable_value(&mut prefs.picture, picture, text)
                .on_hover_text(hover);
        }
    });
    match prefs.picture {
        LayersPicture::Drawn => drawn_ui(ui, view, actions),
        LayersPicture::Chosen => chosen_ui(ui, state, view, actions),
        LayersPicture::Validation => validation_ui(ui, prefs, state, view),
    }
}

/// Whether a picture has gone through the network.
fn has_maps(view: &TabsView<'_>) -> bool {
    let layers = view.known.layers.as_ref();
    layers.is_some_and(|layers| layers.activations.is_some())
}

fn drawn_ui(ui: &mut Ui, view: &TabsView<'_>, actions: &mut Vec<Action>) {
    if !has_maps(view) {
        ui.label("Draw a digit to see what each convolution finds in it.");
        open_ui(ui, Tab::Draw, actions);
    }
}

fn chosen_ui(ui: &mut Ui, state: &LayersState, view: &TabsView<'_>, actions: &mut Vec<Action>) {
    match &state.chosen {
        None => {
            ui.label("Click an image in Errors to see what each convolution finds in it.");
            open_ui(ui, Tab::Errors, actions);
        }
        Some(chosen) if chosen.image.0.len() == view.image_size.pixels() => {
            ui.label(small(format!("This is {}.", chosen.title)));
        }
        Some(chosen) => {
            ui.label(format!(
                "This network takes images of another size than {}.",
                chosen.title
            ));
            open_ui(ui, Tab::Errors, actions);
        }
    }
}

fn open_ui(ui: &mut Ui, tab: Tab, actions: &mut Vec<Action>) {
    let text = format!("Open {}", tab.label());
    if ui.button(text).on_hover_text(tab.hover()).clicked() {
        actions.push(Action::ShowTab(tab));
    }
}

fn validation_ui(
    ui: &mut Ui,
    prefs: &mut LayersPrefs,
    state: &mut LayersState,
    view: &TabsView<'_>,
) {
    let run = view.run.map(|run| &run.id);
    let validated = view.validation.validated.first();
    let validated = validated.and_then(Option::as_ref);
    let validated = validated.filter(|validated| Some(&validated.subject.run) == run);
    let Some(validated) = validated else {
        ui.label(if view.epoch.is_none() {
            "The validation images are there after the first epoch."
        } else {
            "Reading the validation images…"
        });
        return;
    };
    let (data, answers) = (&validated.data, &validated.answers);
    let count = data.validation_size();
    ui.horizontal(|ui| {
        let mut number = prefs.validation_index.min(count - 1) + 1;
        let drag = ui.add(DragValue::new(&mut number).range(1..=count));
        drag.widget_info(|| WidgetInfo::drag_value(true, number as f64));
        let previous = ui.small_button("Previous").clicked();
        let next = ui.small_button("Next").clicked();
        if previous {
            number = number.saturating_sub(1).max(1);
        }
        if next {
            number = (number + 1).min(count);
        }
        ui.label(small(format!("of {count}")));
        prefs.validation_index = number - 1;
    });
    let index = prefs.validation_index;
    state.take_validation(data, index);
    let class = |class: u8| {
        let classes = &data.dataset().classes;
        classes.get(usize::from(class)).map_or("?", String::as_str)
    };
    let label = data.validation_label(index);
    let answer = answers.classes.get(index).copied().unwrap_or(label);
    ui.label(small(if answer == label {
        format!("{}, recognized", class(label))
    } else {
        format!("{}, taken for {}", class(label), class(answer))
    }));
}
