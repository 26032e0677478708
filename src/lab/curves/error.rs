//! What can be wrong with a file of curves, said so that it can be mended.

use std::path::PathBuf;

/// A curve of a million epochs takes about as much; a larger file is something else.
pub(super) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Why a curve could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CurveError {
    /// The system refused to read the file.
    #[error("can't read the curves: {source}; check the path: {}", path.display())]
    Io {
        /// Why the system refused.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is too large to be curves.
    #[error(
        "found more than {MOST_BYTES} bytes, expected a line an epoch; choose a file of curves: {}",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is no text.
    #[error("line {line}: found bytes that are no UTF-8, expected text; save the file as UTF-8: {}", path.display())]
    NotText {
        /// The line, from 1.
        line: usize,
        /// The file.
        path: PathBuf,
    },
    /// A line is longer than any of figures.
    #[error("line {line}: found {found} bytes, expected the figures of an epoch; choose a file of curves: {}", path.display())]
    LongLine {
        /// The line, from 1.
        line: usize,
        /// How many bytes the line has.
        found: usize,
        /// The file.
        path: PathBuf,
    },
    /// There is no epoch in the file.
    #[error(
        "found no epoch, expected a CSV with a header and a line an epoch, or a JSON object a line; let the run finish an epoch: {}",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A column that a verdict needs is missing.
    #[error("line {line}: found the columns {found}, expected one named {expected}; add it: {}", path.display())]
    MissingColumn {
        /// The line, from 1.
        line: usize,
        /// The columns found.
        found: String,
        /// The names that would do.
        expected: String,
        /// The file.
        path: PathBuf,
    },
    /// A line has more or fewer values than the header has columns.
    #[error("line {line}: found {found} values, expected {expected} as in the header; mend or remove the line: {}", path.display())]
    Width {
        /// The line, from 1.
        line: usize,
        /// Values in it.
        found: usize,
        /// Columns in the header.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// A value isn't what its column needs.
    #[error("line {line}, column {column}: found {found}, expected {expected}: {}", path.display())]
    Value {
        /// The line, from 1.
        line: usize,
        /// The column's name.
        column: String,
        /// What stands there.
        found: String,
        /// What should, and what to do.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A line isn't a JSON object.
    #[error("line {line}: {problem}, expected a JSON object an epoch; mend or remove the line: {}", path.display())]
    Json {
        /// The line, from 1.
        line: usize,
        /// What was found.
        problem: String,
        /// The file.
        path: PathBuf,
    },
    /// Epochs don't follow one another.
    #[error("line {line}, column epoch: found {found} after {previous}, expected a later epoch; keep the lines of one run: {}", path.display())]
    Order {
        /// The line, from 1.
        line: usize,
        /// The epoch found.
        found: usize,
        /// The epoch before it.
        previous: usize,
        /// The file.
        path: PathBuf,
    },
}
