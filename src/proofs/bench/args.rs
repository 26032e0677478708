//! Arguments of the command that measures.

use crate::cli::args::parse_count;
use crate::lab::DeviceChoice;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `bench`.
#[derive(Args, Debug)]
pub struct BenchArgs {
    /// What to measure
    #[arg(value_enum, default_value_t)]
    pub what: BenchKind,
    /// A Python whose packages are measured beside it: pandas for `load`; Keras on TensorFlow for
    /// `train`, `infer` and, with scipy, `augment`
    #[arg(long, value_name = "PYTHON")]
    pub peers: Option<PathBuf>,
    /// Rounds beside Keras, and of `sweep`, each of which measures both
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = parse_count)]
    pub rounds: usize,
    /// Pictures of each kind that `photos` measures
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = parse_count)]
    pub pictures: usize,
    /// auto, cpu, wgpu or wgpu:N
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    pub device: DeviceChoice,
    /// What `sweep` measures.
    #[command(flatten)]
    pub sweep: super::sweep::SweepBenchArgs,
    /// What `verdict` measures.
    #[command(flatten)]
    pub verdict: super::verdict::VerdictArgs,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum BenchKind {
    /// All of them
    #[default]
    All,
    /// Training steps, evaluation, time to the first batch, pause, peak memory
    Train,
    /// Training steps alone, and where their time goes
    Steps,
    /// What it costs an epoch that the run is kept
    Saves,
    /// Augmentation, and its share of a training step
    Augment,
    /// Prediction
    Infer,
    /// Decoding the embedded data, reading a Kaggle train.csv
    Load,
    /// From a stroke to its probabilities while the default network trains
    Draw,
    /// A frame of the window
    Frame,
    /// From the start of the program to the window's first frame, on the present display
    Start,
    /// The preset First look trained in the window and by the command in turn, on the present display
    Window,
    /// Peak memory with the window open in training, on the present display
    Memory,
    /// Digits recognized in pictures on ruled paper, beside dark edges, in screenshots and the like;
    /// not part of `all`
    Photos,
    /// Runs of a sweep at once and one after another, starting a run, the table of 5,000 runs; not part of
    /// `all`
    Sweep,
    /// How right the verdict is, on runs whose truth is known in hindsight; not part of `all`
    Verdict,
}
