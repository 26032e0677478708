//! The whole program: what was typed, and who does it. The product's window and commands and the
//! commands that prove it are put together here alone; neither knows of this file.

use crate::app::RendererChoice;
use crate::cli::args::{CommonArgs, MachineArgs, StoreArgs};
use crate::cli::{self, Ending};
use crate::proofs::faults::{FaultArgs, FaultyGpu};
use crate::proofs::rehearsal::Rehearsal;
use crate::{app, proofs};
use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::process::ExitCode;

/// See an image classifier overfit, and stop it.
///
/// Without a command the window opens. The commands run the same experiments in a terminal or a
/// script.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
A first minute without the window:
  overfit-lab train --preset first-look        a CNN on 500 digits: watch it overfit
  overfit-lab train --preset first-look --change 8:dropout=0.5 --change 8:augment=on
                                               the same, with two remedies from epoch 8 on
  overfit-lab summary --preset default         the network, layer by layer
  overfit-lab diagnose training.log            the verdict on a Keras CSVLogger file
  overfit-lab train --data digit-recognizer.zip --out entry
  overfit-lab submit --run entry --test digit-recognizer.zip --output submission.csv
                                               an entry to Kaggle's Digit Recognizer

Exit codes: 0 done, 1 failed, 2 bad usage, 75 another process trains the run of a sweep,
130 interrupted (train --resume goes on with the run)."
)]
struct Arguments {
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
    /// Where runs are kept.
    #[command(flatten)]
    store: StoreArgs,
    /// What draws the window: auto, glow (OpenGL) or wgpu (Vulkan, Metal, DirectX)
    #[arg(long, value_name = "NAME", default_value_t)]
    renderer: RendererChoice,
    /// What the window does by itself while it is measured, before it closes
    #[arg(long, value_name = "WHAT", hide = true)]
    rehearse: Option<Rehearsal>,
    /// What computes.
    #[command(flatten)]
    machine: MachineArgs,
    /// What goes wrong on purpose.
    #[command(flatten)]
    faults: FaultArgs,
}

/// All commands, in the order in which the help lists them.
#[derive(Debug, Subcommand)]
enum Command {
    /// What a person works with.
    #[command(flatten)]
    Product(cli::args::Command),
    /// What measures the program and tries to break it.
    #[command(flatten)]
    Proof(proofs::Command),
}

/// Parses what was typed and does it.
pub fn main() -> ExitCode {
    let matches = with_negative_numbers(Arguments::command()).get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|err| err.exit());
    cli::make_ready();
    cli::conclude(run(arguments))
}

/// Lets each argument read a number below 0, so that it can say what it expects: clap would take `-1`
/// for an argument that nobody knows.
fn with_negative_numbers(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| match argument.get_action().takes_values() {
            true => argument.allow_negative_numbers(true),
            false => argument,
        })
        .mut_subcommands(with_negative_numbers)
}

fn run(arguments: Arguments) -> Result<Ending> {
    let Arguments {
        command,
        store,
        renderer,
        rehearse,
        machine,
        faults,
    } = arguments;
    let mut common = CommonArgs {
        store,
        renderer,
        machine,
    };
    let _held_up = faults.inject(&mut common);
    cli::choose_kernels(&common)?;
    let Some(command) = command else {
        return match rehearse {
            Some(rehearsal) => cli::open_window(&common, |options| rehearsal.open(options)),
            None => cli::open_window(&common, app::open_window),
        };
    };
    cli::choose_threads(&common);
    if let Command::Product(cli::args::Command::ProbeDevice(args)) = &command
        && let Some(gpu) = FaultyGpu::of_environment()?
    {
        return cli::probe_device::run(args, &gpu);
    }
    match command {
        Command::Product(command) => cli::run(command, &common),
        Command::Proof(command) => proofs::run(command, &common),
    }
}
