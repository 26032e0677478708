//! `test-score.json`: the answer of a run's one test.

use super::StoreError;
use super::files::{self, write_json};
use super::inside::{Inside, SMALL_LIMIT};
use crate::experiment::shortened;
use crate::lab::verdict::standard_error;
use crate::training::SetMetrics;
use serde::{Deserialize, Deserializer, Serialize};
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

/// What was measured on labelled images. In JSON these stand beside what they are figures of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
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
}

impl Figures {
    /// The figures of a measurement, with the error of its accuracy.
    pub fn new(measured: SetMetrics) -> Self {
        let SetMetrics {
            loss,
            accuracy,
            count,
            wrong_confidence,
        } = measured;
        Self {
            loss,
            accuracy,
            standard_error: standard_error(accuracy, count),
            count,
            wrong_confidence,
        }
    }
}

/// Figures of some weights on some images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The images.
    pub split: Split,
    /// The epoch of the weights; none where they are newer than any epoch's.
    #[serde(deserialize_with = "epoch_of_any_version")]
    pub epoch: Option<usize>,
    /// The figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Whether this is an answer given before.
    #[serde(default)]
    pub recorded: bool,
}

/// Reads an epoch, which older files have as a text: a number, or `last`.
fn epoch_of_any_version<'de, D: Deserializer<'de>>(file: D) -> Result<Option<usize>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Epoch {
        Number(usize),
        Text(String),
    }
    Ok(match Option::<Epoch>::deserialize(file)? {
        Some(Epoch::Number(epoch)) => Some(epoch),
        Some(Epoch::Text(text)) => text.parse().ok(),
        None => None,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_every_version_are_read() {
        let epoch = |text: &str| {
            let text = format!(
                r#"{{"split":"test","epoch":{text},"loss":0.5,"accuracy":0.9,"standard_error":0.01,
                "count":100,"wrong_confidence":null}}"#
            );
            serde_json::from_str::<Score>(&text).unwrap().epoch
        };
        assert_eq!(epoch("3"), Some(3));
        assert_eq!(epoch("\"3\""), Some(3));
        assert_eq!(epoch("\"last\""), None);
        assert_eq!(epoch("null"), None);
    }
}
