//! What GNU parallel is told: one line, which a person may start by hand as well.

use super::JobCommand;
use crate::lab::format::{shell_path, shell_word};
use crate::lab::sweep::{JobState, Standing};
use std::path::PathBuf;

/// The line that starts a sweep's runs by GNU parallel over ssh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParallelLine {
    /// How a run is started.
    pub job: JobCommand,
    /// The file of the hosts, a line each, as GNU parallel's `--sshloginfile` has it.
    pub hosts: PathBuf,
    /// How the line goes on where it is started again.
    pub again: Again,
}

/// How a line of GNU parallel goes on where it is started again. Either way no run is trained twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// By the log of the jobs: those that ended well aren't started.
    ByLog,
    /// By the runs: each job is started and finds its run finished. GNU parallel can't read its own log
    /// where a host is written as a whole ssh command with options.
    ByRuns,
}

impl Again {
    /// How a line for the hosts of this text goes on.
    pub fn with_hosts(text: &str) -> Self {
        if hosts(text).any(|host| host.contains(char::is_whitespace)) {
            Self::ByRuns
        } else {
            Self::ByLog
        }
    }
}

impl ParallelLine {
    /// The file in which parallel notes which runs have ended.
    pub fn joblog(&self) -> PathBuf {
        self.job.sweep.join("parallel.joblog")
    }

    /// The line that asks each host for a sign of life.
    pub fn check(&self) -> String {
        format!(
            "parallel --nonall --tag --timeout 30 --sshloginfile {} test -x {}",
            shell_path(&self.hosts),
            shell_path(&self.job.program)
        )
    }

    /// The line for a shell. It may be stopped and started again: runs that have ended well are left
    /// out, and others go on.
    pub fn line(&self) -> String {
        let runs = self.job.runs;
        // The hosts' shells read the quotes of the command once more.
        let command = self.job.line("1", "{}");
        let again = match self.again {
            Again::ByLog => " --resume-failed",
            Again::ByRuns => "",
        };
        format!(
            "seq 1 {runs} | parallel --sshloginfile {} --sshdelay 0.2 --joblog {}{again} {}",
            shell_path(&self.hosts),
            shell_path(&self.joblog()),
            shell_word(&command),
        )
    }
}

/// Whether the log of an earlier start says of a run that it ended well, where its folder says otherwise: the sweep
/// was planned anew, another folder of runs is used, or runs were deleted. The log would keep these runs from being
/// started.
pub fn is_stale(log: &str, standing: &Standing) -> bool {
    // The columns are Seq, Host, Starttime, JobRuntime, Send, Receive, Exitval, Signal and Command.
    let mut ended_well = log.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let number: usize = columns.first()?.parse().ok()?;
        (columns.get(6..8)? == ["0", "0"]).then_some(number)
    });
    ended_well.any(|number| {
        let run = standing.runs.iter().find(|(job, _)| job.number == number);
        !matches!(run, Some((_, JobState::Finished { .. })))
    })
}

/// Whether a file of hosts names one.
pub fn has_hosts(text: &str) -> bool {
    hosts(text).next().is_some()
}

fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::super::job;
    use super::*;

    #[test]
    fn a_line_of_parallel_is_quoted_for_both_shells() {
        let line = ParallelLine {
            job: job(12),
            hosts: "hosts.txt".into(),
            again: Again::with_hosts("# the lab\n4/alice@pc7\n:\n"),
        };
        let text = line.line();
        assert!(text.contains(" --resume-failed "), "{text}");
        assert_eq!(Again::with_hosts("4/ssh -p 2222 pc7"), Again::ByRuns);
        assert!(
            text.starts_with("seq 1 12 | parallel --sshloginfile hosts.txt"),
            "{text}"
        );
        // What the hosts' shells read is one word of the line.
        let words = shlex::split(&text).unwrap();
        let last = words.last().unwrap();
        let inner = shlex::split(last).unwrap();
        assert_eq!(inner[0], "/opt/overfit-lab");
        assert!(inner.contains(&"/shared/all runs".to_owned()), "{inner:?}");
        assert_eq!(inner.last().unwrap(), "{}");
    }

    #[test]
    fn a_file_of_hosts_names_one() {
        assert!(has_hosts("# the lab\n:\n"));
        assert!(!has_hosts("# the lab\n\n"));
    }

    #[test]
    fn a_log_that_knows_more_than_the_store_is_stale() {
        let head = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
        let standing = Standing { runs: Vec::new() };
        assert!(!is_stale(head, &standing));
        let failed =
            format!("{head}1\t:\t1.0\t0.5\t0\t0\t75\t0\tx\n2\t:\t1.0\t0.5\t0\t0\t0\t9\tx\n");
        assert!(!is_stale(&failed, &standing));
        let ended = format!("{failed}3\t:\t1.0\t0.5\t0\t0\t0\t0\tx\n");
        assert!(is_stale(&ended, &standing));
    }
}
