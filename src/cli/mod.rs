//! The commands of the product, and what they mean. Everything that the window does can be scripted,
//! through the same engine. `program` parses what was typed and calls `run` or `open_window`.

mod ablate;
pub mod args;
mod compare;
pub(crate) mod devices;
mod diagnose;
mod ensemble_words;
mod evaluate;
mod experiment;
mod export;
mod learning_curve;
mod lr_find;
mod members;
mod picture;
mod predict;
pub(crate) mod probe_device;
mod progress;
mod runs;
mod submit;
mod summary;
mod sweep;
mod told;
mod train;

use crate::app::{AppOptions, WindowError, WindowOptions};
use crate::lab::devices::Drivers;
use anyhow::Result;
use args::{Command, CommonArgs};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The command did what it was asked for.
    Done,
    /// Ctrl+C ended the command; what it had done is kept.
    Interrupted,
    /// Another process does what the command was asked for.
    LeftToOthers,
}

/// Exit code of bad usage, as clap has it too.
const USAGE: u8 = 2;
/// Exit code where nobody reads the output, as shells have it.
const UNREAD: u8 = 141;
/// Exit code where another process does it, as sysexits.h has it for what may succeed later.
const LEFT_TO_OTHERS: u8 = 75;
/// Exit code after Ctrl+C, as shells have it.
const INTERRUPTED: u8 = 130;

/// Makes the process ready for a command: what it logs, and how it ends where nobody reads its
/// output.
pub(crate) fn make_ready() {
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
}

/// Tells how a command ended: an error in words on standard error, and the exit code.
pub(crate) fn conclude(outcome: Result<Ending>) -> ExitCode {
    match outcome {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Ok(Ending::LeftToOthers) => ExitCode::from(LEFT_TO_OTHERS),
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

/// Whether Ctrl+C has been pressed, from now on.
///
/// # Errors
/// Where the system doesn't tell of it.
fn interrupted() -> Result<&'static AtomicBool> {
    static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);
    ctrlc::set_handler(|| IS_INTERRUPTED.store(true, Ordering::Relaxed))
        .map_err(|err| UsageError(format!("can't listen for Ctrl+C: {err}")))?;
    Ok(&IS_INTERRUPTED)
}

/// Takes the kernels that were asked for, before anything computes.
///
/// # Errors
/// Where this machine can't run them.
pub(crate) fn choose_kernels(common: &CommonArgs) -> Result<()> {
    match common.machine.kernels {
        Some(kernels) => kernels
            .make_usual()
            .map_err(|err| UsageError(err.to_string()).into()),
        None => Ok(()),
    }
}

/// Takes the number of threads that was asked for, or one a core.
pub(crate) fn choose_threads(common: &CommonArgs) {
    common.machine.threads.unwrap_or_default().make_usual();
}

/// Runs a command of the product.
///
/// # Errors
/// The command's own.
pub(crate) fn run(command: Command, common: &CommonArgs) -> Result<Ending> {
    let CommonArgs { store, machine, .. } = common;
    match command {
        Command::Train(args) => train::run(args, store, machine),
        Command::Runs(args) => runs::run(&args, store),
        Command::Evaluate(args) => evaluate::run(&args, store, machine),
        Command::Submit(args) => submit::run(&args, store, machine),
        Command::Predict(args) => predict::run(&args, store, machine),
        Command::Export(args) => export::run(&args, store, machine),
        Command::Summary(args) => summary::run(&args),
        Command::Diagnose(args) => diagnose::run(&args, &common.store),
        Command::Sweep(args) => sweep::run(args.what, store, machine),
        Command::Ablate(args) => ablate::run(args, store, machine),
        Command::LearningCurve(args) => learning_curve::run(args, store, machine),
        Command::LrFind(args) => lr_find::run(&args, machine),
        Command::Compare(args) => compare::run(&args, store),
        Command::Devices(args) => devices::run(&args, machine),
        Command::ProbeDevice(args) => probe_device::run(&args, &Drivers),
    }
}

/// Opens the window by `open`, and returns when it is closed.
///
/// # Errors
/// Where there is no store or no display, or where no renderer starts.
pub(crate) fn open_window(
    common: &CommonArgs,
    open: impl FnOnce(WindowOptions) -> Result<(), WindowError>,
) -> Result<Ending> {
    let outcome = open(window_options(common)?);
    match outcome {
        Ok(()) => Ok(Ending::Done),
        Err(err @ WindowError::NoDisplay) => Err(UsageError(err.to_string()).into()),
        Err(err @ WindowError::Failed(_)) => Err(err.into()),
    }
}

fn window_options(common: &CommonArgs) -> Result<WindowOptions> {
    let CommonArgs {
        store,
        renderer,
        machine,
    } = common;
    let prefs_file = match &store.runs_dir {
        // Where the runs have a folder of their own, so has what the window remembers.
        Some(folder) => Some(folder.join("window.json")),
        None => directories::ProjectDirs::from("", "", "overfit-lab")
            .map(|dirs| dirs.config_dir().join("window.json")),
    };
    Ok(WindowOptions {
        app: AppOptions {
            store: store.open()?,
            own_drawings: store.own_drawings(),
            prefs_file,
            native_dialogs: true,
            devices: devices::of_machine(machine)?,
            threads: machine.threads,
        },
        renderer: *renderer,
    })
}
