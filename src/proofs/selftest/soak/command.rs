//! The command `selftest --soak`: it counts what happens over an hour of short runs.

use super::{IS_TOLD, SoakFigures, soak};
use crate::cli::Ending;
use crate::lab::format::whole;
use anyhow::{Context, Result, bail};
use std::process::Command;
use std::time::Duration;

/// Environment variables by which mimalloc holds no more memory than the program does. By itself
/// mimalloc keeps pages that were given back, and more of them as threads come and go; with the first
/// variable it gives them back to the system at once. By itself it also asks for huge pages, which
/// Linux makes in its own time of whatever lies near, used or not, so that resident memory creeps up to
/// all that was ever used; with the second variable it asks for none. mimalloc reads both when the
/// process starts.
const COUNTED_AS_HELD: [(&str, &str); 2] =
    [("MIMALLOC_PURGE_DELAY", "0"), ("MIMALLOC_ALLOW_THP", "0")];

pub fn run(time: Duration) -> Result<Ending> {
    let is_so = |(name, value): (&str, &str)| std::env::var(name).is_ok_and(|set| set == value);
    if COUNTED_AS_HELD.into_iter().all(is_so) {
        return count(time);
    }
    let program = std::env::current_exe().context("can't find this program")?;
    let status = Command::new(program)
        .args(std::env::args_os().skip(1))
        .envs(COUNTED_AS_HELD)
        .status()
        .context("can't start the process whose memory is counted")?;
    if !status.success() {
        bail!("something grew or was lost ({status})");
    }
    Ok(Ending::Done)
}

fn count(time: Duration) -> Result<Ending> {
    let folder = tempfile::tempdir().context("can't make a folder for the runs")?;
    let minute = |figures: &SoakFigures| {
        print!(
            "{:>4} min {:>6} runs {:>6} epochs {:>7} strokes answered {:>6} exports",
            figures.time.as_secs() / 60,
            figures.runs,
            figures.epochs_told,
            figures.answers,
            figures.exports,
        );
        if let Some((_, memory)) = figures.memory.last() {
            print!(
                " {:>7.1} MB {} threads {} handles",
                megabytes(*memory),
                figures.threads,
                figures.handles
            );
        }
        println!();
    };
    let (figures, outcome) = soak(folder.path(), time, minute);
    print(&figures);
    outcome?;
    Ok(Ending::Done)
}

fn print(figures: &SoakFigures) {
    println!(
        "{:.1} minutes: {} runs, {} of them stopped and taken up again; {} pauses, {} live \
         changes, {} files exported",
        figures.time.as_secs_f64() / 60.0,
        whole(figures.runs),
        whole(figures.resumed),
        whole(figures.pauses),
        whole(figures.changes),
        whole(figures.exports),
    );
    println!(
        "epochs kept {}, told {}; batches kept {}, told {}",
        whole(figures.epochs_kept),
        whole(figures.epochs_told),
        whole(figures.batches_kept),
        whole(figures.batches_told),
    );
    println!(
        "strokes drawn {}, answered {}; of the last ones before the hand rested, {} of {}",
        whole(figures.strokes),
        whole(figures.answers),
        whole(figures.rests_answered),
        whole(figures.rests),
    );
    if IS_TOLD {
        print_held(figures);
    } else {
        println!("memory, threads and file handles can't be counted here: Linux tells of them");
    }
}

fn print_held(figures: &SoakFigures) {
    println!(
        "threads {}, file handles {}, after the last run",
        figures.threads, figures.handles
    );
    if let (Some((settled, last)), Some(growth)) =
        (figures.memory_settled_and_last(), figures.growth())
    {
        let judged = if figures.is_memory_judged() {
            ""
        } else {
            "; too short a time to judge it"
        };
        println!(
            "memory once it had settled {:.1} MB, at the end {:.1} MB ({:+.1}%{judged})",
            megabytes(settled),
            megabytes(last),
            100.0 * growth
        );
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
