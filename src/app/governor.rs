//! How often the window draws while a run trains: at most ten times a second, and less often where
//! a frame takes long, so that drawing never takes more than a tenth of the time.

use eframe::egui::Context;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The shortest time between two frames that threads cause: nine frames a second, which leaves one of ten to
/// answers that a person waits for.
const SHORTEST: Duration = Duration::from_millis(111);
/// The soonest that a frame is asked for. egui draws two frames where one is asked for at once.
const SOON: Duration = Duration::from_millis(1);
/// The longest time between two frames that threads cause, so that the curves move even where a
/// frame takes very long.
const LONGEST: Duration = Duration::from_secs(2);
/// The time between two frames is at least this many times what a frame takes.
const SHARE: u32 = 10;

/// Wakes the window when a thread has something to show.
pub struct Governor {
    ctx: Context,
    epoch: Instant,
    /// Milliseconds since `epoch` before which no thread may cause a frame.
    not_before: AtomicU64,
}

impl Governor {
    /// A governor of the window with this context.
    pub fn new(ctx: Context) -> Self {
        Self {
            ctx,
            epoch: Instant::now(),
            not_before: AtomicU64::new(0),
        }
    }

    /// Notes how long the last frame took.
    pub fn frame_took(&self, cost: Duration) {
        let pause = pause_after(cost);
        let not_before = (self.epoch.elapsed() + pause).as_millis() as u64;
        self.not_before.store(not_before, Ordering::Relaxed);
    }

    /// Has the window drawn as soon as a thread may cause the next frame.
    pub fn wake(&self) {
        let now = self.epoch.elapsed().as_millis() as u64;
        let not_before = self.not_before.load(Ordering::Relaxed);
        let wait = Duration::from_millis(not_before.saturating_sub(now));
        self.ctx.request_repaint_after(wait.max(SOON));
    }

    /// Has the window drawn at once, for something that a person waits for.
    pub fn wake_now(&self) {
        self.ctx.request_repaint_after(SOON);
    }
}

/// The time until a thread may cause the next frame, after a frame that took this long.
fn pause_after(cost: Duration) -> Duration {
    (cost * SHARE).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_frames_come_less_often() {
        assert_eq!(pause_after(Duration::from_millis(2)), SHORTEST);
        assert_eq!(
            pause_after(Duration::from_millis(30)),
            Duration::from_millis(300)
        );
        assert_eq!(pause_after(Duration::from_secs(9)), LONGEST);
    }
}
