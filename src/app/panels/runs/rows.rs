//! The rows of the runs as plain values. Of egui only the type of a colour is used.

use super::resuming::{NotResumable, can_resume};
use crate::data::Copies;
use crate::experiment::Settings;
use crate::lab::curves::{Note, OpenedRun};
use crate::lab::run::{Sharing, difference, gap};
use crate::lab::sweep::Group;
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
}

impl RunRow<'_> {
    /// The validation accuracy by which rows are ordered and filtered: that of the best epoch, or of the
    /// average.
    pub fn accuracy(&self) -> Option<f64> {
        match self.origin {
            Origin::Ensemble { accuracy, .. } => accuracy.map(|(accuracy, _)| accuracy),
            Origin::Store | Origin::File(_) => self.best.map(|best| best.accuracy),
        }
    }
}

/// The rows of all runs, given the chosen one and the one before that is drawn faint, in the runs' order, and after them those that were opened from files.
pub fn run_rows<'a>(
    runs: &'a [Run],
    opened: &'a [OpenedRun],
    [chosen, previous]: [Option<&RunId>; 2],
    shown: &BTreeSet<RunId>,
    colors: &dyn Fn(&RunId) -> Color32,
) -> Vec<RunRow<'a>> {
    let reference = runs.iter().find(|run| Some(&run.id) == chosen);
    let is_file_chosen = opened.iter().any(|run| Some(&run.id) == chosen);
    let without_reference = if is_file_chosen {
        Sharing::Unknown
    } else {
        Sharing::Same
    };
    let of_store = runs.iter().map(|run| RunRow {
        id: run.id.clone(),
        origin: Origin::Store,
        name: run.name.clone(),
        color: colors(&run.id),
        state_label: run.state.label(),
        active: run.state.is_in_work(),
        resumes_at: can_resume(run),
        starred: run.starred,
        shown: shown.contains(&run.id),
        chosen: Some(&run.id) == chosen,
        previous: Some(&run.id) == previous && !shown.contains(&run.id),
        best: run.best().map(best_epoch),
        most_accurate: run.most_accurate().map(best_epoch),
        gap: run.best().map(gap),
        last_gap: run.epochs.last().map(gap),
        sharing: reference.map_or(without_reference, |reference| {
            run.shares_validation_images(reference)
        }),
        epochs: run.epochs.len(),
        difference: match reference {
            Some(reference) if reference.id != run.id => Differing::FromRun(run, reference),
            _ => Differing::FromPreset(run),
        },
        settings: Some(Cow::Borrowed(run.experiment.settings())),
        created_secs: run.created_secs,
        note: match &run.state {
            RunState::Failed(message) => Some(message.clone()),
            RunState::Elsewhere(by) => Some(format!("Trained by {by}.")),
            RunState::NotKept(_) => Some(
                "This run is through, but its folder lacks its end or some of its figures.".into(),
            ),
            _ => None,
        },
        warnings: Cow::Borrowed(&run.warnings),
        remarks: Vec::new(),
        group: None,
        seeds: None,
    });
    let of_files = opened
        .iter()
        .map(|run| opened_row(run, [chosen, previous], shown, colors));
    of_store.chain(of_files).collect()
}

/// The row of a run that was opened from a file.
fn opened_row<'a>(
    opened: &'a OpenedRun,
    [chosen, previous]: [Option<&RunId>; 2],
    shown: &BTreeSet<RunId>,
    colors: &dyn Fn(&RunId) -> Color32,
) -> RunRow<'a> {
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
    let is_chosen = Some(&opened.id) == chosen;
    RunRow {
        id: opened.id.clone(),
        origin: Origin::File(opened.path.clone()),
        name: opened.name.clone(),
        color: colors(&opened.id),
        state_label: "from a file",
        active: false,
        resumes_at: Err(NotResumable::FromFile),
        starred: false,
        shown: shown.contains(&opened.id),
        chosen: is_chosen,
        previous: Some(&opened.id) == previous && !shown.contains(&opened.id),
        best: opened.best().and_then(best_epoch),
        most_accurate: opened.most_accurate().and_then(best_epoch),
        gap: opened.best().and_then(gap),
        last_gap: opened.run.points.last().and_then(gap),
        sharing: if is_chosen || chosen.is_none() {
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
mod tests {
    use super::*;
    use crate::experiment::{Change, Experiment, Preset, Setting};

    fn run(id: &str, preset: Preset, edit: impl Fn(&mut Settings), changes: Vec<Change>) -> Run {
        let mut settings = preset.settings();
        edit(&mut settings);
        let experiment = Experiment::new(settings, changes).unwrap();
        Run::new(RunId(id.into()), id.into(), 0, experiment)
    }

    fn check(runs: &[Run], chosen: &str, expected: &[&str]) {
        let chosen = RunId(chosen.into());
        let rows = run_rows(runs, &[], [Some(&chosen), None], &BTreeSet::new(), &|_| {
            Color32::RED
        });
        let differences: Vec<_> = rows.iter().map(|row| row.difference.text()).collect();
        assert_eq!(differences, expected);
    }

    #[test]
    fn rows_say_what_differs_from_the_chosen_run() {
        let change = Change::at_epoch(8, Setting::Dropout(0.5));
        let runs = [
            run("A1", Preset::Cnn, |_| {}, vec![]),
            run("A2", Preset::Cnn, |s| s.network.width = 0.5, vec![change]),
            run("A3", Preset::NoisyLabels, |_| {}, vec![]),
            run("A4", Preset::Cnn, |_| {}, vec![]),
        ];
        check(
            &runs,
            "A1",
            &[
                "CNN",
                "width 0.5, dropout 0.5 from epoch 8",
                "other validation images: 2,000 images, 5,000 validation images, label noise 20%, 12 epochs",
                "same settings",
            ],
        );
        check(
            &runs[..2],
            "A2",
            &["width 1", "CNN; width 0.5, dropout 0.5 from epoch 8"],
        );
    }

    #[test]
    fn without_a_chosen_run_all_are_compared_with_their_presets() {
        let runs = [run("A1", Preset::Default, |s| s.seed = 7, vec![])];
        check(&runs, "gone", &["Default: the whole recipe; seed 7"]);
    }
}
