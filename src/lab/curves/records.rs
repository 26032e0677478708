//! What the readers of all forms fill: rows with the cells of those columns that can mean something
//! for a verdict. All else is dropped while it is read, so that a large file takes little memory.

use super::names::{self, Meaning, Metric, Role};
use super::reading::Reading;
use super::restarts::Restart;
use super::{CurveError, Note, Place};
use std::collections::HashMap;
use std::path::Path;

/// More rows than a curve has; a number beyond this is no epoch, either.
pub(super) const MOST_ROWS: usize = 1_000_000;
/// More cells than those of the figures of as many epochs.
const MOST_CELLS: usize = 8 * MOST_ROWS;
/// Columns that mean something. More of them belong to no curve.
const MOST_COLUMNS: usize = 200;
/// Names that are remembered, for messages and for speed.
const MOST_NAMES: usize = 1_000;

/// A column that means something.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// The column's name, as the file has it.
    pub name: String,
    /// What it holds.
    pub meaning: Meaning,
}

/// The number of a column in [`Records::columns`].
pub(super) type ColumnId = u16;

/// A row of the file, or an object.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Where it stands, from 1: a line, or the place among the objects of a JSON file.
    pub place: usize,
    /// The run that it belongs to, by its number in [`Records::runs`].
    pub run: usize,
    /// The cells of the row, each with its column.
    pub cells: Vec<(ColumnId, Reading)>,
}

impl Record {
    /// What stands in a column.
    pub fn get(&self, column: ColumnId) -> &Reading {
        let found = self.cells.iter().find(|(id, _)| *id == column);
        found.map_or(&Reading::Absent, |(_, reading)| reading)
    }
}

/// The rows of a file.
pub(super) struct Records<'a> {
    /// The file, for messages.
    pub path: &'a Path,
    /// How the file's places are called.
    pub places: fn(usize) -> Place,
    /// The columns that mean something.
    pub columns: Vec<Column>,
    /// The rows, in the file's order.
    pub rows: Vec<Record>,
    /// The names of the runs; the first has none where the file names no runs.
    pub runs: Vec<Option<String>>,
    /// The names of all columns, in the order in which they came.
    pub found: Vec<String>,
    /// What was noticed while the file was read.
    pub notes: Vec<Note>,
    /// Whether the file is the download of a panel of Weights & Biases.
    pub is_panel: bool,
    /// The training losses before and after the first place at which a new network begins.
    pub leap: Option<(f64, f64)>,
    /// The first place at which a new network begins though the epochs don't begin again.
    pub restart: Option<Restart>,
    known: HashMap<String, Option<ColumnId>>,
    cells: usize,
}

impl<'a> Records<'a> {
    pub fn new(path: &'a Path) -> Self {
        Self {
            path,
            places: Place::Line,
            columns: Vec::new(),
            rows: Vec::new(),
            runs: vec![None],
            found: Vec::new(),
            notes: Vec::new(),
            is_panel: false,
            leap: None,
            restart: None,
            known: HashMap::new(),
            cells: 0,
        }
    }

    /// Notes something, once.
    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The column of this name. None where it means nothing.
    pub fn column(&mut self, name: &str) -> Option<ColumnId> {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let id = names::meaning(name)
            .filter(|_| self.columns.len() < MOST_COLUMNS)
            .map(|meaning| {
                self.columns.push(Column {
                    name: name.trim().to_owned(),
                    meaning,
                });
                (self.columns.len() - 1) as ColumnId
            });
        if self.known.len() < MOST_NAMES {
            self.known.insert(name.to_owned(), id);
            self.found.push(name.trim().to_owned());
        } else if id.is_some() {
            self.known.insert(name.to_owned(), id);
        }
        id
    }

    /// The column of this name in a row whose figures were measured on such images.
    pub fn column_of(&mut self, name: &str, phase: Option<Role>) -> Option<ColumnId> {
        let prefix = match phase {
            None | Some(Role::Clean) => return self.column(name),
            Some(Role::Training) => "train/",
            Some(Role::Validation) => "val/",
            Some(Role::Test) => "test/",
        };
        let lacks_role = matches!(
            names::meaning(name),
            Some(Meaning::Figure { role: None, .. })
        );
        if lacks_role {
            self.column(&format!("{prefix}{}", name.trim()))
        } else {
            self.column(name)
        }
    }

    /// Whether there is a column for a loss.
    pub fn has_losses(&self) -> bool {
        let is_loss = |column: &Column| {
            matches!(
                column.meaning,
                Meaning::Figure {
                    metric: Metric::Loss,
                    ..
                }
            )
        };
        self.columns.iter().any(is_loss)
    }

    /// What a column holds.
    pub fn meaning(&self, id: ColumnId) -> Meaning {
        self.columns[usize::from(id)].meaning
    }

    /// The number of the run of this name.
    pub fn run(&mut self, name: &str) -> usize {
        let is = |run: &Option<String>| run.as_deref() == Some(name);
        // Rows of one run mostly follow one another.
        match self.runs.iter().rposition(is) {
            Some(place) => place,
            None if self.runs.len() > super::MOST_RUNS => self.runs.len() - 1,
            None => {
                self.runs.push(Some(super::shown(name)));
                self.runs.len() - 1
            }
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where there are more rows than a curve has.
    pub fn push(
        &mut self,
        place: usize,
        run: usize,
        mut cells: Vec<(ColumnId, Reading)>,
    ) -> Result<(), CurveError> {
        cells.retain(|(_, reading)| *reading != Reading::Absent);
        self.cells += cells.len();
        if self.rows.len() >= MOST_ROWS || self.cells > MOST_CELLS {
            return Err(CurveError::TooManyRows {
                path: self.path.into(),
            });
        }
        cells.shrink_to_fit();
        self.rows.push(Record { place, run, cells });
        Ok(())
    }

    /// Adds a cell to the newest row that is there, as files do which have a figure a line.
    pub fn set(&mut self, row: usize, column: ColumnId, reading: Reading) {
        let Some(record) = self.rows.get_mut(row) else {
            return;
        };
        match record.cells.iter_mut().find(|(id, _)| *id == column) {
            Some((_, old)) => *old = reading,
            None => {
                record.cells.push((column, reading));
                self.cells += 1;
            }
        }
    }
}
