//! What can be wrong with data: with a file, or with what a run asks of it.

use super::drawing::PictureProblem;
use std::fmt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why data can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// A file that isn't what its name promises.
    #[error("{problem}: {file}")]
    Idx {
        /// The file, as the user knows it.
        file: String,
        /// What is wrong with it.
        problem: IdxProblem,
    },
    /// A picture that can't be used.
    #[error("{problem}: {file}")]
    Picture {
        /// The file, as the user knows it.
        file: String,
        /// What is wrong with it.
        problem: PictureProblem,
    },
    /// Parts of a data set that don't fit together.
    #[error("the data set {name} is inconsistent: {problem}")]
    Inconsistent {
        /// The data set's name.
        name: String,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A file or folder of the user's that can't be used.
    #[error("{}{problem}: {}", place.as_ref().map_or_else(String::new, Place::before), path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Where in it, for a table.
        place: Option<Place>,
        /// What was found, what was expected, and what to do.
        problem: String,
    },
    /// Every validation image is in the training pool too.
    #[error(
        "all {validation} validation images of {name} are in the training pool too, so that \
         validation would measure nothing; choose data with more different images"
    )]
    OnlyDuplicates {
        /// The data set's name.
        name: String,
        /// How many validation images there would have been.
        validation: usize,
    },
    /// Loading was cancelled.
    #[error("loading was cancelled")]
    Cancelled,
    /// A setting that asks for what the data doesn't hold.
    #[error("{field} is {value}, but {reason}; choose {allowed}")]
    Setting {
        /// The setting, by the name that the command line takes.
        field: &'static str,
        /// Its value.
        value: String,
        /// Why the data can't serve it.
        reason: String,
        /// The values that it can.
        allowed: String,
    },
}

impl DataError {
    /// Something about a file or folder as a whole.
    pub(super) fn file(path: &Path, problem: impl Into<String>) -> Self {
        Self::File {
            path: path.to_path_buf(),
            place: None,
            problem: problem.into(),
        }
    }

    /// What the system said to an attempt to read.
    pub(super) fn io(path: &Path, err: &std::io::Error) -> Self {
        let mend = match err.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "change its permissions",
            _ => "check the disk or copy it again",
        };
        Self::file(path, format!("can't read: {err}; {mend}"))
    }
}

/// A place in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column's name, where one is meant.
    pub column: Option<String>,
}

impl Place {
    fn before(&self) -> String {
        format!("{self}: ")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        match &self.column {
            Some(column) => write!(f, ", column {column}"),
            None => Ok(()),
        }
    }
}

/// What is wrong with an IDX file: what was found, what was expected, and the mend.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdxProblem {
    /// Not the kind of file that was asked for.
    #[error(
        "found {found:#010x} at the start, expected {expected:#010x} ({kind}); {}",
        magic_mend(*found)
    )]
    WrongMagic {
        /// The first four bytes.
        found: u32,
        /// The four bytes that such a file starts with.
        expected: u32,
        /// What such a file holds.
        kind: &'static str,
    },
    /// The file ends within its header.
    #[error("found {found} bytes, expected a header of {expected}; copy or download it again")]
    TruncatedHeader {
        /// Bytes there are.
        found: u64,
        /// Bytes that a header takes.
        expected: u64,
    },
    /// The file ends before the data that its header promises.
    #[error(
        "found {found} bytes of data, expected the {expected} that the header promises ({sizes}); \
         the file was cut short, copy or download it again"
    )]
    Truncated {
        /// Bytes of data after the header, decompressed.
        found: u64,
        /// Bytes that the header promises.
        expected: u128,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// More data than the header promises.
    #[error(
        "found data beyond the {expected} bytes that the header promises ({sizes}); the file is \
         damaged or not IDX, download it again"
    )]
    TrailingBytes {
        /// Bytes that the header promises.
        expected: u128,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// More data than is read at all.
    #[error(
        "found a header that promises {expected} bytes ({sizes}), expected at most {limit}; the \
         file is damaged, or too large: use a part of it"
    )]
    TooLarge {
        /// Bytes that the header promises.
        expected: u128,
        /// Bytes that are read at most.
        limit: u64,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// More images than are read at all.
    #[error(
        "found a header that promises {found} images or labels, expected at most {limit}; the file \
         is damaged, or too large: use a part of it"
    )]
    TooMany {
        /// Images or labels that the header promises.
        found: usize,
        /// Images that are read at most.
        limit: usize,
    },
    /// The data is there, and the memory isn't.
    #[error("found more data than the memory holds; close other programs or use a part of it")]
    NoMemory,
    /// The header promises no data at all.
    #[error(
        "found the sizes {sizes} in the header, expected none to be 0; the file is empty, use \
         another"
    )]
    Empty {
        /// The header's sizes, as `0 × 28 × 28`.
        sizes: String,
    },
    /// The compression is damaged.
    #[error("found damaged gzip data ({reason}), expected a whole gzip file; download it again")]
    DamagedGzip {
        /// What the decompression said.
        reason: String,
    },
    /// A label for which there is no class.
    #[error(
        "found label {label} at position {position} (from 0), expected 0 to {}; the labels belong \
         to another data set",
        .classes.saturating_sub(1)
    )]
    LabelOutOfRange {
        /// Where, counted from 0.
        position: usize,
        /// The label.
        label: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// A file of labels that doesn't match the images.
    #[error(
        "found {labels} labels, expected one for each of the {images} images; pair the files that \
         belong together"
    )]
    CountsDiffer {
        /// Images in the other file.
        images: usize,
        /// Labels in this file.
        labels: usize,
    },
}

/// A hint of what the file is instead.
fn magic_mend(found: u32) -> &'static str {
    match found {
        super::idx::IMAGES_MAGIC => "it holds images, swap the two files",
        super::idx::LABELS_MAGIC => "it holds labels, swap the two files",
        // "<htm", "<!DO": a page that was saved in place of the file.
        0x3c00_0000..=0x3cff_ffff => "it is a web page, download the file itself",
        _ => "choose an IDX file, plain or gzip",
    }
}
