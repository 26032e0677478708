//! The one seam through which the program writes to disk: files whole or not at all, lines
//! appended and synced, folders made, names changed, files removed. Each is a step or a few that
//! a test can make fail or hold up ([`fault`]).

pub mod fault;

use fault::{Step, step};
use std::fs::{self, File};
use std::io::{ErrorKind, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What the names of files begin with that are not yet whole.
const HALF_WRITTEN: &str = ".writing-";

/// A file's contents, on the disk under a temporary name in its folder. It goes away again where
/// it isn't named.
pub struct Staged(NamedTempFile);

impl Staged {
    /// Writes and syncs contents into the folder of their later path.
    ///
    /// # Errors
    /// Where any of it is refused.
    pub fn new(path: &Path, contents: &[u8]) -> Result<Self> {
        step(Step::Create, path)?;
        let mut file = tempfile::Builder::new()
            .prefix(HALF_WRITTEN)
            .tempfile_in(folder_of(path))
            // The temporary name that this error carries would only confuse.
            .map_err(|err| err.kind())?;
        // Not through the wrapper: its errors name the temporary file.
        write(file.as_file_mut(), contents, path)?;
        step(Step::Sync, path)?;
        file.as_file().sync_all()?;
        share_as_usual(file.as_file())?;
        Ok(Self(file))
    }

    /// Gives the file its name, in place of the file that has it.
    ///
    /// # Errors
    /// Where that is refused.
    pub fn replace(self, path: &Path) -> Result<()> {
        step(Step::Rename, path)?;
        self.0.persist(path).map_err(|err| err.error)?;
        sync_folder_of(path)
    }

    /// Gives the file its name, which is free.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where it isn't, or where that is refused.
    pub fn name(self, path: &Path) -> Result<()> {
        step(Step::Rename, path)?;
        self.0.persist_noclobber(path).map_err(|err| err.error)?;
        sync_folder_of(path)
    }

    /// Gives the file its name; the file that had it, if one did, gets that of `before`.
    ///
    /// # Errors
    /// Where that is refused. At no time is neither of the two there.
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
/// Where any of these steps is refused.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<()> {
    Staged::new(path, contents)?.replace(path)
}

/// A file that grows by whole pieces. One that can't be written leaves the file as it was.
pub struct Growing {
    file: File,
    length: u64,
}

impl Growing {
    /// A new file.
    ///
    /// # Errors
    /// Where there is one, or it can't be made.
    pub fn create(path: &Path) -> Result<Self> {
        step(Step::Create, path)?;
        let file = File::create_new(path)?;
        Ok(Self { file, length: 0 })
    }

    /// A file that is there, to go on behind its end.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub fn open(path: &Path) -> Result<Self> {
        step(Step::Create, path)?;
        let mut file = File::options().write(true).open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, length })
    }

    /// Appends and syncs a piece. `path` is its own.
    ///
    /// # Errors
    /// Where that is refused. No torn piece stays behind; if even that fails, reading drops it.
    pub fn append(&mut self, piece: &[u8], path: &Path) -> Result<()> {
        let written = write(&mut self.file, piece, path)
            .and_then(|()| step(Step::Sync, path))
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.length += piece.len() as u64,
            Err(_) => {
                let _ = self.file.set_len(self.length);
                let _ = self.file.seek(SeekFrom::Start(self.length));
            }
        }
        written
    }
}

/// Opens a file that is only locked, and makes it if it isn't there.
///
/// # Errors
/// Where that is refused.
pub fn open_to_lock(path: &Path) -> Result<File> {
    step(Step::Create, path)?;
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    options.open(path)
}

/// Puts other contents into an open file. They may be torn: for what nobody relies on.
///
/// # Errors
/// Where that is refused.
pub fn overwrite(file: &mut File, contents: &[u8], path: &Path) -> Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write(file, contents, path)
}

/// Makes a folder in one that is there.
///
/// # Errors
/// Where there is one, or it can't be made.
pub fn create_folder(path: &Path) -> Result<()> {
    step(Step::Folder, path)?;
    fs::create_dir(path)
}

/// Makes a folder and those that it lies in, as far as they aren't there.
///
/// # Errors
/// Where one can't be made.
pub fn create_folders(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    step(Step::Folder, path)?;
    fs::create_dir_all(path)
}

/// Gives a file or folder another name.
///
/// # Errors
/// Where that is refused.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    step(Step::Rename, to)?;
    fs::rename(from, to)
}

/// Removes a file.
///
/// # Errors
/// Where it isn't there or can't be removed.
pub fn remove_file(path: &Path) -> Result<()> {
    step(Step::Remove, path)?;
    fs::remove_file(path)
}

/// Removes a folder with all that is in it.
///
/// # Errors
/// Where it isn't there or can't be removed.
pub fn remove_folder(path: &Path) -> Result<()> {
    step(Step::Remove, path)?;
    fs::remove_dir_all(path)
}

/// The files of a folder that are half written: by somebody at work, or by a process that was
/// killed.
pub fn half_written(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_half = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(HALF_WRITTEN)
    };
    entries.filter(is_half).map(|entry| entry.path()).collect()
}

/// Removes what a kill left half written in a folder. What can't be removed is in nobody's way.
pub fn remove_half_written(folder: &Path) {
    for path in half_written(folder) {
        let _ = remove_file(&path);
    }
}

/// The folder that a path lies in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A disk that gets full has taken a part.
fn write(file: &mut File, contents: &[u8], path: &Path) -> Result<()> {
    if let Err(err) = step(Step::Write, path) {
        let _ = file.write_all(&contents[..contents.len() / 2]);
        return Err(err);
    }
    file.write_all(contents)
}

/// Temporary files are made for their owner alone; what stays shall be readable as any other.
#[cfg(unix)]
fn share_as_usual(file: &File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_as_usual(_file: &File) -> Result<()> {
    Ok(())
}

/// Makes a rename last. Other systems than Unix have no such call.
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
        // Create, write, sync, two renames, the folder's sync.
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
