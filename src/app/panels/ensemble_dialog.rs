//! The dialog that makes an average of runs, or changes one.

use crate::app::action::Action;
use crate::app::panels::forms;
use crate::app::panels::held::Held;
use crate::app::theme;
use crate::data::Copies;
use crate::lab::store::Ensemble;
use crate::lab::{Run, RunId, format};
use eframe::egui::{Button, Context, ScrollArea, Ui};
use std::collections::BTreeSet;

/// How many copies are proposed where test-time augmentation is switched on.
pub const USUAL_COPIES: u16 = 8;

/// The dialog.
pub struct EnsembleDialog {
    /// The ensemble that is changed; none where one is made.
    of: Option<(RunId, String)>,
    members: BTreeSet<RunId>,
    /// The runs that were chosen when the dialog was opened. They stand first, so that none is chosen out of sight.
    first: BTreeSet<RunId>,
    is_augmented: bool,
    copies: u16,
}

impl EnsembleDialog {
    /// A dialog that makes an average, with these runs chosen.
    pub fn new(members: Vec<RunId>) -> Self {
        let members: BTreeSet<RunId> = members.into_iter().collect();
        Self {
            of: None,
            first: members.clone(),
            members,
            is_augmented: false,
            copies: USUAL_COPIES,
        }
    }

    /// A dialog that changes an average.
    pub fn edit(id: RunId, kept: &Ensemble) -> Self {
        let count = kept.copies.count;
        let members: BTreeSet<RunId> = kept.members.iter().cloned().collect();
        Self {
            of: Some((id, kept.name.clone())),
            first: members.clone(),
            members,
            is_augmented: count > 0,
            copies: if count > 0 { count } else { USUAL_COPIES },
        }
    }

    /// Why there is nothing to average yet.
    fn missing(&self) -> Option<&'static str> {
        match (self.members.len(), self.is_augmented) {
            (0, _) => Some("Choose two runs or more"),
            (1, false) => Some("Choose another run, or switch test-time augmentation on"),
            _ => None,
        }
    }
}

/// Draws the dialog, where it is open.
pub fn ensemble_dialog_ui(
    ctx: &Context,
    dialog: &mut Held<EnsembleDialog>,
    runs: &[Run],
    actions: &mut Vec<Action>,
) {
    let Some(open) = dialog.shown() else { return };
    let title = match &open.of {
        None => "Average runs".to_owned(),
        Some((_, name)) => format!("Average {name}"),
    };
    let stays = forms::dialog_ui(ctx, &title, theme::DATA_DIALOG_WIDTH, |ui| {
        ui.label(
            "The runs answer together: the mean of their probabilities, each with its best epoch. Such an \
             ensemble is usually better than its runs, since they err on different images.",
        );
        runs_ui(ui, open, runs);
        ui.separator();
        forms::copies_ui(ui, &mut open.is_augmented, &mut open.copies);
        ui.separator();
        go_ui(ui, open, runs, actions);
    });
    if !stays {
        dialog.close();
    }
}

fn runs_ui(ui: &mut Ui, dialog: &mut EnsembleDialog, runs: &[Run]) {
    let mut usable: Vec<&Run> = runs
        .iter()
        .rev()
        .filter(|run| run.best_kept().is_some())
        .collect();
    if usable.is_empty() {
        ui.label("No run has weights yet. Train one first.");
        return;
    }
    usable.sort_by_key(|run| !dialog.first.contains(&run.id));
    ui.strong("Runs");
    let row_height = ui.spacing().interact_size.y;
    ScrollArea::vertical()
        .max_height(theme::CLASSES_HEIGHT)
        .auto_shrink([false, true])
        .show_rows(ui, row_height, usable.len(), |ui, rows| {
            for run in &usable[rows] {
                let mut is_chosen = dialog.members.contains(&run.id);
                if ui.checkbox(&mut is_chosen, text_of(run)).changed() {
                    if is_chosen {
                        dialog.members.insert(run.id.clone());
                    } else {
                        dialog.members.remove(&run.id);
                    }
                }
            }
        });
}

/// A run as it is listed: its name, and its accuracy at the best epoch.
fn text_of(run: &Run) -> String {
    let figure = run
        .best()
        .map(|best| format::percent_with_error(best.validation_accuracy, best.validation_count));
    let seed = run.experiment.settings().seed;
    match figure {
        Some(figure) => format!("{}, seed {seed}: {figure}", run.name),
        None => format!("{}, seed {seed}", run.name),
    }
}

fn go_ui(ui: &mut Ui, dialog: &EnsembleDialog, runs: &[Run], actions: &mut Vec<Action>) {
    // The table's order is the order of the members.
    let members: Vec<&Run> = runs
        .iter()
        .filter(|run| dialog.members.contains(&run.id))
        .collect();
    let unlike = members.split_first().and_then(|(first, others)| {
        let mut words = others.iter().map(|run| (run, first.shares_validation_images(run).word()));
        let (run, word) = words.find(|(_, word)| word.is_some())?;
        Some(format!(
            "{} has {} than {}: the average can answer drawings and test files, but images that \
             validate one of them may have trained the other, so that it can't be measured on them.",
            run.name, word?, first.name
        ))
    });
    if let Some(unlike) = unlike {
        ui.colored_label(theme::changed(ui.visuals()), unlike);
    }
    let text = match (&dialog.of, members.len()) {
        (Some(_), _) => "Apply".to_owned(),
        (None, 0 | 1) => "Average".to_owned(),
        (None, count) => format!("Average {} runs", format::whole(count)),
    };
    let missing = dialog.missing();
    let go = ui.add_enabled(missing.is_none(), Button::new(text));
    let go = go.on_disabled_hover_text(missing.unwrap_or_default());
    if go.clicked() || missing.is_none() && forms::takes_enter(ui) {
        actions.push(Action::KeepEnsemble {
            of: dialog.of.as_ref().map(|(id, _)| id.clone()),
            members: members.iter().map(|run| run.id.clone()).collect(),
            copies: match dialog.is_augmented {
                true => Copies::new(dialog.copies),
                false => Copies::NONE,
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_needs_two_runs_or_copies() {
        let ids = |names: &[&str]| names.iter().map(|name| RunId((*name).into())).collect();
        assert!(EnsembleDialog::new(ids(&[])).missing().is_some());
        let mut one = EnsembleDialog::new(ids(&["A1"]));
        assert!(one.missing().is_some());
        one.is_augmented = true;
        assert!(one.missing().is_none());
        assert!(EnsembleDialog::new(ids(&["A1", "A2"])).missing().is_none());
    }
}
