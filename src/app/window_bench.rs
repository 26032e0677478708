//! Figures of the real window on the present display: this program is started once more, told to
//! rehearse, and heard.

use super::frame_bench::{MANY_RUNS, make_store};
use super::rehearsal::{FIRST_FRAME, PEAK_MEMORY, RUNS_SHOWN, Rehearsal};
use super::window::has_display;
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
    /// The slowest.
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
/// Where there is no display, or the window doesn't open on it, in words.
pub fn start() -> Result<StartFigures, String> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    let times = (0..STARTS)
        .map(|_| rehearse(Rehearsal::FirstFrame, &runs, [FIRST_FRAME]))
        .map(|heard| heard.map(|[(time, _)]| time))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(StartFigures::of(times))
}

/// Opens a window whose store holds many runs, five times: to its first frame, and until all of
/// them stand in the table.
///
/// # Errors
/// As [`start`].
pub fn start_with_runs() -> Result<[StartFigures; 2], String> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    make_store(&runs)?;
    let (mut first, mut all) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let [(frame, _), (shown, count)] =
            rehearse(Rehearsal::Runs, &runs, [FIRST_FRAME, RUNS_SHOWN])?;
        if count != MANY_RUNS.to_string() {
            return Err(format!("{count} of {MANY_RUNS} runs were shown"));
        }
        first.push(frame);
        all.push(shown);
    }
    Ok([StartFigures::of(first), StartFigures::of(all)])
}

/// Peak memory in bytes of the window that trains the default network while every tab is seen.
///
/// # Errors
/// As [`start`]; where the system doesn't tell.
pub fn memory() -> Result<usize, String> {
    let folder = scratch()?;
    let runs = folder.path().join("runs");
    let [(_, bytes)] = rehearse(Rehearsal::Training, &runs, [PEAK_MEMORY])?;
    match bytes.parse() {
        Ok(0) | Err(_) => Err("this system doesn't tell how much memory a process takes".into()),
        Ok(bytes) => Ok(bytes),
    }
}

fn scratch() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(|err| format!("no folder for the window's files: {err}"))
}

/// Lets the window rehearse with the runs in a folder, and a memory of its own. Gives for each
/// line that is awaited, by its beginning, the time from its start, and the line's rest.
fn rehearse<const N: usize>(
    rehearsal: Rehearsal,
    runs: &Path,
    awaited: [&str; N],
) -> Result<[(Duration, String); N], String> {
    if !has_display() {
        return Err("no display".into());
    }
    let text = |err: std::io::Error| format!("the window can't be started: {err}");
    let folder = scratch()?;
    let program = std::env::current_exe().map_err(text)?;
    let log_path = folder.path().join("log");
    let log = std::fs::File::create(&log_path).map_err(text)?;
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
        .map_err(text)?;
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
    let status = window.wait().map_err(text)?;
    if status.success() && heard.iter().all(Option::is_some) {
        return Ok(heard.map(Option::unwrap_or_default));
    }
    let log = std::fs::read_to_string(log_path).unwrap_or_default();
    let last = log.lines().last().unwrap_or("no reason given");
    Err(format!("the window ended with {status}: {last}"))
}
