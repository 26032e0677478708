//! Work of seconds that a person waits for and may cancel: each on a thread of its own, with
//! progress.

use super::{BrokeDown, guarded, spawn};
use crossbeam_channel::{Receiver, bounded};
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The progress of a task and whether it is cancelled: shared by the task's thread and the window.
#[derive(Debug, Default)]
pub struct TaskControl {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    /// What is done, in words, where there is more to say than a share.
    words: Mutex<Option<String>>,
}

impl TaskControl {
    /// Whether the task shall end.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Notes the progress with words about it, and breaks where the task shall end.
    pub fn heard_with(&self, done: u64, total: u64, words: Option<String>) -> ControlFlow<()> {
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words;
        self.heard(done, total)
    }

    /// Notes the progress, and breaks where the task shall end.
    pub fn heard(&self, done: u64, total: u64) -> ControlFlow<()> {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        if self.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Work that goes on on a thread of its own. Dropping the task cancels the work.
#[derive(Debug)]
pub struct Task<T, E> {
    control: Arc<TaskControl>,
    result: Receiver<Result<T, E>>,
}

impl<T: Send + 'static, E: From<BrokeDown> + Send + 'static> Task<T, E> {
    /// Starts a task on a thread of this name. `wake` is called when the task is over.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        name: &'static str,
        wake: impl Fn() + Send + 'static,
        work: impl FnOnce(&TaskControl) -> Result<T, E> + Send + 'static,
    ) -> io::Result<Self> {
        let control = Arc::new(TaskControl::default());
        let shared = Arc::clone(&control);
        let (sender, result) = bounded(1);
        spawn(name, move || {
            let outcome = guarded("this work", || work(&shared));
            // A window that no longer waits needs no answer.
            let _ = sender.send(outcome.unwrap_or_else(|err| Err(E::from(err))));
            wake();
        })?;
        Ok(Self { control, result })
    }

    /// The outcome, once it is there.
    pub fn take(&self) -> Option<Result<T, E>> {
        self.result.try_recv().ok()
    }
}

impl<T, E> Task<T, E> {
    /// The progress, 0 to 1; none while it isn't known.
    pub fn progress(&self) -> Option<f32> {
        let total = self.control.total.load(Ordering::Relaxed);
        let done = self.control.done.load(Ordering::Relaxed);
        (total > 0).then(|| (done as f64 / total as f64).min(1.0) as f32)
    }

    /// What is done, in words, where there is more to say than a share.
    pub fn words(&self) -> Option<String> {
        let words = self.control.words.lock();
        words.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cancels the work, which ends soon; its outcome says that it was cancelled.
    pub fn cancel(&self) {
        self.control.cancelled.store(true, Ordering::Relaxed);
    }
}

impl<T, E> Drop for Task<T, E> {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[derive(Debug, PartialEq)]
    enum Ended {
        Cancelled,
        BrokeDown(String),
    }

    impl From<BrokeDown> for Ended {
        fn from(err: BrokeDown) -> Self {
            Self::BrokeDown(err.to_string())
        }
    }

    fn wait<T: Send + 'static>(task: &Task<T, Ended>) -> Result<T, Ended> {
        for _ in 0..6_000 {
            if let Some(outcome) = task.take() {
                return outcome;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("never ended")
    }

    #[test]
    fn a_task_gives_its_outcome_and_its_progress() {
        let task = Task::start(
            "test",
            || {},
            |control| {
                let _ = control.heard(3, 4);
                Ok(7)
            },
        )
        .unwrap();
        assert_eq!(wait(&task), Ok(7));
        assert_eq!(task.progress(), Some(0.75));
    }

    #[test]
    fn a_cancelled_task_ends_and_a_panic_is_an_outcome() {
        let task: Task<(), Ended> = Task::start(
            "test",
            || {},
            |control| {
                while control.heard(1, 2).is_continue() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(Ended::Cancelled)
            },
        )
        .unwrap();
        task.cancel();
        assert_eq!(wait(&task), Err(Ended::Cancelled));
        let task: Task<(), Ended> = Task::start("test", || {}, |_| panic!("on purpose")).unwrap();
        let broke = "this work broke down: on purpose".to_owned();
        assert_eq!(wait(&task), Err(Ended::BrokeDown(broke)));
    }
}
