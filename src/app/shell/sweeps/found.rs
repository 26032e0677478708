//! What sweeps found: read on a thread of its own whenever a run of theirs may have ended, and never by a
//! frame.

use crate::app::notices::Level;
use crate::app::panels::findings::{FindingsState, FindingsView, Listed};
use crate::app::shell::App;
use crate::app::shell::report::Report;
use crate::lab::findings::{Findings, InTraining};
use crate::lab::sweep::{Metric, Places, Shelf, Shelved, Sweep};
use crate::lab::{Run, RunState, RunStore};
use std::sync::Arc;

/// The sweeps of the store, and what the chosen one found.
#[derive(Default)]
pub(in crate::app::shell) struct FoundSweeps {
    /// Whether they are shown in place of the curves.
    pub is_open: bool,
    /// The figure by which cells are compared.
    pub metric: Metric,
    listed: Vec<Listed>,
    /// The folder of the sweep that a person chose; none for the newest.
    chosen: Option<String>,
    /// A sweep that was just planned, and shall be chosen once it has a folder.
    awaited: Option<Box<Sweep>>,
    /// What was read last, and what it was asked for by.
    shown: Option<(Asked, Shown)>,
    /// Whether a thread reads.
    is_reading: bool,
    state: FindingsState,
}

/// By what it is decided whether to read again.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    chosen: Option<String>,
    metric: Metric,
    /// How many runs there are, are over, and are trained.
    runs: [usize; 3],
}

/// What is shown of the chosen sweep.
struct Shown {
    folder: Option<String>,
    found: Option<Arc<Findings>>,
    problem: Option<String>,
    places: Arc<Places>,
}

/// What a thread has read.
#[derive(Debug)]
pub(in crate::app::shell) struct Found {
    asked: Asked,
    listed: Vec<Listed>,
    folder: Option<String>,
    found: Option<Findings>,
    problem: Option<String>,
    places: Arc<Places>,
}

impl FoundSweeps {
    /// Shows the findings, and chooses a sweep as soon as it has a folder.
    pub fn wait_for(&mut self, sweep: &Sweep) {
        self.is_open = true;
        self.awaited = Some(Box::new(sweep.clone()));
    }

    /// Shows what the sweep in a folder found.
    pub fn choose(&mut self, folder: String) {
        self.awaited = None;
        self.chosen = Some(folder);
    }

    /// The folder of the sweep whose findings are shown in place of the curves.
    pub fn looked_at(&self) -> Option<String> {
        let (_, shown) = self.shown.as_ref().filter(|_| self.is_open)?;
        shown.folder.clone()
    }

    /// Notes that a sweep is off the list.
    pub fn is_gone(&mut self, folder: &str) {
        self.listed.retain(|listed| listed.folder != folder);
        self.chosen.take_if(|chosen| chosen == folder);
        self.shown = None;
    }

    /// Shows what a sweep found that is on the list again.
    pub fn is_back(&mut self, folder: String) {
        self.choose(folder);
        self.shown = None;
    }

    /// The sweep whose findings are shown in place of the curves: the name of its folder, and what it found.
    pub fn exported(&self) -> Option<(&str, &Arc<Findings>)> {
        let (_, shown) = self.shown.as_ref().filter(|_| self.is_open)?;
        Some((shown.folder.as_deref()?, shown.found.as_ref()?))
    }

    /// Notes that no sweep comes that was waited for.
    pub fn wait_no_longer(&mut self) {
        self.awaited = None;
    }

    /// Notes that a sweep has a folder now.
    pub fn came(&mut self, shelved: &Shelved) {
        let is_awaited = |awaited: &mut Box<Sweep>| **awaited == shelved.sweep;
        if self.awaited.take_if(is_awaited).is_some() {
            self.chosen = Some(shelved.name.clone());
        }
    }
}

/// How many runs there are, are over, and are trained by anybody.
fn counts(runs: &[Run]) -> [usize; 3] {
    let count = |is_counted: fn(&RunState) -> bool| {
        runs.iter().filter(|run| is_counted(&run.state)).count()
    };
    let over = count(|state| matches!(state, RunState::Finished(_) | RunState::Failed(_)));
    [runs.len(), over, count(RunState::is_in_work)]
}

/// Reads the sweeps of a store, and what the chosen one or the newest found.
fn read(store: &RunStore, asked: Asked, places: Option<Arc<Places>>) -> Found {
    let shelf = Shelf::of(store);
    let (sweeps, errors) = shelf.list();
    let mut problem = errors.first().map(ToString::to_string);
    let listed = sweeps.iter().map(|(folder, sweep)| Listed {
        folder: folder.clone(),
        title: sweep.name().to_owned(),
        runs: sweep.count(),
    });
    let listed = listed.collect();
    let is_chosen = |(folder, _): &&(String, Sweep)| Some(folder) == asked.chosen.as_ref();
    let chosen = sweeps.iter().find(is_chosen).or(sweeps.last());
    let places = places.unwrap_or_else(|| Arc::new(Places::of(store.clone())));
    let found = chosen.and_then(|(_, sweep)| {
        let found = Findings::of(sweep, &places, asked.metric);
        found.map_err(|err| problem = Some(err.to_string())).ok()
    });
    Found {
        listed,
        folder: chosen.map(|(folder, _)| folder.clone()),
        found,
        problem,
        places,
        asked,
    }
}

impl App {
    /// Has the findings read where they are shown and something may have changed.
    pub(in crate::app::shell) fn keep_findings_up(&mut self) {
        if !self.found.is_open || self.found.is_reading {
            return;
        }
        let asked = Asked {
            chosen: self.found.chosen.clone(),
            metric: self.found.metric,
            runs: counts(&self.runs),
        };
        let shown = self.found.shown.as_ref();
        if shown.is_some_and(|(last, _)| *last == asked) {
            return;
        }
        // Finished runs elsewhere in the store are looked for once a sweep.
        let places = shown.filter(|(last, _)| last.chosen == asked.chosen);
        let places = places.map(|(_, shown)| Arc::clone(&shown.places));
        let store = self.options.store.clone();
        let work = move || Report::Found(Box::new(read(&store, asked, places)));
        match self.apart("findings", work) {
            Ok(()) => self.found.is_reading = true,
            Err(message) => {
                self.found.is_open = false;
                self.notices.push(Level::Error, message);
            }
        }
    }

    /// Takes in what was read.
    pub(in crate::app::shell) fn take_found(&mut self, found: Found) {
        let Found {
            asked,
            listed,
            folder,
            found,
            problem,
            places,
        } = found;
        self.found.is_reading = false;
        self.found.listed = listed;
        let before = self.found.shown.take().and_then(|(_, shown)| shown.found);
        let found = match (before, found) {
            // What says the same stays as it is laid out.
            (Some(before), Some(found)) if *before == found => Some(before),
            (_, found) => found.map(Arc::new),
        };
        let shown = Shown {
            folder,
            found,
            problem,
            places,
        };
        self.found.shown = Some((asked, shown));
    }

    /// What is known of the runs of a sweep that the queue has in work.
    fn in_training(&self, sweep: &str) -> InTraining {
        let waiting = self.queue.list.runs().iter();
        let in_work = waiting.filter(|run| run.sweep.name == sweep);
        let in_work = in_work.filter_map(|waiting| self.run(&waiting.id));
        let waiting = || self.queue.list.runs().iter();
        let is_alone = waiting().all(|run| run.sweep.name == sweep);
        let mut now = InTraining {
            // The queue says the same of the same runs.
            seconds_left: self
                .queue_seconds_left()
                .filter(|_| is_alone && waiting().next().is_some()),
            ..InTraining::default()
        };
        let mut seconds = Vec::new();
        for run in in_work.filter(|run| run.state.is_in_work()) {
            let epochs = run.experiment.settings().training.epochs.max(1);
            now.runs += 1;
            now.done += run.share_done();
            // Whole epochs alone say how long one takes.
            if !run.epochs.is_empty() {
                seconds.push(run.epochs_secs() * epochs as f64 / run.epochs.len() as f64);
            }
        }
        if !seconds.is_empty() {
            now.run_seconds = Some(seconds.iter().sum::<f64>() / seconds.len() as f64);
        }
        now
    }

    /// Draws the findings.
    pub(in crate::app::shell) fn draw_findings(
        &mut self,
        ui: &mut eframe::egui::Ui,
        actions: &mut Vec<crate::app::action::Action>,
    ) {
        let mut state = std::mem::take(&mut self.found.state);
        let shown = self.found.shown.as_ref().map(|(_, shown)| shown);
        let is_awaited = self.found.awaited.is_some();
        let folder = shown.and_then(|shown| shown.folder.as_deref());
        let waiting = self.queue.list.runs().iter();
        let queued = waiting.filter(|run| Some(run.sweep.name.as_str()) == folder);
        let queued = queued.count();
        let view = FindingsView {
            listed: &self.found.listed,
            chosen: folder,
            metric: self.found.metric,
            found: shown
                .and_then(|shown| shown.found.as_ref())
                .filter(|_| !is_awaited),
            in_training: folder.map_or_else(InTraining::default, |folder| self.in_training(folder)),
            is_reading: self.found.shown.is_none() || is_awaited,
            problem: shown.and_then(|shown| shown.problem.as_deref()),
            looked_in: (queued == 0).then(|| self.options.store.folder()),
            queued,
        };
        crate::app::panels::findings::findings_ui(ui, &mut state, &view, actions);
        self.found.state = state;
    }
}
