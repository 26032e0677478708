//! `submit`: a submission for Kaggle.

use super::args::{MachineArgs, StoreArgs, SubmitArgs};
use super::devices::for_prediction;
use super::members::Members;
use super::{Ending, UsageError};
use crate::experiment::Settings;
use crate::lab::Run;
use crate::lab::export::probabilities_csv;
use crate::lab::format;
use crate::lab::score::older_weights;
use crate::lab::store::{Checkpoint, Overwrite, write_together};
use crate::lab::submission::{Prediction, Preview, Remark, Submission, TestFile, Written, predict};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::Path;

pub fn run(args: &SubmitArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let overwrite = overwrite(args.force);
    Submission::check_path(&args.output, &args.test, overwrite)?;
    if let Some(path) = &args.probabilities {
        check_apart(path, args)?;
        overwrite.check(path)?;
    }
    let Members { runs, copies } = Members::read(&args.run, &args.together, store, args.epoch)?;
    warn_of_older_weights(&runs);
    let device = for_prediction(args.device, first_settings(&runs)?, machine)?;
    let bar = Bar::new();
    let test = TestFile::read_as(&args.test, &runs, args.read_as, &mut |done, total| {
        bar.show("reading", done, total)
    })?;
    let prediction = predict(&runs, copies, &test.images, device, &mut |done, total| {
        bar.show("predicting", done, total)
    })?;
    drop(bar);
    let submission = Submission::new(&prediction, &test)?;
    if !args.json {
        say(&submission);
    }
    let written = submission.write(&args.output, overwrite)?;
    if let Some(path) = &args.probabilities {
        let text = probabilities_csv(&prediction, test.ids.as_ref());
        write_together(&[(path.as_path(), text.as_bytes())], overwrite)?;
    }
    if args.json {
        println!("{}", as_json(&runs, &prediction, &submission, &written));
        return Ok(Ending::Done);
    }
    println!(
        "Written to {}; where it comes from, to {}",
        written.submission.display(),
        written.sidecar.display()
    );
    Ok(Ending::Done)
}

/// Says what is to be known of a submission.
fn say(submission: &Submission) {
    if let Some(warning) = submission.warning() {
        eprintln!("warning: {warning}");
    }
    for remark in submission.remarks() {
        match remark {
            Remark::Warning(text) => eprintln!("warning: {text}"),
            Remark::Note(text) => eprintln!("note: {text}"),
        }
    }
    print(&submission.preview());
    if let Some(test) = submission.accuracy() {
        println!(
            "{} of the {} images are labelled so in the test file",
            format::percent_with_error(test.accuracy, test.count),
            format::whole(test.count)
        );
    }
}

/// The object of a submission that was written.
fn as_json(
    runs: &[(Run, Checkpoint)],
    prediction: &Prediction,
    submission: &Submission,
    written: &Written,
) -> Value {
    let preview = submission.preview();
    let (mut warnings, mut notes) = (Vec::new(), Vec::new());
    warnings.extend(submission.warning());
    for remark in submission.remarks() {
        match remark {
            Remark::Warning(text) => warnings.push(text),
            Remark::Note(text) => notes.push(text.as_str()),
        }
    }
    let note = preview.note();
    notes.extend(note.as_deref());
    let members = runs
        .iter()
        .zip(&prediction.members)
        .map(|((run, _), member)| {
            json!({
                "run": run.id.0,
                "folder": run.folder.display().to_string(),
                "epoch": member.epoch,
            })
        });
    let accuracy = submission.accuracy();
    let digits = preview.counts.iter().enumerate();
    let counts: serde_json::Map<String, Value> = digits
        .map(|(digit, count)| (digit.to_string(), json!(count)))
        .collect();
    json!({
        "submission": written.submission.display().to_string(),
        "sidecar": written.sidecar.display().to_string(),
        "header": preview.header,
        "rows": preview.rows,
        "predicted": counts,
        "accuracy": accuracy.map(|test| test.accuracy),
        "standard_error": accuracy.map(|test| test.standard_error),
        "count": accuracy.map(|test| test.count),
        "tta": prediction.copies.count,
        "members": members.collect::<Vec<Value>>(),
        "warnings": warnings,
        "notes": notes,
    })
}

/// Whether the probabilities have a file of their own.
fn check_apart(path: &Path, args: &SubmitArgs) -> Result<(), UsageError> {
    // A file that isn't there yet is known by its folder and its name.
    let place = |path: &Path| {
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => Path::new("/"),
        };
        std::fs::canonicalize(path).unwrap_or_else(|_| {
            let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.into());
            folder.join(path.file_name().unwrap_or_default())
        })
    };
    let sidecar = Submission::sidecar_path(&args.output);
    let others = [
        (args.output.as_path(), "the submission"),
        (&sidecar, "the file beside the submission"),
        (&args.test, "the test file"),
    ];
    match others.iter().find(|(other, _)| place(other) == place(path)) {
        Some((_, what)) => Err(UsageError(format!(
            "--probabilities is {what}; choose another name: {}",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Warns where other weights stand in for those that were asked for. Commands that use no weights
/// need no warning.
pub(super) fn warn_of_older_weights(runs: &[(Run, Checkpoint)]) {
    for (run, checkpoint) in runs {
        if let Some(older) = older_weights(run, *checkpoint) {
            eprintln!("warning: {}: {older}", run.name);
        }
    }
}

/// The settings of the first run.
pub(super) fn first_settings(runs: &[(Run, Checkpoint)]) -> Result<&Settings, UsageError> {
    let (run, _) = runs
        .first()
        .ok_or_else(|| UsageError("choose a run with --run".into()))?;
    Ok(run.experiment.settings())
}

pub(super) fn overwrite(force: bool) -> Overwrite {
    if force {
        Overwrite::Replace
    } else {
        Overwrite::Refuse
    }
}

fn print(preview: &Preview) {
    println!("{} rows", format::whole(preview.rows));
    if let Some(note) = preview.note() {
        eprintln!("note: {note}");
    }
    println!("{}", preview.header);
    for (id, label) in &preview.first {
        println!("{id},{label}");
    }
    let shown = preview.first.len() + preview.last.len();
    if shown < preview.rows {
        println!("…");
    }
    for (id, label) in &preview.last {
        println!("{id},{label}");
    }
    println!("Images of each class:");
    for (digit, count) in preview.counts.iter().enumerate() {
        println!("  {digit}  {:>7}", format::whole(*count));
    }
}

/// A progress bar that disappears when it is dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg} {percent}% · {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows how far a piece of work is.
    pub(super) fn show(&self, what: &'static str, done: usize, total: usize) -> ControlFlow<()> {
        self.0.set_message(what);
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
        ControlFlow::Continue(())
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
