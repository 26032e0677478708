//! Faults on purpose: the n-th step of writing under a folder fails, or each step is held up so
//! that a kill falls into it, or the n-th file that is read there breaks its thread down. Only
//! tests and `proofs` inject faults.

use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A step of writing, or of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A folder is made.
    Folder,
    /// A file is made or opened.
    Create,
    /// Contents are written.
    Write,
    /// A file or folder is synced.
    Sync,
    /// A file or folder gets its name.
    Rename,
    /// A file or folder is removed.
    Remove,
    /// A file is opened to be read.
    Read,
}

/// Which steps a fault counts and makes fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every step but [`Step::Read`].
    Writing,
    /// [`Step::Read`] alone.
    Reading,
}

impl Step {
    fn access(self) -> Access {
        match self {
            Self::Read => Access::Reading,
            Self::Folder
            | Self::Create
            | Self::Write
            | Self::Sync
            | Self::Rename
            | Self::Remove => Access::Writing,
        }
    }
}

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The system refuses the step with an error of this kind.
    Refused(ErrorKind),
    /// The thread that makes the step panics.
    Panic,
}

/// What is to go wrong.
#[derive(Clone, Debug)]
pub struct Faults {
    /// The steps on paths that begin with this path are concerned; an empty path stands for all
    /// steps.
    pub under: PathBuf,
    /// Whether writing goes wrong, or reading.
    pub access: Access,
    /// The first step that fails, from 1; none for no failure.
    pub first: Option<usize>,
    /// How many steps fail from the first one on.
    pub count: usize,
    /// How the steps fail.
    pub failure: Failure,
    /// How long each step is held up.
    pub pause: Duration,
}

impl Faults {
    /// The n-th step, from 1, and no other fails.
    pub fn nth(under: &Path, nth: usize, kind: ErrorKind) -> Self {
        Self {
            under: under.to_path_buf(),
            access: Access::Writing,
            first: Some(nth),
            count: 1,
            failure: Failure::Refused(kind),
            pause: Duration::ZERO,
        }
    }

    /// All steps from the n-th on, from 1, fail as on a disk that is full.
    pub fn from_nth(under: &Path, nth: usize, kind: ErrorKind) -> Self {
        Self {
            count: usize::MAX,
            ..Self::nth(under, nth, kind)
        }
    }

    /// The thread that makes the n-th step, from 1, panics before it.
    pub fn panic_at(under: &Path, nth: usize) -> Self {
        Self {
            failure: Failure::Panic,
            ..Self::nth(under, nth, ErrorKind::Other)
        }
    }

    /// The thread that opens the n-th file to read it, from 1, panics before it.
    pub fn panic_at_read(under: &Path, nth: usize) -> Self {
        Self {
            access: Access::Reading,
            ..Self::panic_at(under, nth)
        }
    }

    /// No step fails; steps are only counted.
    pub fn none(under: &Path) -> Self {
        Self {
            first: None,
            ..Self::nth(under, 1, ErrorKind::Other)
        }
    }
}

/// Faults that have been injected, and the steps that they have seen.
struct Active {
    faults: Faults,
    steps: Mutex<Vec<(Step, PathBuf)>>,
}

/// How many faults are injected. There are none but in a test, so that no lock is taken otherwise.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static ACTIVE: Mutex<Vec<Arc<Active>>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Injected faults, which end when this value is dropped.
#[must_use]
pub struct Injected(Arc<Active>);

/// Injects faults into all writing of the process.
pub fn inject(faults: Faults) -> Injected {
    let active = Arc::new(Active {
        faults,
        steps: Mutex::default(),
    });
    lock(&ACTIVE).push(Arc::clone(&active));
    COUNT.fetch_add(1, Ordering::SeqCst);
    Injected(active)
}

impl Injected {
    /// The steps so far, with those that failed.
    pub fn steps(&self) -> Vec<(Step, PathBuf)> {
        lock(&self.0.steps).clone()
    }
}

impl Drop for Injected {
    fn drop(&mut self) {
        lock(&ACTIVE).retain(|active| !Arc::ptr_eq(active, &self.0));
        COUNT.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Stands before each step of writing, and before each file that is read: counts it, holds it up, and
/// makes it fail where a fault says so.
pub(super) fn step(step: Step, path: &Path) -> Result<()> {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    let active: Vec<_> = lock(&ACTIVE)
        .iter()
        .filter(|active| active.faults.access == step.access())
        .filter(|active| path.starts_with(&active.faults.under))
        .cloned()
        .collect();
    for active in active {
        let number = {
            let mut steps = lock(&active.steps);
            steps.push((step, path.to_path_buf()));
            steps.len()
        };
        let faults = &active.faults;
        if !faults.pause.is_zero() {
            std::thread::sleep(faults.pause);
        }
        let fails = faults
            .first
            .is_some_and(|first| number >= first && number - first < faults.count);
        match faults.failure {
            Failure::Refused(kind) if fails => return Err(kind.into()),
            Failure::Panic if fails => panic!("the fault injected into {step:?}"),
            Failure::Refused(_) | Failure::Panic => {}
        }
    }
    Ok(())
}
