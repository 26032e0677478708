//! Work of seconds that a person waits for and may cancel: each on a thread of its own, with
//! progress.

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a task is, and whether it shall end: shared by its thread and the window.
#[derive(Debug, Default)]
pub struct TaskControl {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl TaskControl {
    /// Whether the task shall end.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Notes how far the task is; breaks where it shall end.
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

/// A task in work. Dropping it cancels it.
#[derive(Debug)]
pub struct Task<T, E = String> {
    control: Arc<TaskControl>,
    result: Receiver<Result<T, E>>,
}

impl<T: Send + 'static, E: From<String> + Send + 'static> Task<T, E> {
    /// Starts a task on a thread of this name. `wake` is called when it is over.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        name: &str,
        wake: impl Fn() + Send + 'static,
        work: impl FnOnce(&TaskControl) -> Result<T, E> + Send + 'static,
    ) -> io::Result<Self> {
        let control = Arc::new(TaskControl::default());
        let shared = Arc::clone(&control);
        let (sender, result) = bounded(1);
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                // Also after a panic: the window looks, and finds the channel closed.
                let _wake = OnDrop(wake);
                let outcome = work(&shared);
                // A window that no longer waits needs no answer.
                let _ = sender.send(outcome);
            })?;
        Ok(Self { control, result })
    }

    /// The outcome, once it is there. Where the thread broke down, that is the outcome.
    pub fn take(&self) -> Option<Result<T, E>> {
        match self.result.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                let message = "this work broke down; the terminal's output says where";
                Some(Err(E::from(message.to_owned())))
            }
        }
    }

    /// How far it is, 0 to 1; none while that isn't known.
    pub fn progress(&self) -> Option<f32> {
        let total = self.control.total.load(Ordering::Relaxed);
        let done = self.control.done.load(Ordering::Relaxed);
        (total > 0).then(|| (done as f64 / total as f64).min(1.0) as f32)
    }

    /// Ends it soon; its outcome says so.
    pub fn cancel(&self) {
        self.control.cancelled.store(true, Ordering::Relaxed);
    }
}

impl<T, E> Drop for Task<T, E> {
    fn drop(&mut self) {
        self.control.cancelled.store(true, Ordering::Relaxed);
    }
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn wait<T: Send + 'static>(task: &Task<T>) -> Result<T, String> {
        for _ in 0..6_000 {
            if let Some(outcome) = task.take() {
                return outcome;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err("never ended".into())
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
        let task: Task<()> = Task::start(
            "test",
            || {},
            |control| {
                while control.heard(1, 2).is_continue() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err("cancelled".into())
            },
        )
        .unwrap();
        task.cancel();
        assert_eq!(wait(&task), Err("cancelled".into()));
        let task: Task<()> = Task::start("test", || {}, |_| panic!("on purpose")).unwrap();
        assert!(wait(&task).unwrap_err().contains("broke down"));
    }
}
