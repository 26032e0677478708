//! Why a run or an evaluation failed.

use super::OpenDevice;
use crate::model::ModelError;

/// A run or an evaluation that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// A figure that grew beyond all bounds, or is not a number.
    #[error(
        "training has diverged: {what} is no longer a finite number {}; \
         try a learning rate ten times lower, batch norm, or Adam instead of SGD",
        place(*.epoch, *.batch)
    )]
    NotFinite {
        /// The epoch, from 1.
        epoch: usize,
        /// The batch, from 1; none after an epoch's last.
        batch: Option<usize>,
        /// The figure.
        what: &'static str,
    },
    /// The GPU went away, ran out of memory or failed otherwise. What was told of before is good.
    #[error(
        "{device} failed: {reason}; choose the device cpu, or restart the program before this GPU \
         is used again, with smaller batches if its memory was too small"
    )]
    DeviceLost {
        /// The device, in words.
        device: String,
        /// What its driver, or burn, says.
        reason: String,
    },
    /// The network can't be built, read or computed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Images of another size than the network's.
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
    /// A label that the network has no class for.
    #[error("found the label {label}, expected one below {classes}, the network's classes")]
    WrongLabel {
        /// The label.
        label: u8,
        /// The network's classes.
        classes: usize,
    },
    /// A state of another network than the data and the settings make.
    #[error(
        "the saved state is not of this run's network and data; repeat the run from its experiment.json instead"
    )]
    ForeignState,
    /// There is nothing to measure.
    #[error("there is no image to evaluate")]
    NoImages,
    /// It was cancelled.
    #[error("prediction was cancelled")]
    Cancelled,
    /// The network that devices are tried out with can't be made.
    #[error("the network to try devices out with can't be made: {0}")]
    Probe(String),
    /// The system gives no thread that prepares batches.
    #[error(
        "the system gives no thread to prepare batches: {0}; close other programs and try again"
    )]
    Thread(#[source] std::io::Error),
}

impl TrainingError {
    /// The same, with a failure of the device told as what it is.
    pub(super) fn on(self, device: &OpenDevice) -> Self {
        match self {
            Self::Model(ModelError::Device { reason })
                if !device.is_cpu() || device.lost_after.is_some() =>
            {
                Self::DeviceLost {
                    device: device.description.clone(),
                    // What follows are traces for developers.
                    reason: reason.lines().next().unwrap_or_default().trim().into(),
                }
            }
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
