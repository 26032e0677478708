//! The window: the only place that names egui, eframe and rfd.
//!
//! One [`App`], split by verb: its fields here, `logic.rs` takes in what threads report, `ui.rs`
//! draws, `apply.rs` changes. Panels get values and return [`action::Action`]s.

pub mod action;
mod apply;
#[cfg(test)]
mod breakdown_tests;
mod closing;
pub mod commands;
mod devices;
pub mod drawing;
mod elsewhere;
#[cfg(test)]
mod events_tests;
mod exporting;
pub mod frame_bench;
mod governor;
pub mod hostile;
mod jobs;
mod logic;
pub mod look;
pub mod notices;
pub mod panels;
pub mod pictures;
pub mod plots;
pub mod prefs;
mod recognize;
mod rehearsal;
mod session;
mod start;
pub mod tasks;
pub mod theme;
mod ui;
mod window;
pub mod window_bench;

pub use rehearsal::Rehearsal;
pub use window::{RendererChoice, WindowError, WindowOptions, open_window};

use crate::experiment::{ExperimentError, Preset, Settings};
use crate::lab::verdict::CurvePoint;
use crate::lab::{Devices, Run, RunId, RunStore, Threads};
use closing::Closing;
use devices::DeviceWatch;
use governor::Governor;
use jobs::{Job, Jobs};
use look::{EpochChoice, Look};
use notices::{Level, Notices};
use panels::data_dialog::DataDialog;
use panels::dialogs::Dialogs;
use panels::export::ExportDialog;
use panels::submission::SubmissionDialog;
use panels::tabs::TabsState;
use prefs::Prefs;
use session::{ActiveRun, Draft};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What the window is made with.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Where runs are kept.
    pub store: RunStore,
    /// The folder of the person's own labelled drawings; it is made with the first one.
    pub own_drawings: PathBuf,
    /// Where the window's memory is kept, or nowhere.
    pub prefs_file: Option<PathBuf>,
    /// Whether the system's file dialogs are used beside the path field.
    pub native_dialogs: bool,
    /// The devices to choose from.
    pub devices: Devices,
    /// Threads of the CPU that go before the setting.
    pub threads: Option<Threads>,
}

impl AppOptions {
    /// For a window that no person sits at: it remembers nothing, opens no dialog of the system's,
    /// and has the CPU alone.
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

/// The window's state. Saved: `prefs`, and the draft in it. The rest lives as long as the window.
pub struct App {
    options: AppOptions,
    /// Saved: sizes and choices.
    prefs: Prefs,
    /// What was last written of it, so that nothing is written twice.
    prefs_written: String,
    /// The settings being edited, with their undo. Saved through `prefs`.
    draft: Draft,
    /// The run that a thread works on.
    active: Option<ActiveRun>,
    /// Every run, the oldest first; on disk in the store.
    runs: Vec<Run>,
    /// The store has been read.
    runs_read: bool,
    /// Deleted in this window, the last one last, each with its place.
    deleted: Vec<(usize, Run)>,
    /// The last thing done was a deletion, so that undo means it.
    deleted_last: bool,
    /// The run that panels and verdict follow.
    chosen: Option<RunId>,
    /// Drawn faint behind the chosen one: the one chosen before it.
    ghost: Option<RunId>,
    /// Runs whose curves are shown beside the chosen one.
    shown: BTreeSet<RunId>,
    /// The run under the pointer.
    hovered: Option<RunId>,
    /// A curve from elsewhere, behind the runs.
    curves_from_elsewhere: Option<(String, Vec<CurvePoint>)>,
    /// What the machine has.
    devices: DeviceWatch,
    notices: Notices,
    jobs: Option<Jobs>,
    dialogs: Dialogs,
    governor: Arc<Governor>,
    next_ticket: u64,
    /// Speed measured by runs of this window, for the estimate.
    measured: Option<crate::lab::estimate::Measured>,
    /// An export being made.
    export: Option<ExportDialog>,
    /// A submission being made.
    submission: Option<SubmissionDialog>,
    /// Data being opened.
    data_dialog: Option<DataDialog>,
    /// What the tabs look at.
    look: Look,
    /// The tabs' own state.
    tabs: TabsState,
    /// Why: the evidence of the verdict is open.
    verdict: panels::verdict::VerdictState,
    /// How far it is with closing.
    closing: Closing,
    /// When the runs that other processes train were last read.
    elsewhere_read: Option<Instant>,
    /// Interrupted runs that were offered to be taken up.
    offered: BTreeSet<RunId>,
}

impl App {
    /// Makes the window's state: reads what it remembers, starts its worker, reads the runs.
    pub fn new(ctx: &eframe::egui::Context, options: AppOptions) -> Self {
        let (prefs, note) = match &options.prefs_file {
            Some(path) => Prefs::load(path),
            None => (Prefs::default(), None),
        };
        theme::install(ctx);
        ctx.set_theme(eframe::egui::ThemePreference::from(prefs.theme));
        ctx.set_zoom_factor(prefs.text_size);
        // Text size has its own keys and its own range.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let mut notices = Notices::default();
        if let Some(note) = note {
            notices.push(Level::Warning, note);
        }
        let governor = Arc::new(Governor::new(ctx.clone()));
        let waker = Arc::clone(&governor);
        let jobs = match Jobs::start(options.store.clone(), move || waker.wake_now()) {
            Ok(jobs) => Some(jobs),
            Err(err) => {
                notices.push(
                    Level::Error,
                    format!("can't start the thread for files: {err}"),
                );
                None
            }
        };
        let mut app = Self {
            draft: Draft::opening(&prefs),
            prefs_written: String::new(),
            prefs,
            options,
            active: None,
            runs: Vec::new(),
            runs_read: false,
            deleted: Vec::new(),
            deleted_last: false,
            chosen: None,
            ghost: None,
            shown: BTreeSet::new(),
            hovered: None,
            curves_from_elsewhere: None,
            devices: DeviceWatch::default(),
            notices,
            jobs,
            dialogs: Dialogs::default(),
            governor,
            next_ticket: 1,
            measured: None,
            export: None,
            submission: None,
            data_dialog: None,
            look: Look::default(),
            tabs: TabsState::default(),
            verdict: Default::default(),
            closing: Closing::default(),
            elsewhere_read: None,
            offered: BTreeSet::new(),
        };
        app.start_looking();
        app.prefs_written = app.prefs_text();
        app.job(Job::ReadRuns);
        app.look_for_devices();
        app
    }

    /// The runs, the oldest first.
    pub fn runs(&self) -> &[Run] {
        &self.runs
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

    fn run_mut(&mut self, id: &RunId) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == *id)
    }

    fn chosen_run(&self) -> Option<&Run> {
        self.run(self.chosen.as_ref()?)
    }

    fn active_run(&self) -> Option<&Run> {
        self.run(self.active.as_ref()?.id.as_ref()?)
    }

    /// The error in the draft, if it can't be trained as it stands.
    fn draft_error(&self) -> Option<ExperimentError> {
        self.draft.experiment().err()
    }

    fn job(&mut self, job: Job) {
        let given = match &self.jobs {
            Some(jobs) => jobs.push(job),
            None => Err("there is no thread for files; restart the program".into()),
        };
        if let Err(message) = given {
            self.notices.push(Level::Error, message);
        }
    }

    fn prefs_text(&self) -> String {
        serde_json::to_string_pretty(&self.prefs).unwrap_or_default()
    }
}

/// The colour number of a run: by the number in its name, so that it keeps it over a restart.
pub fn color_index(id: &RunId) -> usize {
    id.0.strip_prefix('A')
        .and_then(|number| number.parse::<usize>().ok())
        .map_or_else(
            || id.0.bytes().map(usize::from).sum(),
            |number| number.saturating_sub(1),
        )
}
