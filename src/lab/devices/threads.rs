//! Threads that compute on the CPU: how many, and the pool of a run.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Waits for a thread's end, at most so long. False where the end didn't come, or came by a panic.
pub fn join_within(thread: JoinHandle<()>, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    while !thread.is_finished() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    thread.join().is_ok()
}

/// Why there are no such threads.
#[derive(Debug, thiserror::Error)]
pub enum ThreadsError {
    /// A number that is out of its range.
    #[error("expected 1 to {MOST} threads, found {0}")]
    Count(usize),
    /// A text that is no number.
    #[error("expected 1 to {MOST} threads, found {0:?}")]
    NotANumber(String),
    /// The system gives none.
    #[error("the system gives no {threads} threads to compute: {source}")]
    Refused {
        /// How many were asked for.
        threads: Threads,
        /// Why the system refused.
        source: ThreadPoolBuildError,
    },
}

/// More threads than any one machine has use for.
const MOST: usize = 512;

/// A number of threads, 1 to 512. No figure depends on it, only the time that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize", into = "usize")]
pub struct Threads(usize);

impl Threads {
    /// A number of threads.
    ///
    /// # Errors
    /// Where the number isn't 1 to 512.
    pub fn new(count: usize) -> Result<Self, ThreadsError> {
        if (1..=MOST).contains(&count) {
            Ok(Self(count))
        } else {
            Err(ThreadsError::Count(count))
        }
    }

    /// How many threads there are.
    pub fn count(self) -> usize {
        self.0
    }

    /// A pool of so many threads, named `cpu-0` and on.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn pool(self) -> Result<ThreadPool, ThreadsError> {
        let built = self.builder().build();
        built.map_err(|source| ThreadsError::Refused {
            threads: self,
            source,
        })
    }

    /// Makes so many threads the usual, for what runs in no pool of its own. The first caller of a
    /// process decides.
    pub fn make_usual(self) {
        if let Err(err) = self.builder().build_global() {
            log::debug!("{err}");
        }
    }

    fn builder(self) -> ThreadPoolBuilder {
        ThreadPoolBuilder::new()
            .num_threads(self.0)
            .thread_name(|index| format!("cpu-{index}"))
    }
}

impl Default for Threads {
    /// One thread a core: the second hardware thread of a core has no arithmetic unit of its own.
    fn default() -> Self {
        let Cores { physical, hardware } = Cores::of_machine();
        Self(physical.min(hardware).clamp(1, MOST))
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Threads {
    type Err = ThreadsError;
    fn from_str(text: &str) -> Result<Self, ThreadsError> {
        let count = text.parse();
        count.map_or_else(|_| Err(ThreadsError::NotANumber(text.into())), Self::new)
    }
}

impl TryFrom<usize> for Threads {
    type Error = ThreadsError;
    fn try_from(count: usize) -> Result<Self, ThreadsError> {
        Self::new(count)
    }
}

impl From<Threads> for usize {
    fn from(threads: Threads) -> Self {
        threads.0
    }
}

/// What the processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cores {
    /// How many cores there are.
    pub physical: usize,
    /// Hardware threads that this process may use: one or two a core, or fewer where the system
    /// gives it less.
    pub hardware: usize,
}

impl Cores {
    /// The cores of this machine. They are counted once, since the system's list may be long.
    pub fn of_machine() -> Self {
        static CORES: OnceLock<Cores> = OnceLock::new();
        *CORES.get_or_init(|| Self {
            physical: num_cpus::get_physical().max(1),
            hardware: std::thread::available_parallelism().map_or(1, usize::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_threads_is_checked_and_read_back() {
        let usual = Threads::default();
        assert_eq!(usual.to_string().parse::<Threads>().unwrap(), usual);
        assert!(usual.count() <= Cores::of_machine().hardware);
        for text in ["0", "513", "-1", "many", ""] {
            let message = text.parse::<Threads>().unwrap_err().to_string();
            assert!(message.contains("1 to 512"), "{message}");
        }
    }

    #[test]
    fn a_pool_has_its_threads_by_name() {
        let pool = Threads::new(3).unwrap().pool().unwrap();
        assert_eq!(pool.current_num_threads(), 3);
        let name = pool.install(|| std::thread::current().name().map(ToOwned::to_owned));
        assert!(name.unwrap().starts_with("cpu-"));
    }
}
