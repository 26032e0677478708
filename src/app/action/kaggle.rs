//! A run that is followed by its submission.

use crate::experiment::{DataSource, Preset};
use crate::lab::store::Overwrite;
use std::path::PathBuf;

/// What *Train and submit* asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KaggleJob {
    /// The preset that the run begins with.
    pub preset: Preset,
    /// The images to train on, with what is known of them.
    pub source: DataSource,
    /// The images to predict.
    pub test: PathBuf,
    /// The submission's file.
    pub output: PathBuf,
    /// What happens to a file that is there: a person was asked before the run began.
    pub overwrite: Overwrite,
}
