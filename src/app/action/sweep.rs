//! What a person asks for about many runs.

use crate::lab::sweep::{Metric, Sweep};

/// A request about sweeps, or about the learning rate.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepAction {
    /// Open the learning-rate finder.
    OpenRates,
    /// Test which learning rates the settings learn with.
    FindRates,
    /// Take this learning rate into the settings.
    TakeRate(f64),
    /// Open the dialog that plans a sweep of this kind.
    Plan(SweepKind),
    /// Put the runs of a sweep into the queue, and show what they say.
    Start(Box<Sweep>),
    /// Ask for the file of a sweep, and show what the sweep found.
    Open,
    /// Show what sweeps found in place of the curves, or the curves again.
    ToggleFindings,
    /// Show what the sweep in this folder found.
    Choose(String),
    /// Take the sweep in this folder off the list.
    Remove {
        /// The name of its folder, such as `S1`.
        folder: String,
        /// Whether its runs go into the bin with it, but for those that other sweeps have, too.
        with_runs: bool,
    },
    /// Put the runs of the sweep in this folder that nobody has trained into the queue.
    TrainRest(String),
    /// The figure by which cells are compared.
    CompareBy(Metric),
}

/// The kinds of sweeps that the window plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepKind {
    /// Any settings with any values.
    Free,
    /// Several remedies, each on and off.
    Ablation,
    /// Several numbers of training images.
    LearningCurve,
}

impl SweepKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Free, Self::Ablation, Self::LearningCurve];

    /// The title of its dialog.
    pub fn title(self) -> &'static str {
        match self {
            Self::Free => "Sweep",
            Self::Ablation => "Ablation",
            Self::LearningCurve => "Learning curve",
        }
    }
}
