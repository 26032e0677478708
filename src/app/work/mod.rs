//! Work off the window's thread: a closure with a typed result, on a thread with a name.
//!
//! [`Background`] is for work whose result the window takes in as one of its events: on the thread
//! *files* one piece after the other, so that what is written and read of a file stays in order,
//! or on a thread of its own. [`Task`] is for work of seconds that a person waits for and may
//! cancel; whoever started it looks for the result. A panic is a result in both.

mod background;
mod task;

pub use background::{Background, NotTaken};
pub use task::{Task, TaskControl};

use crate::lab::panic_message;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Work ended in a panic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{work} broke down: {message}")]
pub struct BrokeDown {
    /// What the work was, in words that begin a sentence.
    pub work: String,
    /// The panic's message.
    pub message: String,
}

/// Does work and turns a panic into an error that calls the work by this name.
fn guarded<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, BrokeDown> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| BrokeDown {
        work: name.into(),
        message: panic_message(&*panic),
    })
}

/// Starts a thread with a name. The thread ends when its work does; nobody waits for it.
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = std::thread::Builder::new().name(name.into());
    thread.spawn(work).map(drop)
}
