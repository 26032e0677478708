//! `test-score.json`: the answer of a run's one test.

use super::StoreError;
use super::files::{self, write_json};
use super::inside::{Inside, SMALL_LIMIT};
use crate::experiment::shortened;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The images that weights are measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// The run's validation images.
    Validation,
    /// The data's test images, which no choice was made by.
    Test,
}

impl Split {
    /// The name of these images in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Figures of some weights on some images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The images.
    pub split: Split,
    /// The epoch of the weights: a number, or `last` where they are newer than any epoch's.
    pub epoch: String,
    /// Mean cross-entropy.
    pub loss: f64,
    /// Fraction classified right.
    pub accuracy: f64,
    /// Standard error of the accuracy.
    pub standard_error: f64,
    /// How many images there are.
    pub count: usize,
    /// Mean probability given to the wrong class by the images that are wrong.
    pub wrong_confidence: Option<f64>,
    /// Whether this is an answer given before.
    #[serde(default)]
    pub recorded: bool,
}

/// Reads the answer of a run's one test, where it was asked.
///
/// # Errors
/// Where the file isn't of the form that it should have.
pub fn read_score(folder: &Path) -> Result<Option<Score>, StoreError> {
    let file = Inside::new(folder, files::TEST_SCORE);
    if !file.exists() {
        return Ok(None);
    }
    serde_json::from_str(&file.read_text(SMALL_LIMIT)?)
        .map(Some)
        .map_err(|err| StoreError::Malformed {
            message: format!(
                "not a test score: {}; remove the file to test anew",
                shortened(&err.to_string())
            ),
            path: file.path(),
        })
}

/// Keeps the answer of a run's one test.
///
/// # Errors
/// Where the file can't be written.
pub fn write_score(folder: &Path, score: &Score) -> Result<(), StoreError> {
    write_json(&folder.join(files::TEST_SCORE), score)
}
