//! Where the time of training steps goes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

/// A part of a training step. Layers are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepPart {
    /// The pixels are normalized.
    Pixels,
    /// A convolution is computed with its ReLU, its pool and the batch norms before and after it.
    Convolution(usize),
    /// A convolution is computed on the way back, with the same parts.
    ConvolutionBack(usize),
    /// A dense layer is computed with the batch norm before it.
    Dense(usize),
    /// A dense layer is computed on the way back, with the batch norm before it.
    DenseBack(usize),
    /// Softmax and the gradient of the loss are computed.
    Loss,
    /// All tensors are updated.
    Optimizer,
}

impl fmt::Display for StepPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels => f.write_str("pixels normalized"),
            Self::Convolution(layer) => write!(f, "convolution {}, forward", layer + 1),
            Self::ConvolutionBack(layer) => write!(f, "convolution {}, backward", layer + 1),
            Self::Dense(layer) => write!(f, "dense {}, forward", layer + 1),
            Self::DenseBack(layer) => write!(f, "dense {}, backward", layer + 1),
            Self::Loss => f.write_str("loss"),
            Self::Optimizer => f.write_str("optimizer"),
        }
    }
}

/// The time of all steps so far, by part.
#[derive(Clone, Debug, Default)]
pub(super) struct Times(BTreeMap<StepPart, Duration>);

impl Times {
    /// Adds the time of a part that was begun at `start`.
    pub fn add(&mut self, part: StepPart, start: Instant) {
        *self.0.entry(part).or_default() += start.elapsed();
    }

    pub fn parts(&self) -> impl Iterator<Item = (StepPart, Duration)> {
        self.0.iter().map(|(&part, &time)| (part, time))
    }
}
