//! `bench`: figures of the program on this machine.

use super::Ending;
use super::args::{BenchArgs, BenchKind};
use crate::app::frame_bench;
use crate::app::panels::tabs::Tab;
use crate::lab::bench;
use anyhow::{Result, anyhow};

pub fn run(args: &BenchArgs) -> Result<Ending> {
    let all = args.what == BenchKind::All;
    let wanted = |kind| all || args.what == kind;
    let failed = |message: String| anyhow!(message);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores · {}", std::env::consts::ARCH);
    if wanted(BenchKind::Load) {
        let seconds = bench::loading().map_err(failed)?;
        println!(
            "load      decode MNIST, 70,000 images       {:>9.0} ms",
            1e3 * seconds
        );
    }
    if wanted(BenchKind::Train) {
        let figures = bench::training(args.device).map_err(failed)?;
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
        let training = bench::training(args.device).map_err(failed)?;
        println!(
            "augment   share of a training step          {:>9.2} %",
            100.0 * training.samples_per_second / figures.images_per_second
        );
    }
    if wanted(BenchKind::Infer) {
        let per_second = bench::prediction(args.device).map_err(failed)?;
        println!("infer     prediction                        {per_second:>9.0} images/s");
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
