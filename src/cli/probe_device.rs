//! `probe-device`: the child process in which GPUs are looked for and tried out.

use super::Ending;
use super::args::ProbeDeviceArgs;
use crate::lab::devices::{ChildTask, Gpus, end_with_parent, run_child};
use anyhow::{Context, Result};

/// Looks for these GPUs or tries one out, and says what it finds on standard output.
pub(crate) fn run(args: &ProbeDeviceArgs, gpus: &dyn Gpus) -> Result<Ending> {
    if args.child {
        end_with_parent().context("can't watch the parent")?;
    }
    let task = args.index.map_or(ChildTask::List, ChildTask::Probe);
    run_child(task, gpus, &mut std::io::stdout().lock()).context("nobody listens")?;
    Ok(Ending::Done)
}
