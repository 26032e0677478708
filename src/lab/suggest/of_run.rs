//! What to try after a run, or while it trains.

use super::{Situation, Suggestion, suggestions};
use crate::lab::run::{Run, RunState};

impl Run {
    /// What to try, by the verdict so far and the settings in force. A run without an epoch gives
    /// no reason to try anything, unless it diverged in its first.
    pub fn suggestions(&self) -> Vec<Suggestion> {
        if self.epochs.is_empty() && self.diverged_in.is_none() {
            return Vec::new();
        }
        suggestions(&Situation {
            settings: &self.settings_now(),
            kind: self.verdict.kind,
            epochs_done: self.epochs.last().map_or(0, |metrics| metrics.epoch),
            is_training: self.state.is_in_work() && self.state != RunState::Stopping,
        })
    }
}
