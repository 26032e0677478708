//! The menu bar, with the menu of devices at its right end.

use crate::app::action::{Action, ExportKind};
use crate::app::commands::UserCommand;
use crate::app::panels::device_menu::{DeviceView, device_ui};
use crate::app::panels::export::{Exportable, export_entries, sweep_entry};
use crate::app::panels::presenting::{PresentingView, presenting_ui};
use crate::app::panels::toolbar::NOTHING_IN_WORK;
use eframe::egui::{Align, Button, Layout, MenuBar, ThemePreference, Ui};

/// What the menus need to know.
pub struct MenuView<'a> {
    /// Whether Train begins something: settings that can be trained, and no run of one's own in work that a
    /// single run would have to wait for.
    pub can_train: bool,
    /// Whether there is a run to pause, to go on with or to stop.
    pub can_hold: bool,
    /// Whether what is in work is paused.
    pub paused: bool,
    /// Whether the settings can be trained.
    pub trainable: bool,
    /// Whether there is an edit to undo.
    pub can_undo: bool,
    /// Whether there is an edit to redo.
    pub can_redo: bool,
    /// Whether what sweeps found is shown in place of the curves.
    pub shows_findings: bool,
    /// What of the chosen run or average can be exported.
    pub exportable: Exportable,
    /// Whether what a sweep found is looked at.
    pub looks_at_sweep: bool,
    /// Whether there is a run with weights.
    pub can_average: bool,
    /// Whether there is a deleted run to bring back.
    pub can_undo_delete: bool,
    /// Whether the settings stand for data of the user's own.
    pub has_own_data: bool,
    /// Whether runs from files of curves stand in the table.
    pub has_curves: bool,
    /// The menu of devices.
    pub device: DeviceView<'a>,
    /// Light, dark, or the system's theme.
    pub theme: ThemePreference,
    /// Text size, as a factor of the usual size.
    pub text_size: f32,
}

/// Whether a command can be given now.
pub fn is_enabled(command: UserCommand, view: &MenuView<'_>) -> bool {
    match command {
        UserCommand::Train => view.can_train,
        UserCommand::PauseOrResume | UserCommand::Stop => view.can_hold,
        UserCommand::Undo => view.can_undo,
        UserCommand::Redo => view.can_redo,
        UserCommand::UndoDelete => view.can_undo_delete,
        UserCommand::CloseCurves => view.has_curves,
        UserCommand::UseMnist => view.has_own_data,
        UserCommand::SaveExperiment
        | UserCommand::FindRates
        | UserCommand::Sweep
        | UserCommand::Ablation
        | UserCommand::LearningCurve => view.trainable,
        UserCommand::Average => view.can_average,
        UserCommand::OpenExperiment
        | UserCommand::OpenSweep
        | UserCommand::Report
        | UserCommand::OpenData
        | UserCommand::Findings
        | UserCommand::Submission
        | UserCommand::Kaggle
        | UserCommand::OpenCurves
        | UserCommand::Presentation
        | UserCommand::ToggleLog
        | UserCommand::ToggleQueue
        | UserCommand::LargerText
        | UserCommand::SmallerText
        | UserCommand::UsualText
        | UserCommand::ToggleKeys
        | UserCommand::ToggleWords
        | UserCommand::ToggleAbout
        | UserCommand::Quit => true,
    }
}

/// Draws the menu bar. A presentation has two menus more.
pub fn menu_ui(
    ui: &mut Ui,
    view: &MenuView<'_>,
    presenting: Option<&PresentingView<'_>>,
    actions: &mut Vec<Action>,
) {
    use UserCommand as C;
    MenuBar::new().ui(ui, |ui| {
        ui.menu_button("File", |ui| {
            entries(ui, view, actions, &[C::OpenExperiment, C::SaveExperiment]);
            ui.separator();
            entries(ui, view, actions, &[C::OpenData, C::UseMnist, C::Kaggle]);
            ui.separator();
            entries(ui, view, actions, &[C::OpenCurves, C::CloseCurves]);
            entries(ui, view, actions, &[C::OpenSweep]);
            ui.separator();
            entries(ui, view, actions, &[C::Quit]);
        });
        ui.menu_button("Run", |ui| {
            entries(ui, view, actions, &[C::Train, C::PauseOrResume, C::Stop]);
            entries(ui, view, actions, &[C::ToggleQueue]);
            ui.separator();
            entries(
                ui,
                view,
                actions,
                &[C::Ablation, C::LearningCurve, C::Sweep, C::FindRates],
            );
            ui.separator();
            entries(ui, view, actions, &[C::Average]);
            ui.separator();
            entries(ui, view, actions, &[C::Undo, C::Redo]);
            ui.separator();
            entries(ui, view, actions, &[C::UndoDelete]);
        });
        if let Some(presenting) = presenting {
            presenting_ui(ui, presenting, actions);
        }
        ui.menu_button("View", |ui| {
            theme_entries(ui, view, actions);
            ui.separator();
            entries(
                ui,
                view,
                actions,
                &[C::LargerText, C::SmallerText, C::UsualText],
            );
            ui.separator();
            findings_ui(ui, view, actions);
            entries(ui, view, actions, &[C::Presentation, C::ToggleLog]);
        });
        ui.menu_button("Export", |ui| {
            entries(ui, view, actions, &[C::Submission, C::Report]);
            ui.separator();
            export_entries(ui, &ExportKind::ALL, view.exportable, actions);
            ui.separator();
            sweep_entry(ui, view.looks_at_sweep, actions);
        });
        ui.menu_button("Help", |ui| {
            entries(
                ui,
                view,
                actions,
                &[C::ToggleWords, C::ToggleKeys, C::ToggleAbout],
            );
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            device_ui(ui, &view.device, actions);
        });
    });
}

fn entries(ui: &mut Ui, view: &MenuView<'_>, actions: &mut Vec<Action>, commands: &[UserCommand]) {
    for command in commands {
        let mut button = Button::new(command.text());
        if let Some(shortcut) = command.shortcut() {
            button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut));
        }
        let response = ui
            .add_enabled(is_enabled(*command, view), button)
            .on_hover_text(command.tooltip());
        let response = match command {
            UserCommand::PauseOrResume | UserCommand::Stop => {
                response.on_disabled_hover_text(NOTHING_IN_WORK)
            }
            _ => response,
        };
        if response.clicked() {
            actions.push(command.action(view.paused, view.text_size));
            ui.close();
        }
    }
}

/// The entry that shows what sweeps found, with a mark while it does.
fn findings_ui(ui: &mut Ui, view: &MenuView<'_>, actions: &mut Vec<Action>) {
    let command = UserCommand::Findings;
    let entry = ui.selectable_label(view.shows_findings, command.text());
    if entry.on_hover_text(command.tooltip()).clicked() {
        actions.push(command.action(view.paused, view.text_size));
        ui.close();
    }
}

fn theme_entries(ui: &mut Ui, view: &MenuView<'_>, actions: &mut Vec<Action>) {
    for (theme, text) in [
        (ThemePreference::System, "Light or dark as the system"),
        (ThemePreference::Light, "Light"),
        (ThemePreference::Dark, "Dark"),
    ] {
        if ui.radio(view.theme == theme, text).clicked() {
            actions.push(Action::ChooseTheme(theme));
            ui.close();
        }
    }
}
