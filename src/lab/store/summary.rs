//! `summary.json`: what is known of a run at a glance, derived from the run's account, and whether
//! what a summary says can be. A file may claim anything.

use super::{FORMAT_VERSION, KeepEpochs, Label};
use crate::experiment::{limits, shortened};
use crate::lab::run::{Run, RunState};
use crate::lab::verdict::Verdict;
use crate::training::{Started, StopReason};
use serde::{Deserialize, Serialize};

/// Characters of a run's name that are shown.
const NAME_LIMIT: usize = 200;
/// Bytes of a class's name.
const CLASS_LIMIT: usize = 1024;
/// A text on the data is no longer than this, in bytes.
const DATA_TEXT_LIMIT: usize = 4096;
/// There are no more notes on the data than this.
const DATA_NOTES_LIMIT: usize = 64;
/// The last second of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;
/// More seconds than a run can take: thirty thousand years.
const SECONDS: f64 = 1e12;

/// What `summary.json` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the run format.
    pub version: u32,
    /// Seconds since 1970 at the run's start.
    pub created_secs: u64,
    /// Where the run stands.
    pub state: SummaryState,
    /// Facts from the run's start.
    pub started: Option<Started>,
    /// What data trained the run.
    pub data: String,
    /// The SHA-256 of the images and labels, where they aren't the embedded data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_sha256: Option<String>,
    /// The epoch of the lowest validation loss.
    pub best_epoch: Option<usize>,
    /// The validation loss of that epoch.
    pub best_validation_loss: Option<f64>,
    /// The validation accuracy of that epoch, a fraction.
    pub best_validation_accuracy: Option<f64>,
    /// The epoch whose weights lie in `best.safetensors`: another one where the best epoch's
    /// couldn't be kept.
    pub best_weights: Option<usize>,
    /// The epoch whose weights lie in `last.safetensors`; none where they are newer than any
    /// epoch's, and in runs of the first program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_weights: Option<usize>,
    /// What the curves mean, for those who look at the file; the program judges anew.
    #[serde(skip_deserializing)]
    pub verdict: Option<Verdict>,
    /// Seconds of training, pauses not counted.
    pub seconds: f64,
    /// Which epochs' weights stay.
    #[serde(default)]
    pub keep: KeepEpochs,
    /// Whether the run's state is saved as it trains. Runs of the first program have none.
    #[serde(default)]
    pub saves_state: bool,
    /// The device that was chosen, as the command line takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where the run was taken up again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<Resumption>,
    /// What went wrong without ending the run, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A place at which a run was taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumption {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The batch that came next, from 1.
    pub batch: usize,
    /// The device from there on, in words.
    pub device: String,
}

/// Where a run on disk stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SummaryState {
    /// The run trains, or the program was ended before the run was.
    Training,
    /// The run is over.
    Finished {
        /// Why the run is over.
        reason: StopReason,
    },
    /// The run ended with an error.
    Failed {
        /// The error, in words.
        message: String,
        /// The epoch in which a figure was no longer finite, if that ended the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        diverged_in: Option<usize>,
    },
}

/// What a summary says of how a run is kept, which no event of the run tells.
#[derive(Clone, Debug)]
pub(super) struct Keeping {
    /// What data trains the run.
    pub data: String,
    /// Which epochs' weights stay.
    pub keep: KeepEpochs,
    /// The device that was chosen, as the command line takes it.
    pub device: Option<String>,
    /// Where the run was taken up again.
    pub resumed: Vec<Resumption>,
}

impl Summary {
    /// The summary of a run by its account.
    pub(super) fn of(run: &Run, keeping: &Keeping) -> Self {
        let best = run.best();
        let is_judged = !run.epochs.is_empty() || run.diverged_in.is_some();
        Self {
            version: FORMAT_VERSION,
            created_secs: run.created_secs,
            state: SummaryState::of(run),
            started: run.started.clone(),
            data: keeping.data.clone(),
            data_sha256: run.data_sha256.clone(),
            best_epoch: best.map(|metrics| metrics.epoch),
            best_validation_loss: best.map(|metrics| metrics.validation_loss),
            best_validation_accuracy: best.map(|metrics| metrics.validation_accuracy),
            best_weights: run.weights.best,
            last_weights: run.weights.last,
            verdict: is_judged.then(|| run.verdict.clone()),
            seconds: run.epochs_secs(),
            keep: keeping.keep,
            saves_state: true,
            device: keeping.device.clone(),
            resumed: keeping.resumed.clone(),
            warnings: run.warnings.clone(),
        }
    }
}

impl SummaryState {
    /// Where a run stands for those who find its folder: one that isn't over trains.
    fn of(run: &Run) -> Self {
        match &run.state {
            RunState::Finished(reason) => Self::Finished { reason: *reason },
            RunState::Failed(message) => Self::Failed {
                message: message.clone(),
                diverged_in: run.diverged_in,
            },
            RunState::Loading
            | RunState::Probing(_)
            | RunState::Compiling
            | RunState::Running
            | RunState::Paused
            | RunState::Stopping
            | RunState::NotKept(_)
            | RunState::Interrupted
            | RunState::Elsewhere(_) => Self::Training,
        }
    }
}

/// Why a text is no summary.
#[derive(Debug, PartialEq)]
pub enum SummaryError {
    /// The summary is of this version, which isn't known.
    Version(u64),
    /// What is wrong, in words.
    Form(String),
}

impl Summary {
    /// Reads the text of a summary.
    ///
    /// # Errors
    /// Where the text is of another version or not of the form of a summary, or holds what no run has.
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
            SummaryState::Failed { diverged_in, .. } => diverged_in,
            SummaryState::Training | SummaryState::Finished { .. } => None,
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
        if let Some(data) = &started.taken {
            let images = [data.images, data.pool, data.validation, data.duplicates];
            if images.iter().any(|&count| count > limits::MOST_IMAGES) {
                return wrong("started.taken", "of so many images".into());
            }
            let texts = data.classes.iter().map(|class| &class.name);
            if texts
                .chain(&data.notes)
                .any(|text| text.len() > DATA_TEXT_LIMIT)
                || data.classes.len() > *limits::CLASSES.end()
                || data.notes.len() > DATA_NOTES_LIMIT
            {
                return wrong("started.taken", "of so many words".into());
            }
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
