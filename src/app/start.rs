//! Starting runs: with the settings as they stand, or a run again that stopped.

use super::App;
use super::action::Action;
use super::notices::Level;
use super::session::ActiveRun;
use crate::experiment::{Experiment, Settings};
use crate::lab::engine::{Resume, Start};
use crate::lab::store::RunPlace;
use crate::lab::{DeviceChoice, Engine, ResumePlace, Run, RunId, RunState, StopReason};
use std::borrow::Cow;
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

    /// Takes a run up again where it stopped: on this device, or else on the one that it had.
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
        // Where nothing else is being edited, edits go on being its own.
        let follows = *self.draft.settings() == asked;
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
        self.activate(started, experiment, asked, follows);
    }

    /// Starts a run's experiment again on the CPU, with the changes that were made while it
    /// trained: for a run that can't be taken up where it stood.
    pub(super) fn train_on_cpu(&mut self, id: &RunId) {
        if let Some(experiment) = self.run(id).map(|run| run.experiment.clone()) {
            self.start(experiment, DeviceChoice::Cpu, Edits::Ignore);
        }
    }

    /// A run in work is left alone: one trains at a time.
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
        self.activate(started, experiment, asked, edits == Edits::Follow);
    }

    fn activate(
        &mut self,
        started: std::io::Result<Engine>,
        experiment: Experiment,
        asked: Settings,
        follows: bool,
    ) {
        match started {
            Ok(engine) => {
                self.active = Some(ActiveRun {
                    engine,
                    id: None,
                    experiment,
                    asked,
                    follows,
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

    /// A run that is in work again, or gone, is no longer offered to be taken up.
    pub(super) fn withdraw_offers_of(&mut self, id: &RunId) {
        self.prefs.declined.remove(id);
        self.notices.withdraw(|action| match action {
            Action::ResumeRun(of, _) | Action::TrainOnCpu(of) => of == id,
            _ => false,
        });
    }
}

/// Where a run goes on when it is taken up again.
///
/// # Errors
/// Why it can't be, in a sentence.
pub fn can_resume(run: &Run) -> Result<ResumePlace, Cow<'static, str>> {
    if let Some(place) = run.resumes_at {
        return Ok(place);
    }
    Err(match &run.state {
        RunState::Elsewhere(by) => format!("It is being trained by {by}.").into(),
        state if state.is_active() => "It is training.".into(),
        RunState::Finished(StopReason::Completed) => "All its epochs are trained.".into(),
        RunState::Finished(StopReason::EarlyStopping) => "Early stopping has ended it.".into(),
        RunState::Failed(_) if run.diverged_in.is_some() => {
            "It has diverged, and would again.".into()
        }
        _ => "No state that it could go on from was kept.".into(),
    })
}
