//! The one seam through which the program writes to disk: it writes files whole or not at all,
//! appends and syncs lines, makes folders, changes names and removes files. Each of these takes one
//! or a few steps that can be made to fail or held up ([`fault`]). The reading of files that anybody
//! may have made can be made to fail, too.

pub mod fault;
mod scratch;

pub(crate) use scratch::Scratch;

use fault::{Step, step};
use std::fs::{self, File};
use std::io::{ErrorKind, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The beginning of the names of files that are not yet whole.
const HALF_WRITTEN: &str = ".writing-";

/// The contents of a file, on the disk under a temporary name in the file's folder. The temporary
/// file is removed where it never gets its name.
pub(crate) struct Staged(NamedTempFile);

impl Staged {
    /// Writes and syncs contents into the folder of their later path.
    ///
    /// # Errors
    /// Where the system refuses any step.
    pub fn new(path: &Path, contents: &[u8]) -> Result<Self> {
        step(Step::Create, path)?;
        let mut file = tempfile::Builder::new()
            .prefix(HALF_WRITTEN)
            .tempfile_in(folder_of(path))
            // The error is made anew of its kind, since it carries the temporary name, which would
            // only confuse.
            .map_err(|err| err.kind())?;
        // The file itself is written to, since errors of the wrapper name the temporary file.
        write(file.as_file_mut(), contents, path)?;
        step(Step::Sync, path)?;
        file.as_file().sync_all()?;
        share_as_usual(file.as_file())?;
        Ok(Self(file))
    }

    /// Gives the file its name, in place of the file that has it.
    ///
    /// # Errors
    /// Where the system refuses any step.
    pub fn replace(self, path: &Path) -> Result<()> {
        step(Step::Rename, path)?;
        self.0.persist(path).map_err(|err| err.error)?;
        sync_folder_of(path)
    }

    /// Gives the file its name, which must be free.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where another file has the name; others where the system
    /// refuses any step.
    pub fn name(self, path: &Path) -> Result<()> {
        step(Step::Rename, path)?;
        self.0.persist_noclobber(path).map_err(|err| err.error)?;
        sync_folder_of(path)
    }

    /// Gives the file its name. The file that had the name, if one did, gets that of `before`. At
    /// any time at least one of the two is there.
    ///
    /// # Errors
    /// Where the system refuses any step.
    pub fn replace_keeping(self, path: &Path, before: &Path) -> Result<()> {
        step(Step::Rename, before)?;
        match fs::rename(path, before) {
            Err(err) if err.kind() != ErrorKind::NotFound => return Err(err),
            _ => {}
        }
        self.replace(path)
    }
}

/// Writes a file whole: under a temporary name in the same folder, synced, renamed, the folder
/// synced. A kill or a full disk leaves the file as it was.
///
/// # Errors
/// Where the system refuses any step.
pub(crate) fn write_atomically(path: &Path, contents: &[u8]) -> Result<()> {
    Staged::new(path, contents)?.replace(path)
}

/// A file that grows by whole pieces. A piece that can't be written leaves the file as it was.
pub(crate) struct Growing {
    file: File,
    length: u64,
}

impl Growing {
    /// Makes a new file.
    ///
    /// # Errors
    /// Where there is one already, or it can't be made.
    pub fn create(path: &Path) -> Result<Self> {
        step(Step::Create, path)?;
        let file = File::create_new(path)?;
        Ok(Self { file, length: 0 })
    }

    /// Opens a file that is there, to go on behind its end.
    ///
    /// # Errors
    /// Where the file can't be opened.
    pub fn open(path: &Path) -> Result<Self> {
        step(Step::Create, path)?;
        let mut file = File::options().write(true).open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length })
    }

    /// Appends and syncs a piece. `path` is the file's path, by which faults are found.
    ///
    /// # Errors
    /// Where the system refuses. No torn piece stays behind; if even removing it fails, readers
    /// drop it.
    pub fn append(&mut self, piece: &[u8], path: &Path) -> Result<()> {
        let written = self
            .cut_back()
            .and_then(|()| write(&mut self.file, piece, path))
            .and_then(|()| step(Step::Sync, path))
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.length += piece.len() as u64,
            Err(_) => {
                let _ = self.cut_back();
            }
        }
        written
    }

    /// Drops a piece that was begun and never finished, because of an error or a panic in between.
    fn cut_back(&mut self) -> Result<()> {
        if self.file.stream_position()? != self.length {
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::Start(self.length))?;
        }
        Ok(())
    }
}

/// Opens a file to read it.
///
/// # Errors
/// Where it isn't there or the system refuses.
pub fn open(path: &Path) -> Result<File> {
    step(Step::Read, path)?;
    File::open(path)
}

/// Opens a file that is only locked, and makes it if it isn't there.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn open_to_lock(path: &Path) -> Result<File> {
    step(Step::Create, path)?;
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    options.open(path)
}

/// Puts other contents into an open file. A kill may tear them, so that this is for contents on
/// which nobody relies.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn overwrite(file: &mut File, contents: &[u8], path: &Path) -> Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write(file, contents, path)
}

/// Makes a folder in a folder that is there.
///
/// # Errors
/// Where there is one already, or it can't be made.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    step(Step::Folder, path)?;
    fs::create_dir(path)
}

/// Makes a folder, and the folders that it lies in as far as they aren't there.
///
/// # Errors
/// Where one of them can't be made.
pub(crate) fn create_folders(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    step(Step::Folder, path)?;
    fs::create_dir_all(path)
}

/// Gives a file or folder another name.
///
/// # Errors
/// Where the system refuses.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    step(Step::Rename, to)?;
    fs::rename(from, to)
}

/// Removes a file.
///
/// # Errors
/// Where the file isn't there or can't be removed.
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    step(Step::Remove, path)?;
    fs::remove_file(path)
}

/// Removes a folder with everything in it.
///
/// # Errors
/// Where the folder isn't there or can't be removed.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    step(Step::Remove, path)?;
    fs::remove_dir_all(path)
}

/// The files of a folder that are half written, by a process at work or by one that was killed.
pub(crate) fn half_written(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_half = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(HALF_WRITTEN)
    };
    entries.filter(is_half).map(|entry| entry.path()).collect()
}

/// Removes the files of a folder that a kill left half written. A file that can't be removed does
/// no harm.
pub(crate) fn remove_half_written(folder: &Path) {
    for path in half_written(folder) {
        let _ = remove_file(&path);
    }
}

/// The folder that a path lies in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes contents. Where a fault stands for a full disk, a part of them is written, as on a real
/// one.
fn write(file: &mut File, contents: &[u8], path: &Path) -> Result<()> {
    if let Err(err) = step(Step::Write, path) {
        let _ = file.write_all(&contents[..contents.len() / 2]);
        return Err(err);
    }
    file.write_all(contents)
}

/// Makes a temporary file, which only its owner can read, as readable as other files.
#[cfg(unix)]
fn share_as_usual(file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_as_usual(_file: &File) -> Result<()> {
    Ok(())
}

/// Syncs the folder of a path, so that a rename lasts. Other systems than Unix have no such call.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> Result<()> {
    step(Step::Sync, path)?;
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder_of(_path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fault::{Faults, inject};
    use super::*;

    #[test]
    fn whichever_step_fails_a_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (path, before) = (folder.path().join("state"), folder.path().join("before"));
        let mut failures = 0;
        for nth in 1.. {
            write_atomically(&path, b"old").unwrap();
            let faults = inject(Faults::nth(folder.path(), nth, ErrorKind::StorageFull));
            let result = Staged::new(&path, b"new, and longer")
                .and_then(|staged| staged.replace_keeping(&path, &before));
            drop(faults);
            let read = |path: &Path| fs::read(path).unwrap_or_default();
            let whole: [&[u8]; 2] = [b"old", b"new, and longer"];
            assert!(whole.contains(&&*read(&path)) || whole.contains(&&*read(&before)));
            let left = fs::read_dir(folder.path()).unwrap().count();
            assert!(left <= 2, "{left} files");
            if result.is_ok() {
                assert_eq!(read(&path), whole[1]);
                break;
            }
            failures += 1;
        }
        // The six steps are create, write, sync, two renames, and the folder's sync.
        assert_eq!(failures, 6);
    }

    #[test]
    fn a_piece_that_finds_no_room_leaves_no_half_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        let mut growing = Growing::create(&path).unwrap();
        growing.append(b"one\n", &path).unwrap();
        for nth in 1..=2 {
            let _faults = inject(Faults::nth(folder.path(), nth, ErrorKind::StorageFull));
            assert!(growing.append(b"two\n", &path).is_err());
            assert_eq!(fs::read(&path).unwrap(), b"one\n");
        }
        growing.append(b"two\n", &path).unwrap();
        drop(growing);
        let mut growing = Growing::open(&path).unwrap();
        growing.append(b"three\n", &path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\nthree\n");
    }
}
