//! Images: where they come from, how they are split, which labels are wrong, how they are
//! transformed, and the batches that a training step is fed with.
//!
//! Everything here works on bytes and plain vectors on the CPU; nothing knows the network, a
//! device or a tensor. One file an idea, and one a format: a new source is a reader that yields
//! a [`Dataset`] and an arm in [`load`].
//!
//! - [`Dataset`] is what a source holds: labelled images, some of them set aside for the test.
//! - `files` reads the user's own: IDX, Kaggle's CSV, folders of pictures.
//! - [`TrainingData`] is a data set as one run sees it: split, and with label noise.
//! - [`augment::Transform`] is the random transform of one image.
//! - [`drawing`] makes what a person drew or photographed an image.
//! - [`own_set`] keeps what a person drew, with its labels.
//! - [`BatchStream`] prepares an epoch's batches ahead of the steps that use them.

pub mod augment;
mod batches;
mod dataset;
pub mod drawing;
mod error;
mod files;
pub mod idx;
mod mnist;
mod noise;
pub mod own_set;
mod split;
mod summary;

pub use batches::{
    Batch, BatchPlan, BatchStream, augmented_image, batches_per_epoch, epoch_order, prepare_batch,
};
pub use dataset::{Dataset, Images, PixelStatistics};
pub use error::{DataError, IdxProblem, Place};
pub use files::{TestImages, read_test_csv, with_facts};
pub(crate) use files::{decode_kept, forget_last};
pub use split::TrainingData;
pub use summary::{DataSummary, summarize};

use crate::experiment::DataSource;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes of pixels that a data set may have. More is refused before memory is taken for it.
const MAX_BYTES: u64 = 2 << 30;

/// Reads the images of a source.
///
/// The embedded MNIST is decoded once a process, by the first call, and shared by all others. Of
/// files, the last ones read are kept, and read again only where one of them was changed.
///
/// # Errors
/// Where the source can't be read or isn't what it claims to be; where it has changed since its
/// facts were noted.
pub fn load(source: &DataSource) -> Result<Arc<Dataset>, DataError> {
    load_with(source, &mut |_| ControlFlow::Continue(()))
}

/// How far a source has been read: bytes or files, of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadProgress {
    /// Read so far.
    pub done: u64,
    /// To read.
    pub total: u64,
}

/// The same, telling `heard` how far it is; where that breaks, it ends with
/// [`DataError::Cancelled`].
///
/// # Errors
/// As [`load`].
pub fn load_with(
    source: &DataSource,
    heard: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<Arc<Dataset>, DataError> {
    match source {
        DataSource::Mnist => mnist::dataset(),
        DataSource::Files(source) => files::load(source, heard),
    }
}
