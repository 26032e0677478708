//! What can be wrong with a network or its weights.

/// A network can't be built, read, written or computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The image is used up before the last block of convolutions.
    #[error(
        "an image of {rows} × {columns} pixels is too small for {blocks} blocks of convolutions: \
         each needs 6 × 6 pixels and leaves half of what its two convolutions leave; use fewer blocks"
    )]
    ImageTooSmall {
        /// How many rows the image has.
        rows: usize,
        /// How many columns the image has.
        columns: usize,
        /// How many blocks were asked for.
        blocks: usize,
    },
    /// A figure has a value that no network has.
    #[error("the network can't have {what}")]
    Impossible {
        /// The figure and its value, in words.
        what: String,
    },
    /// Batch norm can't be switched in mid-run.
    #[error("batch norm can't be switched here: {reason}")]
    Switch {
        /// Why it can't be switched.
        reason: &'static str,
    },
    /// The file isn't one of weights, or not one of this program's.
    #[error("these are no weights that this program can read: {problem}")]
    NotWeights {
        /// What was found and what was expected.
        problem: String,
    },
    /// The weights are of a later version of the program.
    #[error(
        "these weights have format version {found}, this program reads {expected}: use the program that wrote them, or a newer one"
    )]
    Version {
        /// The version that the file states.
        found: u32,
        /// The version that can be read.
        expected: u32,
    },
    /// A tensor is missing, superfluous, or not what the network expects.
    #[error("the weights don't fit the network that they name: {problem}")]
    Tensor {
        /// The tensor, what was found and what was expected.
        problem: String,
    },
    /// A weight is infinite or no number.
    #[error("the network's weights are no longer finite numbers")]
    NotFinite,
    /// The device failed to compute or to give its results.
    #[error("the device failed: {reason}")]
    Device {
        /// The reason in the words of the device.
        reason: String,
    },
}
