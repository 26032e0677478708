//! Whether what a run's summary and label say can be: a file may claim anything.

use super::read::{State, Summary};
use super::{FORMAT_VERSION, Label};
use crate::experiment::{limits, shortened};
use serde::Deserialize;

/// Characters of a run's name that are shown.
const NAME_LIMIT: usize = 200;
/// Bytes of a class's name.
const CLASS_LIMIT: usize = 1024;
/// The last second of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;
/// More seconds than a run can take: thirty thousand years.
const SECONDS: f64 = 1e12;

/// Why a text is no summary.
#[derive(Debug, PartialEq)]
pub enum SummaryError {
    /// It is of this version.
    Version(u64),
    /// What is wrong, in words.
    Form(String),
}

impl Summary {
    /// Reads the text of a summary.
    ///
    /// # Errors
    /// Where it is of another version or not of its form, or holds what no run has.
    pub fn parse(text: &str) -> Result<Self, SummaryError> {
        #[derive(Deserialize)]
        struct VersionOnly {
            version: u64,
        }
        let malformed = |err: serde_json::Error| SummaryError::Form(shortened(&err.to_string()));
        // The version first: an unknown one explains every other difference.
        let found = serde_json::from_str::<VersionOnly>(text)
            .map_err(malformed)?
            .version;
        if found != u64::from(FORMAT_VERSION) {
            return Err(SummaryError::Version(found));
        }
        let summary: Self = serde_json::from_str(text).map_err(malformed)?;
        summary.check().map_err(SummaryError::Form)?;
        Ok(summary)
    }

    fn check(&self) -> Result<(), String> {
        let wrong = |name: &str, found: String| Err(format!("{name} can't be {found}"));
        if self.created_secs > LAST_SECOND {
            return wrong("created_secs", self.created_secs.to_string());
        }
        if !(0.0..=SECONDS).contains(&self.seconds) {
            return wrong("seconds", self.seconds.to_string());
        }
        let diverged_in = match self.state {
            State::Failed { diverged_in, .. } => diverged_in,
            State::Training | State::Finished { .. } => None,
        };
        for (name, epoch) in [
            ("best_epoch", self.best_epoch),
            ("best_weights", self.best_weights),
            ("last_weights", self.last_weights),
            ("diverged_in", diverged_in),
        ] {
            if let Some(epoch) = epoch.filter(|epoch| !limits::EPOCHS.contains(epoch)) {
                return wrong(name, epoch.to_string());
            }
        }
        let Some(started) = &self.started else {
            return Ok(());
        };
        if started.parameters as u64 > limits::PARAMETERS
            || started.trainable_parameters > started.parameters
        {
            return wrong("started.parameters", started.parameters.to_string());
        }
        let images = started.train_images.max(started.validation_images);
        if images > limits::MOST_IMAGES {
            return wrong("started.train_images", images.to_string());
        }
        if started.classes.len() > *limits::CLASSES.end() {
            let count = started.classes.len();
            return wrong("started.classes", format!("{count} names"));
        }
        if started.classes.iter().any(|name| name.len() > CLASS_LIMIT) {
            return wrong("started.classes", "names of that length".into());
        }
        if !(0.0..=SECONDS).contains(&started.seconds_to_first_batch) {
            let seconds = started.seconds_to_first_batch.to_string();
            return wrong("started.seconds_to_first_batch", seconds);
        }
        Ok(())
    }
}

impl Label {
    /// The name as it can be shown: of a line, and not longer than one.
    pub(super) fn shown_name(&self) -> String {
        let is_shown = |char: &char| !char.is_control();
        self.name
            .chars()
            .filter(is_shown)
            .take(NAME_LIMIT)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_run_has_is_named() {
        let good = r#"{"version":1,"created_secs":1700000000,"state":{"state":"failed","message":"m","diverged_in":3},"started":{"parameters":10,"trainable_parameters":8,"device":"CPU","train_images":64,"validation_images":64,"classes":["0","1"],"seconds_to_first_batch":0.5},"data":"mnist","best_epoch":2,"best_weights":2,"best_validation_loss":0.5,"best_validation_accuracy":0.5,"seconds":1.5}"#;
        assert!(Summary::parse(good).is_ok());
        let check = |from: &str, to: &str, part: &str| {
            assert!(good.contains(from), "{from}");
            match Summary::parse(&good.replace(from, to)) {
                Err(SummaryError::Form(problem)) => {
                    assert!(problem.contains(part), "{part}: {problem}");
                }
                other => panic!("{other:?}"),
            }
        };
        check("1700000000", "18446744073709551615", "created_secs");
        check(
            "\"seconds\":1.5",
            "\"seconds\":-1.5",
            "seconds can't be -1.5",
        );
        check(
            "\"diverged_in\":3",
            "\"diverged_in\":99999999999",
            "diverged_in",
        );
        check("\"best_weights\":2", "\"best_weights\":0", "best_weights");
        check(
            "\"parameters\":10",
            "\"parameters\":99999999999",
            "parameters",
        );
        check(
            "[\"0\",\"1\"]",
            &format!("[{}\"1\"]", "\"0\",".repeat(30)),
            "31 names",
        );
        check("\"0\"", &format!("\"{}\"", "a".repeat(2_000)), "length");
        assert_eq!(
            Summary::parse(&good.replace("\"version\":1", "\"version\":9")).unwrap_err(),
            SummaryError::Version(9)
        );
    }

    #[test]
    fn a_name_is_a_line() {
        let label = |name: &str| Label {
            name: name.into(),
            starred: false,
        };
        assert_eq!(label("a\nb\u{0}c").shown_name(), "abc");
        assert_eq!(label(&"ä".repeat(999)).shown_name().chars().count(), 200);
    }
}
