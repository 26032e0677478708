//! Starting runs: with the settings as they stand, or a run again whose device failed.

use super::App;
use super::notices::Level;
use super::session::ActiveRun;
use crate::experiment::Experiment;
use crate::lab::engine::Start;
use crate::lab::store::RunPlace;
use crate::lab::{DeviceChoice, Engine, RunId};
use std::sync::Arc;

/// Whose edits of live fields a new run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edits {
    /// Those made at the left.
    Follow,
    /// Its own changes alone.
    Ignore,
}

impl App {
    /// Starts a run with the draft.
    pub(super) fn train(&mut self) {
        let experiment = match self.draft.experiment() {
            Ok(experiment) => experiment,
            Err(err) => return self.notices.push(Level::Error, err.to_string()),
        };
        match self.prefs.device.parse() {
            Ok(device) => self.start(experiment, device, Edits::Follow),
            Err(err) => self.notices.push(Level::Error, format!("device: {err}")),
        }
    }

    /// Starts a run's experiment again on the CPU, with the changes that were made while it
    /// trained. It begins at its first epoch: going on where it stood is to take its place.
    pub(super) fn train_on_cpu(&mut self, id: &RunId) {
        if let Some(experiment) = self.run(id).map(|run| run.experiment.clone()) {
            self.start(experiment, DeviceChoice::Cpu, Edits::Ignore);
        }
    }

    /// A run in work is left alone: one trains at a time.
    fn start(&mut self, experiment: Experiment, device: DeviceChoice, edits: Edits) {
        if self.active.is_some() {
            self.notices.push(
                Level::Info,
                "A run is still training. Stop it first, or change it as it trains.",
            );
            return;
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let start = Start {
            experiment: experiment.clone(),
            device,
            devices: self.devices(),
            place: RunPlace::Store(self.options.store.clone()),
            keep: self.prefs.keep_epochs,
            ticket,
        };
        let governor = Arc::clone(&self.governor);
        match Engine::start(start, move || governor.wake()) {
            Ok(engine) => {
                self.active = Some(ActiveRun {
                    engine,
                    id: None,
                    asked: experiment.settings().clone(),
                    experiment,
                    follows: edits == Edits::Follow,
                });
            }
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the training thread: {err}"),
            ),
        }
    }
}
