//! What the dialog's threads do.

use crate::app::tasks::Task;
use crate::lab::store::{Checkpoint, Overwrite, StoreError};
use crate::lab::submission::{
    Preview, Submission, SubmissionError, TestFile, Written, predict as predict_with,
};
use crate::lab::{DeviceChoice, Run};
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was predicted.
pub struct Predicted {
    /// What can be written.
    pub submission: Arc<Submission>,
    /// What is shown of it.
    pub preview: Preview,
    /// How long it took.
    pub took: Duration,
}

/// Why it failed.
#[derive(Clone, Debug)]
pub struct Problem {
    /// In words.
    pub message: String,
    /// A file that is in the way, where that is it.
    pub exists: Option<PathBuf>,
}

impl From<SubmissionError> for Problem {
    fn from(err: SubmissionError) -> Self {
        let exists = match &err {
            SubmissionError::Store(StoreError::Exists { path }) => Some(path.clone()),
            _ => None,
        };
        Self {
            message: err.to_string(),
            exists,
        }
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self {
            message,
            exists: None,
        }
    }
}

/// A task of the dialog.
pub type SubmissionTask<T> = Task<T, Problem>;

/// Reads the test file and predicts it.
pub(super) fn predict(
    runs: Vec<(Run, Checkpoint)>,
    test: PathBuf,
    device: DeviceChoice,
    wake: impl Fn() + Send + 'static,
) -> io::Result<SubmissionTask<Predicted>> {
    Task::start("submission", wake, move |control| {
        let start = Instant::now();
        // Reading takes a moment beside predicting: its progress isn't shown.
        let test = TestFile::read(&test, &mut |_, _| match control.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })?;
        let prediction = predict_with(&runs, &test.images, device, &mut |done, total| {
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
