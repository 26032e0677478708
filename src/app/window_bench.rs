//! Figures of the real window on the present display: this program is started once more, told to
//! rehearse, and heard.

use super::rehearsal::{FIRST_FRAME, PEAK_MEMORY, Rehearsal};
use super::window::has_display;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starts that are timed.
const STARTS: usize = 5;

/// How long the window takes to open.
#[derive(Clone, Copy, Debug)]
pub struct StartFigures {
    /// From the start of the process to the first frame on the screen: half of the starts take
    /// less.
    pub median: Duration,
    /// The slowest.
    pub slowest: Duration,
}

/// Opens the window five times.
///
/// # Errors
/// Where there is no display, or the window doesn't open on it, in words.
pub fn start() -> Result<StartFigures, String> {
    let mut times = (0..STARTS)
        .map(|_| rehearse(Rehearsal::FirstFrame, FIRST_FRAME).map(|(time, _)| time))
        .collect::<Result<Vec<_>, _>>()?;
    times.sort();
    Ok(StartFigures {
        median: times[STARTS / 2],
        slowest: times[STARTS - 1],
    })
}

/// Peak memory in bytes of the window that trains the default network while every tab is seen.
///
/// # Errors
/// As [`start`]; where the system doesn't tell.
pub fn memory() -> Result<usize, String> {
    let (_, bytes) = rehearse(Rehearsal::Training, PEAK_MEMORY)?;
    match bytes.parse() {
        Ok(0) | Err(_) => Err("this system doesn't tell how much memory a process takes".into()),
        Ok(bytes) => Ok(bytes),
    }
}

/// Lets the window rehearse, with a store and a memory of its own. Gives the time from its start
/// to the line that begins so, and the line's rest.
fn rehearse(rehearsal: Rehearsal, awaited: &str) -> Result<(Duration, String), String> {
    if !has_display() {
        return Err("no display".into());
    }
    let text = |err: std::io::Error| format!("the window can't be started: {err}");
    let folder = tempfile::tempdir().map_err(text)?;
    let program = std::env::current_exe().map_err(text)?;
    let log_path = folder.path().join("log");
    let log = std::fs::File::create(&log_path).map_err(text)?;
    let start = Instant::now();
    let mut window = Command::new(program)
        .args(["--rehearse", rehearsal.name()])
        .arg("--runs-dir")
        .arg(folder.path().join("runs"))
        .arg("--own-digits")
        .arg(folder.path().join("own-digits"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(text)?;
    let mut heard = None;
    if let Some(output) = window.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix(awaited) {
                heard.get_or_insert((start.elapsed(), rest.to_owned()));
            }
        }
    }
    let status = window.wait().map_err(text)?;
    match heard {
        Some(heard) if status.success() => Ok(heard),
        _ => {
            let log = std::fs::read_to_string(log_path).unwrap_or_default();
            let last = log.lines().last().unwrap_or("no reason given");
            Err(format!("the window ended with {status}: {last}"))
        }
    }
}
