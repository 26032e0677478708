//! Why a run or an evaluation failed.

use super::OpenDevice;
use crate::model::ModelError;

/// A run or an evaluation that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// A figure has grown beyond all bounds, or is no number.
    #[error(
        "training has diverged: {what} is no longer a finite number {}; \
         try a learning rate ten times lower, batch norm, or Adam instead of SGD",
        place(*.epoch, *.batch)
    )]
    NotFinite {
        /// The epoch, from 1.
        epoch: usize,
        /// The batch, from 1; none where the figure is one of the whole epoch.
        batch: Option<usize>,
        /// What the figure is, in words.
        what: &'static str,
    },
    /// The GPU went away, ran out of memory or failed otherwise. The epochs told of before are good.
    #[error(
        "{device} failed: {reason}; choose the device cpu, or restart the program before this GPU \
         is used again, with smaller batches if its memory was too small"
    )]
    DeviceLost {
        /// The name of the device, for people.
        device: String,
        /// The reason in the words of the device's driver, or of burn.
        reason: String,
    },
    /// The network can't be built, read or computed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The images have another size than those that the network was trained on.
    #[error(
        "found {found} pixels for {count} images, expected {count} images of {rows} × {columns}, the size that the network was trained on"
    )]
    WrongImages {
        /// Pixels found.
        found: usize,
        /// Images announced.
        count: usize,
        /// Rows of the network's images.
        rows: usize,
        /// Columns of the network's images.
        columns: usize,
    },
    /// The network has no class for a label.
    #[error("found the label {label}, expected one below {classes}, the network's classes")]
    WrongLabel {
        /// The label.
        label: u8,
        /// How many classes the network has.
        classes: usize,
    },
    /// A saved state is of another network than the data and the settings make.
    #[error(
        "the saved state is not of this run's network and data; repeat the run from its experiment.json instead"
    )]
    ForeignState,
    /// There is no image to measure on.
    #[error("there is no image to evaluate")]
    NoImages,
    /// A prediction was cancelled.
    #[error("prediction was cancelled")]
    Cancelled,
    /// The network that devices are tried out with can't be made.
    #[error("the network to try devices out with can't be made: {0}")]
    Probe(Box<dyn std::error::Error + Send + Sync>),
    /// The system gives no thread that prepares batches.
    #[error(
        "the system gives no thread to prepare batches: {0}; close other programs and try again"
    )]
    Thread(#[source] std::io::Error),
}

impl TrainingError {
    /// The error of work on this device, where a failure of the device becomes
    /// [`DeviceLost`](Self::DeviceLost).
    pub(super) fn on(self, device: &OpenDevice) -> Self {
        match self {
            Self::Model(ModelError::Device { reason }) => Self::DeviceLost {
                device: device.description.clone(),
                // The lines after the first are traces for developers.
                reason: reason.lines().next().unwrap_or_default().trim().into(),
            },
            error => error,
        }
    }
}

/// Where something happened, in words.
fn place(epoch: usize, batch: Option<usize>) -> String {
    match batch {
        Some(batch) => format!("in epoch {epoch}, batch {batch}"),
        None => format!("at the end of epoch {epoch}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divergence_says_where_and_what_to_try() {
        let error = TrainingError::NotFinite {
            epoch: 2,
            batch: Some(7),
            what: "the loss",
        };
        assert_eq!(
            error.to_string(),
            "training has diverged: the loss is no longer a finite number in epoch 2, batch 7; \
             try a learning rate ten times lower, batch norm, or Adam instead of SGD"
        );
    }
}
