//! Which runs a command asks, by what was typed: one run, or several that answer together.

use super::UsageError;
use super::args::{EnsembleArgs, StoreArgs, run_name};
use crate::data::Copies;
use crate::lab::store::{Checkpoint, is_run_folder, read_run};
use crate::lab::sweep::{Assignments, FILE_NAME, JobState, Places, SHELF, Standing, Sweep};
use crate::lab::{Run, RunId, RunStore, StoreError, format};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The runs that answer, each with its weights, and the copies that they answer beside each image.
pub struct Members {
    /// The runs, in the order in which they were named.
    pub runs: Vec<(Run, Checkpoint)>,
    /// The copies of each image.
    pub copies: Copies,
}

impl Members {
    /// Reads the runs that were named as single runs or as an ensemble.
    ///
    /// # Errors
    /// Where there is no run of a name, or none at all.
    pub fn read(
        named: &[PathBuf],
        together: &EnsembleArgs,
        store: &StoreArgs,
        checkpoint: Checkpoint,
    ) -> Result<Self> {
        let mut copies = Copies::NONE;
        let mut folders: Vec<PathBuf> = Vec::new();
        let mut found: Vec<PathBuf> = Vec::new();
        for run in named {
            found.push(store.run_folder(run)?);
        }
        for value in &together.ensemble {
            let of_value = Found::of(value, store)?;
            copies = of_value.copies.unwrap_or(copies);
            found.extend(of_value.folders);
        }
        for folder in found {
            let is_same = |other: &PathBuf| whole(other) == whole(&folder);
            if folders.iter().any(is_same) {
                eprintln!(
                    "warning: {} is named twice and answers once",
                    folder.display()
                );
            } else {
                folders.push(folder);
            }
        }
        if let Some(count) = together.tta {
            let seed = together.tta_seed;
            copies = Copies { count, seed };
        }
        if folders.is_empty() {
            return Err(
                UsageError("choose a run with --run, or several with --ensemble".into()).into(),
            );
        }
        Ok(Self {
            runs: read_runs(&folders, store, checkpoint)?,
            copies,
        })
    }

    /// Whether a single run answers to images as they are.
    pub fn is_one_run(&self) -> bool {
        self.runs.len() == 1 && self.copies.count == 0
    }
}

/// Reads runs, and names with each the weights that were asked for.
///
/// # Errors
/// Where a name is no run's, or a run can't be read.
pub fn read_runs(
    named: &[PathBuf],
    store: &StoreArgs,
    checkpoint: Checkpoint,
) -> Result<Vec<(Run, Checkpoint)>, StoreError> {
    let read = |named: &PathBuf| Ok((read_run(&store.run_folder(named)?)?, checkpoint));
    named.iter().map(read).collect()
}

fn whole(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.into())
}

/// What was found under a name.
struct Found {
    folders: Vec<PathBuf>,
    /// The copies that an ensemble of the window is kept with.
    copies: Option<Copies>,
}

impl Found {
    fn of(value: &str, store: &StoreArgs) -> Result<Self> {
        let only = |folders| Self {
            folders,
            copies: None,
        };
        let path = Path::new(value);
        if is_run_folder(path) {
            return Ok(only(vec![path.into()]));
        }
        if path.exists() {
            return Ok(only(of_sweep(path, None, store)?));
        }
        if let Some((sweep, cell)) = value.rsplit_once(':')
            && cell.contains('=')
        {
            return Ok(only(of_sweep(Path::new(sweep), Some(cell), store)?));
        }
        if let Ok(runs) = store.open()
            && let Some(id) = runs.find_ensemble(value)
        {
            return kept(&runs, &id.0);
        }
        if let Ok(runs) = store.open()
            && let sweep = runs.folder().join(SHELF).join(value)
            && run_name(path).is_some()
            && sweep.join(FILE_NAME).is_file()
        {
            return Ok(only(of_sweep(&sweep, None, store)?));
        }
        if let Some((first, rest)) = value.split_once(',') {
            let (first, mut rest) = (
                Self::of(first.trim(), store)?,
                Self::of(rest.trim(), store)?,
            );
            rest.folders.splice(0..0, first.folders);
            rest.copies = first.copies.or(rest.copies);
            return Ok(rest);
        }
        Ok(only(vec![store.run_folder(path)?]))
    }
}

/// The runs of an ensemble that the window keeps.
fn kept(runs: &RunStore, name: &str) -> Result<Found> {
    let id = RunId(name.into());
    let ensemble = runs.read_ensemble(&id)?;
    let find = |id: &RunId| {
        runs.find(&id.0)
            .with_context(|| format!("the ensemble {name} needs the run {id}"))
    };
    Ok(Found {
        folders: ensemble.members.iter().map(find).collect::<Result<_>>()?,
        copies: Some(ensemble.copies),
    })
}

/// The finished runs of a sweep, or of the cells that have these values.
fn of_sweep(path: &Path, cell: Option<&str>, store: &StoreArgs) -> Result<Vec<PathBuf>> {
    let sweep = Sweep::read(path)?;
    let standing = Standing::of(&sweep, &Places::of(store.open()?))?;
    let has_values = match cell {
        None => vec![true; sweep.cells().len()],
        Some(text) => {
            let values: Assignments = text.replace(',', " ").parse().map_err(UsageError::new)?;
            let has = |cell: &crate::lab::sweep::Cell| {
                let mut settings = cell.settings().clone();
                Ok(values
                    .apply(&mut settings)
                    .map(|()| settings == *cell.settings())?)
            };
            sweep
                .cells()
                .iter()
                .map(has)
                .collect::<Result<Vec<bool>>>()?
        }
    };
    let folders: Vec<PathBuf> = standing
        .runs
        .iter()
        .filter(|(job, _)| has_values.get(job.cell) == Some(&true))
        .filter_map(|(_, state)| match state {
            JobState::Finished { folder, .. } => Some(folder.clone()),
            _ => None,
        })
        .collect();
    if folders.is_empty() {
        let of = match cell {
            Some(_) if !has_values.contains(&true) => {
                let labels: Vec<String> = sweep
                    .cells()
                    .iter()
                    .take(8)
                    .map(|cell| cell.label())
                    .collect();
                return Err(UsageError(format!(
                    "no combination of settings in the sweep has {}; there are {}: {}",
                    cell.unwrap_or_default(),
                    labels.join("; "),
                    path.display()
                ))
                .into());
            }
            Some(cell) => format!("the combination {cell} of the sweep"),
            None => "the sweep".into(),
        };
        return Err(UsageError(format!(
            "{of} has no finished run; train it with overfit-lab sweep run {}{}",
            format::shell_path(path),
            store.in_words()
        ))
        .into());
    }
    Ok(folders)
}
