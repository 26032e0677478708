//! What has changed in the folder of the runs since the last look: runs that another process began,
//! trained on, named or deleted. A look asks the system for the time of each run's folder, and of the
//! figures of runs that aren't over; only runs for which one of these has changed are read.

use super::files;
use super::lock::writer_of;
use super::read::{id_of, read_run};
use super::{RunStore, StoreError};
use crate::lab::run::{Run, RunId, RunState};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A folder that was changed so shortly before a look is read again at the next one: file systems don't
/// tell two changes apart that follow each other closely, some of them not within two seconds.
const TOO_NEW: Duration = Duration::from_secs(2);

/// What a look found.
#[derive(Debug, Default)]
pub struct StoreChanges {
    /// The runs that are new or have changed, as they are now, the oldest first.
    pub read: Vec<Run>,
    /// The runs that are there no longer.
    pub gone: Vec<RunId>,
    /// What can't be read. It is told once for a change.
    pub errors: Vec<StoreError>,
}

impl StoreChanges {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty() && self.gone.is_empty() && self.errors.is_empty()
    }
}

/// Looks at the folder of the runs now and then.
#[derive(Debug)]
pub struct StoreWatch {
    store: RunStore,
    /// What was seen of each run's folder; none before all runs were read.
    seen: Option<BTreeMap<PathBuf, Seen>>,
    /// The runs that this process trains, which it knows without looking.
    own: BTreeSet<RunId>,
}

/// What was seen of a run's folder.
#[derive(Clone, Debug)]
struct Seen {
    stamp: Stamp,
    /// Whether the run may go on: another process trains it, or could take it up.
    may_go_on: bool,
    /// Whether a process held the run at the last look.
    is_held: bool,
    /// Whether a later change is sure to have another stamp.
    is_settled: bool,
}

/// What the system tells of a folder without reading its files.
#[derive(Clone, Debug, PartialEq)]
struct Stamp {
    /// When a file of the folder was made, named or replaced.
    folder: Option<SystemTime>,
    /// When figures were added, and how many bytes there are; none for runs that are over.
    figures: Option<(Option<SystemTime>, u64)>,
}

impl StoreWatch {
    /// A watch that hasn't looked yet.
    pub fn new(store: RunStore) -> Self {
        Self {
            store,
            seen: None,
            own: BTreeSet::new(),
        }
    }

    /// Leaves these runs out from now on, since this process trains them.
    pub fn leave_out(&mut self, own: BTreeSet<RunId>) {
        self.own = own;
    }

    /// Reads every run, as [`RunStore::read_all`] does, and notes what was seen.
    pub fn read_all(&mut self) -> (Vec<Run>, Vec<StoreError>) {
        // The stamps are taken first, so that a change while the runs are read is seen at the next look.
        let folders = self.store.run_folders().unwrap_or_default();
        let stamps: Vec<_> = folders
            .into_iter()
            .map(|folder| (stamp(&folder, true), folder))
            .collect();
        let (runs, errors) = self.store.read_all();
        let states: BTreeMap<&Path, &RunState> = runs
            .iter()
            .map(|run| (run.folder.as_path(), &run.state))
            .collect();
        let seen = stamps.into_iter().map(|(stamp, folder)| {
            let state = states.get(folder.as_path()).copied();
            let seen = Seen::new(stamp, state);
            (folder, seen)
        });
        self.seen = Some(seen.collect());
        (runs, errors)
    }

    /// Finds out what has changed since the last look. Nothing has before [`Self::read_all`] was called.
    pub fn look(&mut self) -> StoreChanges {
        let Some(seen) = &mut self.seen else {
            return StoreChanges::default();
        };
        // A folder that can't be read just now, as of a disk that is away, takes no run off.
        let Ok(entries) = std::fs::read_dir(self.store.folder()) else {
            return StoreChanges::default();
        };
        // A folder that was a run's at the last look is asked for its time alone.
        let mut folders: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|folder| seen.contains_key(folder) || super::is_run_folder(folder))
            .collect();
        folders.sort();
        let mut changed = Vec::new();
        for folder in &folders {
            if !self.own.is_empty() && self.own.contains(&id_of(folder)) {
                continue;
            }
            let known = seen.get(folder);
            let stamp = stamp(folder, known.is_none_or(|known| known.may_go_on));
            if known.is_none_or(|known| known.has_changed(&stamp, folder)) {
                changed.push((folder.clone(), stamp));
            }
        }
        let is_there = |folder: &PathBuf| folders.binary_search(folder).is_ok();
        let gone: Vec<PathBuf> = seen.keys().filter(|it| !is_there(it)).cloned().collect();
        let mut changes = StoreChanges {
            gone: gone.iter().map(|folder| id_of(folder)).collect(),
            ..StoreChanges::default()
        };
        seen.retain(|folder, _| is_there(folder));
        let read: Vec<_> = changed
            .into_par_iter()
            .map(|(folder, stamp)| (read_run(&folder), stamp, folder))
            .collect();
        for (read, stamp, folder) in read {
            let state = read.as_ref().ok().map(|run| &run.state);
            seen.insert(folder.clone(), Seen::new(stamp, state));
            match read {
                Ok(run) => changes.read.push(run),
                // The folder was moved away while it was read: the next look tells.
                Err(_) if !super::is_run_folder(&folder) => {}
                Err(err) => changes.errors.push(err),
            }
        }
        changes.read.sort_by_key(RunStore::age);
        changes
    }
}

impl Seen {
    fn new(stamp: Stamp, state: Option<&RunState>) -> Self {
        let is_over = matches!(state, Some(RunState::Finished(_) | RunState::Failed(_)));
        Self {
            may_go_on: !is_over,
            is_held: matches!(state, Some(RunState::Elsewhere(_))),
            is_settled: !stamp.is_too_new(),
            stamp: if is_over {
                stamp.of_the_folder()
            } else {
                stamp
            },
        }
    }

    /// Whether the run has to be read again.
    fn has_changed(&self, now: &Stamp, folder: &Path) -> bool {
        // A process that ends leaves its files as they are, and lets go of the run.
        let is_free = || self.is_held && writer_of(folder).is_none();
        !self.is_settled || self.stamp != *now || is_free()
    }
}

impl Stamp {
    fn of_the_folder(self) -> Self {
        Self {
            figures: None,
            ..self
        }
    }

    /// Whether something else may yet be changed in the same moment of the file system's clock.
    fn is_too_new(&self) -> bool {
        let figures = self.figures.and_then(|(changed, _)| changed);
        let is_new = |time: SystemTime| {
            let age = SystemTime::now().duration_since(time);
            age.is_ok_and(|age| age < TOO_NEW)
        };
        self.folder.into_iter().chain(figures).any(is_new)
    }
}

fn stamp(folder: &Path, with_figures: bool) -> Stamp {
    let known = |path: &Path| path.symlink_metadata().ok();
    let figures = with_figures
        .then(|| known(&folder.join(files::METRICS)))
        .flatten();
    Stamp {
        folder: known(folder).and_then(|it| it.modified().ok()),
        figures: figures.map(|it| (it.modified().ok(), it.len())),
    }
}

impl RunStore {
    /// The folders of the runs, in order.
    ///
    /// # Errors
    /// Where the store's folder is missing or can't be read.
    pub(super) fn run_folders(&self) -> std::io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(self.folder())?.flatten();
        let mut folders: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|folder| super::is_run_folder(folder))
            .collect();
        folders.sort();
        Ok(folders)
    }
}
