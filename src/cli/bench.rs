//! `bench`: figures of the program on this machine.

use super::Ending;
use super::args::{BenchArgs, BenchKind, MachineArgs};
use super::devices::for_prediction;
use crate::app::frame_bench;
use crate::app::panels::tabs::Tab;
use crate::experiment::Preset;
use crate::lab::threads::Cores;
use crate::lab::{bench, load_bench};
use anyhow::{Result, anyhow};
use std::path::Path;

pub fn run(args: &BenchArgs, machine: &MachineArgs) -> Result<Ending> {
    let device = for_prediction(args.device, &Preset::Default.settings(), machine)?;
    let all = args.what == BenchKind::All;
    let wanted = |kind| all || args.what == kind;
    let failed = |message: String| anyhow!(message);
    let Cores { physical, .. } = Cores::of_machine();
    let threads = machine.threads.unwrap_or_default();
    println!(
        "cores {physical} · threads {threads} · {}",
        std::env::consts::ARCH
    );
    if wanted(BenchKind::Load) {
        let seconds = bench::loading().map_err(failed)?;
        println!(
            "load      decode MNIST, 70,000 images       {:>9.0} ms",
            1e3 * seconds
        );
        print_csv(args.peers.as_deref())?;
    }
    if wanted(BenchKind::Train) {
        let figures = bench::training(device).map_err(failed)?;
        println!("train     {}", figures.device);
        println!(
            "train     start to first batch              {:>9.2} s",
            figures.seconds_to_first_batch
        );
        println!(
            "train     default network, batch 64         {:>9.0} images/s",
            figures.samples_per_second
        );
        println!(
            "train     evaluation after an epoch         {:>9.0} images/s",
            figures.evaluation_per_second
        );
        println!(
            "train     batches after Pause               {:>9}",
            figures.batches_after_pause
        );
        if let Some(bytes) = figures.peak_memory {
            println!(
                "train     peak memory                       {:>9.0} MB",
                bytes as f64 / 1e6
            );
        }
    }
    if wanted(BenchKind::Augment) {
        let figures = bench::augmentation().map_err(failed)?;
        println!(
            "augment   the article's, one thread         {:>9.2} µs an image",
            figures.micros_per_image
        );
        let training = bench::training(device).map_err(failed)?;
        println!(
            "augment   share of a training step          {:>9.2} %",
            100.0 * training.samples_per_second / figures.images_per_second
        );
    }
    if wanted(BenchKind::Infer) {
        let per_second = bench::prediction(device).map_err(failed)?;
        println!("infer     prediction                        {per_second:>9.0} images/s");
    }
    if wanted(BenchKind::Draw) {
        let figures = bench::strokes().map_err(failed)?;
        let line = |what: &str, time: std::time::Duration| {
            let what = format!("stroke to probabilities, {what}");
            println!("draw      {what:<33} {:>9.1} ms", 1e3 * time.as_secs_f64());
        };
        line("median", figures.median);
        line("p99", figures.p99);
        line("slowest", figures.slowest);
        println!(
            "draw      training meanwhile                {:>9.0} images/s",
            figures.samples_per_second
        );
    }
    if wanted(BenchKind::Frame) {
        let figures = frame_bench::measure()?;
        println!(
            "frame     three runs of 100 epochs, median  {:>9.2} ms",
            1e3 * figures.median.as_secs_f64()
        );
        println!(
            "frame     three runs of 100 epochs, p99     {:>9.2} ms",
            1e3 * figures.p99.as_secs_f64()
        );
        for tab in Tab::ALL {
            let figures = frame_bench::measure_tab(tab).map_err(failed)?;
            println!(
                "frame     with {:<28} {:>9.2} ms",
                format!("{} open, median", tab.label()),
                1e3 * figures.median.as_secs_f64()
            );
            println!(
                "frame     with {:<28} {:>9.2} ms",
                format!("{} open, p99", tab.label()),
                1e3 * figures.p99.as_secs_f64()
            );
        }
    }
    Ok(Ending::Done)
}

fn print_csv(python: Option<&Path>) -> Result<()> {
    let figures = load_bench::csv(python).map_err(|message| anyhow!(message))?;
    let megabytes = figures.bytes as f64 / 1e6;
    for (cores, seconds) in [
        ("one core", figures.one_core),
        ("all cores", figures.all_cores),
    ] {
        println!(
            "load      CSV, 42,000 rows, {cores:<16}{:>9.3} s  {:>6.0} MB/s",
            seconds,
            megabytes / seconds
        );
    }
    if let Some(pandas) = figures.pandas {
        println!(
            "load      the same by pandas {:<15}{:>9.3} s  {:>6.0} MB/s",
            pandas.version,
            pandas.seconds,
            megabytes / pandas.seconds
        );
        println!(
            "load      pandas takes                      {:>9.1} times one core's seconds",
            pandas.seconds / figures.one_core
        );
    }
    Ok(())
}
