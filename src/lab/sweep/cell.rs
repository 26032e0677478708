//! The cells of a sweep: the product of its axes, or a list.

use super::cost::seconds_of;
use super::group::group_of_settings;
use super::{Assignments, Axis, SweepError};
use crate::experiment::{Experiment, Settings};
use crate::lab::run::RunId;

/// What the cells of a sweep are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Every value of an axis with every value of the others. Without axes there is one cell: the base
    /// experiment as it is.
    Product(Vec<Axis>),
    /// These cells, one or more.
    List(Vec<Assignments>),
}

/// A cell of a sweep: settings that are trained with several seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What the cell sets beside the base experiment.
    pub assignments: Assignments,
    /// The experiment with the base's seed.
    experiment: Experiment,
}

impl Cell {
    /// The settings of the cell, with the base experiment's seed.
    pub fn settings(&self) -> &Settings {
        self.experiment.settings()
    }

    /// Seconds that a run of the cell will take here, by the count of multiplications; none where an image's
    /// size isn't known.
    pub fn seconds(&self) -> Option<f64> {
        seconds_of(self.settings())
    }

    /// The experiment of the cell with a seed. The validation images stay.
    ///
    /// # Errors
    /// None that a cell of a sweep that was built has.
    pub fn with_seed(&self, seed: u64) -> Result<Experiment, SweepError> {
        let mut settings = self.experiment.settings().clone();
        settings.seed = seed;
        let changes = self.experiment.changes().to_vec();
        Experiment::new(settings, changes).map_err(|error| self.refused(error))
    }

    /// The group that the runs of the cell belong to, by the hash of data that aren't the embedded ones.
    pub(super) fn group(&self, data_sha256: Option<&str>) -> RunId {
        group_of_settings(&self.experiment, data_sha256)
    }

    fn refused(&self, error: crate::experiment::ExperimentError) -> SweepError {
        SweepError::Cell {
            cell: described(&self.assignments),
            error,
        }
    }

    /// The cell in words, for messages and lists.
    pub fn label(&self) -> String {
        described(&self.assignments)
    }
}

fn described(assignments: &Assignments) -> String {
    match assignments.to_string() {
        nothing if nothing.is_empty() => "the base experiment".into(),
        text => text,
    }
}

impl Cells {
    /// How many cells there are; the largest number where there are more than can be counted.
    pub fn count(&self) -> usize {
        match self {
            Self::Product(axes) => axes.iter().fold(1, |count: usize, axis| {
                count.saturating_mul(axis.values().len())
            }),
            Self::List(cells) => cells.len(),
        }
    }

    /// What each cell sets, in order: the last axis changes fastest.
    fn assignments(&self) -> Vec<Assignments> {
        match self {
            Self::List(cells) => cells.clone(),
            Self::Product(axes) => {
                let mut cells = vec![Assignments::default()];
                for axis in axes {
                    cells = cells
                        .iter()
                        .flat_map(|cell| {
                            axis.values()
                                .iter()
                                .map(|value| Assignments([&cell.0[..], &value.0[..]].concat()))
                        })
                        .collect();
                }
                cells
            }
        }
    }

    /// The checked cells over a base experiment.
    pub(super) fn plan(&self, base: &Experiment) -> Result<Vec<Cell>, SweepError> {
        let cells: Vec<Cell> = self
            .assignments()
            .into_iter()
            .map(|assignments| {
                let mut settings = base.settings().clone();
                assignments.apply(&mut settings)?;
                let changes = base.changes().to_vec();
                let experiment =
                    Experiment::new(settings, changes).map_err(|error| SweepError::Cell {
                        cell: described(&assignments),
                        error,
                    })?;
                Ok(Cell {
                    assignments,
                    experiment,
                })
            })
            .collect::<Result<_, SweepError>>()?;
        if cells.is_empty() {
            return Err(SweepError::NoCells);
        }
        // Settings as text are ordered and compared quickly, whatever they hold.
        let mut texts: Vec<(String, usize)> = cells
            .iter()
            .enumerate()
            .map(|(number, cell)| (cell.experiment.to_json(), number))
            .collect();
        texts.sort_unstable();
        match texts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(SweepError::CellTwice {
                first: cells[pair[0].1].label(),
                second: cells[pair[1].1].label(),
            }),
            None => Ok(cells),
        }
    }
}
