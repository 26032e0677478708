//! A sweep of runs that are there already, so that a report can be made of them.

use super::{Assignment, Assignments, Cells, Sweep, SweepError};
use crate::experiment::{Experiment, Field, Settings};
use crate::lab::run::Run;

impl Sweep {
    /// The sweep that these runs could have been planned as: a cell for each of their settings, and all of
    /// their seeds. The first run's settings come first.
    ///
    /// # Errors
    /// Where there is no run, or runs differ in more than a sweep varies, such as their data, which images
    /// validate them, or changes in mid-run. Data that can't be read are an error, too.
    pub fn of_runs(name: String, runs: &[Run]) -> Result<Self, SweepError> {
        let (cells, seeds) = cells_of(runs)?;
        let first = runs.first().ok_or(SweepError::NoCells)?;
        Self::plan(name, first.experiment.clone(), Cells::List(cells), seeds)
    }
}

/// What each group of settings sets beside the first run's, and the seeds of all, in order.
fn cells_of(runs: &[Run]) -> Result<(Vec<Assignments>, Vec<u64>), SweepError> {
    let (mut cells, mut seeds): (Vec<Assignments>, Vec<u64>) = (Vec::new(), Vec::new());
    for run in runs {
        let cell = beside(&run.experiment, &runs[0].experiment).ok_or_else(|| {
            SweepError::NotOneSweep {
                run: run.name.clone(),
                first: runs[0].name.clone(),
            }
        })?;
        if !cells.contains(&cell) {
            cells.push(cell);
        }
        seeds.push(run.experiment.settings().seed);
    }
    seeds.sort_unstable();
    seeds.dedup();
    Ok((cells, seeds))
}

/// What an experiment sets beside another one; none where it differs in more than a sweep varies.
fn beside(experiment: &Experiment, base: &Experiment) -> Option<Assignments> {
    let (settings, of_base) = (experiment.settings(), base.settings());
    let text = |field: Field, settings: &Settings| field.value_text(settings);
    let differing = Field::varied_by_sweeps()
        .filter(|field| text(*field, settings) != text(*field, of_base))
        .map(|field| Assignment::new(field, &text(field, settings)));
    let set = Assignments(differing.collect::<Result<_, _>>().ok()?);
    let mut made = of_base.clone();
    set.apply(&mut made).ok()?;
    made.seed = settings.seed;
    (made == *settings && experiment.changes() == base.changes()).then_some(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Change, Preset, Setting};
    use crate::lab::run::RunId;

    fn run(edit: impl Fn(&mut Settings), changes: Vec<Change>) -> Run {
        let mut settings = Preset::Cnn.settings();
        edit(&mut settings);
        let experiment = Experiment::new(settings, changes).unwrap();
        Run::new(RunId("A1".into()), "A1".into(), 0, experiment)
    }

    #[test]
    fn runs_are_cells_by_their_settings_and_seeds_by_their_seeds() {
        let runs = [
            run(|settings| settings.seed = 2, vec![]),
            run(|_| {}, vec![]),
            run(|settings| settings.regularization.dropout = 0.5, vec![]),
        ];
        let sweep = Sweep::of_runs("shown".into(), &runs).unwrap();
        let labels: Vec<String> = sweep
            .cells()
            .iter()
            .map(super::super::Cell::label)
            .collect();
        assert_eq!(labels, ["the base experiment", "dropout=0.5"]);
        assert_eq!(sweep.seeds(), [1, 2]);
        let jobs = sweep.jobs().unwrap();
        for run in &runs {
            assert!(jobs.iter().any(|job| job.experiment == run.experiment));
        }
    }

    #[test]
    fn runs_that_no_sweep_has_together_are_named() {
        let other_images = run(|settings| settings.data.split_seed = 9, vec![]);
        let change = Change::at_epoch(3, Setting::Dropout(0.5));
        for other in [other_images, run(|_| {}, vec![change])] {
            let runs = [run(|_| {}, vec![]), other];
            let err = Sweep::of_runs("shown".into(), &runs)
                .unwrap_err()
                .to_string();
            assert!(
                err.contains("choose runs that differ in settings alone"),
                "{err}"
            );
        }
        assert!(Sweep::of_runs("none".into(), &[]).is_err());
    }
}
