//! Where a run stands, and where it would go on.

use super::RunEvent;
use crate::training::StopReason;
use serde::Serialize;
use std::fmt;

/// Where a run goes on when it is taken up again: the epoch and the batch that come next, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ResumePlace {
    /// The epoch.
    pub epoch: usize,
    /// The batch; one more than the epoch has where its evaluation comes next.
    pub batch: usize,
}

/// The place in words, as they follow "stopped".
impl fmt::Display for ResumePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self { epoch: 1, batch: 1 } => f.write_str("at its beginning"),
            Self { epoch, batch: 1 } => write!(f, "after epoch {}", epoch - 1),
            Self { epoch, batch } => write!(f, "at epoch {epoch}, batch {batch}"),
        }
    }
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// Data and network are being made ready.
    Loading,
    /// The GPU of this name is tried out before it is used.
    Probing(String),
    /// The next step compiles kernels for the GPU.
    Compiling,
    /// The run trains.
    Running,
    /// The run was asked to pause and holds still, or will within a batch.
    Paused,
    /// The run was asked to stop and will within a batch.
    Stopping,
    /// The run is over.
    Finished(StopReason),
    /// The run is over, but its folder lacks its end or some figures: there it would be trained on.
    NotKept(StopReason),
    /// The run ended with an error, in words. What it had is kept.
    Failed(String),
    /// The run was found on disk without an end: the program was ended before the run was.
    Interrupted,
    /// The run was found on disk while another process trains it: which one, in words.
    Elsewhere(String),
}

impl RunState {
    /// Whether a thread of this process works on the run.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Loading
            | Self::Probing(_)
            | Self::Compiling
            | Self::Running
            | Self::Paused
            | Self::Stopping => true,
            Self::Finished(_)
            | Self::NotKept(_)
            | Self::Failed(_)
            | Self::Interrupted
            | Self::Elsewhere(_) => false,
        }
    }

    /// Whether this process or another works on the run.
    pub fn is_in_work(&self) -> bool {
        self.is_active() || matches!(self, Self::Elsewhere(_))
    }

    /// The state in one word or two.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Probing(_) => "probing the GPU",
            Self::Compiling => "compiling",
            Self::Running => "training",
            Self::Paused => "paused",
            Self::Stopping => "stopping",
            Self::Finished(StopReason::Completed) => "finished",
            Self::Finished(StopReason::EarlyStopping) => "stopped early",
            Self::Finished(StopReason::Stopped) => "stopped",
            Self::NotKept(_) => "not kept",
            Self::Failed(_) => "failed",
            Self::Interrupted => "interrupted",
            Self::Elsewhere(_) => "other process",
        }
    }

    /// The state after an event.
    #[must_use]
    pub fn after(&self, event: &RunEvent) -> Self {
        match event {
            RunEvent::Finished {
                reason,
                is_kept: true,
                ..
            } => Self::Finished(*reason),
            RunEvent::Finished { reason, .. } => Self::NotKept(*reason),
            RunEvent::Failed { message, .. } => Self::Failed(message.clone()),
            RunEvent::TakenUp { .. } => Self::Loading,
            // An ended run stays ended, and a stopping one only ends.
            _ if !self.is_active() || *self == Self::Stopping => self.clone(),
            RunEvent::Loading => Self::Loading,
            RunEvent::Probing(gpu) => Self::Probing(gpu.clone()),
            RunEvent::Started(_) | RunEvent::Resumed => Self::Running,
            RunEvent::Compiling if *self == Self::Running => Self::Compiling,
            RunEvent::Compiled if *self == Self::Compiling => Self::Running,
            RunEvent::Paused => Self::Paused,
            RunEvent::Compiling
            | RunEvent::Compiled
            | RunEvent::Progress { .. }
            | RunEvent::Changed(_)
            | RunEvent::Epoch(_)
            | RunEvent::Hashed(_)
            | RunEvent::Chose(_)
            | RunEvent::Note(_)
            | RunEvent::Warning(_) => self.clone(),
        }
    }
}
