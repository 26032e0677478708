//! The row under the menu: Train, Pause, Stop & keep, undo, redo, and how far the run is.

use crate::app::action::Action;
use crate::app::commands::UserCommand;
use crate::app::theme;
use crate::experiment::ExperimentError;
use crate::lab::{Run, RunState, Stage, format};
use eframe::egui::{Align, Button, Layout, ProgressBar, RichText, Ui};

/// What the row shows.
pub struct ToolbarView {
    /// Whether a run is in work.
    pub active: bool,
    /// Whether the run is paused, or was asked to pause.
    pub paused: bool,
    /// Whether the run was asked to stop.
    pub stopping: bool,
    /// Why the settings can't be trained.
    pub blocked: Option<String>,
    /// Whether there is an edit to undo.
    pub can_undo: bool,
    /// Whether there is an edit to redo.
    pub can_redo: bool,
    /// The share of the run in work that is done, 0 to 1.
    pub share: Option<f32>,
    /// How far the run in work is, in words; where no run is in work, how the chosen run ended.
    pub status: String,
}

/// Makes the row's values.
pub fn view(
    active: bool,
    active_run: Option<&Run>,
    chosen: Option<&Run>,
    error: Option<&ExperimentError>,
    can_undo: bool,
    can_redo: bool,
) -> ToolbarView {
    let state = active_run.map(|run| &run.state);
    let status = match (active, active_run, chosen) {
        (true, Some(run), _) => active_status(run),
        (true, None, _) => "loading…".into(),
        (false, _, Some(run)) => ended_status(run),
        (false, _, None) => String::new(),
    };
    ToolbarView {
        active,
        paused: state == Some(&RunState::Paused),
        stopping: state == Some(&RunState::Stopping),
        blocked: error.map(ToString::to_string),
        can_undo,
        can_redo,
        share: active_run.and_then(share_done),
        status,
    }
}

fn share_done(run: &Run) -> Option<f32> {
    let progress = run.progress.as_ref()?;
    let within = match progress.stage {
        Stage::Training { batch, batches, .. } => batch as f32 / batches.max(1) as f32,
        Stage::Evaluating { .. } => 1.0,
    };
    let done = (progress.epoch - 1) as f32 + within;
    Some((done / progress.epochs.max(1) as f32).min(1.0))
}

fn active_status(run: &Run) -> String {
    if let RunState::Probing(gpu) = &run.state {
        return format!("trying out {gpu}…");
    }
    let Some(progress) = &run.progress else {
        return format!("{}…", run.state.label());
    };
    let mut parts = vec![format!("epoch {}/{}", progress.epoch, progress.epochs)];
    parts.push(match progress.stage {
        Stage::Training { batch, batches, .. } => format!("batch {batch}/{batches}"),
        Stage::Evaluating { done, total } => {
            format!("measuring {}%", 100 * done / total.max(1))
        }
    });
    if progress.samples_per_second > 0.0 {
        parts.push(format!("{:.0} images/s", progress.samples_per_second));
    }
    parts.push(format::duration(run.elapsed_secs));
    if let Some(left) = run.seconds_left() {
        parts.push(format!("{} left", format::duration(left)));
    }
    match run.state {
        RunState::Paused => parts.insert(0, "paused".into()),
        RunState::Stopping => parts.insert(0, "stopping…".into()),
        _ => {}
    }
    parts.join(" · ")
}

fn ended_status(run: &Run) -> String {
    let mut text = format!("{} {}", run.name, run.state.label());
    if let Some(last) = run.epochs.last() {
        text += &format!(
            " · {} {} · {}",
            last.epoch,
            if last.epoch == 1 { "epoch" } else { "epochs" },
            format::duration(run.elapsed_secs)
        );
    }
    if let Some(started) = &run.started {
        text += &format!(" · {}", started.device);
    }
    text
}

/// Draws the row.
pub fn toolbar_ui(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        run_buttons(ui, view, actions);
        ui.separator();
        small_buttons(ui, view, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // The bar stands at the right end, so that it doesn't move with the text's length.
            if let Some(share) = view.share {
                ui.add(ProgressBar::new(share).desired_width(theme::PROGRESS_WIDTH));
            }
            ui.label(&view.status);
        });
    });
    ui.add_space(2.0);
}

fn run_buttons(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    let train = if view.active {
        Button::new("Train")
    } else {
        Button::new(RichText::new("Train").strong().color(theme::ON_PROMINENT))
            .fill(theme::prominent(ui.visuals()))
    };
    let train = train.min_size(theme::MAIN_BUTTON.into());
    let enabled = !view.active && view.blocked.is_none();
    let response = ui
        .add_enabled(enabled, train)
        .on_hover_text(with_key(ui, UserCommand::Train))
        .on_disabled_hover_text(match &view.blocked {
            Some(error) => format!("Can't train with these settings: {error}"),
            None => "A run is training. Stop it first, or change it as it trains.".into(),
        });
    if response.clicked() {
        actions.push(Action::Train);
    }
    let (pause, action) = if view.paused {
        ("Resume", Action::Resume)
    } else {
        ("Pause", Action::Pause)
    };
    let can_command = view.active && !view.stopping;
    if ui
        .add_enabled(
            can_command,
            Button::new(pause).min_size(theme::PAUSE_BUTTON.into()),
        )
        .on_hover_text(with_key(ui, UserCommand::PauseOrResume))
        .clicked()
    {
        actions.push(action);
    }
    if ui
        .add_enabled(can_command, Button::new(UserCommand::Stop.text()))
        .on_hover_text(with_key(ui, UserCommand::Stop))
        .clicked()
    {
        actions.push(Action::Stop);
    }
}

fn small_buttons(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    for (command, text, enabled, action) in [
        (UserCommand::Undo, "Undo", view.can_undo, Action::Undo),
        (UserCommand::Redo, "Redo", view.can_redo, Action::Redo),
    ] {
        if ui
            .add_enabled(enabled, Button::new(text).frame(false))
            .on_hover_text(with_key(ui, command))
            .clicked()
        {
            actions.push(action);
        }
    }
}

/// A command's hover text with its key.
fn with_key(ui: &Ui, command: UserCommand) -> String {
    match command.shortcut() {
        Some(shortcut) => format!(
            "{} ({})",
            command.tooltip(),
            ui.ctx().format_shortcut(&shortcut)
        ),
        None => command.tooltip().into(),
    }
}
