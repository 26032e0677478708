//! What stands between the canvas and the answers: the picture as the network sees it, and the tools.

use super::{DrawPrefs, DrawState, words};
use crate::app::action::{Action, DrawAction};
use crate::app::theme;
use crate::data::drawing::{PEN_WIDTHS, Placement, Tool};
use crate::data::reading::RunReading;
use eframe::egui::{Align, Button, Layout, Rect, Role, Slider, Ui, UiBuilder, WidgetInfo};

/// Draws the picture as the network sees it, and the tools: in a column at `place`, or below the canvas with
/// the tools in two rows.
pub fn tools_ui(
    ui: &mut Ui,
    place: Option<Rect>,
    prefs: &mut DrawPrefs,
    state: &mut DrawState,
    reading: &RunReading,
    actions: &mut Vec<Action>,
) {
    if let Some(place) = place {
        let layout = Layout::top_down(Align::Min);
        let builder = UiBuilder::new().max_rect(place).layout(layout);
        ui.scope_builder(builder, |ui| {
            ui.set_min_height(place.height());
            ui.spacing_mut().item_spacing.x = theme::TOOL_SPACE;
            state.seen.ui(ui);
            ui.horizontal(|ui| pen_ui(ui, prefs));
            ui.horizontal(|ui| strokes_ui(ui, state));
            ui.horizontal(|ui| picture_ui(ui, state, actions));
            ui.horizontal(|ui| centre_ui(ui, prefs, reading));
        });
    } else {
        ui.horizontal_top(|ui| {
            state.seen.ui(ui);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.x = theme::TOOL_SPACE;
                ui.horizontal(|ui| {
                    pen_ui(ui, prefs);
                    strokes_ui(ui, state);
                });
                ui.horizontal(|ui| {
                    picture_ui(ui, state, actions);
                    centre_ui(ui, prefs, reading);
                });
            });
        });
    }
    if state.sheet.is_empty() {
        state.own.pick(None);
        // An eraser has nothing to do on an empty canvas.
        state.tool = Tool::Pen;
    }
}

fn pen_ui(ui: &mut Ui, prefs: &mut DrawPrefs) {
    ui.spacing_mut().slider_width = theme::PEN_SLIDER_WIDTH;
    let name = ui.label("Pen");
    ui.add(Slider::new(&mut prefs.pen_width, PEN_WIDTHS).show_value(false))
        .labelled_by(name.id)
        .on_hover_text(
            "Width of the pen. MNIST's strokes are two to three of 28 pixels wide; thinner \
             ones look unlike anything the network has seen",
        );
}

fn strokes_ui(ui: &mut Ui, state: &mut DrawState) {
    let mut erases = state.tool == Tool::Eraser;
    ui.toggle_value(&mut erases, "Erase")
        .on_hover_text("Takes ink away. The right button does it at any time");
    state.tool = if erases { Tool::Eraser } else { Tool::Pen };
    let undo = ui.add_enabled(state.sheet.can_undo(), Button::new("Undo"));
    // The toolbar has a button named Undo, too.
    undo.widget_info(|| WidgetInfo::labeled(Role::Button, undo.enabled(), "Undo stroke"));
    if undo
        .on_hover_text("Takes the last stroke or clearing back. Backspace over the canvas")
        .clicked()
    {
        state.sheet.undo();
    }
}

fn picture_ui(ui: &mut Ui, state: &mut DrawState, actions: &mut Vec<Action>) {
    let clear = ui.add_enabled(!state.sheet.is_empty(), Button::new("Clear"));
    if clear
        .on_hover_text("Takes everything off. Delete over the canvas")
        .clicked()
    {
        state.sheet.clear();
    }
    let open = ui.button("Open…").on_hover_text(
        "Lays a picture on the canvas, PNG, JPEG, BMP, WebP, TIFF or GIF of any size, dark on light or \
         light on dark. Or drop one on the window",
    );
    if open.clicked() {
        actions.push(DrawAction::OpenPicture.into());
    }
}

fn centre_ui(ui: &mut Ui, prefs: &mut DrawPrefs, reading: &RunReading) {
    let mut centred = prefs.placement(reading) == Placement::Centred;
    let hover = match reading.pictures.placement {
        Placement::Centred => words::CENTRE,
        Placement::AsDrawn => words::CENTRE_OF_PICTURES,
    };
    ui.checkbox(&mut centred, "Centre").on_hover_text(hover);
    let placement = if centred {
        Placement::Centred
    } else {
        Placement::AsDrawn
    };
    match reading.pictures.placement {
        Placement::Centred => prefs.placement = placement,
        Placement::AsDrawn => prefs.placement_in_pictures = placement,
    }
}
