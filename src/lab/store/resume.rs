//! Taking a run up again: the run is locked, the newest state that is whole is read, and the files
//! are cut back to that state's place. What lies beyond is trained again, to the same figures.

use super::StoreError;
use super::answers::read_answers;
use super::checkpoint::Checkpoint;
use super::files::{self, LineFile, write_atomically};
use super::inside::{BATCHES_LIMIT, Inside, METRICS_LIMIT, check_no_link};
use super::keep::{kept_epochs, remove};
use super::lock::RunLock;
use super::metrics::{Metrics, TORN};
use super::read::{account, id_of, read_experiment, read_metrics, read_summary};
use super::states;
use super::summary::{Keeping, Summary, SummaryState};
use super::write::{BATCHES_HEADER, Parts, RunWriter};
use crate::disk;
use crate::experiment::Experiment;
use crate::lab::run::{Created, KeptWeights, ResumePlace, RunEvent, Standing};
use crate::lab::verdict::Comparer;
use crate::training::device::DeviceChoice;
use crate::training::{EpochMetrics, ResumePoint, StopReason};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files that are opened to be written, and the folders whose files are removed and replaced.
const WRITTEN_IN_PLACE: [&str; 5] = [
    files::LOCK,
    files::METRICS,
    files::BATCHES,
    files::CHECKPOINTS,
    files::ANSWERS,
];

/// A run that is about to be taken up. It is locked and read, and nothing is changed yet.
pub struct Claim {
    folder: PathBuf,
    lock: RunLock,
    experiment: Experiment,
    summary: Summary,
    metrics: Metrics,
    /// The state from which the run goes on; none where it begins anew.
    point: Option<ResumePoint>,
    notes: Vec<String>,
}

impl Claim {
    /// Takes the right to write a run, and finds the state from which it goes on. With `epochs` the
    /// run is to have so many, more than it has, so that a completed run can go on too.
    ///
    /// # Errors
    /// Where another process writes the run, the run is over, or nothing is left to go on from.
    pub fn new(folder: &Path, epochs: Option<usize>) -> Result<Self, StoreError> {
        // This is read before the lock's file is made, so that a folder that is no run stays as it
        // is.
        read_experiment(folder)?;
        // A link would have what is written in place written elsewhere.
        for name in WRITTEN_IN_PLACE {
            check_no_link(&folder.join(name))?;
        }
        let lock = RunLock::take(folder)?;
        let experiment = read_experiment(folder)?;
        let summary = read_summary(&Inside::new(folder, files::SUMMARY))?;
        if let Some(reason) = over(&summary.state, epochs.is_some()) {
            return Err(not_resumable(folder, reason));
        }
        let metrics = read_metrics(folder)?;
        let mut notes = Vec::new();
        let point = newest(folder, &metrics, &summary, &mut notes)?;
        let trained = point.as_ref().map_or(0, |point| point.epoch() - 1);
        if epochs.is_some_and(|epochs| epochs <= trained) {
            let reason = format!("the run has {trained} epochs already; give it more (--epochs N)");
            return Err(not_resumable(folder, reason));
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            lock,
            experiment,
            summary,
            metrics,
            point,
            notes,
        })
    }

    /// The run's experiment, with every change made while it ran.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The device that the run was trained on, where that is known.
    pub fn device(&self) -> Option<DeviceChoice> {
        self.summary.device.as_ref()?.parse().ok()
    }

    /// The run's folder and name.
    pub fn created(&self) -> Created {
        Created {
            id: id_of(&self.folder),
            folder: self.folder.clone(),
            created_secs: self.summary.created_secs,
        }
    }

    /// What a person should know of how the run is taken up.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Cuts the run's files back to the state's place and becomes the run's writer.
    ///
    /// # Errors
    /// Where a file can't be written. The run can be taken up again after that.
    pub fn take_up(self) -> Result<TakenUp, StoreError> {
        let folder = &self.folder;
        for name in [files::CHECKPOINTS, files::ANSWERS] {
            let inner = folder.join(name);
            files::create_folder(&inner)?;
            disk::remove_half_written(&inner);
        }
        disk::remove_half_written(folder);
        let point = self.point;
        let next = point.as_ref().map_or(1, ResumePoint::epoch);
        let mut epochs = self.metrics.epochs;
        epochs.truncate(next - 1);
        let file = Inside::new(folder, files::METRICS);
        let metrics = cut(&file, METRICS_LIMIT, &lines_until(&file, next)?)?;
        let file = Inside::new(folder, files::BATCHES);
        let steps = point.as_ref().map_or(0, ResumePoint::steps);
        let batches = cut(&file, BATCHES_LIMIT, &batches_until(&file, steps))?;

        let run = account(folder, self.experiment, &self.summary, epochs);
        let judging = run.judging();
        let comparer = compare_again(folder, &run.epochs);
        let verdict = judging.verdict();
        let weights = left_weights(folder, run.weights, verdict.best_epoch, next)?;
        for kept in kept_epochs(folder) {
            if kept.epoch >= next {
                remove(folder, kept.epoch)?;
            }
        }
        let batch = point.as_ref().map_or(1, ResumePoint::batch);
        let event = RunEvent::TakenUp {
            epoch: next,
            batch,
            steps,
            elapsed_secs: run.epochs_secs() + point.as_ref().map_or(0.0, ResumePoint::elapsed_secs),
            standing: Standing { verdict, weights },
        };
        let mut writer = RunWriter::new(Parts {
            run,
            judging,
            comparer,
            keeping: Keeping {
                data: self.summary.data,
                keep: self.summary.keep,
                device: self.summary.device,
                resumed: self.summary.resumed,
            },
            metrics,
            batches,
            resumed_at: Some((next, batch)),
            lock: self.lock,
        });
        let event = writer.fold(event);
        writer.write_summary()?;
        Ok(TakenUp {
            writer,
            point,
            event,
        })
    }
}

/// A run that was taken up.
pub struct TakenUp {
    /// The run's writer.
    pub writer: RunWriter,
    /// The state from which the run goes on; none where it begins anew.
    pub point: Option<ResumePoint>,
    /// The event that tells that the run was taken up.
    pub event: RunEvent,
}

fn not_resumable(folder: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::NotResumable {
        reason: reason.into(),
        path: folder.to_path_buf(),
    }
}

/// Why a run can't go on, if it can't.
fn over(state: &SummaryState, prolongs: bool) -> Option<&'static str> {
    match state {
        SummaryState::Finished {
            reason: StopReason::Completed,
        } if !prolongs => Some(
            "the run is finished: all its epochs are trained; to train on, give it more (--epochs N)",
        ),
        SummaryState::Finished {
            reason: StopReason::EarlyStopping,
        } => Some(
            "the run is finished: early stopping ended it; repeat it without (--experiment with its experiment.json, --early-stopping off)",
        ),
        SummaryState::Failed {
            diverged_in: Some(_),
            ..
        } => Some(
            "the run has diverged and would again; repeat it with a lower learning rate (--experiment with its experiment.json)",
        ),
        SummaryState::Training
        | SummaryState::Finished {
            reason: StopReason::Stopped | StopReason::Completed,
        }
        | SummaryState::Failed { .. } => None,
    }
}

/// Where a run goes on when it is taken up; none where it can't be. The place is read from the
/// beginnings of the run's files, so a state may still turn out to be damaged and give way to the
/// one before.
pub fn resumes_at(folder: &Path) -> Option<ResumePlace> {
    let summary = read_summary(&Inside::new(folder, files::SUMMARY)).ok()?;
    place(folder, &summary, &read_metrics(folder).ok()?)
}

/// Where a run goes on when it is taken up, as [`resumes_at`], by what has been read already.
pub(super) fn place(folder: &Path, summary: &Summary, metrics: &Metrics) -> Option<ResumePlace> {
    if over(&summary.state, false).is_some() {
        return None;
    }
    let found = states::places(folder);
    if found.is_empty() && metrics.epochs.is_empty() {
        return Some(ResumePlace { epoch: 1, batch: 1 });
    }
    let next = in_order(metrics) + 1;
    let mut usable = found.into_iter().flatten();
    usable.find(|place| place.epoch <= next)
}

/// How many of the first epochs there are without a gap.
fn in_order(metrics: &Metrics) -> usize {
    let numbered = metrics.epochs.iter().zip(1..);
    numbered
        .take_while(|(metrics, number)| metrics.epoch == *number)
        .count()
}

/// The newest state that is whole and has all its epochs; none where a run begins anew.
fn newest(
    folder: &Path,
    metrics: &Metrics,
    summary: &Summary,
    notes: &mut Vec<String>,
) -> Result<Option<ResumePoint>, StoreError> {
    if metrics.is_torn {
        notes.push(format!("{TORN} Its epoch is trained again."));
    }
    let in_order = in_order(metrics);
    let found = states::read(folder)?;
    let count = found.len();
    for (found, is_older) in found.into_iter().zip([false, true]) {
        let file = found.path.file_name().unwrap_or_default().display();
        match found.state {
            Ok(point) if point.epoch() <= in_order + 1 => {
                if let Some(last) = notes.last_mut().filter(|_| is_older) {
                    last.push_str(" The state before it is used.");
                }
                return Ok(Some(point));
            }
            Ok(point) => notes.push(format!(
                "{file} is of epoch {}, but metrics.jsonl has the figures of {in_order} epochs.",
                point.epoch()
            )),
            Err(err) => notes.push(format!("{file}: {err}.")),
        }
    }
    if count > 0 {
        return Err(not_resumable(
            folder,
            format!(
                "no state of the run can be used: {} {REPEAT}",
                notes.join(" ")
            ),
        ));
    }
    if !metrics.epochs.is_empty() {
        let why = if summary.saves_state {
            "the run has epochs, but its saved states are gone"
        } else {
            "the run is of a version that saved no state"
        };
        return Err(not_resumable(folder, format!("{why}. {REPEAT}")));
    }
    // The program was ended before the first state was on the disk.
    notes.push("No state had been saved yet: the run begins anew.".into());
    Ok(None)
}

/// What can be done where no state can be used.
const REPEAT: &str = "Repeat the run by its settings: Use its settings in its menu, or \
                      train --experiment with its experiment.json. On the CPU that gives the same \
                      figures";

/// The comparer of the epochs so far, by the answers that the folder has: the same as of a run that was
/// never interrupted.
fn compare_again(folder: &Path, epochs: &[EpochMetrics]) -> Comparer {
    let mut comparer = Comparer::default();
    for metrics in epochs {
        // An epoch without answers is compared with no later one, and nothing else is lost.
        match read_answers(folder, metrics.epoch) {
            Ok(Some(answers)) => {
                comparer.hold(metrics.epoch, metrics.validation_loss, &answers.losses);
            }
            Ok(None) | Err(_) => comparer.pass(metrics.epoch, metrics.validation_loss),
        }
    }
    comparer
}

/// Makes a file hold this text and opens it to be appended to.
fn cut(file: &Inside<'_>, limit: u64, text: &str) -> Result<LineFile, StoreError> {
    let path = file.path();
    if !file.read(limit).is_ok_and(|found| found == text.as_bytes()) {
        write_atomically(&path, text.as_bytes())?;
    }
    LineFile::open(&path)
}

/// The lines of `metrics.jsonl` before an epoch: a line is an epoch, from the first.
fn lines_until(file: &Inside<'_>, epoch: usize) -> Result<String, StoreError> {
    let bytes = file.read(METRICS_LIMIT)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().take(epoch - 1);
    Ok(lines.map(|line| format!("{line}\n")).collect())
}

/// The lines of `batches.csv` up to a step. What can't be read isn't kept.
fn batches_until(file: &Inside<'_>, steps: u64) -> String {
    let opened = file
        .check()
        .ok()
        .and_then(|()| File::open(file.path()).ok());
    let mut bytes = Vec::new();
    if let Some(opened) = opened {
        let _ = opened.take(BATCHES_LIMIT).read_to_end(&mut bytes);
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.split_inclusive('\n').skip(1);
    let kept = lines.take_while(|line| {
        let step = line.split(',').nth(1).and_then(|step| step.parse().ok());
        line.ends_with('\n') && step.is_some_and(|step: u64| step <= steps)
    });
    format!("{BATCHES_HEADER}\n{}", kept.collect::<String>())
}

/// Which epochs' weights the folder has from now on. Where the weights named *best* are of an epoch
/// that is to be trained again, those of the best epoch before take their place, if they are there.
fn left_weights(
    folder: &Path,
    kept: KeptWeights,
    best: Option<usize>,
    next: usize,
) -> Result<KeptWeights, StoreError> {
    let mut left = KeptWeights {
        last: kept.last.filter(|last| *last < next),
        ..kept
    };
    if kept.best.is_none_or(|epoch| epoch < next) {
        return Ok(left);
    }
    let Some(best) = best else {
        left.best = None;
        return Ok(left);
    };
    // Where the best epoch's weights weren't to stay, what lies there is as good, and gives way to
    // the next best.
    if let Ok(weights) = Checkpoint::Epoch(best).read(folder) {
        write_atomically(&Checkpoint::Best.path(folder), &weights)?;
        left.best = Some(best);
    }
    Ok(left)
}
