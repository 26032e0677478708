//! What the threads of a submission do.

use crate::app::work::{BrokeDown, Task};
use crate::lab::store::{Checkpoint, Overwrite, StoreError};
use crate::lab::submission::{
    Copies, Preview, Submission, SubmissionError, TestFile, Written, predict as predict_with,
};
use crate::lab::{DeviceChoice, Run};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was predicted.
pub struct Predicted {
    /// The submission, which can be written.
    pub submission: Arc<Submission>,
    /// The part of the submission that is shown.
    pub preview: Preview,
    /// How long reading and predicting took.
    pub took: Duration,
}

/// Why a submission failed.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionFailure {
    /// The test file can't be predicted, or the files can't be written.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// The thread ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
}

impl SubmissionFailure {
    /// The file that is where the submission was to be written, where that is the reason.
    pub fn file_in_the_way(&self) -> Option<&Path> {
        match self {
            Self::Submission(SubmissionError::Store(StoreError::Exists { path })) => Some(path),
            _ => None,
        }
    }
}

/// Work of the submission's dialog.
pub type SubmissionTask<T> = Task<T, SubmissionFailure>;

/// Reads the test file and predicts it.
pub(super) fn predict(
    runs: Vec<(Run, Checkpoint)>,
    copies: Copies,
    test: PathBuf,
    device: DeviceChoice,
    wake: impl Fn() + Send + 'static,
) -> io::Result<SubmissionTask<Predicted>> {
    Task::start("submission", wake, move |control| {
        let start = Instant::now();
        let test = TestFile::read(&test, &runs, &mut |done, total| {
            control.heard(done as u64, total as u64)
        })?;
        let prediction = predict_with(&runs, copies, &test.images, device, &mut |done, total| {
            control.heard(done as u64, total as u64)
        })?;
        let submission = Submission::new(&prediction, &test)?;
        Ok(Predicted {
            preview: submission.preview(),
            submission: Arc::new(submission),
            took: start.elapsed(),
        })
    })
}

/// Writes what was predicted.
pub(super) fn write(
    predicted: &Predicted,
    path: PathBuf,
    overwrite: Overwrite,
    wake: impl Fn() + Send + 'static,
) -> io::Result<SubmissionTask<Written>> {
    let submission = Arc::clone(&predicted.submission);
    Task::start("submission", wake, move |_| {
        Ok(submission.write(&path, overwrite)?)
    })
}
