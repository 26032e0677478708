//! `evaluate`: a kept run's weights measured again.

use super::Ending;
use super::args::{EvaluateArgs, MachineArgs, StoreArgs};
use super::devices::for_prediction;
use crate::lab::format;
use crate::lab::score::{self, Score, Split};
use crate::lab::store::read_run;
use anyhow::Result;

pub fn run(args: &EvaluateArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let run = read_run(&store.run_folder(&args.run))?;
    for warning in &run.warnings {
        eprintln!("warning: {warning}");
    }
    if let Some(older) = score::older_weights(&run, args.epoch) {
        eprintln!("warning: {older}");
    }
    let split = if args.test {
        Split::Test
    } else {
        Split::Validation
    };
    let device = for_prediction(args.device, run.experiment.settings(), machine)?;
    let score = score::score(&run, args.epoch, split, device)?;
    if args.json {
        println!("{}", serde_json::to_string(&score)?);
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

fn sentence(name: &str, score: &Score) -> String {
    let mut text = format!(
        "{name}, epoch {}: {} accuracy {}, loss {} on {} images",
        score.epoch,
        score.split.label(),
        format::percent_with_error(score.accuracy, score.count),
        format::loss(score.loss),
        format::whole(score.count),
    );
    if let Some(confidence) = score.wrong_confidence {
        text += &format!(
            "; mean confidence of the wrong ones {}",
            format::percent(confidence)
        );
    }
    text
}
