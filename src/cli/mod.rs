//! The command line: the only place that names clap. Everything that the window does can be
//! scripted, through the same engine.

mod args;
mod bench;
mod devices;
mod diagnose;
mod evaluate;
mod experiment;
mod export;
mod predict;
mod probe_device;
mod runs;
mod selftest;
mod submit;
mod summary;
mod train;

use anyhow::Result;
use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The command did what it was asked for.
    Done,
    /// Ctrl+C ended the command; what it had done is kept.
    Interrupted,
}

/// Exit code of bad usage, as clap has it too.
const USAGE: u8 = 2;
/// Exit code where nobody reads the output, as shells have it.
const UNREAD: u8 = 141;
/// Exit code after Ctrl+C, as shells have it.
const INTERRUPTED: u8 = 130;

/// Parses the arguments and runs what they ask for.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    end_quietly_unread();
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Warn)
        // Graphics drivers log a lot; what matters of it reaches a person as an error.
        .filter_module("wgpu_core", log::LevelFilter::Error)
        .filter_module("wgpu_hal", log::LevelFilter::Off)
        .filter_module("naga", log::LevelFilter::Error)
        .filter_module("eframe", log::LevelFilter::Error)
        .parse_default_env()
        .init();
    match run(arguments) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(err) => {
            eprintln!("error: {}", chain(&err));
            if err.is::<UsageError>() {
                ExitCode::from(USAGE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Ends the program without a word where nobody reads on, as after `| head`, and `println!` would
/// panic. The command `train` stops its run first.
fn end_quietly_unread() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let payload = info.payload_as_str().unwrap_or_default();
        if payload.starts_with("failed printing to stdout") {
            std::process::exit(UNREAD.into());
        }
        usual(info);
    }));
}

/// An error with its causes, but for those that its message already tells.
fn chain(err: &anyhow::Error) -> String {
    let mut text = err.to_string();
    for cause in err.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The arguments ask for something that can't be done.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

impl UsageError {
    /// Bad usage that an error tells of.
    pub(crate) fn new(err: impl std::error::Error) -> Self {
        Self(err.to_string())
    }
}

fn run(arguments: Arguments) -> Result<Ending> {
    let store = arguments.store.clone();
    let machine = arguments.machine.clone();
    if let Some(kernels) = machine.kernels {
        kernels
            .make_usual()
            .map_err(|err| UsageError(err.to_string()))?;
    }
    if arguments.command.is_some() {
        machine.threads.unwrap_or_default().make_usual();
    }
    match arguments.command {
        None => {
            open_window(&arguments)?;
            Ok(Ending::Done)
        }
        Some(Command::Train(args)) => train::run(args, &store, &machine),
        Some(Command::Runs(args)) => runs::run(&args, &store),
        Some(Command::Evaluate(args)) => evaluate::run(&args, &store, &machine),
        Some(Command::Submit(args)) => submit::run(&args, &store, &machine),
        Some(Command::Predict(args)) => predict::run(&args, &store, &machine),
        Some(Command::Export(args)) => export::run(&args, &store, &machine),
        Some(Command::Summary(args)) => summary::run(&args),
        Some(Command::Diagnose(args)) => diagnose::run(&args),
        Some(Command::Devices(args)) => devices::run(&args, &machine),
        Some(Command::ProbeDevice(args)) => probe_device::run(&args),
        Some(Command::Bench(args)) => bench::run(&args, &machine),
        Some(Command::Selftest(args)) => selftest::run(&args),
    }
}

fn open_window(arguments: &Arguments) -> Result<()> {
    use crate::app::{AppOptions, WindowError, WindowOptions, open_window};
    let store = arguments.store.open()?;
    let prefs_file = match &arguments.store.runs_dir {
        // Where the runs have a folder of their own, so has what the window remembers.
        Some(folder) => Some(folder.join("window.json")),
        None => directories::ProjectDirs::from("", "", "overfit-lab")
            .map(|dirs| dirs.config_dir().join("window.json")),
    };
    let options = WindowOptions {
        app: AppOptions {
            store,
            own_drawings: arguments.store.own_drawings(),
            prefs_file,
            native_dialogs: true,
            devices: devices::of_machine(&arguments.machine)?,
            threads: arguments.machine.threads,
        },
        renderer: arguments.renderer,
        rehearsal: arguments.rehearse,
    };
    open_window(options).map_err(|err| match err {
        WindowError::NoDisplay => UsageError(err.to_string()).into(),
        WindowError::Failed(_) => err.into(),
    })
}
