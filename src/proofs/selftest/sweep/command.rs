//! The command `selftest --sweep`: it kills processes that work on sweeps, and tells what came of it.

use super::{SweepFigures, SweepTest};
use crate::cli::Ending;
use crate::lab::format::whole;
use anyhow::{Context, Result, bail};

pub fn run(count: usize, seed: u64) -> Result<Ending> {
    let program = std::env::current_exe().context("can't find this program")?;
    let folder = tempfile::tempdir().context("can't make a folder for the sweeps")?;
    let test = SweepTest {
        program: &program,
        folder: folder.path(),
        seed,
    };
    let figures = test.kill(count, |figures| println!("{}", line(figures)))?;
    if figures.differences.is_empty() {
        return Ok(Ending::Done);
    }
    for difference in &figures.differences {
        println!("{difference}");
    }
    let kept = folder.keep();
    bail!(
        "runs are not as they should be; they are in {}",
        kept.display()
    )
}

fn line(figures: &SweepFigures) -> String {
    format!(
        "{} kills of processes that work on sweeps, {} ended by themselves, {} times a run was left \
         to another process; {} pairs of sweeps with {} runs: {} not as they should be",
        whole(figures.kills),
        whole(figures.ended),
        whole(figures.left_to_others),
        whole(figures.rounds),
        whole(figures.runs),
        figures.differences.len()
    )
}
