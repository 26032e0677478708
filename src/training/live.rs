//! Settings changed while a run trains: each acts before a batch, is checked, told, and can be
//! replayed from there.

use super::changes::Place;
use super::control::{Control, Ending};
use super::gpu::guarded;
use super::run::Run;
use super::{Event, TrainingError};
use crate::data::{batches_per_epoch, epoch_order, prepare_batch};
use crate::experiment::{BatchNorm, Change, Setting, Strategy, TrainSize};

/// Batches over which batch norm that is switched on measures its statistics, at most.
const MEASURED_BATCHES: usize = 8;

impl Run {
    /// Makes the changes that are due at a place.
    pub(super) fn change(&mut self, place: Place, control: &mut Control<'_>) -> Result<(), Ending> {
        for setting in self.agenda.take_due(place, control.take_requests()) {
            self.change_one(setting, place, control)?;
        }
        self.changed = place;
        Ok(())
    }

    fn change_one(
        &mut self,
        to: Setting,
        place: Place,
        control: &mut Control<'_>,
    ) -> Result<(), Ending> {
        let waits = matches!(to, Setting::TrainSize(_)) && place.batch > 1;
        let from = match Setting::read(to.field(), &self.settings) {
            Some(from) if from != to => from,
            // Nothing to change, but perhaps something that was to change.
            _ => {
                if waits {
                    self.put_off(None);
                }
                return Ok(());
            }
        };
        if let Err(error) = to.check(&self.settings) {
            return control.emit(Event::Refused(error.to_string()));
        }
        match to {
            Setting::TrainSize(size) if waits => {
                self.put_off(Some(size));
                return Ok(());
            }
            Setting::BatchNorm(batch_norm) => self.switch_batch_norm(batch_norm, place)?,
            // The batches that lie ready were augmented by the settings before.
            _ if to.field().strategy() == Strategy::Augmentation => self.stream = None,
            _ => {}
        }
        to.apply(&mut self.settings);
        let Place { epoch, batch } = place;
        control.emit(Event::Changed(Change {
            epoch,
            batch,
            from,
            to,
        }))
    }

    /// What is put off is in no record yet, so that only a saved state keeps it.
    fn put_off(&mut self, train_size: Option<TrainSize>) {
        self.agenda.put_off(train_size);
        self.save_clock.make_due();
    }

    /// Switches batch norm without a jump. The check before has refused what can't be switched.
    fn switch_batch_norm(
        &mut self,
        batch_norm: BatchNorm,
        place: Place,
    ) -> Result<(), TrainingError> {
        let weights = self.weights()?;
        let switched = match batch_norm {
            BatchNorm::None => weights.without_batch_norm()?,
            BatchNorm::Channels | BatchNorm::Rows => {
                weights.with_batch_norm(self.measured_batches(place))?
            }
        };
        guarded(&self.device, || {
            self.trainer.replace(&switched.weights, &switched.touched);
            Ok::<_, TrainingError>(())
        })?;
        self.compiling.expect(self.device.is_cpu());
        self.is_ahead = true;
        Ok(())
    }

    /// The pixels of the epoch's next batches, from its start again where it has too few.
    fn measured_batches(&self, place: Place) -> impl Iterator<Item = Vec<f32>> {
        let plan = self.plan(place);
        let order = epoch_order(plan.seed, plan.epoch, plan.train_size);
        let batches = batches_per_epoch(plan.train_size, plan.batch_size);
        (0..batches.min(MEASURED_BATCHES)).map(move |ahead| {
            let number = (place.batch - 1 + ahead) % batches + 1;
            prepare_batch(&self.data, &plan, &order, number).pixels
        })
    }
}
