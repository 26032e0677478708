//! A thread that answers the latest request. What is wanted and what is known are latest values, not
//! queues: who asks never waits, and what is no longer wanted is dropped.

use crate::lab::devices::threads::join_within;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is wanted and what is known, shared by a thread and those who ask.
struct Shared<W, K> {
    request: Mutex<Request<W>>,
    changed: Condvar,
    known: Mutex<K>,
    /// The words about a piece that broke down, until they are told.
    breakdown: Mutex<Option<String>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

/// What is wanted now.
struct Request<W> {
    wanted: W,
    /// A number that goes up with each new request and each nudge.
    version: u64,
    closed: bool,
}

/// The way to publish: a function that is given a change of what is known.
pub(super) type Tell<'a, K> = &'a mut dyn FnMut(&mut dyn FnMut(&mut K));

/// Work on requests `W` that leads to knowledge `K`, a piece at a time.
pub(super) trait Answering<W, K>: Default {
    /// Does one piece of work, short enough that a new request needn't wait for longer. True where
    /// something was done, false where all that is wanted is known. `tell` publishes.
    fn step(&mut self, wanted: &W, tell: Tell<'_, K>) -> bool;

    /// Notes that a piece broke down, told in words.
    fn broke_down(known: &mut K, message: String);
}

/// How long the end of a piece of work is waited for. Most are over sooner, but not one that reads
/// large data.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread. Dropping this ends it after the piece in work.
pub(super) struct Latest<W, K> {
    shared: Arc<Shared<W, K>>,
    thread: Option<JoinHandle<()>>,
}

/// What stands behind a lock is whole at any time, so that a panic beside it does no harm.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W, K> Latest<W, K>
where
    W: Clone + Default + PartialEq + Send + 'static,
    K: Clone + Default + Send + 'static,
{
    /// Starts the thread. `wake` is called whenever something new is known.
    pub(super) fn start<T: Answering<W, K>>(
        name: &str,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            request: Mutex::new(Request {
                wanted: W::default(),
                version: 0,
                closed: false,
            }),
            changed: Condvar::new(),
            known: Mutex::new(K::default()),
            breakdown: Mutex::default(),
            wake: Box::new(wake),
        });
        let (theirs, named) = (Arc::clone(&shared), name.to_owned());
        let thread = std::thread::Builder::new()
            .name(name.into())
            .spawn(move || theirs.serve::<T>(&named))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Says what is wanted from now on. The same request again costs nothing.
    pub(super) fn want(&self, wanted: W) {
        let mut request = lock(&self.shared.request);
        if request.wanted != wanted {
            request.wanted = wanted;
            request.version += 1;
            self.shared.changed.notify_one();
        }
    }

    /// What is known so far.
    pub(super) fn known(&self) -> K {
        lock(&self.shared.known).clone()
    }

    /// The words about a piece that broke down since the last call. The thread goes on with what is
    /// wanted next.
    pub(super) fn take_breakdown(&self) -> Option<String> {
        lock(&self.shared.breakdown).take()
    }

    /// A function that makes the thread look again, from any thread.
    pub(super) fn nudge(&self) -> impl Fn() + Send + 'static {
        let shared = Arc::downgrade(&self.shared);
        move || {
            if let Some(shared) = shared.upgrade() {
                lock(&shared.request).version += 1;
                shared.changed.notify_one();
            }
        }
    }
}

impl<W: Clone, K> Shared<W, K> {
    fn serve<T: Answering<W, K>>(&self, name: &str) {
        let mut work = T::default();
        // The version of the request that has been answered; none while there is work left.
        let mut seen = None;
        loop {
            let (wanted, version) = {
                let mut request = lock(&self.request);
                while !request.closed && seen == Some(request.version) {
                    request = self
                        .changed
                        .wait(request)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                if request.closed {
                    return;
                }
                (request.wanted.clone(), request.version)
            };
            let step = catch_unwind(AssertUnwindSafe(|| {
                work.step(&wanted, &mut |change| {
                    change(&mut lock(&self.known));
                    (self.wake)();
                })
            }));
            match step {
                Ok(true) => seen = None,
                Ok(false) => seen = Some(version),
                Err(panic) => {
                    let message = crate::training::panic_message(&*panic);
                    let message = format!("the {name} thread broke down: {message}");
                    T::broke_down(&mut lock(&self.known), message.clone());
                    *lock(&self.breakdown) = Some(message);
                    (self.wake)();
                    work = T::default();
                    seen = Some(version);
                }
            }
        }
    }
}

impl<W, K> Drop for Latest<W, K> {
    fn drop(&mut self) {
        lock(&self.shared.request).closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was caught and told. A piece that takes longer keeps nobody waiting.
            let _ = join_within(thread, PATIENCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    const UNLUCKY: &str = "the counter thread broke down: unlucky";

    /// Work that counts up to what is wanted, by one a piece, and panics at 13.
    #[derive(Default)]
    struct Counter {
        count: u32,
    }

    #[derive(Clone, Default)]
    struct Count {
        reached: u32,
        problem: Option<String>,
    }

    impl Answering<u32, Count> for Counter {
        fn step(&mut self, wanted: &u32, tell: Tell<'_, Count>) -> bool {
            if self.count == *wanted {
                return false;
            }
            assert!(*wanted != 13, "unlucky");
            self.count = if self.count > *wanted {
                0
            } else {
                self.count + 1
            };
            let count = self.count;
            tell(&mut |known| known.reached = count);
            true
        }

        fn broke_down(known: &mut Count, message: String) {
            known.problem = Some(message);
        }
    }

    #[test]
    fn the_latest_request_is_answered_and_a_panic_is_told() {
        let latest = Latest::start::<Counter>("counter", || {}).unwrap();
        let until = |done: &dyn Fn(&Count) -> bool| {
            let start = Instant::now();
            while !done(&latest.known()) {
                assert!(start.elapsed() < Duration::from_secs(60));
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        latest.want(1_000_000);
        latest.want(5);
        until(&|known| known.reached == 5);
        latest.want(13);
        until(&|known| known.problem.as_deref() == Some(UNLUCKY));
        assert_eq!(latest.take_breakdown().as_deref(), Some(UNLUCKY));
        assert_eq!(latest.take_breakdown(), None);
        latest.want(7);
        until(&|known| known.reached == 7);
    }
}
