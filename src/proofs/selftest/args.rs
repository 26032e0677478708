//! Arguments of the command that breaks things on purpose.

use crate::cli::args::parse_count;
use crate::experiment::Expected;
use crate::proofs::hostile::all_targets;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;
use std::time::Duration;

pub(in crate::proofs) const SELFTEST_HELP: &str = "\
Without a number it tries ten thousand inputs of each kind. An input that ends the program, takes
more than 1.5 GB of memory (on Linux) or answers within no 30 seconds is a finding, too. What was
found is kept, and --findings says where.";

/// Arguments of `selftest`.
#[derive(Args, Debug)]
pub struct SelftestArgs {
    /// Which kinds of files [default: all]
    #[arg(value_name = "KIND", value_parser = kinds())]
    pub kinds: Vec<String>,
    /// Try so many inputs of each kind
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    pub inputs: Option<u64>,
    /// Try inputs of each kind for so long
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
    /// The seed of the mutations; the same gives the same inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where inputs that broke something are kept
    #[arg(long, value_name = "DIR", default_value = "findings")]
    pub findings: PathBuf,
    /// Write the good files that mutations begin with into a folder a kind, and the first inputs
    #[arg(long, value_name = "DIR", conflicts_with_all = ["inputs", "seconds"])]
    pub write_seeds: Option<PathBuf>,
    /// Instead of files: train short runs for so many minutes, with pauses, live changes, drawing
    /// and exports beside them, and count what grows or gets lost
    #[arg(long, value_name = "MINUTES", value_parser = parse_minutes,
          conflicts_with_all = ["kinds", "inputs", "seconds", "write_seeds"])]
    pub soak: Option<Duration>,
    /// Instead of files: kill short runs at random moments, N times at least, and resume each until
    /// it is through; a run of which a figure or a file differs from the undisturbed one's is kept
    #[arg(long, value_name = "N", value_parser = parse_count,
          conflicts_with_all = ["kinds", "inputs", "seconds", "write_seeds", "soak"])]
    pub kills: Option<usize>,
    /// Instead of files: several processes work on two sweeps in one store and are killed at random
    /// moments, N times at least; every run must be there once, and equal to the undisturbed one
    #[arg(long, value_name = "N", value_parser = parse_count,
          conflicts_with_all = ["kinds", "inputs", "seconds", "write_seeds", "soak", "kills"])]
    pub sweep: Option<usize>,
    /// Try the inputs in this process and tell of them on standard output
    #[arg(long, hide = true)]
    pub worker: bool,
    /// The first input's number, for a worker
    #[arg(long, hide = true, default_value_t = 0)]
    pub first: u64,
}

fn parse_minutes(text: &str) -> Result<Duration, Expected> {
    text.parse()
        .ok()
        .filter(|minutes| (0.0..=1e6).contains(minutes))
        .map(|minutes: f64| Duration::from_secs_f64(60.0 * minutes))
        .ok_or_else(|| Expected::new("a number of minutes"))
}

/// The kinds by name.
fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(all_targets().map(|target| target.name))
}
