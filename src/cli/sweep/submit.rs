//! `sweep submit`: the runs of a sweep given to Slurm, or to GNU parallel on several machines.

use super::{Ending, read};
use crate::cli::UsageError;
use crate::cli::args::{StoreArgs, SubmitSweepArgs};
use crate::disk;
use crate::lab::format;
use crate::lab::store::{read_bounded_text, write_atomically};
use crate::lab::sweep::{
    Again, JobCommand, ParallelLine, SlurmArray, SlurmScript, Standing, Sweep, has_hosts, is_stale,
    left, sweep_file,
};
use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn run(args: &SubmitSweepArgs, store: &StoreArgs) -> Result<Ending> {
    let (sweep, standing) = read(&args.sweep, store)?;
    let job = JobCommand {
        program: match &args.program {
            Some(program) => absolute(program)?,
            None => std::env::current_exe().context("can't find this program's own file")?,
        },
        store: absolute(store.open()?.folder())?,
        sweep: folder_of(&args.sweep)?,
        runs: sweep.count(),
    };
    if standing.finished() == standing.planned() && !args.dry_run {
        println!(
            "All {} runs are finished; nothing is left to start.",
            format::whole(standing.planned())
        );
        return Ok(Ending::Done);
    }
    match &args.parallel {
        Some(hosts) => parallel(args, store, job, hosts, &standing),
        None => slurm(args, store, job, &sweep, &standing),
    }
}

/// The whole path of the folder that a sweep's file lies in.
fn folder_of(sweep: &Path) -> Result<PathBuf> {
    let file = absolute(&sweep_file(sweep))?;
    Ok(file.parent().unwrap_or(Path::new("/")).to_path_buf())
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("can't find {}", path.display()))
}

/// The name of the script within the sweep's folder.
const SCRIPT: &str = "sweep.sbatch";

fn slurm(
    args: &SubmitSweepArgs,
    store: &StoreArgs,
    job: JobCommand,
    sweep: &Sweep,
    standing: &Standing,
) -> Result<Ending> {
    let path = job.sweep.join(SCRIPT);
    let array = SlurmArray {
        job,
        name: sweep.name().to_owned(),
        tasks: args.array,
        at_once: args.at_once,
        time: args.time.clone(),
    };
    let is_changed = write_script(&path, &array, args.force)?;
    // Slurm makes no folder for what tasks print, and a task without one fails.
    let output = array.output();
    disk::create_folders(&output)
        .with_context(|| format!("can't make the folder {}", output.display()))?;
    let left = left(standing);
    // What a person has written into the script holds for all runs.
    let only = array
        .only(&left)
        .filter(|_| !is_changed && left.len() < standing.planned() && !left.is_empty());
    if let Some(only) = &only {
        println!(
            "{} of {} runs are left: sbatch gets {only}.",
            format::whole(left.len()),
            format::whole(standing.planned())
        );
    }
    if args.dry_run {
        let mut words = vec!["sbatch".to_owned()];
        words.extend(only);
        words.extend(args.sbatch.iter().cloned());
        words.push(path.display().to_string());
        println!("Submit it with: {}", words.join(" "));
        return Ok(Ending::Done);
    }
    submit(&path, only, &args.sbatch)?;
    println!(
        "Look at it with: overfit-lab sweep status {}{}, or squeue",
        format::shell_path(&args.sweep),
        store.in_words()
    );
    Ok(Ending::Done)
}

/// Writes the script where nobody has changed it. Says whether somebody has, and it stays as it is.
fn write_script(path: &Path, array: &SlurmArray, force: bool) -> Result<bool> {
    let found = std::fs::read_to_string(path).ok();
    match SlurmScript::of(found.as_deref(), array) {
        SlurmScript::Same => println!("Found: {}", path.display()),
        SlurmScript::Changed if !force => {
            println!(
                "{} was changed by hand and is submitted as it is; --force writes it anew.",
                path.display()
            );
            return Ok(true);
        }
        SlurmScript::ChangedForOther if !force => bail!(
            "{} was changed by hand, and it was written for another plan, another folder of runs, or other \
             options than these; make the same change in it and submit it with sbatch, or write it anew with \
             --force",
            path.display()
        ),
        SlurmScript::Untouched | SlurmScript::Changed | SlurmScript::ChangedForOther => {
            write_atomically(path, array.script().as_bytes())?;
            println!("Written: {}", path.display());
        }
    }
    Ok(false)
}

/// Gives a script to Slurm.
fn submit(path: &Path, only: Option<String>, options: &[String]) -> Result<()> {
    let output = Command::new("sbatch")
        .args(only)
        .args(options)
        .arg(path)
        .output()
        .map_err(|err| missing("sbatch", &err, "sign in to the cluster's login node, or write the script alone (--dry-run) and submit it there"))?;
    if !output.status.success() {
        let said = said(&output);
        let has_no_slurm = NO_SLURM.iter().any(|sign| said.contains(sign));
        let mend = if has_no_slurm {
            "no Slurm answers this machine: sign in to the cluster's login node, where sinfo lists its partitions, and \
             submit there"
                .to_owned()
        } else {
            format!("change {} and submit again", path.display())
        };
        bail!("sbatch took nothing ({said}); {mend}");
    }
    println!("{}", String::from_utf8_lossy(&output.stdout).trim());
    Ok(())
}

/// What sbatch says where it finds no Slurm to submit to.
const NO_SLURM: [&str; 3] = [
    "establish a configuration source",
    "contact slurm controller",
    "Connection refused",
];

fn parallel(
    args: &SubmitSweepArgs,
    store: &StoreArgs,
    job: JobCommand,
    hosts: &Path,
    standing: &Standing,
) -> Result<Ending> {
    let Ok(text) = read_bounded_text(hosts, HOSTS_LIMIT) else {
        let message = format!(
            "there is no file of hosts {}; write one, a host a line, such as 4/alice@lab-pc7 for four \
             runs at once there, and : for this machine",
            hosts.display()
        );
        return Err(UsageError(message).into());
    };
    if !has_hosts(&text) {
        let message = format!(
            "the file of hosts {} names no host; write one a line, such as 4/alice@lab-pc7, and : for this \
             machine",
            hosts.display()
        );
        return Err(UsageError(message).into());
    }
    let line = ParallelLine {
        job,
        again: Again::with_hosts(&text),
        hosts: absolute(hosts)?,
    };
    println!("{}", line.line());
    if args.dry_run {
        return Ok(Ending::Done);
    }
    ask_hosts(&line)?;
    forget_stale_log(&line, standing)?;
    let status = shell(&line.line())
        .status()
        .map_err(|err| missing("parallel", &err, MEND_PARALLEL))?;
    let (_, after) = read(&args.sweep, store)?;
    let unfinished = after.planned() - after.finished();
    if status.success() && unfinished == 0 {
        return Ok(Ending::Done);
    }
    bail!(
        "{} of {} runs aren't finished; overfit-lab sweep status {}{} says which, {} how their jobs ended, and the \
         same command goes on",
        format::whole(unfinished),
        format::whole(after.planned()),
        format::shell_path(&args.sweep),
        store.in_words(),
        line.joblog().display()
    )
}

/// Removes the log of an earlier start that would keep runs from being started.
fn forget_stale_log(line: &ParallelLine, standing: &Standing) -> Result<()> {
    let log = line.joblog();
    let Ok(text) = read_bounded_text(&log, LOG_LIMIT) else {
        return Ok(());
    };
    if is_stale(&text, standing) {
        disk::remove_file(&log).with_context(|| format!("can't remove {}", log.display()))?;
        println!(
            "{} is begun anew: it says that runs have ended which aren't finished in this folder of runs.",
            log.display()
        );
    }
    Ok(())
}

/// The most bytes of the log of the jobs of the largest sweep.
const LOG_LIMIT: u64 = 64 << 20;

/// The most bytes of a file of hosts.
const HOSTS_LIMIT: u64 = 1 << 20;

/// Where it comes from that parallel isn't there.
const MEND_PARALLEL: &str = "install GNU parallel (package parallel)";

/// Asks each host whether it can be reached and has the program, before anything is started.
fn ask_hosts(line: &ParallelLine) -> Result<()> {
    let output = shell(&line.check())
        .output()
        .map_err(|err| missing("parallel", &err, MEND_PARALLEL))?;
    if output.status.success() {
        return Ok(());
    }
    if output.status.code() == Some(127) {
        bail!("parallel isn't found on this machine; {MEND_PARALLEL}");
    }
    bail!(
        "a host of {} doesn't answer, or has no program {}: {}; try it with ssh by hand, mend it, or \
         take its line out",
        line.hosts.display(),
        line.job.program.display(),
        said(&output)
    )
}

/// What a program said of its failure, in one line.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.split(['\n', '\r']).map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty())
        .take(SAID_LINES)
        .collect();
    match (lines.is_empty(), output.status.code()) {
        (false, _) => lines.join("; "),
        (true, Some(code)) => format!("it ended with exit code {code} and said nothing"),
        (true, None) => "it was killed".into(),
    }
}

/// How many lines of what a program said are repeated.
const SAID_LINES: usize = 6;

fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(line);
    command
}

fn missing(program: &str, err: &std::io::Error, mend: &str) -> anyhow::Error {
    if err.kind() == ErrorKind::NotFound {
        anyhow::anyhow!("{program} isn't found on this machine; {mend}")
    } else {
        anyhow::anyhow!("{program} can't be started: {err}; {mend}")
    }
}
