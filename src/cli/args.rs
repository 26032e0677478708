//! What can be typed on the command line. The files of the commands say what it means.

mod ensemble;
mod machine;
mod outputs;
mod settings;
mod store;
mod sweep;

pub use ensemble::EnsembleArgs;
pub use machine::{DevicesArgs, MachineArgs, ProbeDeviceArgs};
pub use outputs::{ExportArgs, ExportKind, LayoutName, PredictArgs, SubmitArgs};
pub use settings::TypedSettings;
pub(crate) use store::run_name;
pub use store::{EvaluateArgs, RunsArgs, StoreArgs};
pub use sweep::{
    AblateArgs, AnswerArgs, CompareArgs, JobArgs, LearningCurveArgs, PlanArgs, ReportArgs,
    RunSweepArgs, StatusArgs, SubmitSweepArgs, SweepArgs, SweepCommand, TableArgs, TrainingArgs,
};

use crate::app::RendererChoice;
use crate::experiment::{Change, Expected, Preset, ReadAs};
use crate::lab::DeviceChoice;
use crate::lab::store::KeepEpochs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments that hold for every command, and for the window, which opens where there is none.
#[derive(Debug)]
pub struct CommonArgs {
    /// Where runs are kept.
    pub store: StoreArgs,
    /// What draws the window.
    pub renderer: RendererChoice,
    /// What computes.
    pub machine: MachineArgs,
}

/// The commands that a person works with.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and keep the run
    ///
    /// Shows a table of the epochs as they come: training and validation are both measured in
    /// evaluation mode on un-augmented images, so that the gap between them means overfitting.
    /// Ctrl+C ends the run and keeps its best weights; --resume goes on with it.
    Train(TrainArgs),
    /// List the runs that are kept, with their best epoch, gap, state and settings
    Runs(RunsArgs),
    /// Measure a kept run's weights
    ///
    /// Measures on the run's validation images, or with --test on the data's test images. Test
    /// images are for one last look: a figure that choices are made by is no test any more. So each
    /// run is tested once, and repeats that answer afterwards. Several runs are measured together with
    /// --ensemble, on images that trained none of them, each run beside the average.
    Evaluate(EvaluateArgs),
    /// Write a submission for Kaggle's Digit Recognizer
    ///
    /// Several runs are averaged: each image gets the class of the highest mean probability. A
    /// JSON file of the same name, written beside the submission, says what predicted it.
    #[command(after_help = outputs::SUBMIT_HELP)]
    Submit(SubmitArgs),
    /// Say which classes runs see in pictures
    ///
    /// A picture may be a PNG, JPEG, BMP, WebP, TIFF or GIF of any size. A run that was trained on pictures reads it as it
    /// read those; --as says otherwise. Any other run takes dark on light and light on dark, and
    /// prepares it as MNIST was: its ink scaled into 20 × 20 pixels and placed by its centre of
    /// mass. The lines of ruled and squared paper, dark edges, frames and toolbars are left out. A
    /// blank picture has no prediction. Where a picture can't be read, all others are answered, and
    /// the exit code is 1.
    Predict(PredictArgs),
    /// Write a run's curves, layer table, confusion matrix or weights into a file
    ///
    /// The ending of the file's name chooses the format.
    #[command(after_help = outputs::EXPORT_HELP)]
    Export(ExportArgs),
    /// Show a network layer by layer, as Keras does
    Summary(SummaryArgs),
    /// Say what curves mean: overfitting, underfitting, a good fit, …
    ///
    /// Reads a kept run, named as in `overfit-lab runs` or by its folder, and the files that training
    /// loops leave behind: tables (CSV) and JSON with the losses of training and validation by their
    /// usual names, as Keras, PyTorch Lightning, fastai, timm, Hugging Face, Ultralytics, MLflow and
    /// Weights & Biases write them, and what Keras prints. What was assumed is said in notes.
    Diagnose(DiagnoseArgs),
    /// Plan many runs, train them here or on a cluster, and say what came out
    ///
    /// One run shows what happened once. Whether a setting helps takes several seeds of it, and of what
    /// it is compared with.
    Sweep(SweepArgs),
    /// Compare the combinations of a sweep with a baseline, seed by seed
    ///
    /// Says the mean difference with its 95% interval, and whether that is more than chance. Where
    /// several are compared, p values are corrected as Holm did.
    Compare(CompareArgs),
    /// Train with and without each of several remedies, and say what each brings
    ///
    /// All combinations are trained with several seeds. The effect of a remedy is the mean with it less
    /// the mean without it, with its 95% interval; so is what two of them bring together.
    Ablate(AblateArgs),
    /// Train with more and more images, and say how the figure grows
    ///
    /// Each number of images is trained with several seeds; another preset can stand beside it.
    LearningCurve(LearningCurveArgs),
    /// Find the learning rates with which a network learns
    ///
    /// New networks are trained for a few steps each at a learning rate that grows from step to step.
    /// The range goes from the rate at which the loss begins to fall to the one at which it stops
    /// falling. It holds for the optimizer and the size of batches, and takes seconds; no run is kept.
    LrFind(LrFindArgs),
    /// List the devices that networks can be trained on, and what is known of them
    ///
    /// A GPU is tried out before it is used: in a process of its own it trains some steps whose
    /// losses must be the CPU's, and its speed is measured. That happens by itself when training
    /// first wants one, or here with --probe.
    Devices(DevicesArgs),
    /// Look for GPUs or try one out, for the process that started this one
    #[command(hide = true)]
    ProbeDevice(ProbeDeviceArgs),
}

/// Arguments of `train`.
#[derive(Args, Debug)]
pub struct TrainArgs {
    /// The experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
    /// Go on with a run, named as in `overfit-lab runs` or by its folder, from where it was stopped
    /// or killed
    ///
    /// On the CPU the run's figures are those of a run that was never broken off. Of its experiment
    /// only --epochs can be changed.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["out", "keep_epochs"])]
    pub resume: Option<PathBuf>,
    /// Keep the run in this folder, new or empty [default: the next free one of --runs-dir]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Which epochs' weights stay on disk: all, every N-th, or only the best (and the last)
    #[arg(long, value_name = "all|N|best", default_value_t)]
    pub keep_epochs: KeepEpochs,
    /// Print one JSON object per line on standard output, and nothing else there
    #[arg(long)]
    pub json: bool,
    /// What computes: auto, cpu, wgpu or wgpu:N, where N is the number in `overfit-lab devices`
    /// [default: auto; with --resume, the device that the run had]
    #[arg(long, value_name = "DEVICE")]
    pub device: Option<DeviceChoice>,
}

/// Arguments that make an experiment: a preset or a file, then settings over it.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub struct ExperimentArgs {
    /// Start from a preset [default: default]
    #[arg(long, value_name = "NAME", value_parser = preset_parser(), conflicts_with = "experiment")]
    pub preset: Option<Preset>,
    /// Start from an experiment file (JSON), such as a run's experiment.json
    #[arg(long, value_name = "FILE.json")]
    pub experiment: Option<PathBuf>,
    /// The settings, each by its own name.
    #[command(flatten)]
    pub settings: TypedSettings,
    /// How a folder of pictures is read: auto, as-is, inverted, or mnist [default: auto]
    ///
    /// auto looks at the pictures: dark on light is inverted, so that ink is bright on dark as in
    /// MNIST; drawings on paper of different sizes are read as mnist. as-is leaves dark and bright
    /// as they are, inverted exchanges them, and both leave everything where it is. mnist finds the
    /// ink, makes it bright on black, scales it into 20 × 20 pixels and centres it. The run keeps
    /// how its pictures were read, and predict and Draw read pictures the same way.
    #[arg(long = "as", value_name = "HOW")]
    pub read_as: Option<ReadAs>,
    /// Change a setting in mid-run, at the first batch of an epoch, such as
    /// 8:batch-norm=channels; can be given several times
    #[arg(long, value_name = "EPOCH:FIELD=VALUE", allow_hyphen_values = true)]
    pub change: Vec<Change>,
}

/// Arguments of `summary`.
#[derive(Args, Debug)]
pub struct SummaryArgs {
    /// The experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
}

/// Arguments of `lr-find`.
#[derive(Args, Debug)]
pub struct LrFindArgs {
    /// The experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
    /// Draw the losses over the learning rates, with the range marked, as .svg or .png
    #[arg(long, value_name = "FILE", value_parser = crate::cli::picture::picture_file)]
    pub picture: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
    /// Print a JSON object instead of words
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `diagnose`.
#[derive(Args, Debug)]
pub struct DiagnoseArgs {
    /// The file of the curves, or a run
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many validation images each figure was measured on, for the ± behind it [default: as the
    /// file says, otherwise 10000]
    #[arg(long, value_name = "N", value_parser = parse_count)]
    pub validation_size: Option<usize>,
    /// Print a JSON object for each run instead of words
    #[arg(long)]
    pub json: bool,
}

/// Reads a count that can't be zero.
pub(crate) fn parse_count(text: &str) -> Result<usize, Expected> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| Expected::new("a whole number from 1"))
}

/// Reads a preset's name; the help lists all of them.
fn preset_parser() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::name)).try_map(|name| name.parse::<Preset>())
}
