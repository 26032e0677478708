//! The file beside a submission: what predicted it, from what, and what that is worth.

use super::{Copies, Member, Remark, Submission, TestAccuracy};
use crate::lab::format;
use crate::lab::store::hash::sha256;
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is said of a submission by a run that saw the embedded MNIST.
pub const WARNING: &str = "a run here was trained on the embedded MNIST, and every image of \
    Kaggle's test is among MNIST's 70,000: the score of this submission is contaminated, and a \
    score of 1.00000 is memory of MNIST, not skill. Train on Kaggle's train.csv for an honest one";

/// What the file holds.
#[derive(Clone, Debug, Serialize)]
pub struct Sidecar<'a> {
    /// The program and its version.
    program: &'static str,
    /// When it was written, in UTC.
    time: String,
    /// What must be known before the score is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    /// Why labels may be wrong otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<&'a str>,
    /// What was assumed, or done on the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'a str>,
    /// How right the labels are, where the test file says what its images are.
    #[serde(skip_serializing_if = "Option::is_none")]
    test_accuracy: Option<TestAccuracy>,
    /// How labels were made of several runs.
    method: &'static str,
    /// The copies of each image that were answered beside it, where there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    tta: Option<Copies>,
    /// The runs that predicted.
    runs: &'a [Member],
    /// The test file.
    test: String,
    /// The SHA-256 of the test file, in hexadecimal.
    test_sha256: &'a str,
    /// How many rows the submission has.
    rows: usize,
    /// The submission's SHA-256, in hexadecimal.
    submission_sha256: String,
}

impl<'a> Sidecar<'a> {
    /// What is to be said of a submission with this text.
    pub fn of(submission: &'a Submission, text: &str) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs());
        let said = |of: &dyn Fn(&'a Remark) -> Option<&'a String>| -> Vec<&'a str> {
            let texts = submission.remarks().iter().filter_map(of);
            texts.map(String::as_str).collect()
        };
        Self {
            program: concat!("Overfit Lab ", env!("CARGO_PKG_VERSION")),
            time: format::utc(now),
            warning: submission.warning(),
            warnings: said(&|remark| match remark {
                Remark::Warning(text) => Some(text),
                Remark::Note(_) => None,
            }),
            notes: said(&|remark| match remark {
                Remark::Note(text) => Some(text),
                Remark::Warning(_) => None,
            }),
            test_accuracy: submission.accuracy(),
            method: "the class of the highest mean probability over the runs, the lowest of equals",
            tta: (submission.copies.count > 0).then_some(submission.copies),
            runs: &submission.members,
            test: submission.test.display().to_string(),
            test_sha256: &submission.test_sha256,
            rows: submission.labels.len(),
            submission_sha256: sha256(&[text.as_bytes()]),
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// Where a value has no JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
