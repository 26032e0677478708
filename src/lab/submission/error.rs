//! What can be wrong with a submission.

use crate::data::DataError;
use crate::experiment::ReadAs;
use crate::lab::answers::ensemble::EnsembleError;
use crate::lab::store::StoreError;
use std::path::PathBuf;

/// Why test images can't be predicted, or a submission not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmissionError {
    /// Two runs read pictures in different ways.
    #[error(
        "run {run} reads pictures {found}, and the first run {expected}; choose runs that read the pictures in one way"
    )]
    Readings {
        /// The run.
        run: String,
        /// How the run reads pictures.
        found: String,
        /// How the first run reads them.
        expected: String,
    },
    /// A way to read pictures was asked for, and there are no pictures.
    #[error("found no pictures, and to be read as {asked} is for pictures alone; leave it out: {}", path.display())]
    NoPictures {
        /// What was asked for.
        asked: ReadAs,
        /// The file or folder.
        path: PathBuf,
    },
    /// A run knows a class that Kaggle's Digit Recognizer doesn't.
    #[error(
        "found the class {class:?}, expected the digits 0 to 9, since Kaggle takes numbers; choose runs that were trained on digits"
    )]
    NoDigit {
        /// The class's name.
        class: String,
    },
    /// There isn't exactly one label for each image.
    #[error(
        "found {found} sound rows, expected one for each of the {expected} images; predict them again"
    )]
    Rows {
        /// How many rows there are.
        found: usize,
        /// How many images there are.
        expected: usize,
    },
    /// The name is none that Kaggle takes.
    #[error("expected a name that ends in .csv, as Kaggle takes it: {}", path.display())]
    Ending {
        /// The name.
        path: PathBuf,
    },
    /// The submission would replace the test images.
    #[error("this is the file of the test images; choose another name for the submission: {}", path.display())]
    TestFile {
        /// The file.
        path: PathBuf,
    },
    /// The test file can't be read.
    #[error("can't read the file: {source}; check its name: {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why the system refused.
        source: std::io::Error,
    },
    /// The prediction was cancelled.
    #[error("prediction was cancelled")]
    Cancelled,
    /// The sidecar has no text.
    #[error("the sidecar can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The runs can't predict together.
    #[error(transparent)]
    Ensemble(EnsembleError),
    /// The files of a run can't be read, or the submission can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The test file isn't what Kaggle's is.
    #[error(transparent)]
    Data(DataError),
}

impl From<DataError> for SubmissionError {
    fn from(err: DataError) -> Self {
        match err {
            DataError::Cancelled => Self::Cancelled,
            err => Self::Data(err),
        }
    }
}

impl From<EnsembleError> for SubmissionError {
    fn from(err: EnsembleError) -> Self {
        match err {
            EnsembleError::Cancelled => Self::Cancelled,
            err => Self::Ensemble(err),
        }
    }
}
