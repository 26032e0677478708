//! `evaluate`: kept weights measured again, or on other images; of one run, or of several together.

use super::args::{EvaluateArgs, MachineArgs, StoreArgs};
use super::devices::for_prediction;
use super::members::Members;
use super::submit::{Bar, first_settings, warn_of_older_weights};
use super::told::OfRun;
use super::{Ending, UsageError, ensemble_words};
use crate::experiment::DataSource;
use crate::lab::answers::ensemble;
use crate::lab::score::{self, Score, Split};
use crate::lab::store::Figures;
use crate::lab::{DeviceChoice, Run, format};
use anyhow::Result;
use std::path::PathBuf;

pub fn run(args: &EvaluateArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let named: Vec<PathBuf> = args.run.iter().cloned().collect();
    let members = Members::read(&named, &args.together, store, args.epoch)?;
    for (run, _) in &members.runs {
        for warning in &run.warnings {
            eprintln!("warning: {warning}");
        }
    }
    let device = for_prediction(args.device, first_settings(&members.runs)?, machine)?;
    let split = match args.test {
        true => Split::Test,
        false => Split::Validation,
    };
    let source = match &args.data {
        Some(data) => Some(source(data)?),
        None => None,
    };
    let [(run, _)] = &members.runs[..] else {
        warn_of_older_weights(&members.runs);
        return together(args, &members, source.as_ref(), split, device);
    };
    if let Some(older) = score::older_weights(run, args.epoch) {
        eprintln!("warning: {older}");
    }
    match &source {
        _ if !members.is_one_run() => together(args, &members, source.as_ref(), split, device),
        Some(source) => elsewhere(args, run, source, split, device),
        None => own(args, run, split, device),
    }
}

/// Measures several runs together, or one with copies of its images.
fn together(
    args: &EvaluateArgs,
    members: &Members,
    source: Option<&DataSource>,
    split: Split,
    device: DeviceChoice,
) -> Result<Ending> {
    let Members { runs, copies } = members;
    let bar = Bar::new();
    let heard = &mut |done, total| bar.show("measuring", done, total);
    let (score, data) = match source {
        None => (ensemble::score(runs, *copies, split, device, heard)?, None),
        Some(source) => {
            let found = ensemble::score_elsewhere(
                runs,
                *copies,
                source,
                split,
                args.read_as,
                device,
                heard,
            )?;
            for warning in &found.warnings {
                eprintln!("warning: {warning}");
            }
            for note in &found.notes {
                eprintln!("note: {note}");
            }
            (found.score, Some(found.data))
        }
    };
    drop(bar);
    if args.json {
        println!(
            "{}",
            ensemble_words::as_json(runs, *copies, &score, data.as_deref())
        );
        return Ok(Ending::Done);
    }
    for line in ensemble_words::lines(runs, &score, data.as_deref()) {
        println!("{line}");
    }
    Ok(Ending::Done)
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
    let score = score::score_elsewhere(run, args.epoch, source, split, args.read_as, device)?;
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
    let text = figures_in_words(&score.figures);
    println!("{}, {}: {what} {text}", run.name, epoch(score.epoch));
    Ok(Ending::Done)
}

fn sentence(name: &str, score: &Score) -> String {
    format!(
        "{name}, {}: {} accuracy {}",
        epoch(score.epoch),
        score.split.label(),
        figures_in_words(&score.figures)
    )
}

/// The epoch of weights in words.
pub(super) fn epoch(epoch: Option<usize>) -> String {
    epoch.map_or_else(
        || "after its last whole epoch".into(),
        |epoch| format!("epoch {epoch}"),
    )
}

/// Accuracy and loss in words, with how sure the network is of what it gets wrong.
pub(super) fn figures_in_words(figures: &Figures) -> String {
    let mut text = format!(
        "{}, loss {} on {} images",
        format::percent_with_error(figures.accuracy, figures.count),
        format::loss(figures.loss),
        format::whole(figures.count),
    );
    if let Some(confidence) = figures.wrong_confidence {
        text += &format!(
            "; mean confidence of the wrong ones {}",
            format::percent(confidence)
        );
    }
    text
}
