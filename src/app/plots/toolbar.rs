//! The row over the plots: what heights show, what the plots run along, smoothing, fit.

use super::state::{MOST_SMOOTHING, PlotsState};
use crate::app::action::{Action, ExportKind};
use crate::app::theme;
use crate::lab::plot::{XAxis, YView};
use crate::lab::sweep::SpreadKind;
use eframe::egui::{Button, ComboBox, Response, Role, Slider, Ui, WidgetInfo};

/// What the row over the plots needs to know.
pub(super) struct ToolbarView<'a> {
    /// Whether there is room for the plot of the gap.
    pub(super) gap_fits: bool,
    /// Whether there is something to export.
    pub(super) has_epochs: bool,
    /// The name of a run that was opened from a file.
    pub(super) of_file: Option<&'a str>,
}

/// Draws the row over the plots.
pub(super) fn toolbar_ui(
    ui: &mut Ui,
    state: &mut PlotsState,
    view: &ToolbarView<'_>,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        y_view_ui(ui, state);
        x_axis_ui(ui, state);
        ui.add_space(theme::GROUP_SPACE);
        smoothing_ui(ui, state);
        if view.gap_fits {
            ui.add_space(theme::GROUP_SPACE);
            ui.checkbox(&mut state.gap_plot, "Gap plot").on_hover_text(
                "A plot of training − validation accuracy: how far the network knows its \
                 training images better than new ones",
            );
        }
        ui.add_space(theme::GROUP_SPACE);
        ui.add_enabled_ui(view.has_epochs, |ui| {
            if ui
                .button("Export…")
                .on_hover_text(ExportKind::Curves.hover())
                .clicked()
            {
                actions.push(Action::OpenExport(ExportKind::Curves));
            }
        });
        if state.zoom.is_held() {
            ui.add_space(theme::GROUP_SPACE);
            whole_view_ui(ui, state);
        }
        if let Some(name) = view.of_file.filter(|_| state.x_axis() != XAxis::Epoch) {
            ui.weak(format!("{name} knows epochs alone and isn't shown"));
        }
    });
}

/// The one way back to all data; a double click on a plot and its menu do the same.
pub(super) fn whole_view_ui(ui: &mut Ui, state: &mut PlotsState) -> bool {
    let button = Button::new("Whole view");
    let is_clicked = ui
        .add_enabled(state.zoom.is_held(), button)
        .on_hover_text("Follow all data again. A double click on a plot does the same")
        .clicked();
    if is_clicked {
        state.fit();
    }
    is_clicked
}

/// The choice of what is drawn beside the lines, for the menu of the plots.
pub(super) fn batches_ui(ui: &mut Ui, state: &mut PlotsState) {
    ui.checkbox(&mut state.batches, "Batches as seen")
        .on_hover_text(
            "The loss and accuracy of each batch while it trains, with dropout and augmentation as \
             they act: a restless line that can't be compared with validation",
        );
}

/// The choice of what the band about a mean shows, for the menu of the plots.
pub(super) fn spread_ui(ui: &mut Ui, state: &mut PlotsState) {
    ui.label("Band about a mean of seeds");
    for kind in SpreadKind::ALL {
        ui.radio_value(&mut state.spread, kind, kind.label());
    }
}

fn y_view_ui(ui: &mut Ui, state: &mut PlotsState) {
    let mut chosen = state.y_view();
    let response = ComboBox::from_id_salt("heights")
        .width(theme::PLOT_COMBO_WIDTH)
        .selected_text(format!("Height: {}", chosen.label()))
        .show_ui(ui, |ui| {
            for view in YView::ALL {
                ui.selectable_value(&mut chosen, view, view.label())
                    .on_hover_text(view.hint());
            }
        })
        .response;
    named(response, "Heights", chosen.label(), chosen.hint());
    if chosen != state.y_view() {
        state.choose_y_view(chosen);
    }
}

fn x_axis_ui(ui: &mut Ui, state: &mut PlotsState) {
    let mut chosen = state.x_axis();
    let response = ComboBox::from_id_salt("along")
        .width(theme::PLOT_COMBO_WIDTH)
        .selected_text(format!("Along: {}", chosen.label()))
        .show_ui(ui, |ui| {
            for axis in XAxis::ALL {
                ui.selectable_value(&mut chosen, axis, axis.label())
                    .on_hover_text(axis.hint());
            }
        })
        .response;
    named(response, "Along", chosen.label(), chosen.hint());
    state.choose_x_axis(chosen);
}

/// Gives a choice a name for those who can't see where it stands, and its hint.
fn named(response: Response, what: &str, chosen: &str, hint: &str) {
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("{what}: {chosen}")));
    response.on_hover_text(hint);
}

fn smoothing_ui(ui: &mut Ui, state: &mut PlotsState) {
    let mut smoothing = state.smoothing();
    if ui.available_size_before_wrap().x < theme::SMOOTH_ROOM {
        // A slider doesn't wrap by itself.
        ui.end_row();
    }
    let label = ui.label("Smooth");
    ui.spacing_mut().slider_width = if ui.max_rect().width() < theme::LEAST_FOR_LONG_SLIDER {
        theme::SHORT_SMOOTH_WIDTH
    } else {
        theme::SMOOTH_WIDTH
    };
    let slider = Slider::new(&mut smoothing, 0.0..=MOST_SMOOTHING)
        .step_by(0.01)
        .custom_formatter(|value, _| smoothing_text(value))
        .custom_parser(|text| match text.trim() {
            "off" => Some(0.0),
            number => number.parse().ok(),
        });
    let response = ui.add(slider).labelled_by(label.id).on_hover_text(
        "Each point becomes a mean of itself and those before it; the measured line stays \
         behind it, faint. Off shows what was measured: a single lucky epoch is seen as one",
    );
    if response.changed() {
        state.smoothing = smoothing;
    }
}

fn smoothing_text(value: f64) -> String {
    if value < 0.005 {
        "off".into()
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_smoothing_says_off() {
        assert_eq!(smoothing_text(0.0), "off");
        assert_eq!(smoothing_text(0.6), "0.60");
    }
}
