//! What can be wrong with data: with a file, or with what a run's settings ask of the data.

use super::reading::PictureProblem;
use std::fmt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why data can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// A file isn't what its name promises.
    #[error("{problem}: {file}")]
    Idx {
        /// The file, by the name that the user knows.
        file: String,
        /// What is wrong with the file.
        problem: IdxProblem,
    },
    /// A picture can't be used.
    #[error("{problem}: {file}")]
    Picture {
        /// The file, by the name that the user knows.
        file: String,
        /// What is wrong with the picture.
        problem: PictureProblem,
    },
    /// The parts of a data set don't fit together.
    #[error("the data set {name} is inconsistent: {problem}")]
    Inconsistent {
        /// The data set's name.
        name: String,
        /// What was found, and what was expected.
        problem: String,
    },
    /// A file or folder of the user's can't be used.
    #[error("{}{problem}: {}", place.as_ref().map_or_else(String::new, TablePlace::before), path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The place in the file, where the file is a table.
        place: Option<TablePlace>,
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
    /// A setting asks for what the data doesn't hold.
    #[error("{field} is {value}, but {reason}; choose {allowed}")]
    Setting {
        /// The setting, by the name that the command line takes.
        field: &'static str,
        /// The setting's value.
        value: String,
        /// Why the data can't serve that value.
        reason: String,
        /// The values that the data can serve.
        allowed: String,
    },
}

impl DataError {
    /// The error where something is wrong with a file or folder as a whole.
    pub(super) fn file(path: &Path, problem: impl Into<String>) -> Self {
        Self::File {
            path: path.to_path_buf(),
            place: None,
            problem: problem.into(),
        }
    }

    /// The error where the system can't read a file or folder.
    pub(super) fn io(path: &Path, err: &std::io::Error) -> Self {
        let mend = match err.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "change its permissions",
            _ => "check the disk or copy it again",
        };
        Self::file(path, format!("can't read: {err}; {mend}"))
    }
}

/// A place in a file that is a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePlace {
    /// The line in the file, from 1.
    pub line: u64,
    /// The name of the column, where the error is about one.
    pub column: Option<String>,
}

impl TablePlace {
    fn before(&self) -> String {
        format!("{self}: ")
    }
}

impl fmt::Display for TablePlace {
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
    /// The file is of another kind than the one that was asked for.
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
        /// How many bytes the file has.
        found: u64,
        /// How many bytes a header takes.
        expected: u64,
    },
    /// The file ends before the data that its header promises.
    #[error(
        "found {found} bytes of data, expected the {expected} that the header promises ({sizes}); \
         the file was cut short, copy or download it again"
    )]
    Truncated {
        /// How many bytes of data follow the header, decompressed.
        found: u64,
        /// How many bytes the header promises.
        expected: u128,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// There is more data than the header promises.
    #[error(
        "found data beyond the {expected} bytes that the header promises ({sizes}); the file is \
         damaged or not IDX, download it again"
    )]
    TrailingBytes {
        /// How many bytes the header promises.
        expected: u128,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// The header promises more data than is read at all.
    #[error(
        "found a header that promises {expected} bytes ({sizes}), expected at most {limit}; the \
         file is damaged, or too large: use a part of it"
    )]
    TooLarge {
        /// How many bytes the header promises.
        expected: u128,
        /// How many bytes are read at most.
        limit: u64,
        /// The header's sizes, as `60000 × 28 × 28`.
        sizes: String,
    },
    /// The header promises more images than are read at all.
    #[error(
        "found a header that promises {found} images or labels, expected at most {limit}; the file \
         is damaged, or too large: use a part of it"
    )]
    TooMany {
        /// How many images or labels the header promises.
        found: usize,
        /// How many images are read at most.
        limit: usize,
    },
    /// The data is whole, but the memory is too small for it.
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
    /// The compressed data is damaged.
    #[error("found damaged gzip data ({reason}), expected a whole gzip file; download it again")]
    DamagedGzip {
        /// The reason in the words of the decompression.
        reason: String,
    },
    /// There is no class for a label.
    #[error(
        "found label {label} at position {position} (from 0), expected 0 to {}; the labels belong \
         to another data set",
        .classes.saturating_sub(1)
    )]
    LabelOutOfRange {
        /// The position of the label, from 0.
        position: usize,
        /// The label.
        label: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// A label is no number of a byte.
    #[error(
        "found label {found} at position {position} (from 0), expected 0 to 255; the labels belong \
         to another data set"
    )]
    LabelTooLarge {
        /// The position of the label, from 0.
        position: usize,
        /// The label.
        found: i32,
    },
    /// There are more or fewer labels than images.
    #[error(
        "found {labels} labels, expected one for each of the {images} images; pair the files that \
         belong together"
    )]
    CountsDiffer {
        /// How many images the other file has.
        images: usize,
        /// How many labels this file has.
        labels: usize,
    },
}

/// What to do, by what the file holds instead.
fn magic_mend(found: u32) -> &'static str {
    match found {
        super::idx::IMAGES_MAGIC => "it holds images, swap the two files",
        super::idx::LABELS_MAGIC | super::idx::QMNIST_LABELS_MAGIC => {
            "it holds labels, swap the two files"
        }
        // The first bytes "<htm" and "<!DO" are those of a web page that was saved in place of the
        // file.
        0x3c00_0000..=0x3cff_ffff => "it is a web page, download the file itself",
        _ => "choose an IDX file, plain or gzip",
    }
}
