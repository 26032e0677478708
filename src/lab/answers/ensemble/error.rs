//! Why runs can't answer together.

use crate::experiment::ImageSize;
use crate::lab::answers::score::ScoreError;
use crate::training::TrainingError;
use crate::training::device::DeviceError;

/// Why runs can't answer together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnsembleError {
    /// There is no run.
    #[error("found no run, expected one or more; choose runs to predict with")]
    NoRuns,
    /// The images have another size than a run takes.
    #[error(
        "run {run} takes images of {} × {} pixels, these images have {} × {}; choose a run that was trained on images of their size",
        expected.rows, expected.columns, found.rows, found.columns
    )]
    ImageSize {
        /// The run.
        run: String,
        /// The images' rows and columns.
        found: ImageSize,
        /// The rows and columns that the run takes.
        expected: ImageSize,
    },
    /// Two runs take images of different sizes.
    #[error(
        "run {run} takes images of {} × {} pixels, run {first} of {} × {}; leave {run} out, or choose runs that were trained on images of one size",
        found.rows, found.columns, expected.rows, expected.columns
    )]
    Size {
        /// The run.
        run: String,
        /// The rows and columns that the run takes.
        found: ImageSize,
        /// The first run.
        first: String,
        /// The rows and columns that the first run takes.
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
    /// Two runs read pictures in different ways.
    #[error(
        "run {run} reads pictures otherwise than run {first}, so that one picture would be two images; leave {run} out, or say with --as how all of them read these pictures"
    )]
    Reading {
        /// The run.
        run: String,
        /// The first run.
        first: String,
    },
    /// Other images validate another run, so that some of them may have trained the first.
    #[error(
        "run {run} has {word} than run {first}: images that validate one of them may have trained the other; leave {run} out, or measure on images that trained none of them (--test, or --data)"
    )]
    ValidationImages {
        /// The run.
        run: String,
        /// In what the run differs, such as "other validation images".
        word: &'static str,
        /// The first run.
        first: String,
    },
    /// Two runs were trained on different data, so that they share no test images.
    #[error(
        "run {run} was trained on other data than run {first}, so that they share no test images; leave {run} out, or measure on other images with --data"
    )]
    TestImages {
        /// The run.
        run: String,
        /// The first run.
        first: String,
    },
    /// The prediction was cancelled.
    #[error("prediction was cancelled")]
    Cancelled,
    /// A run has no such weights, or the images can't be read.
    #[error(transparent)]
    Score(#[from] ScoreError),
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

impl EnsembleError {
    /// What the weights of a run answered instead.
    pub(super) fn of_run(run: &str, source: TrainingError) -> Self {
        match source {
            TrainingError::Cancelled => Self::Cancelled,
            source => Self::Training {
                run: run.into(),
                source,
            },
        }
    }
}
