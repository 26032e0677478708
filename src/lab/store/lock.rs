//! One writer a run: a lock of the operating system on a file in the run's folder, which ends
//! with the process that holds it, however that ends. Readers never need it.

use super::StoreError;
use super::files;
use super::inside::Inside;
use crate::disk;
use crate::lab::format::duration;
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often the lock is tried: somebody who only looks whether it is free holds it for a moment.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// The right to write a run, or what else lies in a folder, until it is dropped.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// Who writes a run, for those who come second.
#[derive(Serialize, Deserialize)]
struct Owner {
    process: u32,
    #[serde(default)]
    host: String,
    since_secs: u64,
}

impl RunLock {
    /// Takes the right to write a run.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process has that right. The error names the process.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(files::LOCK);
        let refused = || StoreError::io("lock the run", files::MEND_WRITE, &path);
        let mut file = disk::open_to_lock(&path).map_err(refused())?;
        for tried in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tried < TRIES => {
                    std::thread::sleep(BETWEEN_TRIES);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::InUse {
                        by: owner(&mut file),
                        path: folder.to_path_buf(),
                    });
                }
                // A file system without locks keeps nobody from training.
                Err(TryLockError::Error(err)) => {
                    log::warn!("{}: can't be locked: {err}", path.display());
                    break;
                }
            }
        }
        // What is written here serves only the message to others, so a failure does no harm.
        let _ = sign(&mut file, &path);
        Ok(Self { _file: file })
    }
}

/// Who writes a run at the moment, in words; none where nobody does. This holds the lock for a
/// moment.
pub fn writer_of(folder: &Path) -> Option<String> {
    let lock = Inside::new(folder, files::LOCK);
    lock.check().ok()?;
    let mut file = File::open(lock.path()).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(owner(&mut file)),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn sign(file: &mut File, path: &Path) -> std::io::Result<()> {
    let owner = Owner {
        process: std::process::id(),
        host: host(),
        since_secs: now_secs(),
    };
    disk::overwrite(file, serde_json::to_string(&owner)?.as_bytes(), path)
}

fn owner(file: &mut File) -> String {
    // A lock on some systems keeps others from reading, too.
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(4096).read_to_string(&mut text));
    match read.ok().and_then(|_| serde_json::from_str(&text).ok()) {
        Some(Owner {
            process,
            host,
            since_secs,
        }) => {
            let on = if host.is_empty() || host == self::host() {
                String::new()
            } else {
                format!(" on {}", host.escape_debug())
            };
            let since = age(since_secs, now_secs());
            format!("process {process}{on}, for {since} now")
        }
        None => "another process".into(),
    }
}

/// Seconds since 1970, by a clock that may have been set to any time.
pub(super) fn now_secs() -> u64 {
    secs_of(SystemTime::now())
}

fn secs_of(time: SystemTime) -> u64 {
    let elapsed = time.duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| elapsed.as_secs())
}

/// How long ago something was, in words: no time at all where the clock has been set back since.
fn age(since_secs: u64, now_secs: u64) -> String {
    duration(now_secs.saturating_sub(since_secs) as f64)
}

/// This machine's name.
fn host() -> String {
    let name = gethostname::gethostname();
    name.to_string_lossy().trim().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_goes_backwards_makes_no_time_negative() {
        assert_eq!(secs_of(UNIX_EPOCH - Duration::from_secs(86_400)), 0);
        assert_eq!(age(1_000, 990), duration(0.0));
        assert_eq!(age(u64::MAX, 0), duration(0.0));
        assert_eq!(age(990, 1_000), duration(10.0));
    }

    #[test]
    fn the_second_is_told_who_writes_and_a_lock_left_behind_is_free() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(writer_of(folder.path()), None);
        let lock = RunLock::take(folder.path()).unwrap();
        let message = RunLock::take(folder.path()).unwrap_err().to_string();
        let process = format!("process {}", std::process::id());
        assert!(message.contains(&process), "{message}");
        assert!(writer_of(folder.path()).unwrap().contains(&process));
        drop(lock);
        assert!(folder.path().join(files::LOCK).is_file());
        assert_eq!(writer_of(folder.path()), None);
        RunLock::take(folder.path()).unwrap();
        // Nobody needs what is written in it.
        std::fs::write(folder.path().join(files::LOCK), "{").unwrap();
        let lock = RunLock::take(folder.path()).unwrap();
        std::fs::write(folder.path().join(files::LOCK), [0xff; 9000]).unwrap();
        assert_eq!(writer_of(folder.path()).unwrap(), "another process");
        drop(lock);
    }
}
