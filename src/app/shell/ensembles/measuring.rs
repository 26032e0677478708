//! What ensembles are worth: measured on a thread of its own, one after the other.

use crate::app::shell::App;
use crate::app::shell::report::Report;
use crate::app::work::{BrokeDown, Task};
use crate::lab::DeviceChoice;
use crate::lab::answers::ensemble::{self, EnsembleError};
use crate::lab::store::Split;
use std::sync::Arc;

/// Why an ensemble wasn't measured.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMeasured {
    /// The runs can't be measured together.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The thread ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
}

impl App {
    /// Measures the chosen ensemble, where that wasn't done yet and no other is being measured.
    pub(super) fn measure_chosen(&mut self) {
        let Some(average) = self.chosen_average() else {
            return;
        };
        let is_known = average.score().is_some() || average.problem.is_some();
        let Ok(together) = &average.together else {
            return;
        };
        if is_known || self.averages.measuring.is_some() {
            return;
        }
        let (id, together) = (average.id.clone(), together.clone());
        let waker = Arc::clone(&self.governor);
        let task = Task::start(
            "ensemble",
            move || waker.wake_now(),
            move |control| {
                let heard = &mut |done, total| control.heard(done as u64, total as u64);
                let (runs, copies) = (&together.runs, together.copies);
                let device = DeviceChoice::Cpu;
                Ok(ensemble::score(
                    runs,
                    copies,
                    Split::Validation,
                    device,
                    heard,
                )?)
            },
        );
        match task {
            Ok(task) => self.averages.measuring = Some((id, task)),
            Err(err) => {
                let why = format!("can't start the thread that measures: {err}");
                if let Some(average) = self.average_mut(&id) {
                    average.problem = Some(why);
                }
            }
        }
    }

    /// Takes in what was measured.
    pub(super) fn take_measured(&mut self) {
        let Some((id, task)) = &self.averages.measuring else {
            return;
        };
        let id = id.clone();
        let Some(measured) = task.take() else {
            // Progress wakes nobody.
            if self.chosen.as_ref() == Some(&id) {
                self.governor.wake();
            }
            return;
        };
        self.averages.measuring = None;
        let store = self.options.store.clone();
        let Some(average) = self.average_mut(&id) else {
            return;
        };
        match measured {
            Ok(score) => {
                average.kept.score = Some(score);
                let kept = average.kept.clone();
                self.in_order(move || store.write_ensemble(&id, &kept).map(|()| Report::Quiet));
            }
            Err(NotMeasured::Ensemble(EnsembleError::Cancelled)) => {}
            Err(err) => average.problem = Some(sentence(&err.to_string())),
        }
    }
}

/// A message as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str() + "."
}
