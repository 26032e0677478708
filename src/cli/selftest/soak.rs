//! `selftest --soak`: what happens over an hour, counted.

use crate::cli::Ending;
use crate::lab::format::whole;
use crate::lab::selftest::{SoakFigures, soak};
use anyhow::{Context, Result, anyhow};
use std::time::Duration;

pub fn run(time: Duration) -> Result<Ending> {
    let folder = tempfile::tempdir().context("can't make a folder for the runs")?;
    let minute = |figures: &SoakFigures| {
        let memory = figures.memory.last().map_or(0, |(_, bytes)| *bytes);
        println!(
            "{:>4} min  {:>5} runs  {:>6.1} MB  {} threads  {} handles",
            figures.time.as_secs() / 60,
            figures.runs,
            megabytes(memory),
            figures.threads,
            figures.handles
        );
    };
    let figures = soak(folder.path(), time, minute).map_err(|problem| anyhow!(problem))?;
    print(&figures);
    Ok(Ending::Done)
}

fn print(figures: &SoakFigures) {
    println!(
        "{:.1} minutes: {} runs, {} of them stopped and taken up again; {} pauses, {} live changes, \
         {} files exported; {} strokes drawn, {} answered",
        figures.time.as_secs_f64() / 60.0,
        whole(figures.runs),
        whole(figures.resumed),
        whole(figures.pauses),
        whole(figures.changes),
        whole(figures.exports),
        whole(figures.strokes),
        whole(figures.answers),
    );
    println!(
        "epochs kept {}, told {}; batches kept {}, told {}",
        whole(figures.epochs_kept),
        whole(figures.epochs_told),
        whole(figures.batches_kept),
        whole(figures.batches_told),
    );
    println!(
        "no thread and no file handle left over after any run ({} and {} stay)",
        figures.threads, figures.handles
    );
    if let (Some((settled, last)), Some(growth)) =
        (figures.memory_settled_and_last(), figures.growth())
    {
        println!(
            "memory once it had settled {:.1} MB, at the end {:.1} MB ({:+.1}%)",
            megabytes(settled),
            megabytes(last),
            100.0 * growth
        );
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
