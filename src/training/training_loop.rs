//! The training loop: epochs of batches, an evaluation after each, and between two batches
//! whatever commands, scheduled changes and the clock ask for.

mod begin;

pub use begin::TrainingJob;
pub(super) use begin::network_of;

use super::changes::BatchPlace;
use super::control::{Control, Ending};
use super::evaluate::{Evaluation, evaluate};
use super::feed::Feed;
use super::live::{LiveSettings, Outcome};
use super::position::Position;
use super::resume::{ResumePoint, SavedProgress};
use super::save::SaveClock;
use super::schedule::{learning_rate, progress};
use super::snapshot::Publisher;
use super::step::StepSettings;
use super::stepper::{Points, Stepper};
use super::{
    Answers, EpochMetrics, Event, Numbers, Progress, Stage, Started, StopReason, TrainingError,
};
use crate::experiment::{DataSource, Setting, Strategy};
use crate::model::{ModelError, layer_table, weights};
use std::sync::Arc;
use std::time::Instant;

/// Batches over which batch norm that is switched on measures its statistics, at most.
const MEASURED_BATCHES: usize = 8;

/// A run in training. Each part is changed by its own methods alone.
pub(super) struct TrainingLoop {
    /// When the run was begun or taken up.
    begun: Instant,
    /// The settings in force, and the changes to come.
    live: LiveSettings,
    /// The data and the batches made of them.
    feed: Feed,
    /// What is done and what comes next.
    position: Position,
    /// The trainer on its device, with its figures and times.
    stepper: Stepper,
    /// Where those who look on find the newest weights.
    publisher: Publisher,
    /// When the state is saved next.
    save_clock: SaveClock,
}

impl TrainingLoop {
    /// Trains the run to its end.
    ///
    /// # Errors
    /// Where a figure is no longer finite, or the device fails.
    pub fn run(mut self, control: &mut Control<'_>) -> Result<(), TrainingError> {
        let ending = match self.train(control) {
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
                let error = error.on(self.stepper.device());
                if matches!(error, TrainingError::DeviceLost { .. }) {
                    self.stepper.abandon();
                }
                Err(error)
            }
        }
    }

    /// Trains epoch after epoch, until there is a reason to end.
    fn train(&mut self, control: &mut Control<'_>) -> Result<StopReason, Ending> {
        control.emit(Event::Started(self.started()))?;
        // A run that is taken up after its last epoch is over, as it would have been without the
        // break.
        if self.position.is_between_epochs() && self.is_patience_over() {
            return Ok(StopReason::EarlyStopping);
        }
        loop {
            let epoch = self.position.next().epoch;
            if self.position.is_between_epochs() && !self.is_epoch_due(control)? {
                return Ok(StopReason::Completed);
            }
            let (metrics, answers) = self.epoch(control)?;
            let weights = self.finite_weights(epoch)?;
            self.position.finish_epoch(metrics.validation_loss);
            let steps = self.position.steps();
            self.publisher
                .publish_epoch(Arc::clone(&weights), epoch, steps);
            self.stepper.begin_epoch(epoch + 1, control.paused());
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

    /// Makes the changes before an epoch's first batch. Says whether there is such an epoch.
    fn is_epoch_due(&mut self, control: &mut Control<'_>) -> Result<bool, Ending> {
        let place = self.position.next();
        control.listen()?;
        // Beyond the last epoch, only what prolongs the run can still act.
        if place.epoch > self.live.epochs_after(place, control.requests()) {
            return Ok(false);
        }
        self.change(place, control)?;
        if place.epoch > self.live.settings().training.epochs {
            return Ok(false);
        }
        self.save(control)?;
        self.stepper.restart_epoch_clock(control.paused());
        Ok(true)
    }

    fn started(&self) -> Started {
        let table = layer_table(self.stepper.spec());
        let data = self.feed.data();
        Started {
            parameters: table.parameters,
            trainable_parameters: table.trainable(),
            device: self.stepper.device().description.clone(),
            train_images: self.live.train_size(),
            validation_images: data.validation_size(),
            classes: data.dataset().classes.clone(),
            taken: match self.live.settings().data.source {
                DataSource::Mnist => None,
                DataSource::Files(_) => Some(data.summary()),
            },
            numbers: self
                .stepper
                .device()
                .is_cpu()
                .then(Numbers::of_this_process),
            seconds_to_first_batch: self.begun.elapsed().as_secs_f64(),
        }
    }

    /// Ends a run that was told to stop.
    fn stop(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        // Saving reads the figures that still wait, and they may say that the weights are no good.
        self.save(control)?;
        let weights = if self.position.has_new_weights() {
            Some(self.finite_weights(self.position.next().epoch)?)
        } else {
            None
        };
        control.emit(Event::Finished {
            reason: StopReason::Stopped,
            weights,
        })
    }

    /// The weights as a file.
    ///
    /// # Errors
    /// Where a weight is no longer finite, or the device fails.
    fn finite_weights(&self, epoch: usize) -> Result<Arc<[u8]>, TrainingError> {
        match weights::to_bytes(&self.stepper.weights()?) {
            Ok(bytes) => Ok(bytes.into()),
            Err(ModelError::NotFinite) => Err(TrainingError::NotFinite {
                epoch,
                batch: None,
                what: "a weight",
            }),
            Err(error) => Err(error.into()),
        }
    }

    fn is_patience_over(&self) -> bool {
        let patience = self.live.settings().regularization.early_stopping;
        self.position.is_patience_over(patience)
    }

    /// Trains the epoch in work from the next batch on, and measures it.
    fn epoch(&mut self, control: &mut Control<'_>) -> Result<(EpochMetrics, Answers), Ending> {
        let BatchPlace { epoch, batch } = self.position.next();
        self.feed.discard();
        let batches = self.live.batches();
        for batch in batch..=batches {
            let place = BatchPlace { epoch, batch };
            if batch > 1 {
                control.listen()?;
                self.change(place, control)?;
                self.save_if_due(control)?;
            }
            self.batch(place, batches, control)?;
        }
        self.feed.discard();
        let points = self.stepper.read_figures()?;
        self.report(epoch, batches, points, control)?;
        let (samples_per_second, waiting_secs) = self.stepper.take_pace();
        let evaluation = self.evaluate(epoch, control)?;
        let (batch_loss, batch_accuracy) = self.stepper.batch_means();
        let metrics = EpochMetrics {
            epoch,
            step: self.position.steps(),
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
            learning_rate: self.position.learning_rate(),
            train_images: self.live.train_size(),
            elapsed_secs: self.stepper.epoch_time(control.paused()).as_secs_f64(),
            samples_per_second,
            waiting_secs,
            compared: Vec::new(),
        };
        Ok((metrics, evaluation.answers))
    }

    /// Trains the batch at a place.
    fn batch(
        &mut self,
        place: BatchPlace,
        batches: usize,
        control: &mut Control<'_>,
    ) -> Result<(), Ending> {
        let BatchPlace { epoch, batch } = place;
        let mut clock = self.stepper.begin_step(control)?;
        let prepared = self.feed.next(self.live.batch_plan(place))?;
        clock.batch_has_come();
        let images = prepared.labels.len();
        let training = &self.live.settings().training;
        let progress = progress(epoch, batch, batches, training.epochs);
        let rate = learning_rate(training.schedule, training.learning_rate, progress);
        let settings = StepSettings::of(self.live.settings(), rate, epoch);
        let step = self.position.steps() + 1;
        let mut points = self.stepper.step(prepared, settings, batches, step)?;
        self.position.finish_step(rate);
        points.extend(self.stepper.end_step(&clock, images, batches, control)?);
        if self.publisher.is_due()
            && let Ok(weights) = weights::to_bytes(&self.stepper.weights()?)
        {
            self.publisher.publish_batch(weights.into(), epoch, step);
        }
        self.report(epoch, batches, points, control)
    }

    /// Makes the changes that are due at a place.
    fn change(&mut self, place: BatchPlace, control: &mut Control<'_>) -> Result<(), Ending> {
        for setting in self.live.take_due(place, control.take_requests()) {
            match self.live.change(setting, place) {
                Outcome::Unchanged => {}
                // What is put off is in no record yet, so that only a saved state keeps it.
                Outcome::PutOff => self.save_clock.make_due(),
                Outcome::Refused(reason) => control.emit(Event::Refused(reason))?,
                Outcome::Changed(change) => {
                    self.act_on(change.to, place)?;
                    control.emit(Event::Changed(change))?;
                }
            }
        }
        self.live.finish_changes(place);
        Ok(())
    }

    /// Does what a changed setting asks for beside being read at the next step.
    fn act_on(&mut self, changed: Setting, place: BatchPlace) -> Result<(), TrainingError> {
        match changed {
            Setting::BatchNorm(batch_norm) => {
                let plan = self.live.batch_plan(place);
                let measured = self.feed.preview(plan, MEASURED_BATCHES);
                self.stepper.switch_batch_norm(batch_norm, measured)?;
                self.position.replace_weights();
            }
            // The prepared batches were augmented by the settings before the change.
            _ if changed.field().strategy() == Strategy::Augmentation => self.feed.discard(),
            _ => {}
        }
        Ok(())
    }

    /// Saves the state where it is time.
    fn save_if_due(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        if self.save_clock.is_due() {
            self.save(control)?;
        }
        Ok(())
    }

    /// Tells the run's state, unless saving is switched off.
    fn save(&mut self, control: &mut Control<'_>) -> Result<(), Ending> {
        if self.save_clock.is_off() {
            return Ok(());
        }
        self.save_clock.restart();
        let point = self.resume_point(control)?;
        // No run can go on from a state that is no longer finite; its figures tell of that.
        if !point.is_finite() {
            return Ok(());
        }
        control.emit(Event::Resumable(Arc::new(point)))
    }

    fn resume_point(&mut self, control: &mut Control<'_>) -> Result<ResumePoint, Ending> {
        // The figures of the steps so far belong to the state after them.
        let points = self.stepper.read_figures()?;
        let next = self.position.next();
        self.report(next.epoch, self.live.batches(), points, control)?;
        let trainer = self.stepper.state()?;
        Ok(ResumePoint {
            trainer,
            progress: SavedProgress {
                next,
                changed: self.live.changed(),
                steps: self.position.steps(),
                settings: self.live.settings().clone(),
                train_size: self.live.put_off(),
                learning_rate: self.position.learning_rate(),
                best: self.position.best(),
                has_new_weights: self.position.has_new_weights(),
                sums: self.stepper.sums(),
                spent: self.stepper.spent(control.paused()),
            },
        })
    }

    /// Tells of the batches whose figures have been read.
    fn report(
        &self,
        epoch: usize,
        batches: usize,
        points: Points,
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
            epochs: self.live.settings().training.epochs,
            stage,
            samples_per_second: self.stepper.recent_pace(),
        }
    }

    fn evaluate(&self, epoch: usize, control: &mut Control<'_>) -> Result<Evaluation, Ending> {
        let predictor = self.stepper.predictor()?;
        let data = self.feed.data();
        let train_count = self.live.train_size().min(data.validation_size());
        let evaluation = evaluate(&predictor, data, train_count, |done, total| {
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
