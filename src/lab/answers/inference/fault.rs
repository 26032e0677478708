//! Threads that answer break down on purpose, for tests alone.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The next thread that reads weights of the run in this folder breaks down.
pub(crate) fn break_down_at(folder: &Path) {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    folders.push(folder.to_path_buf());
}

/// Breaks down where that was asked for. This is called before weights of a run are read.
pub(super) fn reading(folder: &Path) {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = folders.iter().position(|other| other == folder);
    if let Some(found) = found {
        folders.remove(found);
        drop(folders);
        panic!("the fault injected");
    }
}
