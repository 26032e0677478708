//! A question that a sweep answers: the sweep is planned, trained, and its figures are told.

use super::{plan, read, train};
use crate::cli::Ending;
use crate::cli::args::{
    AnswerArgs, ExperimentArgs, MachineArgs, PlanArgs, RunSweepArgs, StoreArgs,
};
use crate::cli::picture::picture_bytes;
use crate::cli::submit::overwrite;
use crate::lab::export::save;
use crate::lab::sweep::{Assignments, Axis, Sweep, Table};
use anyhow::Result;
use std::path::PathBuf;

/// The sweep that answers a question.
pub struct Question {
    /// The base experiment.
    pub experiment: ExperimentArgs,
    /// The axes.
    pub vary: Vec<Axis>,
    /// In place of axes, the cells.
    pub cell: Vec<Assignments>,
    /// The folder of the sweep.
    pub out: PathBuf,
}

/// Plans the sweep, or goes on with it, and trains its runs. Then `tell` prints the answer and draws it.
pub fn answer(
    question: Question,
    args: AnswerArgs,
    store: &StoreArgs,
    machine: &MachineArgs,
    tell: impl FnOnce(&Sweep, &Table) -> Result<String>,
) -> Result<Ending> {
    let overwrite = overwrite(args.force);
    if let Some(picture) = &args.picture {
        overwrite.check(picture)?;
    }
    let is_json = args.training.json;
    let sweep = question.out.clone();
    let plan = PlanArgs {
        experiment: question.experiment,
        vary: question.vary,
        cell: question.cell,
        seeds: args.seeds,
        name: args.name,
        out: question.out,
        force: args.force,
        json: false,
    };
    // Standard output has JSON alone where that was asked for.
    plan::plan_quietly(&plan, store, is_json)?;
    let run = RunSweepArgs {
        sweep: sweep.clone(),
        jobs: args.jobs,
        training: args.training,
    };
    let ending = train::run_here(&run, store, machine)?;
    if ending != Ending::Done {
        return Ok(ending);
    }
    let (planned, standing) = read(&sweep, store)?;
    let table = Table::of(&planned, &standing, args.metric);
    let drawn = tell(&planned, &table)?;
    if let Some(picture) = &args.picture {
        save(picture, &picture_bytes(picture, drawn)?, overwrite)?;
        if !is_json {
            println!("Written: {}", picture.display());
        }
    }
    Ok(ending)
}
