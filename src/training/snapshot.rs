//! The newest weights of a run in training, for those who look on. Only the latest are kept;
//! nothing queues.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Within an epoch, weights are published this often while somebody looks on. To make a file of
/// them costs a few milliseconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// The weights of a run at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// The weights as a safetensors file.
    pub weights: Arc<[u8]>,
    /// The epoch in work or just done, from 1.
    pub epoch: usize,
    /// Optimizer steps so far.
    pub step: u64,
    /// Whether the epoch is done, so that these are the weights that are kept for the epoch.
    pub is_whole_epoch: bool,
}

/// The place where a run lays its newest weights. A clone is another handle on the same place.
#[derive(Clone, Default)]
pub struct WeightsSlot(Arc<Inner>);

#[derive(Default)]
struct Inner {
    newest: Mutex<Option<Snapshot>>,
    watcher: Mutex<Option<Box<dyn Fn() + Send>>>,
    is_watched: AtomicBool,
}

/// Locks a mutex. The values behind these locks are replaced as a whole, so that the panic of
/// another thread leaves none half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WeightsSlot {
    /// The newest weights, if there are any yet.
    pub fn newest(&self) -> Option<Snapshot> {
        lock(&self.0.newest).clone()
    }

    /// How many optimizer steps the newest weights have seen.
    pub fn newest_step(&self) -> Option<u64> {
        lock(&self.0.newest).as_ref().map(|snapshot| snapshot.step)
    }

    /// Whether another slot is a handle on the same place.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Says that somebody looks on. From now on weights come within epochs too, and `wake` is
    /// called on the training thread whenever there are new ones.
    pub fn watch(&self, wake: impl Fn() + Send + 'static) {
        *lock(&self.0.watcher) = Some(Box::new(wake));
        self.0.is_watched.store(true, Ordering::Relaxed);
    }

    /// Says that nobody looks on any more.
    pub fn unwatch(&self) {
        self.0.is_watched.store(false, Ordering::Relaxed);
        *lock(&self.0.watcher) = None;
    }

    /// Puts newer weights into the place of the present ones, and wakes whoever looks on.
    fn publish(&self, snapshot: Snapshot) {
        *lock(&self.0.newest) = Some(snapshot);
        if let Some(wake) = &*lock(&self.0.watcher) {
            wake();
        }
    }
}

impl fmt::Debug for WeightsSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeightsSlot")
            .field("newest_step", &self.newest_step())
            .finish_non_exhaustive()
    }
}

/// A run's side of a slot: lays the newest weights there, and says when it is time to.
pub(super) struct Publisher {
    slot: WeightsSlot,
    last: Instant,
}

impl Publisher {
    /// A publisher whose interval begins now.
    pub fn new(slot: WeightsSlot) -> Self {
        Self {
            slot,
            last: Instant::now(),
        }
    }

    /// Whether somebody looks on, and the last weights are old.
    pub fn is_due(&self) -> bool {
        self.slot.0.is_watched.load(Ordering::Relaxed) && self.last.elapsed() >= INTERVAL
    }

    /// Publishes the weights of a finished epoch, after so many steps of the run.
    pub fn publish_epoch(&mut self, weights: Arc<[u8]>, epoch: usize, step: u64) {
        self.publish(Snapshot {
            weights,
            epoch,
            step,
            is_whole_epoch: true,
        });
    }

    /// Publishes the weights after a batch within an epoch, after so many steps of the run.
    pub fn publish_batch(&mut self, weights: Arc<[u8]>, epoch: usize, step: u64) {
        self.publish(Snapshot {
            weights,
            epoch,
            step,
            is_whole_epoch: false,
        });
    }

    fn publish(&mut self, snapshot: Snapshot) {
        self.slot.publish(snapshot);
        self.last = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn the_newest_is_given_and_a_watcher_is_woken() {
        let snapshot = |step| Snapshot {
            weights: Arc::from([1u8]),
            epoch: 1,
            step,
            is_whole_epoch: false,
        };
        let slot = WeightsSlot::default();
        assert!(slot.newest().is_none());
        slot.publish(snapshot(1));
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        slot.watch(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        slot.clone().publish(snapshot(2));
        assert_eq!(slot.newest_step(), Some(2));
        slot.unwatch();
        slot.publish(snapshot(3));
        assert_eq!(
            (slot.newest_step(), woken.load(Ordering::Relaxed)),
            (Some(3), 1)
        );
    }
}
