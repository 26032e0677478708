//! The one seam through which a run's files are written: whole or not at all.

use super::StoreError;
use serde::Serialize;
use std::fs::File;
use std::io::Write;
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

/// What the names of files begin with that are not yet whole.
const HALF_WRITTEN: &str = ".writing-";

pub(super) const MEND_WRITE: &str =
    "check that the folder can be written and that the disk is not full";

/// What to do where a file of that name is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it, with an error.
    #[default]
    Refuse,
    /// Replace it.
    Replace,
}

impl Overwrite {
    /// Whether a file may be written here, asked before long work.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where one is there and shall stay, or there is no such folder.
    pub fn check(self, path: &Path) -> Result<(), StoreError> {
        if self == Self::Refuse && path.symlink_metadata().is_ok() {
            let path = path.to_path_buf();
            return Err(StoreError::Exists { path });
        }
        std::fs::metadata(folder_of(path))
            .map(|_| ())
            .map_err(StoreError::io("write the file", MEND_WRITE, path))
    }
}

/// Writes a file whole: under a temporary name in the same folder, synced, renamed, the folder
/// synced. A kill or a full disk leaves the file as it was.
///
/// # Errors
/// Where any of these steps is refused; the message names the file.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), StoreError> {
    write_together(&[(path, contents)], Overwrite::Replace)
}

/// Writes files that belong together, each whole: none gets its name before all lie on the disk.
/// The last, which the others belong to, is tried first and named last.
///
/// # Errors
/// As [`write_atomically`], and where one is there already and shall stay.
pub fn write_together(files: &[(&Path, &[u8])], overwrite: Overwrite) -> Result<(), StoreError> {
    for (path, _) in files {
        overwrite.check(path)?;
    }
    let staged = files
        .iter()
        .rev()
        .map(|(path, contents)| stage(path, contents))
        .collect::<Result<Vec<_>, _>>()?;
    for ((path, _), file) in files.iter().zip(staged.into_iter().rev()) {
        let refused = || StoreError::io("write the file", MEND_WRITE, path);
        match overwrite {
            Overwrite::Replace => file.persist(path),
            Overwrite::Refuse => file.persist_noclobber(path),
        }
        .map_err(|err| refused()(err.error))?;
        sync_folder(folder_of(path)).map_err(refused())?;
    }
    Ok(())
}

/// As [`write_atomically`], but the file that was there is kept under another name in the folder.
pub(super) fn write_atomically_keeping(
    path: &Path,
    contents: &[u8],
    before: &Path,
) -> Result<(), StoreError> {
    let refused = || StoreError::io("write the file", MEND_WRITE, path);
    let file = stage(path, contents)?;
    match std::fs::rename(path, before) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => return Err(refused()(err)),
        _ => {}
    }
    file.persist(path).map_err(|err| refused()(err.error))?;
    sync_folder(folder_of(path)).map_err(refused())
}

/// Makes a folder of a run, if it isn't there.
pub(super) fn create_folder(folder: &Path) -> Result<(), StoreError> {
    let refused = StoreError::io("make the run's folder", MEND_WRITE, folder);
    std::fs::create_dir_all(folder).map_err(refused)
}

/// What a kill left half written in a folder.
pub(super) fn remove_half_written(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(HALF_WRITTEN)
        {
            // It is in nobody's way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Puts a file's contents on the disk under a temporary name.
fn stage(path: &Path, contents: &[u8]) -> Result<tempfile::NamedTempFile, StoreError> {
    let refused = || StoreError::io("write the file", MEND_WRITE, path);
    let mut file = tempfile::Builder::new()
        .prefix(HALF_WRITTEN)
        .tempfile_in(folder_of(path))
        // The temporary name that this error carries would only confuse.
        .map_err(|err| refused()(err.kind().into()))?;
    // Not through the wrapper: its errors name the temporary file.
    file.as_file_mut().write_all(contents).map_err(refused())?;
    file.as_file().sync_all().map_err(refused())?;
    share_as_usual(file.as_file()).map_err(refused())?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Temporary files are made for their owner alone; what stays shall be readable as any other.
#[cfg(unix)]
fn share_as_usual(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_as_usual(_file: &File) -> std::io::Result<()> {
    Ok(())
}

/// Makes a rename last. Other systems than Unix have no such call.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
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

/// A file that grows by whole lines. A line that can't be written leaves the file as it was and
/// waits for the next try.
pub(super) struct LineFile {
    file: File,
    length: u64,
    waiting: String,
}

impl LineFile {
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        let file =
            File::create_new(path).map_err(StoreError::io("make the file", MEND_WRITE, path))?;
        Ok(Self {
            file,
            length: 0,
            waiting: String::new(),
        })
    }

    /// A file that is there, whole, to be appended to.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let refused = || StoreError::io("append to the file", MEND_WRITE, path);
        let mut file = File::options().write(true).open(path).map_err(refused())?;
        let length = std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0));
        Ok(Self {
            length: length.map_err(refused())?,
            file,
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
        let written = self
            .file
            .write_all(self.waiting.as_bytes())
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.length += self.waiting.len() as u64;
                self.waiting.clear();
                Ok(())
            }
            Err(err) => {
                // No torn line stays behind; if even that fails, reading drops it.
                let _ = self.file.set_len(self.length);
                let _ = std::io::Seek::seek(&mut self.file, std::io::SeekFrom::End(0));
                Err(StoreError::io("append to the file", MEND_WRITE, path)(err))
            }
        }
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
