//! Arguments of the commands that write what runs have learned.

use super::EnsembleArgs;
use crate::experiment::ReadAs;
use crate::lab::DeviceChoice;
use crate::lab::store::Checkpoint;
use clap::Args;
use std::path::PathBuf;

pub(super) const SUBMIT_HELP: &str = "\
An entry to Kaggle's Digit Recognizer, from its digit-recognizer.zip:
  overfit-lab train --data digit-recognizer.zip --out entry
  overfit-lab submit --run entry --test digit-recognizer.zip --output submission.csv";

/// Arguments of `submit`.
#[derive(Args, Debug)]
pub struct SubmitArgs {
    /// The run: its folder, or its name in `overfit-lab runs`; given several times, the runs answer
    /// together as with --ensemble
    #[arg(long, value_name = "RUN", required_unless_present = "ensemble", num_args = 1..)]
    pub run: Vec<PathBuf>,
    /// Who answers beside a run.
    #[command(flatten)]
    pub together: EnsembleArgs,
    /// Kaggle's test.csv, a folder of pictures (1.png, 2.png, …), an .npz, IDX, or a .zip of these
    #[arg(long, value_name = "PATH")]
    pub test: PathBuf,
    /// The submission to write
    #[arg(long, value_name = "FILE.csv")]
    pub output: PathBuf,
    /// How to read the pictures of --test: auto (as predict does: as the run read its own), as-is, inverted, or mnist
    #[arg(long = "as", value_name = "HOW", default_value_t)]
    pub read_as: ReadAs,
    /// Write the mean probabilities, too: a column for each class, a row for each image
    #[arg(long, value_name = "FILE.csv")]
    pub probabilities: Option<PathBuf>,
    /// Which weights: best (lowest validation loss), last, or an epoch
    #[arg(long, value_name = "WHICH", default_value = "best")]
    pub epoch: Checkpoint,
    /// Replace files that are there
    #[arg(long)]
    pub force: bool,
    /// Print a JSON object instead of words
    #[arg(long)]
    pub json: bool,
    /// What computes: auto, cpu, wgpu or wgpu:N, where N is the number in `overfit-lab devices`
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
}

/// Arguments of `predict`.
#[derive(Args, Debug)]
pub struct PredictArgs {
    /// The run: its folder, or its name in `overfit-lab runs`; given several times, the runs answer
    /// together as with --ensemble
    #[arg(
        long,
        value_name = "RUN",
        required_unless_present = "ensemble",
        num_args = 1
    )]
    pub run: Vec<PathBuf>,
    /// Who answers beside a run.
    #[command(flatten)]
    pub together: EnsembleArgs,
    /// The pictures: files, folders with all pictures in them, or - for standard input
    #[arg(value_name = "IMAGE", required = true)]
    pub images: Vec<PathBuf>,
    /// Leave the ink where it is in each picture, without centring it
    #[arg(long)]
    pub no_centre: bool,
    /// How to read the pictures: auto (as the run read its own), as-is, inverted, or mnist
    #[arg(long = "as", value_name = "HOW", default_value_t)]
    pub read_as: ReadAs,
    /// Which weights: best (lowest validation loss), last, or an epoch
    #[arg(long, value_name = "WHICH", default_value = "best")]
    pub epoch: Checkpoint,
    /// Print one JSON object per picture instead of words
    #[arg(long)]
    pub json: bool,
    /// What computes: auto, cpu, wgpu or wgpu:N, where N is the number in `overfit-lab devices`
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
}

pub(super) const EXPORT_HELP: &str = "\
What, and the endings that it can have:
  curves   .svg, .png or .csv   of one or several runs
  table    .txt or .csv         the layers, their shapes and parameters
  matrix   .png, .svg or .csv   the confusion matrix of the validation images
  weights  .safetensors         in the layout of keras, pytorch, or burn, as they are kept";

/// Arguments of `export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// What to export
    #[arg(value_enum)]
    pub what: ExportKind,
    /// The run: its folder, or its name in `overfit-lab runs`; several for curves
    #[arg(long, value_name = "RUN", required = true, num_args = 1..)]
    pub run: Vec<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Pixels of a PNG: 1 is 900 across, 2 and 3 are for print
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub scale: u8,
    /// The order in which the numbers of the weights are written
    #[arg(long, value_enum, default_value_t = LayoutName::Burn)]
    pub layout: LayoutName,
    /// Which weights: best (lowest validation loss), last, or an epoch
    #[arg(long, value_name = "WHICH", default_value = "best")]
    pub epoch: Checkpoint,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
    /// What computes the matrix: auto, cpu, wgpu or wgpu:N, where N is the number in `overfit-lab
    /// devices`
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: DeviceChoice,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportKind {
    /// Accuracy and loss over the epochs
    Curves,
    /// The network, layer by layer
    Table,
    /// Which class was taken for which, and how often
    Matrix,
    /// The network's weights
    Weights,
}

/// The orders in which weights can be written, by the names that are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LayoutName {
    /// The order of the files that a run keeps
    Burn,
    /// The order that Keras expects
    Keras,
    /// The order that PyTorch expects
    Pytorch,
}
