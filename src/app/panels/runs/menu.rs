//! The menu of a run's row: everything that can be done with the run.

use super::RunsState;
use super::ensembles::{CANCELLED, MEASURING};
use super::rows::{Origin, RunRow};
use crate::app::action::{Action, ExportKind};
use crate::app::panels::ensemble_dialog::USUAL_COPIES;
use crate::app::panels::forms::WHAT_COPIES_DO;
use crate::data::Copies;
use eframe::egui::{Button, Ui};

/// Why a row of a file of curves has no star and no settings.
const FROM_FILE: &str = "This run was read from a file of curves, which tells its figures alone.";

/// Draws a run's menu.
pub fn menu_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    if row.seeds.is_some() {
        return group_menu_ui(ui, state, row, actions);
    }
    if let Origin::Ensemble { copies, .. } = row.origin {
        ensemble_ui(ui, state, row, copies, actions);
        return;
    }
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
    let is_of_store = row.origin == Origin::Store;
    let star = if row.starred { "Unstar" } else { "Star" };
    let star = ui.add_enabled(is_of_store, Button::new(star));
    if star.on_disabled_hover_text(FROM_FILE).clicked() {
        actions.push(Action::StarRun(id(), !row.starred));
    }
    let show = if row.shown { "Hide" } else { "Show" };
    if ui.button(show).clicked() {
        actions.push(Action::ShowRun(id(), !row.shown));
    }
    ui.separator();
    let using = ui
        .add_enabled(is_of_store, Button::new("Use its settings"))
        .on_hover_text("Take this run's settings for the next run.")
        .on_disabled_hover_text(FROM_FILE);
    if using.clicked() {
        actions.push(Action::UseSettingsOf(id()));
    }
    let averaging = ui
        .add_enabled(is_of_store && row.best.is_some(), Button::new("Average…"))
        .on_hover_text(
            "Lets this run answer together with others, those whose curves are shown first, or with \
             transformed copies of each image.",
        )
        .on_disabled_hover_text(match is_of_store {
            true => "The run has no weights yet.",
            false => FROM_FILE,
        });
    if averaging.clicked() {
        actions.push(Action::OpenEnsemble(Some(id())));
    }
    if is_of_store {
        export_ui(ui, row, actions);
    }
    if ui.button("Show in folder").clicked() {
        actions.push(Action::OpenRunFolder(id()));
    }
    ui.separator();
    let (label, hover) = match row.origin {
        Origin::Store => (
            "Delete",
            "Move the run into the bin. The deletion can be undone.",
        ),
        Origin::File(_) | Origin::Ensemble { .. } => (
            "Remove from the table",
            "Take these curves off the table. Their file stays.",
        ),
    };
    let delete = ui
        .add_enabled(!row.active, Button::new(label).shortcut_text("Del"))
        .on_hover_text(hover)
        .on_disabled_hover_text(cannot_delete(row));
    if delete.clicked() {
        actions.push(Action::DeleteRun(id()));
    }
}

/// Draws a group's menu.
fn group_menu_ui(ui: &mut Ui, state: &mut RunsState, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let (show, hover) = if row.shown {
        ("Hide", "Takes its mean off the plots.")
    } else {
        (
            "Compare",
            "Shows its mean beside that of the chosen group, and says whether the settings made a difference.",
        )
    };
    let show = ui.add_enabled(!row.chosen, Button::new(show));
    if show.on_hover_text(hover).clicked() {
        actions.push(Action::ShowRun(row.id.clone(), !row.shown));
    }
    let open = if state.open.contains(&row.id) {
        "Close its runs"
    } else {
        "Open its runs"
    };
    if ui.button(open).clicked() {
        state.open_or_close(&row.id);
    }
    let using = ui.button("Use its settings");
    if using
        .on_hover_text("Take these settings for the next runs.")
        .clicked()
        && let Some(first) = row.seeds.and_then(|group| group.members.first())
    {
        actions.push(Action::UseSettingsOf(first.clone()));
    }
    let averaging = ui
        .button("Average…")
        .on_hover_text("Lets its runs answer together, by the mean of their probabilities.");
    if averaging.clicked()
        && let Some(group) = row.seeds
    {
        actions.push(Action::AverageRuns(group.members.clone()));
    }
    ui.separator();
    if ui.add(Button::new("Rename").shortcut_text("F2")).clicked() {
        state.rename(row);
    }
    export_ui(ui, row, actions);
    ui.separator();
    let delete = ui
        .add_enabled(!row.active, Button::new("Delete").shortcut_text("Del"))
        .on_hover_text("Move all runs of the group into the bin. The deletion can be undone.")
        .on_disabled_hover_text(cannot_delete(row));
    if delete.clicked() {
        actions.push(Action::DeleteRun(row.id.clone()));
    }
}

/// Draws the entry that exports the curves of a run, or the mean of a group with its runs.
fn export_ui(ui: &mut Ui, row: &RunRow<'_>, actions: &mut Vec<Action>) {
    let kind = ExportKind::Curves;
    let export = ui
        .add_enabled(row.epochs > 0, Button::new(format!("{}…", kind.title())))
        .on_hover_text(kind.hover())
        .on_disabled_hover_text("There is no epoch yet.");
    if export.clicked() {
        actions.push(Action::ChooseRun(row.id.clone()));
        actions.push(Action::OpenExport(kind));
    }
}

/// Draws what can be done with runs that answer together.
fn ensemble_ui(
    ui: &mut Ui,
    state: &mut RunsState,
    row: &RunRow<'_>,
    copies: Copies,
    actions: &mut Vec<Action>,
) {
    let id = || row.id.clone();
    if ui.add(Button::new("Rename").shortcut_text("F2")).clicked() {
        state.rename(row);
    }
    let star = if row.starred { "Unstar" } else { "Star" };
    if ui.button(star).clicked() {
        actions.push(Action::StarRun(id(), !row.starred));
    }
    ui.separator();
    let mut is_augmented = copies.count > 0;
    let switch = ui
        .checkbox(&mut is_augmented, "Test-time augmentation")
        .on_hover_text(WHAT_COPIES_DO);
    if switch.changed() {
        let copies = match is_augmented {
            true => Copies::new(USUAL_COPIES),
            false => Copies::NONE,
        };
        actions.push(Action::SetCopies(id(), copies));
        ui.close();
    }
    if row.state_label == MEASURING && ui.button("Cancel measuring").clicked() {
        actions.push(Action::CancelMeasuring);
    }
    if row.state_label == CANCELLED && ui.button("Measure").clicked() {
        actions.push(Action::MeasureEnsemble(id()));
    }
    if ui.button("Edit average…").clicked() {
        actions.push(Action::EditEnsemble(id()));
    }
    if ui.button("Show in folder").clicked() {
        actions.push(Action::OpenRunFolder(id()));
    }
    ui.separator();
    let delete = ui
        .add(Button::new("Delete").shortcut_text("Del"))
        .on_hover_text(
            "Move the average into the bin. Its runs stay, and the deletion can be undone.",
        );
    if delete.clicked() {
        actions.push(Action::DeleteRun(id()));
    }
}

/// Why an active run can't be deleted.
pub fn cannot_delete(row: &RunRow<'_>) -> String {
    format!("{} is in work: stop it first.", row.name)
}
