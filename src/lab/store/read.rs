//! Reading runs back. A run folder is data: nothing outside it is followed.

use super::batches::parse_batches;
use super::files;
use super::inside::{BATCHES_LIMIT, EXPERIMENT_LIMIT, Inside, METRICS_LIMIT, SMALL_LIMIT};
use super::lock::writer_of;
use super::metrics::{Metrics, TORN, parse_metrics};
use super::resume::place;
use super::summary::{Summary, SummaryError, SummaryState};
use super::{Label, StoreError};
use crate::experiment::Experiment;
use crate::lab::run::{KeptWeights, Run, RunId, RunState};
use crate::training::{BatchPoint, EpochMetrics};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads a run from its folder.
///
/// # Errors
/// Where a file is missing, of another version or not of the form that it should have.
pub fn read_run(folder: &Path) -> Result<Run, StoreError> {
    let experiment = read_experiment(folder)?;
    let summary = read_summary(&Inside::new(folder, files::SUMMARY))?;
    let metrics = read_metrics(folder)?;
    let resumes_at = place(folder, &summary, &metrics);
    let mut run = account(folder, experiment, &summary, metrics.epochs);
    run.state = match summary.state {
        SummaryState::Training => match writer_of(folder) {
            Some(by) => RunState::Elsewhere(by),
            None => RunState::Interrupted,
        },
        SummaryState::Finished { reason } => RunState::Finished(reason),
        SummaryState::Failed {
            message,
            diverged_in,
        } => {
            run.diverged_in = diverged_in;
            RunState::Failed(message)
        }
    };
    check_classes(&run)?;
    // A label is a nicety: a run without one has its id for a name.
    if let Ok(text) = Inside::new(folder, files::LABEL).read_text(SMALL_LIMIT)
        && let Ok(label) = serde_json::from_str::<Label>(&text)
    {
        run.name = label.shown_name();
        run.starred = label.starred;
    }
    run.resumes_at = resumes_at.filter(|_| !run.state.is_in_work());
    if metrics.is_torn {
        run.warnings.push(TORN.into());
    }
    run.batches = read_batches(&Inside::new(folder, files::BATCHES));
    run.judge();
    Ok(run)
}

/// The account of a run by its files, without its batches. Where the run stands, and the verdict,
/// are still to be found.
pub(super) fn account(
    folder: &Path,
    experiment: Experiment,
    summary: &Summary,
    epochs: Vec<EpochMetrics>,
) -> Run {
    let mut run = Run::new(
        id_of(folder),
        folder.to_path_buf(),
        summary.created_secs,
        experiment,
    );
    run.started = summary.started.clone();
    run.epochs = epochs;
    run.elapsed_secs = summary.seconds;
    run.weights = KeptWeights {
        best: summary.best_weights,
        last: summary.last_weights,
    };
    run.data_sha256 = summary.data_sha256.clone();
    run.warnings = summary.warnings.clone();
    run
}

/// Whether the facts from a run's start name as many classes as its experiment has.
fn check_classes(run: &Run) -> Result<(), StoreError> {
    let named = run
        .started
        .as_ref()
        .map_or(0, |started| started.classes.len());
    let known = run.experiment.settings().data.source.known_classes();
    match known {
        Some(classes) if named != 0 && named != classes => Err(StoreError::Malformed {
            message: format!(
                "started.classes: found {named} names, expected {classes} as the experiment has \
                 classes"
            ),
            path: run.folder.join(files::SUMMARY),
        }),
        _ => Ok(()),
    }
}

/// Reads a run's summary.
pub(super) fn read_summary(file: &Inside<'_>) -> Result<Summary, StoreError> {
    let malformed = |message| StoreError::Malformed {
        message,
        path: file.path(),
    };
    match Summary::parse(&file.read_text(SMALL_LIMIT)?) {
        Ok(summary) => Ok(summary),
        Err(SummaryError::Version(found)) => Err(StoreError::UnknownVersion {
            found,
            path: file.path(),
        }),
        Err(SummaryError::Form(problem)) => {
            Err(malformed(format!("not a run's summary: {problem}")))
        }
    }
}

/// Reads what is known of a run at a glance. Nothing else of the run is read.
///
/// # Errors
/// Where the file is missing, of another version or not of the form of a summary.
pub fn glance(folder: &Path) -> Result<Summary, StoreError> {
    read_summary(&Inside::new(folder, files::SUMMARY))
}

/// Reads a run's experiment, with every change made while it ran.
///
/// # Errors
/// Where the folder is no run's, and where the file isn't an experiment.
pub fn read_experiment(folder: &Path) -> Result<Experiment, StoreError> {
    let file = Inside::new(folder, files::EXPERIMENT);
    if !file.exists() {
        return Err(StoreError::Malformed {
            message: format!("this is no run's folder: it has no {}", files::EXPERIMENT),
            path: folder.to_path_buf(),
        });
    }
    Experiment::from_json(&file.read_text(EXPERIMENT_LIMIT)?).map_err(|err| StoreError::Malformed {
        message: err.to_string(),
        path: file.path(),
    })
}

/// A run's name, which is that of its folder.
pub fn id_of(folder: &Path) -> RunId {
    let path = std::path::absolute(folder).ok();
    let name = path.and_then(|path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    });
    RunId(name.unwrap_or_default())
}

/// Reads the epochs. A torn last line, as a power loss leaves it, is dropped.
pub(super) fn read_metrics(folder: &Path) -> Result<Metrics, StoreError> {
    let file = Inside::new(folder, files::METRICS);
    // A torn line can end within a character.
    let bytes = file.read(METRICS_LIMIT)?;
    parse_metrics(&String::from_utf8_lossy(&bytes)).map_err(|err| StoreError::Malformed {
        message: format!("{err}; restore the file, or cut it off before that line"),
        path: file.path(),
    })
}

/// Reads the batches as seen. The window draws them faintly, and what can't be read isn't drawn.
fn read_batches(file: &Inside<'_>) -> Vec<BatchPoint> {
    let opened = file
        .check()
        .ok()
        .and_then(|()| File::open(file.path()).ok());
    opened.map_or_else(Vec::new, |file| parse_batches(file.take(BATCHES_LIMIT)))
}
