//! The row under the menu: Train, Pause, Stop & keep, undo, redo, and how far the run is.

use crate::app::action::Action;
use crate::app::commands::{SEED_CHOICES, UserCommand};
use crate::app::theme;
use crate::lab::{Run, RunState, Stage, format};
use eframe::egui::{Align, Button, Label, Layout, ProgressBar, RichText, Ui};

/// What the row shows.
pub struct ToolbarView {
    /// Whether Train begins something beside what is in work.
    pub may_begin: bool,
    /// Whether there is a run to pause, to go on with or to stop.
    pub can_hold: bool,
    /// Whether what is in work is paused, or was asked to pause.
    pub paused: bool,
    /// Whether the run in work was asked to stop.
    pub stopping: bool,
    /// Why the settings can't be trained.
    pub blocked: Option<String>,
    /// Whether there is an edit to undo.
    pub can_undo: bool,
    /// Whether there is an edit to redo.
    pub can_redo: bool,
    /// How many seeds a press of Train trains.
    pub seeds: usize,
    /// What is in the queue.
    pub queue: QueueCounts,
    /// How far the run in work is.
    pub progress: Progress,
}

/// What is in the queue, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Runs that wait, here or trained by another process.
    pub waiting: usize,
    /// Runs in work.
    pub in_work: usize,
    /// Runs that have failed.
    pub failed: usize,
}

/// How far the run in work is.
pub struct Progress {
    /// The share of the run that is done, 0 to 1.
    pub share: Option<f32>,
    /// How far the run is, in words; where no run is in work, how the chosen run ended.
    pub status: String,
}

impl Progress {
    /// The progress of the run in work. `is_active` says whether one is in work that may not have a name
    /// yet.
    pub fn of(is_active: bool, run: Option<&Run>, chosen: Option<&Run>) -> Self {
        let status = match (run, chosen) {
            (Some(run), _) => active_status(run),
            (None, _) if is_active => "loading…".into(),
            (None, Some(run)) => ended_status(run),
            (None, None) => String::new(),
        };
        Self {
            share: run.and_then(share_done),
            status,
        }
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
        queue_button(ui, view.queue, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // The bar stands at the right end, so that it doesn't move with the text's length.
            if let Some(share) = view.progress.share {
                ui.add(ProgressBar::new(share).desired_width(theme::PROGRESS_WIDTH));
            }
            ui.add(Label::new(&view.progress.status).truncate());
        });
    });
    ui.add_space(2.0);
}

fn run_buttons(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    let train = if view.can_hold {
        Button::new("Train")
    } else {
        Button::new(RichText::new("Train").strong().color(theme::ON_PROMINENT))
            .fill(theme::prominent(ui.visuals()))
    };
    let train = train.min_size(theme::MAIN_BUTTON.into());
    let enabled = view.may_begin && view.blocked.is_none();
    let response = ui
        .add_enabled(enabled, train)
        .on_hover_text(with_key(ui, UserCommand::Train))
        .on_disabled_hover_text(match &view.blocked {
            Some(error) => format!("Can't train with these settings: {error}"),
            None => {
                "A run is training. Stop it first, or change it as it trains. Several seeds wait in the \
                 queue until it is over."
                    .into()
            }
        });
    if response.clicked() {
        actions.push(Action::Train);
    }
    seeds_ui(ui, view.seeds, actions);
    let (pause, action) = if view.paused {
        ("Resume", Action::Resume)
    } else {
        ("Pause", Action::Pause)
    };
    let can_command = view.can_hold && !view.stopping;
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

/// The choice how many seeds a press of Train trains.
fn seeds_ui(ui: &mut Ui, seeds: usize, actions: &mut Vec<Action>) {
    let menu = ui.menu_button(format!("×{seeds}"), |ui| {
        for choice in SEED_CHOICES {
            let text = match choice {
                1 => "×1: one run".to_owned(),
                count => format!("×{count}: {count} seeds"),
            };
            if ui.radio(choice == seeds, text).clicked() {
                actions.push(Action::ChooseSeeds(choice));
                ui.close();
            }
        }
    });
    menu.response
        .on_hover_text(
            "How many runs Train begins. They have the same settings and validation images, and each its own \
             seed: so one sees what luck does. They wait in the queue, and train on the CPU.",
        )
        .accessible_name(format!("Seeds: {seeds}"));
}

/// The button that shows the queue, where there is one.
fn queue_button(ui: &mut Ui, counts: QueueCounts, actions: &mut Vec<Action>) {
    let QueueCounts {
        waiting,
        in_work,
        failed,
    } = counts;
    if waiting + in_work + failed == 0 {
        return;
    }
    ui.separator();
    let text = match (waiting, in_work, failed) {
        (0, 0, failed) => format!("{} failed", format::whole(failed)),
        (0, in_work, _) => format!("{} in work", format::whole(in_work)),
        (waiting, ..) => format!("{} waiting", format::whole(waiting)),
    };
    let button = ui.add(Button::new(text).frame(false));
    if button
        .on_hover_text(with_key(ui, UserCommand::ToggleQueue))
        .clicked()
    {
        actions.push(Action::ToggleQueue);
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
