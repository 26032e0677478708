//! Tables: every figure of some runs, one a row, so that any program can pick and plot.

use crate::lab::Run;
use crate::lab::submission::{Prediction, TestIds};
use crate::training::EpochMetrics;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Every figure of some runs: `run,epoch,step,split,metric,value`.
///
/// Accuracies are fractions; a figure that isn't finite is `NaN`. Rows of the split `batch` are
/// training batches as seen, at fractional epochs, and after each epoch their mean.
pub fn curves_csv(runs: &[&Run]) -> String {
    let mut text = String::from("run,epoch,step,split,metric,value\n");
    for (run, label) in runs.iter().zip(run_labels(runs)) {
        let mut rows = Rows {
            text: &mut text,
            run: quoted(&label),
        };
        let mut batches = run.batches.iter().peekable();
        for metrics in &run.epochs {
            while let Some(batch) = batches.next_if(|batch| batch.step <= metrics.step) {
                rows.batch(batch);
            }
            rows.epoch(metrics);
        }
        batches.for_each(|batch| rows.batch(batch));
    }
    text
}

/// Adds the rows of a run.
struct Rows<'a> {
    text: &'a mut String,
    run: String,
}

impl Rows<'_> {
    fn push(&mut self, epoch: f64, step: u64, split: &str, metric: &str, value: f64) {
        let value = if value.is_finite() {
            value.to_string()
        } else {
            "NaN".into()
        };
        // Writing to a string doesn't fail.
        let _ = writeln!(
            self.text,
            "{},{epoch},{step},{split},{metric},{value}",
            self.run
        );
    }

    fn batch(&mut self, batch: &crate::training::BatchPoint) {
        // The figure is written in the digits of its own width: a wider number would add more.
        let value = |figure: f32| figure.to_string().parse().unwrap_or(f64::NAN);
        for (metric, figure) in [("loss", batch.loss), ("accuracy", batch.accuracy)] {
            self.push(batch.epoch, batch.step, "batch", metric, value(figure));
        }
    }

    fn epoch(&mut self, metrics: &EpochMetrics) {
        let mut push = |split, metric, value| {
            self.push(metrics.epoch as f64, metrics.step, split, metric, value);
        };
        push("training", "loss", metrics.train_loss);
        push("training", "accuracy", metrics.train_accuracy);
        push("training", "images", metrics.train_images as f64);
        push("training", "measured_images", metrics.train_count as f64);
        push("training", "learning_rate", metrics.learning_rate);
        push("training", "seconds", metrics.elapsed_secs);
        push("training", "images_per_second", metrics.samples_per_second);
        let accuracy = metrics.validation_accuracy;
        let count = metrics.validation_count;
        push("validation", "loss", metrics.validation_loss);
        push("validation", "accuracy", accuracy);
        let error = crate::lab::verdict::standard_error(accuracy, count);
        push("validation", "standard_error", error);
        push("validation", "measured_images", count as f64);
        if let Some(confidence) = metrics.wrong_confidence {
            push("validation", "wrong_confidence", confidence);
        }
        for (split, part) in [("clean", metrics.clean), ("corrupted", metrics.corrupted)] {
            if let Some(part) = part {
                push(split, "loss", part.loss);
                push(split, "accuracy", part.accuracy);
                push(split, "measured_images", part.count as f64);
            }
        }
        push("batch", "mean_loss", metrics.batch_loss);
        push("batch", "mean_accuracy", metrics.batch_accuracy);
    }
}

/// A name for each run, different from the names of the others: the name of the run, with its id or
/// its folder where another run has the same name.
pub fn run_labels(runs: &[&Run]) -> Vec<String> {
    let mut labels: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
    let with: [fn(&Run) -> String; 2] = [
        |run| format!("{} ({})", run.name, run.id),
        |run| format!("{} ({})", run.name, run.folder.display()),
    ];
    for longer in with {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for label in &labels {
            *seen.entry(label.clone()).or_default() += 1;
        }
        for (label, run) in labels.iter_mut().zip(runs) {
            if seen.get(label).is_some_and(|count| *count > 1) {
                *label = longer(run);
            }
        }
    }
    labels
}

/// The mean probabilities of a prediction: a column of ids, then a column for each class. Ids count
/// from 1 in a column `ImageId`, unless the images have their own.
pub fn probabilities_csv(prediction: &Prediction, ids: Option<&TestIds>) -> String {
    let names: Vec<String> = prediction.class_names.iter().map(|n| quoted(n)).collect();
    let column = ids.map_or("ImageId", |ids| &ids.column);
    let mut text = format!("{},{}\n", quoted(column), names.join(","));
    let rows = prediction.probabilities.chunks(names.len().max(1));
    for (place, row) in rows.enumerate() {
        match ids.and_then(|ids| ids.ids.get(place)) {
            Some(id) => text += id,
            None => text += &(place + 1).to_string(),
        }
        for probability in row {
            let _ = write!(text, ",{probability}");
        }
        text.push('\n');
    }
    text
}

/// A field as CSV has it, in quotes where it needs them.
pub(super) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(quoted("A12"), "A12");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
