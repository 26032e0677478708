//! Measures the window and prints the figures.

use super::error::BenchError;
use super::frames::{FrameFigures, WindowState};
use super::opened::StartFigures;
use super::{frames, opened};
use crate::app::action::Tab;
use crate::lab::RunStore;
use anyhow::Result;
use std::time::Duration;

/// Prints what a frame costs in a window without a screen, with made-up runs and then beside a run that
/// trains.
pub fn print_frames() -> Result<()> {
    let figures = frames::measure()?;
    print_frame("three runs of 100 epochs", figures);
    for (what, state) in [
        ("before the first run", WindowState::Empty),
        ("three runs that are over", WindowState::After),
    ] {
        let figures = frames::measure_state(state)?;
        print_frame(what, figures);
    }
    for tab in Tab::ALL {
        let figures = frames::measure_tab(tab)?;
        print_frame(&format!("with {} open", tab.label()), figures);
    }
    let folder = tempfile::tempdir()?;
    frames::make_store(folder.path())?;
    let store = RunStore::new(folder.path().to_path_buf());
    let figures = frames::measure_crowd(store.clone())?;
    print_frame("500 runs, 32 of them shown", figures);
    let [quiet, changed] = frames::measure_looks(&store)?;
    print_time("500 runs, a look at the folder", quiet);
    print_time("500 runs, a look, one has changed", changed);
    let figures = frames::measure_scrolling(store)?;
    print_frame("500 runs, scrolling", figures);
    let folder = tempfile::tempdir()?;
    let figures = frames::measure_queue(folder.path())?;
    print_frame("a queue of 1,000 runs, scrolling", figures);
    let live = frames::measure_live()?;
    print_frame("while it trains", live.cost);
    print_time("while it trains, longest gap", live.longest_gap);
    let what = "training without the window";
    println!("frame     {what:<33} {:>9.0} images/s", live.alone);
    let still = format!("speed left at {:.0} frames/s as asked", live.frames_asked);
    for (what, share) in [
        (still.as_str(), live.shown),
        ("speed left at 60, pointer moving", live.animated),
    ] {
        println!("frame     {what:<33} {:>9.0} %", 100.0 * share);
    }
    Ok(())
}

fn print_frame(what: &str, figures: FrameFigures) {
    print_time(&format!("{what}, median"), figures.median);
    print_time(&format!("{what}, p99"), figures.p99);
    print_time(&format!("{what}, own p99"), figures.own_p99);
}

fn print_time(what: &str, time: Duration) {
    println!("frame     {what:<33} {:>9.2} ms", 1e3 * time.as_secs_f64());
}

/// Prints the time from the start of the program to its first frame. With `or_say`, a machine without a
/// display is no error: the line says why nothing was measured.
pub fn print_start(or_say: bool) -> Result<()> {
    let print = |what: &str, figures: StartFigures| {
        for (which, time) in [("median", figures.median), ("slowest", figures.slowest)] {
            let what = format!("{what}, {which}");
            println!("start     {what:<33} {:>9.2} s", time.as_secs_f64());
        }
    };
    match opened::start() {
        Ok(figures) => print("to the first frame", figures),
        Err(err) => return not_measured("start", err, or_say),
    }
    let [first, all] = opened::start_with_runs()?;
    print("500 runs, first frame", first);
    print("500 runs, all shown", all);
    Ok(())
}

/// Prints how long the first run takes in the window and by the command, in turn, and how often the window
/// draws meanwhile. With `or_say`, a machine without a display is no error: the line says why nothing was
/// measured.
pub fn print_first_look(or_say: bool) -> Result<()> {
    let figures = match opened::first_look() {
        Ok(figures) => figures,
        Err(err) => return not_measured("window", err, or_say),
    };
    for (what, seconds) in [
        ("First look by the command, median", figures.command),
        ("First look in the window, median", figures.window),
    ] {
        println!("window    {what:<33} {seconds:>9.2} s");
    }
    let what = "the window's time by the command's";
    println!("window    {what:<33} {:>9.2}", figures.ratio);
    let what = "frames a second meanwhile";
    println!("window    {what:<33} {:>9.1}", figures.frames_per_second);
    Ok(())
}

/// Prints the peak memory of the window in training. With `or_say`, a machine without a display is no
/// error: the line says why nothing was measured.
pub fn print_memory(or_say: bool) -> Result<()> {
    let bytes = match opened::memory() {
        Ok(bytes) => bytes,
        Err(err) => return not_measured("memory", err, or_say),
    };
    let what = "peak of the window in training";
    println!("memory    {what:<33} {:>9.0} MB", bytes as f64 / 1e6);
    Ok(())
}

/// Says why something wasn't measured, where that is no error, so that the rest is measured.
fn not_measured(name: &str, err: BenchError, or_say: bool) -> Result<()> {
    if !or_say {
        return Err(err.into());
    }
    println!("{name:<9} not measured: {err}");
    Ok(())
}
