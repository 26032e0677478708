//! The row under the menu: Train, Pause, Stop & keep, undo, redo, and how far the run is.

use crate::app::action::Action;
use crate::app::commands::{SEED_CHOICES, UserCommand};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::lab::sweep::Group;
use crate::lab::{Run, RunState, Stage, format};
use eframe::egui::{Align, Button, Color32, Label, Layout, ProgressBar, RichText, TextStyle, Ui};

/// What the row shows.
pub struct ToolbarView {
    /// The column beside the curves over which hovers stand, off the verdict.
    pub hovers: HoverAt,
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
    pub status: Vec<Part>,
}

/// A part of the words about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    text: String,
    /// Where there is too little room, parts of a higher rank are left out first; those of rank 0 stay.
    rank: u8,
}

impl Part {
    fn new(rank: u8, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text, rank }
    }
}

/// The parts in one line, as many of them as there is room for.
fn joined(parts: &[Part], has_room: impl Fn(&str) -> bool) -> String {
    let most = parts.iter().map(|part| part.rank).max().unwrap_or(0);
    let up_to = |rank: u8| {
        let parts = parts.iter().filter(|part| part.rank <= rank);
        let texts: Vec<&str> = parts.map(|part| part.text.as_str()).collect();
        texts.join(" · ")
    };
    let mut fitting = (0..=most).rev().map(up_to);
    fitting
        .find(|text| has_room(text))
        .unwrap_or_else(|| up_to(0))
}

impl Progress {
    /// The progress of the run in work. `is_active` says whether one is in work that may not have a name
    /// yet. Where none is, this tells how the chosen group or run ended.
    pub fn of(
        is_active: bool,
        run: Option<&Run>,
        chosen: Option<&Run>,
        group: Option<&Group>,
    ) -> Self {
        let status = match (run, chosen) {
            (Some(run), _) => active_status(run),
            (None, _) if is_active => vec![Part::new(0, "loading…")],
            (None, Some(run)) => match group {
                Some(group) => vec![Part::new(0, ended_group(group))],
                None => ended_status(run),
            },
            (None, None) => Vec::new(),
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

fn active_status(run: &Run) -> Vec<Part> {
    if let RunState::Probing(gpu) = &run.state {
        return vec![Part::new(0, format!("trying out {gpu}…"))];
    }
    let Some(progress) = &run.progress else {
        return vec![Part::new(0, format!("{}…", run.state.label()))];
    };
    let epoch = format!("epoch {}/{}", progress.epoch, progress.epochs);
    let stage = match progress.stage {
        Stage::Training { batch, batches, .. } => format!("batch {batch}/{batches}"),
        Stage::Evaluating { done, total } => {
            format!("measuring {}%", 100 * done / total.max(1))
        }
    };
    let mut parts = vec![Part::new(1, epoch), Part::new(3, stage)];
    if progress.samples_per_second > 0.0 {
        let speed = format!("{:.0} images/s", progress.samples_per_second);
        parts.push(Part::new(4, speed));
    }
    parts.push(Part::new(2, format::duration(run.elapsed_secs)));
    if let Some(left) = run.seconds_left() {
        parts.push(Part::new(0, format!("{} left", format::duration(left))));
    }
    match run.state {
        RunState::Paused => parts.insert(0, Part::new(0, "paused")),
        RunState::Stopping => parts.insert(0, Part::new(0, "stopping…")),
        _ => {}
    }
    parts
}

/// How many runs of a group have come to their end.
fn ended_group(group: &Group) -> String {
    let (finished, seeds, name) = (group.finished, group.seeds, group.stem());
    match finished {
        1 if seeds == 1 => format!("1 run of {name} finished"),
        all if all == seeds => format!("{all} runs of {name} finished"),
        _ => format!("{finished} of {seeds} runs of {name} finished"),
    }
}

fn ended_status(run: &Run) -> Vec<Part> {
    let ended = format!("{} {}", run.name, run.state.label());
    let mut parts = vec![Part::new(0, ended)];
    if let Some(last) = run.epochs.last() {
        let word = if last.epoch == 1 { "epoch" } else { "epochs" };
        parts.push(Part::new(1, format!("{} {word}", last.epoch)));
        parts.push(Part::new(2, format::duration(run.elapsed_secs)));
    }
    if let Some(started) = &run.started {
        parts.push(Part::new(3, started.device.to_string()));
    }
    parts
}

/// Draws the row.
pub fn toolbar_ui(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        run_buttons(ui, view, actions);
        ui.separator();
        small_buttons(ui, view, actions);
        queue_button(ui, view, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // The bar stands at the right end, so that it doesn't move with the text's length.
            if let Some(share) = view.progress.share {
                ui.add(ProgressBar::new(share).desired_width(theme::PROGRESS_WIDTH));
            }
            let room = ui.available_width();
            let font = TextStyle::Body.resolve(ui.style());
            let status = joined(&view.progress.status, |text| {
                let color = Color32::PLACEHOLDER;
                let laid_out = ui
                    .painter()
                    .layout_no_wrap(text.into(), font.clone(), color);
                laid_out.size().x <= room
            });
            ui.add(Label::new(status).truncate());
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
        .hover_at(
            view.hovers,
            match &view.blocked {
                _ if enabled => with_key(ui, UserCommand::Train),
                Some(error) => format!("Can't train with these settings: {error}"),
                None => {
                    "A run is training. Stop it first, or change it as it trains. Several seeds wait in the \
                     queue until it is over."
                        .into()
                }
            },
        );
    if response.clicked() {
        actions.push(Action::Train);
    }
    seeds_ui(ui, view, actions);
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
        .hover_at(
            view.hovers,
            held_hover(ui, view, can_command, UserCommand::PauseOrResume),
        )
        .clicked()
    {
        actions.push(action);
    }
    if ui
        .add_enabled(can_command, Button::new(UserCommand::Stop.text()))
        .hover_at(
            view.hovers,
            held_hover(ui, view, can_command, UserCommand::Stop),
        )
        .clicked()
    {
        actions.push(Action::Stop);
    }
}

/// The hover of a button that holds or stops what is in work.
fn held_hover(ui: &Ui, view: &ToolbarView, can_command: bool, command: UserCommand) -> String {
    match can_command {
        true => with_key(ui, command),
        false => why_nothing(view).into(),
    }
}

/// Why there is nothing to pause, to go on with or to stop.
fn why_nothing(view: &ToolbarView) -> &'static str {
    if view.can_hold {
        "The run is being stopped."
    } else if view.queue.waiting > 0 {
        NOTHING_BUT_WAITING
    } else {
        NOTHING_IN_WORK
    }
}

/// What is said where no run trains.
pub const NOTHING_IN_WORK: &str = "No run is training.";
/// What is said where no run trains and some wait.
const NOTHING_BUT_WAITING: &str =
    "No run is training. Runs wait in the queue: open it, and Go on lets them train.";

/// The choice how many seeds a press of Train trains.
fn seeds_ui(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    let seeds = view.seeds;
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
        .hover_at(
            view.hovers,
            "How many runs Train begins. They have the same settings and validation images, and each its own \
             seed: so one sees what luck does. They wait in the queue, and train on the CPU.",
        )
        .accessible_name(format!("Seeds: {seeds}"));
}

/// The button that shows the queue, where there is one.
fn queue_button(ui: &mut Ui, view: &ToolbarView, actions: &mut Vec<Action>) {
    let QueueCounts {
        waiting,
        in_work,
        failed,
    } = view.queue;
    if waiting + in_work + failed == 0 {
        return;
    }
    ui.separator();
    let text = match (waiting, in_work, failed) {
        (0, 0, failed) => format!("{} failed", format::whole(failed)),
        (0, in_work, _) => format!("{} in work", format::whole(in_work)),
        (waiting, 0, _) if !view.can_hold => {
            format!("{} waiting, queue paused", format::whole(waiting))
        }
        (waiting, ..) => format!("{} waiting", format::whole(waiting)),
    };
    let button = ui.add(Button::new(text).frame(false));
    if button
        .hover_at(view.hovers, with_key(ui, UserCommand::ToggleQueue))
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
            .hover_at(view.hovers, with_key(ui, command))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_stays_where_there_is_little_room() {
        let parts = [
            Part::new(1, "epoch 3/20"),
            Part::new(3, "batch 4/8"),
            Part::new(4, "982 images/s"),
            Part::new(2, "8.2 s"),
            Part::new(0, "46 s left"),
        ];
        let within = |letters: usize| joined(&parts, |text| text.chars().count() <= letters);
        assert_eq!(
            within(80),
            "epoch 3/20 · batch 4/8 · 982 images/s · 8.2 s · 46 s left"
        );
        assert_eq!(within(45), "epoch 3/20 · batch 4/8 · 8.2 s · 46 s left");
        assert_eq!(within(30), "epoch 3/20 · 8.2 s · 46 s left");
        assert_eq!(within(25), "epoch 3/20 · 46 s left");
        assert_eq!(within(5), "46 s left");
        assert_eq!(joined(&[], |_| true), "");
    }
}
