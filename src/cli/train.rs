//! `train`: an experiment in a terminal or a script, through the engine that the window has.

mod readers;

use super::args::{ExperimentArgs, MachineArgs, StoreArgs, TrainArgs};
use super::devices::of_machine;
use super::{Ending, UsageError};
use crate::experiment::{Experiment, Field, Setting};
use crate::lab::engine::{Created, FailureCause, Resume, Start};
use crate::lab::format;
use crate::lab::store::{RunPlace, read_run};
use crate::lab::{Command, Engine, Run, RunEvent, RunState, Update};
use anyhow::{Context, Result, anyhow, bail};
use crossbeam_channel::{Receiver, bounded, select};
use readers::{JsonLines, Nobody, Reader, Table};
use std::path::Path;

pub fn run(args: TrainArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let mut has_begun = false;
    let as_json = args.json;
    let ended = train(args, store, machine, &mut has_begun);
    // The events of a run that has begun say how it ended.
    if let Err(err) = &ended
        && as_json
        && !has_begun
    {
        readers::failed_to_begin(&super::chain(err))?;
    }
    ended
}

fn train(
    args: TrainArgs,
    store: &StoreArgs,
    machine: &MachineArgs,
    has_begun: &mut bool,
) -> Result<Ending> {
    let interrupts = interrupts()?;
    // What is known of a run that is taken up.
    let resumed = args.resume.as_deref().map(|run| store.run_folder(run));
    let resumed = resumed.transpose()?;
    let known = resumed.as_deref().map(read_run).transpose()?;
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
                // A run that is over needs no stopping.
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
            *has_begun = true;
        }
        let Some(run) = &mut run else {
            // A run that has no folder yet tells of nothing but its failure.
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
            // Nobody reads on, as after `| head`. The run is stopped and kept, as by Ctrl+C.
            let _ = engine.send(Command::Stop);
            reader = Box::new(Nobody);
            unread = Some(err);
        }
    }
    let run = run.ok_or_else(|| anyhow!("the training thread ended without a word"))?;
    reader.end();
    // A run that is through can go on, too, where some of its figures found no room on the disk.
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
    let folder = format::shell_path(folder);
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
    let mut others = args.experiment.clone();
    let epochs = others.settings.take(Field::Epochs);
    if others != ExperimentArgs::default() {
        let message = "with --resume, of the experiment only --epochs can be given: \
                       the rest is in the run's folder";
        return Err(UsageError(message.into()).into());
    }
    let epochs = epochs.map(|text| Setting::parse(Field::Epochs, &text));
    let epochs = match epochs.transpose().map_err(UsageError::new)? {
        Some(Setting::Epochs(epochs)) => Some(epochs),
        _ => None,
    };
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

/// A channel that gets a message with each Ctrl+C. A second one within a batch changes nothing.
fn interrupts() -> Result<Receiver<()>> {
    let (sender, receiver) = bounded(1);
    ctrlc::set_handler(move || {
        // A full channel holds a message already.
        let _ = sender.try_send(());
    })
    .map_err(|err| UsageError(format!("can't listen for Ctrl+C: {err}")))?;
    Ok(receiver)
}
