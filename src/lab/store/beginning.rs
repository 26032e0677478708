//! The folder of a run that begins, and what is left of one that never began.

use super::write::BATCHES_HEADER;
use super::{StoreError, files};
use crate::disk;
use crate::lab::run::RunId;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Takes a folder for a run: one that is new or empty, or has what a kill left of a beginning.
pub(super) fn claim(folder: &Path) -> Result<(RunId, PathBuf), StoreError> {
    let refused = || StoreError::io("make the run's folder", files::MEND_WRITE, folder);
    disk::create_folders(folder).map_err(refused())?;
    let mut entries = std::fs::read_dir(folder).map_err(refused())?;
    if entries.next().is_some() && !is_beginning(folder) {
        return Err(StoreError::NotEmpty {
            path: folder.to_path_buf(),
        });
    }
    let mut id = super::read::id_of(folder);
    if id.0.is_empty() {
        id.0 = "run".into();
    }
    Ok((id, folder.to_path_buf()))
}

/// The files that a run has before it has an experiment, which makes a folder a run.
const BEGINNING: [&str; 7] = [
    files::LOCK,
    files::CHECKPOINTS,
    files::ANSWERS,
    files::BATCHES,
    files::METRICS,
    files::SUMMARY,
    files::LABEL,
];

/// Whether a folder holds nothing but a run whose beginning was broken off, by a kill or for want
/// of room. Nothing of such a run is worth keeping.
fn is_beginning(folder: &Path) -> bool {
    let is_empty = |name: &str| {
        let path = folder.join(name);
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => {
                std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
            }
            Ok(found) => found.is_file() && found.len() <= BATCHES_HEADER.len() as u64 + 1,
            Err(_) => true,
        }
    };
    let half_written = disk::half_written(folder);
    let is_part = |path: PathBuf| {
        BEGINNING.iter().any(|name| path.ends_with(name)) || half_written.contains(&path)
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.flatten().all(|entry| is_part(entry.path()))
        && folder.join(files::LOCK).is_file()
        && [
            files::CHECKPOINTS,
            files::ANSWERS,
            files::BATCHES,
            files::METRICS,
        ]
        .into_iter()
        .all(is_empty)
}

/// Removes what a beginning that was broken off has left, but for what is replaced.
pub(super) fn clear_beginning(folder: &Path) -> Result<(), StoreError> {
    disk::remove_half_written(folder);
    for name in [files::BATCHES, files::METRICS] {
        let path = folder.join(name);
        match disk::remove_file(&path) {
            Err(err) if err.kind() != ErrorKind::NotFound => {
                return Err(StoreError::io("remove the file", files::MEND_WRITE, &path)(
                    err,
                ));
            }
            _ => {}
        }
    }
    Ok(())
}
