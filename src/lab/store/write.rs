//! Writing a run while it trains. The writer folds what it keeps into the run's account, and hands
//! each event back to be told: so what is told and what the summary says are one account.

use super::answers::write_answers;
use super::beginning::{claim, clear_beginning};
use super::checkpoint::Checkpoint;
use super::files::{self, LineFile, write_atomically, write_json};
use super::lock::{RunLock, now_secs};
use super::resume::resumes_at;
use super::states::StateSaver;
use super::summary::{Keeping, Resumption, Summary};
use super::troubles::Troubles;
use super::{KeepEpochs, Label, RunPlace, StoreError};
use crate::disk;
use crate::experiment::{Change, Experiment};
use crate::lab::run::{
    Created, FailureCause, JudgedEpoch, KeptWeights, Run, RunEvent, RunId, Standing, curve_point,
};
use crate::lab::verdict::{Comparer, Judging};
use crate::training::device::DeviceChoice;
use crate::training::{Answers, BatchPoint, EpochMetrics, ResumePoint, Started, StopReason};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The one writer of a run.
pub struct RunWriter {
    /// The account of the run, without its batches and its progress.
    pub(super) run: Run,
    pub(super) judging: Judging,
    /// Compares the epochs image by image.
    pub(super) comparer: Comparer,
    pub(super) keeping: Keeping,
    metrics: LineFile,
    batches: LineFile,
    /// The epoch and batch from which the run goes on, until that is noted.
    resumed_at: Option<(usize, usize)>,
    /// Whether the experiment has changes that its file hasn't.
    experiment_waits: bool,
    pub(super) troubles: Troubles,
    /// The thread that writes states; none where the system gave no thread.
    pub(super) saver: Option<StateSaver>,
    _lock: RunLock,
}

/// The parts of a writer that differ between a run that begins and one that is taken up.
pub(super) struct Parts {
    pub run: Run,
    pub judging: Judging,
    pub comparer: Comparer,
    pub keeping: Keeping,
    pub metrics: LineFile,
    pub batches: LineFile,
    pub resumed_at: Option<(usize, usize)>,
    pub lock: RunLock,
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
            && !matches!(err, StoreError::InUse { .. } | StoreError::NotEmpty { .. })
        {
            // The folder is no run yet. Where it can't be removed either, the next run there clears
            // it.
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
        // Another process may have made a run of the folder since it was found empty.
        if super::is_run_folder(folder) {
            return Err(StoreError::NotEmpty {
                path: folder.to_path_buf(),
            });
        }
        clear_beginning(folder)?;
        for name in [files::CHECKPOINTS, files::ANSWERS] {
            files::create_folder(&folder.join(name))?;
        }
        let mut batches = LineFile::create(&folder.join(files::BATCHES))?;
        batches.push(BATCHES_HEADER);
        let label = Label {
            name: id.0.clone(),
            starred: false,
        };
        let data = &experiment.settings().data;
        let writer = Self::new(Parts {
            judging: Judging::new(data.validation_size),
            comparer: Comparer::default(),
            keeping: Keeping {
                data: data.source.to_string(),
                keep,
                device: None,
                resumed: Vec::new(),
            },
            run: Run::new(id, folder.to_path_buf(), now_secs(), experiment.clone()),
            metrics: LineFile::create(&folder.join(files::METRICS))?,
            batches,
            resumed_at: None,
            lock,
        });
        writer.write_summary()?;
        write_json(&writer.path(files::LABEL), &label)?;
        // The experiment comes last: a folder is a run once it has one.
        writer.write_experiment()?;
        Ok(writer)
    }

    pub(super) fn new(parts: Parts) -> Self {
        Self {
            saver: StateSaver::start(&parts.run.folder).ok(),
            run: parts.run,
            judging: parts.judging,
            comparer: parts.comparer,
            keeping: parts.keeping,
            metrics: parts.metrics,
            batches: parts.batches,
            resumed_at: parts.resumed_at,
            experiment_waits: false,
            troubles: Troubles::default(),
            _lock: parts.lock,
        }
    }

    /// The run's folder and name.
    pub fn created(&self) -> Created {
        self.run.created()
    }

    /// Folds an event into the account and gives it back, to be told.
    pub(super) fn fold(&mut self, event: RunEvent) -> RunEvent {
        self.run.apply(event.clone());
        event
    }

    /// Notes the hash of the data. The next summary has it.
    pub(in crate::lab) fn hashed(&mut self, data_sha256: String) -> RunEvent {
        self.fold(RunEvent::Hashed(data_sha256))
    }

    /// Notes the device that was chosen. The next summary has it. A run that got the CPU stays
    /// there when it is taken up again.
    pub(in crate::lab) fn opened(&mut self, choice: DeviceChoice, is_cpu: bool) {
        let choice = if is_cpu { DeviceChoice::Cpu } else { choice };
        self.keeping.device = Some(choice.to_string());
    }

    /// Keeps the facts of a run's start.
    pub(in crate::lab) fn started(&mut self, started: Started) -> RunEvent {
        if let Some((epoch, batch)) = self.resumed_at.take() {
            self.keeping.resumed.push(Resumption {
                epoch,
                batch,
                device: started.device.clone(),
            });
        }
        let event = self.fold(RunEvent::Started(started));
        let kept = self.write_summary();
        self.note(kept);
        event
    }

    /// Saves the state from which the run can be taken up again, on a thread of its own. That is
    /// done only where everything before the state is on the disk: otherwise the state before
    /// stays.
    pub(in crate::lab) fn resumable(&mut self, point: &Arc<ResumePoint>) {
        let kept = self.keep_waiting();
        if let Some(saver) = &self.saver
            && self.is_whole()
        {
            saver.save(Arc::clone(point));
            // Without any state there would be nothing to go on from: the first one comes before
            // the first figures.
            if self.run.epochs.is_empty() {
                saver.settle();
            }
        }
        self.note(kept);
    }

    /// Waits until the last state is on the disk.
    fn finish_saving(&mut self) {
        if let Some(saver) = &mut self.saver {
            saver.finish();
        }
        self.hear_saver();
    }

    /// Keeps a change of a live setting. One that the experiment schedules is in its file already.
    pub(in crate::lab) fn changed(&mut self, change: Change) -> RunEvent {
        self.experiment_waits |= !self.run.experiment.changes().contains(&change);
        let event = self.fold(RunEvent::Changed(change));
        let kept = self.keep_changes();
        self.note(kept);
        event
    }

    /// Writes the experiment where its file lacks a change, which found no room when it was made.
    fn keep_changes(&mut self) -> Result<(), StoreError> {
        if self.experiment_waits {
            self.write_experiment()?;
            self.experiment_waits = false;
        }
        Ok(())
    }

    /// Puts a training batch as seen among what is to be written.
    pub(in crate::lab) fn batch(&mut self, point: &BatchPoint) {
        self.batches.push(&format!(
            "{},{},{},{}",
            point.epoch, point.step, point.loss, point.accuracy
        ));
    }

    /// Judges an epoch and keeps it: its weights first, so that figures never stand without them.
    pub(in crate::lab) fn epoch(
        &mut self,
        mut metrics: EpochMetrics,
        weights: &[u8],
        answers: &Answers,
    ) -> RunEvent {
        let epoch = metrics.epoch;
        metrics.compared = self
            .comparer
            .compare(epoch, metrics.validation_loss, &answers.losses);
        let line = serde_json::to_string(&metrics).map(|line| self.metrics.push(&line));
        let line = line.map_err(|err| StoreError::Malformed {
            message: format!("epoch {epoch} can't be written as JSON: {err}"),
            path: self.path(files::METRICS),
        });
        self.judging.measure_on(metrics.validation_count);
        if self.run.turns_at(epoch) {
            self.judging.begin_anew();
        }
        self.judging
            .push_compared(&curve_point(&metrics), &metrics.compared);
        let verdict = self.judging.verdict();
        let is_best = verdict.best_epoch == Some(epoch);
        let before = self.run.weights;
        let (kept_weights, weights_kept) = self.write_weights(epoch, is_best, weights);
        let event = self.fold(RunEvent::Epoch(Box::new(JudgedEpoch {
            metrics,
            standing: Standing {
                verdict,
                weights: kept_weights,
            },
        })));
        let weights_kept = weights_kept
            .and_then(|()| write_answers(&self.run.folder, epoch, answers))
            .and_then(|()| self.thin_before(epoch, before.best))
            .and_then(|()| self.thin_answers());
        // Figures are kept even where the weights found no room.
        let kept = line.and(weights_kept).and(self.keep_waiting());
        self.note_epoch(epoch, kept);
        let written = self.write_summary();
        self.note(written);
        event
    }

    /// Writes an epoch's weights under each name that they have. Gives which epochs' weights the
    /// folder has then: what finds no room keeps nothing else back.
    fn write_weights(
        &self,
        epoch: usize,
        is_best: bool,
        weights: &[u8],
    ) -> (KeptWeights, Result<(), StoreError>) {
        let write = |which: Checkpoint| write_atomically(&which.path(&self.run.folder), weights);
        let mut now = self.run.weights;
        let mut kept = write(Checkpoint::Epoch(epoch));
        if is_best {
            let best = write(Checkpoint::Best).map(|()| now.best = Some(epoch));
            kept = kept.and(best);
        }
        let last = write(Checkpoint::Last).map(|()| now.last = Some(epoch));
        (now, kept.and(last))
    }

    /// Removes the weights that are neither kept by choice nor the best any more.
    fn thin_before(&self, epoch: usize, best_before: Option<usize>) -> Result<(), StoreError> {
        let left = [epoch.checked_sub(1), best_before];
        for left in left.into_iter().flatten() {
            if left > 0 && left != epoch && !self.stays(left) {
                super::keep::remove_weights(&self.run.folder, left)?;
                if !self.comparer.held().any(|held| held == left) {
                    super::keep::remove_answers(&self.run.folder, left)?;
                }
            }
        }
        Ok(())
    }

    /// Removes the answers with which no later epoch is compared any more, of epochs whose weights are
    /// gone. A run that is taken up again compares its epochs as if it had never been interrupted.
    fn thin_answers(&mut self) -> Result<(), StoreError> {
        for left in self.comparer.take_left() {
            if !self.stays(left) {
                super::keep::remove_answers(&self.run.folder, left)?;
            }
        }
        Ok(())
    }

    /// Whether an epoch's weights and answers stay.
    fn stays(&self, epoch: usize) -> bool {
        self.run.weights.best == Some(epoch) || self.keeping.keep.keeps(epoch)
    }

    /// Keeps the end of a run, with the newest weights where they are newer than any epoch's.
    pub(in crate::lab) fn finish(&mut self, reason: StopReason, newest: Option<&[u8]>) -> RunEvent {
        let mut weights = self.run.weights;
        let kept = newest.map_or(Ok(()), |newest| {
            let last = Checkpoint::Last.path(&self.run.folder);
            write_atomically(&last, newest).map(|()| weights.last = None)
        });
        let event = |is_kept, resumes_at| RunEvent::Finished {
            reason,
            resumes_at,
            is_kept,
            weights,
        };
        self.end(kept);
        // A run that lacks figures or changes on the disk isn't through: it goes on from its last
        // state.
        let is_whole = self.is_whole();
        self.fold(event(is_whole, None));
        let written = self.write_summary();
        let is_kept = is_whole && written.is_ok();
        self.note(written);
        self.fold(event(is_kept, resumes_at(&self.run.folder)))
    }

    /// Keeps the end of a run that failed.
    pub(in crate::lab) fn fail(&mut self, message: &str, cause: FailureCause) {
        self.end(Ok(()));
        self.fold(RunEvent::Failed {
            message: message.into(),
            cause,
            resumes_at: None,
        });
        let written = self.write_summary();
        self.note(written);
    }

    /// Keeps all that still waits. What fails keeps nothing else back.
    fn end(&mut self, kept: Result<(), StoreError>) {
        let kept = kept.and(self.keep_waiting());
        self.note_end(kept);
        self.finish_saving();
    }

    /// Whether all figures and changes are on the disk.
    fn is_whole(&self) -> bool {
        self.metrics.is_whole() && !self.experiment_waits
    }

    /// Writes what found no room before.
    fn keep_waiting(&mut self) -> Result<(), StoreError> {
        self.keep_changes()
            .and(self.metrics.flush(&self.run.folder.join(files::METRICS)))
            .and(self.batches.flush(&self.run.folder.join(files::BATCHES)))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.run.folder.join(name)
    }

    fn write_experiment(&self) -> Result<(), StoreError> {
        write_atomically(
            &self.path(files::EXPERIMENT),
            self.run.experiment.to_json().as_bytes(),
        )
    }

    pub(super) fn write_summary(&self) -> Result<(), StoreError> {
        let summary = Summary::of(&self.run, &self.keeping);
        write_json(&self.path(files::SUMMARY), &summary)
    }
}
