//! `probe-device`: the child process in which GPUs are looked for and tried out.

use super::args::ProbeDeviceArgs;
use super::{Ending, UsageError};
use crate::lab::devices::{ChildTask, FAULT_VARIABLE, end_with_parent, run_child};
use anyhow::{Context, Result};

pub fn run(args: &ProbeDeviceArgs) -> Result<Ending> {
    let fault = match std::env::var(FAULT_VARIABLE) {
        Ok(text) => Some(text.parse().map_err(UsageError)?),
        Err(_) => None,
    };
    if args.child {
        end_with_parent().context("can't watch the parent")?;
    }
    let task = args.index.map_or(ChildTask::List, ChildTask::Probe);
    run_child(task, fault, &mut std::io::stdout().lock()).context("nobody listens")?;
    Ok(Ending::Done)
}
