//! Which settings change when: as the experiment schedules it, and as commands ask for it.

use crate::experiment::{Change, Setting, TrainSize};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A place in a run: the moment before a batch of an epoch, both counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct BatchPlace {
    pub epoch: usize,
    pub batch: usize,
}

/// The changes that are still to come.
pub(super) struct Agenda {
    /// The changes that the experiment schedules, in order.
    scheduled: VecDeque<Change>,
    /// A training-set size asked for in mid-epoch.
    train_size: Option<TrainSize>,
}

impl Agenda {
    /// The changes of a run that begins.
    pub fn new(scheduled: &[Change]) -> Self {
        Self {
            scheduled: scheduled.iter().copied().collect(),
            train_size: None,
        }
    }

    /// The changes of a run that is taken up before the place `next`, where `changed` is the last
    /// place whose changes have been made and `train_size` was put off. `scheduled` is what the
    /// run's file has: the changes it scheduled at first, and those made since.
    pub fn resumed(
        scheduled: &[Change],
        changed: BatchPlace,
        next: BatchPlace,
        train_size: Option<TrainSize>,
    ) -> Self {
        let later = scheduled.iter().filter(|change| !is_due(change, changed));
        let later: VecDeque<Change> = later.copied().collect();
        let acts_in = match next {
            BatchPlace { epoch, batch: 1 } if changed < next => epoch,
            BatchPlace { epoch, .. } => epoch + 1,
        };
        // The size may have been set, and recorded in the file, after the state was saved.
        let is_recorded = |size| {
            let made = |change: &Change| {
                (change.epoch, change.batch) == (acts_in, 1)
                    && change.to == Setting::TrainSize(size)
            };
            later.iter().any(made)
        };
        Self {
            train_size: train_size.filter(|&size| !is_recorded(size)),
            scheduled: later,
        }
    }

    /// The training-set size that was put off.
    pub fn train_size(&self) -> Option<TrainSize> {
        self.train_size
    }

    /// Takes what is due at a place: what was scheduled, what waited for the next epoch, then
    /// what has been asked for, so that a person has the last word. Changes that are recorded in
    /// this order can be replayed.
    pub fn take_due(&mut self, place: BatchPlace, requests: Vec<Setting>) -> Vec<Setting> {
        let mut due = Vec::new();
        while let Some(change) = self.scheduled.pop_front_if(|change| is_due(change, place)) {
            due.push(change.to);
        }
        if place.batch == 1 {
            due.extend(self.train_size.take().map(Setting::TrainSize));
        }
        due.extend(requests);
        due
    }

    /// Puts a training-set size off to the next epoch, or forgets one that was put off.
    pub fn put_off(&mut self, train_size: Option<TrainSize>) {
        self.train_size = train_size;
    }

    /// How many epochs a run of now `epochs` will have after what is due at a place.
    pub fn epochs_after(&self, place: BatchPlace, requests: &[Setting], epochs: usize) -> usize {
        let scheduled = self.scheduled.iter().filter(|change| is_due(change, place));
        scheduled
            .map(|change| change.to)
            .chain(requests.iter().copied())
            .fold(epochs, |epochs, setting| match setting {
                Setting::Epochs(epochs) => epochs,
                _ => epochs,
            })
    }
}

/// A change beyond its epoch's last batch is due at the next epoch.
fn is_due(change: &Change, place: BatchPlace) -> bool {
    (change.epoch, change.batch) <= (place.epoch, place.batch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_due_once_in_order_and_at_the_latest_in_the_next_epoch() {
        let at = |epoch, batch, rate| Change {
            epoch,
            batch,
            ..Change::at_epoch(epoch, Setting::Dropout(rate))
        };
        let mut agenda = Agenda::new(&[at(1, 1, 0.1), at(1, 99, 0.2), at(2, 3, 0.3)]);
        agenda.put_off(Some(TrainSize::Count(50)));
        let mut due = |epoch, batch, requests: &[Setting]| {
            agenda.take_due(BatchPlace { epoch, batch }, requests.to_vec())
        };
        assert_eq!(due(1, 1, &[]).len(), 2);
        assert_eq!(due(1, 2, &[]), []);
        let (request, scheduled) = (Setting::Shift(0.2), Setting::Dropout(0.2));
        assert_eq!(due(2, 1, &[request]), [scheduled, request]);
        assert_eq!(due(2, 7, &[]), [Setting::Dropout(0.3)]);
    }

    #[test]
    fn a_run_is_prolonged_by_what_is_due_alone() {
        let agenda = Agenda::new(&[Change::at_epoch(3, Setting::Epochs(9))]);
        let after = |epoch, requests: &[Setting]| {
            agenda.epochs_after(BatchPlace { epoch, batch: 1 }, requests, 2)
        };
        assert_eq!(after(2, &[]), 2);
        assert_eq!(after(3, &[]), 9);
        assert_eq!(after(3, &[Setting::Epochs(4), Setting::Shift(0.1)]), 4);
    }
}
