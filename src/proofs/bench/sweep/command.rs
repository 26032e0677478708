//! This program, started once more to do something with a sweep.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a process is asked for its memory.
const LOOK: Duration = Duration::from_millis(15);

/// What came of a command.
pub struct Ended {
    /// What it printed on standard output.
    pub output: String,
    /// Seconds from its start to its end.
    pub seconds: f64,
    /// The most memory that it took, in bytes, where the system tells.
    pub peak: Option<f64>,
}

/// Runs a command of this program to its end.
///
/// # Errors
/// Where it can't be started, or fails.
pub fn run<S: AsRef<OsStr>>(arguments: &[S], folder: &Path) -> Result<Ended> {
    let program = std::env::current_exe().context("can't find this program")?;
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("can't start the command")?;
    let mut stdout = child.stdout.take().context("the command has no output")?;
    let reader = std::thread::Builder::new()
        .name("command's words".into())
        .spawn(move || {
            let mut output = String::new();
            stdout.read_to_string(&mut output).map(|_| output)
        })
        .context("can't start the thread that listens to the command")?;
    let mut peak = None;
    let status = loop {
        peak = peak_memory(child.id()).or(peak);
        match child.try_wait().context("the command doesn't end")? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    let output = reader.join();
    if !status.success() {
        let words: Vec<_> = arguments
            .iter()
            .map(|it| it.as_ref().to_string_lossy())
            .collect();
        bail!("the command ended with {status}: {}", words.join(" "));
    }
    let output = output.ok().context("the command's output is lost")?;
    Ok(Ended {
        output: output.context("can't read the command's output")?,
        seconds,
        peak,
    })
}

/// The most memory that a process has taken so far, in bytes, as Linux tells it.
fn peak_memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}
