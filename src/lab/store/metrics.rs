//! The lines of `metrics.jsonl`: read whole or not at all, but for a torn last one.

use crate::experiment::{limits, shortened};
use crate::training::{EpochMetrics, PartMetrics};

/// Why a text isn't the epochs of a run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct MetricsError {
    /// The line, from 1.
    pub line: usize,
    /// The field, and what is wrong with it, in words.
    pub problem: String,
}

/// How far below 0 rounding may leave a loss of nothing.
const ROUNDING: f64 = 1e-3;
/// The largest loss: no logits of single precision give a larger one.
const LARGEST_LOSS: f64 = 1e40;
/// More seconds than a run can take: thirty thousand years. No run has so many images a second,
/// either.
const SECONDS: f64 = 1e12;

/// What is said of a torn last line.
pub(super) const TORN: &str =
    "The last line of metrics.jsonl was torn, as a power loss leaves it, and is dropped.";

/// The epochs of a run, and whether the last line was torn, as a power loss leaves it.
#[derive(Debug, PartialEq)]
pub struct Metrics {
    /// The epochs, in order.
    pub epochs: Vec<EpochMetrics>,
    /// Whether a torn last line was dropped.
    pub is_torn: bool,
}

/// Reads the epochs of a run. A last line that has no end and is no epoch is dropped.
///
/// # Errors
/// Where a line isn't an epoch that a run can have had.
pub fn parse_metrics(text: &str) -> Result<Metrics, MetricsError> {
    let mut epochs: Vec<EpochMetrics> = Vec::new();
    let mut rest = text;
    let mut line = 0;
    while !rest.is_empty() {
        line += 1;
        let (this, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let has_end = rest.len() > this.len();
        let read = serde_json::from_str::<EpochMetrics>(this)
            .map_err(|err| format!("column {}: {}", err.column(), without_place(&err)));
        let last = epochs.last().map_or(0, |metrics| metrics.epoch);
        match read.and_then(|metrics| check(&metrics, last).map(|()| metrics)) {
            Ok(metrics) => {
                epochs.push(metrics);
            }
            Err(_) if !has_end => {
                return Ok(Metrics {
                    epochs,
                    is_torn: true,
                });
            }
            Err(problem) => return Err(MetricsError { line, problem }),
        }
        rest = after;
    }
    Ok(Metrics {
        epochs,
        is_torn: false,
    })
}

/// What serde_json says, without the place, which is counted within the line.
fn without_place(err: &serde_json::Error) -> String {
    let message = err.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    shortened(&message[..end])
}

/// Checks that a run can have had such an epoch after another.
fn check(metrics: &EpochMetrics, last: usize) -> Result<(), String> {
    let most = *limits::EPOCHS.end();
    let epoch = metrics.epoch;
    if epoch <= last || epoch > most {
        return Err(format!(
            "epoch: found {epoch}, expected {} to {most}",
            last + 1
        ));
    }
    let fraction = |name: &str, value: f64| within(name, value, 0.0, 1.0);
    let loss = |name: &str, value: f64| {
        // A loss may be anything but a number that no network has.
        if value.is_nan() {
            return Ok(());
        }
        within(name, value, -ROUNDING, LARGEST_LOSS)
    };
    loss("train_loss", metrics.train_loss)?;
    loss("validation_loss", metrics.validation_loss)?;
    loss("batch_loss", metrics.batch_loss)?;
    fraction("train_accuracy", metrics.train_accuracy)?;
    fraction("validation_accuracy", metrics.validation_accuracy)?;
    fraction("batch_accuracy", metrics.batch_accuracy)?;
    if let Some(confidence) = metrics.wrong_confidence {
        fraction("wrong_confidence", confidence)?;
    }
    for (name, part) in [("clean", &metrics.clean), ("corrupted", &metrics.corrupted)] {
        if let Some(PartMetrics {
            loss: value,
            accuracy,
            count,
        }) = part
        {
            loss(&format!("{name}.loss"), *value)?;
            fraction(&format!("{name}.accuracy"), *accuracy)?;
            images(&format!("{name}.count"), *count)?;
        }
    }
    images("train_count", metrics.train_count)?;
    images("validation_count", metrics.validation_count)?;
    images("train_images", metrics.train_images)?;
    let rate = limits::LEARNING_RATE;
    for compared in &metrics.compared {
        if compared.epoch == 0 || compared.epoch >= epoch {
            return Err(format!(
                "compared.epoch: found {}, expected an epoch before {epoch}",
                compared.epoch
            ));
        }
        within("compared.variance", compared.variance, 0.0, LARGEST_LOSS)?;
    }
    within("learning_rate", metrics.learning_rate, 0.0, *rate.end())?;
    within("seconds", metrics.elapsed_secs, 0.0, SECONDS)?;
    within(
        "samples_per_second",
        metrics.samples_per_second,
        0.0,
        SECONDS,
    )
}

fn images(name: &str, count: usize) -> Result<(), String> {
    if count <= limits::MOST_IMAGES {
        return Ok(());
    }
    let most = limits::MOST_IMAGES;
    Err(format!("{name}: found {count}, expected at most {most}"))
}

fn within(name: &str, value: f64, low: f64, high: f64) -> Result<(), String> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(format!("{name}: found {value}, expected {low} to {high}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"epoch":1,"step":8,"train_loss":0.5,"train_accuracy":0.9,"train_count":64,"validation_loss":0.7,"validation_accuracy":0.8,"validation_count":64,"wrong_confidence":0.4,"batch_loss":null,"batch_accuracy":0.7,"learning_rate":0.001,"train_images":64,"seconds":0.2,"samples_per_second":900.0,"waiting_secs":0.0}"#;

    #[test]
    fn lines_come_back_as_they_were_written() {
        let second = LINE.replace("\"epoch\":1", "\"epoch\":2");
        let text = format!("{LINE}\n{second}\n");
        let metrics = parse_metrics(&text).unwrap();
        assert_eq!(metrics.epochs.len(), 2);
        assert!(metrics.epochs[0].batch_loss.is_nan());
        let again: String = metrics
            .epochs
            .iter()
            .map(|epoch| serde_json::to_string(epoch).unwrap() + "\n")
            .collect();
        assert_eq!(again, text);
        assert_eq!(parse_metrics("").unwrap().epochs, []);
    }

    #[test]
    fn a_torn_last_line_is_dropped_and_no_other() {
        let torn = parse_metrics(&format!("{LINE}\n{}", &LINE[..40])).unwrap();
        assert_eq!((torn.epochs.len(), torn.is_torn), (1, true));
        let whole = parse_metrics(LINE).unwrap();
        assert_eq!((whole.epochs.len(), whole.is_torn), (1, false));
        let err = parse_metrics(&format!("{}\n{LINE}\n", &LINE[..40]));
        let err = err.unwrap_err().to_string();
        assert!(err.starts_with("line 1: column 40: EOF"), "{err}");
    }

    #[test]
    fn figures_that_no_run_has_are_named() {
        let check = |from: &str, to: &str, part: &str| {
            assert!(LINE.contains(from), "{from}");
            let err = parse_metrics(&(LINE.replace(from, to) + "\n"));
            let err = err.unwrap_err().to_string();
            assert!(err.starts_with("line 1: ") && err.contains(part), "{err}");
        };
        check(
            "\"epoch\":1",
            "\"epoch\":0",
            "epoch: found 0, expected 1 to",
        );
        check(
            "\"epoch\":1",
            "\"epoch\":18446744073709551615",
            "epoch: found 184",
        );
        check("0.9", "1.5", "train_accuracy: found 1.5, expected 0 to 1");
        check("0.8", "-1", "validation_accuracy: found -1");
        check("0.5", "1e300", "train_loss: found 1");
        check("0.5", "-3", "train_loss: found -3");
        check("0.4", "7", "wrong_confidence");
        check(
            "\"train_count\":64",
            "\"train_count\":99999999999",
            "train_count",
        );
        check("\"seconds\":0.2", "\"seconds\":-1", "seconds");
        check("900.0", "1e300", "samples_per_second");
        let twice = format!("{LINE}\n{LINE}\n");
        let err = parse_metrics(&twice).unwrap_err().to_string();
        assert!(err.starts_with("line 2: epoch"), "{err}");
    }
}
