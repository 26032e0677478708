//! The command `bench`: it measures the program on this machine and prints the figures.

mod args;
pub(in crate::proofs) mod engine;
mod error;
pub(in crate::proofs) mod frames;
mod opened;
mod photos;
mod side_by_side;
mod sweep;
mod verdict;
mod window;

pub use args::{BenchArgs, BenchKind};

use crate::cli::Ending;
use crate::cli::args::MachineArgs;
use crate::cli::devices::for_prediction;
use crate::experiment::Preset;
use crate::lab::InstructionSet;
use crate::lab::threads::Cores;
use crate::training::device::DeviceChoice;
use anyhow::Result;
use engine::csv;
use std::path::Path;

/// Measures what was asked for and prints the figures.
pub(super) fn run(args: &BenchArgs, machine: &MachineArgs) -> Result<Ending> {
    if args.what == BenchKind::Verdict {
        verdict::run(&args.verdict)?;
        return Ok(Ending::Done);
    }
    if args.what == BenchKind::Sweep {
        sweep::run(&args.sweep, args.rounds)?;
        return Ok(Ending::Done);
    }
    if args.what == BenchKind::Photos {
        photos::run(args.pictures)?;
        return Ok(Ending::Done);
    }
    let device = for_prediction(args.device, &Preset::Default.settings(), machine)?;
    let all = args.what == BenchKind::All;
    let wanted = |kind| all || args.what == kind;
    let Cores { physical, .. } = Cores::of_machine();
    let threads = machine.threads.unwrap_or_default();
    // A run trains on a thread of its pool, so that no step waits to be handed over. So it is here.
    let pool = threads.pool()?;
    println!(
        "cores {physical} · threads {threads} · {} · {}",
        std::env::consts::ARCH,
        InstructionSet::usual().label()
    );
    if wanted(BenchKind::Load) {
        let seconds = engine::loading()?;
        println!(
            "load      decode MNIST, 70,000 images       {:>9.0} ms",
            1e3 * seconds
        );
        print_csv(args.peers.as_deref())?;
    }
    if wanted(BenchKind::Train) {
        let figures = pool.install(|| engine::training(device))?;
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
            "train     share of a step spent waiting     {:>9.2} %",
            100.0 * figures.waiting
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
        pool.install(|| side_by_side::print(args, device, BenchKind::Train));
    }
    if wanted(BenchKind::Steps) {
        pool.install(|| print_steps(device))?;
    }
    if wanted(BenchKind::Saves) {
        let figures = pool.install(engine::saves)?;
        let [low, median, high] = figures.added.map(|seconds| 1e3 * seconds);
        println!(
            "saves     an epoch on all of MNIST          {:>9.2} s",
            figures.epoch
        );
        println!(
            "saves     keeping it adds                   {median:>9.1} ms, quartiles {low:.1} and {high:.1}"
        );
        println!(
            "saves     share of the epoch                {:>9.2} %",
            100.0 * figures.share()
        );
    }
    if wanted(BenchKind::Augment) {
        let figures = engine::augmentation()?;
        println!(
            "augment   the article's, one thread         {:>9.2} µs an image",
            figures.micros_per_image
        );
        let training = pool.install(|| engine::training(device))?;
        println!(
            "augment   share of a training step          {:>9.2} %",
            100.0 * training.samples_per_second / figures.images_per_second
        );
        pool.install(|| side_by_side::print(args, device, BenchKind::Augment));
    }
    if wanted(BenchKind::Infer) {
        let per_second = pool.install(|| engine::prediction(device))?;
        println!("infer     prediction                        {per_second:>9.0} images/s");
        pool.install(|| side_by_side::print(args, device, BenchKind::Infer));
    }
    if wanted(BenchKind::Draw) {
        let figures = engine::strokes()?;
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
        window::print_frames()?;
    }
    if wanted(BenchKind::Start) {
        window::print_start(all)?;
    }
    if wanted(BenchKind::Window) {
        window::print_first_look(all)?;
    }
    if wanted(BenchKind::Memory) {
        window::print_memory(all)?;
    }
    Ok(Ending::Done)
}

fn print_csv(python: Option<&Path>) -> Result<()> {
    let figures = csv::csv(python)?;
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

/// Measures and prints where the time of a training step goes.
fn print_steps(device: DeviceChoice) -> Result<()> {
    let profile = engine::steps(device)?;
    let step = profile.step.as_secs_f64();
    for (part, time) in &profile.parts {
        let (part, time) = (part.to_string(), time.as_secs_f64());
        println!(
            "steps     {part:<33} {:>9.2} ms {:>5.1} %",
            1e3 * time,
            100.0 * time / step
        );
    }
    println!(
        "steps     {:<33} {:>9.2} ms, {:.0} images/s",
        format!("a step of {} images", profile.images),
        1e3 * step,
        profile.images_per_second()
    );
    Ok(())
}
