//! `sweep run` and `sweep job`: runs of a sweep trained here.

use super::Ending;
use super::plan::counted;
use crate::cli::args::{JobArgs, MachineArgs, RunSweepArgs, StoreArgs, TrainingArgs};
use crate::cli::devices::of_machine;
use crate::cli::{UsageError, interrupted};
use crate::data;
use crate::lab::format;
use crate::lab::store::glance;
use crate::lab::sweep::{
    AtOnce, Cell, Job, JobEnd, JobRunner, JobState, Places, Queue, QueueEnd, Standing, Sweep,
    Timed, Told,
};
use crate::lab::threads::{Cores, Threads};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

pub fn run_here(args: &RunSweepArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let sweep = Sweep::read(&args.sweep)?;
    let cores = machine
        .threads
        .map_or_else(|| Cores::of_machine().physical, Threads::count);
    let mut all: Vec<usize> = (1..=sweep.count()).collect();
    let mut here = Here::new(&sweep, &args.training, store, machine, all.len())?;
    let mut end = QueueEnd::default();
    let at_once = match args.jobs {
        Some(at_once) => at_once,
        None => here.measured(&mut all, cores, machine, &mut end)?,
    };
    let at_once = at_once.clamp(1, sweep.count());
    if !end.is_stopped && end.refused.is_none() {
        let threads = Threads::new((cores / at_once).max(1))?;
        add(
            &mut end,
            here.train(all, at_once, threads, Others::WaitedFor)?,
        );
    }
    here.conclude(end)
}

pub fn run_job(args: &JobArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let sweep = Sweep::read(&args.sweep)?;
    // A number beyond the last is bad usage, whatever the stride.
    sweep.job(args.number).map_err(UsageError::new)?;
    let last = args.stride.map_or(args.number, |_| sweep.count());
    let numbers: Vec<usize> = (args.number..=last)
        .step_by(args.stride.unwrap_or(1))
        .collect();
    let mut here = Here::new(&sweep, &args.training, store, machine, numbers.len())?;
    let threads = machine.threads.unwrap_or_default();
    let end = here.train(numbers, 1, threads, Others::LeftAlone)?;
    here.conclude(end)
}

/// What becomes of runs that another process trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    /// They are waited for, and taken up where their process dies.
    WaitedFor,
    /// They are left to that process.
    LeftAlone,
}

/// A sweep that is trained here.
struct Here<'a> {
    sweep: &'a Sweep,
    runner: JobRunner,
    teller: Teller<'a>,
    stop: &'a AtomicBool,
    is_json: bool,
}

impl<'a> Here<'a> {
    fn new(
        sweep: &'a Sweep,
        args: &TrainingArgs,
        store: &StoreArgs,
        machine: &MachineArgs,
        count: usize,
    ) -> Result<Self> {
        sweep.check_numbers()?;
        sweep.check_data()?;
        let runs = store.open()?;
        // A folder that takes no files would let every single run fail with the same words.
        runs.check_writable()?;
        let places = Arc::new(Places::of(runs));
        Ok(Self {
            sweep,
            teller: Teller::new(args.json, sweep, Arc::clone(&places), count),
            runner: JobRunner {
                places,
                devices: of_machine(machine)?,
                keep: args.keep_epochs,
                retries_failed: args.retry_failed,
                wake: Arc::new(|| {}),
            },
            stop: interrupted()?,
            is_json: args.json,
        })
    }

    /// Trains runs, so many at once, each on so many threads.
    fn train(
        &mut self,
        numbers: Vec<usize>,
        at_once: usize,
        threads: Threads,
        others: Others,
    ) -> Result<QueueEnd> {
        self.runner.devices = self.runner.devices.clone().with_threads(threads);
        let queue = Queue {
            sweep: self.sweep,
            runner: &self.runner,
            at_once,
            waits_for_others: others == Others::WaitedFor,
            stop: self.stop,
        };
        let teller = &mut self.teller;
        Ok(queue.run(numbers, &mut |told| teller.tell(&told))?)
    }

    /// How many runs at once are quickest here, by what was measured before, or by the first runs of this
    /// sweep, which are trained in both ways. Where there are too few of them, it is one a core.
    fn measured(
        &mut self,
        numbers: &mut Vec<usize>,
        cores: usize,
        machine: &MachineArgs,
        end: &mut QueueEnd,
    ) -> Result<usize> {
        let file = machine.cache_file("sweep-jobs.json");
        let settings = self.sweep.cells().first().map(Cell::settings);
        let asked = settings.and_then(|settings| AtOnce::new(file, settings, cores));
        let Some(asked) = asked.filter(|_| cores > 1) else {
            return Ok(cores);
        };
        if let Some(known) = asked.known() {
            return Ok(known);
        }
        let standing = Standing::of(self.sweep, &self.runner.places)?;
        let waiting = standing.runs.iter();
        let waiting = waiting.filter(|(_, state)| matches!(state, JobState::Waiting));
        let waiting: Vec<usize> = waiting.map(|(job, _)| job.number).collect();
        if waiting.len() < WORTH_MEASURING * cores {
            return Ok(cores);
        }
        // The data are read before anything is timed.
        if let Some(settings) = settings {
            data::load(&settings.data.source)?;
        }
        let mut times = [Timed::default(); 2];
        let ways = [(&waiting[..1], 1), (&waiting[1..=cores], cores)];
        for (time, (some, at_once)) in times.iter_mut().zip(ways) {
            let start = Instant::now();
            let threads = Threads::new(cores / at_once)?;
            let ended = self.train(some.to_vec(), at_once, threads, Others::LeftAlone)?;
            *time = Timed {
                work: some.iter().map(|number| self.work(*number)).sum(),
                seconds: start.elapsed().as_secs_f64(),
            };
            // A run that somebody else has taken meanwhile is waited for with the others.
            let is_left = ended.elsewhere > 0;
            numbers.retain(|number| is_left || !some.contains(number));
            let is_timed = ended.trained == some.len();
            add(
                end,
                QueueEnd {
                    elsewhere: 0,
                    ..ended
                },
            );
            if !is_timed {
                return Ok(cores);
            }
        }
        Ok(asked.choose(times[0], cores, times[1]))
    }

    /// The work of a run, in seconds by the count of multiplications.
    fn work(&self, number: usize) -> f64 {
        let cell = self.sweep.job(number).map(|job| job.cell);
        let cell = cell.ok().and_then(|cell| self.sweep.cells().get(cell));
        cell.and_then(Cell::seconds).unwrap_or(1.0)
    }

    fn conclude(&self, end: QueueEnd) -> Result<Ending> {
        self.teller.finish();
        conclude(end, self.is_json)
    }
}

/// So many runs a core must wait for it to be worth while to train the first ones in two ways.
const WORTH_MEASURING: usize = 3;

/// Adds how more runs ended.
fn add(end: &mut QueueEnd, more: QueueEnd) {
    end.trained += more.trained;
    end.found += more.found;
    end.failed += more.failed;
    end.elsewhere += more.elsewhere;
    end.not_begun += more.not_begun;
    end.is_stopped |= more.is_stopped;
    end.refused = end.refused.take().or(more.refused);
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
    if let Some(why) = end.refused {
        let others = match end.not_begun {
            0 => String::new(),
            1 => " and 1 wasn't begun".into(),
            count => format!(" and {} weren't begun", format::whole(count)),
        };
        bail!(
            "the sweep has stopped: {} failed{others}, since no run can be kept: {why}. When that is mended, the same \
             command with --retry-failed goes on",
            counted(end.failed, "run"),
        );
    }
    if end.is_stopped {
        eprintln!("Stopped. The same command goes on from here.");
        return Ok(Ending::Interrupted);
    }
    if end.failed > 0 {
        bail!(
            "{} of the runs failed, for the reasons above; when these are mended, the same command with \
             --retry-failed trains them again",
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
    places: Arc<Places>,
    is_json: bool,
    bar: ProgressBar,
    count: usize,
    ended: usize,
    /// The runs of which was said that another process trains them.
    elsewhere: BTreeSet<usize>,
}

impl<'a> Teller<'a> {
    fn new(is_json: bool, sweep: &'a Sweep, places: Arc<Places>, count: usize) -> Self {
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
            places,
            is_json,
            bar,
            count,
            ended: 0,
            elsewhere: BTreeSet::new(),
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
                    return self.tell_elsewhere(job, by);
                }
                self.ended += 1;
                let line = self.line(job, end, *seconds);
                self.bar.suspend(|| println!("{line}"));
                self.bar.inc(1);
            }
        }
    }

    /// Says that another process trains a run, once: it is looked at again each second until it is over.
    fn tell_elsewhere(&mut self, job: &Job, by: &str) {
        if self.elsewhere.insert(job.number) {
            let line = format!("run {} is trained by {by}; it is waited for", job.number);
            self.bar.suspend(|| println!("{line}"));
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
            // What stopped the sweep is said once, at its end.
            JobEnd::Refused(_) => format!("{head}: failed"),
            JobEnd::Elsewhere(by) => format!("{head}: trained by {by}"),
            JobEnd::Stopped => format!("{head}: stopped"),
        }
    }

    fn figures(&self, run: &crate::lab::RunId) -> String {
        let folder = self.places.store().folder().join(&run.0);
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
                JobEnd::Refused(why) => ("failed", None, Some(why)),
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
