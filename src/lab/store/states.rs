//! A run's state on disk, in two generations, written by a thread of its own: the training thread
//! lays a state down and goes on.

use super::StoreError;
use super::files;
use super::inside::{Inside, STATE_LIMIT};
use crate::lab::run::ResumePlace;
use crate::training::panic_message;
use crate::training::{ResumePoint, StateError};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// The names of the newest state and of the one before.
const GENERATIONS: [&str; 2] = ["state", "state-before"];

fn place_of(generation: usize) -> PathBuf {
    Path::new(files::CHECKPOINTS).join(format!("{}.safetensors", GENERATIONS[generation]))
}

/// Writes a state; the newest so far becomes the one before.
fn write(folder: &Path, point: &ResumePoint) -> Result<(), StoreError> {
    let [newest, before] = [0, 1].map(|generation| folder.join(place_of(generation)));
    let bytes = point.to_bytes().map_err(|err| StoreError::Malformed {
        message: err.to_string(),
        path: newest.clone(),
    })?;
    files::write_atomically_keeping(&newest, &bytes, &before)
}

/// A file of a state that was found on disk.
pub(super) struct Found {
    pub path: PathBuf,
    pub state: Result<ResumePoint, StateError>,
}

/// The states of a run, the newest first.
///
/// # Errors
/// Where a file is there and can't be opened.
pub(super) fn read(folder: &Path) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    for generation in 0..GENERATIONS.len() {
        let file = Inside::new(folder, place_of(generation));
        if !file.exists() {
            continue;
        }
        let state = match file.read(STATE_LIMIT) {
            Ok(bytes) => ResumePoint::from_bytes(&bytes),
            // A file that can't be a state counts as a damaged one.
            Err(StoreError::Malformed { message, .. }) => {
                Err(StateError::Damaged { problem: message })
            }
            Err(err) => return Err(err),
        };
        let path = file.path();
        found.push(Found { path, state });
    }
    Ok(found)
}

/// The places of a run's states, the newest first, by the beginnings of their files; none where
/// that can't be read.
pub(super) fn places(folder: &Path) -> Vec<Option<ResumePlace>> {
    (0..GENERATIONS.len())
        .map(|generation| Inside::new(folder, place_of(generation)))
        .filter(Inside::exists)
        .map(|file| {
            file.check().ok()?;
            let file = File::open(file.path()).ok()?;
            let (epoch, batch) = ResumePoint::place_in(file).ok()?;
            Some(ResumePlace { epoch, batch })
        })
        .collect()
}

/// The thread *checkpoints*.
pub(super) struct StateSaver {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

/// What lies between the thread that trains and the one that writes.
#[derive(Default)]
struct Desk {
    /// The newest state. A state that nobody has begun to write gives way to a newer one.
    waiting: Option<Arc<ResumePoint>>,
    /// Whether a state is being written.
    is_writing: bool,
    closed: bool,
    /// What went wrong and hasn't been told.
    troubles: Vec<String>,
}

impl Shared {
    /// The desk. What stands behind the lock is whole at any time, so a panic beside it does no
    /// harm.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the other thread has changed something.
    fn wait<'a>(&self, desk: MutexGuard<'a, Desk>) -> MutexGuard<'a, Desk> {
        let waited = self.changed.wait(desk);
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next state to write; none at the end.
    fn next(&self) -> Option<Arc<ResumePoint>> {
        let mut desk = self.desk();
        loop {
            if let Some(point) = desk.waiting.take() {
                desk.is_writing = true;
                return Some(point);
            }
            if desk.closed {
                return None;
            }
            desk = self.wait(desk);
        }
    }
}

impl StateSaver {
    /// Starts the thread for the run in a folder.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let (folder, theirs) = (folder.to_path_buf(), Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || save_all(&folder, &theirs))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Lays a state down to be written.
    pub fn save(&self, point: Arc<ResumePoint>) {
        self.shared.desk().waiting = Some(point);
        self.shared.changed.notify_all();
    }

    /// Waits until the newest state is on the disk, or couldn't be written.
    pub fn settle(&self) {
        let mut desk = self.shared.desk();
        while desk.waiting.is_some() || desk.is_writing {
            desk = self.shared.wait(desk);
        }
    }

    /// What went wrong since the last call.
    pub fn troubles(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.desk().troubles)
    }

    /// Waits until the last state is on disk.
    pub fn finish(&mut self) {
        self.shared.desk().closed = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // The thread catches its panics itself.
            let _ = thread.join();
        }
    }
}

impl Drop for StateSaver {
    fn drop(&mut self) {
        self.finish();
    }
}

fn save_all(folder: &Path, shared: &Shared) {
    let mut fails = false;
    while let Some(point) = shared.next() {
        let outcome = catch_unwind(AssertUnwindSafe(|| write(folder, &point)));
        let trouble = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(err)) => Some(err.to_string()),
            Err(panic) => Some(format!(
                "the thread that saves the run's state broke down: {}",
                panic_message(&*panic)
            )),
        };
        // A trouble that lasts is told once, not after each epoch.
        if let Some(trouble) = &trouble
            && !fails
        {
            shared.desk().troubles.push(format!(
                "{trouble}; training goes on, but what comes now can't be resumed until a state is \
                 saved again"
            ));
        }
        fails = trouble.is_some();
        shared.desk().is_writing = false;
        shared.changed.notify_all();
    }
}
