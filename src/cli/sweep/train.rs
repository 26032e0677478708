//! `sweep run` and `sweep job`: runs of a sweep trained here.

use super::Ending;
use crate::cli::args::{JobArgs, MachineArgs, RunSweepArgs, StoreArgs, TrainingArgs};
use crate::cli::devices::of_machine;
use crate::cli::{UsageError, interrupted};
use crate::lab::format;
use crate::lab::store::glance;
use crate::lab::sweep::{Job, JobEnd, JobRunner, Places, Queue, QueueEnd, Sweep, Told};
use crate::lab::threads::{Cores, Threads};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn run_here(args: &RunSweepArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let sweep = Sweep::read(&args.sweep)?;
    let cores = machine
        .threads
        .map_or_else(|| Cores::of_machine().physical, Threads::count);
    let at_once = args.jobs.unwrap_or(cores).min(sweep.count()).max(1);
    let all = (1..=sweep.count()).collect();
    let work = Work {
        at_once,
        threads: Threads::new((cores / at_once).max(1))?,
        waits_for_others: true,
    };
    train(&sweep, all, &work, &args.training, store, machine)
}

pub fn run_job(args: &JobArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let sweep = Sweep::read(&args.sweep)?;
    // A number beyond the last is bad usage, whatever the stride.
    sweep.job(args.number).map_err(UsageError::new)?;
    let last = args.stride.map_or(args.number, |_| sweep.count());
    let numbers = (args.number..=last)
        .step_by(args.stride.unwrap_or(1))
        .collect();
    let work = Work {
        at_once: 1,
        threads: machine.threads.unwrap_or_default(),
        waits_for_others: false,
    };
    train(&sweep, numbers, &work, &args.training, store, machine)
}

/// How runs are trained here.
struct Work {
    at_once: usize,
    /// Threads of each run.
    threads: Threads,
    waits_for_others: bool,
}

fn train(
    sweep: &Sweep,
    numbers: Vec<usize>,
    work: &Work,
    args: &TrainingArgs,
    store: &StoreArgs,
    machine: &MachineArgs,
) -> Result<Ending> {
    sweep.check_numbers()?;
    sweep.check_data()?;
    let places = Arc::new(Places::of(store.open()?));
    let runner = JobRunner {
        places,
        devices: of_machine(machine)?.with_threads(work.threads),
        keep: args.keep_epochs,
        retries_failed: args.retry_failed,
        wake: Arc::new(|| {}),
    };
    let stop = interrupted()?;
    let mut teller = Teller::new(args.json, sweep, &runner, numbers.len());
    let queue = Queue {
        sweep,
        runner: &runner,
        at_once: work.at_once,
        waits_for_others: work.waits_for_others,
        stop,
    };
    let end = queue.run(numbers, &mut |told| teller.tell(&told))?;
    teller.finish();
    conclude(end, args.json)
}

fn conclude(end: QueueEnd, is_json: bool) -> Result<Ending> {
    if !is_json {
        println!(
            "{} trained, {} found in the store, {} failed.",
            format::whole(end.trained),
            format::whole(end.found),
            format::whole(end.failed)
        );
    }
    if end.is_stopped {
        eprintln!("Stopped. The same command goes on from here.");
        return Ok(Ending::Interrupted);
    }
    if end.failed > 0 {
        bail!(
            "{} of the runs failed; sweep status says why, and --retry-failed tries them again",
            format::whole(end.failed)
        );
    }
    if end.elsewhere > 0 {
        return Ok(Ending::LeftToOthers);
    }
    Ok(Ending::Done)
}

/// Says how the runs go: lines and a bar for people, a JSON object a line for programs.
struct Teller<'a> {
    sweep: &'a Sweep,
    runner: &'a JobRunner,
    is_json: bool,
    bar: ProgressBar,
    count: usize,
    ended: usize,
}

impl<'a> Teller<'a> {
    fn new(is_json: bool, sweep: &'a Sweep, runner: &'a JobRunner, count: usize) -> Self {
        let bar = if is_json {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(count as u64)
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos} of {len} runs, {eta} left")
        {
            bar.set_style(style);
        }
        Self {
            sweep,
            runner,
            is_json,
            bar,
            count,
            ended: 0,
        }
    }

    fn tell(&mut self, told: &Told<'_>) {
        if self.is_json {
            if let Some(line) = self.as_json(told) {
                println!("{line}");
            }
            return;
        }
        match told {
            Told::Begun(_) | Told::Event(..) => self.bar.tick(),
            Told::WaitingForOthers(count) => self
                .bar
                .set_message(format!("{count} are trained by other processes")),
            Told::Ended { job, end, seconds } => {
                if let JobEnd::Elsewhere(by) = end {
                    let line = format!("run {}: {by} trains it", job.number);
                    return self.bar.suspend(|| println!("{line}"));
                }
                self.ended += 1;
                let line = self.line(job, end, *seconds);
                self.bar.suspend(|| println!("{line}"));
                self.bar.inc(1);
            }
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, job: &Job, end: &JobEnd, seconds: f64) -> String {
        let cell = &self.sweep.cells()[job.cell];
        let head = format!(
            "{}/{}  run {}: {}, seed {}",
            self.ended,
            self.count,
            job.number,
            cell.label(),
            job.seed
        );
        match end {
            JobEnd::Found(run) => format!("{head}: {}, in the store as {run}", self.figures(run)),
            JobEnd::Trained(run) => format!(
                "{head}: {}, {} ({run})",
                self.figures(run),
                format::duration(seconds)
            ),
            JobEnd::Failed { message, .. } => format!("{head}: failed: {message}"),
            JobEnd::Elsewhere(by) => format!("{head}: {by} trains it"),
            JobEnd::Stopped => format!("{head}: stopped"),
        }
    }

    fn figures(&self, run: &crate::lab::RunId) -> String {
        let folder = self.runner.places.store().folder().join(&run.0);
        let summary = glance(&folder).ok();
        let found = summary
            .and_then(|summary| Some((summary.best_validation_accuracy?, summary.best_epoch?)));
        found.map_or_else(
            || "no figure".into(),
            |(accuracy, epoch)| format!("{} at epoch {epoch}", format::percent(accuracy)),
        )
    }

    fn as_json(&self, told: &Told<'_>) -> Option<Value> {
        let (event, job) = match told {
            Told::Begun(job) => ("begun", job),
            Told::Ended { job, .. } => ("ended", job),
            Told::Event(..) | Told::WaitingForOthers(_) => return None,
        };
        let mut line = json!({
            "event": event,
            "number": job.number,
            "seed": job.seed,
            "cell": self.sweep.cells()[job.cell].label(),
        });
        if let Told::Ended { end, seconds, .. } = told {
            let (how, run, message) = match end {
                JobEnd::Found(run) => ("found", Some(run), None),
                JobEnd::Trained(run) => ("trained", Some(run), None),
                JobEnd::Failed { run, message } => ("failed", run.as_ref(), Some(message)),
                JobEnd::Elsewhere(by) => ("elsewhere", None, Some(by)),
                JobEnd::Stopped => ("stopped", None, None),
            };
            line["end"] = how.into();
            line["run"] = run.map(|run| run.0.clone()).into();
            line["message"] = message.cloned().into();
            line["seconds"] = (*seconds).into();
        }
        Some(line)
    }
}
