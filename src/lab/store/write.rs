//! Writing a run while it trains.

use super::answers::write_answers;
use super::files::{self, LineFile, write_atomically, write_json};
use super::read::{Checkpoint, State, Summary};
use super::{FORMAT_VERSION, KeepEpochs, Label, RunStore, StoreError};
use crate::experiment::{Change, Experiment};
use crate::lab::engine::Created;
use crate::lab::run::{RunId, curve_point, not_finite};
use crate::lab::score::Score;
use crate::lab::verdict::{CurvePoint, verdict};
use crate::training::{Answers, BatchPoint, EpochMetrics, Started, StopReason};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a run is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunPlace {
    /// In a store, under its next name.
    Store(RunStore),
    /// In this folder, which must be new or empty.
    Folder(PathBuf),
}

/// The one writer of a run.
pub struct RunWriter {
    created: Created,
    experiment: Experiment,
    metrics: LineFile,
    batches: LineFile,
    summary: Summary,
    curve: Vec<CurvePoint>,
    keep: KeepEpochs,
    validation_count: usize,
}

impl RunWriter {
    /// Makes the run's folder and its first files.
    ///
    /// # Errors
    /// Where the folder isn't empty, or can't be made or written.
    pub fn create(
        place: &RunPlace,
        experiment: &Experiment,
        keep: KeepEpochs,
    ) -> Result<Self, StoreError> {
        let (id, folder) = match place {
            RunPlace::Store(store) => store.create_next()?,
            RunPlace::Folder(folder) => claim(folder)?,
        };
        let created_secs = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs());
        for name in [files::CHECKPOINTS, files::ANSWERS] {
            let inner = folder.join(name);
            std::fs::create_dir_all(&inner).map_err(StoreError::io(
                "make the run's folder",
                files::MEND_WRITE,
                &inner,
            ))?;
        }
        let mut batches = LineFile::create(&folder.join(files::BATCHES))?;
        batches.push("epoch,step,loss,accuracy");
        let summary = Summary {
            version: FORMAT_VERSION,
            created_secs,
            state: State::Training,
            started: None,
            data: experiment.settings().data.source.to_string(),
            data_sha256: None,
            best_epoch: None,
            best_weights: None,
            best_validation_loss: None,
            best_validation_accuracy: None,
            verdict: None,
            seconds: 0.0,
        };
        let label = Label {
            name: id.0.clone(),
            starred: false,
        };
        let writer = Self {
            metrics: LineFile::create(&folder.join(files::METRICS))?,
            batches,
            summary,
            curve: Vec::new(),
            keep,
            validation_count: experiment.settings().data.validation_size,
            experiment: experiment.clone(),
            created: Created {
                id,
                folder,
                created_secs,
            },
        };
        writer.write_summary()?;
        write_json(&writer.path(files::LABEL), &label)?;
        // Last: a folder is a run once it has an experiment.
        writer.write_experiment()?;
        Ok(writer)
    }

    /// The run's folder and name.
    pub fn created(&self) -> &Created {
        &self.created
    }

    /// Notes the hash of the data; it is written with what comes next.
    pub(in crate::lab) fn hashed(&mut self, data_sha256: Option<String>) {
        self.summary.data_sha256 = data_sha256;
    }

    pub(in crate::lab) fn started(&mut self, started: &Started) -> Result<(), StoreError> {
        self.summary.started = Some(started.clone());
        self.write_summary()
    }

    pub(in crate::lab) fn changed(&mut self, change: Change) -> Result<(), StoreError> {
        if self.experiment.changes().contains(&change) {
            return Ok(());
        }
        self.experiment = self.experiment.clone().with_recorded_change(change);
        self.write_experiment()
    }

    pub(in crate::lab) fn batch(&mut self, point: &BatchPoint) {
        self.batches.push(&format!(
            "{},{},{},{}",
            point.epoch, point.step, point.loss, point.accuracy
        ));
    }

    /// Keeps an epoch: its weights first, so that figures never stand without them.
    pub(in crate::lab) fn epoch(
        &mut self,
        metrics: &EpochMetrics,
        weights: &[u8],
        answers: &Answers,
    ) -> Result<(), StoreError> {
        self.curve.push(curve_point(metrics));
        self.validation_count = metrics.validation_count;
        self.summary.seconds += metrics.seconds;
        let line = serde_json::to_string(metrics).map_err(|err| StoreError::Malformed {
            message: format!("epoch {} can't be written as JSON: {err}", metrics.epoch),
            path: self.path(files::METRICS),
        })?;
        self.metrics.push(&line);
        let judged = verdict(&self.curve, self.validation_count);
        let is_best = judged.best_epoch == Some(metrics.epoch);
        if is_best {
            self.summary.best_epoch = Some(metrics.epoch);
            self.summary.best_validation_loss = Some(metrics.validation_loss);
            self.summary.best_validation_accuracy = Some(metrics.validation_accuracy);
        }
        self.summary.verdict = Some(judged);
        let best_before = self.summary.best_weights;
        let weights_kept = self.write_weights(metrics.epoch, is_best, weights);
        let weights_kept = weights_kept
            .and_then(|()| write_answers(&self.created.folder, metrics.epoch, answers))
            .and_then(|()| self.thin_before(metrics.epoch, best_before));
        // Figures are kept even where the weights found no room.
        self.metrics.flush(&self.path(files::METRICS))?;
        self.batches.flush(&self.path(files::BATCHES))?;
        self.write_summary()?;
        weights_kept
    }

    fn write_weights(
        &mut self,
        epoch: usize,
        is_best: bool,
        weights: &[u8],
    ) -> Result<(), StoreError> {
        write_atomically(
            &Checkpoint::Epoch(epoch).path(&self.created.folder),
            weights,
        )?;
        if is_best {
            write_atomically(&Checkpoint::Best.path(&self.created.folder), weights)?;
            self.summary.best_weights = Some(epoch);
        }
        write_atomically(&Checkpoint::Last.path(&self.created.folder), weights)
    }

    /// Lets the weights go that are neither kept by choice nor the best any more.
    fn thin_before(&self, epoch: usize, best_before: Option<usize>) -> Result<(), StoreError> {
        let left = [epoch.checked_sub(1), best_before];
        for left in left.into_iter().flatten() {
            let stays = left == epoch || self.summary.best_weights == Some(left);
            if left > 0 && !stays && !self.keep.keeps(left) {
                super::keep::remove(&self.created.folder, left)?;
            }
        }
        Ok(())
    }

    pub(in crate::lab) fn finish(
        &mut self,
        reason: StopReason,
        weights: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        if let Some(weights) = weights {
            write_atomically(&Checkpoint::Last.path(&self.created.folder), weights)?;
        }
        self.batches.flush(&self.path(files::BATCHES))?;
        self.summary.state = State::Finished { reason };
        self.write_summary()
    }

    pub(in crate::lab) fn fail(
        &mut self,
        message: &str,
        diverged_in: Option<usize>,
    ) -> Result<(), StoreError> {
        if let Some(epoch) = diverged_in {
            self.curve.push(not_finite(epoch));
            self.summary.verdict = Some(verdict(&self.curve, self.validation_count));
        }
        self.summary.state = State::Failed {
            message: message.into(),
            diverged_in,
        };
        self.batches.flush(&self.path(files::BATCHES))?;
        self.write_summary()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.created.folder.join(name)
    }

    fn write_experiment(&self) -> Result<(), StoreError> {
        write_atomically(
            &self.path(files::EXPERIMENT),
            self.experiment.to_json().as_bytes(),
        )
    }

    fn write_summary(&self) -> Result<(), StoreError> {
        write_json(&self.path(files::SUMMARY), &self.summary)
    }
}

/// Keeps the answer of a run's one test.
///
/// # Errors
/// Where the file can't be written.
pub fn write_score(folder: &Path, score: &Score) -> Result<(), StoreError> {
    write_json(&folder.join(files::TEST_SCORE), score)
}

/// Takes a folder that is new or empty for a run.
fn claim(folder: &Path) -> Result<(RunId, PathBuf), StoreError> {
    let refused = || StoreError::io("make the run's folder", files::MEND_WRITE, folder);
    std::fs::create_dir_all(folder).map_err(refused())?;
    let mut entries = std::fs::read_dir(folder).map_err(refused())?;
    if entries.next().is_some() {
        return Err(StoreError::NotEmpty {
            path: folder.to_path_buf(),
        });
    }
    let name = std::path::absolute(folder)
        .ok()
        .and_then(|path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .unwrap_or_else(|| "run".into());
    Ok((RunId(name), folder.to_path_buf()))
}
