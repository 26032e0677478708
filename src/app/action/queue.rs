//! What a person asks of the queue.

use crate::lab::RunId;

/// A request about the runs that wait.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueAction {
    /// Hold the queue still, with the runs that it has in work.
    Pause,
    /// Let the queue go on.
    GoOn,
    /// Put a run before the one that stands at this index of the list, or at the end.
    Move(RunId, usize),
    /// Take a run off the list. What it has so far is kept.
    Remove(RunId),
    /// Take all runs off the list but those in work.
    Clear,
    /// Put the runs back, at the end, that were taken off at once.
    PutBack,
    /// Let the runs that have failed wait again.
    RetryFailed,
}
