//! What can be wrong with a submission.

use crate::data::DataError;
use crate::lab::score::ScoreError;
use crate::lab::store::StoreError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;
use std::path::PathBuf;

/// Why test images can't be predicted, or a submission not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubmissionError {
    /// Nothing to predict with.
    #[error("found no run, expected one or more; choose runs to predict with")]
    NoRuns,
    /// Images of another size than a run's.
    #[error(
        "run {run} takes images of {} × {} pixels, the test images have {} × {}; choose a run that was trained on images of their size",
        expected[0], expected[1], found[0], found[1]
    )]
    Size {
        /// The run.
        run: String,
        /// The test images' rows and columns.
        found: [usize; 2],
        /// The run's.
        expected: [usize; 2],
    },
    /// Runs that don't know the same classes.
    #[error(
        "run {run} knows {found} classes, the first run {expected}; choose runs that were trained on the same classes"
    )]
    Classes {
        /// The run.
        run: String,
        /// Its classes.
        found: usize,
        /// The first run's.
        expected: usize,
    },
    /// Runs whose classes have other names.
    #[error(
        "run {run} calls its classes {found}, the first run {expected}; choose runs that were trained on the same classes"
    )]
    Names {
        /// The run.
        run: String,
        /// Its names.
        found: String,
        /// The first run's.
        expected: String,
    },
    /// Classes that Kaggle's Digit Recognizer doesn't know.
    #[error(
        "found the class {class:?}, expected the digits 0 to 9, since Kaggle takes numbers; choose runs that were trained on digits"
    )]
    NoDigit {
        /// The class's name.
        class: String,
    },
    /// Not one label an image.
    #[error(
        "found {found} sound rows, expected one for each of the {expected} images; predict them again"
    )]
    Rows {
        /// Rows.
        found: usize,
        /// Images.
        expected: usize,
    },
    /// A name that Kaggle doesn't take.
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
        /// Why.
        source: std::io::Error,
    },
    /// It was cancelled.
    #[error("prediction was cancelled")]
    Cancelled,
    /// The sidecar has no text.
    #[error("the sidecar can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A run's weights.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// A run's files, or writing.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The test file.
    #[error(transparent)]
    Data(DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A run's weights that can't be used.
    #[error("run {run}: {source}")]
    Training {
        /// The run.
        run: String,
        /// Why.
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
