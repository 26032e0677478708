//! A thread that works on the latest wish: wishes and results are latest values, not queues. Who
//! wishes never waits, and what is no longer wished is dropped.

use super::threads::join_within;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What has been wished and what is known, shared by a thread and those who wish.
struct Desk<W, K> {
    wish: Mutex<Wish<W>>,
    changed: Condvar,
    known: Mutex<K>,
    wake: Box<dyn Fn() + Send + Sync>,
}

struct Wish<W> {
    wanted: W,
    /// Goes up with each wish and each nudge.
    version: u64,
    closed: bool,
}

/// Publishes: it is given a change of what is known.
pub(super) type Tell<'a, K> = &'a mut dyn FnMut(&mut dyn FnMut(&mut K));

/// Work on wishes `W` that leads to knowledge `K`, a piece at a time.
pub(super) trait Work<W, K>: Default {
    /// Does one piece of work, short enough that a new wish needn't wait for longer: true where
    /// something was done, false where all that is wanted is known. `tell` publishes.
    fn step(&mut self, wanted: &W, tell: Tell<'_, K>) -> bool;

    /// Notes that a piece broke down, in words.
    fn broke_down(known: &mut K, message: String);
}

/// A piece of work is over within this time, but for one that reads large data.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread. Dropping it ends it after the piece in work.
pub(super) struct Latest<W, K> {
    desk: Arc<Desk<W, K>>,
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
    pub(super) fn start<T: Work<W, K>>(
        name: &str,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let desk = Arc::new(Desk {
            wish: Mutex::new(Wish {
                wanted: W::default(),
                version: 0,
                closed: false,
            }),
            changed: Condvar::new(),
            known: Mutex::new(K::default()),
            wake: Box::new(wake),
        });
        let shared = Arc::clone(&desk);
        let thread = std::thread::Builder::new()
            .name(name.into())
            .spawn(move || shared.serve::<T>())?;
        Ok(Self {
            desk,
            thread: Some(thread),
        })
    }

    /// Says what is wanted from now on. The same wish again costs nothing.
    pub(super) fn want(&self, wanted: W) {
        let mut wish = lock(&self.desk.wish);
        if wish.wanted != wanted {
            wish.wanted = wanted;
            wish.version += 1;
            self.desk.changed.notify_one();
        }
    }

    /// What is known so far.
    pub(super) fn known(&self) -> K {
        lock(&self.desk.known).clone()
    }

    /// Something that makes the thread look again, from any thread.
    pub(super) fn nudge(&self) -> impl Fn() + Send + 'static {
        let desk = Arc::downgrade(&self.desk);
        move || {
            if let Some(desk) = desk.upgrade() {
                lock(&desk.wish).version += 1;
                desk.changed.notify_one();
            }
        }
    }
}

impl<W: Clone, K> Desk<W, K> {
    fn serve<T: Work<W, K>>(&self) {
        let mut work = T::default();
        // None while there is work left.
        let mut seen = None;
        loop {
            let (wanted, version) = {
                let mut wish = lock(&self.wish);
                while !wish.closed && seen == Some(wish.version) {
                    wish = self
                        .changed
                        .wait(wish)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                if wish.closed {
                    return;
                }
                (wish.wanted.clone(), wish.version)
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
                    T::broke_down(&mut lock(&self.known), message);
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
        lock(&self.desk.wish).closed = true;
        self.desk.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic in it was caught and told. A piece that takes longer keeps nobody waiting.
            let _ = join_within(thread, PATIENCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Counts up to what is wanted, a piece each; panics at 13.
    #[derive(Default)]
    struct Counter {
        count: u32,
    }

    #[derive(Clone, Default)]
    struct Count {
        reached: u32,
        problem: Option<String>,
    }

    impl Work<u32, Count> for Counter {
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
    fn the_latest_wish_is_served_and_a_panic_is_told() {
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
        until(&|known| known.problem.as_deref() == Some("unlucky"));
        latest.want(7);
        until(&|known| known.reached == 7);
    }
}
