//! The dialogs that plan a sweep: any settings, an ablation, or a learning curve. What it takes is counted
//! on a thread of its own whenever something changes, and said before anything starts.
//!
//! `spec` is what a person has chosen, `suggested` what is chosen at first, `axes` draws settings with their
//! values.

mod axes;
mod spec;
mod suggested;

use self::axes::AxesState;
use self::spec::Spec;
use crate::app::action::{Action, SweepAction, SweepKind};
use crate::app::files::WorkError;
use crate::app::panels::{forms, held::Held};
use crate::app::theme;
use crate::app::work::Task;
use crate::experiment::Experiment;
use crate::lab::sweep::{Cost, Places, Standing, Sweep, cost};
use crate::lab::{RunStore, format};
use eframe::egui::{Button, Context, DragValue, RichText, Ui};
use std::sync::Arc;

/// The most seeds that the dialog offers.
const MOST_SEEDS: usize = 100;

/// A dialog that plans a sweep.
#[derive(Debug)]
pub struct PlanDialog {
    spec: Spec,
    axes: AxesState,
    /// What was counted last, and for which choice.
    counted: Option<(Spec, Result<Counted, String>)>,
    /// The count that goes on, and for which choice.
    counting: Option<(Spec, Task<Counted, WorkError>)>,
    /// What lies in the store, once it was looked through.
    places: Option<Arc<Places>>,
}

/// A sweep with what it takes.
#[derive(Debug)]
struct Counted {
    sweep: Sweep,
    cost: Cost,
    places: Arc<Places>,
}

impl PlanDialog {
    /// A dialog over these settings, which are called so.
    pub fn new(kind: SweepKind, base: Experiment, base_name: String) -> Self {
        Self {
            spec: Spec::new(kind, base, base_name),
            axes: AxesState::default(),
            counted: None,
            counting: None,
            places: None,
        }
    }

    /// Comes back over the settings as they are now. What lies in the store is looked at anew.
    pub fn come_back(&mut self, base: Experiment, base_name: String) {
        self.spec.take_base(base, base_name);
        (self.counted, self.counting, self.places) = (None, None, None);
    }

    /// Takes in what was counted, and begins to count where something has changed since.
    pub fn keep_up(&mut self, store: &RunStore, wake: impl Fn() + Send + 'static) {
        if let Some((spec, task)) = &self.counting {
            let Some(outcome) = task.take() else { return };
            let spec = spec.clone();
            let outcome = outcome.map_err(|err| err.to_string());
            if let Ok(counted) = &outcome {
                self.places = Some(Arc::clone(&counted.places));
            }
            self.counted = Some((spec, outcome));
            self.counting = None;
        }
        let is_counted = matches!(&self.counted, Some((spec, _)) if *spec == self.spec);
        if is_counted || self.spec.missing().is_some() {
            return;
        }
        let (spec, store, places) = (self.spec.clone(), store.clone(), self.places.clone());
        let task = Task::start("plan", wake, move |_| count(&spec, store, places));
        match task {
            Ok(task) => self.counting = Some((self.spec.clone(), task)),
            Err(err) => {
                let problem = format!(
                    "The system gives no thread to count: {err}. Close other programs and try again."
                );
                self.counted = Some((self.spec.clone(), Err(problem)));
            }
        }
    }

    /// What was counted for the present choice: none while it is being counted.
    fn now(&self) -> Option<Result<&Counted, &str>> {
        let (spec, counted) = self.counted.as_ref()?;
        (*spec == self.spec).then(|| counted.as_ref().map_err(String::as_str))
    }
}

/// Plans the sweep and counts what it takes. What lies in the store is looked through once.
fn count(spec: &Spec, store: RunStore, places: Option<Arc<Places>>) -> Result<Counted, WorkError> {
    let sweep = Sweep::plan(spec.name(), spec.base.clone(), spec.cells()?, spec.seeds())?;
    let places = places.unwrap_or_else(|| Arc::new(Places::of(store)));
    let standing = Standing::of(&sweep, &places)?;
    Ok(Counted {
        cost: cost(&sweep, &standing),
        sweep,
        places,
    })
}

/// Draws the dialog, where it is open.
pub fn plan_ui(ctx: &Context, dialog: &mut Held<PlanDialog>, actions: &mut Vec<Action>) {
    let Some(open) = dialog.shown() else { return };
    let before = open.spec.clone();
    let mut is_done = false;
    let (title, width) = (open.spec.kind.title(), theme::SWEEP_DIALOG_WIDTH);
    let stays = forms::dialog_ui(ctx, title, width, |ui| {
        ui.label(about(open.spec.kind));
        let base = format!(
            "The settings at the left are the base: {}.",
            open.spec.base_name
        );
        ui.label(RichText::new(base).small());
        ui.add_space(theme::GROUP_SPACE);
        match open.spec.kind {
            SweepKind::Ablation => factors_ui(ui, &mut open.spec),
            SweepKind::Free | SweepKind::LearningCurve => {
                axes::axes_ui(ui, &mut open.spec, &mut open.axes);
            }
        }
        ui.add_space(theme::GROUP_SPACE);
        seeds_ui(ui, &mut open.spec.seeds);
        ui.separator();
        is_done = start_ui(ui, open, actions);
    });
    if open.spec != before {
        // What it takes is counted at the beginning of the next frame.
        ctx.request_repaint();
    }
    if is_done || !stays {
        dialog.close();
    }
}

fn about(kind: SweepKind) -> &'static str {
    match kind {
        SweepKind::Free => {
            "Each value of a setting is trained with each value of the others, all with several seeds on the same \
             validation images. So it shows what a setting does, and what is luck."
        }
        SweepKind::Ablation => {
            "All combinations of these remedies are trained, on and off, each with several seeds. What a remedy \
             brings is the mean with it less the mean without it."
        }
        SweepKind::LearningCurve => {
            "The same network is trained on more and more images, each time with several seeds. The curve shows \
             what more data would bring."
        }
    }
}

fn factors_ui(ui: &mut Ui, spec: &mut Spec) {
    for (factor, takes_part) in &mut spec.factors {
        let field = factor.field();
        ui.horizontal(|ui| {
            ui.checkbox(takes_part, field.label())
                .on_hover_text(field.entry().help);
            ui.label(RichText::new(factor.words()).weak());
        });
    }
}

fn seeds_ui(ui: &mut Ui, seeds: &mut usize) {
    ui.horizontal(|ui| {
        let name = ui.label("Seeds");
        ui.add(DragValue::new(seeds).range(1..=MOST_SEEDS))
            .labelled_by(name.id)
            .on_hover_text(
                "With how many seeds each combination is trained. One seed says nothing about luck; five tell \
                 apart what differs by more than the seeds do.",
            );
        ui.label(match seeds {
            1 => "One seed says nothing about luck.",
            2..=4 => "Few seeds: only large differences can be told from luck.",
            _ => "",
        });
    });
}

/// Draws what the sweep takes and the button that starts it. True where it was pressed.
fn start_ui(ui: &mut Ui, dialog: &PlanDialog, actions: &mut Vec<Action>) -> bool {
    let now = dialog.now();
    let counted = now.and_then(Result::ok);
    match (dialog.spec.missing(), now) {
        (Some(missing), _) => {
            ui.colored_label(theme::caution(ui.visuals()), missing);
        }
        (None, None) => {
            ui.label("Counting runs…");
        }
        (None, Some(Err(problem))) => {
            ui.colored_label(theme::bad(ui.visuals()), problem);
        }
        (None, Some(Ok(counted))) => {
            ui.strong(runs_words(&counted.sweep));
            ui.label(takes_words(&counted.cost));
        }
    }
    ui.add_space(theme::GROUP_SPACE);
    let left = counted.map_or(0, |counted| counted.cost.planned - counted.cost.in_store);
    let text = match (counted, left) {
        (Some(_), 0) => "Show what they say".to_owned(),
        (_, 0) => "Train the runs".to_owned(),
        (_, 1) => "Train 1 run".to_owned(),
        (_, left) => format!("Train {} runs", format::whole(left)),
    };
    let text = RichText::new(text).color(theme::ON_PROMINENT);
    let button = Button::new(text).fill(theme::prominent(ui.visuals()));
    let is_pressed = ui
        .add_enabled(counted.is_some(), button)
        .on_hover_text(
            "Puts the runs into the queue, seed by seed, and shows what they say as they end",
        )
        .clicked();
    let is_pressed = is_pressed || counted.is_some() && forms::takes_enter(ui);
    if let Some(counted) = counted.filter(|_| is_pressed) {
        let sweep = Box::new(counted.sweep.clone());
        actions.push(Action::Sweep(SweepAction::Start(sweep)));
    }
    is_pressed
}

/// How many runs a sweep has: `40 runs: 8 combinations with 5 seeds each.`
fn runs_words(sweep: &Sweep) -> String {
    let seeds = match sweep.seeds().len() {
        1 => "1 seed".into(),
        count => format!("{} seeds", format::whole(count)),
    };
    format!(
        "{} runs: {} combinations with {seeds} each.",
        format::whole(sweep.count()),
        format::whole(sweep.cells().len()),
    )
}

/// What a sweep takes, in sentences.
fn takes_words(cost: &Cost) -> String {
    let left = cost.planned - cost.in_store;
    if left == 0 {
        return "All of them are in the table of runs already.".into();
    }
    let found = match cost.in_store {
        0 => String::new(),
        1 => "1 of them is there already. ".into(),
        count => format!("{} of them are there already. ", format::whole(count)),
    };
    match (cost.seconds, cost.bytes) {
        (Some(seconds), Some(bytes)) => format!(
            "{found}Training takes about {} here, and {} on the disk.",
            format::duration(seconds),
            format::bytes(bytes)
        ),
        _ => found + "How long they take isn't known.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_takes_is_said_in_sentences() {
        let cost = |planned, in_store| Cost {
            planned,
            in_store,
            seconds: Some(432.0),
            bytes: Some(96_000_000),
        };
        assert_eq!(
            takes_words(&cost(40, 0)),
            "Training takes about 7 m 12 s here, and 96 MB on the disk."
        );
        assert!(takes_words(&cost(40, 8)).starts_with("8 of them are there already. Training"));
        assert_eq!(
            takes_words(&cost(2, 2)),
            "All of them are in the table of runs already."
        );
    }
}
