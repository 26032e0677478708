//! Which runs predict a submission, each with which weights.

use super::{Stage, SubmissionDialog};
use crate::app::theme;
use crate::experiment::DataSource;
use crate::lab::score::older_weights;
use crate::lab::store::Checkpoint;
use crate::lab::{Run, format};
use eframe::egui::{ScrollArea, Ui};

/// Draws the runs to choose from.
pub(super) fn runs_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, runs: &[Run]) {
    ui.strong("Runs that predict").on_hover_text(
        "One run predicts with its best epoch. Of several, the probabilities are averaged: such \
         an ensemble is usually better than its members.",
    );
    let usable: Vec<&Run> = runs
        .iter()
        .rev()
        .filter(|run| run.best().is_some())
        .collect();
    if usable.is_empty() {
        ui.label("No run has weights yet. Train one to its end first.");
        return;
    }
    let mut changed = false;
    ScrollArea::vertical()
        .max_height(theme::CLASSES_HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for run in usable {
                changed |= run_ui(ui, dialog, run);
            }
        });
    // The first that is listed stands for all: where it shares its images with each, all do.
    let measured: Vec<&Run> = runs.iter().filter(|run| run.best().is_some()).collect();
    let word = measured.first().and_then(|first| {
        let mut words = measured.iter();
        words.find_map(|run| first.shares_validation_images(run).word())
    });
    if let Some(word) = word {
        ui.small(format!(
            "Some of these runs have {word}: accuracies can be set against each other only where \
             the same images validate the runs."
        ));
    }
    let saw_mnist = runs.iter().any(|run| {
        let source = &run.experiment.settings().data.source;
        dialog.runs.contains_key(&run.id) && *source == DataSource::Mnist
    });
    // After predicting, the whole warning stands below the rows.
    if saw_mnist && matches!(dialog.stage, Stage::Choosing) {
        let text =
            "Runs on the embedded MNIST have seen Kaggle's test images: their score means nothing.";
        ui.colored_label(theme::changed(ui.visuals()), text);
    }
    if changed {
        dialog.back();
    }
}

/// Draws a run that can take part. Tells whether the choice was changed.
fn run_ui(ui: &mut Ui, dialog: &mut SubmissionDialog, run: &Run) -> bool {
    let checkpoint = dialog.runs.get(&run.id).copied();
    let metrics = match checkpoint {
        Some(Checkpoint::Epoch(epoch)) => run.epochs.iter().find(|m| m.epoch == epoch),
        _ => run.best(),
    };
    let Some(metrics) = metrics else { return false };
    let best = run.best().map(|best| best.epoch);
    let is = match best {
        Some(best) if best == metrics.epoch => "best epoch,",
        _ => "epoch",
    };
    let text = format!(
        "{}, {is} {}: {} on {}",
        run.name,
        metrics.epoch,
        format::percent_with_error(metrics.validation_accuracy, metrics.validation_count),
        run.experiment.settings().data.source
    );
    let mut chosen = checkpoint;
    let mut takes_part = checkpoint.is_some();
    if ui.checkbox(&mut takes_part, text).changed() {
        chosen = takes_part.then_some(Checkpoint::Best);
    }
    let picked = dialog.picked.as_ref().filter(|(id, _)| *id == run.id);
    if let (Some((_, epoch)), Some(_)) = (picked, chosen)
        && Some(*epoch) != best
    {
        ui.indent("picked", |ui| {
            let mut shown = chosen == Some(Checkpoint::Epoch(*epoch));
            let text = format!("with epoch {epoch}, which the tabs show, instead of the best");
            if ui.checkbox(&mut shown, text).changed() {
                chosen = Some(if shown {
                    Checkpoint::Epoch(*epoch)
                } else {
                    Checkpoint::Best
                });
            }
        });
    }
    if let Some(older) = checkpoint.and_then(|which| older_weights(run, which)) {
        ui.indent("older", |ui| {
            ui.colored_label(theme::changed(ui.visuals()), older);
        });
    }
    if chosen == checkpoint {
        return false;
    }
    match chosen {
        Some(checkpoint) => dialog.runs.insert(run.id.clone(), checkpoint),
        None => dialog.runs.remove(&run.id),
    };
    true
}
