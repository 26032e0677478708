//! What this process holds: memory, threads, open files. Linux tells that in `/proc`; other systems
//! don't tell.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// Whether this system tells what a process holds.
pub const IS_TOLD: bool = cfg!(target_os = "linux");
/// The time that a thread has to end once it was told to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Threads by their names and open files by what they are, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Names of the threads.
    pub threads: Vec<String>,
    /// What the file handles lead to.
    pub handles: Vec<String>,
}

impl Held {
    /// What is held now.
    ///
    /// # Errors
    /// Where the system doesn't tell.
    pub fn now() -> io::Result<Self> {
        let process = Path::new("/proc/self");
        let mut held = Self::default();
        for entry in fs::read_dir(process.join("task"))?.flatten() {
            // A thread that has just ended has no name any more.
            if let Ok(name) = fs::read_to_string(entry.path().join("comm")) {
                held.threads.push(name.trim_end().to_owned());
            }
        }
        for entry in fs::read_dir(process.join("fd"))?.flatten() {
            // The handle by which this list is read is closed when the list ends, and leads nowhere.
            if let Ok(place) = fs::read_link(entry.path()) {
                held.handles.push(place.display().to_string());
            }
        }
        held.handles.retain(|place| !place.ends_with("/fd"));
        held.threads.sort();
        held.handles.sort();
        Ok(held)
    }

    /// What is held beyond this once everything that was told to end has ended.
    ///
    /// # Errors
    /// Where the system doesn't tell.
    pub fn left_over(&self) -> io::Result<Self> {
        let start = Instant::now();
        loop {
            let now = Self::now()?;
            let beyond = Self {
                threads: beyond(&now.threads, &self.threads),
                handles: beyond(&now.handles, &self.handles),
            };
            if beyond == Self::default() || start.elapsed() > PATIENCE {
                return Ok(beyond);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The entries of one sorted list that are in it more often than in the other.
fn beyond(found: &[String], known: &[String]) -> Vec<String> {
    let mut known = known.to_vec();
    let is_new = |name: &&String| match known.iter().position(|known| known == *name) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    };
    found.iter().filter(is_new).cloned().collect()
}

/// Bytes of memory that are resident now.
///
/// # Errors
/// Where the system doesn't tell.
pub fn resident() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kilobytes
        .map(|kilobytes: u64| kilobytes << 10)
        .ok_or_else(|| io::Error::other("the system doesn't tell how much memory is in use"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_over_is_named() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let found = beyond(&names(&["a", "b", "b", "c"]), &names(&["b", "c", "d"]));
        assert_eq!(found, ["a", "b"]);
        assert!(resident().unwrap() > 1 << 20);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("held");
        let _open = fs::File::create(&path).unwrap();
        // Other tests hold files of their own.
        let held = Held::now().unwrap();
        assert!(held.handles.contains(&path.display().to_string()));
        assert!(!held.threads.is_empty());
    }
}
