//! The question before a window closes in mid-training.

use crate::app::action::Action;
use crate::app::theme;
use eframe::egui::{Context, Id, Modal};

/// Asks about the run of this name.
pub fn closing_ui(ctx: &Context, run: &str, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::unique("closing")).show(ctx, |ui| {
        ui.set_width(theme::QUESTION_WIDTH);
        ui.heading(format!("{run} is training"));
        ui.label("Stopped, it is kept as it stands, and Resume in its menu goes on from there.");
        ui.add_space(theme::GROUP_SPACE);
        ui.horizontal(|ui| {
            if ui.button("Stop and close").clicked() {
                actions.push(Action::StopAndClose);
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
