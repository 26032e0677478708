//! Sweeps on other machines: what the engines that people have there are told. Slurm's job arrays and
//! GNU parallel decide who starts which run when; each run is `sweep job`, which may be started any
//! number of times.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

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
            quoted(&self.program),
            quoted(&self.store),
            quoted(&self.sweep)
        )
    }
}

/// A job array of Slurm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlurmArray {
    /// How a run is started.
    pub job: JobCommand,
    /// The name that the queue shows.
    pub name: String,
    /// The most tasks of the array. Where the sweep has more runs, each task trains several.
    pub tasks: usize,
    /// How many tasks may run at once; none where the cluster decides.
    pub at_once: Option<usize>,
    /// The longest time that a task takes, as Slurm has it; none for the cluster's usual one.
    pub time: Option<String>,
}

impl SlurmArray {
    /// The script for `sbatch`.
    pub fn script(&self) -> String {
        let runs = &self.job.runs;
        let tasks = self.tasks.clamp(1, *runs);
        let at_once = self
            .at_once
            .map_or_else(String::new, |at_once| format!("%{at_once}"));
        let time = self
            .time
            .as_ref()
            .map_or_else(String::new, |time| format!("#SBATCH --time={time}\n"));
        let stride = if tasks < *runs {
            format!(" --stride {tasks}")
        } else {
            String::new()
        };
        let output = self.job.sweep.join("slurm-%A_%a.out");
        let command = self
            .job
            .line("\"${SLURM_CPUS_PER_TASK:-1}\"", "\"$SLURM_ARRAY_TASK_ID\"");
        format!(
            "#!/bin/bash\n\
             # The runs of a sweep as a job array of Slurm, written by overfit-lab sweep submit.\n\
             # A run that is killed or preempted goes on where it was when it is started again, so\n\
             # that this script may be submitted as often as you like. Change what your cluster needs:\n\
             # partition, account, memory, time.\n\
             #SBATCH --job-name={name}\n\
             #SBATCH --array=1-{tasks}{at_once}\n\
             #SBATCH --requeue\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --cpus-per-task=1\n\
             #SBATCH --mem=600M\n\
             {time}#SBATCH --output={output}\n\
             \n\
             exec {command}{stride}\n",
            name = word(&self.name),
            output = quoted(&output),
        )
    }
}

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
        let lines = text.lines().map(str::trim);
        let mut hosts = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        if hosts.any(|host| host.contains(char::is_whitespace)) {
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
            quoted(&self.hosts),
            quoted(&self.job.program)
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
            quoted(&self.hosts),
            quoted(&self.joblog()),
            quote_text(&command),
        )
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    quote_text(&path.display().to_string())
}

/// A text as one word of a shell.
pub(super) fn quote_text(text: &str) -> String {
    // Quoting fails for a zero byte alone, which no path has.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// A name as a word of letters, digits and dashes.
fn word(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let word: String = name
        .chars()
        .map(|char| if plain(char) { char } else { '-' })
        .collect();
    if word.is_empty() {
        "sweep".into()
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(runs: usize) -> JobCommand {
        JobCommand {
            program: "/opt/overfit-lab".into(),
            store: "/shared/all runs".into(),
            sweep: "/shared/S".into(),
            runs,
        }
    }

    #[test]
    fn a_script_has_a_task_a_run_or_takes_strides() {
        let mut array = SlurmArray {
            job: job(60),
            name: "does dropout help?".into(),
            tasks: 1000,
            at_once: Some(8),
            time: Some("2:00:00".into()),
        };
        let script = array.script();
        for part in [
            "--job-name=does-dropout-help-",
            "--array=1-60%8\n",
            "--requeue",
            "--time=2:00:00\n",
            "--runs-dir '/shared/all runs'",
            "sweep job /shared/S \"$SLURM_ARRAY_TASK_ID\"\n",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
        array.job.runs = 5_000;
        array.at_once = None;
        let script = array.script();
        assert!(script.contains("--array=1-1000\n"), "{script}");
        assert!(script.contains("--stride 1000\n"), "{script}");
    }

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
}
