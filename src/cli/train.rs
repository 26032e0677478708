//! `train`: an experiment in a terminal or a script, through the engine that the window has.

use super::args::{ExperimentArgs, MachineArgs, StoreArgs, TrainArgs};
use super::devices::of_machine;
use super::{Ending, UsageError};
use crate::disk::fault::{Faults, inject};
use crate::experiment::Experiment;
use crate::lab::engine::{Created, FailureCause, Resume, Start};
use crate::lab::store::{RunPlace, read_run};
use crate::lab::verdict::Verdict;
use crate::lab::{
    Command, Engine, EpochMetrics, Run, RunEvent, RunState, Stage, StopReason, Update, format, run,
};
use anyhow::{Context, Result, anyhow, bail};
use crossbeam_channel::{Receiver, bounded, select};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

pub fn run(args: TrainArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let interrupts = interrupts()?;
    let _held_up = args.pause_writes.map(|milliseconds| {
        inject(Faults {
            pause: Duration::from_millis(milliseconds),
            ..Faults::none(Path::new(""))
        })
    });
    // What is known of a run that is taken up.
    let known = args.resume.as_deref().map(read_run).transpose()?;
    let (engine, experiment) = match &known {
        Some(run) => (resume(&args, machine, &run.folder)?, run.experiment.clone()),
        None => start(&args, store, machine)?,
    };
    let mut reader: Box<dyn Reader> = if args.json {
        Box::new(JsonLines::default())
    } else {
        Box::new(Table::new())
    };
    let mut run: Option<Run> = None;
    let mut interrupted = false;
    let mut cause = None;
    let mut unread = None;
    loop {
        let update = select! {
            recv(engine.updates()) -> update => update,
            recv(interrupts) -> _ => {
                interrupted = true;
                // Over already is as good as stopped.
                let _ = engine.send(Command::Stop);
                continue;
            }
        };
        let Ok(Update { event, .. }) = update else {
            break;
        };
        if run.is_none()
            && let Some(Created {
                id,
                folder,
                created_secs,
            }) = engine.created()
        {
            let new = || Run::new(id, folder, created_secs, experiment.clone());
            run = Some(known.clone().unwrap_or_else(new));
        }
        let Some(run) = &mut run else {
            // Without a folder the only event is the failure.
            let RunEvent::Failed { message, .. } = event else {
                continue;
            };
            bail!("{message}");
        };
        if let RunEvent::Failed { cause: its, .. } = &event {
            cause = Some(*its);
        }
        run.apply(event.clone());
        if let Err(err) = reader.read(&event, run) {
            // As after `| head`. The run is stopped and kept, as by Ctrl+C.
            let _ = engine.send(Command::Stop);
            reader = Box::new(Nobody);
            unread = Some(err);
        }
    }
    let run = run.ok_or_else(|| anyhow!("the training thread ended without a word"))?;
    reader.end();
    // Also where it is through, but some of its figures found no room on the disk.
    if run.resumes_at.is_some() {
        say_how_to_go_on(&run.folder, cause == Some(FailureCause::DeviceLost));
    }
    if let Some(err) = unread {
        return Err(err.context(format!("the run was stopped; {}", kept(&run))));
    }
    match &run.state {
        RunState::Failed(message) => bail!("{message}"),
        RunState::NotKept(_) => bail!("{}", kept(&run)),
        _ if interrupted => Ok(Ending::Interrupted),
        _ => Ok(Ending::Done),
    }
}

/// How much of a run that is over is on the disk.
fn kept(run: &Run) -> String {
    let folder = run.folder.display();
    match read_run(&run.folder) {
        Ok(kept) => format!(
            "of its {} epochs {} are kept in {folder}",
            run.epochs.len(),
            kept.epochs.len()
        ),
        Err(err) => format!("nothing of it is kept: {err}"),
    }
}

/// The command that goes on with a run, on the CPU where its device was lost.
fn say_how_to_go_on(folder: &Path, is_device_lost: bool) {
    let device = if is_device_lost { " --device cpu" } else { "" };
    let folder = quoted(folder);
    eprintln!("Go on with: overfit-lab train --resume {folder}{device}");
}

fn start(
    args: &TrainArgs,
    store: &StoreArgs,
    machine: &MachineArgs,
) -> Result<(Engine, Experiment)> {
    let experiment = args.experiment.build()?;
    let place = match &args.out {
        Some(folder) => RunPlace::Folder(folder.clone()),
        None => RunPlace::Store(store.open()?),
    };
    let start = Start {
        experiment: experiment.clone(),
        device: args.device.unwrap_or_default(),
        devices: of_machine(machine)?,
        place,
        keep: args.keep_epochs,
        ticket: 1,
    };
    let engine = Engine::start(start, || {}).context(NO_THREAD)?;
    Ok((engine, experiment))
}

fn resume(args: &TrainArgs, machine: &MachineArgs, folder: &Path) -> Result<Engine> {
    let epochs = args.experiment.epochs;
    let others = ExperimentArgs {
        epochs: None,
        ..args.experiment.clone()
    };
    if others != ExperimentArgs::default() {
        let message = "with --resume, of the experiment only --epochs can be given: \
                       the rest is in the run's folder";
        return Err(UsageError(message.into()).into());
    }
    let resume = Resume {
        folder: folder.to_path_buf(),
        device: args.device,
        devices: of_machine(machine)?,
        epochs,
        ticket: 1,
    };
    Engine::resume(resume, || {}).context(NO_THREAD)
}

const NO_THREAD: &str = "can't start the training thread";

/// A path as a shell takes it, and this program behind an option.
fn quoted(path: &Path) -> String {
    let path = match path.display().to_string() {
        dashed if dashed.starts_with('-') => format!("./{dashed}"),
        path => path,
    };
    let is_plain = |c: char| c.is_alphanumeric() || "-_./\\:".contains(c);
    if path.chars().all(is_plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

/// A channel that gets a message with each Ctrl+C. A second one within a batch changes nothing.
fn interrupts() -> Result<Receiver<()>> {
    let (sender, receiver) = bounded(1);
    ctrlc::set_handler(move || {
        // One message is enough.
        let _ = sender.try_send(());
    })
    .map_err(|err| UsageError(format!("can't listen for Ctrl+C: {err}")))?;
    Ok(receiver)
}

/// What is made of the events of a run.
trait Reader {
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()>;
    fn end(&mut self) {}
}

/// Where nobody reads the output any more.
struct Nobody;

impl Reader for Nobody {
    fn read(&mut self, _: &RunEvent, _: &Run) -> Result<()> {
        Ok(())
    }
}

/// One JSON object a line.
#[derive(Default)]
struct JsonLines {
    /// Told behind the start, which comes first in every run.
    resumed: Option<serde_json::Value>,
}

impl Reader for JsonLines {
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()> {
        let line = match event {
            RunEvent::TakenUp { epoch, batch, .. } => {
                self.resumed = Some(json!({ "epoch": epoch, "batch": batch }));
                return Ok(());
            }
            RunEvent::Started(started) => {
                let started = tagged("started", started)?;
                match self.resumed.take() {
                    Some(place) => format!("{started}\n{}", tagged("resumed", &place)?),
                    None => started,
                }
            }
            RunEvent::Epoch(metrics) => tagged("epoch", metrics)?,
            RunEvent::Changed(change) => tagged("changed", change)?,
            RunEvent::Finished { reason, .. } => tagged(
                "finished",
                &Finished {
                    reason: *reason,
                    best_epoch: run.best().map(|metrics| metrics.epoch),
                    verdict: &run.verdict,
                    // JSON has no word for a name that isn't Unicode.
                    run: run.folder.display().to_string(),
                },
            )?,
            RunEvent::Failed { message, .. } => tagged(
                "failed",
                &json!({ "message": message, "verdict": run.verdict }),
            )?,
            RunEvent::Warning(message) => {
                eprintln!("warning: {message}");
                return Ok(());
            }
            RunEvent::Chose(message) | RunEvent::Note(message) => {
                eprintln!("{message}");
                return Ok(());
            }
            RunEvent::Probing(gpu) => {
                eprintln!("Trying out {gpu}…");
                return Ok(());
            }
            RunEvent::Loading
            | RunEvent::Compiling
            | RunEvent::Compiled
            | RunEvent::Progress { .. }
            | RunEvent::OlderWeights { .. }
            | RunEvent::Paused
            | RunEvent::Resumed => return Ok(()),
        };
        print(&line)
    }
}

/// A line, whole and at once.
fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("can't write to standard output")
}

/// A value with its event's name before it.
#[derive(Serialize)]
struct Tagged<'a, T> {
    event: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

fn tagged(event: &'static str, value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(&Tagged { event, value })?)
}

/// What is told of a run's end.
#[derive(Serialize)]
struct Finished<'a> {
    reason: StopReason,
    best_epoch: Option<usize>,
    verdict: &'a Verdict,
    run: String,
}

/// A table of epochs, and a bar that shows how far it is.
struct Table {
    bar: ProgressBar,
}

impl Table {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}") {
            bar.set_style(style);
        }
        bar.set_message("loading…");
        Self { bar }
    }

    fn print(&self, line: &str) -> Result<()> {
        self.bar.suspend(|| print(line))
    }

    fn show_progress(&self, run: &Run) {
        let Some(progress) = &run.progress else {
            return;
        };
        let (position, length, stage) = match progress.stage {
            Stage::Training { batch, batches, .. } => (batch, batches, "training"),
            Stage::Evaluating { done, total } => (done, total, "measuring"),
        };
        self.bar.set_length(length as u64);
        self.bar.set_position(position as u64);
        let left = run.seconds_left().map_or_else(String::new, |left| {
            format!(" · {} left", format::duration(left))
        });
        self.bar.set_message(format!(
            "epoch {}/{} · {stage} · {:.0} images/s{left}",
            progress.epoch, progress.epochs, progress.samples_per_second,
        ));
    }
}

impl Reader for Table {
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()> {
        match event {
            RunEvent::TakenUp { epoch, batch, .. } => self.print(&format!(
                "{} goes on from epoch {epoch}, batch {batch}.",
                run.name
            ))?,
            RunEvent::Started(started) => {
                self.print(&format!(
                    "{} · {} parameters · {} training and {} validation images · {}",
                    run.name,
                    format::whole(started.parameters),
                    format::whole(started.train_images),
                    format::whole(started.validation_images),
                    started.device,
                ))?;
                self.print(HEADER)?;
            }
            RunEvent::Progress { .. } => self.show_progress(run),
            RunEvent::Changed(change) => self.print(&format!(
                "      from epoch {}, batch {}: {}",
                change.epoch, change.batch, change.to
            ))?,
            RunEvent::Epoch(metrics) => self.print(&row(metrics, run))?,
            RunEvent::Warning(message) => self.bar.suspend(|| eprintln!("warning: {message}")),
            RunEvent::Chose(message) | RunEvent::Note(message) => {
                self.bar.suspend(|| eprintln!("{message}"))
            }
            RunEvent::Finished { reason, .. } => {
                self.bar.finish_and_clear();
                print(&ending(*reason, run))?;
            }
            RunEvent::Failed { .. } => {
                self.bar.finish_and_clear();
                print(&format!(
                    "What the run had is kept in {}",
                    run.folder.display()
                ))?;
            }
            RunEvent::Probing(gpu) => self.bar.set_message(format!("trying out {gpu}…")),
            RunEvent::Compiling => self.bar.set_message("compiling for the GPU…"),
            RunEvent::Loading
            | RunEvent::Compiled
            | RunEvent::OlderWeights { .. }
            | RunEvent::Paused
            | RunEvent::Resumed => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

const HEADER: &str = "\
epoch   training            validation                    gap   images/s      time
        loss    accuracy    loss    accuracy ±";

fn row(metrics: &EpochMetrics, run: &Run) -> String {
    let is_best = run.best().is_some_and(|best| best.epoch == metrics.epoch);
    format!(
        "{:>5}{} {:>7} {:>9}   {:>7} {:>15}  {:>9} {:>9.0}  {:>9}{}",
        metrics.epoch,
        if is_best { "*" } else { " " },
        format::loss(metrics.train_loss),
        format::percent(metrics.train_accuracy),
        format::loss(metrics.validation_loss),
        format::percent_with_error(metrics.validation_accuracy, metrics.validation_count),
        format::points(run::gap(metrics)),
        metrics.samples_per_second,
        format::duration(metrics.seconds),
        learned(metrics),
    )
}

/// With label noise, how many of the wrong labels have been learned.
fn learned(metrics: &EpochMetrics) -> String {
    metrics.corrupted.map_or_else(String::new, |corrupted| {
        format!(
            "  wrong labels learned {}",
            format::percent(corrupted.accuracy)
        )
    })
}

fn ending(reason: StopReason, run: &Run) -> String {
    let mut lines = Vec::new();
    if let Some(best) = run.best() {
        lines.push(format!(
            "* best epoch {}: validation loss {}, accuracy {}",
            best.epoch,
            format::loss(best.validation_loss),
            format::percent_with_error(best.validation_accuracy, best.validation_count),
        ));
        lines.push(run.verdict.sentence.clone());
    }
    let what = match reason {
        StopReason::Completed => "Kept in",
        StopReason::EarlyStopping => "Stopped early: validation loss fell no more. Kept in",
        StopReason::Stopped => "Stopped. Kept in",
    };
    // What isn't kept is told at the very end.
    if !matches!(run.state, RunState::NotKept(_)) {
        lines.push(format!("{what} {}", run.folder.display()));
    }
    lines.join("\n")
}
