//! Sweeps on other machines: what the engines that people have there are told. Slurm's job arrays and
//! GNU parallel decide who starts which run when; each run is `sweep job`, which may be started any
//! number of times.

mod parallel;
mod slurm;

pub use parallel::{Again, ParallelLine, has_hosts, is_stale};
pub use slurm::{SlurmArray, SlurmScript, is_slurm_time};

use super::{JobState, Standing};
use crate::lab::format::shell_path;
use std::path::PathBuf;

/// How a run of a sweep is started, wherever that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCommand {
    /// The program, at the same path on all machines.
    pub program: PathBuf,
    /// The folder of all runs, which all machines share.
    pub store: PathBuf,
    /// The sweep's folder, which all machines share.
    pub sweep: PathBuf,
    /// How many runs the sweep has.
    pub runs: usize,
}

impl JobCommand {
    /// The line of a shell that trains a run, with so many threads. Both are words of that shell.
    fn line(&self, threads: &str, number: &str) -> String {
        format!(
            "{} --threads {threads} --runs-dir {} sweep job {} {number}",
            shell_path(&self.program),
            shell_path(&self.store),
            shell_path(&self.sweep)
        )
    }
}

/// The numbers of the runs that aren't finished and that nobody trains.
pub fn left(standing: &Standing) -> Vec<usize> {
    let runs = standing.runs.iter();
    let left = runs.filter(|(_, state)| {
        !matches!(state, JobState::Finished { .. } | JobState::Running { .. })
    });
    left.map(|(job, _)| job.number).collect()
}

#[cfg(test)]
fn job(runs: usize) -> JobCommand {
    JobCommand {
        program: "/opt/overfit-lab".into(),
        store: "/shared/all runs".into(),
        sweep: "/shared/S".into(),
        runs,
    }
}
