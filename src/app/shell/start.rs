//! Starting runs with the settings as they stand, and resuming runs that have stopped.

use super::App;
use crate::app::action::Action;
use crate::app::notices::Level;
use crate::app::panels::runs::can_resume;
use crate::experiment::{Experiment, Settings};
use crate::lab::engine::{Resume, Start};
use crate::lab::store::RunPlace;
use crate::lab::{DeviceChoice, Engine, RunId};
use std::sync::Arc;

/// The run that a thread works on.
pub(super) struct ActiveRun {
    /// The engine, which has the thread.
    pub engine: Engine,
    /// The run's name, once the run has a folder.
    pub id: Option<RunId>,
    /// The run's experiment at the start.
    pub experiment: Experiment,
    /// The run's settings with every change that it was asked for.
    pub asked: Settings,
    /// Whether edits of live fields go to the run.
    pub follows: bool,
    /// Whether the run begins, or is taken up again.
    pub beginning: Beginning,
}

/// How a run comes to be trained in this window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beginning {
    /// The run is new.
    Anew,
    /// The run is taken up again and has what it had before.
    Resumed,
}

/// Whether a new run takes the edits of live fields that a person makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edits {
    /// Edits of the settings at the left go to the run.
    Follow,
    /// The run has the changes of its experiment alone.
    Ignore,
}

impl App {
    /// Starts a run with the draft. The queue holds its runs still until that run is over.
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

    /// Resumes a run where it stopped: on this device, or on the device that it had where none is
    /// given.
    pub(super) fn resume_run(&mut self, id: &RunId, device: Option<DeviceChoice>) {
        let Some(run) = self.run(id) else {
            let message = format!("{id} is no longer among the runs.");
            return self.notices.push(Level::Info, message);
        };
        if self.active.is_some() {
            return self.say_busy();
        }
        let place = match can_resume(run) {
            Ok(place) => place,
            Err(why) => {
                let message = format!("{} can't be resumed. {why}", run.name);
                return self.notices.push(Level::Warning, message);
            }
        };
        let asked = run.settings_after(place.epoch);
        // Where no other settings are being edited, edits go to this run again.
        let follows = *self.draft.settings() == asked;
        let beginning = Beginning::Resumed;
        let (experiment, folder) = (run.experiment.clone(), run.folder.clone());
        let resume = Resume {
            folder,
            device,
            devices: self.devices(),
            epochs: None,
            ticket: self.new_ticket(),
        };
        let governor = Arc::clone(&self.governor);
        let started = Engine::resume(resume, move || governor.wake());
        self.activate(started, experiment, asked, follows, beginning);
    }

    /// Trains a run's experiment again on the CPU, with the changes that were made in mid-run: for
    /// a run that can't be resumed.
    pub(super) fn train_on_cpu(&mut self, id: &RunId) {
        if let Some(experiment) = self.run(id).map(|run| run.experiment.clone()) {
            self.start(experiment, DeviceChoice::Cpu, Edits::Ignore);
        }
    }

    /// Starts a run, unless one is in work: one run trains at a time.
    fn start(&mut self, experiment: Experiment, device: DeviceChoice, edits: Edits) {
        if self.active.is_some() {
            return self.say_busy();
        }
        let start = Start {
            experiment: experiment.clone(),
            device,
            devices: self.devices(),
            place: RunPlace::Store(self.options.store.clone()),
            keep: self.prefs.keep_epochs,
            ticket: self.new_ticket(),
        };
        let governor = Arc::clone(&self.governor);
        let started = Engine::start(start, move || governor.wake());
        let asked = experiment.settings().clone();
        let follows = edits == Edits::Follow;
        self.activate(started, experiment, asked, follows, Beginning::Anew);
    }

    fn activate(
        &mut self,
        started: std::io::Result<Engine>,
        experiment: Experiment,
        asked: Settings,
        follows: bool,
        beginning: Beginning,
    ) {
        match started {
            Ok(engine) => {
                self.active = Some(ActiveRun {
                    engine,
                    id: None,
                    experiment,
                    asked,
                    follows,
                    beginning,
                });
            }
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the training thread: {err}"),
            ),
        }
    }

    fn new_ticket(&mut self) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }

    fn say_busy(&mut self) {
        self.notices.push(
            Level::Info,
            "A run is still training. Stop it first, or change it as it trains.",
        );
    }

    /// Takes back the offers to resume a run, which is in work again or deleted.
    pub(super) fn withdraw_offers_of(&mut self, id: &RunId) {
        self.prefs.declined.remove(id);
        self.notices.withdraw(|action| match action {
            Action::ResumeRun(of, _) | Action::TrainOnCpu(of) => of == id,
            _ => false,
        });
    }
}
