//! How often luck is called a difference, on real runs: groups with the same settings and other seeds.

use super::{command, line};
use crate::lab::RunStore;
use crate::lab::statistics::{Estimate, leaves_zero_out, welch};
use crate::lab::sweep::{Metric, Places, Standing, Sweep, Table};
use anyhow::{Context, Result};
use std::path::Path;

/// The seeds of a group.
const SEEDS: usize = 5;
/// The sizes that are looked at: the first seeds of each group, or all.
const SIZES: [usize; 2] = [3, SEEDS];
/// What is trained: a small network on few images, whose seed matters.
const BASE: [&str; 10] = [
    "--preset",
    "dense",
    "--train-size",
    "100",
    "--validation-size",
    "1000",
    "--epochs",
    "4",
    "--dense-units",
    "32",
];

/// Trains two groups a pair, and counts the pairs in which a difference is found that isn't there. Runs that
/// are in the folder aren't trained again.
///
/// # Errors
/// Where a command fails.
pub fn print(folder: &Path, pairs: usize) -> Result<()> {
    std::fs::create_dir_all(folder).context("can't make the folder of the runs")?;
    let seeds = format!("1-{}", 2 * SEEDS * pairs);
    let plan = [
        "sweep",
        "plan",
        "--force",
        "--out",
        "S",
        "--runs-dir",
        "runs",
    ];
    let seeds = ["--seeds", &seeds];
    command::run(&[&plan[..], &BASE, &seeds].concat(), folder)?;
    command::run(&["sweep", "run", "S", "--runs-dir", "runs"], folder)?;
    let sweep = Sweep::read(&folder.join("S"))?;
    let places = Places::of(RunStore::new(folder.join("runs")));
    let standing = Standing::of(&sweep, &places)?;
    let table = Table::of(&sweep, &standing, Metric::Accuracy);
    let figures = table
        .rows
        .first()
        .context("the sweep has no cell")?
        .figures();
    anyhow::ensure!(
        figures.len() == 2 * SEEDS * pairs,
        "{} of the runs have a figure",
        figures.len()
    );
    let all = Estimate::of(&figures).context("there are too few runs")?;
    line(
        &format!("{} runs of one setting", figures.len()),
        &format!(
            "{:.2}% ± {:.2}, the deviation of a run",
            100.0 * all.mean,
            100.0 * all.deviation
        ),
    );
    for size in SIZES {
        let (mut unpaired, mut paired) = (0, 0);
        for pair in figures.chunks_exact(2 * SEEDS) {
            let (first, second) = pair.split_at(SEEDS);
            let (first, second) = (&first[..size], &second[..size]);
            let is_real = |p: f64, interval| p < 0.05 && leaves_zero_out(interval);
            unpaired += usize::from(
                welch(first, second, 0.0).is_some_and(|found| is_real(found.p, found.interval)),
            );
            paired += usize::from(
                Estimate::paired(first, second)
                    .is_some_and(|found| is_real(found.p, found.interval)),
            );
        }
        let share = |count: usize| format!("{count} ({:.1}%)", 100.0 * count as f64 / pairs as f64);
        line(
            &format!("{pairs} pairs of {size} seeds, called different"),
            &format!(
                "{} by Welch's test, {} paired by chance",
                share(unpaired),
                share(paired)
            ),
        );
    }
    Ok(())
}
