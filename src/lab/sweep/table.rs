//! A sweep's figures, a row a cell.

use super::{JobState, Metric, Standing, Sweep};
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

    /// The settings in words: `dropout 0.5, batch-norm channels`.
    pub fn label(&self) -> String {
        let texts = self.settings.iter();
        let texts: Vec<String> = texts
            .map(|(field, value)| format!("{} {value}", field.name()))
            .collect();
        if texts.is_empty() {
            "the base experiment".into()
        } else {
            texts.join(", ")
        }
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
            } else if matches!(state, JobState::Failed { .. }) {
                row.failed += 1;
            }
        }
        for row in &mut rows {
            row.estimate = Estimate::of(&row.figures());
        }
        Self {
            metric,
            fields,
            rows,
        }
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
