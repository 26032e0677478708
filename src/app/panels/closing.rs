//! The question before the window closes while a run trains.

use crate::app::action::Action;
use crate::app::theme;
use eframe::egui::{Context, Id, Modal};

/// Asks about the run of this name.
pub fn closing_ui(ctx: &Context, run: &str, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::unique("closing")).show(ctx, |ui| {
        ui.set_width(theme::QUESTION_WIDTH);
        ui.heading(format!("Close while {run} is training?"));
        ui.label("The run is kept as it stands. Resume, in its menu, goes on from the same batch.");
        ui.add_space(theme::GROUP_SPACE);
        ui.horizontal(|ui| {
            let stop = ui.button("Stop and close");
            if stop.clicked() {
                actions.push(Action::StopAndClose);
            }
            // With the focus on this button, Enter answers the question.
            if ui.memory(|memory| memory.focused().is_none()) {
                stop.request_focus();
            }
            if ui.button("Go on training").clicked() {
                actions.push(Action::StayOpen);
            }
        });
    });
    if modal.should_close() {
        actions.push(Action::StayOpen);
    }
}
