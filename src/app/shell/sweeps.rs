//! What a person asks for about many runs: which learning rates suit the settings.

use super::App;
use crate::app::action::SweepAction;
use crate::app::panels::rates::RatesDialog;
use std::sync::Arc;

impl App {
    pub(super) fn apply_sweep(&mut self, action: SweepAction) {
        match action {
            SweepAction::OpenRates => self.open_rates(),
            SweepAction::FindRates => self.find_rates(),
            SweepAction::TakeRate(rate) => {
                let mut settings = self.draft.settings().clone();
                settings.training.learning_rate = rate;
                self.deleted_last = false;
                self.draft.edit(settings, false);
            }
        }
    }

    /// Opens the finder: with what it found last, where that still holds for the settings, or with a new
    /// test.
    fn open_rates(&mut self) {
        let Ok(experiment) = self.draft.experiment() else {
            return;
        };
        match self.rates.kept() {
            Some(dialog) if dialog.is_of(&experiment) => self.rates.reopen(),
            _ => self.find_rates(),
        }
    }

    /// Begins a range test in the finder.
    fn find_rates(&mut self) {
        // Settings that can't be trained have said why beside the button Train.
        let Ok(experiment) = self.draft.experiment() else {
            return;
        };
        let governor = Arc::clone(&self.governor);
        let threads = self.threads();
        let dialog = RatesDialog::new(experiment, threads, move || governor.wake_now());
        self.rates.open(dialog);
    }
}
