//! The learning-rate finder: a range test on a thread of its own, its picture, and Apply.

use super::chart::chart_ui;
use super::forms;
use super::held::Held;
use crate::app::action::{Action, SweepAction};
use crate::app::files::WorkError;
use crate::app::notices::{Level, Notices};
use crate::app::theme;
use crate::app::work::Task;
use crate::experiment::Experiment;
use crate::lab::rates::{FoundRates, RatesError, search};
use crate::lab::{Threads, charts, format};
use eframe::egui::{Button, Context, RichText, Ui};

/// The dialog of the finder.
#[derive(Debug)]
pub struct RatesDialog {
    /// The experiment whose learning rates are looked for.
    experiment: Experiment,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The test goes on.
    Searching(Task<FoundRates, WorkError>),
    /// The test is over.
    Found(Box<FoundRates>),
    /// The test was cancelled, or there was none, for this reason.
    Ended(Option<String>),
}

impl RatesDialog {
    /// A dialog that begins the test at once.
    pub fn new(experiment: Experiment, threads: Threads, wake: impl Fn() + Send + 'static) -> Self {
        let stage = start(&experiment, threads, wake);
        Self { experiment, stage }
    }

    /// Whether the test that was made is one of this experiment, so that there is no need for another.
    pub fn is_of(&self, experiment: &Experiment) -> bool {
        let with_rate_of = |other: &Experiment| {
            let mut settings = other.settings().clone();
            settings.training.learning_rate = self.experiment.settings().training.learning_rate;
            settings
        };
        // The learning rate has no say in the test, so that Apply makes it no other one.
        let is_same = with_rate_of(experiment) == *self.experiment.settings();
        is_same && !matches!(self.stage, Stage::Ended(_))
    }

    /// Takes in what the thread did.
    pub fn poll(&mut self, notices: &mut Notices) {
        let Stage::Searching(task) = &self.stage else {
            return;
        };
        match task.take() {
            None => {}
            Some(Ok(found)) => self.stage = Stage::Found(Box::new(found)),
            Some(Err(WorkError::Rates(RatesError::Cancelled))) => self.stage = Stage::Ended(None),
            Some(Err(err)) => {
                notices.push_quiet(Level::Error, err.to_string());
                self.stage = Stage::Ended(Some(err.to_string()));
            }
        }
    }
}

fn start(experiment: &Experiment, threads: Threads, wake: impl Fn() + Send + 'static) -> Stage {
    let experiment = experiment.clone();
    let task = Task::start("rates", wake, move |control| {
        let heard = &mut |done, total| control.heard(done, total);
        Ok(search(&experiment, threads, heard)?)
    });
    match task {
        Ok(task) => Stage::Searching(task),
        Err(err) => Stage::Ended(Some(format!(
            "The system gives no thread for the test: {err}. Close other programs and try again."
        ))),
    }
}

/// Draws the dialog, where it is open. `rate` is the learning rate of the settings.
pub fn rates_ui(
    ctx: &Context,
    dialog: &mut Held<RatesDialog>,
    rate: f64,
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog.shown() else { return };
    let width = theme::RATES_DIALOG_WIDTH;
    let mut is_done = false;
    let stays = forms::dialog_ui(ctx, "Learning-rate finder", width, |ui| match &open.stage {
        Stage::Searching(task) => {
            ui.label(
                "New networks are trained for a few steps each, at a learning rate that grows from step to step.",
            );
            if forms::progress_ui(ui, task.progress()) {
                task.cancel();
            }
        }
        Stage::Found(found) => is_done = found_ui(ui, found, rate, actions),
        Stage::Ended(problem) => {
            match problem {
                Some(problem) => ui.colored_label(theme::bad(ui.visuals()), problem),
                None => ui.label("The test was cancelled."),
            };
            again_ui(ui, actions);
        }
    });
    if is_done || !stays {
        // A test that nobody sees goes on for nothing.
        if let Stage::Searching(task) = &open.stage {
            task.cancel();
        }
        dialog.close();
    }
}

fn again_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    if ui.button("Try again").clicked() || forms::takes_enter(ui) {
        actions.push(Action::Sweep(SweepAction::FindRates));
    }
}

/// Draws what was found. True where a rate was applied.
fn found_ui(ui: &mut Ui, found: &FoundRates, rate: f64, actions: &mut Vec<Action>) -> bool {
    ui.strong(found.finding());
    ui.label(found.advice());
    ui.add_space(theme::GROUP_SPACE);
    let mut is_applied = false;
    ui.horizontal(|ui| {
        if let Ok(range) = &found.range {
            let suggested = range.suggested();
            let text = format!("Apply {}", format::rate(suggested));
            let text = RichText::new(text).color(theme::ON_PROMINENT);
            let button = Button::new(text).fill(theme::prominent(ui.visuals()));
            let apply = ui.add_enabled(rate != suggested, button).on_hover_text(
                "Sets the learning rate of the settings at the left. A run in training takes it, too, while \
                 you change that run's settings.",
            );
            let apply = apply.on_disabled_hover_text("The settings have this learning rate.");
            is_applied = apply.clicked() || apply.enabled() && forms::takes_enter(ui);
            if is_applied {
                actions.push(Action::Sweep(SweepAction::TakeRate(suggested)));
            }
        }
        again_ui(ui, actions);
        ui.label(format!("The settings have {}.", format::rate(rate)));
    });
    ui.separator();
    let size = [
        f64::from(ui.available_width()),
        f64::from(theme::RATES_HEIGHT),
    ];
    let chart = charts::rates(found, size);
    chart_ui(ui, &chart, &found.advice());
    ui.label(RichText::new(found.method()).small());
    is_applied
}
