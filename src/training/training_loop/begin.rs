//! What is to be trained, and how its loop begins: with fresh weights, or from a saved state.

use super::TrainingLoop;
use crate::data::TrainingData;
use crate::experiment::{Experiment, Settings};
use crate::model::{ModelError, NetworkSpec, Normalization, Weights};
use crate::training::changes::Agenda;
use crate::training::control::Control;
use crate::training::feed::Feed;
use crate::training::gpu::guarded;
use crate::training::live::LiveSettings;
use crate::training::position::Position;
use crate::training::resume::{ResumePoint, SavedProgress};
use crate::training::save::{self, SaveClock};
use crate::training::snapshot::{Publisher, WeightsSlot};
use crate::training::stepper::Stepper;
use crate::training::trainer::Trainer;
use crate::training::{Command, Event, OpenDevice, TrainingError};
use crossbeam_channel::{Receiver, never};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A run that is to be trained: an experiment, its data and a device, and who commands and looks
/// on. [`train`](Self::train) trains it.
pub struct TrainingJob<'a> {
    experiment: &'a Experiment,
    data: &'a Arc<TrainingData>,
    device: OpenDevice,
    commands: Receiver<Command>,
    slot: WeightsSlot,
    resume_from: Option<ResumePoint>,
    save_interval: Option<Duration>,
}

impl<'a> TrainingJob<'a> {
    /// A run from the first epoch on, which hears no commands.
    pub fn new(
        experiment: &'a Experiment,
        data: &'a Arc<TrainingData>,
        device: OpenDevice,
    ) -> Self {
        Self {
            experiment,
            data,
            device,
            commands: never(),
            slot: WeightsSlot::default(),
            resume_from: None,
            save_interval: Some(save::INTERVAL),
        }
    }

    /// Hears commands within a batch. When their sender is gone, the run goes on without.
    #[must_use]
    pub fn commands(mut self, commands: &Receiver<Command>) -> Self {
        self.commands = commands.clone();
        self
    }

    /// Publishes the newest weights in a slot.
    #[must_use]
    pub fn slot(mut self, slot: &WeightsSlot) -> Self {
        self.slot = slot.clone();
        self
    }

    /// Goes on from a saved state of a run of this experiment. The experiment's changes are those
    /// of the run's file now: what was changed after the state was saved is changed again at the
    /// same place.
    #[must_use]
    pub fn resume_from(mut self, point: ResumePoint) -> Self {
        self.resume_from = Some(point);
        self
    }

    /// Saves the state at another interval within an epoch, or never where there is none: to test
    /// saving, and to measure what it costs.
    #[must_use]
    pub fn save_every(mut self, interval: Option<Duration>) -> Self {
        self.save_interval = interval;
        self
    }

    /// Trains the whole run on the calling thread.
    ///
    /// `emit` is given each event in order; where it breaks, the run ends without a word.
    ///
    /// # Errors
    /// Where a figure is no longer finite, the device fails, or a saved state is of another
    /// network than the experiment and the data make. Epochs already told of stay good.
    pub fn train(
        self,
        emit: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), TrainingError> {
        let (commands, device) = (self.commands.clone(), self.device.clone());
        let training = self.begin().map_err(|error| error.on(&device))?;
        training.run(&mut Control::new(&commands, emit))
    }

    fn begin(self) -> Result<TrainingLoop, TrainingError> {
        let begun = Instant::now();
        let (saved, trainer, agenda) = match self.resume_from {
            None => fresh(self.experiment, self.data, &self.device)?,
            Some(point) => resumed(point, self.experiment, self.data, &self.device)?,
        };
        Ok(TrainingLoop {
            begun,
            position: Position::resumed(&saved),
            live: LiveSettings::new(&saved, agenda, self.data),
            feed: Feed::new(self.data),
            stepper: Stepper::new(trainer, &self.device, &saved),
            publisher: Publisher::new(self.slot),
            save_clock: SaveClock::every(self.save_interval),
        })
    }
}

/// What a loop begins with: where it stands, what computes its steps, and the changes to come.
type Beginning = (SavedProgress, Box<dyn Trainer>, Agenda);

fn fresh(
    experiment: &Experiment,
    data: &TrainingData,
    device: &OpenDevice,
) -> Result<Beginning, TrainingError> {
    let settings = experiment.settings();
    let spec = network_of(settings, data)?;
    let weights = Weights::initial(&spec, settings.seed);
    let trainer = guarded(device, || {
        Ok::<_, TrainingError>(device.trainer(&weights, settings.training.optimizer))
    })?;
    let agenda = Agenda::new(experiment.changes());
    Ok((SavedProgress::fresh(settings), trainer, agenda))
}

fn resumed(
    point: ResumePoint,
    experiment: &Experiment,
    data: &TrainingData,
    device: &OpenDevice,
) -> Result<Beginning, TrainingError> {
    if !point.fits(data.size(), data.class_count()) {
        return Err(TrainingError::ForeignState);
    }
    let ResumePoint { progress, trainer } = point;
    let optimizer = trainer.optimizer.kind;
    let trainer = guarded(device, || {
        let mut resumed = device.trainer(&trainer.weights, optimizer);
        resumed.restore(trainer).map(|()| resumed)
    })?;
    let agenda = Agenda::resumed(
        experiment.changes(),
        progress.changed,
        progress.next,
        progress.train_size,
    );
    Ok((progress, trainer, agenda))
}

/// The network of these settings for these data, with the pixel statistics of the first training
/// images. The statistics are fixed for the run, so that what its network computes doesn't depend
/// on later training-set sizes.
pub(in crate::training) fn network_of(
    settings: &Settings,
    data: &TrainingData,
) -> Result<NetworkSpec, ModelError> {
    let train_size = settings.data.train_size.resolve(data.pool_size());
    let pixels = data.pixel_statistics(train_size);
    let image_size = data.size();
    let spec = NetworkSpec::new(settings, image_size, data.class_count())?;
    Ok(spec.with_normalization(Normalization {
        mean: pixels.mean,
        std: pixels.std,
    }))
}
