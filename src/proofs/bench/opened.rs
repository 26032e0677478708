//! Figures of the real window on the present display. This program is started once more and told to
//! rehearse, and what it says is heard.

use super::error::BenchError;
use super::frames::{MANY_RUNS, make_store};
use crate::app::has_display;
use crate::proofs::rehearsal::{FIRST_FRAME, PEAK_MEMORY, RUNS_SHOWN, Rehearsal};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
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
    /// The time of the slowest start.
    pub slowest: Duration,
}

impl StartFigures {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self {
            median: times[STARTS / 2],
            slowest: times[STARTS - 1],
        }
    }
}

/// Opens the window five times.
///
/// # Errors
/// Where there is no display, or the window doesn't open on it.
pub fn start() -> Result<StartFigures, BenchError> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    let times = (0..STARTS)
        .map(|_| rehearse(Rehearsal::FirstFrame, &runs, [FIRST_FRAME]))
        .map(|heard| heard.map(|[(time, _)]| time))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(StartFigures::of(times))
}

/// Opens a window whose store holds many runs, five times. Gives the times to the first frame, and
/// until all runs stand in the table.
///
/// # Errors
/// The same as for [`start`].
pub fn start_with_runs() -> Result<[StartFigures; 2], BenchError> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    make_store(&runs)?;
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let [(frame, _), (shown, count)] =
            rehearse(Rehearsal::Runs, &runs, [FIRST_FRAME, RUNS_SHOWN])?;
        if count != MANY_RUNS.to_string() {
            return Err(BenchError::RunsShown(count));
        }
        first.push(frame);
        all.push(shown);
    }
    Ok([StartFigures::of(first), StartFigures::of(all)])
}

/// Peak memory in bytes of the window that trains the default network while every tab is seen.
///
/// # Errors
/// The same as for [`start`], and where the system doesn't tell how much memory a process takes.
pub fn memory() -> Result<usize, BenchError> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    let [(_, bytes)] = rehearse(Rehearsal::Training, &runs, [PEAK_MEMORY])?;
    match bytes.parse() {
        Ok(0) | Err(_) => Err(BenchError::MemoryUntold),
        Ok(bytes) => Ok(bytes),
    }
}

fn scratch() -> Result<tempfile::TempDir, BenchError> {
    tempfile::tempdir().map_err(BenchError::NoFolder)
}

/// Lets the window rehearse with the runs in a folder, and a memory of its own. `awaited` are the
/// beginnings of lines. Gives for each the time from the start of the process to the line, and the rest
/// of the line.
fn rehearse<const N: usize>(
    rehearsal: Rehearsal,
    runs: &Path,
    awaited: [&str; N],
) -> Result<[(Duration, String); N], BenchError> {
    if !has_display() {
        return Err(BenchError::NoDisplay);
    }
    let folder = scratch()?;
    let program = std::env::current_exe().map_err(BenchError::CantOpen)?;
    let log_path = folder.path().join("log");
    let log = std::fs::File::create(&log_path).map_err(BenchError::CantOpen)?;
    let own_digits = folder.path().join("own-digits");
    let start = Instant::now();
    let mut window = Command::new(program)
        .args(["--rehearse", rehearsal.name()])
        .args([OsStr::new("--runs-dir"), runs.as_os_str()])
        .args([OsStr::new("--own-digits"), own_digits.as_os_str()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(BenchError::CantOpen)?;
    let mut heard = awaited.map(|_| None);
    if let Some(output) = window.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            for (heard, awaited) in heard.iter_mut().zip(awaited) {
                if let Some(rest) = line.strip_prefix(awaited) {
                    heard.get_or_insert((start.elapsed(), rest.to_owned()));
                }
            }
        }
    }
    let status = window.wait().map_err(BenchError::CantOpen)?;
    if status.success() && heard.iter().all(Option::is_some) {
        return Ok(heard.map(Option::unwrap_or_default));
    }
    let log = std::fs::read_to_string(log_path).unwrap_or_default();
    let last = log.lines().last().unwrap_or("no reason given");
    Err(BenchError::WindowEnded {
        status,
        last: last.to_owned(),
    })
}
