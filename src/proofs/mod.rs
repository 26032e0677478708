//! What proves the program: measurements, hostile files, runs that are killed, an hour of short
//! runs. The room stands on top of everything and may use everything; nothing of the product knows
//! it. `program` puts its commands beside the product's.
//!
//! - `bench` measures the engine and the window, and its peers in Python beside them;
//! - [`faults`] makes the product's seams fail: a device that is lost, a GPU that misbehaves;
//! - [`hostile`] has files that nobody made in good faith, and what must hold whatever they are;
//! - [`selftest`] feeds those to workers, kills runs and resumes them, and counts for an hour what
//!   grows or gets lost;
//! - `rehearsal` is a window that acts by itself while it is measured.

mod bench;
pub mod faults;
pub mod hostile;
pub(crate) mod rehearsal;
pub mod selftest;

use crate::cli::Ending;
use crate::cli::args::CommonArgs;
use anyhow::Result;
use bench::BenchArgs;
use clap::Subcommand;
use selftest::SelftestArgs;

/// The commands of this room.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure the program on this machine
    Bench(BenchArgs),
    /// Try to break the program with hostile files of every kind that it reads
    #[command(after_help = selftest::SELFTEST_HELP)]
    Selftest(SelftestArgs),
}

/// Runs a command of this room.
///
/// # Errors
/// The command's own: where it can't measure, or where something broke.
pub(crate) fn run(command: Command, common: &CommonArgs) -> Result<Ending> {
    match command {
        Command::Bench(args) => bench::run(&args, &common.machine),
        Command::Selftest(args) => selftest::run(&args),
    }
}
