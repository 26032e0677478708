//! Taking in what the training thread and background work report. Nothing is drawn here.

use super::App;
use super::queue::Hold;
use super::report::Report;
use super::start::{ActiveRun, Beginning};
use crate::app::action::{Action, EpochChoice};
use crate::app::notices::Level;
use crate::app::work::Background;
use crate::lab::engine::{Created, FailureCause, Update};
use crate::lab::sweep::is_group;
use crate::lab::{DeviceChoice, ResumePlace, Run, RunEvent, RunId, RunState};
use crossbeam_channel::TryRecvError;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// How long messages are taken in for a frame at most; the rest waits for the next frame.
const BUDGET: Duration = Duration::from_millis(5);

impl App {
    /// Takes in what threads report, for as long as a frame can spare.
    pub(crate) fn take_in(&mut self) {
        let deadline = Instant::now() + BUDGET;
        self.take_in_while(&mut || Instant::now() < deadline);
    }

    /// Takes in at least one message, and further ones as long as `may_go_on` says so.
    pub(super) fn take_in_while(&mut self, may_go_on: &mut dyn FnMut() -> bool) {
        if let Some(dialog) = self.data_dialog.kept_mut() {
            dialog.poll(&mut self.notices);
        }
        if let Some(dialog) = self.kaggle.kept_mut() {
            dialog.poll(&mut self.notices);
        }
        self.keep_plans_up();
        self.keep_findings_up();
        if let Some(dialog) = self.rates.kept_mut() {
            dialog.poll(&mut self.notices);
        }
        self.take_exports();
        self.take_report_written();
        self.take_devices();
        self.take_breakdowns();
        while self.take_next() {
            if !may_go_on() {
                // The rest waits for the next frame.
                self.governor.wake();
                break;
            }
        }
        self.drive_queue();
        self.follow_runs();
    }

    /// Takes a message in. False where none waits.
    fn take_next(&mut self) -> bool {
        let background = self.background.as_ref();
        if let Some(report) = background.and_then(Background::next_event) {
            self.take_report(report);
            return true;
        }
        if self.take_next_of_queue() {
            return true;
        }
        let Some(active) = &self.active else {
            return false;
        };
        if let Some(created) = active.engine.created() {
            self.take_created(created);
            return true;
        }
        match active.engine.updates().try_recv() {
            Ok(update) => {
                self.take_update(update);
                true
            }
            Err(TryRecvError::Empty) => false,
            Err(TryRecvError::Disconnected) => {
                // The run's end was told before the channel closed, so that nothing is left to tell.
                self.active = None;
                false
            }
        }
    }

    /// Takes in what the threads of exports did.
    pub(super) fn take_exports(&mut self) {
        if let Some(path) = self.export.poll(&mut self.notices) {
            self.remember_export_folder(&path);
        }
        if let Some(dialog) = self.submission.kept_mut()
            && let Some(written) = dialog.poll(&mut self.notices)
        {
            self.submission.close();
            if let Some(kaggle) = self.kaggle.kept_mut() {
                kaggle.note_written(&written);
            }
        }
        self.write_what_follows();
    }

    fn take_created(&mut self, created: Created) {
        let Some(active) = &mut self.active else {
            return;
        };
        active.id = Some(created.id.clone());
        let experiment = active.experiment.clone();
        let beginning = active.beginning;
        let begun = || {
            let (id, folder) = (created.id.clone(), created.folder.clone());
            Run::new(id, folder, created.created_secs, experiment)
        };
        match (self.run_mut(&created.id), beginning) {
            (Some(run), Beginning::Resumed) => run.take_up(),
            // The run was found on disk before its thread was heard, perhaps with epochs that the thread
            // is yet to tell.
            (Some(run), Beginning::Anew) => *run = begun(),
            (None, Beginning::Anew | Beginning::Resumed) => {
                let run = begun();
                self.runs.push(run);
            }
        }
        self.withdraw_offers_of(&created.id);
        self.note_begun(&created.id);
        if self.queue.works() && self.queue.hold == Hold::Going {
            let note = format!("The queue holds still until {} is over.", created.id);
            self.notices.push(Level::Info, note);
        }
        self.leave_own_run_out();
        self.choose_run(created.id);
        self.look.epoch = EpochChoice::Auto;
    }

    fn take_update(&mut self, update: Update) {
        let Some(ActiveRun { engine, id, .. }) = &self.active else {
            return;
        };
        if update.ticket != engine.ticket() {
            return;
        }
        let id = id.clone();
        self.tell(&update.event);
        let Some(id) = id else {
            if matches!(update.event, RunEvent::Failed { .. }) {
                self.active = None;
            }
            return;
        };
        let measures = matches!(update.event, RunEvent::Epoch(_));
        let was_probing = self
            .run(&id)
            .is_some_and(|run| matches!(run.state, RunState::Probing(_)));
        let Some(run) = self.hear(&id, update.event) else {
            return;
        };
        let over = !run.state.is_active();
        let has_probed = was_probing && !matches!(run.state, RunState::Probing(_));
        let measured = measures.then(|| run.measured());
        if let Some(measured) = measured {
            self.measured = measured;
        }
        if over {
            let too_late = self.asked_too_late(&id);
            self.active = None;
            self.leave_own_run_out();
            if let Some(note) = too_late {
                self.notices.push(Level::Info, note);
            }
        }
        if measures || over {
            self.want_kept(&id);
        }
        if over {
            self.submit_after(&id);
        }
        if has_probed {
            self.look_for_devices();
        }
    }

    /// Tells a person what matters: in a toast and in the log, or in the log alone.
    fn tell(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Warning(message) => self.notices.push(Level::Warning, message.clone()),
            RunEvent::Chose(message) | RunEvent::Note(message) => {
                self.notices.push_quiet(Level::Info, message.clone())
            }
            RunEvent::Failed {
                message,
                cause,
                resumes_at,
            } => self.tell_of_failure(message, *cause, *resumes_at),
            RunEvent::Loading
            | RunEvent::TakenUp { .. }
            | RunEvent::Compiling
            | RunEvent::Compiled
            | RunEvent::Probing(_)
            | RunEvent::Started(_)
            | RunEvent::Progress { .. }
            | RunEvent::Changed(_)
            | RunEvent::Epoch(_)
            | RunEvent::Hashed(_)
            | RunEvent::Paused
            | RunEvent::Resumed
            | RunEvent::Finished { .. } => {}
        }
    }

    fn tell_of_failure(
        &mut self,
        message: &str,
        cause: FailureCause,
        resumes_at: Option<ResumePlace>,
    ) {
        let is_lost = cause == FailureCause::DeviceLost;
        if is_lost {
            self.look_for_devices();
        }
        let id = self.active.as_ref().and_then(|active| active.id.clone());
        let offer = id.and_then(|id| match (resumes_at, is_lost) {
            (Some(_), true) => {
                let action = Action::ResumeRun(id, Some(DeviceChoice::Cpu));
                Some(("Resume on the CPU", action))
            }
            (None, true) => Some(("Start again on the CPU", Action::TrainOnCpu(id))),
            (Some(_), false) => Some(("Resume", Action::ResumeRun(id, None))),
            (None, false) => None,
        });
        match offer {
            Some((button, action)) => {
                self.notices
                    .push_with_offer(Level::Error, message, button, action);
            }
            None => self.notices.push(Level::Error, message),
        }
    }

    fn take_report(&mut self, report: Report) {
        match report {
            Report::Runs(runs, errors) => {
                for err in errors {
                    self.notices.push(Level::Warning, err.to_string());
                }
                self.take_runs(runs);
            }
            Report::Changed(changes) => self.take_changes(changes),
            Report::Sweeps(sweeps) => {
                if let Some(dialog) = self.report.kept_mut() {
                    dialog.take_sweeps(sweeps);
                }
            }
            Report::Ensembles(read, errors) => self.take_ensembles(read, errors),
            Report::EnsembleMade(id, kept) => self.take_new_ensemble(id, *kept),
            Report::Experiment(path, experiment) => {
                self.detach();
                self.draft.take(&experiment);
                self.note_path("Settings taken from", &path);
                self.dialogs.close_path();
            }
            Report::Written(path) => {
                self.note_path("Written:", &path);
                self.dialogs.close_path();
            }
            Report::InTheWay(path) => self.dialogs.in_the_way(path),
            Report::Opened(runs) => self.take_opened(runs),
            Report::Reopened(runs) => self.take_reopened(runs),
            Report::Picture(picture) => self.take_picture(&picture),
            Report::Reading(source, reading) => self.take_reading(&source, reading),
            Report::DrawingKept(class, path) => self.take_kept_drawing(&class, &path),
            Report::DrawingForgotten => self.tabs.draw.own_changed(),
            Report::OwnSet(key, own) => self.tabs.draw.take_own(*key, own),
            Report::Restored(id) => self.take_restored(&id),
            Report::SweepRemoved(removed) => self.take_removed_sweep(removed),
            Report::SweepRestored(folder) => self.take_restored_sweep(folder),
            Report::Recognized(purpose, path) => self.use_path(purpose, path),
            Report::KeptEpochs(id, kept) => {
                self.look.kept.insert(id, kept);
            }
            Report::Thinned(id, freed) => {
                self.notices.push(
                    Level::Info,
                    format!("{id}: {} freed", crate::lab::format::bytes(freed)),
                );
                self.want_kept(&id);
            }
            Report::SplitData(key, Ok(data)) => self.take_split_data(*key, data),
            Report::SplitData(_, Err(err)) => self.notices.push(Level::Error, err.to_string()),
            Report::Dialog(purpose, path, waited) => self.take_path(purpose, path, waited),
            Report::Planned(planned) => self.take_planned(planned),
            Report::Waited(waited) => self.take_waited(*waited),
            Report::Begun(id, begun) => self.take_begun(id, begun),
            Report::Failed(err) => self.tell_of_failed_work(err.to_string()),
            Report::SweepRead(sweep) => self.take_sweep(*sweep),
            Report::Found(found) => self.take_found(*found),
            Report::Quiet => {}
        }
    }

    /// Says why work failed: at the path field where one is open, otherwise in a toast, and in the
    /// log either way.
    fn tell_of_failed_work(&mut self, message: String) {
        if self.dialogs.failed(&message) {
            self.notices.push_quiet(Level::Error, message);
        } else {
            self.notices.push(Level::Error, message);
        }
    }

    /// Offers to resume the newest run that was training when its program ended, unless a person
    /// has declined that.
    pub(super) fn offer_to_resume(&mut self) {
        let declined = &self.prefs.declined;
        let mut interrupted = self.runs.iter().rev().filter_map(|run| {
            let is_open = !declined.contains(&run.id)
                && !self.offered.contains(&run.id)
                && !self.queue.list.has(&run.id);
            let place = run.resumes_at?;
            (run.state == RunState::Interrupted && is_open).then_some((run, place))
        });
        let Some((run, place)) = interrupted.next() else {
            return;
        };
        let epochs = run.settings_now().training.epochs;
        let mut text = format!(
            "Run {} was interrupted. It can go on {place} (of {epochs} epochs).",
            run.name
        );
        let others: Vec<&str> = interrupted.map(|(run, _)| run.name.as_str()).collect();
        match others.as_slice() {
            [] => {}
            [other] => text += &format!(" So can {other}, from its menu."),
            others => text += &format!(" So can {}, from their menus.", others.join(", ")),
        }
        let id = run.id.clone();
        self.offered.insert(id.clone());
        self.notices
            .push_with_offer(Level::Warning, text, "Resume", Action::ResumeRun(id, None));
    }

    /// Whether a row of this id stands in the table.
    fn is_in_table(&self, id: &RunId) -> bool {
        self.run(id).is_some() || self.opened_run(id).is_some() || self.is_ensemble(id)
    }

    /// Takes in the runs that were read from disk, which go before those of this window.
    fn take_runs(&mut self, mut runs: Vec<Run>) {
        runs.retain(|run| self.run(&run.id).is_none());
        runs.append(&mut self.runs);
        *self.runs = runs;
        // A run that is gone is not offered any more.
        let mut declined = std::mem::take(&mut self.prefs.declined);
        declined.retain(|id| self.run(id).is_some());
        self.prefs.declined = declined;
        self.offer_to_resume();
        self.runs_read = true;
        // The runs that were chosen and shown before the restart are so again, where they are still
        // there.
        let remembered = self.prefs.shown.clone();
        let mut shown: BTreeSet<_> = remembered
            .into_iter()
            .filter(|id| is_group(id) || self.is_in_table(id))
            .collect();
        self.shown.append(&mut shown);
        if self.chosen.is_none() {
            let remembered = self.prefs.chosen.clone();
            self.follow_groups();
            self.chosen = remembered
                .clone()
                .filter(|id| self.is_in_table(id))
                .or_else(|| self.runs.last().map(|run| run.id.clone()));
            if let Some(id) = self.chosen.clone() {
                self.want_kept(&id);
            }
            if let Some(group) = remembered.filter(is_group) {
                self.choose_group(&group);
                self.ghost = None;
            }
        }
    }
}
