//! Reading runs back. A run folder is data: nothing outside it is followed.

use super::batches::parse_batches;
use super::files;
use super::inside::{
    BATCHES_LIMIT, EXPERIMENT_LIMIT, Inside, METRICS_LIMIT, SMALL_LIMIT, WEIGHTS_LIMIT,
};
use super::lock::writer_of;
use super::metrics::{Metrics, TORN, parse_metrics};
use super::resume::place;
use super::summary::SummaryError;
use super::{KeepEpochs, Label, StoreError};
use crate::experiment::{Experiment, shortened};
use crate::lab::run::{Run, RunId, RunState};
use crate::lab::score::Score;
use crate::lab::verdict::Verdict;
use crate::training::{BatchPoint, Started, StopReason};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// `summary.json`: what is known of a run at a glance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the run format.
    pub version: u32,
    /// Seconds since 1970 at its start.
    pub created_secs: u64,
    /// Where it stands.
    pub state: State,
    /// Facts from its start.
    pub started: Option<Started>,
    /// What data trained it.
    pub data: String,
    /// The SHA-256 of its images and labels, where it isn't the embedded data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_sha256: Option<String>,
    /// The epoch of the lowest validation loss.
    pub best_epoch: Option<usize>,
    /// Its loss.
    pub best_validation_loss: Option<f64>,
    /// Its accuracy, a fraction.
    pub best_validation_accuracy: Option<f64>,
    /// The epoch whose weights lie in `best.safetensors`: an earlier one where those of the best
    /// epoch found no room.
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
    /// Whether its state is saved as it trains. Runs of the first program have none.
    #[serde(default)]
    pub saves_state: bool,
    /// The device that was chosen, as the command line takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where it was taken up again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<Resumption>,
    /// What went wrong without ending it, the oldest first.
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
pub enum State {
    /// It trains, or its program was ended before it.
    Training,
    /// It is over.
    Finished {
        /// Why.
        reason: StopReason,
    },
    /// It ended with an error.
    Failed {
        /// Which.
        message: String,
        /// The epoch in which a figure was no longer finite, if that was it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        diverged_in: Option<usize>,
    },
}

/// Reads a run from its folder.
///
/// # Errors
/// Where a file is missing, of another version or not of its form.
pub fn read_run(folder: &Path) -> Result<Run, StoreError> {
    let experiment = read_experiment(folder)?;
    let summary = read_summary(&Inside::new(folder, files::SUMMARY))?;
    let mut run = Run::new(
        id_of(folder),
        folder.to_path_buf(),
        summary.created_secs,
        experiment,
    );
    let metrics = read_metrics(folder)?;
    let resumes_at = place(folder, &summary, &metrics);
    run.state = match summary.state {
        State::Training => match writer_of(folder) {
            Some(by) => RunState::Elsewhere(by),
            None => RunState::Interrupted,
        },
        State::Finished { reason } => RunState::Finished(reason),
        State::Failed {
            message,
            diverged_in,
        } => {
            run.diverged_in = diverged_in;
            RunState::Failed(message)
        }
    };
    if let Some(started) = &summary.started
        && let Some(classes) = run.experiment.settings().data.source.known_classes()
        && !started.classes.is_empty()
        && started.classes.len() != classes
    {
        return Err(StoreError::Malformed {
            message: format!(
                "started.classes: found {} names, expected {classes} as the experiment has classes",
                started.classes.len()
            ),
            path: folder.join(files::SUMMARY),
        });
    }
    run.started = summary.started;
    // A label is a nicety: a run without one has its id for a name.
    if let Ok(text) = Inside::new(folder, files::LABEL).read_text(SMALL_LIMIT)
        && let Ok(label) = serde_json::from_str::<Label>(&text)
    {
        run.name = label.shown_name();
        run.starred = label.starred;
    }
    run.resumes_at = resumes_at.filter(|_| !run.state.is_in_work());
    run.epochs = metrics.epochs;
    run.elapsed_secs = summary.seconds;
    run.best_weights = summary.best_weights;
    run.last_weights = summary.last_weights;
    run.data_sha256 = summary.data_sha256;
    run.warnings = summary.warnings;
    if metrics.is_torn {
        run.warnings.push(TORN.into());
    }
    run.batches = read_batches(&Inside::new(folder, files::BATCHES));
    run.judge();
    Ok(run)
}

pub(super) fn read_summary(file: &Inside<'_>) -> Result<Summary, StoreError> {
    let malformed = |message| StoreError::Malformed {
        message,
        path: file.path(),
    };
    match Summary::parse(&file.read_text(SMALL_LIMIT)?) {
        Ok(summary) => Ok(summary),
        Err(SummaryError::Version(found)) => Err(StoreError::UnknownVersion {
            found,
            path: file.path(),
        }),
        Err(SummaryError::Form(problem)) => {
            Err(malformed(format!("not a run's summary: {problem}")))
        }
    }
}

/// Reads a run's experiment, with every change made while it ran.
pub(super) fn read_experiment(folder: &Path) -> Result<Experiment, StoreError> {
    let file = Inside::new(folder, files::EXPERIMENT);
    if !file.exists() {
        return Err(StoreError::Malformed {
            message: format!("this is no run's folder: it has no {}", files::EXPERIMENT),
            path: folder.to_path_buf(),
        });
    }
    Experiment::from_json(&file.read_text(EXPERIMENT_LIMIT)?).map_err(|err| StoreError::Malformed {
        message: err.to_string(),
        path: file.path(),
    })
}

/// A run's name: its folder's.
pub(super) fn id_of(folder: &Path) -> RunId {
    let path = std::path::absolute(folder).ok();
    let name = path.and_then(|path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    });
    RunId(name.unwrap_or_default())
}

/// Reads the epochs. A torn last line, as a power loss leaves it, is dropped.
pub(super) fn read_metrics(folder: &Path) -> Result<Metrics, StoreError> {
    let file = Inside::new(folder, files::METRICS);
    // Half a character can end a torn line.
    let bytes = file.read(METRICS_LIMIT)?;
    parse_metrics(&String::from_utf8_lossy(&bytes)).map_err(|message| StoreError::Malformed {
        message: format!("{message}; restore the file, or cut it off before that line"),
        path: file.path(),
    })
}

/// Reads the batches as seen; what can't be read of this faint line isn't shown.
fn read_batches(file: &Inside<'_>) -> Vec<BatchPoint> {
    let opened = file
        .check()
        .ok()
        .and_then(|()| File::open(file.path()).ok());
    opened.map_or_else(Vec::new, |file| parse_batches(file.take(BATCHES_LIMIT)))
}

/// Reads the answer of a run's one test, where it was asked.
///
/// # Errors
/// Where the file is not of its form.
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

/// Which of a run's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpoint {
    /// Those of the lowest validation loss.
    Best,
    /// The newest.
    Last,
    /// Those after an epoch.
    Epoch(usize),
}

impl FromStr for Checkpoint {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "best" => Ok(Self::Best),
            "last" => Ok(Self::Last),
            _ => text
                .parse()
                .ok()
                .filter(|epoch| *epoch > 0)
                .map(Self::Epoch)
                .ok_or_else(|| format!("expected best, last or an epoch from 1, found {text:?}")),
        }
    }
}

impl Checkpoint {
    /// The file of these weights in a run's folder.
    pub fn path(self, folder: &Path) -> PathBuf {
        folder.join(self.place())
    }

    fn place(self) -> PathBuf {
        let name = match self {
            Self::Best => "best".into(),
            Self::Last => "last".into(),
            Self::Epoch(epoch) => format!("epoch-{epoch:04}"),
        };
        Path::new(files::CHECKPOINTS).join(format!("{name}.safetensors"))
    }

    /// Reads these weights from a run's folder.
    ///
    /// # Errors
    /// Where the run has no such weights.
    pub fn read(self, folder: &Path) -> Result<Vec<u8>, StoreError> {
        let file = Inside::new(folder, self.place());
        if !file.exists() {
            return Err(StoreError::Malformed {
                message: "these weights aren't there: the run didn't get to that epoch, or they \
                          found no room, or were thinned; choose another epoch"
                    .into(),
                path: file.path(),
            });
        }
        file.read(WEIGHTS_LIMIT)
    }
}
