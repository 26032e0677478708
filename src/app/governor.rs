//! How often the window draws while it trains: at most ten times a second, and less often where
//! a frame is dear, so that drawing never takes more than a tenth of the machine.

use eframe::egui::Context;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Ten draws a second while training.
const SHORTEST: Duration = Duration::from_millis(100);
/// However dear a frame is, the curves shall move.
const LONGEST: Duration = Duration::from_secs(2);
/// A frame may take this share of the time between two.
const SHARE: u32 = 10;

/// Wakes the window for threads.
pub struct Governor {
    ctx: Context,
    epoch: Instant,
    /// Milliseconds since `epoch` before which no thread may cause a frame.
    not_before: AtomicU64,
}

impl Governor {
    /// A governor of this window.
    pub fn new(ctx: Context) -> Self {
        Self {
            ctx,
            epoch: Instant::now(),
            not_before: AtomicU64::new(0),
        }
    }

    /// Takes the cost of the last frame in.
    pub fn frame_took(&self, cost: Duration) {
        let pause = pause_after(cost);
        let not_before = (self.epoch.elapsed() + pause).as_millis() as u64;
        self.not_before.store(not_before, Ordering::Relaxed);
    }

    /// Something is there to be drawn when the time has come.
    pub fn wake(&self) {
        let now = self.epoch.elapsed().as_millis() as u64;
        let not_before = self.not_before.load(Ordering::Relaxed);
        self.ctx
            .request_repaint_after(Duration::from_millis(not_before.saturating_sub(now)));
    }

    /// Something is to be looked at after this time.
    pub fn wake_after(&self, delay: Duration) {
        self.ctx.request_repaint_after(delay);
    }

    /// Something that a person waits for is there.
    pub fn wake_now(&self) {
        self.ctx.request_repaint();
    }
}

/// The time to the next frame that a thread may cause.
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
