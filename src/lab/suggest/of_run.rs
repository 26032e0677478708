//! What to try after a run, or while it trains.

use super::{Situation, Suggestion, suggestions};
use crate::lab::run::{Run, RunState};

impl Run {
    /// What to try, by the verdict so far and the settings that it was reached with: a change that
    /// was made since then is not taken for one that didn't help. A run without an epoch gives no
    /// reason to try anything, unless it diverged in its first.
    pub fn suggestions(&self) -> Vec<Suggestion> {
        let last = self.epochs.last().map(|metrics| metrics.epoch);
        let settings = match (last, self.diverged_in) {
            // The settings in force are those that it diverged with.
            (_, Some(_)) => self.settings_now(),
            (Some(last), None) => self.settings_after(last),
            (None, None) => return Vec::new(),
        };
        suggestions(&Situation {
            settings: &settings,
            kind: self.verdict.kind,
            steps_too_large: self.verdict.steps_too_large,
            epochs_done: last.unwrap_or_default(),
            is_training: self.state.is_in_work() && self.state != RunState::Stopping,
        })
    }
}
