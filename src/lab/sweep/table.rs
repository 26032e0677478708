//! A sweep's figures, a row a cell.

use super::{Job, JobState, Metric, Standing, Sweep};
use crate::experiment::Field;
use crate::lab::run::RunId;
use crate::lab::statistics::Estimate;
use crate::lab::store::read_run;
use rayon::prelude::*;

/// A cell with the figures of its finished runs.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRow {
    /// The number of the cell, from 0.
    pub cell: usize,
    /// The settings in which the cells differ, with their values as the command line takes them.
    pub settings: Vec<(Field, String)>,
    /// The figures of the finished runs: seed, figure and run, in the order of the seeds.
    pub values: Vec<(u64, f64, RunId)>,
    /// How many runs of the cell are planned.
    pub planned: usize,
    /// How many of them have failed.
    pub failed: usize,
    /// How many of the finished runs had their lowest validation loss in their last epoch, so that more epochs may
    /// have brought more.
    pub best_at_end: usize,
    /// How far a figure is off because it moves by whole steps: see [`Metric::rounding`].
    pub rounding: f64,
    /// Mean, standard deviation and interval, from two runs on.
    pub estimate: Option<Estimate>,
}

impl CellRow {
    /// The figures alone.
    pub fn figures(&self) -> Vec<f64> {
        self.values.iter().map(|(_, figure, _)| *figure).collect()
    }

    /// The mean of the figures, from one run on.
    pub fn mean(&self) -> Option<f64> {
        let figures = self.figures();
        (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
    }
}

/// The cells of a sweep with their figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The figure.
    pub metric: Metric,
    /// The settings in which the cells differ.
    pub fields: Vec<Field>,
    /// The cells, in order.
    pub rows: Vec<CellRow>,
}

impl Table {
    /// The figures of the runs that are finished. A run whose figure can't be read counts as one that
    /// isn't.
    pub fn of(sweep: &Sweep, standing: &Standing, metric: Metric) -> Self {
        let fields = sweep.differing();
        let mut rows: Vec<CellRow> = sweep
            .cells()
            .iter()
            .enumerate()
            .map(|(number, cell)| CellRow {
                cell: number,
                settings: fields
                    .iter()
                    .map(|field| (*field, field.value_text(cell.settings())))
                    .collect(),
                values: Vec::new(),
                planned: sweep.seeds().len(),
                failed: 0,
                best_at_end: 0,
                rounding: metric.rounding(cell.settings().data.validation_size),
                estimate: None,
            })
            .collect();
        let figures: Vec<Option<(f64, RunId)>> = standing
            .runs
            .par_iter()
            .map(|(_, state)| figure(state, metric))
            .collect();
        for ((job, state), figure) in standing.runs.iter().zip(figures) {
            let Some(row) = rows.get_mut(job.cell) else {
                continue;
            };
            if let Some((figure, run)) = figure {
                row.values.push((job.seed, figure, run));
                row.best_at_end += usize::from(is_best_at_end(job, state));
            } else if matches!(state, JobState::Failed { .. }) {
                row.failed += 1;
            }
        }
        for row in &mut rows {
            let estimate = Estimate::of_rounded(&row.figures(), row.rounding);
            row.estimate = estimate.map(|estimate| Estimate {
                interval: metric.within_bounds(estimate.interval),
                ..estimate
            });
        }
        Self {
            metric,
            fields,
            rows,
        }
    }

    /// What a reader should know of the figures, in sentences: that runs weren't trained to their best, and that two
    /// seeds say little.
    pub fn notes(&self) -> Vec<String> {
        let with_runs = || self.rows.iter().filter(|row| !row.values.is_empty());
        let cells = with_runs().count();
        let at_end = |row: &&CellRow| 2 * row.best_at_end > row.values.len();
        let at_end = with_runs().filter(at_end).count();
        let mut notes = Vec::new();
        if at_end > 0 {
            notes.push(format!(
                "{} their lowest validation loss in the last epoch: with more epochs the figures may come out otherwise.",
                match cells {
                    1 => "Most runs had".to_owned(),
                    _ => format!("In {at_end} of {cells} combinations of settings most runs had"),
                }
            ));
        }
        if with_runs().any(|row| row.values.len() == 2) {
            notes.push(
                "An interval of two seeds is about seven times as wide as one of five: more seeds say more."
                    .into(),
            );
        }
        notes
    }
}

/// Whether the lowest validation loss of a finished run is that of its last epoch.
fn is_best_at_end(job: &Job, state: &JobState) -> bool {
    match state {
        JobState::Finished { summary, .. } => {
            summary.best_epoch == Some(job.experiment.settings().training.epochs)
        }
        _ => false,
    }
}

/// The figure of a run that is finished, where it has one.
fn figure(state: &JobState, metric: Metric) -> Option<(f64, RunId)> {
    let JobState::Finished {
        run,
        folder,
        summary,
    } = state
    else {
        return None;
    };
    let figure = match metric.of_summary(summary) {
        Some(figure) => figure,
        None => metric.of_run(&read_run(folder).ok()?)?,
    };
    figure.is_finite().then(|| (figure, run.clone()))
}
