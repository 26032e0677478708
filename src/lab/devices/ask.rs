//! The parent's side of a child process: what it says is passed on as it comes, how it ended is
//! told apart, and it never outlives the question.

use super::child::Said;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Lines that may wait; the child says a handful.
const QUEUE: usize = 16;
/// How often it is looked whether anybody still waits for the answer.
const LOOK: Duration = Duration::from_millis(50);
/// A child that has said everything may take this long to end.
const ENDING: Duration = Duration::from_secs(5);
/// Bytes of its error output that the log gets.
const COMPLAINTS: usize = 2_000;

/// How a child ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself, well.
    Well,
    /// By a signal, or with an exit code: in words.
    Badly(String),
    /// By us, since it said nothing for so long.
    Silent(Duration),
    /// By us, since nobody waits any more.
    Cancelled,
}

/// Runs the program with these arguments until it ends or is silent for too long. `hear` gets
/// what it says.
///
/// # Errors
/// Where the system starts no process or no thread.
pub(super) fn ask(
    program: &Path,
    arguments: &[OsString],
    patience: Duration,
    is_cancelled: &dyn Fn() -> bool,
    hear: &mut dyn FnMut(Said),
) -> io::Result<End> {
    let mut child = Owned(command(program, arguments).spawn()?);
    let lines = read_lines(&mut child.0)?;
    let mut last_sign = Instant::now();
    loop {
        if is_cancelled() {
            return Ok(End::Cancelled);
        }
        match lines.recv_timeout(LOOK) {
            Ok(said) => {
                last_sign = Instant::now();
                hear(said);
            }
            Err(RecvTimeoutError::Timeout) if last_sign.elapsed() < patience => {}
            Err(RecvTimeoutError::Timeout) => return Ok(End::Silent(patience)),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let deadline = Instant::now() + ENDING.min(patience);
    loop {
        match child.0.try_wait()? {
            Some(status) if status.success() => return Ok(End::Well),
            Some(status) => return Ok(End::Badly(in_words(status))),
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            None => return Ok(End::Silent(patience)),
        }
    }
}

fn command(program: &Path, arguments: &[OsString]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Open as long as this process lives: the child ends with it.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        // CREATE_NO_WINDOW: no terminal flashes up.
        command.creation_flags(0x0800_0000);
    }
    command
}

/// Reads what the child says on a thread of its own; lines that aren't ours are a driver's.
fn read_lines(child: &mut Child) -> io::Result<Receiver<Said>> {
    let (sender, receiver) = bounded(QUEUE);
    if let Some(output) = child.stdout.take() {
        let read = move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Ok(said) = serde_json::from_str(&line)
                    && sender.send(said).is_err()
                {
                    break;
                }
            }
        };
        std::thread::Builder::new()
            .name("probe output".into())
            .spawn(read)?;
    }
    if let Some(complaints) = child.stderr.take() {
        std::thread::Builder::new()
            .name("probe complaints".into())
            .spawn(move || log_complaints(complaints))?;
    }
    Ok(receiver)
}

/// Takes what the child complains of, so that it never waits, and logs the beginning.
fn log_complaints(mut complaints: impl Read) {
    let mut kept = Vec::new();
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = complaints.read(&mut buffer) {
        if kept.len() < COMPLAINTS {
            kept.extend_from_slice(&buffer[..count]);
        }
    }
    if !kept.is_empty() {
        log::info!("from the probe: {}", String::from_utf8_lossy(&kept).trim());
    }
}

#[cfg(unix)]
fn in_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "no exit code".into(),
    }
}

#[cfg(not(unix))]
fn in_words(status: ExitStatus) -> String {
    match status.code() {
        // As Windows writes its exceptions: 0xC0000005.
        Some(code) if code < 0 => format!("exception {code:#X}"),
        Some(code) => format!("exit code {code}"),
        None => "no exit code".into(),
    }
}

/// A child that is ended when it is let go.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
