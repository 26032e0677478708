//! The tab's head: the run's accuracy, the epoch, and how sure the run is of its wrong answers.

use super::tables::{Tables, images};
use super::{ErrorsState, is_of};
use crate::app::action::Action;
use crate::app::panels::draw::average_of;
use crate::app::panels::forms;
use crate::app::panels::tab_view::{EnsembleView, Measuring, TabsView, problem_ui, small};
use crate::lab::validation::Asked;
use crate::lab::{Run, format};
use eframe::egui::{ProgressBar, Ui};

/// Draws the head.
pub(super) fn head_ui(
    ui: &mut Ui,
    state: &ErrorsState,
    view: &TabsView<'_>,
    run: &Run,
    actions: &mut Vec<Action>,
) {
    if let Some(tables) = &state.tables {
        ui.horizontal_wrapped(|ui| {
            let accuracy = format::percent_with_error(tables.accuracy(), tables.count());
            let hover = format!("Validation accuracy. {}", format::WHAT_ERROR_MEANS);
            ui.strong(accuracy).on_hover_text(hover);
            let wrong = match tables.wrong.len() {
                0 => "nothing wrong".to_owned(),
                1 => "1 error".to_owned(),
                count => format!("{} errors", format::whole(count)),
            };
            ui.label(format!("{wrong} in {}", images(tables.count())));
        });
        ui.label(small(whose(run, &tables.of.subject.asked)));
        confidence_ui(ui, tables, run);
    }
    let is_shown = state
        .tables
        .as_ref()
        .is_some_and(|tables| is_of(view, &tables.of.subject));
    if !is_shown {
        match view.ensemble {
            Some(ensemble) => average_ui(ui, ensemble, run, actions),
            None => waiting_ui(ui, view),
        }
    }
    if let Some(problem) = &view.validation.problem {
        problem_ui(ui, problem);
    }
}

/// Whose validation images are shown, such as "Validation images of A3, epoch 6, the best".
fn whose(run: &Run, asked: &Asked) -> String {
    let epoch = match asked {
        Asked::Epoch(epoch) => *epoch,
        Asked::Together(together) => {
            let (runs, copies) = (together.runs.len(), together.copies.count);
            let average = average_of(runs, copies);
            return format!("Validation images of {}. {average}", run.name);
        }
    };
    let best = run.best().map(|metrics| metrics.epoch);
    let is = if best == Some(epoch) {
        ", the best"
    } else {
        ""
    };
    format!("Validation images of {}, epoch {epoch}{is}", run.name)
}

fn confidence_ui(ui: &mut Ui, tables: &Tables, run: &Run) {
    let Some(confidence) = tables.wrong_confidence else {
        return;
    };
    let text = format!(
        "Wrong with {:.0}% confidence on average",
        100.0 * confidence
    );
    let why = "Loss punishes certainty: a few images that are wrong with growing certainty make \
               validation loss rise while accuracy rises too.";
    ui.label(text).on_hover_text(why);
    // The line is there at every epoch, so that what stands below doesn't move with the scrubber.
    if let Some((best, then)) = run
        .best()
        .and_then(|b| Some((b.epoch, b.wrong_confidence?)))
    {
        let then = 100.0 * then;
        ui.label(small(format!("At the best epoch, {best}: {then:.0}%")));
    }
    ui.label(small(why));
}

/// Draws how far an average is with answering the images, which a person may cancel.
fn average_ui(ui: &mut Ui, ensemble: EnsembleView<'_>, run: &Run, actions: &mut Vec<Action>) {
    match ensemble.measuring {
        Measuring::Going(progress) => {
            ui.label(small(
                "The runs of the average answer the validation images.",
            ));
            if forms::progress_ui(ui, progress) {
                actions.push(Action::CancelMeasuring);
            }
        }
        Measuring::Cancelled => {
            ui.label(small("Answering the validation images was cancelled."));
            if ui.button("Answer them").clicked() {
                actions.push(Action::MeasureEnsemble(run.id.clone()));
            }
        }
        Measuring::Over => {
            if let Some(problem) = ensemble.problem {
                problem_ui(ui, problem);
            }
        }
    }
}

fn waiting_ui(ui: &mut Ui, view: &TabsView<'_>) {
    let who = view
        .epoch
        .map_or_else(|| "the run".into(), |epoch| format!("epoch {epoch}"));
    match view.validation.computing {
        Some((done, total)) if total > 0 => {
            let bar = ProgressBar::new(done as f32 / total as f32);
            ui.add(bar.text(format!("{done} of {total} images for {who}")));
        }
        _ if view.validation.problem.is_none() => {
            ui.label(small(format!("Finding the errors of {who}…")));
        }
        _ => {}
    }
}
