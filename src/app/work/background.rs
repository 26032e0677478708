//! Work whose results come back to the window as events.

use super::{BrokeDown, guarded, spawn};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Pieces of work and events that may wait. A person can't ask for more while one piece is done.
const QUEUE: usize = 256;
/// Between two looks at whether the thread *files* has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

type Work<E> = Box<dyn FnOnce() -> E + Send>;

/// The thread *files* and every other thread that tells the window events of type `E`.
pub struct Background<E> {
    work: Sender<Work<E>>,
    events: Receiver<E>,
    post: Post<E>,
    files: Option<JoinHandle<()>>,
}

/// Where a thread puts an event: the window is woken after each.
struct Post<E> {
    events: Sender<E>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl<E> Clone for Post<E> {
    fn clone(&self) -> Self {
        Self {
            events: self.events.clone(),
            wake: Arc::clone(&self.wake),
        }
    }
}

impl<E> Post<E> {
    /// Tells an event; false where the window has closed and nobody hears any more.
    fn tell(&self, event: E) -> bool {
        let is_heard = self.events.send(event).is_ok();
        (self.wake)();
        is_heard
    }
}

/// The thread *files* doesn't take a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too much work waits already.
    #[error("the disk doesn't keep up; try again in a moment")]
    Busy,
    /// The thread couldn't be started.
    #[error("there is no thread for files; restart the program")]
    NeverStarted,
    /// The thread has ended.
    #[error("the thread for files has ended; restart the program")]
    Ended,
}

impl<E: From<BrokeDown> + Send + 'static> Background<E> {
    /// Starts the thread *files*. `wake` is called after each event. Whenever the thread has gone `every` since it
    /// last did so, it looks round, and tells what it finds.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        wake: impl Fn() + Send + Sync + 'static,
        every: Duration,
        mut look: impl FnMut() -> Option<E> + Send + 'static,
    ) -> io::Result<Self> {
        let (work, queue) = bounded::<Work<E>>(QUEUE);
        let (sender, events) = bounded(QUEUE);
        let post = Post {
            events: sender,
            wake: Arc::new(wake),
        };
        let results = post.clone();
        let files = std::thread::Builder::new()
            .name("files".into())
            .spawn(move || {
                let mut looked = Instant::now();
                loop {
                    let event = match queue.recv_timeout(every.saturating_sub(looked.elapsed())) {
                        Ok(work) => Some(guarded("the thread for files", work)),
                        Err(RecvTimeoutError::Disconnected) => break,
                        Err(RecvTimeoutError::Timeout) => {
                            let found = guarded("the thread for files", &mut look);
                            looked = Instant::now();
                            found.transpose()
                        }
                    };
                    let event = event.map(|event| event.unwrap_or_else(E::from));
                    if !event.is_none_or(|event| results.tell(event)) {
                        break;
                    }
                }
            })?;
        Ok(Self {
            work,
            events,
            post,
            files: Some(files),
        })
    }

    /// Gives work to the thread *files*, which does it after all that was given before.
    ///
    /// # Errors
    /// Where the thread doesn't take it.
    pub fn in_order(&self, work: impl FnOnce() -> E + Send + 'static) -> Result<(), NotTaken> {
        self.work.try_send(Box::new(work)).map_err(|err| match err {
            TrySendError::Full(_) => NotTaken::Busy,
            TrySendError::Disconnected(_) => NotTaken::Ended,
        })
    }

    /// Does work on a thread of its own, since nobody knows how long it takes.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn apart(
        &self,
        name: &'static str,
        work: impl FnOnce() -> E + Send + 'static,
    ) -> io::Result<()> {
        let post = self.post.clone();
        spawn(name, move || {
            let called = format!("the thread for the {name}");
            post.tell(guarded(&called, work).unwrap_or_else(E::from));
        })
    }

    /// The next event, if there is one.
    pub fn next_event(&self) -> Option<E> {
        self.events.try_recv().ok()
    }

    /// Waits until all work given to the thread *files* has been done, until `deadline`. False
    /// where it takes longer.
    pub fn finish(mut self, deadline: Instant) -> bool {
        drop(self.work);
        let Some(files) = self.files.take() else {
            return true;
        };
        while !files.is_finished() {
            if Instant::now() >= deadline {
                return false;
            }
            // The thread may wait for room among the events.
            let _ = self.events.recv_timeout(LOOK_EVERY);
        }
        // A panic in it has been printed; the window is closing.
        let _ = files.join();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Event {
        Number(usize),
        Broke(String),
    }

    impl From<BrokeDown> for Event {
        fn from(err: BrokeDown) -> Self {
            Self::Broke(err.to_string())
        }
    }

    fn start() -> Background<Event> {
        Background::start(|| {}, Duration::from_secs(3_600), || None).unwrap()
    }

    fn next(background: &Background<Event>) -> Event {
        background
            .events
            .recv_timeout(Duration::from_secs(60))
            .unwrap()
    }

    #[test]
    fn files_are_worked_on_in_order_and_a_panic_is_an_event() {
        let background = start();
        for number in 0..3 {
            let work = move || Event::Number(number);
            background.in_order(work).unwrap();
        }
        background.in_order(|| panic!("on purpose")).unwrap();
        background.in_order(|| Event::Number(3)).unwrap();
        for number in 0..3 {
            assert_eq!(next(&background), Event::Number(number));
        }
        let broke = "the thread for files broke down: on purpose";
        assert_eq!(next(&background), Event::Broke(broke.into()));
        assert_eq!(next(&background), Event::Number(3));
        assert!(background.finish(Instant::now() + Duration::from_secs(60)));
    }

    #[test]
    fn work_apart_waits_for_nothing() {
        let background = start();
        let (hold, held) = bounded::<()>(1);
        background
            .in_order(move || {
                let _ = held.recv();
                Event::Number(1)
            })
            .unwrap();
        background.apart("test", || Event::Number(2)).unwrap();
        assert_eq!(next(&background), Event::Number(2));
        hold.send(()).unwrap();
        assert_eq!(next(&background), Event::Number(1));
    }

    #[test]
    fn the_thread_looks_round_now_and_then_and_works_between() {
        let mut looks: usize = 0;
        let look = move || {
            looks += 1;
            // Most looks find nothing.
            looks
                .is_multiple_of(2)
                .then_some(Event::Number(100 + looks))
        };
        let background = Background::start(|| {}, Duration::from_millis(1), look).unwrap();
        assert_eq!(next(&background), Event::Number(102));
        background.in_order(|| Event::Number(3)).unwrap();
        let mut later = [next(&background), next(&background), next(&background)];
        later.sort_by_key(|event| match event {
            Event::Number(number) => *number,
            Event::Broke(_) => 0,
        });
        assert_eq!(later[0], Event::Number(3));
        assert!(background.finish(Instant::now() + Duration::from_secs(60)));
    }
}
