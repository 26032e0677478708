//! The tab Errors: which classes are taken for which, the images most wrong, and two runs compared
//! image by image.

mod compare;
mod head;
mod judgement;
mod list;
mod matrix;
#[cfg(test)]
mod matrix_tests;
mod tables;
mod votes;

use super::tab_view::TabsView;
use crate::app::action::Action;
use crate::app::pictures::Pictures;
use crate::data::TrainingData;
use crate::lab::analysis::ConfusionMatrix;
use crate::lab::answers::ensemble::Together;
use crate::lab::validation::{Asked, EpochOfRun, Validated};
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Weak};
use tables::{Compared, NotComparable, Tables};

/// What the cells of the matrix say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellFigures {
    /// The number of images.
    #[default]
    Counts,
    /// The share of the images of the true class, in per cent.
    Shares,
}

/// What is remembered of the tab over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorsPrefs {
    /// What the cells of the matrix say.
    pub figures: CellFigures,
}

/// Which images are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Selection {
    /// Every wrong image.
    #[default]
    AllErrors,
    /// The images of one class that were taken for a class, which may be the same.
    Cell { truth: usize, prediction: usize },
    /// Images that are wrong in the shown run and right in the run compared with.
    Fixed,
    /// Images that are right in the shown run and wrong in the run compared with.
    Broken,
    /// Images that are wrong in both runs.
    BothWrong,
    /// Images that aren't given the same class by all runs of an ensemble.
    Disagreement,
}

/// The tab's state, which lives as long as the window.
pub struct ErrorsState {
    tables: Option<Tables>,
    compared: Option<Comparing>,
    selection: Selection,
    list: list::ListState,
    /// The image that was chosen for Layers.
    chosen: Option<(Weak<TrainingData>, usize)>,
}

/// A comparison and the answers that it was made of.
struct Comparing {
    first: Arc<Validated>,
    other: Arc<Validated>,
    result: Result<Compared, NotComparable>,
}

impl Default for ErrorsState {
    fn default() -> Self {
        Self {
            tables: None,
            compared: None,
            selection: Selection::AllErrors,
            list: list::ListState {
                first: 0,
                of: None,
                version: 0,
                images: Vec::new(),
                pictures: Pictures::new("errors"),
            },
            chosen: None,
        }
    }
}

impl ErrorsState {
    /// Takes the answers that have become known. Tables are made once for each answer, not in each
    /// frame; those of the epoch before stay until the next answers are there.
    fn update(&mut self, view: &TabsView<'_>) {
        let run = view.run.map(|run| &run.id);
        let mut found = view.validation.validated.iter().map(Option::as_ref);
        let shown = found
            .next()
            .flatten()
            .filter(|validated| is_of(view, &validated.subject));
        if let Some(shown) = shown {
            let same = self
                .tables
                .as_ref()
                .is_some_and(|t| Arc::ptr_eq(&t.of, shown));
            if !same {
                self.tables = Some(Tables::new(Arc::clone(shown)));
            }
        }
        if self.tables.as_ref().map(|t| &t.of.subject.run) != run {
            self.tables = None;
        }
        let other = found.next().flatten();
        let other = other.filter(|other| Some(&other.subject.run) == view.compared);
        self.compare(other, view.compared.is_some());
        self.keep_selection();
    }

    fn compare(&mut self, other: Option<&Arc<Validated>>, wanted: bool) {
        let first = self.tables.as_ref().map(|tables| &tables.of);
        let (Some(first), Some(other)) = (first, other) else {
            if !wanted || first.is_none() {
                self.compared = None;
            }
            return;
        };
        let same = self.compared.as_ref().is_some_and(|compared| {
            Arc::ptr_eq(&compared.first, first) && Arc::ptr_eq(&compared.other, other)
        });
        if !same {
            self.compared = Some(Comparing {
                first: Arc::clone(first),
                other: Arc::clone(other),
                result: Compared::new(first, Arc::clone(other)),
            });
        }
    }

    /// Goes back to all errors where the selection means nothing any more.
    fn keep_selection(&mut self) {
        let classes = self.tables.as_ref().map_or(0, |t| t.matrix.classes.len());
        let stays = match self.selection {
            Selection::AllErrors => true,
            Selection::Cell { truth, prediction } => truth < classes && prediction < classes,
            Selection::Fixed | Selection::Broken | Selection::BothWrong => self.compared.is_some(),
            Selection::Disagreement => self.tables.as_ref().is_some_and(|t| t.of.votes.len() > 1),
        };
        if !stays {
            self.select(Selection::AllErrors);
        }
    }

    fn select(&mut self, selection: Selection) {
        self.selection = selection;
        self.list.first = 0;
    }

    /// The matrix of runs that answer together, where the tab shows it.
    pub fn matrix_of(&self, together: &Together) -> Option<&ConfusionMatrix> {
        let tables = self.tables.as_ref()?;
        let is_theirs =
            matches!(&tables.of.subject.asked, Asked::Together(asked) if asked == together);
        is_theirs.then_some(&tables.matrix)
    }

    /// The comparison of the shown tables with another run's, where there is one.
    fn comparison(&self) -> Option<&Compared> {
        self.compared.as_ref()?.result.as_ref().ok()
    }
}

/// Whether these weights are those that the tab shows.
fn is_of(view: &TabsView<'_>, subject: &EpochOfRun) -> bool {
    match (&subject.asked, view.ensemble) {
        (Asked::Epoch(epoch), None) => {
            view.run.is_some_and(|run| run.id == subject.run) && view.epoch == Some(*epoch)
        }
        (Asked::Together(asked), Some(ensemble)) => ensemble.together == Ok(asked),
        (Asked::Epoch(_), Some(_)) | (Asked::Together(_), None) => false,
    }
}

/// Draws the tab.
pub fn errors_ui(
    ui: &mut Ui,
    prefs: &mut ErrorsPrefs,
    state: &mut ErrorsState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    state.update(view);
    let Some(run) = view.run else {
        ui.label("Train a run: here stands which digits it takes for which, and how sure it is.");
        return;
    };
    if view.epoch.is_none() && view.ensemble.is_none() {
        ui.label(if run.state.is_active() {
            "The errors come with the first epoch."
        } else {
            "This run ended before its first epoch: there is nothing to show."
        });
        return;
    }
    head::head_ui(ui, state, view, run, actions);
    let Some(tables) = &state.tables else {
        return;
    };
    ui.separator();
    let selected = match state.selection {
        Selection::Cell { truth, prediction } => Some((truth, prediction)),
        _ => None,
    };
    let clicked = matrix::matrix_ui(ui, &mut prefs.figures, &tables.matrix, selected, actions);
    if let Some((truth, prediction)) = clicked {
        // A second click on a cell ends the selection.
        let selection = if clicked == selected {
            Selection::AllErrors
        } else {
            Selection::Cell { truth, prediction }
        };
        state.select(selection);
    }
    ui.separator();
    votes::disagreement_ui(ui, state);
    compare::compare_ui(ui, state, view, run, actions);
    ui.separator();
    list::list_ui(ui, state, view, run, actions);
}
