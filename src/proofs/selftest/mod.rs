//! The command `selftest`: hostile files in large numbers, each kind in a process of its own, so that
//! nothing that an input does goes unseen.

mod args;
pub mod kills;
pub mod soak;
pub mod sweep;

pub(in crate::proofs) use args::SELFTEST_HELP;
pub use args::SelftestArgs;

use super::hostile::{Budget, Finding, Tally, Target, all_targets, hammer, make_inputs};
use crate::cli::Ending;
use crate::experiment::shortened;
use crate::lab::format::whole;
use anyhow::{Context, Result, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Inputs of each kind unless told otherwise.
const USUAL_INPUTS: u64 = 10_000;
/// Inputs between two lines in which a worker says how far it is.
const EVERY: u64 = 64;
/// A worker also says so after this time, since a busy machine may take long for as many inputs: only an
/// input that takes long by itself is a silence.
const OFTEN: Duration = Duration::from_secs(2);
/// A worker that says nothing for so long hangs.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of address space that a worker may have, where the system has a way to say so.
const MEMORY: u64 = 1_500_000_000;
/// Findings of a kind of file after which the next kind is tried.
const MOST_FINDINGS: usize = 20;
/// The file that holds the input in work.
const INPUT: &str = "input";

/// Tries inputs, kills runs or trains for an hour, as the arguments say, and prints what came of it.
pub(super) fn run(args: &SelftestArgs) -> Result<Ending> {
    if let Some(count) = args.kills {
        return kills::command::run(count, args.seed);
    }
    if let Some(count) = args.sweep {
        return sweep::command::run(count, args.seed);
    }
    if let Some(time) = args.soak {
        return soak::command::run(time);
    }
    let targets = chosen(&args.kinds);
    if let Some(folder) = &args.write_seeds {
        write_seeds(&targets, folder, args.seed)?;
        return Ok(Ending::Done);
    }
    if args.worker {
        for target in &targets {
            work(target, args)?;
        }
        return Ok(Ending::Done);
    }
    let mut found = 0;
    let mut total = 0;
    for target in &targets {
        let start = Instant::now();
        let (tally, findings) = watch(target, args)?;
        println!(
            "{:<12}{:>12} inputs  {:>12} read  {:>7.0}/s  {:>3} findings",
            target.name,
            whole(tally.tried as usize),
            whole(tally.read as usize),
            tally.tried as f64 / start.elapsed().as_secs_f64().max(1e-3),
            findings
        );
        total += tally.tried;
        found += findings;
    }
    println!("{} inputs, {found} findings", whole(total as usize));
    if found > 0 {
        bail!(
            "the inputs that broke something are in {}",
            args.findings.display()
        );
    }
    Ok(Ending::Done)
}

/// The kinds of files that were asked for, or all.
fn chosen(names: &[String]) -> Vec<Target> {
    all_targets()
        .filter(|target| names.is_empty() || names.iter().any(|name| name == target.name))
        .collect()
}

fn budget(args: &SelftestArgs) -> Budget {
    match (args.seconds, args.inputs) {
        (Some(seconds), _) => Budget::Time(Duration::from_secs(seconds)),
        (None, inputs) => Budget::Inputs(inputs.unwrap_or(USUAL_INPUTS)),
    }
}

/// A folder for files that last as long as an input is tried: one in memory, where the system has
/// such.
fn scratch() -> Result<tempfile::TempDir> {
    let builder = || tempfile::Builder::new().prefix("overfit-lab-").to_owned();
    builder()
        .tempdir_in("/dev/shm")
        .or_else(|_| builder().tempdir())
        .context("can't make a folder for the inputs")
}

/// Does a worker's part: tries inputs and says how far it is.
fn work(target: &Target, args: &SelftestArgs) -> Result<()> {
    // The input in work lies in the parent's folder, or in one of this process.
    let own = scratch()?;
    let folder = std::env::current_dir()
        .ok()
        .filter(|it| it.join(INPUT).exists());
    let folder = folder.unwrap_or_else(|| own.path().to_path_buf());
    // A panic is told by the finding, so that it needn't be printed.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut told, mut since) = (0, Instant::now());
    let before = |number: u64, bytes: &[u8]| {
        if std::fs::write(folder.join(INPUT), bytes).is_err() {
            return ControlFlow::Break(());
        }
        if number >= told + EVERY || since.elapsed() >= OFTEN {
            (told, since) = (number, Instant::now());
            println!("at {number}");
        }
        ControlFlow::Continue(())
    };
    match hammer(
        target,
        args.seed,
        args.first,
        budget(args),
        own.path(),
        before,
    ) {
        Ok(Tally { tried, read }) => println!("done {tried} {read}"),
        Err(Finding {
            number, message, ..
        }) => {
            let message = shortened(&message.replace('\n', " "));
            println!("found {number} {message}");
        }
    }
    Ok(())
}

/// Lets workers try a kind until the budget is spent: after a finding, a new one goes on.
fn watch(target: &Target, args: &SelftestArgs) -> Result<(Tally, usize)> {
    let folder = scratch()?;
    std::fs::write(folder.path().join(INPUT), "").context("can't write the input")?;
    let mut sum = Tally::default();
    let mut findings = 0;
    let start = Instant::now();
    loop {
        let left = match budget(args) {
            Budget::Inputs(count) => Budget::Inputs(count.saturating_sub(sum.tried)),
            Budget::Time(time) => Budget::Time(time.saturating_sub(start.elapsed())),
        };
        if matches!(left, Budget::Inputs(0) | Budget::Time(Duration::ZERO))
            || findings >= MOST_FINDINGS
        {
            return Ok((sum, findings));
        }
        let (tally, finding) = watch_once(target, args, left, sum.tried, folder.path())?;
        sum.tried += tally.tried;
        sum.read += tally.read;
        match finding {
            None => return Ok((sum, findings)),
            Some(message) => {
                findings += 1;
                let kept = keep(folder.path(), &args.findings, target, sum.tried)?;
                println!("{:<12}{message}: {}", target.name, kept.display());
            }
        }
    }
}

/// Keeps the input in work among the findings.
fn keep(folder: &Path, findings: &Path, target: &Target, number: u64) -> Result<PathBuf> {
    std::fs::create_dir_all(findings).context("can't make the folder of findings")?;
    let kept = findings.join(format!("{}-{number}", target.name));
    std::fs::copy(folder.join(INPUT), &kept).context("can't keep the finding")?;
    Ok(kept)
}

/// Lets one worker try inputs. Gives what it tried, and how an input ended it, if one did.
fn watch_once(
    target: &Target,
    args: &SelftestArgs,
    left: Budget,
    first: u64,
    folder: &Path,
) -> Result<(Tally, Option<String>)> {
    let mut child = start(target, args, left, first, folder)?;
    let lines = lines_of(&mut child)?;
    let mut tally = Tally::default();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let mut words = line.splitn(3, ' ');
                let word = words.next().unwrap_or_default();
                let number = words.next().and_then(|text| text.parse::<u64>().ok());
                let rest = words.next().unwrap_or_default();
                match (word, number) {
                    ("at", Some(number)) => tally.tried = number.saturating_sub(first),
                    ("done", Some(tried)) => {
                        child.wait().context("a worker doesn't end")?;
                        let read = rest.parse().unwrap_or(0);
                        return Ok((Tally { tried, read }, None));
                    }
                    ("found", Some(number)) => {
                        child.wait().context("a worker doesn't end")?;
                        tally.tried = number + 1 - first;
                        return Ok((tally, Some(format!("broke a property: {rest}"))));
                    }
                    _ => {}
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                // A worker that has ended by itself just now can't be killed, and needn't be.
                let _ = child.kill();
                child.wait().context("a worker doesn't end")?;
                tally.tried += EVERY;
                let seconds = PATIENCE.as_secs();
                return Ok((tally, Some(format!("no answer within {seconds} seconds"))));
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = child.wait().context("a worker doesn't end")?;
                tally.tried += EVERY;
                return Ok((tally, Some(format!("ended the program ({status})"))));
            }
        }
    }
}

fn start(
    target: &Target,
    args: &SelftestArgs,
    left: Budget,
    first: u64,
    folder: &Path,
) -> Result<Child> {
    let program = std::env::current_exe().context("can't find this program")?;
    let limiter = Path::new("/usr/bin/prlimit");
    let mut command = if limiter.exists() {
        let mut command = Command::new(limiter);
        command.arg(format!("--as={MEMORY}")).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(["selftest", target.name, "--worker"]);
    command.args([
        "--seed",
        &args.seed.to_string(),
        "--first",
        &first.to_string(),
    ]);
    match left {
        Budget::Inputs(count) => command.args(["--inputs", &count.to_string()]),
        Budget::Time(time) => command.args(["--seconds", &time.as_secs().max(1).to_string()]),
    };
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("can't start a worker")
}

/// Reads what a worker says, line by line, on a thread of its own.
fn lines_of(child: &mut Child) -> Result<Receiver<String>> {
    let output = child.stdout.take().context("a worker has no output")?;
    let (sender, lines) = bounded(64);
    std::thread::Builder::new()
        .name("worker's words".into())
        .spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        })
        .context("can't start the thread that listens to a worker")?;
    Ok(lines)
}

/// Writes good files for other fuzzers, and as many mutations.
fn write_seeds(targets: &[Target], folder: &Path, seed: u64) -> Result<()> {
    for target in targets {
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder).context("can't make the folder of seeds")?;
        let count = (target.seeds)().len() as u64;
        for (number, bytes) in make_inputs(target, seed, count).iter().enumerate() {
            let path = folder.join(format!("seed-{number}"));
            let mut file = std::fs::File::create(&path).context("can't write a seed")?;
            file.write_all(bytes).context("can't write a seed")?;
        }
    }
    Ok(())
}
