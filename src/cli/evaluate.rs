//! `evaluate`: a kept run's weights measured again, or on other images.

use super::args::{EvaluateArgs, MachineArgs, StoreArgs};
use super::devices::for_prediction;
use super::told::OfRun;
use super::{Ending, UsageError};
use crate::experiment::DataSource;
use crate::lab::score::{self, Score, Split};
use crate::lab::store::read_run;
use crate::lab::{DeviceChoice, Run, format};
use anyhow::Result;

pub fn run(args: &EvaluateArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let run = read_run(&store.run_folder(&args.run)?)?;
    for warning in &run.warnings {
        eprintln!("warning: {warning}");
    }
    if let Some(older) = score::older_weights(&run, args.epoch) {
        eprintln!("warning: {older}");
    }
    let device = for_prediction(args.device, run.experiment.settings(), machine)?;
    let split = match args.test {
        true => Split::Test,
        false => Split::Validation,
    };
    match &args.data {
        Some(data) => elsewhere(args, &run, &source(data)?, split, device),
        None => own(args, &run, split, device),
    }
}

/// The data that was typed.
fn source(path: &std::path::Path) -> Result<DataSource, UsageError> {
    let text = path.to_str().unwrap_or_default();
    text.parse()
        .map_err(|expected| UsageError(format!("--data: found {:?}, {expected}", path.display())))
}

/// Measures on the run's own validation or test images.
fn own(args: &EvaluateArgs, run: &Run, split: Split, device: DeviceChoice) -> Result<Ending> {
    let score = score::score(run, args.epoch, split, device)?;
    if args.json {
        println!("{}", serde_json::to_string(&OfRun::new(run, &score))?);
        return Ok(Ending::Done);
    }
    println!("{}", sentence(&run.name, &score));
    if score.recorded {
        println!(
            "This is the answer of this run's one test, recorded then; a test asked twice is a validation."
        );
    }
    Ok(Ending::Done)
}

/// Measures on images from elsewhere.
fn elsewhere(
    args: &EvaluateArgs,
    run: &Run,
    source: &DataSource,
    split: Split,
    device: DeviceChoice,
) -> Result<Ending> {
    let score = score::score_elsewhere(run, args.epoch, source, split, device)?;
    if args.json {
        println!("{}", serde_json::to_string(&OfRun::new(run, &score))?);
        return Ok(Ending::Done);
    }
    for warning in &score.warnings {
        eprintln!("warning: {warning}");
    }
    for note in &score.notes {
        eprintln!("note: {note}");
    }
    let part = match split {
        Split::Test => "the test images of ",
        Split::Validation => "",
    };
    let what = format!("accuracy on {part}{}", score.data);
    let figures = [score.accuracy, score.loss];
    let text = figures_in_words(figures, score.count, score.wrong_confidence);
    println!("{}, {}: {what} {text}", run.name, epoch(score.epoch));
    Ok(Ending::Done)
}

fn sentence(name: &str, score: &Score) -> String {
    format!(
        "{name}, {}: {} accuracy {}",
        epoch(score.epoch),
        score.split.label(),
        figures_in_words(
            [score.accuracy, score.loss],
            score.count,
            score.wrong_confidence
        )
    )
}

/// The epoch of weights in words.
fn epoch(epoch: Option<usize>) -> String {
    epoch.map_or_else(
        || "after its last whole epoch".into(),
        |epoch| format!("epoch {epoch}"),
    )
}

/// Accuracy and loss in words, with how sure the network is of what it gets wrong.
fn figures_in_words(
    [accuracy, loss]: [f64; 2],
    count: usize,
    wrong_confidence: Option<f64>,
) -> String {
    let mut text = format!(
        "{}, loss {} on {} images",
        format::percent_with_error(accuracy, count),
        format::loss(loss),
        format::whole(count),
    );
    if let Some(confidence) = wrong_confidence {
        text += &format!(
            "; mean confidence of the wrong ones {}",
            format::percent(confidence)
        );
    }
    text
}
