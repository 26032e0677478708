//! The text of a table in blocks of whole lines, and the parts of a block that threads read side by
//! side. The length of a line is bounded, so that a file without line ends takes no memory.

use super::dialect::{Dialect, MAX_LINE};
use crate::data::DataError;
use crate::data::files::read::Source;
use std::path::Path;

/// How many bytes are read before their rows are.
const BLOCK: usize = 8 << 20;
/// How many bytes' rows one thread reads at a time.
const PART: usize = 1 << 20;

/// The text of a file in blocks of whole lines.
pub(super) struct Blocks<'a, 'b> {
    path: &'a Path,
    source: Source<'a, 'b>,
    buffer: Vec<u8>,
    /// How many bytes of the buffer the last block took.
    taken: usize,
    has_ended: bool,
    /// The dialect, once the first bytes are read.
    dialect: Option<Dialect>,
}

impl<'a, 'b> Blocks<'a, 'b> {
    /// The blocks of a file that was opened.
    pub(super) fn new(path: &'a Path, source: Source<'a, 'b>) -> Self {
        Self {
            path,
            source,
            buffer: Vec::new(),
            taken: 0,
            has_ended: false,
            dialect: None,
        }
    }

    /// Reads the next block, and gives it with the dialect of the file. The file's last line may
    /// lack its end.
    ///
    /// # Errors
    /// Where the file can't be read, a line is too long, or reading is cancelled.
    pub(super) fn next(&mut self) -> Result<Option<(Dialect, &[u8])>, DataError> {
        self.buffer.drain(..self.taken);
        while self.buffer.len() < BLOCK && !self.has_ended {
            let room = BLOCK - self.buffer.len();
            self.has_ended = self.source.append(&mut self.buffer, room)? == 0;
        }
        let buffer = &self.buffer;
        let dialect = *self.dialect.get_or_insert_with(|| Dialect::of(buffer));
        let last_end = buffer.iter().rposition(|&byte| byte == dialect.line_end);
        self.taken = match last_end {
            _ if self.has_ended => buffer.len(),
            Some(end) => end + 1,
            None => {
                let problem = format!(
                    "found a line of more than {MAX_LINE} bytes, expected rows of an image each; \
                     the file is damaged or no CSV"
                );
                return Err(DataError::file(self.path, problem));
            }
        };
        Ok((self.taken > 0).then(|| (dialect, &self.buffer[..self.taken])))
    }
}

/// Cuts whole lines into parts, each about as long as one thread reads at a time.
pub(super) fn parts(dialect: Dialect, mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while bytes.len() > PART {
        let ends = bytes[PART..].iter();
        let Some(end) = ends.copied().position(|byte| byte == dialect.line_end) else {
            break;
        };
        let (part, rest) = bytes.split_at(PART + end + 1);
        parts.push(part);
        bytes = rest;
    }
    parts.push(bytes);
    parts
}
