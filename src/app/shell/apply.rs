//! Changing: the one place that applies what a person asked for.

use super::App;
use super::closing::Closing;
use super::draft::adjustments;
use super::report::Report;
use crate::app::action::{Action, EpochChoice, PathPurpose, QueueAction, Tab};
use crate::app::notices::Level;
use crate::app::panels::data_dialog::DataDialog;
use crate::app::panels::layers::LayersPicture;
use crate::app::prefs::SeedCount;
use crate::experiment::{DataSource, Settings};
use crate::lab::format;
use crate::lab::store::{self, KeepEpochs, Label, Overwrite};
use crate::lab::sweep::is_group;
use crate::lab::{Command, RunId, RunState};
use eframe::egui::{Context, ViewportCommand};
use std::path::PathBuf;
use std::sync::Arc;

impl App {
    /// Applies actions, in order.
    pub(crate) fn apply(&mut self, ctx: &Context, actions: Vec<Action>) {
        for action in actions {
            if action.begins_a_run() {
                // What trains now is shown, and not what an older sweep found.
                self.found.is_open = false;
            }
            self.apply_one(ctx, action);
        }
        if !ctx.egui_is_using_pointer() {
            self.draft.end_gesture();
        }
        self.send_adjustments(ctx);
        self.drive_queue();
    }

    fn apply_one(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Train => self.train_as_chosen(),
            Action::ChooseSeeds(count) => self.prefs.seeds = SeedCount::nearest(count),
            Action::TrainSeeds(seeds) => self.train_seeds(seeds),
            Action::QueueSweep(sweep) => self.queue_sweep(*sweep),
            Action::Queue(action) => self.apply_queue(action),
            Action::ToggleQueue => self.queue.is_open = !self.queue.is_open,
            Action::ResumeRun(id, device) => self.resume_run(&id, device),
            Action::DeclineResume(id) => {
                self.prefs.declined.insert(id);
            }
            Action::TrainOnCpu(id) => self.train_on_cpu(&id),
            Action::Pause => self.command(Command::Pause),
            Action::Resume => self.command(Command::Resume),
            Action::Stop => self.command(Command::Stop),
            Action::ChoosePreset(preset) => {
                self.deleted_last = false;
                self.detach();
                self.draft.choose(preset);
            }
            Action::Edit(settings) => {
                self.deleted_last = false;
                self.draft.edit(*settings, ctx.egui_is_using_pointer());
            }
            Action::TryOut(change) => self.try_out(&change),
            Action::ResetField(field) => self.draft.reset_field(field),
            Action::ResetSettings => self.draft.reset(),
            Action::ForgetChanges => self.draft.forget_changes(),
            // Undo means the last thing done, be that an edit or a deletion.
            Action::Undo if self.deleted_last => self.apply_one(ctx, Action::UndoDelete),
            Action::Undo => self.draft.undo(),
            Action::Redo => self.draft.redo(),
            Action::FollowActiveRun => self.follow_active_run(),
            Action::UseSettingsOf(id) => {
                if let Some(experiment) = self.run(&id).map(|run| run.experiment.clone()) {
                    self.detach();
                    self.draft.take(&experiment);
                }
            }
            Action::ChooseRun(id) => self.choose_run(id),
            Action::ChooseEpoch(choice) => self.look.epoch = choice,
            Action::CompareWith(other) => self.look.compared = other,
            Action::LookAt(image) => {
                self.prefs.tabs.layers.picture = LayersPicture::Chosen;
                self.tabs.layers.chosen = Some(image);
            }
            Action::ShowTab(tab) => self.prefs.tabs.show(tab, self.arrangement(ctx)),
            Action::ShowLayer(name) => {
                self.tabs.layers.look_for(name);
                self.prefs.tabs.show(Tab::Layers, self.arrangement(ctx));
            }
            Action::KeepEpochs(keep) => self.prefs.keep_epochs = keep,
            Action::ThinRun(id, keep) => self.thin(&id, keep),
            Action::HoverRun(id) => self.hovered = id,
            Action::ShowRun(id, true) => {
                self.shown.insert(id);
            }
            Action::ShowRun(id, false) => {
                self.shown.remove(&id);
                if self.ghost.as_ref() == Some(&id) {
                    self.ghost = None;
                }
            }
            Action::StarRun(id, starred) if self.star_ensemble(&id, starred) => {}
            Action::StarRun(id, starred) => self.label(&id, |label| label.starred = starred),
            Action::RenameRun(id, name) if is_group(&id) => self.rename_group(&id, &name),
            Action::RenameRun(id, name) if self.rename_opened(&id, &name) => {}
            Action::RenameRun(id, name) if self.rename_ensemble(&id, &name) => {}
            Action::RenameRun(id, name) => self.label(&id, |label| label.name = name),
            Action::DeleteRun(id) if is_group(&id) => self.delete_group(&id),
            Action::DeleteRun(id) if self.close_opened(&id) || self.delete_ensemble(&id) => {}
            Action::DeleteRun(id) => self.delete(&id),
            Action::UndoDelete => self.undo_delete(),
            Action::OpenEnsemble(None) => self.open_ensemble(Vec::new()),
            Action::OpenEnsemble(Some(id)) => {
                let others = self.shown.iter().filter(|shown| **shown != id);
                let others = others.filter(|shown| self.is_shown(shown)).cloned();
                let members = std::iter::once(id.clone()).chain(others).collect();
                self.open_ensemble(members);
            }
            Action::AverageRuns(members) => self.open_ensemble(members),
            Action::EditEnsemble(id) => self.edit_ensemble(&id),
            Action::KeepEnsemble {
                of,
                members,
                copies,
            } => self.keep_ensemble(of, members, copies),
            Action::SetCopies(id, copies) => self.set_copies(&id, copies),
            Action::CancelMeasuring => self.cancel_measuring(),
            Action::MeasureEnsemble(id) => self.measure_again(id),
            Action::RestoreEnsemble(id) => self.restore_ensemble(id),
            Action::OpenRunFolder(id) if self.is_ensemble(&id) => {
                self.show_folder(self.options.store.folder().to_path_buf());
            }
            Action::OpenRunFolder(id) => {
                if let Some(folder) = self.run(&id).map(|run| run.folder.clone()) {
                    self.show_folder(folder);
                } else if let Some(path) = self.opened_run(&id).map(|run| run.path.clone()) {
                    self.apply_one(ctx, Action::ShowInFolder(path));
                }
            }
            Action::OpenExperiment => self.ask_path(PathPurpose::OpenExperiment),
            Action::SaveExperiment => self.ask_path(PathPurpose::SaveExperiment),
            Action::ReplaceExperiment(path) => self.write_experiment(path, Overwrite::Replace),
            Action::OpenData => self.open_data(),
            Action::LoadData(path) => self.load_data(path),
            Action::TakeData(source) => self.take_data(source),
            Action::Sweep(action) => self.apply_sweep(action),
            Action::OpenKaggle => self.open_kaggle(),
            Action::LoadKaggle(path) => self.load_kaggle(&path),
            Action::TrainAndSubmit(job) => self.train_and_submit(*job),
            Action::OpenSubmission => self.open_submission(),
            Action::PredictSubmission => self.predict_submission(),
            Action::WriteSubmission(overwrite) => self.write_submission(overwrite),
            Action::OpenReport => self.open_report(),
            Action::WriteReport(overwrite) => self.write_report(overwrite),
            Action::OpenExport(kind) => self.open_export(kind),
            Action::Export(overwrite) => self.export(overwrite),
            Action::ShowInFolder(path) => {
                let folder = path
                    .parent()
                    .filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
                self.show_folder(folder);
            }
            Action::AskNative(purpose) => self.ask_native(purpose),
            Action::OpenCurves => self.ask_path(PathPurpose::OpenCurves),
            Action::CloseCurves => self.close_all_opened(),
            Action::PathChosen(purpose, path) => self.use_path(purpose, path),
            Action::Draw(action) => self.apply_draw(action),
            Action::ChooseDevice(device) => self.prefs.device = device.to_string(),
            Action::ProbeDevice(gpu) => self.probe_device(*gpu),
            Action::ChooseThreads(threads) => self.choose_threads(threads),
            Action::ChooseTheme(theme) => {
                self.prefs.theme = theme.into();
                ctx.set_theme(theme);
            }
            Action::TextSize(size) => self.choose_text_size(ctx, size),
            Action::TogglePresentation => self.prefs.sides = !self.prefs.sides,
            Action::ToggleLog => self.dialogs.log = !self.dialogs.log,
            Action::ToggleKeys => self.dialogs.keys = !self.dialogs.keys,
            Action::ToggleWords => self.dialogs.words = !self.dialogs.words,
            Action::ToggleAbout => self.dialogs.about = !self.dialogs.about,
            Action::StopAndClose => self.decide_to_close(ctx),
            Action::StayOpen => self.closing = Closing::NotAsked,
            Action::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    fn command(&mut self, command: Command) {
        let Some(active) = &self.active else {
            return self.command_queue(&command);
        };
        if let Err(err) = active.engine.send(command.clone()) {
            return self.notices.push(Level::Warning, err.to_string());
        }
        let state = match command {
            Command::Pause => RunState::Paused,
            Command::Resume => RunState::Running,
            Command::Stop => RunState::Stopping,
            Command::Adjust(_) => return,
        };
        let id = active.id.clone();
        if let Some(run) = id.and_then(|id| self.run_mut(&id))
            && run.state.is_active()
            && run.state != RunState::Stopping
        {
            run.state = state;
        }
    }

    /// Gives a command of the toolbar to the queue, where a person has no run of their own in work.
    fn command_queue(&mut self, command: &Command) {
        match command {
            Command::Pause => self.apply_queue(QueueAction::Pause),
            Command::Resume => self.apply_queue(QueueAction::GoOn),
            Command::Stop => self.stop_queue(),
            Command::Adjust(_) => {}
        }
    }

    /// Sends the live fields that were edited to the run in work, once the pointer is released, so
    /// that a drag is one change and one flag.
    fn send_adjustments(&mut self, ctx: &Context) {
        if ctx.egui_is_using_pointer() || ctx.text_edit_focused() {
            return;
        }
        let settings = self.draft.settings().clone();
        let Some(active) = &mut self.active else {
            return;
        };
        if !active.follows {
            return;
        }
        for setting in adjustments(&active.asked, &settings) {
            // A setting that the run can't take waits for the next run, and the panel says so.
            if setting.check(&active.asked).is_err() {
                continue;
            }
            match active.engine.send(Command::Adjust(setting)) {
                Ok(()) => setting.apply(&mut active.asked),
                Err(err) => {
                    self.notices.push(Level::Warning, err.to_string());
                    break;
                }
            }
        }
    }

    /// Makes edits count for the next run from here on, no longer for the run in work.
    pub(super) fn detach(&mut self) {
        if let Some(active) = &mut self.active {
            active.follows = false;
        }
    }

    pub(super) fn follow_active_run(&mut self) {
        if let Some(active) = &mut self.active {
            active.follows = true;
            let asked: Settings = active.asked.clone();
            self.draft.follow(asked);
        }
    }

    pub(super) fn choose_run(&mut self, id: RunId) {
        if is_group(&id) {
            return self.choose_group(&id);
        }
        if self.is_chosen(&id) {
            return;
        }
        let is_there = self.run(&id).is_some() || self.opened_run(&id).is_some();
        if is_there || self.is_ensemble(&id) {
            self.look.epoch = EpochChoice::Auto;
            self.want_kept(&id);
            if self.look.compared.as_ref() == Some(&id) {
                // A run isn't compared with itself.
                self.look.compared = None;
            }
            let before = self.chosen_group.take().or_else(|| self.chosen.clone());
            self.chosen = Some(id);
            self.ghost = before.filter(|before| Some(before) != self.chosen.as_ref());
        }
    }

    fn thin(&mut self, id: &RunId, keep: KeepEpochs) {
        let Some(run) = self.run(id) else { return };
        let best = run.best().map(|metrics| metrics.epoch);
        let (id, folder) = (id.clone(), run.folder.clone());
        self.in_order(move || {
            let freed = store::thin(&folder, keep, best);
            freed.map(|bytes| Report::Thinned(id, bytes))
        });
        self.look.epoch = EpochChoice::Auto;
    }

    pub(super) fn label(&mut self, id: &RunId, edit: impl FnOnce(&mut Label)) {
        let Some(run) = self.run_mut(id) else { return };
        let mut label = Label {
            name: run.name.clone(),
            starred: run.starred,
        };
        edit(&mut label);
        if label.name.trim().is_empty() {
            label.name.clone_from(&run.id.0);
        }
        run.name.clone_from(&label.name);
        run.starred = label.starred;
        let folder = run.folder.clone();
        let store = self.options.store.clone();
        self.in_order(move || store.label(&folder, &label).map(|()| Report::Quiet));
    }

    /// Opens the dialog for data, as it was.
    fn open_data(&mut self) {
        let governor = Arc::clone(&self.governor);
        let native = self.options.native_dialogs;
        let dialog = self.data_dialog.open_or(|| DataDialog::new(native));
        dialog.come_back(self.draft.settings(), move || governor.wake_now());
    }

    /// Reads data in the dialog for data, which opens where it isn't open yet.
    pub(super) fn load_data(&mut self, path: PathBuf) {
        let governor = Arc::clone(&self.governor);
        let native = self.options.native_dialogs;
        let dialog = self.data_dialog.open_or(|| DataDialog::new(native));
        dialog.load(path, self.draft.settings(), move || governor.wake_now());
    }

    fn take_data(&mut self, source: DataSource) {
        self.detach();
        self.draft.take_data(source);
        let data = &self.draft.settings().data;
        if let Some(pool) = data.known_pool() {
            let used = data.train_size.resolve(pool);
            if used < pool {
                let (used, pool) = (format::whole(used), format::whole(pool));
                let note = format!(
                    "{used} of the {pool} training images are used: Images at the left sets how many."
                );
                self.notices.push(Level::Info, note);
            }
        }
    }
}
