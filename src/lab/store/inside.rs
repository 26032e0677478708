//! Reading files that anybody may have made: never more than a kind of file can have, and of a
//! run's folder nothing that leads out of it.

use super::StoreError;
use crate::disk;
use std::fs::Metadata;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The most bytes of an experiment file: one with tens of thousands of changes has fewer.
pub const EXPERIMENT_LIMIT: u64 = 4 << 20;
/// The most bytes of a run's small files: summary, label, test score.
pub(super) const SMALL_LIMIT: u64 = 1 << 20;
/// The most bytes of `metrics.jsonl`: one with as many epochs as a run can have has fewer.
pub(super) const METRICS_LIMIT: u64 = 16 << 20;
/// The most bytes of `batches.csv` that are read. Where the file has more, the curve of the batches
/// as seen ends early.
pub(super) const BATCHES_LIMIT: u64 = 64 << 20;
/// The most bytes of an epoch's answers: to as many images as data can have.
pub(super) const ANSWERS_LIMIT: u64 = 100 << 20;
/// The most bytes of a file of weights: the largest network's, with room for the header.
pub(super) const WEIGHTS_LIMIT: u64 = 4 * crate::experiment::limits::PARAMETERS + (1 << 20);

/// The most bytes of a saved state: weights and two moments of each, with room for the header.
pub(super) const STATE_LIMIT: u64 = 12 * crate::experiment::limits::PARAMETERS + (4 << 20);

/// Reads a file of at most `limit` bytes, wherever it lies. A pipe may be read so. Where waiting
/// for a pipe would be wrong, [`check_regular`] comes first.
///
/// # Errors
/// Where the system refuses, or the file has more bytes.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    let refused = || StoreError::io("read the file", "check the path", path);
    let file = disk::open(path).map_err(refused())?;
    let known = file.metadata().map_err(refused())?;
    if known.is_file() && known.len() > limit {
        return Err(too_large(path, limit));
    }
    let mut bytes = Vec::new();
    // A file may grow meanwhile, and a device has no length.
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(refused())?;
    if bytes.len() as u64 > limit {
        return Err(too_large(path, limit));
    }
    Ok(bytes)
}

/// Reads a text file of at most `limit` bytes, like [`read_bounded`].
///
/// # Errors
/// The errors are those of [`read_bounded`], and that the bytes aren't UTF-8.
pub fn read_bounded_text(path: &Path, limit: u64) -> Result<String, StoreError> {
    String::from_utf8(read_bounded(path, limit)?).map_err(|err| {
        let line = text_line(err.as_bytes(), err.utf8_error().valid_up_to());
        StoreError::Malformed {
            message: format!("line {line}: found bytes that are no UTF-8, expected text"),
            path: path.to_path_buf(),
        }
    })
}

/// Checks that there is a file that can be read to its end: opening a pipe would wait, and a device
/// never ends.
///
/// # Errors
/// Where there is nothing, or something other than a file.
pub fn check_regular(path: &Path) -> Result<(), StoreError> {
    let known =
        std::fs::metadata(path).map_err(StoreError::io("read the file", "check the path", path))?;
    expect_file(path, &known)
}

/// A file of a run, named by its place in the run's folder.
pub(super) struct Inside<'a> {
    folder: &'a Path,
    place: PathBuf,
}

impl<'a> Inside<'a> {
    /// The file at a place below a run's folder.
    pub(super) fn new(folder: &'a Path, place: impl Into<PathBuf>) -> Self {
        let place = place.into();
        Self { folder, place }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.place)
    }

    /// Reads the file, of at most `limit` bytes.
    ///
    /// # Errors
    /// Where it isn't a file of the run's own, or has more bytes.
    pub(super) fn read(&self, limit: u64) -> Result<Vec<u8>, StoreError> {
        self.check()?;
        read_bounded(&self.path(), limit)
    }

    /// Reads the file as text, of at most `limit` bytes.
    pub(super) fn read_text(&self, limit: u64) -> Result<String, StoreError> {
        self.check()?;
        read_bounded_text(&self.path(), limit)
    }

    /// Whether something lies there, a link that leads nowhere included.
    pub(super) fn exists(&self) -> bool {
        self.path().symlink_metadata().is_ok()
    }

    /// Checks that this is a regular file, and that neither the file nor a folder on the way to it
    /// from the run's folder is a link. The run's own folder may be reached as a person likes.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut path = self.folder.to_path_buf();
        let mut known = None;
        for part in self.place.components() {
            let Component::Normal(part) = part else {
                return Err(StoreError::Malformed {
                    message: "found a name that leads out of the run's folder; remove it".into(),
                    path: self.path(),
                });
            };
            path.push(part);
            let found = path.symlink_metadata().map_err(StoreError::io(
                "read the file",
                "check that this is a run's folder, and whole",
                &path,
            ))?;
            if found.is_symlink() {
                return Err(linked(&path));
            }
            known = Some(found);
        }
        known.map_or(Ok(()), |known| expect_file(&path, &known))
    }
}

/// Checks that a folder below a run's or a store's folder isn't a link.
///
/// # Errors
/// Where the folder is a link. A folder that isn't there is none.
pub(crate) fn check_no_link(path: &Path) -> Result<(), StoreError> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => Err(linked(path)),
        _ => Ok(()),
    }
}

fn linked(path: &Path) -> StoreError {
    StoreError::Malformed {
        message: "found a link, expected what belongs to the run itself; put a copy in its place"
            .into(),
        path: path.to_path_buf(),
    }
}

fn too_large(path: &Path, limit: u64) -> StoreError {
    StoreError::Malformed {
        message: format!(
            "found more than {limit} bytes, expected at most that in such a file; it is damaged \
             or another kind of file"
        ),
        path: path.to_path_buf(),
    }
}

fn expect_file(path: &Path, known: &Metadata) -> Result<(), StoreError> {
    if known.is_file() {
        return Ok(());
    }
    let found = if known.is_dir() {
        "a folder"
    } else {
        "a pipe or device"
    };
    Err(StoreError::Malformed {
        message: format!("found {found}, expected a file; choose a file"),
        path: path.to_path_buf(),
    })
}

/// The line, from 1, that a byte of a text stands in.
fn text_line(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "12345").unwrap();
        let file = Inside::new(folder.path(), "a");
        assert_eq!(file.read(5).unwrap(), b"12345");
        let err = file.read(4).unwrap_err().to_string();
        assert!(
            err.contains("more than 4 bytes") && err.ends_with("/a"),
            "{err}"
        );
        std::fs::write(folder.path().join("a"), b"one\ntwo\xff").unwrap();
        let err = file.read_text(10).unwrap_err().to_string();
        assert!(err.starts_with("line 2: found bytes"), "{err}");
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        std::fs::create_dir(&run).unwrap();
        std::fs::write(folder.path().join("outside"), "x").unwrap();
        for place in ["../outside", "/etc/passwd", "./../outside"] {
            let err = Inside::new(&run, place).read(10).unwrap_err().to_string();
            assert!(err.contains("leads out of"), "{place}: {err}");
        }
        let err = Inside::new(folder.path(), "run").read(10).unwrap_err();
        assert!(err.to_string().contains("found a folder"), "{err}");
    }

    #[test]
    #[cfg(unix)]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        std::fs::create_dir_all(folder.path().join("outside")).unwrap();
        std::fs::create_dir(&run).unwrap();
        std::fs::write(folder.path().join("outside/file"), "x").unwrap();
        std::os::unix::fs::symlink(folder.path().join("outside"), run.join("inner")).unwrap();
        std::os::unix::fs::symlink("../outside/file", run.join("file")).unwrap();
        for (place, named) in [("inner/file", "run/inner"), ("file", "run/file")] {
            let err = Inside::new(&run, place).read(10).unwrap_err().to_string();
            assert!(
                err.contains("found a link") && err.ends_with(named),
                "{err}"
            );
        }
        // The folder itself may be reached by a link.
        std::fs::write(run.join("own"), "mine").unwrap();
        let way = folder.path().join("way");
        std::os::unix::fs::symlink(&run, &way).unwrap();
        assert_eq!(Inside::new(&way, "own").read(10).unwrap(), b"mine");
    }
}
