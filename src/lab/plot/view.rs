//! How curves are looked at: what heights show, and what the plots run along.

use serde::{Deserialize, Serialize};

/// What heights show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YView {
    /// The curves shown fill the height.
    #[default]
    Fit,
    /// From 0: accuracy from 0 to 100%, loss from 0.
    FromZero,
    /// The last half of the epochs fills the height.
    LastHalf,
    /// The logarithm of the error, and of the loss.
    Log,
}

impl YView {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Fit, Self::FromZero, Self::LastHalf, Self::Log];

    /// The name that it is offered by.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fit => "Fit",
            Self::FromZero => "From 0",
            Self::LastHalf => "Last half",
            Self::Log => "Log",
        }
    }

    /// What the choice is good for, in a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Fit => {
                "The curves shown fill the height. Where their first fifth would flatten the rest, it may lie outside, and is counted"
            }
            Self::FromZero => "Accuracy from 0 to 100%, loss from 0: differences in proportion",
            Self::LastHalf => "The last half of the epochs fills the height: the fine differences",
            Self::Log => {
                "The error and the loss on a logarithmic axis: from 1% to 0.5% is as far as from 10% to 5%"
            }
        }
    }
}

/// What the plots run along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum XAxis {
    /// Epochs.
    #[default]
    Epoch,
    /// Optimizer steps.
    Step,
    /// Time spent training, pauses not counted.
    Time,
}

impl XAxis {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Epoch, Self::Step, Self::Time];

    /// The name that it is offered by.
    pub fn label(self) -> &'static str {
        match self {
            Self::Epoch => "Epoch",
            Self::Step => "Step",
            Self::Time => "Time",
        }
    }

    /// What the choice is good for, in a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Epoch => "One epoch: every training image once",
            Self::Step => {
                "One step: one batch. Compares runs with different numbers of training images"
            }
            Self::Time => "Time spent training, pauses not counted",
        }
    }
}
