//! Reads files of unknown origin: only regular files, never more than asked for, with progress, and
//! so that reading can be broken off.

use super::Heard;
use crate::data::{DataError, LoadProgress, LoadStep};
use std::fs::{File, Metadata};
use std::io::{self, BufRead, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Bytes that are read at a time.
const STEP: usize = 1 << 18;

/// How far loading is, which is told to whoever waits for it.
pub(super) struct Progress<'a> {
    heard: Heard<'a>,
    progress: LoadProgress,
}

impl<'a> Progress<'a> {
    /// Progress counted in bytes, of as many as the files that are opened have.
    pub(super) fn of_bytes(heard: Heard<'a>) -> Self {
        Self::of(heard, LoadStep::ReadingBytes, 0)
    }

    /// Progress counted in anything else, of this total.
    pub(super) fn of(heard: Heard<'a>, step: LoadStep, total: u64) -> Self {
        let progress = LoadProgress {
            step,
            done: 0,
            total,
        };
        Self { heard, progress }
    }

    /// Moves on by so many, and tells of it.
    ///
    /// # Errors
    /// [`DataError::Cancelled`] where loading is broken off.
    pub(super) fn advance(&mut self, by: u64) -> Result<(), DataError> {
        self.progress.done += by;
        // A file may grow while it is read.
        self.progress.total = self.progress.total.max(self.progress.done);
        if (self.heard)(self.progress).is_break() {
            return Err(DataError::Cancelled);
        }
        Ok(())
    }
}

/// What the system knows of a file. The file must be a regular one, since opening a pipe would
/// wait, and a device never ends.
pub(super) fn metadata(path: &Path) -> Result<Metadata, DataError> {
    let metadata = std::fs::metadata(path).map_err(|err| DataError::io(path, &err))?;
    if metadata.is_file() {
        return Ok(metadata);
    }
    let what = if metadata.is_dir() {
        "a folder"
    } else {
        "a pipe or device"
    };
    let problem = format!("found {what}, expected a file; choose a file");
    Err(DataError::file(path, problem))
}

/// Reads a whole file of at most `limit` bytes.
pub(super) fn whole(path: &Path, limit: u64) -> Result<Vec<u8>, DataError> {
    metadata(path)?;
    let file = File::open(path).map_err(|err| DataError::io(path, &err))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|err| DataError::io(path, &err))?;
    if bytes.len() as u64 > limit {
        let problem =
            format!("found more than {limit} bytes, expected at most that; use a smaller file");
        return Err(DataError::file(path, problem));
    }
    Ok(bytes)
}

/// A file that is read from its start to its end.
pub(super) struct Source<'a, 'b> {
    file: File,
    path: PathBuf,
    len: u64,
    progress: &'a mut Progress<'b>,
    buffer: Vec<u8>,
    taken: usize,
    /// The reason why reading ended, where that isn't the end of the file.
    failure: Option<DataError>,
}

impl<'a, 'b> Source<'a, 'b> {
    /// Opens a file that is read as one of several, after whose total length progress is told.
    pub(super) fn open(path: &Path, progress: &'a mut Progress<'b>) -> Result<Self, DataError> {
        let len = metadata(path)?.len();
        let file = File::open(path).map_err(|err| DataError::io(path, &err))?;
        Ok(Self {
            file,
            path: path.to_path_buf(),
            len,
            progress,
            buffer: Vec::new(),
            taken: 0,
            failure: None,
        })
    }

    /// The length of the file when it was opened.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The result of a reader, unless reading the file failed or was broken off.
    pub(super) fn finish<T>(self, result: Result<T, DataError>) -> Result<T, DataError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => result,
        }
    }

    /// Appends the next bytes, `most` of them at most, and none at the end of the file.
    pub(super) fn append(&mut self, bytes: &mut Vec<u8>, most: usize) -> Result<usize, DataError> {
        let start = bytes.len();
        bytes.resize(start + most.min(STEP), 0);
        let read = loop {
            match self.file.read(&mut bytes[start..]) {
                Err(err) if err.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.map_err(|err| DataError::io(&self.path, &err));
        bytes.truncate(start + read.as_ref().map_or(0, |&read| read));
        let read = read?;
        self.progress.advance(read as u64)?;
        Ok(read)
    }
}

impl Read for Source<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(bytes.len());
        bytes[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.buffer.len() {
            self.taken = 0;
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let read = self.append(&mut buffer, STEP);
            self.buffer = buffer;
            if let Err(err) = read {
                self.failure = Some(err);
                return Err(io::Error::other("broken off"));
            }
        }
        Ok(&self.buffer[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
    }
}

/// Adds the lengths of files to what is to be read.
pub(super) fn expect(progress: &mut Progress<'_>, files: &[&Path]) -> Result<(), DataError> {
    for file in files {
        progress.progress.total += metadata(file)?.len();
    }
    Ok(())
}
