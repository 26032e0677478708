//! Faults on purpose: the n-th step of writing under a folder fails, or each is held up so that
//! a kill falls into it. For tests and the program's own; nothing else injects any.

use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A step of writing.
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
}

/// What shall go wrong.
#[derive(Clone, Debug)]
pub struct Faults {
    /// With steps on paths that begin so; an empty path for all.
    pub under: PathBuf,
    /// The first step that fails, from 1; none for no failure.
    pub first: Option<usize>,
    /// How many fail from there on.
    pub count: usize,
    /// How they fail.
    pub kind: ErrorKind,
    /// Whether they panic instead.
    pub panics: bool,
    /// How long each step is held up.
    pub pause: Duration,
}

impl Faults {
    /// The n-th step fails, from 1, and no other.
    pub fn nth(under: &Path, nth: usize, kind: ErrorKind) -> Self {
        Self {
            under: under.to_path_buf(),
            first: Some(nth),
            count: 1,
            kind,
            panics: false,
            pause: Duration::ZERO,
        }
    }

    /// All steps fail from the n-th on, as on a disk that is full.
    pub fn from_nth(under: &Path, nth: usize, kind: ErrorKind) -> Self {
        Self {
            count: usize::MAX,
            ..Self::nth(under, nth, kind)
        }
    }

    /// The n-th step panics, from 1, and no other.
    pub fn panic_at(under: &Path, nth: usize) -> Self {
        Self {
            panics: true,
            ..Self::nth(under, nth, ErrorKind::Other)
        }
    }

    /// No step fails; they are counted.
    pub fn none(under: &Path) -> Self {
        Self {
            first: None,
            ..Self::nth(under, 1, ErrorKind::Other)
        }
    }
}

/// Faults at work.
struct Active {
    faults: Faults,
    steps: Mutex<Vec<(Step, PathBuf)>>,
}

/// How many there are: none but in a test, where no lock is asked.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static ACTIVE: Mutex<Vec<Arc<Active>>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Faults that go on until this is dropped.
#[must_use]
pub struct Injected(Arc<Active>);

/// Makes writing go wrong.
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
    /// The steps so far, those that failed included.
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

/// Before each step of writing.
pub(super) fn step(step: Step, path: &Path) -> Result<()> {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    let active: Vec<_> = lock(&ACTIVE)
        .iter()
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
        assert!(!(fails && faults.panics), "the fault injected");
        if fails {
            return Err(faults.kind.into());
        }
    }
    Ok(())
}
