//! How a run begins: with fresh weights, or from a state that was saved.

use super::changes::{Agenda, Place};
use super::gpu::guarded;
use super::meter::{Meter, Pace};
use super::on_device::Compiling;
use super::resume::{ResumePoint, Spent, Standing, Sums};
use super::run::Run;
use super::save::{EpochClock, SaveClock};
use super::snapshot::{SnapshotClock, WeightsSlot};
use super::trainer::Trainer;
use super::{OpenDevice, TrainingError};
use crate::data::TrainingData;
use crate::experiment::{Experiment, Settings};
use crate::model::{ModelError, NetworkSpec, Normalization, Weights};
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Run {
    /// A run that begins.
    pub(super) fn new(
        experiment: &Experiment,
        data: &Arc<TrainingData>,
        device: OpenDevice,
        slot: &WeightsSlot,
    ) -> Result<Self, TrainingError> {
        let start = Instant::now();
        let settings = experiment.settings().clone();
        let spec = network_of(&settings, data)?;
        let weights = Weights::initial(&spec, settings.seed);
        let optimizer = settings.training.optimizer;
        let trainer = guarded(&device, || {
            Ok::<_, TrainingError>(Trainer::new(&weights, optimizer, &device))
        })?;
        let standing = Standing {
            next: Place { epoch: 1, batch: 1 },
            changed: Place::default(),
            steps: 0,
            train_size: None,
            learning_rate: settings.training.learning_rate,
            best: None,
            is_ahead: false,
            sums: Sums::default(),
            spent: Spent::default(),
            settings,
        };
        let agenda = Agenda::new(experiment.changes());
        Ok(Self::standing(
            start, standing, trainer, agenda, data, device, slot,
        ))
    }

    /// A run that goes on from a state.
    pub(super) fn resumed(
        point: ResumePoint,
        experiment: &Experiment,
        data: &Arc<TrainingData>,
        device: OpenDevice,
        slot: &WeightsSlot,
    ) -> Result<Self, TrainingError> {
        let start = Instant::now();
        if !point.fits([data.rows(), data.columns()], data.class_count()) {
            return Err(TrainingError::ForeignState);
        }
        let ResumePoint { progress, trainer } = point;
        let optimizer = trainer.optimizer.kind;
        let trainer = guarded(&device, || {
            let mut resumed = Trainer::new(&trainer.weights, optimizer, &device);
            resumed.restore(trainer).map(|()| resumed)
        })?;
        let agenda = Agenda::resumed(
            experiment.changes(),
            progress.changed,
            progress.next,
            progress.train_size,
        );
        Ok(Self::standing(
            start, progress, trainer, agenda, data, device, slot,
        ))
    }

    fn standing(
        start: Instant,
        standing: Standing,
        trainer: Trainer,
        agenda: Agenda,
        data: &Arc<TrainingData>,
        device: OpenDevice,
        slot: &WeightsSlot,
    ) -> Self {
        let spent = standing.spent;
        let before = Duration::try_from_secs_f64(spent.seconds).unwrap_or_default();
        let mut compiling = Compiling::default();
        compiling.expect(device.is_cpu());
        Self {
            start,
            compiling,
            settings: standing.settings,
            agenda,
            data: Arc::clone(data),
            trainer,
            stream: None,
            next: standing.next,
            changed: standing.changed,
            meter: Meter::new(standing.next.epoch, device.is_cpu(), standing.sums),
            pace: Pace::new(spent),
            steps: standing.steps,
            learning_rate: standing.learning_rate,
            best: standing.best,
            is_ahead: standing.is_ahead,
            slot: slot.clone(),
            snapshot_clock: SnapshotClock::new(),
            save_clock: SaveClock::new(),
            epoch_clock: EpochClock::new(before, Duration::ZERO),
            device,
        }
    }
}

/// The network of these settings for these data, with the pixel statistics of the first training
/// images. They are fixed for the run, so that its function doesn't depend on later sizes.
pub(super) fn network_of(
    settings: &Settings,
    data: &TrainingData,
) -> Result<NetworkSpec, ModelError> {
    let train_size = settings.data.train_size.resolve(data.pool_size());
    let pixels = data.pixel_statistics(train_size);
    let image_size = [data.rows(), data.columns()];
    let spec = NetworkSpec::new(settings, image_size, data.class_count())?;
    Ok(spec.with_normalization(Normalization {
        mean: pixels.mean,
        std: pixels.std,
    }))
}
