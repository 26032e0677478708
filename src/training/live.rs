//! The settings in force, and how they change while a run trains: each change acts before a
//! batch, is checked, told, and can be replayed from there.

use super::changes::{Agenda, BatchPlace};
use super::resume::SavedProgress;
use crate::data::{BatchPlan, TrainingData, batches_per_epoch};
use crate::experiment::{Change, Setting, Settings, TrainSize};

/// The settings of a run as they are now, and the changes to come.
pub(super) struct LiveSettings {
    settings: Settings,
    agenda: Agenda,
    /// The last place whose changes have been made.
    changed: BatchPlace,
    /// Images that can be trained on at most.
    pool_size: usize,
}

/// What has become of a setting that was due.
pub(super) enum Outcome {
    /// The setting has that value already.
    Unchanged,
    /// The setting can't have that value, for a reason in words.
    Refused(String),
    /// A training-set size waits for the next epoch, or one that waited is taken back.
    PutOff,
    /// The setting has been changed.
    Changed(Change),
}

impl LiveSettings {
    /// The settings of a saved run on these data, and the changes that its agenda still has.
    pub fn new(saved: &SavedProgress, agenda: Agenda, data: &TrainingData) -> Self {
        Self {
            settings: saved.settings.clone(),
            agenda,
            changed: saved.changed,
            pool_size: data.pool_size(),
        }
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The last place whose changes have been made.
    pub fn changed(&self) -> BatchPlace {
        self.changed
    }

    /// A training-set size that waits for the next epoch.
    pub fn put_off(&self) -> Option<TrainSize> {
        self.agenda.train_size()
    }

    /// Images in training.
    pub fn train_size(&self) -> usize {
        self.settings.data.train_size.resolve(self.pool_size)
    }

    /// Batches of an epoch.
    pub fn batches(&self) -> usize {
        batches_per_epoch(self.train_size(), self.settings.training.batch_size)
    }

    /// How batches are prepared from a place on.
    pub fn batch_plan(&self, place: BatchPlace) -> BatchPlan {
        BatchPlan {
            seed: self.settings.seed,
            epoch: place.epoch,
            train_size: self.train_size(),
            batch_size: self.settings.training.batch_size,
            first_batch: place.batch,
            augmentation: self.settings.augmentation,
        }
    }

    /// How many epochs the run will have after what is due at a place and what is asked for.
    pub fn epochs_after(&self, place: BatchPlace, requests: &[Setting]) -> usize {
        let epochs = self.settings.training.epochs;
        self.agenda.epochs_after(place, requests, epochs)
    }

    /// Takes what is due at a place: what was scheduled, put off and asked for, in this order.
    pub fn take_due(&mut self, place: BatchPlace, requests: Vec<Setting>) -> Vec<Setting> {
        self.agenda.take_due(place, requests)
    }

    /// Changes a setting at a place, where that is possible and changes anything.
    pub fn change(&mut self, to: Setting, place: BatchPlace) -> Outcome {
        let waits = matches!(to, Setting::TrainSize(_)) && place.batch > 1;
        let from = match Setting::read(to.field(), &self.settings) {
            Some(from) if from != to => from,
            // The present size is asked for again, so that none is to wait any more.
            _ if waits => {
                self.agenda.put_off(None);
                return Outcome::PutOff;
            }
            _ => return Outcome::Unchanged,
        };
        if let Err(error) = to.check(&self.settings) {
            return Outcome::Refused(error.to_string());
        }
        if let Setting::TrainSize(size) = to
            && waits
        {
            self.agenda.put_off(Some(size));
            return Outcome::PutOff;
        }
        to.apply(&mut self.settings);
        let BatchPlace { epoch, batch } = place;
        Outcome::Changed(Change {
            epoch,
            batch,
            from,
            to,
        })
    }

    /// Notes that the changes of a place have been made.
    pub fn finish_changes(&mut self, place: BatchPlace) {
        self.changed = place;
    }
}
