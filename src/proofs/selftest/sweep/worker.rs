//! A process that works on a sweep, and what it says.

use super::standing;
use crate::experiment::Stream;
use crate::proofs::selftest::kills::KillsError;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where processes work.
pub struct Workplace<'a> {
    pub program: &'a Path,
    pub store: &'a Path,
    pub sweeps: &'a [PathBuf; 2],
}

/// A process, and when it is to be killed.
pub struct Worker {
    child: Child,
    words: tempfile::NamedTempFile,
    dies_at: Option<Instant>,
}

/// What a process said until it ended.
#[derive(Default)]
pub struct Said {
    /// Runs that it trained to their end.
    pub trained: Vec<String>,
    /// How often it left a run to another process.
    pub left_to_others: usize,
}

/// The longest time that a process lives before it is killed: some runs are through by then.
const LONGEST: f32 = 4.0;

impl Workplace<'_> {
    /// Whether all runs of both sweeps are finished.
    pub fn is_over(&self) -> Result<bool, KillsError> {
        for sweep in self.sweeps {
            let standing = standing(sweep, self.store)?;
            if standing.finished() < standing.planned() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Trains all runs of a sweep, undisturbed.
    pub fn train_all(&self, sweep: &Path) -> Result<(), KillsError> {
        let output = self
            .command()
            .args(["run", "--jobs", "2", "--json"])
            .arg(sweep)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .map_err(|source| self.refused(source))?;
        if output.status.success() {
            return Ok(());
        }
        Err(KillsError::EndedBadly {
            status: output.status,
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts a process on one of the sweeps: all of its runs, or one of them, or every second one.
    /// Where `is_killed` says so, the process is killed after a random time.
    pub fn start(&self, moments: &mut Stream, is_killed: bool) -> Result<Worker, KillsError> {
        let words = tempfile::NamedTempFile::new()?;
        let sweep = &self.sweeps[usize::from(moments.unit() < 0.5)];
        let kind = moments.unit();
        let mut command = self.command();
        match kind {
            ..0.5 => {
                command.args(["run", "--jobs", "2", "--json"]).arg(sweep);
            }
            ..0.8 => {
                let number = 1 + (4.0 * moments.unit()) as usize;
                command.arg("job").arg(sweep).arg(number.to_string());
                command.arg("--json");
            }
            _ => {
                command
                    .arg("job")
                    .arg(sweep)
                    .args(["1", "--stride", "2", "--json"]);
            }
        }
        // Every other process holds up each step of writing, so that many kills fall into one.
        if moments.unit() < 0.5 {
            command.args(["--pause-writes", "2"]);
        }
        let lives = Duration::from_secs_f32(LONGEST * moments.unit().powi(2));
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::from(File::create(words.path())?))
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| self.refused(source))?;
        Ok(Worker {
            child,
            words,
            dies_at: is_killed.then(|| Instant::now() + lives),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.arg("--runs-dir").arg(self.store).arg("sweep");
        command
    }

    fn refused(&self, source: std::io::Error) -> KillsError {
        KillsError::Start {
            program: self.program.to_path_buf(),
            source,
        }
    }
}

impl Worker {
    /// Whether its time has come.
    pub fn is_due(&self) -> bool {
        self.dies_at
            .is_some_and(|dies_at| Instant::now() >= dies_at)
    }

    /// Kills the process.
    pub fn kill(&mut self) {
        // One that has ended by itself just now can't be killed, and needn't be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether the process has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool, KillsError> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// What the process has said. The last line of one that was killed may be torn.
    pub fn said(&self) -> Result<Said, KillsError> {
        let text = std::fs::read_to_string(self.words.path())?;
        let mut said = Said::default();
        for line in text.lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            match (line["end"].as_str(), line["run"].as_str()) {
                (Some("trained"), Some(run)) => said.trained.push(run.into()),
                (Some("elsewhere"), _) => said.left_to_others += 1,
                _ => {}
            }
        }
        Ok(said)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}
