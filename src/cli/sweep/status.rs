//! `sweep status`: where the runs stand, by the runs themselves.

use super::{Ending, read};
use crate::cli::args::{StatusArgs, StoreArgs};
use crate::lab::format;
use crate::lab::sweep::{Job, JobState, Standing, Sweep};
use anyhow::Result;
use serde_json::{Value, json};

pub fn run(args: &StatusArgs, store: &StoreArgs) -> Result<Ending> {
    let (sweep, standing) = read(&args.sweep, store)?;
    if args.json {
        println!("{}", as_json(&sweep, &standing));
    } else {
        print(&sweep, &standing);
        let folder = store.open()?.folder().to_path_buf();
        if folder.is_dir() {
            println!("The runs lie in {}.", folder.display());
        } else {
            println!(
                "There is no folder of runs {} yet; --runs-dir names another.",
                folder.display()
            );
        }
        if standing.waiting() > 0 && standing.running() == 0 {
            println!(
                "Go on with: overfit-lab sweep run {}{}",
                format::shell_path(&args.sweep),
                store.in_words()
            );
        }
    }
    Ok(Ending::Done)
}

fn as_json(sweep: &Sweep, standing: &Standing) -> Value {
    let runs: Vec<Value> = standing
        .runs
        .iter()
        .map(|(job, state)| run_as_json(sweep, job, state))
        .collect();
    json!({
        "planned": standing.planned(),
        "finished": standing.finished(),
        "running": standing.running(),
        "waiting": standing.waiting(),
        "interrupted": standing.interrupted(),
        "failed": standing.failed(),
        "seconds_left": standing.seconds_left(),
        "runs": runs,
    })
}

fn run_as_json(sweep: &Sweep, job: &Job, state: &JobState) -> Value {
    let (run, message) = match state {
        JobState::Finished { run, .. } => (Some(run), None),
        JobState::Failed { run, message } => (run.as_ref(), Some(message)),
        JobState::Running { by } => (None, Some(by)),
        JobState::Waiting | JobState::Interrupted => (None, None),
    };
    let accuracy = match state {
        JobState::Finished { summary, .. } => summary.best_validation_accuracy,
        _ => None,
    };
    json!({
        "number": job.number,
        "cell": sweep.cells()[job.cell].label(),
        "seed": job.seed,
        "state": state.label(),
        "run": run.map(|run| run.0.clone()),
        "accuracy": accuracy,
        "message": message,
    })
}

fn print(sweep: &Sweep, standing: &Standing) {
    let interrupted = match standing.interrupted() {
        0 => String::new(),
        interrupted => format!(" ({} of them interrupted)", format::whole(interrupted)),
    };
    println!(
        "{}: {} of {} runs finished, {} running, {} waiting{interrupted}, {} failed.",
        sweep.name(),
        format::whole(standing.finished()),
        format::whole(standing.planned()),
        format::whole(standing.running()),
        format::whole(standing.waiting()),
        format::whole(standing.failed()),
    );
    for (job, state) in &standing.runs {
        let head = || {
            let cell = sweep.cells()[job.cell].label();
            format!("  run {}: {cell}, seed {}", job.number, job.seed)
        };
        match state {
            JobState::Running { by } => println!("{}: {by}", head()),
            JobState::Failed { message, .. } => println!("{}: failed: {message}", head()),
            JobState::Interrupted => println!("{}: interrupted", head()),
            JobState::Waiting | JobState::Finished { .. } => {}
        }
    }
    if let Some(seconds) = standing.seconds_left()
        && standing.waiting() + standing.running() > 0
    {
        let at_once = match standing.running() {
            0 => "if one trains at a time",
            _ => "with as many at once as now",
        };
        println!("About {} left {at_once}.", format::duration(seconds));
    }
}
