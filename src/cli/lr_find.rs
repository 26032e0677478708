//! `lr-find`: with which learning rates a network learns.

use super::args::{LrFindArgs, MachineArgs};
use super::picture::picture_bytes;
use super::submit::overwrite;
use super::{Ending, interrupted};
use crate::lab::export::{rates_svg, save};
use crate::lab::rates::{FoundRates, RatesError, search};
use anyhow::Result;
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

pub fn run(args: &LrFindArgs, machine: &MachineArgs) -> Result<Ending> {
    let experiment = args.experiment.build()?;
    let overwrite = overwrite(args.force);
    if let Some(picture) = &args.picture {
        overwrite.check(picture)?;
    }
    let stop = interrupted()?;
    let found = search(
        &experiment,
        machine.threads.unwrap_or_default(),
        &mut |_, _| {
            if stop.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    let found = match found {
        Err(RatesError::Cancelled) => return Ok(Ending::Interrupted),
        found => found?,
    };
    if let Some(picture) = &args.picture {
        let bytes = picture_bytes(picture, rates_svg(&found))?;
        save(picture, &bytes, overwrite)?;
    }
    if args.json {
        println!("{}", as_json(&found));
    } else {
        println!("{}", found.finding());
        println!("{}", found.advice());
        println!("{}", found.method());
        if let Some(picture) = &args.picture {
            println!("Written: {}", picture.display());
        }
    }
    Ok(Ending::Done)
}

fn as_json(found: &FoundRates) -> serde_json::Value {
    let range = found.range.ok();
    json!({
        "range": range.map(|range| [range.lower, range.upper]),
        "learning_rate": range.map(|range| range.suggested()),
        "no_range": found.range.err(),
        "optimizer": found.optimizer,
        "batch_size": found.batch_size,
        "points": found.curve,
    })
}
