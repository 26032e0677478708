//! `summary`: the network, layer by layer.

use super::Ending;
use super::args::SummaryArgs;
use crate::lab::estimate;
use anyhow::{Result, anyhow};

pub fn run(args: &SummaryArgs) -> Result<Ending> {
    let experiment = args.experiment.build()?;
    let table = estimate::table(experiment.settings())
        .ok_or_else(|| anyhow!("these settings build no network"))?;
    print!("{table}");
    Ok(Ending::Done)
}
