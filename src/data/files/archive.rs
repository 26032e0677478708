//! Archives: what is in a `.zip`, or the one file in a `.gz`, is unpacked into a folder of its own, which
//! is then read as any other and goes away. Nothing that an archive claims is believed: names lead nowhere
//! else, and what comes out of it is counted and bounded.

use super::detect::{self, Found};
use super::names::{is_skipped, name_of};
use super::read::{self, Progress};
use super::zip::ZipFile;
use crate::data::{DataError, MAX_BYTES};
use crate::disk::Scratch;
use flate2::read::MultiGzDecoder;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A table takes about four times as many bytes as its pixels.
const TEXT_LIMIT: u64 = 2 * MAX_BYTES;
/// A name in an archive has no more parts than this, or it is left out.
const DEPTH: usize = 16;
/// A name in an archive is no longer than this, in bytes, or it is left out.
const NAME_LIMIT: usize = 512;

/// The kinds of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A zip file of files and folders.
    Zip,
    /// One file, compressed.
    Gzip,
}

/// What an archive holds, unpacked.
pub(super) struct Unpacked {
    scratch: Scratch,
    archive: PathBuf,
}

impl Unpacked {
    /// Unpacks an archive.
    ///
    /// # Errors
    /// Where it can't be read, is damaged, or holds more than is read at all.
    pub(super) fn new(
        archive: &Path,
        kind: Kind,
        progress: &mut Progress<'_>,
    ) -> Result<Self, DataError> {
        read::expect(progress, &[archive])?;
        let scratch = Scratch::new().map_err(|err| no_room(archive, &err))?;
        let unpacked = Self {
            scratch,
            archive: archive.to_path_buf(),
        };
        match kind {
            Kind::Zip => unpacked.unzip(progress)?,
            Kind::Gzip => unpacked.gunzip(progress)?,
        }
        Ok(unpacked)
    }

    /// The folder in which it lies.
    pub(super) fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// Finds what the archive holds.
    pub(super) fn detect(&self) -> Result<Found, DataError> {
        let found = detect::detect_unpacked(self.scratch.path());
        found.map_err(|err| self.renamed(err))
    }

    /// An error that names the archive in place of the folder in which it was unpacked.
    pub(super) fn renamed(&self, err: DataError) -> DataError {
        let renamed = |path: &Path| match path.strip_prefix(self.scratch.path()) {
            Ok(inner) if inner.as_os_str().is_empty() => self.archive.clone(),
            Ok(inner) => self.archive.join(inner),
            Err(_) => path.to_path_buf(),
        };
        let named = |file: String| renamed(Path::new(&file)).display().to_string();
        match err {
            DataError::File {
                path,
                place,
                problem,
            } => DataError::File {
                path: renamed(&path),
                place,
                problem,
            },
            DataError::Idx { file, problem } => DataError::Idx {
                file: named(file),
                problem,
            },
            DataError::Picture { file, problem } => DataError::Picture {
                file: named(file),
                problem,
            },
            other => other,
        }
    }

    fn gunzip(&self, progress: &mut Progress<'_>) -> Result<(), DataError> {
        let mut source = read::Source::open(&self.archive, progress)?;
        let name = name_of(&self.archive);
        let name = name.strip_suffix(".gz").unwrap_or("train.csv").to_owned();
        let mut inner = MultiGzDecoder::new(&mut source);
        let written = self
            .scratch
            .write(Path::new(&name), &mut inner, TEXT_LIMIT + 1)
            .map_err(|err| damaged(&self.archive, "gzip file", &err));
        let written = source.finish(written)?;
        check_total(&self.archive, written)
    }

    fn unzip(&self, progress: &mut Progress<'_>) -> Result<(), DataError> {
        let path = &self.archive;
        let archive = ZipFile::open(path)?;
        let mut total = 0;
        for entry in &archive.entries {
            progress.advance(entry.packed.min(MAX_BYTES))?;
            let name = Path::new(&entry.name);
            if is_left_out(name) {
                continue;
            }
            let left = TEXT_LIMIT - total + 1;
            let mut source = archive.read(entry)?;
            total += self
                .scratch
                .write(name, &mut source, left)
                .map_err(|err| damaged(path, "zip file", &err))?;
            check_total(path, total)?;
        }
        Ok(())
    }
}

/// Whether a file in an archive isn't unpacked: one that systems leave about, or one whose name is longer
/// or deeper than any of use.
fn is_left_out(name: &Path) -> bool {
    let parts: Vec<_> = name.components().collect();
    let is_system = |part: &Component<'_>| is_skipped(&part.as_os_str().to_string_lossy());
    parts.len() > DEPTH || name.as_os_str().len() > NAME_LIMIT || parts.iter().any(is_system)
}

fn check_total(path: &Path, total: u64) -> Result<(), DataError> {
    if total <= TEXT_LIMIT {
        return Ok(());
    }
    let problem = format!(
        "found more than {TEXT_LIMIT} bytes in this archive once it is unpacked; it is damaged, or too \
         large: unpack it and use a part"
    );
    Err(DataError::file(path, problem))
}

/// The error where an archive isn't whole, or the disk has no room for what it holds.
fn damaged(path: &Path, kind: &str, err: &io::Error) -> DataError {
    match err.kind() {
        io::ErrorKind::StorageFull
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::QuotaExceeded => no_room(path, err),
        io::ErrorKind::AlreadyExists => DataError::file(
            path,
            "found two files of one name in this archive, expected each name once; unpack it first",
        ),
        _ => DataError::file(
            path,
            format!("found a damaged {kind} ({err}), expected a whole one; download it again"),
        ),
    }
}

fn no_room(path: &Path, err: &io::Error) -> DataError {
    let folder = std::env::temp_dir();
    let problem = format!(
        "can't unpack this archive into {} to read it: {err}; make room there, or unpack it yourself",
        folder.display()
    );
    DataError::file(path, problem)
}
