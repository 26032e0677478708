//! The window's state, split by verb: fields here, `logic.rs` takes in what threads report,
//! `ui.rs` draws, `apply.rs` changes what a person asked for. The other files hold what belongs to
//! one idea: closing, devices, the tab Draw, runs of other processes, exports, what the tabs look
//! at, runs opened from files, and starting runs. The fields are private to this folder, so that no panel can reach them.

mod apply;
#[cfg(test)]
mod breakdown_tests;
mod closing;
mod deleting;
mod devices;
mod draft;
mod drawing;
mod drawn;
mod elsewhere;
mod ensembles;
#[cfg(test)]
mod events_tests;
mod exporting;
mod grouped;
mod kaggle;
mod logic;
pub(super) mod look;
mod opened;
mod paths;
mod presentation;
mod queue;
mod report;
mod reporting;
mod start;
mod sweeps;
mod trying;
mod ui;
mod views;

use super::governor::Governor;
use super::kept::{Kept, Watched};
use super::notices::{Level, Notices};
use super::panels::data_dialog::DataDialog;
use super::panels::dialogs::Dialogs;
use super::panels::ensemble_dialog::EnsembleDialog;
use super::panels::export::ExportDialogs;
use super::panels::held::Held;
use super::panels::kaggle::KaggleDialog;
use super::panels::plan::PlanDialog;
use super::panels::rates::RatesDialog;
use super::panels::report::ReportDialog;
use super::panels::scrubber::ScrubberState;
use super::panels::submission::SubmissionDialog;
use super::panels::tabs::TabsState;
use super::panels::verdict::VerdictState;
use super::prefs::Prefs;
use super::theme;
use super::work::{Background, NotTaken};
use crate::experiment::{ExperimentError, Preset, Settings};
use crate::lab::curves::OpenedRun;
use crate::lab::estimate::Measured;
use crate::lab::store::StoreWatch;
use crate::lab::sweep::{Counts, Groups};
use crate::lab::{Devices, Run, RunEvent, RunId, RunStore, Threads};
use closing::Closing;
use deleting::Deletion;
use devices::DeviceWatch;
use draft::Draft;
use drawn::{Drawn, DrawnKey};
use ensembles::Averages;
use kaggle::AfterRun;
use look::LookedAt;
use queue::Queue;
use report::Report;
use start::ActiveRun;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use sweeps::FoundSweeps;

/// What the window is made with.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Where runs are kept.
    pub store: RunStore,
    /// The folder of the person's own labelled drawings, which is made with the first drawing.
    pub own_drawings: PathBuf,
    /// The file in which the window remembers its sizes and choices; none to remember nothing.
    pub prefs_file: Option<PathBuf>,
    /// Whether the system's file dialogs are used beside the path field.
    pub native_dialogs: bool,
    /// The devices to choose from.
    pub devices: Devices,
    /// Threads of the CPU that were given on the command line, which go before the setting.
    pub threads: Option<Threads>,
}

impl AppOptions {
    /// Options for a window that no person sits at: such a window remembers nothing, opens no
    /// dialog of the system's, and has the CPU alone.
    pub fn unattended(store: RunStore, own_drawings: PathBuf) -> Self {
        Self {
            store,
            own_drawings,
            prefs_file: None,
            native_dialogs: false,
            devices: Devices::cpu_only(),
            threads: None,
        }
    }
}

/// The window's state. Only `prefs` is saved, with the draft in it; everything else lives as long
/// as the window.
pub struct App {
    options: AppOptions,
    /// Sizes and choices, which are saved.
    prefs: Prefs,
    /// The text that was last written of `prefs`, so that nothing is written twice.
    prefs_written: String,
    /// The settings being edited, with their undo. They are saved through `prefs`.
    draft: Draft,
    /// The run that a thread works on, as a person has asked for it.
    active: Option<ActiveRun>,
    /// The runs that wait, and those of them in work.
    queue: Queue,
    /// Every run of the store and of this window, the oldest first.
    runs: Watched<Vec<Run>>,
    /// Whether the store has been read.
    runs_read: bool,
    /// What was deleted in this window, in the order of deletion.
    deleted: Vec<Deletion>,
    /// Whether the last thing done was a deletion, so that undo means that.
    deleted_last: bool,
    /// The run that panels and verdict follow.
    chosen: Option<RunId>,
    /// The run that was chosen before, or the group, drawn faint behind the chosen one.
    ghost: Option<RunId>,
    /// The groups among the runs.
    groups: Groups,
    /// The revisions of the runs that the groups were found among, and of those that wait.
    grouped: Option<(u64, u64)>,
    /// The runs that are drawn, with their colours.
    drawn: Kept<DrawnKey, Drawn>,
    /// The group that is chosen. The tabs follow its first run then, which is the chosen run.
    chosen_group: Option<RunId>,
    /// Runs whose curves are shown beside the chosen one.
    shown: Watched<BTreeSet<RunId>>,
    /// The run under the pointer.
    hovered: Option<RunId>,
    /// The runs that were opened from files of curves.
    opened: Watched<Vec<OpenedRun>>,
    /// Runs that answer together.
    averages: Averages,
    /// The dialog that averages runs.
    ensemble_dialog: Held<EnsembleDialog>,
    /// The devices of the machine.
    devices: DeviceWatch,
    notices: Notices,
    /// The threads that work for the window; none where they couldn't be started.
    background: Option<Background<Report>>,
    dialogs: Dialogs,
    governor: Arc<Governor>,
    next_ticket: u64,
    /// The speed that runs of this window have measured, for the estimate.
    measured: Option<Measured>,
    /// The dialogs of exports.
    export: ExportDialogs,
    /// The dialog of an entry to Kaggle.
    kaggle: Held<KaggleDialog>,
    /// The submission that is written when the run in training ends.
    after_run: Option<AfterRun>,
    /// The dialogs that plan sweeps, one a kind.
    plans: [Held<PlanDialog>; 3],
    /// What sweeps found.
    found: FoundSweeps,
    /// The learning-rate finder.
    rates: Held<RatesDialog>,
    /// The dialog of a report.
    report: Held<ReportDialog>,
    /// The dialog of a submission.
    submission: Held<SubmissionDialog>,
    /// The dialog that opens data.
    data_dialog: Held<DataDialog>,
    /// What the tabs look at.
    look: LookedAt,
    /// The tabs' own state.
    tabs: TabsState,
    /// Which windows of the verdict's line are open.
    verdict: VerdictState,
    /// Whether the scrubber plays, and how fast.
    scrubber: ScrubberState,
    /// How far the window is with closing.
    closing: Closing,
    /// What is known of the folder of the runs, in which other processes train and delete, too.
    watch: Arc<Mutex<StoreWatch>>,
    /// Interrupted runs that this window has offered to resume.
    offered: BTreeSet<RunId>,
}

impl App {
    /// Makes the window's state: reads what the window remembers, starts the threads that work
    /// for it, and has the runs read.
    pub fn new(ctx: &eframe::egui::Context, options: AppOptions) -> Self {
        let (prefs, note) = match &options.prefs_file {
            Some(path) => Prefs::load(path),
            None => (Prefs::default(), None),
        };
        theme::install(ctx);
        ctx.set_theme(eframe::egui::ThemePreference::from(prefs.theme));
        ctx.set_zoom_factor(prefs.text_size);
        // The text size has keys and a range of its own.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let mut notices = Notices::default();
        if let Some(note) = note {
            notices.push(Level::Warning, note);
        }
        let governor = Arc::new(Governor::new(ctx.clone()));
        let waker = Arc::clone(&governor);
        let watch = Arc::new(Mutex::new(StoreWatch::new(options.store.clone())));
        let looked_at = Arc::clone(&watch);
        let background = match Background::start(
            move || waker.wake_now(),
            elsewhere::EVERY,
            move || elsewhere::look(&looked_at),
        ) {
            Ok(background) => Some(background),
            Err(err) => {
                let message = format!("can't start the thread for files: {err}");
                notices.push(Level::Error, message);
                None
            }
        };
        let mut app = Self {
            draft: Draft::opening(&prefs),
            prefs_written: String::new(),
            prefs,
            options,
            active: None,
            queue: Queue::default(),
            runs: Watched::default(),
            runs_read: false,
            deleted: Vec::new(),
            deleted_last: false,
            chosen: None,
            ghost: None,
            groups: Groups::default(),
            grouped: None,
            drawn: Kept::default(),
            chosen_group: None,
            shown: Watched::default(),
            hovered: None,
            opened: Watched::default(),
            averages: Averages::default(),
            ensemble_dialog: Held::default(),
            devices: DeviceWatch::default(),
            notices,
            background,
            dialogs: Dialogs::default(),
            governor,
            next_ticket: 1,
            measured: None,
            export: ExportDialogs::default(),
            kaggle: Held::default(),
            after_run: None,
            plans: Default::default(),
            found: FoundSweeps::default(),
            rates: Held::default(),
            report: Held::default(),
            submission: Held::default(),
            data_dialog: Held::default(),
            look: LookedAt::default(),
            tabs: TabsState::default(),
            verdict: VerdictState::default(),
            scrubber: ScrubberState::default(),
            closing: Closing::default(),
            watch,
            offered: BTreeSet::new(),
        };
        app.start_looking();
        app.prefs_written = app.prefs_text();
        // The files are read first, so that their runs are there when the chosen one is looked for.
        app.reopen_curves();
        app.read_ensembles();
        // The queue is read first, so that its interrupted runs aren't offered one by one.
        app.read_queue();
        app.read_runs();
        app.look_for_devices();
        app
    }

    /// The runs, the oldest first.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The groups of runs that differ in the seed alone.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    /// How many runs of the queue wait, train or have failed.
    pub fn queue_counts(&self) -> Counts {
        self.queue.list.counts()
    }

    /// Whether the runs of the store have been read.
    pub(crate) fn has_read_runs(&self) -> bool {
        self.runs_read
    }

    /// The run under the pointer.
    pub(crate) fn hovered_run(&self) -> Option<&RunId> {
        self.hovered.as_ref()
    }

    /// Puts these runs in the place of all others and shows them, the last of them as the chosen one.
    pub(crate) fn show_alone(&mut self, runs: Vec<Run>) {
        *self.shown = runs.iter().map(|run| run.id.clone()).collect();
        self.chosen = runs.last().map(|run| run.id.clone());
        *self.runs = runs;
    }

    /// Takes what a window remembers in place of what this one does: sizes, choices, settings.
    pub(crate) fn take_prefs(&mut self, ctx: &eframe::egui::Context, prefs: Prefs) {
        self.draft = Draft::opening(&prefs);
        ctx.set_zoom_factor(prefs.text_size);
        self.prefs = prefs;
    }

    /// The settings being edited.
    pub fn settings(&self) -> &Settings {
        self.draft.settings()
    }

    /// Warnings and errors so far.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The preset that the settings started from.
    fn preset(&self) -> Option<Preset> {
        self.draft.preset()
    }

    fn run(&self, id: &RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == *id)
    }

    pub(crate) fn run_mut(&mut self, id: &RunId) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == *id)
    }

    /// Lets a run hear an event. Figures that come in while the state of the run stays the same change no row of
    /// the table, and curves are compared in each frame: so nothing that is kept of the runs is stale.
    pub(crate) fn hear(&mut self, id: &RunId, event: RunEvent) -> Option<&mut Run> {
        let is_progress = matches!(event, RunEvent::Progress { .. });
        let place = self.runs.iter().position(|run| run.id == *id)?;
        let run = self.runs.unnoticed().get_mut(place)?;
        let before = run.state.clone();
        run.apply(event);
        if is_progress && run.state == before {
            return self.runs.unnoticed().get_mut(place);
        }
        self.runs.get_mut(place)
    }

    fn chosen_run(&self) -> Option<&Run> {
        self.run(self.chosen.as_ref()?)
    }

    pub(crate) fn active_run(&self) -> Option<&Run> {
        self.run(self.active.as_ref()?.id.as_ref()?)
    }

    /// The error in the draft, if the draft can't be trained as it stands.
    fn draft_error(&self) -> Option<ExperimentError> {
        self.draft.experiment().err()
    }

    /// Gives work to the thread *files*, which does one piece after the other in the order given.
    fn in_order<R: Into<Report>>(&mut self, work: impl FnOnce() -> R + Send + 'static) {
        let given = match &self.background {
            Some(background) => background.in_order(move || work().into()),
            None => Err(NotTaken::NeverStarted),
        };
        if let Err(err) = given {
            self.notices.push(Level::Error, err.to_string());
        }
    }

    fn prefs_text(&self) -> String {
        serde_json::to_string_pretty(&self.prefs).unwrap_or_default()
    }
}
