//! The rows of the runs as plain values. Of egui only the type of a colour is used.

use super::ensembles::EnsembleRow;
use super::resuming::{NotResumable, can_resume};
use crate::data::Copies;
use crate::experiment::Settings;
use crate::lab::curves::{Note, OpenedRun};
use crate::lab::run::{Sharing, difference, gap};
use crate::lab::sweep::{Group, Groups};
use crate::lab::verdict::CurvePoint;
use crate::lab::{EpochMetrics, ResumePlace, Run, RunId, RunState};
use eframe::egui::Color32;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// An epoch that is best by some measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestEpoch {
    /// The validation accuracy after the epoch, as a fraction.
    pub accuracy: f64,
    /// The epoch, from 1.
    pub epoch: usize,
    /// The number of validation images.
    pub validation_count: usize,
}

/// Where a row of the table comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A run of this program.
    Store,
    /// This file of curves.
    File(PathBuf),
    /// Runs that answer together.
    Ensemble {
        /// The copies that are answered beside each image.
        copies: Copies,
        /// The accuracy on so many validation images, once it was measured.
        accuracy: Option<(f64, usize)>,
    },
}

/// How a run's settings differ. The words are made where they are needed: of hundreds of runs a few are in
/// sight.
#[derive(Clone, Debug)]
pub enum Differing<'a> {
    /// From another run.
    FromRun(&'a Run, &'a Run),
    /// From the nearest preset.
    FromPreset(&'a Run),
    /// Curves from elsewhere have no settings: what they mean stands here.
    Told(Cow<'a, str>),
}

impl Differing<'_> {
    /// The words.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::FromRun(run, reference) => difference::from_run(run, reference).into(),
            Self::FromPreset(run) => difference::from_preset(run).into(),
            Self::Told(words) => Cow::Borrowed(words),
        }
    }
}

/// A run as the table shows it.
#[derive(Clone, Debug)]
pub struct RunRow<'a> {
    /// The run's name in the store.
    pub id: RunId,
    /// Where the run comes from.
    pub origin: Origin,
    /// The name that a person gave the run.
    pub name: String,
    /// The colour of the run's curves.
    pub color: Color32,
    /// Where the run stands, in a word or two.
    pub state_label: &'static str,
    /// Whether this process or another works on the run.
    pub active: bool,
    /// Where the run goes on when it is resumed, or why it can't be.
    pub resumes_at: Result<ResumePlace, NotResumable>,
    /// Whether a person has starred the run.
    pub starred: bool,
    /// Whether the run's curves are shown beside the chosen run's.
    pub shown: bool,
    /// Whether this is the chosen run.
    pub chosen: bool,
    /// Whether the run is drawn faint, as the one that was chosen before.
    pub previous: bool,
    /// The epoch of the lowest validation loss.
    pub best: Option<BestEpoch>,
    /// The epoch of the highest validation accuracy.
    pub most_accurate: Option<BestEpoch>,
    /// The gap at the epoch of the lowest validation loss, in percentage points.
    pub gap: Option<f64>,
    /// The gap at the run's last epoch, in percentage points.
    pub last_gap: Option<f64>,
    /// Whether the same images validate the run and the chosen one.
    pub sharing: Sharing,
    /// The number of epochs trained so far.
    pub epochs: usize,
    /// How the settings differ from the chosen run's; for the chosen run itself, from those of the
    /// nearest preset.
    pub difference: Differing<'a>,
    /// The settings that the run began with, where they are known.
    pub settings: Option<Cow<'a, Settings>>,
    /// When the run was started, in seconds since 1970.
    pub created_secs: u64,
    /// Why the run failed, or who else trains it.
    pub note: Option<String>,
    /// What went wrong without ending the run, the oldest first.
    pub warnings: Cow<'a, [String]>,
    /// What was assumed when a file of curves was read.
    pub remarks: Vec<String>,
    /// The group that the run belongs to.
    pub group: Option<RunId>,
    /// The group that the row stands for, where it stands for one and no run.
    pub seeds: Option<&'a Group>,
    /// The run of that group that is the chosen one by itself.
    pub chosen_within: Option<&'a Run>,
    /// Whether a run of that group is drawn faint, as the one that was chosen before.
    pub previous_within: bool,
}

impl RunRow<'_> {
    /// The name that a person edits: that of a group is what the names of its runs have in common.
    pub fn name_to_edit(&self) -> &str {
        self.seeds.map_or(&self.name, |group| group.stem())
    }

    /// The validation accuracy by which rows are ordered and filtered: that of the best epoch, or of the
    /// average.
    pub fn accuracy(&self) -> Option<f64> {
        match self.origin {
            Origin::Ensemble { accuracy, .. } => accuracy.map(|(accuracy, _)| accuracy),
            Origin::Store | Origin::File(_) => self.best.map(|best| best.accuracy),
        }
    }
}

/// Where the table gets its rows from. A row is made when it is asked for: of hundreds of runs a few are in
/// sight.
pub trait RowSource<'a> {
    /// How many rows there are.
    fn count(&self) -> usize;

    /// The row at a place.
    fn row(&self, place: usize) -> Option<RunRow<'a>>;
}

/// The revisions of all that rows are made of, but for their colours: where this is the same as before, so are
/// the order of the rows and what is found of all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowsKey {
    /// The revision of the runs. The groups are made of the runs and of those that wait.
    pub runs: u64,
    /// The revision of the list of runs that wait.
    pub waiting: u64,
    /// The revision of the runs from files.
    pub opened: u64,
    /// The revision of what is shown.
    pub shown: u64,
    /// A hash of what the rows of ensembles tell.
    pub ensembles: u64,
    /// The chosen row and the chosen group.
    pub chosen: [Option<RunId>; 2],
    /// The run or the group that was chosen before, where it is drawn.
    pub previous: Option<RunId>,
    /// The runs of the chosen ensemble.
    pub members: Vec<RunId>,
}

/// What the rows are made of. The rows stand in this order: the runs, those that were opened from files, groups,
/// ensembles.
pub struct Rows<'a> {
    /// The runs.
    pub runs: &'a [Run],
    /// The runs that were opened from files.
    pub opened: &'a [OpenedRun],
    /// The groups among the runs.
    pub groups: &'a Groups,
    /// The ensembles.
    pub ensembles: &'a [EnsembleRow<'a>],
    /// The chosen run. Where a group is chosen it is a run of the group.
    pub chosen: Option<&'a RunId>,
    /// The chosen group.
    pub chosen_group: Option<&'a RunId>,
    /// The run or the group that was chosen before, where it is drawn faint.
    pub previous: Option<&'a RunId>,
    /// The runs and groups that are shown.
    pub shown: &'a BTreeSet<RunId>,
    /// The run that others are compared with, where it is a run of the store.
    pub reference: Option<&'a Run>,
    /// The run that the tabs are about.
    pub in_tabs: Option<&'a Run>,
    /// The colours of runs and groups.
    pub colors: &'a dyn Fn(&RunId) -> Color32,
}

impl<'a> RowSource<'a> for Rows<'a> {
    fn count(&self) -> usize {
        self.runs.len() + self.opened.len() + self.groups.all().len() + self.ensembles.len()
    }

    fn row(&self, place: usize) -> Option<RunRow<'a>> {
        if let Some(run) = self.runs.get(place) {
            return Some(self.of_run(run));
        }
        let place = place - self.runs.len();
        if let Some(opened) = self.opened.get(place) {
            return Some(self.of_file(opened));
        }
        let place = place - self.opened.len();
        if let Some(group) = self.groups.all().get(place) {
            return self.of_group(group);
        }
        let ensemble = self.ensembles.get(place - self.groups.all().len())?;
        Some(self.of_ensemble(ensemble))
    }
}

impl<'a> Rows<'a> {
    fn of_run(&self, run: &'a Run) -> RunRow<'a> {
        let is_shown = self.shown.contains(&run.id);
        let group = self.groups.of_run(&run.id);
        RunRow {
            id: run.id.clone(),
            origin: Origin::Store,
            name: run.name.clone(),
            color: (self.colors)(&run.id),
            state_label: run.state.label(),
            active: run.state.is_in_work(),
            resumes_at: can_resume(run),
            starred: run.starred,
            shown: is_shown,
            chosen: self.is_chosen(&run.id),
            previous: Some(&run.id) == self.previous && !is_shown,
            best: run.best().map(best_epoch),
            most_accurate: run.most_accurate().map(best_epoch),
            gap: run.best().map(gap),
            last_gap: run.epochs.last().map(gap),
            sharing: self.reference.map_or_else(
                || self.without_reference(),
                |reference| run.shares_validation_images(reference),
            ),
            epochs: run.epochs.len(),
            difference: match self.reference {
                Some(reference) if reference.id != run.id => Differing::FromRun(run, reference),
                _ => Differing::FromPreset(run),
            },
            settings: Some(Cow::Borrowed(run.experiment.settings())),
            created_secs: run.created_secs,
            note: match &run.state {
                RunState::Failed(message) => Some(message.clone()),
                RunState::Elsewhere(by) => Some(format!("Trained by {by}.")),
                RunState::NotKept(_) => Some(
                    "This run is through, but its folder lacks its end or some of its figures."
                        .into(),
                ),
                _ => None,
            },
            warnings: Cow::Borrowed(&run.warnings),
            remarks: Vec::new(),
            group: group.map(|group| group.id.clone()),
            seeds: None,
            chosen_within: None,
            previous_within: false,
        }
    }

    /// Whether a run is the chosen one. Where a group is chosen, none of its runs is by itself.
    pub(super) fn is_chosen(&self, id: &RunId) -> bool {
        self.chosen_group.is_none() && self.chosen == Some(id)
    }

    /// How the validation images of a run stand to the chosen row's, where that is no run of the store.
    fn without_reference(&self) -> Sharing {
        if self.opened.iter().any(|run| Some(&run.id) == self.chosen) {
            Sharing::Unknown
        } else {
            Sharing::Same
        }
    }

    fn of_file(&self, opened: &'a OpenedRun) -> RunRow<'a> {
        let validation_count = opened.run.validation_size();
        let best_epoch = |point: &CurvePoint| {
            Some(BestEpoch {
                accuracy: point.validation_accuracy?,
                epoch: point.epoch,
                validation_count,
            })
        };
        let gap =
            |point: &CurvePoint| Some(100.0 * (point.train_accuracy? - point.validation_accuracy?));
        let is_shown = self.shown.contains(&opened.id);
        RunRow {
            id: opened.id.clone(),
            origin: Origin::File(opened.path.clone()),
            name: opened.name.clone(),
            color: (self.colors)(&opened.id),
            state_label: "from a file",
            active: false,
            resumes_at: Err(NotResumable::FromFile),
            starred: false,
            shown: is_shown,
            chosen: self.is_chosen(&opened.id),
            previous: Some(&opened.id) == self.previous && !is_shown,
            best: opened.best().and_then(best_epoch),
            most_accurate: opened.most_accurate().and_then(best_epoch),
            gap: opened.best().and_then(gap),
            last_gap: opened.run.points.last().and_then(gap),
            sharing: if self.chosen.is_none_or(|chosen| *chosen == opened.id) {
                Sharing::Same
            } else {
                Sharing::Unknown
            },
            epochs: opened.run.points.len(),
            difference: Differing::Told(Cow::Borrowed(&opened.verdict.what)),
            settings: None,
            created_secs: opened.opened_secs,
            note: None,
            warnings: Cow::Borrowed(&[]),
            remarks: opened.notes.iter().map(Note::to_string).collect(),
            group: None,
            seeds: None,
            chosen_within: None,
            previous_within: false,
        }
    }
}

fn best_epoch(metrics: &EpochMetrics) -> BestEpoch {
    BestEpoch {
        accuracy: metrics.validation_accuracy,
        epoch: metrics.epoch,
        validation_count: metrics.validation_count,
    }
}

#[cfg(test)]
mod tests;
