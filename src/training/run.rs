//! The training loop: epochs of batches, an evaluation after each, changes in between.

use super::changes::{Agenda, Place};
use super::control::{Control, Ending};
use super::evaluate::{Evaluation, evaluate};
use super::gpu::guarded;
use super::meter::{Meter, Pace};
use super::on_device::Compiling;
use super::resume::{ResumePoint, Sums};
use super::save::{self, EpochClock, SaveClock, train_saving_every};
use super::schedule::{learning_rate, progress};
use super::snapshot::{Snapshot, SnapshotClock, WeightsSlot};
use super::step::StepSettings;
use super::trainer::Trainer;
use super::{
    Answers, BatchPoint, Command, EpochMetrics, Event, OpenDevice, Progress, Stage, Started,
    StopReason, TrainingError,
};
use crate::data::{Batch, BatchPlan, BatchStream, TrainingData, batches_per_epoch};
use crate::experiment::{Experiment, Settings};
use crate::model::{ModelError, layer_table, weights};
use crossbeam_channel::Receiver;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Trains an experiment on its data: the whole of a run, on the calling thread.
///
/// `emit` is given each event in order; where it breaks, the run ends without a word. `commands`
/// are heard within a batch; when their sender is gone, the run goes on without. `slot` is where the
/// newest weights are laid out.
///
/// # Errors
/// Where a figure is no longer finite, or the device fails. Epochs already told of stay good.
pub fn train(
    experiment: &Experiment,
    data: &Arc<TrainingData>,
    device: OpenDevice,
    commands: &Receiver<Command>,
    slot: &WeightsSlot,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(), TrainingError> {
    let interval = Some(save::INTERVAL);
    train_saving_every(interval, experiment, data, device, commands, slot, emit)
}

/// Goes on from a state of a run of this experiment, whose changes are those of its file now:
/// what was changed after the state was saved is changed again where it was. Else as [`train`].
///
/// # Errors
/// As [`train`], and where the state is of another network than the experiment and the data make.
pub fn resume(
    point: ResumePoint,
    experiment: &Experiment,
    data: &Arc<TrainingData>,
    device: OpenDevice,
    commands: &Receiver<Command>,
    slot: &WeightsSlot,
    emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<(), TrainingError> {
    let run = Run::resumed(point, experiment, data, device.clone(), slot)
        .map_err(|error| error.on(&device))?;
    run.through(&mut Control::new(commands, emit))
}

/// A run in work. `live` has the part of it that changes settings.
pub(super) struct Run {
    /// When it was begun.
    pub(super) start: Instant,
    /// As they are now.
    pub(super) settings: Settings,
    pub(super) agenda: Agenda,
    pub(super) data: Arc<TrainingData>,
    pub(super) device: OpenDevice,
    pub(super) trainer: Trainer,
    pub(super) compiling: Compiling,
    /// The present epoch's batches from the present one on; none where they must be begun anew.
    pub(super) stream: Option<BatchStream>,
    /// What comes next; an epoch's evaluation after its last batch.
    pub(super) next: Place,
    /// The last place that had its changes.
    pub(super) changed: Place,
    pub(super) meter: Meter,
    pub(super) pace: Pace,
    /// Optimizer steps so far.
    pub(super) steps: u64,
    pub(super) learning_rate: f64,
    /// The epoch of the lowest validation loss, and that loss.
    pub(super) best: Option<(usize, f64)>,
    /// Whether the weights are newer than those of the last epoch.
    pub(super) is_ahead: bool,
    pub(super) slot: WeightsSlot,
    pub(super) snapshot_clock: SnapshotClock,
    pub(super) save_clock: SaveClock,
    pub(super) epoch_clock: EpochClock,
}

impl Run {
    /// The whole of a run, to its end.
    pub(super) fn through(mut self, control: &mut Control<'_>) -> Result<(), TrainingError> {
        let ending = match self.go(control) {
            Ok(reason) => self.save(control).and_then(|()| {
                control.emit(Event::Finished {
                    reason,
                    weights: None,
                })
            }),
            Err(Ending::Stopped) => self.stop(control),
            Err(ending) => Err(ending),
        };
        match ending {
            Ok(()) | Err(Ending::Stopped | Ending::Abandoned) => Ok(()),
            Err(Ending::Failed(error)) => {
                let error = error.on(&self.device);
                if matches!(error, TrainingError::DeviceLost { .. }) {
                    self.abandon();
                }
                Err(error)
            }
        }
    }

    /// Epoch after epoch, until there is a reason to end.
    fn go(&mut self, control: &mut Control<'_>) -> Result<StopReason, Ending> {
        control.emit(Event::Started(self.started()))?;
        // Taken up after its last epoch, it is over as it would have been.
        if self.next.batch == 1 && self.is_patience_over() {
            return Ok(StopReason::EarlyStopping);
        }
        loop {
            let epoch = self.next.epoch;
            if self.next.batch == 1 && !self.is_epoch_due(control)? {
                return Ok(StopReason::Completed);
            }
            let (metrics, answers) = self.epoch(control)?;
            let weights = self.finite_weights(epoch)?;
            if self
                .best
                .is_none_or(|(_, lowest)| metrics.validation_loss < lowest)
            {
                self.best = Some((epoch, metrics.validation_loss));
            }
            self.is_ahead = false;
            self.lay_out(Arc::clone(&weights), epoch, true);
            let (epoch, batch) = (epoch + 1, 1);
            self.next = Place { epoch, batch };
            self.meter = Meter::new(epoch, self.device.is_cpu(), Sums::default());
            self.epoch_clock = EpochClock::new(Duration::ZERO, self.idle(control));
            control.emit(Event::Epoch {
                metrics,
                weights,
                answers: Arc::new(answers),
            })?;
            if self.is_patience_over() {
                return Ok(StopReason::EarlyStopping);
            }
        }
    }

    /// Makes the changes before an epoch's first batch. Whether there is such an epoch.
    fn is_epoch_due(&mut self, control: &mut Control<'_>) -> Result<bool, Ending> {
        let place = self.next;
        control.listen()?;
        let epochs = self.settings.training.epochs;
        // Beyond the end, only what prolongs the run can still act.
        if place.epoch > self.agenda.epochs_after(place, control.requests(), epochs) {
            return Ok(false);
        }
        self.change(place, control)?;
        if place.epoch > self.settings.training.epochs {
            return Ok(false);
        }
        self.save(control)?;
        self.epoch_clock = EpochClock::new(Duration::ZERO, self.idle(control));
        Ok(true)
    }

    fn started(&self) -> Started {
        let table = layer_table(self.trainer.spec());
        Started {
            parameters: table.parameters,
            trainable_parameters: table.trainable(),
            device: self.device.description.clone(),
            train_images: self.train_size(),
            validation_images: self.data.validation_size(),
            classes: self.data.dataset().classes.clone(),
            seconds_to_first_batch: self.start.elapsed().as_secs_f64(),
        }
    }

    /// Ends a run that was told to stop.
    fn stop(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        // Figures that still wait may say that these weights are no good.
        self.save(control)?;
        let weights = if self.is_ahead {
            Some(self.finite_weights(self.next.epoch)?)
        } else {
            None
        };
        control.emit(Event::Finished {
            reason: StopReason::Stopped,
            weights,
        })
    }

    pub(super) fn train_size(&self) -> usize {
        self.settings.data.train_size.resolve(self.data.pool_size())
    }

    /// The weights as a file, where they can still be used.
    fn finite_weights(&self, epoch: usize) -> Result<Arc<[u8]>, TrainingError> {
        match weights::to_bytes(&self.weights()?) {
            Ok(bytes) => Ok(bytes.into()),
            Err(ModelError::NotFinite) => Err(TrainingError::NotFinite {
                epoch,
                batch: None,
                what: "a weight",
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether validation loss has not fallen for as many epochs as early stopping waits.
    fn is_patience_over(&self) -> bool {
        let patience = self.settings.regularization.early_stopping;
        let (Some(patience), Some((best, _))) = (patience, self.best) else {
            return false;
        };
        self.next.epoch > best + patience
    }

    /// Trains an epoch from the next batch on and measures it.
    fn epoch(&mut self, control: &mut Control<'_>) -> Result<(EpochMetrics, Answers), Ending> {
        let Place { epoch, batch } = self.next;
        self.stream = None;
        let batches = batches_per_epoch(self.train_size(), self.settings.training.batch_size);
        for batch in batch..=batches {
            let place = Place { epoch, batch };
            if batch > 1 {
                control.listen()?;
                self.change(place, control)?;
                self.save_if_due(control)?;
            }
            self.batch(place, batches, control)?;
            self.next.batch += 1;
        }
        self.stream = None;
        let points = self.read_meter()?;
        self.report(epoch, batches, points, control)?;
        let (samples_per_second, waiting_secs) = self.pace.take();
        let evaluation = self.evaluate(epoch, control)?;
        let (batch_loss, batch_accuracy) = self.meter.means();
        let metrics = EpochMetrics {
            epoch,
            step: self.steps,
            train_loss: evaluation.train.loss,
            train_accuracy: evaluation.train.accuracy,
            train_count: evaluation.train.count,
            clean: evaluation.clean,
            corrupted: evaluation.corrupted,
            validation_loss: evaluation.validation.loss,
            validation_accuracy: evaluation.validation.accuracy,
            validation_count: evaluation.validation.count,
            wrong_confidence: evaluation.validation.wrong_confidence,
            batch_loss,
            batch_accuracy,
            learning_rate: self.learning_rate,
            train_images: self.train_size(),
            seconds: self.epoch_clock.elapsed(self.idle(control)).as_secs_f64(),
            samples_per_second,
            waiting_secs,
        };
        Ok((metrics, evaluation.answers))
    }

    /// Trains the batch at a place.
    fn batch(
        &mut self,
        place: Place,
        batches: usize,
        control: &mut Control<'_>,
    ) -> Result<(), Ending> {
        let Place { epoch, batch } = place;
        let mut clock = self.begin_step(control)?;
        let mut prepared = self.next_batch(place)?;
        clock.waited = clock.start.elapsed();
        let images = prepared.labels.len();
        let training = &self.settings.training;
        let progress = progress(epoch, batch, batches, training.epochs);
        self.learning_rate = learning_rate(training.schedule, training.learning_rate, progress);
        let settings = StepSettings::of(&self.settings, self.learning_rate, epoch);
        let logits = guarded(&self.device, || self.trainer.step(&mut prepared, settings))?;
        self.steps += 1;
        self.is_ahead = true;
        let points = guarded(&self.device, || {
            self.meter.add(logits, prepared, batches, self.steps)
        })?;
        let points = self.end_step(&clock, images, batches, points, control)?;
        if self.snapshot_clock.is_due(&self.slot)
            && let Ok(weights) = weights::to_bytes(&self.weights()?)
        {
            self.lay_out(weights.into(), epoch, false);
        }
        self.report(epoch, batches, points, control)
    }

    /// Gives the present weights to those who look on.
    fn lay_out(&mut self, weights: Arc<[u8]>, epoch: usize, is_whole_epoch: bool) {
        self.slot.publish(Snapshot {
            weights,
            epoch,
            step: self.steps,
            is_whole_epoch,
        });
        self.snapshot_clock.reset();
    }

    /// The batch at a place, from a stream that is begun there where none stands ready.
    fn next_batch(&mut self, place: Place) -> Result<Batch, TrainingError> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BatchStream::start(Arc::clone(&self.data), self.plan(place))
                .map_err(TrainingError::Thread)?,
        };
        let batch = stream.next().ok_or(TrainingError::NoImages)?;
        self.stream = Some(stream);
        Ok(batch)
    }

    /// How batches are prepared from a place on.
    pub(super) fn plan(&self, place: Place) -> BatchPlan {
        BatchPlan {
            seed: self.settings.seed,
            epoch: place.epoch,
            train_size: self.train_size(),
            batch_size: self.settings.training.batch_size,
            first_batch: place.batch,
            augmentation: self.settings.augmentation,
        }
    }

    /// Tells of the batches whose figures have been read.
    pub(super) fn report(
        &self,
        epoch: usize,
        batches: usize,
        points: Vec<(usize, BatchPoint)>,
        control: &mut Control<'_>,
    ) -> Result<(), Ending> {
        for (batch, point) in points {
            let stage = Stage::Training {
                batch,
                batches,
                point: Some(point),
            };
            control.emit(Event::Progress(self.progress(epoch, stage)))?;
        }
        Ok(())
    }

    fn progress(&self, epoch: usize, stage: Stage) -> Progress {
        Progress {
            epoch,
            epochs: self.settings.training.epochs,
            stage,
            samples_per_second: self.pace.recent(),
        }
    }

    fn evaluate(&self, epoch: usize, control: &mut Control<'_>) -> Result<Evaluation, Ending> {
        let predictor = guarded(&self.device, || self.trainer.predictor())?;
        let train_count = self.train_size().min(self.data.validation_size());
        let evaluation = evaluate(&predictor, &self.data, train_count, |done, total| {
            let stage = Stage::Evaluating { done, total };
            control.emit(Event::Progress(self.progress(epoch, stage)))?;
            control.listen()
        })?;
        for (what, loss) in [
            ("the training loss", evaluation.train.loss),
            ("the validation loss", evaluation.validation.loss),
        ] {
            if !loss.is_finite() {
                let batch = None;
                return Err(TrainingError::NotFinite { epoch, batch, what }.into());
            }
        }
        Ok(evaluation)
    }
}
