//! Figures of sweeps: how many runs an hour gives several at once and one after another, what starting a run
//! and a further run cost, how long the table of a large sweep takes, and how often luck is called a
//! difference. All of it is measured on the commands themselves.

mod command;
mod luck;
mod many;
mod throughput;

use crate::lab::threads::Cores;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `bench sweep`.
#[derive(Args, Debug)]
pub struct SweepBenchArgs {
    /// Pairs of groups of runs with the same settings that `sweep` trains, to see how often luck is called a
    /// difference; 0 for none
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub pairs: usize,
    /// Where those runs are kept; those that are there aren't trained again
    #[arg(long, value_name = "DIR", default_value = "luck-runs")]
    pub luck_runs: PathBuf,
}

/// Measures and prints.
///
/// # Errors
/// Where a command fails, or a folder can't be written.
pub fn run(args: &SweepBenchArgs, rounds: usize) -> Result<()> {
    if args.pairs > 0 {
        return luck::print(&args.luck_runs, args.pairs);
    }
    let cores = Cores::of_machine().physical;
    many::print(rounds)?;
    throughput::print(&throughput::LARGER, cores, rounds)?;
    throughput::print(&throughput::FIRST_LOOK, cores, rounds)
}

/// Prints a figure.
fn line(what: &str, figure: &str) {
    println!("sweep     {what:<46} {figure}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}
