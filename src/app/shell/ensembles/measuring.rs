//! What ensembles are worth: measured on a thread of its own, one after the other.

use crate::app::shell::App;
use crate::app::shell::report::Report;
use crate::app::work::{BrokeDown, Task};
use crate::lab::DeviceChoice;
use crate::lab::RunId;
use crate::lab::answers::ensemble::{self, EnsembleError};
use crate::lab::store::Split;
use crate::lab::validation::{EpochOfRun, Validated};
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
    /// Measures the chosen ensemble, where that wasn't done yet or its answers are looked at, and no other is being
    /// measured.
    pub(super) fn measure_chosen(&mut self) {
        let Some(average) = self.chosen_average() else {
            return;
        };
        let is_answered = average.validated.is_some() || !self.averages.answers_are_wanted;
        let is_known = average.score().is_some() && is_answered;
        let Ok(together) = &average.together else {
            return;
        };
        let is_given_up = average.problem.is_some() || average.is_cancelled;
        if is_known || is_given_up || self.averages.measuring.is_some() {
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
                let measured = ensemble::measure(runs, copies, Split::Validation, device, heard)?;
                let validated = EpochOfRun::together(&together).map(|subject| Validated {
                    subject,
                    data: Arc::new(measured.data),
                    answers: Arc::new(measured.answers),
                    votes: Arc::new(measured.votes),
                });
                Ok((measured.score, validated.map(Arc::new)))
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

    /// Cancels the measuring in work. It begins again when a person asks for it.
    pub(in crate::app::shell) fn cancel_measuring(&mut self) {
        if let Some((_, task)) = &self.averages.measuring {
            task.cancel();
        }
    }

    /// Measures an ensemble for which that was cancelled.
    pub(in crate::app::shell) fn measure_again(&mut self, id: RunId) {
        if let Some(average) = self.average_mut(&id) {
            average.is_cancelled = false;
            average.problem = None;
        }
        self.choose_run(id);
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
            Ok((score, validated)) => {
                average.kept.score = Some(score);
                average.validated = validated;
                let kept = average.kept.clone();
                self.in_order(move || store.write_ensemble(&id, &kept).map(|()| Report::Quiet));
            }
            Err(NotMeasured::Ensemble(EnsembleError::Cancelled)) => average.is_cancelled = true,
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
