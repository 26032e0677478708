//! What can be wrong with a submission.

use crate::data::DataError;
use crate::experiment::ImageSize;
use crate::lab::score::ScoreError;
use crate::lab::store::StoreError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use std::path::PathBuf;

/// Why test images can't be predicted, or a submission not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmissionError {
    /// There is no run to predict with.
    #[error("found no run, expected one or more; choose runs to predict with")]
    NoRuns,
    /// The test images have another size than a run takes.
    #[error(
        "run {run} takes images of {} × {} pixels, the test images have {} × {}; choose a run that was trained on images of their size",
        expected.rows, expected.columns, found.rows, found.columns
    )]
    Size {
        /// The run.
        run: String,
        /// The test images' rows and columns.
        found: ImageSize,
        /// The rows and columns that the run takes.
        expected: ImageSize,
    },
    /// Two runs don't know equally many classes.
    #[error(
        "run {run} knows {found} classes, the first run {expected}; choose runs that were trained on the same classes"
    )]
    Classes {
        /// The run.
        run: String,
        /// How many classes the run knows.
        found: usize,
        /// What the first run has in its place.
        expected: usize,
    },
    /// Two runs give their classes other names.
    #[error(
        "run {run} calls its classes {found}, the first run {expected}; choose runs that were trained on the same classes"
    )]
    Names {
        /// The run.
        run: String,
        /// What the run calls its classes.
        found: String,
        /// What the first run has in its place.
        expected: String,
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
    /// A run has no such weights.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The files of a run can't be read, or the submission can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The test file isn't what Kaggle's is.
    #[error(transparent)]
    Data(DataError),
    /// The device can't be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The weights of a run can't be used.
    #[error("run {run}: {source}")]
    Training {
        /// The run.
        run: String,
        /// Why the weights can't be used.
        source: TrainingError,
    },
}

impl From<DataError> for SubmissionError {
    fn from(err: DataError) -> Self {
        match err {
            DataError::Cancelled => Self::Cancelled,
            err => Self::Data(err),
        }
    }
}
