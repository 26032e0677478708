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
pub(super) const BIN: &str = ".bin";

pub(super) const MEND_WRITE: &str =
    "check that the folder can be written and that the disk is not full";

/// Writes a file whole: under a temporary name in the same folder, synced, renamed, the folder
/// synced. A kill or a full disk leaves the file as it was.
///
/// # Errors
/// Where any of these steps is refused; the message names the file.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), StoreError> {
    let refused = || StoreError::io("write the file", MEND_WRITE, path);
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".writing-")
        .tempfile_in(folder)
        // The temporary name that this error carries would only confuse.
        .map_err(|err| refused()(err.kind().into()))?;
    file.write_all(contents).map_err(refused())?;
    file.as_file().sync_all().map_err(refused())?;
    share_as_usual(file.as_file()).map_err(refused())?;
    file.persist(path).map_err(|err| refused()(err.error))?;
    sync_folder(folder).map_err(refused())
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
        let err = write_atomically(&folder.path().join("no/a.json"), b"x").unwrap_err();
        assert!(err.to_string().contains("no/a.json"), "{err}");
    }
}
