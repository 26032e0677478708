//! A sweep of thousands of finished runs: how long its table takes.

use super::{command, line, median};
use crate::lab::sweep::Sweep;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Cells and seeds of the sweep.
const CELLS: usize = 50;
const SEEDS: usize = 100;

/// Makes a store of many runs, each a copy of one with an experiment of its own, and times the table and the
/// standing of the sweep.
///
/// # Errors
/// Where a command fails, or the folder can't be written.
pub fn print(rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir().context("can't make a folder for the runs")?;
    let folder = folder.path();
    make(folder).context("can't make the runs")?;
    let what = format!("{} finished runs", crate::lab::format::whole(CELLS * SEEDS));
    for (name, more) in [
        ("sweep table", &["table"][..]),
        ("the gap of each", &["table", "--metric", "gap"]),
        ("sweep status", &["status"]),
    ] {
        let mut seconds = Vec::new();
        for _ in 0..rounds {
            let fixed = ["S", "--runs-dir", "runs"];
            let arguments = [&["sweep"], &more[..1], &fixed, &more[1..]].concat();
            seconds.push(command::run(&arguments, folder)?.seconds);
        }
        line(
            &format!("{what}, {name}"),
            &format!("{:>9.2} s", median(seconds)),
        );
    }
    Ok(())
}

fn make(folder: &Path) -> Result<()> {
    let values: Vec<String> = (1..=CELLS).map(|step| format!("{}e-4", step)).collect();
    let axis = format!("learning-rate={}", values.join(","));
    let plan = [
        "sweep",
        "plan",
        "--preset",
        "linear",
        "--train-size",
        "20",
        "--validation-size",
        "20",
        "--epochs",
        "10",
        "--runs-dir",
        "runs",
    ];
    let seeds = SEEDS.to_string();
    let large = ["--vary", &axis, "--seeds", &seeds, "--out", "S"];
    command::run(&[&plan[..], &large].concat(), folder)?;
    command::run(
        &[&plan[..], &["--seeds", "1", "--out", "one"]].concat(),
        folder,
    )?;
    command::run(&["sweep", "run", "one", "--runs-dir", "first"], folder)?;
    let first = fs::read_dir(folder.join("first"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.join("summary.json").is_file())
        .context("the first run isn't there")?;
    for job in Sweep::read(&folder.join("S"))?.jobs()? {
        let copy = folder.join("runs").join(job.identity.folder_name());
        fs::create_dir_all(&copy)?;
        fs::write(copy.join("experiment.json"), job.experiment.to_json())?;
        for name in ["summary.json", "metrics.jsonl", "batches.csv"] {
            fs::copy(first.join(name), copy.join(name))?;
        }
    }
    Ok(())
}
