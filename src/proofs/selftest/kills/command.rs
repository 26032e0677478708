//! The command `selftest --kills`: it kills and resumes runs, and tells how often and with what
//! outcome.

use super::{KillFigures, Killed, kills};
use crate::cli::Ending;
use crate::lab::format::whole;
use anyhow::{Context, Result, bail};

/// A line is printed after so many more kills.
const EVERY: usize = 50;

pub fn run(count: usize, seed: u64) -> Result<Ending> {
    let program = std::env::current_exe().context("can't find this program")?;
    let folder = tempfile::tempdir().context("can't make a folder for the runs")?;
    let killed = Killed {
        program: &program,
        folder: folder.path(),
        seed,
    };
    let mut next = EVERY;
    let figures = kills(&killed, count, |figures| {
        if figures.kills >= next && figures.kills < count {
            next = figures.kills + EVERY;
            println!("{}", line(figures));
        }
    })?;
    println!("{}", line(&figures));
    if figures.differences.is_empty() {
        return Ok(Ending::Done);
    }
    for difference in &figures.differences {
        println!("{difference}");
    }
    let kept = folder.keep();
    bail!(
        "runs differ from the undisturbed one; they are in {}",
        kept.display()
    )
}

fn line(figures: &KillFigures) -> String {
    let KillFigures {
        kills,
        before_the_run,
        before_the_state,
        within_a_save,
        at_the_end,
        resumed,
        runs,
        most,
        differences,
    } = figures;
    format!(
        "{} kills: {before_the_run} before there was a run, {before_the_state} before its first \
         state, {within_a_save} within a save, {at_the_end} after its last epoch; resumed {} times; \
         {} runs of up to {most} kills each: {} equal to the undisturbed one to the bit, {} not",
        whole(*kills),
        whole(*resumed),
        whole(*runs),
        runs - differences.len(),
        differences.len()
    )
}
