//! When a run's state is saved: at the start of each epoch, each half minute within one, and at
//! the end.

use std::time::{Duration, Instant};

/// Within an epoch the state is saved this often.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);

/// Says when it is time to save the state.
pub(super) struct SaveClock {
    /// The time between two saves within an epoch; none where the state is never saved.
    interval: Option<Duration>,
    /// The last save; none where the state shall be saved at the next occasion.
    last: Option<Instant>,
}

impl SaveClock {
    /// A clock for saves at this interval, or for none at all, whose interval begins now.
    pub fn every(interval: Option<Duration>) -> Self {
        Self {
            interval,
            last: Some(Instant::now()),
        }
    }

    /// Whether the state is never saved.
    pub fn is_off(&self) -> bool {
        self.interval.is_none()
    }

    /// Notes that the state is saved now.
    pub fn restart(&mut self) {
        self.last = Some(Instant::now());
    }

    /// Lets the state be saved before the next batch.
    pub fn make_due(&mut self) {
        self.last = None;
    }

    /// Whether it is time to save the state within an epoch.
    pub fn is_due(&self) -> bool {
        let is_over = |interval| self.last.is_none_or(|last| last.elapsed() >= interval);
        self.interval.is_some_and(is_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_due_once_an_interval() {
        let mut clock = SaveClock::every(Some(Duration::from_secs(86_400)));
        assert!(!clock.is_due());
        clock.make_due();
        assert!(clock.is_due());
        clock.restart();
        assert!(!clock.is_due());
        assert!(SaveClock::every(Some(Duration::ZERO)).is_due());
        let mut never = SaveClock::every(None);
        never.make_due();
        assert!(!never.is_due());
    }
}
