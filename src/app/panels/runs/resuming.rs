//! Whether a run can be resumed. No egui.

use crate::lab::{ResumePlace, Run, RunState, StopReason};

/// Why a run can't be resumed, as a sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotResumable {
    /// Another process trains the run.
    #[error("It is being trained by {by}.")]
    Elsewhere {
        /// Who trains it.
        by: String,
    },
    /// This window trains the run.
    #[error("It is training.")]
    Training,
    /// The run has reached its last epoch.
    #[error("All its epochs are trained.")]
    Completed,
    /// Early stopping has ended the run.
    #[error("Early stopping has ended it.")]
    StoppedEarly,
    /// The loss was no number any more.
    #[error("It has diverged, and would again.")]
    Diverged,
    /// The run was read from a file of curves.
    #[error("It was read from a file of curves, which holds no weights to go on with.")]
    FromFile,
    /// The row is an average of runs.
    #[error("It is an average: its runs are trained, and the average isn't.")]
    Ensemble,
    /// No state from which training could go on is on disk.
    #[error("No state that it could go on from was kept.")]
    NoState,
}

/// Where a run goes on when it is resumed.
///
/// # Errors
/// Why it can't be resumed.
pub fn can_resume(run: &Run) -> Result<ResumePlace, NotResumable> {
    if let Some(place) = run.resumes_at {
        return Ok(place);
    }
    Err(match &run.state {
        RunState::Elsewhere(by) => NotResumable::Elsewhere { by: by.clone() },
        state if state.is_active() => NotResumable::Training,
        RunState::Finished(StopReason::Completed) => NotResumable::Completed,
        RunState::Finished(StopReason::EarlyStopping) => NotResumable::StoppedEarly,
        RunState::Failed(_) if run.diverged_in.is_some() => NotResumable::Diverged,
        _ => NotResumable::NoState,
    })
}
