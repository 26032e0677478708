//! Taking in: what the training thread and the worker report. Nothing is drawn here.

use super::App;
use super::action::{Action, PathPurpose};
use super::jobs::Done;
use super::notices::Level;
use super::session::ActiveRun;
use crate::lab::engine::{Created, FailureCause, Update};
use crate::lab::verdict::verdict;
use crate::lab::{DeviceChoice, ResumePlace, Run, RunEvent, RunState};
use crossbeam_channel::TryRecvError;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// Messages are taken in for at most this long a frame; the rest waits for the next.
const BUDGET: Duration = Duration::from_millis(5);
/// Validation images assumed behind curves from elsewhere, as `diagnose` does.
const USUAL_VALIDATION: usize = 10_000;
/// A dialog that ends without a path within this time was never shown.
const NO_DIALOG: Duration = Duration::from_millis(700);

impl App {
    /// Takes in what threads report, for as long as a frame can spare.
    pub(super) fn take_in(&mut self) {
        let deadline = Instant::now() + BUDGET;
        self.take_in_while(&mut || Instant::now() < deadline);
    }

    /// The same, a message at least, and another as long as `may_go_on`.
    pub(super) fn take_in_while(&mut self, may_go_on: &mut dyn FnMut() -> bool) {
        if let Some(dialog) = &mut self.data_dialog {
            dialog.poll(&mut self.notices);
        }
        self.take_exports();
        self.take_devices();
        self.take_breakdowns();
        self.follow_elsewhere();
        while self.take_next() {
            if !may_go_on() {
                // The rest waits for the next frame.
                return self.governor.wake();
            }
        }
    }

    /// Takes a message in. False where none waits.
    fn take_next(&mut self) -> bool {
        if let Some(done) = self.jobs.as_ref().and_then(super::Jobs::next) {
            self.take_result(done);
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
                // A run's end is told before its channel closes; then it is just over.
                self.active = None;
                false
            }
        }
    }

    /// Takes in what the threads of exports did.
    pub(super) fn take_exports(&mut self) {
        if let Some(path) = self
            .export
            .as_mut()
            .and_then(|dialog| dialog.poll(&mut self.notices))
        {
            self.remember_export_folder(&path);
            self.export = None;
        }
        if let Some(dialog) = &mut self.submission
            && dialog.poll(&mut self.notices)
        {
            self.submission = None;
        }
    }

    fn take_created(&mut self, created: Created) {
        let Some(active) = &mut self.active else {
            return;
        };
        active.id = Some(created.id.clone());
        let experiment = active.experiment.clone();
        match self.run_mut(&created.id) {
            // Taken up again; or found on disk just before its thread told of it.
            Some(run) => run.take_up(),
            None => self.runs.push(Run::new(
                created.id.clone(),
                created.folder,
                created.created_secs,
                experiment,
            )),
        }
        self.withdraw_offers_of(&created.id);
        self.choose_run(created.id);
        self.look.epoch = super::EpochChoice::Auto;
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
        let Some(run) = self.run_mut(&id) else { return };
        let measures = matches!(update.event, RunEvent::Epoch(_));
        let was_probing = matches!(run.state, RunState::Probing(_));
        run.apply(update.event);
        let over = !run.state.is_active();
        let has_probed = was_probing && !matches!(run.state, RunState::Probing(_));
        if measures {
            self.measured = run.measured();
        }
        if over {
            self.active = None;
        }
        if measures || over {
            self.want_kept(&id);
        }
        if has_probed {
            self.look_for_devices();
        }
    }

    /// Tells a person what matters: once in a toast, and in the log.
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

    fn take_result(&mut self, done: Done) {
        match done {
            Done::Runs(runs, errors) => {
                for err in errors {
                    self.notices.push(Level::Warning, err.to_string());
                }
                self.take_runs(runs);
            }
            Done::ReadAgain(id, read) => self.take_elsewhere(&id, read),
            Done::Experiment(path, experiment) => {
                self.detach();
                self.draft.take(&experiment);
                self.note_path("Settings taken from", &path);
                self.dialogs.close_path();
            }
            Done::Written(path) => {
                self.note_path("Written:", &path);
                self.dialogs.close_path();
            }
            Done::InTheWay(path) => self.dialogs.in_the_way(path),
            Done::Curves(path, points) => {
                let name = path.file_stem().map_or_else(
                    || "curves".into(),
                    |name| name.to_string_lossy().into_owned(),
                );
                let verdict = verdict(&points, USUAL_VALIDATION);
                self.notices
                    .push(Level::Info, format!("{name}: {}", verdict.sentence));
                self.curves_from_elsewhere = Some((name, points));
                self.dialogs.close_path();
            }
            Done::Draw(done) => self.take_draw(done),
            Done::Restored(id) => {
                if let Some(i) = self.deleted.iter().position(|(_, run)| run.id == id) {
                    let (place, run) = self.deleted.remove(i);
                    self.runs.insert(place.min(self.runs.len()), run);
                }
            }
            Done::Recognized(purpose, path) => self.use_path(purpose, path),
            Done::KeptEpochs(id, kept) => {
                self.look.kept.insert(id, kept);
            }
            Done::Thinned(id, freed) => {
                self.notices.push(
                    Level::Info,
                    format!("{id}: {} freed", crate::lab::format::bytes(freed)),
                );
                self.want_kept(&id);
            }
            Done::SplitData(key, Ok(data)) => self.look.draft_data = Some((*key, data)),
            Done::SplitData(_, Err(message)) => self.notices.push(Level::Error, message),
            Done::Dialog(purpose, path, waited) => self.take_path(purpose, path, waited),
            // Said at the field that was asked, or else in a toast; in the log either way.
            Done::Failed(message) if self.dialogs.failed(&message) => {
                self.notices.push_quiet(Level::Error, message);
            }
            Done::Failed(message) => self.notices.push(Level::Error, message),
            Done::Quiet => {}
        }
    }

    /// A run that was training when its program ended can go on: the newest is offered, unless
    /// somebody has declined that.
    pub(super) fn offer_to_resume(&mut self) {
        let declined = &self.prefs.declined;
        let mut interrupted = self.runs.iter().rev().filter_map(|run| {
            let is_open = !declined.contains(&run.id) && !self.offered.contains(&run.id);
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

    /// Runs read from disk go before those of this window.
    fn take_runs(&mut self, mut runs: Vec<Run>) {
        runs.retain(|run| self.run(&run.id).is_none());
        runs.append(&mut self.runs);
        self.runs = runs;
        // What is gone needs no answer any more.
        let mut declined = std::mem::take(&mut self.prefs.declined);
        declined.retain(|id| self.run(id).is_some());
        self.prefs.declined = declined;
        self.offer_to_resume();
        self.runs_read = true;
        // What was chosen and shown before the restart, as far as it is still there.
        let remembered = self.prefs.shown.clone();
        let mut shown: BTreeSet<_> = remembered
            .into_iter()
            .filter(|id| self.run(id).is_some())
            .collect();
        self.shown.append(&mut shown);
        if self.chosen.is_none() {
            let remembered = self.prefs.chosen.clone();
            self.chosen = remembered
                .filter(|id| self.run(id).is_some())
                .or_else(|| self.runs.last().map(|run| run.id.clone()));
            if let Some(id) = self.chosen.clone() {
                self.want_kept(&id);
            }
        }
    }

    fn take_path(
        &mut self,
        purpose: PathPurpose,
        path: Option<std::path::PathBuf>,
        waited: Duration,
    ) {
        match path {
            Some(path) if self.waits_for(purpose) => self.use_path(purpose, path),
            // The field was closed meanwhile: the answer comes too late.
            Some(_) => {}
            None if waited > NO_DIALOG => self.dialogs.close_path(),
            None => self.dialogs.no_native_dialog(),
        }
    }

    /// Whether a path for this purpose is still asked for.
    fn waits_for(&self, purpose: PathPurpose) -> bool {
        match purpose {
            PathPurpose::OpenData | PathPurpose::OpenDataFolder => self.data_dialog.is_some(),
            PathPurpose::OpenTest | PathPurpose::SaveSubmission => self.submission.is_some(),
            PathPurpose::SaveExport => self.export.is_some(),
            _ => self.dialogs.waits_for(purpose),
        }
    }

    fn note_path(&mut self, what: &str, path: &Path) {
        self.notices
            .push(Level::Info, format!("{what} {}", path.display()));
    }
}
