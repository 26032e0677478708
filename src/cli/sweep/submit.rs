//! `sweep submit`: the runs of a sweep given to Slurm, or to GNU parallel on several machines.

use super::Ending;
use crate::cli::UsageError;
use crate::cli::args::{StoreArgs, SubmitSweepArgs};
use crate::lab::store::{read_bounded_text, write_atomically};
use crate::lab::sweep::{Again, JobCommand, ParallelLine, SlurmArray, Sweep, sweep_file};
use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn run(args: &SubmitSweepArgs, store: &StoreArgs) -> Result<Ending> {
    let sweep = Sweep::read(&args.sweep)?;
    let job = JobCommand {
        program: match &args.program {
            Some(program) => absolute(program)?,
            None => std::env::current_exe().context("can't find this program's own file")?,
        },
        store: absolute(store.open()?.folder())?,
        sweep: folder_of(&args.sweep)?,
        runs: sweep.count(),
    };
    match &args.parallel {
        Some(hosts) => parallel(args, job, hosts),
        None => slurm(args, job, &sweep),
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

fn slurm(args: &SubmitSweepArgs, job: JobCommand, sweep: &Sweep) -> Result<Ending> {
    let path = job.sweep.join(SCRIPT);
    let script = SlurmArray {
        job,
        name: sweep.name().to_owned(),
        tasks: args.array,
        at_once: args.at_once,
        time: args.time.clone(),
    }
    .script();
    match std::fs::read_to_string(&path) {
        Ok(found) if found != script && !args.force => println!(
            "{} was changed and is submitted as it is; --force writes it anew.",
            path.display()
        ),
        Ok(found) if found == script => println!("Found: {}", path.display()),
        _ => {
            write_atomically(&path, script.as_bytes())?;
            println!("Written: {}", path.display());
        }
    }
    if args.dry_run {
        println!("Submit it with: sbatch {}", path.display());
        return Ok(Ending::Done);
    }
    let output = Command::new("sbatch")
        .args(&args.sbatch)
        .arg(&path)
        .output()
        .map_err(|err| missing("sbatch", &err, "sign in to the cluster's login node, or write the script alone (--dry-run) and submit it there"))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        bail!(
            "sbatch refused the script ({why}); change {} and submit again",
            path.display()
        );
    }
    println!("{said}");
    println!(
        "Look at it with: overfit-lab sweep status {}, or squeue",
        args.sweep.display()
    );
    Ok(Ending::Done)
}

fn parallel(args: &SubmitSweepArgs, job: JobCommand, hosts: &Path) -> Result<Ending> {
    let Ok(text) = read_bounded_text(hosts, HOSTS_LIMIT) else {
        let message = format!(
            "there is no file of hosts {}; write one, a host a line, such as 4/alice@lab-pc7 for four \
             runs at once there, and : for this machine",
            hosts.display()
        );
        return Err(UsageError(message).into());
    };
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
    let status = shell(&line.line())
        .status()
        .map_err(|err| missing("parallel", &err, MEND_PARALLEL))?;
    if status.success() {
        return Ok(Ending::Done);
    }
    bail!(
        "not all runs have ended well; {} says which, overfit-lab sweep status why, and the same command \
         goes on",
        line.joblog().display()
    )
}

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
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.code() == Some(127) {
        bail!("parallel isn't found on this machine; {MEND_PARALLEL}");
    }
    bail!(
        "a host of {} doesn't answer, or has no program {}: {said}; try it with ssh by hand, mend it, or \
         take its line out",
        line.hosts.display(),
        line.job.program.display()
    )
}

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
