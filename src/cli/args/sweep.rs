//! Arguments of the commands about many runs.

use super::ExperimentArgs;
use crate::experiment::Preset;
use crate::lab::store::KeepEpochs;
use crate::lab::sweep::{Assignments, Axis, Baseline, Factor, Metric, Seeds, Sizes, is_slurm_time};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Arguments of `sweep`.
#[derive(Args, Debug)]
pub struct SweepArgs {
    /// What to do with the sweep.
    #[command(subcommand)]
    pub what: SweepCommand,
}

/// What can be done with a sweep.
#[derive(Debug, Subcommand)]
pub enum SweepCommand {
    /// Write down which runs answer a question, and say what they take
    ///
    /// Every value of an axis is trained with every value of the others, each with all seeds, on the
    /// same validation images. Nothing is trained yet.
    Plan(PlanArgs),
    /// Train the runs of a sweep here, several at once
    ///
    /// Runs that are finished in the store already are taken, whoever trained them. Ctrl+C ends it;
    /// the same command goes on, and so it may be started on several machines that share the folder.
    Run(RunSweepArgs),
    /// Train one run of a sweep: what an engine such as Slurm starts
    ///
    /// Any run may be started any number of times, anywhere and in any order. Exit code 75 says that
    /// another process trains the run now.
    Job(JobArgs),
    /// Give the runs to Slurm, or to GNU parallel on several machines
    ///
    /// The command ends at once with Slurm; with GNU parallel it ends with the last run. All machines
    /// need the same folders under the same paths, and the program.
    Submit(SubmitSweepArgs),
    /// Say where the runs stand, by the runs themselves
    Status(StatusArgs),
    /// Show the figures, a row for each combination of settings
    Table(TableArgs),
    /// Write a page about the sweep: one HTML file with its pictures inside
    Report(ReportArgs),
}

/// Arguments of `sweep plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// The base experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
    /// Vary a setting, such as dropout=0,0.25,0.5; can be given several times
    ///
    /// A value may bring other settings along behind a plus: batch-norm=none,channels+dropout=0.5.
    /// All values are combined with those of the other axes.
    #[arg(long, value_name = "NAME=VALUE,VALUE")]
    pub vary: Vec<Axis>,
    /// In place of axes, a combination of settings of its own, such as "dropout=0.5 augment=article"; can be given
    /// several times
    #[arg(long, value_name = "NAME=VALUE …", conflicts_with = "vary")]
    pub cell: Vec<Assignments>,
    /// How many seeds each combination is trained with, from the base's seed on; or which: 1,2,7 or 11-15
    #[arg(long, value_name = "K|LIST", default_value = "5")]
    pub seeds: Seeds,
    /// What to call the sweep [default: the name of its folder]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The folder of the sweep, in which sweep.json is written
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replace a sweep.json that is there
    #[arg(long)]
    pub force: bool,
    /// Print a JSON object instead of words
    #[arg(long)]
    pub json: bool,
}

/// Arguments about how runs of a sweep are trained.
#[derive(Args, Debug)]
pub struct TrainingArgs {
    /// Which epochs' weights stay on disk: all, every N-th, or only the best (and the last)
    #[arg(long, value_name = "all|N|best", default_value = "best")]
    pub keep_epochs: KeepEpochs,
    /// Try runs again that failed
    #[arg(long)]
    pub retry_failed: bool,
    /// Print one JSON object per line on standard output, and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sweep run`.
#[derive(Args, Debug)]
pub struct RunSweepArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// How many runs train at once [default: what is quicker here, measured on the first runs of a sweep
    /// once for a size of network: one a core, or one after another on all cores]
    #[arg(long, value_name = "N", value_parser = super::parse_count)]
    pub jobs: Option<usize>,
    /// How the runs are trained.
    #[command(flatten)]
    pub training: TrainingArgs,
}

/// Arguments of `sweep job`.
#[derive(Args, Debug)]
pub struct JobArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// The number of the run, from 1
    #[arg(value_name = "N", value_parser = super::parse_count)]
    pub number: usize,
    /// Train run N, then N + M, N + 2M and so on
    #[arg(long, value_name = "M", value_parser = super::parse_count)]
    pub stride: Option<usize>,
    /// How the runs are trained.
    #[command(flatten)]
    pub training: TrainingArgs,
}

/// Arguments of `sweep submit`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("engine").required(true))]
pub struct SubmitSweepArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// Write a job array for Slurm beside the sweep, and submit it
    #[arg(long, group = "engine")]
    pub slurm: bool,
    /// Start the runs by GNU parallel over ssh on the hosts of this file, a line each
    #[arg(long, value_name = "HOSTS", group = "engine")]
    pub parallel: Option<PathBuf>,
    /// The most tasks of the array: a larger sweep gives each task several runs
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = super::parse_count,
          conflicts_with = "parallel")]
    pub array: usize,
    /// How many tasks may run at once [default: as the cluster decides]
    #[arg(long, value_name = "N", value_parser = super::parse_count, conflicts_with = "parallel")]
    pub at_once: Option<usize>,
    /// The longest time of a task, as Slurm has it, such as 2:00:00
    #[arg(long, value_name = "TIME", value_parser = slurm_time, conflicts_with = "parallel")]
    pub time: Option<String>,
    /// The program on the other machines [default: this one's own path]
    #[arg(long, value_name = "PATH")]
    pub program: Option<PathBuf>,
    /// Write or print what would be started, and start nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write the script anew where it was changed
    #[arg(long)]
    pub force: bool,
    /// Options for sbatch, behind --
    #[arg(last = true, value_name = "SBATCH OPTIONS")]
    pub sbatch: Vec<String>,
}

/// Arguments of `sweep status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// Print a JSON object instead of words
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `sweep table`.
#[derive(Args, Debug)]
pub struct TableArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// The figure: accuracy, loss, gap or epoch, each at the lowest validation loss
    #[arg(long, value_name = "FIGURE", default_value_t)]
    pub metric: Metric,
    /// Print a JSON array instead of words
    #[arg(long, conflicts_with_all = ["csv", "latex"])]
    pub json: bool,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "latex")]
    pub csv: bool,
    /// Print a table for LaTeX (package booktabs)
    #[arg(long)]
    pub latex: bool,
}

/// Arguments of `sweep report`.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// The page to write
    #[arg(long, value_name = "FILE.html")]
    pub output: PathBuf,
    /// With what each combination of settings is compared, such as dropout=0 [default: the first]
    #[arg(long, value_name = "NAME=VALUE,…")]
    pub baseline: Option<Baseline>,
    /// The figure: accuracy, loss, gap or epoch, each at the lowest validation loss
    #[arg(long, value_name = "FIGURE", default_value_t)]
    pub metric: Metric,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Arguments of the commands that plan a sweep, train it, and answer a question by it.
#[derive(Args, Debug)]
pub struct AnswerArgs {
    /// How many seeds each combination is trained with, from the base's seed on; or which: 1,2,7 or 11-15
    #[arg(long, value_name = "K|LIST", default_value = "5")]
    pub seeds: Seeds,
    /// What to call it [default: the name of its folder]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Draw the answer with its intervals, as .svg or .png
    #[arg(long, value_name = "FILE", value_parser = crate::cli::picture::picture_file)]
    pub picture: Option<PathBuf>,
    /// The figure: accuracy, loss, gap or epoch, each at the lowest validation loss
    #[arg(long, value_name = "FIGURE", default_value_t)]
    pub metric: Metric,
    /// Plan anew and replace the files that are there
    #[arg(long)]
    pub force: bool,
    /// How many runs train at once [default: one a core]
    #[arg(long, value_name = "N", value_parser = super::parse_count)]
    pub jobs: Option<usize>,
    /// How the runs are trained.
    #[command(flatten)]
    pub training: TrainingArgs,
}

/// Arguments of `ablate`.
#[derive(Args, Debug)]
pub struct AblateArgs {
    /// The base experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
    /// What is switched on and off: dropout, batch-norm, augment, weight-decay, label-smoothing,
    /// early-stopping, gradient-clip
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', required = true)]
    pub factors: Vec<Factor>,
    /// The folder of the ablation, which is a sweep
    #[arg(long, value_name = "DIR", default_value = "ablation")]
    pub out: PathBuf,
    /// How the sweep is trained, and what is told of it.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Arguments of `learning-curve`.
#[derive(Args, Debug)]
pub struct LearningCurveArgs {
    /// The base experiment.
    #[command(flatten)]
    pub experiment: ExperimentArgs,
    /// Another preset beside it, on the same data; can be given several times
    #[arg(long, value_name = "PRESET")]
    pub against: Vec<Preset>,
    /// How many images train: 100,500,all, or 100..all in steps of 1, 2, 5
    #[arg(long, value_name = "N,N|N..N", default_value = "100..all")]
    pub sizes: Sizes,
    /// The folder of the learning curve, which is a sweep
    #[arg(long, value_name = "DIR", default_value = "learning-curve")]
    pub out: PathBuf,
    /// How the sweep is trained, and what is told of it.
    #[command(flatten)]
    pub answer: AnswerArgs,
}

/// Arguments of `compare`.
#[derive(Args, Debug)]
pub struct CompareArgs {
    /// The sweep: its folder or its file
    #[arg(value_name = "SWEEP")]
    pub sweep: PathBuf,
    /// With what each combination of settings is compared: the one that has these values and is otherwise the same
    #[arg(long, value_name = "NAME=VALUE,…")]
    pub baseline: Baseline,
    /// The figure: accuracy, loss, gap or epoch, each at the lowest validation loss
    #[arg(long, value_name = "FIGURE", default_value_t)]
    pub metric: Metric,
    /// Print a JSON array instead of words
    #[arg(long)]
    pub json: bool,
}

/// A time as Slurm has it.
fn slurm_time(text: &str) -> Result<String, String> {
    if is_slurm_time(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a time as Slurm has it: 90 (minutes), 2:00:00, or 1-12:00:00".into())
    }
}
