//! Figures of the real window on the present display. This program is started once more and told to
//! rehearse, and what it says is heard.

use super::error::BenchError;
use super::frames::{MANY_RUNS, make_store};
use crate::app::has_display;
use crate::lab::store::read_run;
use crate::proofs::rehearsal::{FIRST_FRAME, FRAMES_DRAWN, PEAK_MEMORY, RUNS_SHOWN, Rehearsal};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starts that are timed.
const STARTS: usize = 5;
/// Runs that are timed in the window, and as many by the command.
const TURNS: usize = 5;

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

/// How long the first run of the program takes.
#[derive(Clone, Copy, Debug)]
pub struct FirstLookFigures {
    /// Seconds that the epochs took by the command, the median.
    pub command: f64,
    /// Seconds that the epochs took in the window, the median.
    pub window: f64,
    /// The window's seconds by those of the command just before or after, the median.
    pub ratio: f64,
    /// Frames that the window drew in a second while the run trained.
    pub frames_per_second: f64,
}

/// Trains the preset First look by the command and in the window, in turn.
///
/// # Errors
/// The same as for [`start`], and where the command fails.
pub fn first_look() -> Result<FirstLookFigures, BenchError> {
    let (mut command, mut window) = (Vec::new(), Vec::new());
    let (mut ratios, mut frames) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let folder = scratch()?;
        let in_window = |frames: &mut Vec<f64>| {
            let runs = folder.path().join("window");
            let [(_, drawn)] = rehearse(Rehearsal::FirstLook, &runs, [FRAMES_DRAWN])?;
            let seconds = seconds_of(&runs)?;
            frames.push(drawn.parse::<f64>().unwrap_or_default() / seconds);
            Ok::<_, BenchError>(seconds)
        };
        // What comes first takes turns, too.
        let (by_command, by_window) = if turn % 2 == 0 {
            let first = by_command(&folder.path().join("command"))?;
            (first, in_window(&mut frames)?)
        } else {
            let first = in_window(&mut frames)?;
            (by_command(&folder.path().join("command"))?, first)
        };
        command.push(by_command);
        window.push(by_window);
        ratios.push(by_window / by_command);
    }
    Ok(FirstLookFigures {
        command: median(command),
        window: median(window),
        ratio: median(ratios),
        frames_per_second: median(frames),
    })
}

/// Trains the preset by the command. Gives the seconds that its epochs took.
fn by_command(runs: &Path) -> Result<f64, BenchError> {
    let program = std::env::current_exe().map_err(BenchError::CantOpen)?;
    let ended = Command::new(program)
        .args(["train", "--preset", "first-look", "--device", "cpu"])
        .args([OsStr::new("--runs-dir"), runs.as_os_str()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(BenchError::CantOpen)?;
    if !ended.success() {
        return Err(BenchError::Run(format!("the command ended with {ended}")));
    }
    seconds_of(runs)
}

/// The seconds that the epochs of the first run in a store took.
fn seconds_of(runs: &Path) -> Result<f64, BenchError> {
    let run = read_run(&runs.join("A1"))?;
    Ok(run.epochs_secs().max(f64::MIN_POSITIVE))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
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
