//! A run's weights as a file for other programs.

use super::ExportError;
use crate::lab::Run;
use crate::lab::score::read_weights;
use crate::lab::store::Checkpoint;
use crate::model::weights::in_layout;

pub use crate::model::weights::WeightsLayout;

/// The bytes of a safetensors file with the weights of a run.
///
/// # Errors
/// Where the run has no such weights, or they are damaged.
pub fn weights_file(
    run: &Run,
    checkpoint: Checkpoint,
    layout: WeightsLayout,
) -> Result<Vec<u8>, ExportError> {
    let (weights, _) = read_weights(run, checkpoint)?;
    Ok(in_layout(&weights, layout)?)
}
