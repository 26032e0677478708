//! The kinds of files that lie in a run's folder, and the folder as a whole.

use super::targets::{check_message, write};
use super::{DIVIDER, Outcome, parts_of, seeds};
use crate::lab::store::{
    Checkpoint, Summary, SummaryError, answers_from_bytes, answers_to_bytes, kept_epochs, read_run,
    read_score,
};
use crate::lab::{estimate, export, format};
use crate::training::Answers;
use std::path::Path;

const SUMMARY: &str = r#"{
  "version": 1,
  "created_secs": 1700000000,
  "state": { "state": "finished", "reason": "completed" },
  "started": {
    "parameters": 601578, "trainable_parameters": 598250, "device": "CPU", "train_images": 500,
    "validation_images": 5000, "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    "seconds_to_first_batch": 0.5
  },
  "data": "mnist", "best_epoch": 5, "best_validation_loss": 0.3, "best_validation_accuracy": 0.9,
  "best_weights": 5, "verdict": null, "seconds": 12.5
}
"#;

const DIVERGED: &str = r#"{
  "version": 1, "created_secs": 0,
  "state": { "state": "failed", "message": "the loss is no longer finite", "diverged_in": 3 },
  "started": null, "data": "here/train.csv",
  "data_sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  "best_epoch": null, "best_validation_loss": null, "best_validation_accuracy": null,
  "best_weights": null, "seconds": 0.0
}
"#;

pub fn summary_seeds() -> Vec<Vec<u8>> {
    [SUMMARY, DIVERGED]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// Reads bytes as `summary.json`.
pub fn summary(bytes: &[u8], _: &Path) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let summary = match Summary::parse(&text) {
        Ok(summary) => summary,
        Err(SummaryError::Form(message)) => {
            check_message(&message);
            return Outcome::Refused;
        }
        Err(SummaryError::Version(_)) => return Outcome::Refused,
    };
    let written = serde_json::to_string(&summary).unwrap_or_default();
    let again = Summary::parse(&written);
    let again = again.unwrap_or_else(|err| panic!("not read again: {err:?}"));
    assert_eq!(
        serde_json::to_string(&again).unwrap_or_default(),
        written,
        "the summary differs once written"
    );
    Outcome::Read
}

/// The files of a run's folder, in the order in which their bytes are joined.
const FILES: [&str; 6] = [
    "experiment.json",
    "summary.json",
    "metrics.jsonl",
    "batches.csv",
    "label.json",
    "test-score.json",
];

/// Good folders of runs, the files of each joined.
pub fn run_seeds() -> Vec<Vec<u8>> {
    let label = br#"{"name":"a name","starred":true}"#;
    let score = br#"{"split":"test","epoch":"5","loss":0.1,"accuracy":0.97,"standard_error":0.01,"count":100,"wrong_confidence":null}"#;
    let first = |files: fn() -> Vec<Vec<u8>>| files().swap_remove(0);
    let folder = |summary: &str| {
        [
            first(seeds::experiment),
            summary.as_bytes().to_vec(),
            first(seeds::metrics),
            first(seeds::batches),
            label.to_vec(),
            score.to_vec(),
        ]
        .join(DIVIDER)
    };
    vec![folder(SUMMARY), folder(DIVERGED)]
}

/// Writes the files that are joined in some bytes into a run's folder.
pub fn unpack_run(bytes: &[u8], folder: &Path) {
    for (name, part) in FILES.iter().zip(parts_of(bytes, FILES.len())) {
        write(&folder.join(name), part);
    }
}

/// Reads bytes as a whole run's folder, and lists and exports the run.
pub fn run(bytes: &[u8], folder: &Path) -> Outcome {
    unpack_run(bytes, folder);
    if let Err(err) = read_score(folder) {
        check_message(&err.to_string());
    }
    assert!(kept_epochs(folder).is_empty() && Checkpoint::Best.read(folder).is_err());
    let run = match read_run(folder) {
        Ok(run) => run,
        Err(err) => {
            check_message(&err.to_string());
            return Outcome::Refused;
        }
    };
    let size = format::whole(run.validation_size());
    let about = format!("{size} {} {:?}", format::utc(run.created_secs), run.best());
    assert!(!about.is_empty() && run.name.chars().count() <= 200);
    let settings = run.settings_now();
    if let Some(estimate) = estimate::estimate(&settings, None) {
        assert!(estimate.seconds_per_epoch.is_finite());
    }
    let text = export::curves_csv(&[&run]);
    assert!(text.lines().count() > run.epochs.len());
    let drawn = export::curves_svg(&[export::CurveRun {
        run: &run,
        color: [0, 0, 0],
    }]);
    match drawn {
        Ok(svg) => assert!(svg.len() < 50 << 20, "{} bytes of SVG", svg.len()),
        Err(err) => check_message(&err.to_string()),
    }
    Outcome::Read
}

pub fn answers_seeds() -> Vec<Vec<u8>> {
    let answers = Answers {
        classes: vec![3, 9, 0, 1],
        confidences: vec![0.5, 1.0, 0.25, 0.0],
        losses: vec![0.75, 0.0, 3.0, 100.0],
    };
    [answers, Answers::default()]
        .iter()
        .filter_map(|answers| answers_to_bytes(answers).ok())
        .collect()
}

/// Reads bytes as an epoch's answers.
pub fn answers(bytes: &[u8], _: &Path) -> Outcome {
    let Some(answers) = answers_from_bytes(bytes) else {
        return Outcome::Refused;
    };
    assert!(
        9 * answers.count() <= bytes.len(),
        "more answers than bytes"
    );
    let written = answers_to_bytes(&answers);
    let again = written.ok().and_then(|bytes| answers_from_bytes(&bytes));
    assert_eq!(again, Some(answers), "the answers differ once written");
    Outcome::Read
}
