//! The menu of a run's row: everything that can be done with the run.

use super::RunsState;
use super::rows::RunRow;
use crate::app::action::Action;
use eframe::egui::{Button, Ui};

/// Draws a run's menu.
pub fn menu_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow, actions: &mut Vec<Action>) {
    let id = || row.id.clone();
    let resume = ui.add_enabled(row.resumes_at.is_ok(), Button::new("Resume"));
    let resume = match &row.resumes_at {
        Ok(place) => resume.on_hover_text(format!("The run goes on {place}.")),
        Err(why) => resume.on_disabled_hover_text(why.to_string()),
    };
    if resume.clicked() {
        actions.push(Action::ResumeRun(id(), None));
    }
    ui.separator();
    if ui.add(Button::new("Rename").shortcut_text("F2")).clicked() {
        state.rename(row);
    }
    let star = if row.starred { "Unstar" } else { "Star" };
    if ui.button(star).clicked() {
        actions.push(Action::StarRun(id(), !row.starred));
    }
    let show = if row.shown { "Hide" } else { "Show" };
    if ui.button(show).clicked() {
        actions.push(Action::ShowRun(id(), !row.shown));
    }
    ui.separator();
    let using = ui
        .button("Use its settings")
        .on_hover_text("Take this run's settings for the next run.");
    if using.clicked() {
        actions.push(Action::UseSettingsOf(id()));
    }
    if ui.button("Show in folder").clicked() {
        actions.push(Action::OpenRunFolder(id()));
    }
    ui.separator();
    let delete = ui
        .add_enabled(!row.active, Button::new("Delete").shortcut_text("Del"))
        .on_hover_text("Move the run into the bin. The deletion can be undone.")
        .on_disabled_hover_text(cannot_delete(row));
    if delete.clicked() {
        actions.push(Action::DeleteRun(id()));
    }
}

/// Why an active run can't be deleted.
pub fn cannot_delete(row: &RunRow) -> String {
    format!("{} is in work: stop it first.", row.name)
}
