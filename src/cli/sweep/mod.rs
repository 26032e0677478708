//! `sweep`: many runs that answer a question, planned once and trained anywhere.

mod answer;
mod plan;
mod report;
mod status;
mod submit;
mod table;
mod train;

use super::Ending;
use super::args::{MachineArgs, StoreArgs, SweepCommand};
use crate::lab::sweep::{Places, Standing, Sweep};
use anyhow::Result;
use std::path::Path;

pub use answer::{Question, answer};
pub use table::settings_as_json;

pub fn run(what: SweepCommand, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    match what {
        SweepCommand::Plan(args) => plan::run(&args, store),
        SweepCommand::Run(args) => train::run_here(&args, store, machine),
        SweepCommand::Job(args) => train::run_job(&args, store, machine),
        SweepCommand::Submit(args) => submit::run(&args, store),
        SweepCommand::Status(args) => status::run(&args, store),
        SweepCommand::Report(args) => report::run(&args, store),
        SweepCommand::Table(args) => table::run(&args, store),
    }
}

/// A sweep with where its runs stand.
pub fn read(path: &Path, store: &StoreArgs) -> Result<(Sweep, Standing)> {
    let sweep = Sweep::read(path)?;
    let places = Places::of(store.open()?);
    let standing = Standing::of(&sweep, &places)?;
    Ok((sweep, standing))
}
