//! What a person asks for about many runs: which learning rates suit the settings, what is planned, and what
//! sweeps found (`found`).

mod found;

pub(super) use found::{Found, FoundSweeps};

use super::App;
use super::report::Report;
use crate::app::action::{PathPurpose, SweepAction, SweepKind};
use crate::app::files::WorkError;
use crate::app::panels::plan::PlanDialog;
use crate::app::panels::rates::RatesDialog;
use crate::lab::store;
use crate::lab::sweep::{Shelf, Shelved, Sweep, sweep_file};
use std::path::PathBuf;
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
            SweepAction::Plan(kind) => self.open_plan(kind),
            SweepAction::Start(sweep) => {
                self.found.wait_for(&sweep);
                self.queue_sweep(*sweep);
            }
            SweepAction::Open => self.ask_path(PathPurpose::OpenSweep),
            SweepAction::ToggleFindings => self.found.is_open = !self.found.is_open,
            SweepAction::Choose(folder) => self.found.choose(folder),
            SweepAction::Remove { folder, with_runs } => self.remove_sweep(folder, with_runs),
            SweepAction::TrainRest(folder) => self.queue_rest(folder),
            SweepAction::CompareBy(metric) => self.found.metric = metric,
        }
    }

    /// Keeps a sweep that was planned elsewhere among those of the window. None of its runs is trained: what was
    /// trained of them is found in the folder of the runs.
    pub(super) fn read_sweep(&mut self, path: PathBuf) {
        let shelf = Shelf::of(&self.options.store);
        self.in_order(move || {
            store::check_regular(&sweep_file(&path))?;
            let kept = shelf.keep(Sweep::read(&path)?)?;
            Ok::<_, WorkError>(Report::SweepRead(Box::new(kept)))
        });
    }

    /// Shows what a sweep found that was read. Its runs are named by it, such as `S1-2.3`, where nobody has given
    /// them a name: the hash that the command line names them by tells a person nothing.
    pub(super) fn take_sweep(&mut self, sweep: Shelved) {
        self.dialogs.close_path();
        for number in 1..=sweep.sweep.count() {
            self.name_by_sweep(&sweep, number);
        }
        self.found.is_open = true;
        self.found.choose(sweep.name);
    }

    /// Gives the run of a sweep with this number the name that it has there, where it has none of its own.
    pub(super) fn name_by_sweep(&mut self, sweep: &Shelved, number: usize) {
        if let Some(id) = sweep.run(number)
            && self.run(id).is_some_and(|run| run.name == id.0)
        {
            self.label(id, |label| label.name = sweep.run_name(number));
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

    /// Opens the dialog that plans a sweep of a kind, as it was.
    fn open_plan(&mut self, kind: SweepKind) {
        let Ok(base) = self.draft.experiment() else {
            return;
        };
        let preset = self
            .preset()
            .filter(|_| *self.draft.settings() == *self.draft.baseline());
        let name = match (preset, self.preset()) {
            (Some(preset), _) => preset.label().to_owned(),
            (None, Some(preset)) => format!("{}, changed", preset.label()),
            (None, None) => "own settings".to_owned(),
        };
        let plan = &mut self.plans[kind as usize];
        match plan.kept_mut() {
            Some(dialog) => dialog.come_back(base, name),
            None => plan.open(PlanDialog::new(kind, base, name)),
        }
        plan.reopen();
        for other in SweepKind::ALL.into_iter().filter(|other| *other != kind) {
            self.plans[other as usize].close();
        }
    }

    /// Lets the dialog that is open count what its sweep takes.
    pub(super) fn keep_plans_up(&mut self) {
        for plan in &mut self.plans {
            if let Some(dialog) = plan.shown() {
                let governor = Arc::clone(&self.governor);
                dialog.keep_up(&self.options.store, move || governor.wake_now());
            }
        }
    }
}
