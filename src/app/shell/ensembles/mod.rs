//! Ensembles in the window: runs that answer together. Each is a row of the table beside the runs, is kept
//! in the folder of the runs, and is measured on a thread of its own. `asked` does what a person asks of
//! them, `measuring` measures, and `told` has the words.

mod asked;
mod measuring;
mod told;

use super::App;
use super::report::Report;
use crate::app::notices::Level;
use crate::app::panels::tab_view::{EnsembleView, Measuring};
use crate::app::work::Task;
use crate::data::reading::RunReading;
use crate::lab::answers::ensemble::Together;
use crate::lab::store::{Checkpoint, Ensemble, EnsembleScore, Split, StoreError};
use crate::lab::validation::Validated;
use crate::lab::{Run, RunId, RunState, StopReason};
use measuring::NotMeasured;
use std::sync::Arc;

/// The ensembles of the store, the oldest first.
#[derive(Default)]
pub(in crate::app::shell) struct Averages {
    list: Vec<Average>,
    /// The ensemble that is being measured.
    measuring: Option<(RunId, Task<Answered, NotMeasured>)>,
    /// Whether a tab shows what the chosen ensemble answered to each image.
    pub(in crate::app::shell) answers_are_wanted: bool,
}

/// What an ensemble is worth, and what it answered.
type Answered = (EnsembleScore, Option<Arc<Validated>>);

/// An ensemble.
struct Average {
    id: RunId,
    kept: Ensemble,
    /// What its runs were when they were put together: each with the epoch of its weights.
    of: Vec<(RunId, Option<usize>)>,
    /// The runs with their weights, or why they can't answer.
    together: Result<Together, String>,
    /// What stands for it where a run is asked for; none without a run of its own.
    stand_in: Option<Run>,
    /// Why it can't be measured.
    problem: Option<String>,
    /// Whether a person has cancelled the measuring.
    is_cancelled: bool,
    /// What it answered to the validation images, once it was measured in this window.
    validated: Option<Arc<Validated>>,
}

impl Average {
    fn new(id: RunId, kept: Ensemble) -> Self {
        Self {
            id,
            kept,
            of: Vec::new(),
            together: Err(String::new()),
            stand_in: None,
            problem: None,
            is_cancelled: false,
            validated: None,
        }
    }

    /// The figures, where they are of the runs and copies as they are now.
    fn score(&self) -> Option<&EnsembleScore> {
        let score = self.kept.score.as_ref()?;
        let epochs = score
            .members
            .iter()
            .map(|member| (&member.run, member.epoch));
        let is_fresh = score.split == Split::Validation
            && score.tta == self.kept.copies.count
            && epochs.eq(self.of.iter().map(|(run, epoch)| (run, *epoch)));
        Some(score).filter(|_| is_fresh)
    }

    /// Puts the runs together as they are now.
    fn put_together(&mut self, of: Vec<(RunId, Option<usize>)>, runs: &[Run]) {
        self.of = of;
        self.problem = None;
        self.is_cancelled = false;
        self.validated = None;
        let found: Result<Vec<(Run, Checkpoint)>, String> = self
            .kept
            .members
            .iter()
            .map(|id| member(id, &self.kept.name, runs))
            .collect();
        let found = found.and_then(|found| {
            agree(&found)?;
            Ok(found)
        });
        if let Ok([(first, _), ..]) = found.as_deref() {
            self.stand_in = Some(stand_in(first, &self.id, &self.kept));
        }
        self.together = found.map(|runs| Together {
            id: self.id.clone(),
            runs: runs.into(),
            copies: self.kept.copies,
        });
    }
}

/// A run that answers with the weights of its best epoch, without its batches, which are many.
fn member(id: &RunId, ensemble: &str, runs: &[Run]) -> Result<(Run, Checkpoint), String> {
    let run = runs.iter().find(|run| run.id == *id).ok_or_else(|| {
        format!(
            "{ensemble} needs the run {id}, which isn't in the table. Restore it, or edit the average."
        )
    })?;
    if run.best_kept().is_none() {
        return Err(format!(
            "{ensemble} needs the best weights of {}, which aren't on disk. Leave it out of the average.",
            run.name
        ));
    }
    let mut run = run.clone();
    run.batches = Vec::new();
    Ok((run, Checkpoint::Best))
}

/// Checks what can be known of the runs without their weights.
fn agree(runs: &[(Run, Checkpoint)]) -> Result<(), String> {
    let reading = |run: &Run| RunReading::kept(&run.experiment.settings().data.source);
    let Some(((first, _), others)) = runs.split_first() else {
        return Err("An average needs a run.".into());
    };
    match others
        .iter()
        .find(|(run, _)| reading(run) != reading(first))
    {
        Some((run, _)) => Err(format!(
            "{} reads pictures otherwise than {}, so that one drawing would be two images. Leave it out of \
             the average.",
            run.name, first.name
        )),
        None => Ok(()),
    }
}

/// A run that stands for an ensemble: its first run's data and classes under its own name, without epochs.
fn stand_in(first: &Run, id: &RunId, kept: &Ensemble) -> Run {
    let experiment = first.experiment.clone();
    let mut run = Run::new(
        id.clone(),
        first.folder.clone(),
        kept.created_secs,
        experiment,
    );
    run.name.clone_from(&kept.name);
    run.started.clone_from(&first.started);
    run.data_sha256.clone_from(&first.data_sha256);
    run.state = RunState::Finished(StopReason::Completed);
    run
}

impl App {
    fn average(&self, id: &RunId) -> Option<&Average> {
        self.averages.list.iter().find(|average| average.id == *id)
    }

    fn average_mut(&mut self, id: &RunId) -> Option<&mut Average> {
        self.averages
            .list
            .iter_mut()
            .find(|average| average.id == *id)
    }

    fn chosen_average(&self) -> Option<&Average> {
        self.average(self.chosen.as_ref()?)
    }

    /// Whether there is an ensemble of this name.
    pub(in crate::app::shell) fn is_ensemble(&self, id: &RunId) -> bool {
        self.average(id).is_some()
    }

    /// The run that the tabs are about: the chosen one, or what stands for the chosen ensemble.
    pub(in crate::app::shell) fn run_in_tabs(&self) -> Option<&Run> {
        let stand_in = || self.chosen_average()?.stand_in.as_ref();
        self.chosen_run().or_else(stand_in)
    }

    /// The runs that answer together, where an ensemble is chosen and can answer.
    pub(in crate::app::shell) fn chosen_together(&self) -> Option<&Together> {
        self.chosen_average()?.together.as_ref().ok()
    }

    /// The chosen ensemble, as the tabs show it.
    pub(in crate::app::shell) fn ensemble_view(&self) -> Option<EnsembleView<'_>> {
        let average = self.chosen_average()?;
        Some(EnsembleView {
            together: average.together.as_ref().map_err(String::as_str),
            problem: average.problem.as_deref(),
            measuring: match &self.averages.measuring {
                Some((id, task)) if *id == average.id => Measuring::Going(task.progress()),
                _ if average.is_cancelled => Measuring::Cancelled,
                _ => Measuring::Over,
            },
        })
    }

    /// What the chosen ensemble answered to the validation images; none of no ensemble, and as long as it isn't known.
    pub(in crate::app::shell) fn validated_together(&self) -> Option<Arc<Validated>> {
        self.chosen_average()?.validated.clone()
    }

    /// The runs of the chosen ensemble; none where no ensemble is chosen.
    pub(in crate::app::shell) fn members_of_chosen(&self) -> &[RunId] {
        let chosen = self.chosen_average();
        chosen.map_or(&[], |average| &average.kept.members)
    }

    /// The name of the chosen ensemble.
    pub(in crate::app::shell) fn chosen_ensemble_name(&self) -> Option<&str> {
        Some(&self.chosen_average()?.kept.name)
    }

    /// Has the ensembles of the store read.
    pub(in crate::app::shell) fn read_ensembles(&mut self) {
        let store = self.options.store.clone();
        self.in_order(move || {
            let (read, errors) = store.read_ensembles();
            Report::Ensembles(read, errors)
        });
    }

    pub(in crate::app::shell) fn take_ensembles(
        &mut self,
        read: Vec<(RunId, Ensemble)>,
        errors: Vec<StoreError>,
    ) {
        for err in errors {
            self.notices.push(Level::Warning, err.to_string());
        }
        for (id, kept) in read {
            self.take_ensemble(id, kept);
        }
    }

    /// Takes an ensemble in, in place of what was known of it.
    fn take_ensemble(&mut self, id: RunId, kept: Ensemble) {
        let average = Average::new(id.clone(), kept);
        match self.average_mut(&id) {
            Some(known) => *known = average,
            None => self.averages.list.push(average),
        }
    }

    /// Takes in an ensemble that was just made, and chooses it.
    pub(in crate::app::shell) fn take_new_ensemble(&mut self, id: RunId, kept: Ensemble) {
        self.take_ensemble(id.clone(), kept);
        self.follow_runs();
        self.choose_run(id);
    }

    /// Puts ensembles together anew whose runs have changed, and has the chosen one measured.
    pub(in crate::app::shell) fn follow_runs(&mut self) {
        if self.averages.list.is_empty() || !self.runs_read {
            return;
        }
        let mut list = std::mem::take(&mut self.averages.list);
        for average in &mut list {
            let members = average.kept.members.iter();
            let of: Vec<(RunId, Option<usize>)> = members
                .map(|id| (id.clone(), self.run(id).and_then(Run::best_kept)))
                .collect();
            let is_same = average.of == of
                && average
                    .together
                    .as_ref()
                    .map_or(true, |together| together.copies == average.kept.copies);
            if !is_same {
                average.put_together(of, &self.runs);
            }
        }
        self.averages.list = list;
        self.take_measured();
        self.measure_chosen();
    }
}
