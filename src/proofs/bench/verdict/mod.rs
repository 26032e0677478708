//! How right the verdict is: runs whose truth is known in hindsight, and what the verdict said of
//! them at each of their epochs.

mod error;
mod kept;
mod plan;
mod runs;

use anyhow::Result;
pub use plan::Part;
use std::path::PathBuf;

/// Arguments of `bench verdict`.
#[derive(clap::Args, Clone, Debug)]
pub struct VerdictArgs {
    /// Where the runs that measure the verdict are kept; those that are there aren't trained again
    #[arg(long, value_name = "DIR", default_value = "verdict-runs")]
    pub verdict_runs: PathBuf,
    /// Which of these runs: those that the verdict may be tuned on, or those that score it
    #[arg(long, value_enum, default_value = "score")]
    pub part: Part,
    /// How many seeds of each setting
    #[arg(long, value_name = "N")]
    pub seeds: Option<usize>,
    /// A few settings alone, which takes minutes
    #[arg(long)]
    pub short: bool,
}

/// Trains what is missing, and measures the verdict.
pub(super) fn run(args: &VerdictArgs) -> Result<()> {
    let planned = args.part.runs(args.seeds, args.short);
    runs::train_missing(&args.verdict_runs, &planned)?;
    Ok(())
}
