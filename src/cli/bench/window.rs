//! Figures of the window.

use crate::app::action::Tab;
use crate::app::window_bench::StartFigures;
use crate::app::{frame_bench, window_bench};
use crate::lab::RunStore;
use anyhow::{Result, anyhow};
use std::time::Duration;

/// A frame of the window without a screen: beside made-up events, then beside a run that trains.
pub fn print_frames() -> Result<()> {
    let failed = |message: String| anyhow!(message);
    let figures = frame_bench::measure()?;
    print_time("three runs of 100 epochs, median", figures.median);
    print_time("three runs of 100 epochs, p99", figures.p99);
    for tab in Tab::ALL {
        let figures = frame_bench::measure_tab(tab).map_err(failed)?;
        let label = tab.label();
        print_time(&format!("with {label} open, median"), figures.median);
        print_time(&format!("with {label} open, p99"), figures.p99);
    }
    let folder = tempfile::tempdir()?;
    frame_bench::make_store(folder.path()).map_err(failed)?;
    let store = RunStore::new(folder.path().to_path_buf());
    let figures = frame_bench::measure_scrolling(store).map_err(failed)?;
    print_time("500 runs, scrolling, median", figures.median);
    print_time("500 runs, scrolling, p99", figures.p99);
    let live = frame_bench::measure_live().map_err(failed)?;
    print_time("while it trains, median", live.cost.median);
    print_time("while it trains, p99", live.cost.p99);
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

fn print_time(what: &str, time: Duration) {
    println!("frame     {what:<33} {:>9.2} ms", 1e3 * time.as_secs_f64());
}

/// From the start of the program to its first frame. `or_say` where there is no display.
pub fn print_start(or_say: bool) -> Result<()> {
    let print = |what: &str, figures: StartFigures| {
        for (which, time) in [("median", figures.median), ("slowest", figures.slowest)] {
            let what = format!("{what}, {which}");
            println!("start     {what:<33} {:>9.2} s", time.as_secs_f64());
        }
    };
    match window_bench::start() {
        Ok(figures) => print("to the first frame", figures),
        Err(message) => return not_measured("start", message, or_say),
    }
    let [first, all] = window_bench::start_with_runs().map_err(|message| anyhow!(message))?;
    print("500 runs, first frame", first);
    print("500 runs, all shown", all);
    Ok(())
}

/// Peak memory of the window in training. `or_say` where there is no display.
pub fn print_memory(or_say: bool) -> Result<()> {
    let bytes = match window_bench::memory() {
        Ok(bytes) => bytes,
        Err(message) => return not_measured("memory", message, or_say),
    };
    let what = "peak of the window in training";
    println!("memory    {what:<33} {:>9.0} MB", bytes as f64 / 1e6);
    Ok(())
}

/// A machine without a display measures the rest.
fn not_measured(name: &str, message: String, or_say: bool) -> Result<()> {
    if !or_say {
        return Err(anyhow!(message));
    }
    println!("{name:<9} not measured: {message}");
    Ok(())
}
