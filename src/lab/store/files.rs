//! The names of a run's files, and how they are written: whole or not at all.

use super::StoreError;
use crate::disk::{self, Growing, Staged, folder_of};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::Path;

pub(super) const EXPERIMENT: &str = "experiment.json";
pub(super) const METRICS: &str = "metrics.jsonl";
pub(super) const BATCHES: &str = "batches.csv";
pub(super) const SUMMARY: &str = "summary.json";
pub(super) const LABEL: &str = "label.json";
pub(super) const TEST_SCORE: &str = "test-score.json";
pub(super) const CHECKPOINTS: &str = "checkpoints";
pub(super) const ANSWERS: &str = "answers";
pub(super) const LOCK: &str = "lock";
pub(super) const BIN: &str = ".bin";

pub(super) const MEND_WRITE: &str =
    "check that the folder can be written and that the disk is not full";

/// What to do where a file of that name is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// The file is left as it is, and there is an error.
    #[default]
    Refuse,
    /// The file is replaced.
    Replace,
}

impl Overwrite {
    /// Checks that a file may be written here. This is asked before long work.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where a file is there and shall stay; another error where there is no
    /// such folder.
    pub fn check(self, path: &Path) -> Result<(), StoreError> {
        if self == Self::Refuse && path.symlink_metadata().is_ok() {
            let path = path.to_path_buf();
            return Err(StoreError::Exists { path });
        }
        match std::fs::metadata(folder_of(path)) {
            Ok(_) => Ok(()),
            Err(err) if err.kind() == ErrorKind::NotFound => Err(StoreError::NoFolder {
                folder: folder_of(path).to_path_buf(),
                path: path.to_path_buf(),
            }),
            Err(err) => Err(StoreError::io("write the file", MEND_WRITE, path)(err)),
        }
    }
}

/// Writes a file whole: a kill or a full disk leaves the file as it was.
///
/// # Errors
/// Where a step of the writing is refused; the message names the file.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), StoreError> {
    disk::write_atomically(path, contents).map_err(refused(path))
}

/// Writes files that belong together, each whole: none gets its name before all lie on the disk.
/// The last file, which the others belong to, is written first and named last.
///
/// # Errors
/// The errors are those of [`write_atomically`], and that a file is there already and shall stay.
pub fn write_together(files: &[(&Path, &[u8])], overwrite: Overwrite) -> Result<(), StoreError> {
    for (path, _) in files {
        overwrite.check(path)?;
    }
    let staged = files
        .iter()
        .rev()
        .map(|(path, contents)| Staged::new(path, contents).map_err(refused(path)))
        .collect::<Result<Vec<_>, _>>()?;
    for ((path, _), file) in files.iter().zip(staged.into_iter().rev()) {
        match overwrite {
            Overwrite::Replace => file.replace(path),
            Overwrite::Refuse => file.name(path),
        }
        .map_err(refused(path))?;
    }
    Ok(())
}

/// Writes a file whole, like [`write_atomically`], and keeps the file that was there under another
/// name in the folder.
pub(super) fn write_atomically_keeping(
    path: &Path,
    contents: &[u8],
    before: &Path,
) -> Result<(), StoreError> {
    Staged::new(path, contents)
        .and_then(|file| file.replace_keeping(path, before))
        .map_err(refused(path))
}

fn refused(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    |source| StoreError::io("write the file", mend_of(source.kind()), path)(source)
}

/// What to do where a file can't be written for this reason.
fn mend_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "check that its folder is still there",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "check that its folder can be written"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "check that its disk has room",
        _ => MEND_WRITE,
    }
}

/// Makes a folder of a run, and the folders that it lies in, where they aren't there.
pub(super) fn create_folder(folder: &Path) -> Result<(), StoreError> {
    let refused = StoreError::io("make the run's folder", MEND_WRITE, folder);
    disk::create_folders(folder).map_err(refused)
}

/// Writes a value as JSON, whole.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), StoreError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|err| StoreError::Malformed {
        message: format!("can't be written as JSON: {err}"),
        path: path.to_path_buf(),
    })?;
    text.push('\n');
    write_atomically(path, text.as_bytes())
}

/// A file that grows by whole lines. A line that can't be written waits for the next try.
pub(super) struct LineFile {
    file: Growing,
    waiting: String,
}

impl LineFile {
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        let file = Growing::create(path);
        Ok(Self {
            file: file.map_err(StoreError::io("make the file", MEND_WRITE, path))?,
            waiting: String::new(),
        })
    }

    /// Opens a file that is there and whole, to append to it.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let file = Growing::open(path);
        Ok(Self {
            file: file.map_err(StoreError::io("append to the file", MEND_WRITE, path))?,
            waiting: String::new(),
        })
    }

    /// Whether all lines are on the disk.
    pub(super) fn is_whole(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Puts a line, with its newline, among those to be written.
    pub(super) fn push(&mut self, line: &str) {
        self.waiting.push_str(line);
        self.waiting.push('\n');
    }

    /// Appends and syncs what waits.
    pub(super) fn flush(&mut self, path: &Path) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let appended = self.file.append(self.waiting.as_bytes(), path);
        appended.map_err(|source| {
            let mend = mend_of(source.kind());
            StoreError::io("append to the file", mend, path)(source)
        })?;
        self.waiting.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let refused = write_together(&[(&path, b"three")], Overwrite::Refuse).unwrap_err();
        assert!(refused.to_string().contains("already there"), "{refused}");
        let other = folder.path().join("b.json");
        let both: [(&Path, &[u8]); 2] = [(&other, b"x"), (&path, b"three")];
        assert!(write_together(&both, Overwrite::Refuse).is_err());
        assert!(!other.exists());
        write_together(&both, Overwrite::Replace).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        let err = write_atomically(&folder.path().join("no/a.json"), b"x").unwrap_err();
        assert!(err.to_string().contains("no/a.json"), "{err}");
    }
}
