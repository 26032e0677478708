//! Writing a run while it trains.

use super::answers::write_answers;
use super::beginning::{claim, clear_beginning};
use super::files::{self, LineFile, write_atomically, write_json};
use super::lock::{RunLock, now_secs};
use super::read::{Checkpoint, Resumption, State, Summary};
use super::states::StateSaver;
use super::troubles::Troubles;
use super::{FORMAT_VERSION, KeepEpochs, Label, RunStore, StoreError};
use crate::disk;
use crate::experiment::{Change, Experiment};
use crate::lab::engine::Created;
use crate::lab::run::{RunId, curve_point, not_finite};
use crate::lab::score::Score;
use crate::lab::verdict::{CurvePoint, verdict};
use crate::training::device::DeviceChoice;
use crate::training::{Answers, BatchPoint, EpochMetrics, ResumePoint, Started, StopReason};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    pub(super) created: Created,
    pub(super) experiment: Experiment,
    pub(super) metrics: LineFile,
    pub(super) batches: LineFile,
    pub(super) summary: Summary,
    pub(super) curve: Vec<CurvePoint>,
    pub(super) validation_count: usize,
    /// The epoch and batch from which it goes on, until that is noted.
    pub(super) resumed_at: Option<(usize, usize)>,
    /// Whether the experiment has changes that its file hasn't.
    pub(super) experiment_waits: bool,
    pub(super) troubles: Troubles,
    /// Whether its end is on the disk, and all figures before it.
    pub(super) is_over: bool,
    /// None where the system gave no thread.
    pub(super) saver: Option<StateSaver>,
    pub(super) _lock: RunLock,
}

/// The first line of `batches.csv`.
pub(super) const BATCHES_HEADER: &str = "epoch,step,loss,accuracy";

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
        let begun = Self::begin(id, &folder, experiment, keep);
        if let Err(err) = &begun
            && !matches!(err, StoreError::InUse { .. })
        {
            // It is no run yet. Where it can't be removed either, it is begun anew.
            let _ = disk::remove_folder(&folder);
        }
        begun
    }

    fn begin(
        id: RunId,
        folder: &Path,
        experiment: &Experiment,
        keep: KeepEpochs,
    ) -> Result<Self, StoreError> {
        let lock = RunLock::take(folder)?;
        clear_beginning(folder)?;
        let created_secs = now_secs();
        for name in [files::CHECKPOINTS, files::ANSWERS] {
            files::create_folder(&folder.join(name))?;
        }
        let mut batches = LineFile::create(&folder.join(files::BATCHES))?;
        batches.push(BATCHES_HEADER);
        let summary = Summary {
            version: FORMAT_VERSION,
            created_secs,
            state: State::Training,
            started: None,
            data: experiment.settings().data.source.to_string(),
            data_sha256: None,
            best_epoch: None,
            best_weights: None,
            last_weights: None,
            best_validation_loss: None,
            best_validation_accuracy: None,
            verdict: None,
            seconds: 0.0,
            keep,
            saves_state: true,
            device: None,
            resumed: Vec::new(),
            warnings: Vec::new(),
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
            validation_count: experiment.settings().data.validation_size,
            experiment: experiment.clone(),
            resumed_at: None,
            experiment_waits: false,
            troubles: Troubles::default(),
            is_over: false,
            saver: StateSaver::start(folder).ok(),
            _lock: lock,
            created: Created {
                id,
                folder: folder.to_path_buf(),
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

    /// Seconds that its epochs took.
    pub(in crate::lab) fn seconds(&self) -> f64 {
        self.summary.seconds
    }

    /// Notes the hash of the data; it is written with what comes next.
    pub(in crate::lab) fn hashed(&mut self, data_sha256: Option<String>) {
        self.summary.data_sha256 = data_sha256;
    }

    /// Notes the device that was chosen, with what comes next. On the CPU a run stays there when
    /// it is taken up again.
    pub(in crate::lab) fn opened(&mut self, choice: DeviceChoice, is_cpu: bool) {
        let choice = if is_cpu { DeviceChoice::Cpu } else { choice };
        self.summary.device = Some(choice.to_string());
    }

    /// The facts of its start stay those of its first.
    pub(in crate::lab) fn started(&mut self, started: &Started) -> Result<(), StoreError> {
        let device = started.device.clone();
        if let Some((epoch, batch)) = self.resumed_at.take() {
            self.summary.resumed.push(Resumption {
                epoch,
                batch,
                device: device.clone(),
            });
        }
        let first = self.summary.started.take();
        self.summary.started = Some(Started {
            device,
            ..first.unwrap_or_else(|| started.clone())
        });
        self.write_summary()
    }

    /// Saves the state from which it can be taken up again, on a thread of its own. Only where
    /// everything before it is on the disk: else what was saved before stays.
    pub(in crate::lab) fn resumable(&mut self, point: &Arc<ResumePoint>) -> Result<(), StoreError> {
        let kept = self.keep_waiting();
        if let Some(saver) = &self.saver
            && self.metrics.is_whole()
            && !self.experiment_waits
        {
            saver.save(Arc::clone(point));
            // Without any state there would be nothing to go on from: the first one comes before
            // the first figures.
            if self.curve.is_empty() {
                saver.settle();
            }
        }
        kept
    }

    /// Waits until the last state is on the disk.
    fn finish_saving(&mut self) {
        if let Some(saver) = &mut self.saver {
            saver.finish();
        }
        self.hear_saver();
    }

    pub(in crate::lab) fn changed(&mut self, change: Change) -> Result<(), StoreError> {
        if self.experiment.changes().contains(&change) {
            return Ok(());
        }
        self.experiment = self.experiment.clone().with_recorded_change(change);
        self.experiment_waits = true;
        self.keep_changes()
    }

    /// Writes the experiment where its file lacks a change, which found no room when it was made.
    fn keep_changes(&mut self) -> Result<(), StoreError> {
        if self.experiment_waits {
            self.write_experiment()?;
            self.experiment_waits = false;
        }
        Ok(())
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
        let kept = weights_kept.and(self.keep_waiting());
        self.note_epoch(metrics.epoch, &kept);
        self.write_summary().and(kept)
    }

    fn write_weights(
        &mut self,
        epoch: usize,
        is_best: bool,
        weights: &[u8],
    ) -> Result<(), StoreError> {
        let folder = &self.created.folder;
        let write = |which: Checkpoint| write_atomically(&which.path(folder), weights);
        // What finds no room keeps nothing else back.
        let mut kept = write(Checkpoint::Epoch(epoch));
        if is_best {
            let best = write(Checkpoint::Best);
            if best.is_ok() {
                self.summary.best_weights = Some(epoch);
            }
            kept = kept.and(best);
        }
        let last = write(Checkpoint::Last);
        if last.is_ok() {
            self.summary.last_weights = Some(epoch);
        }
        kept.and(last)
    }

    /// The epochs whose weights lie there as the best and the last, where they aren't those that
    /// should: there was no room.
    pub(in crate::lab) fn older_weights(&self) -> Option<[Option<usize>; 2]> {
        let Summary {
            best_epoch,
            best_weights,
            last_weights,
            ..
        } = self.summary;
        let last = self.curve.last().map(|point| point.epoch);
        let is_older = best_weights != best_epoch || last_weights != last;
        is_older.then_some([best_weights, last_weights])
    }

    /// Lets the weights go that are neither kept by choice nor the best any more.
    fn thin_before(&self, epoch: usize, best_before: Option<usize>) -> Result<(), StoreError> {
        let left = [epoch.checked_sub(1), best_before];
        for left in left.into_iter().flatten() {
            let stays = left == epoch || self.summary.best_weights == Some(left);
            if left > 0 && !stays && !self.summary.keep.keeps(left) {
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
        let last = Checkpoint::Last.path(&self.created.folder);
        let kept = match weights {
            None => Ok(()),
            // Newer than any epoch's.
            Some(weights) => {
                write_atomically(&last, weights).map(|()| self.summary.last_weights = None)
            }
        };
        self.end(State::Finished { reason }, kept)
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
        let message = message.into();
        let state = State::Failed {
            message,
            diverged_in,
        };
        self.end(state, Ok(()))
    }

    /// Keeps all that still waits, then that the run is over. What fails keeps nothing else back.
    fn end(&mut self, state: State, kept: Result<(), StoreError>) -> Result<(), StoreError> {
        let kept = kept.and(self.keep_waiting());
        self.note_end(&kept);
        self.finish_saving();
        // What lacks figures or changes on the disk isn't through: it goes on from its last state.
        let is_whole = self.metrics.is_whole() && !self.experiment_waits;
        if is_whole || matches!(state, State::Failed { .. }) {
            self.summary.state = state;
        }
        let written = self.write_summary();
        self.is_over = is_whole && written.is_ok();
        written.and(kept)
    }

    /// Whether the folder says that the run is over, and has all its figures.
    pub(in crate::lab) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Writes what found no room before.
    fn keep_waiting(&mut self) -> Result<(), StoreError> {
        self.keep_changes()
            .and(
                self.metrics
                    .flush(&self.created.folder.join(files::METRICS)),
            )
            .and(
                self.batches
                    .flush(&self.created.folder.join(files::BATCHES)),
            )
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.created.folder.join(name)
    }

    fn write_experiment(&self) -> Result<(), StoreError> {
        write_atomically(
            &self.path(files::EXPERIMENT),
            self.experiment.to_json().as_bytes(),
        )
    }

    pub(super) fn write_summary(&self) -> Result<(), StoreError> {
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
