//! How right the verdict is: runs whose truth is known in hindsight, and what the verdict said of
//! them at each of their epochs.

mod error;
mod kept;
mod plan;
mod report;
mod rules;
mod runs;
mod score;
mod seen;
mod truth;

use anyhow::Result;
use error::VerdictBenchError;
use kept::Kept;
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
    /// Train nothing: measure with the runs that are kept
    #[arg(long)]
    pub score_only: bool,
    /// Judge the curves alone, without the answers of each image
    #[arg(long)]
    pub curves_only: bool,
    /// Print what was true and what was said of each run
    #[arg(long)]
    pub long: bool,
}

/// Trains what is missing, and measures the verdict.
pub(super) fn run(args: &VerdictArgs) -> Result<()> {
    let planned = args.part.runs(args.seeds, args.short);
    if !args.score_only {
        runs::train_missing(&args.verdict_runs, &planned)?;
    }
    let mut runs = Vec::new();
    for planned in planned {
        if let Some(kept) = Kept::read(&runs::path(&args.verdict_runs, &planned))? {
            runs.push((planned, kept));
        }
    }
    if runs.is_empty() {
        let folder = args.verdict_runs.clone();
        return Err(VerdictBenchError::Nothing { folder }.into());
    }
    println!("verdict   {} runs", runs.len());
    report::print(&runs, !args.curves_only, args.long);
    Ok(())
}
