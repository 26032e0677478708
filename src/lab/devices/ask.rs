//! The parent's side of a child process. What the child says is passed on as it comes, the ways in
//! which it can end are told apart, and no child outlives the question.

use super::child::Said;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Lines of the child that may wait to be heard; a child says a handful.
const QUEUE: usize = 16;
/// The time between two looks whether anybody still waits for the answer.
const LOOK: Duration = Duration::from_millis(50);
/// A child that has said everything may take this long to end.
const ENDING: Duration = Duration::from_secs(5);
/// Bytes of the child's error output that the log gets.
const COMPLAINTS: usize = 2_000;

/// How a child ended.
#[derive(Debug)]
pub(super) enum End {
    /// The child ended by itself, and well.
    Well,
    /// The child ended by a signal or with an exit code; this names it, in words.
    Badly(String),
    /// The child was ended, since it said nothing for so long.
    Silent(Duration),
    /// The child was ended, since nobody waits for its answer any more.
    Cancelled,
}

/// Runs the program with these arguments until it ends or is silent for longer than `patience`.
/// `hear` gets what it says.
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
        // This end of the child's input is open as long as this process lives, and the child ends
        // when its input does.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        // The flag is CREATE_NO_WINDOW: no terminal flashes up.
        command.creation_flags(0x0800_0000);
    }
    command
}

/// Reads what the child says on a thread of its own. A line that can't be read is a driver's, and
/// is passed over.
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

/// Reads what the child writes on standard error, so that the child never waits to be read, and
/// logs the beginning of that.
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
        // Windows writes its exceptions in hexadecimal: 0xC0000005.
        Some(code) if code < 0 => format!("exception {code:#X}"),
        Some(code) => format!("exit code {code}"),
        None => "no exit code".into(),
    }
}

/// A child that is ended when it is let go.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        // A child that has ended already can't be killed, and needn't be.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
