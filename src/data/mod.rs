//! Images: where they come from, how they are split, which labels are wrong, how they are
//! transformed, and the batches that a training step is fed with.
//!
//! Everything here works on bytes and plain vectors on the CPU; nothing knows the network, a device
//! or a tensor. There is one file for an idea and one for a format: a new source is a reader that
//! yields a [`Dataset`] and an arm in [`load`].
//!
//! - [`Dataset`] is what a source holds: labelled images, some of them set aside for the test.
//! - `files` reads the user's own data: IDX, tables such as Kaggle's, folders of pictures.
//! - [`TrainingData`] is a data set as one run sees it: split, and with label noise.
//! - `augment` is the random transform of one image.
//! - [`reading`] reads a picture, in the one way that training and whatever asks a run share.
//! - [`drawing`] makes an image of what a person drew or photographed.
//! - `own_set` keeps what a person drew, with its labels.
//! - [`BatchStream`] prepares an epoch's batches ahead of the steps that use them.

mod augment;
mod batches;
mod copies;
mod dataset;
pub mod drawing;
mod error;
mod files;
pub(crate) mod idx;
mod mnist;
mod noise;
pub(crate) mod own_set;
pub mod reading;
mod split;
mod summary;
mod taken;
mod test_table;

pub(crate) use batches::augmented_image;
pub use batches::{Batch, BatchPlan, BatchStream, batches_per_epoch, epoch_order, prepare_batch};
pub use copies::{Copies, MOST_COPIES};
pub(crate) use dataset::PixelStatistics;
pub use dataset::{Dataset, Images};
pub use error::{DataError, IdxProblem, TablePlace};
pub use files::{
    LabelledPart, read_csv_to_measure, read_labelled_pictures, read_test, read_test_csv,
    test_table_beside, with_facts,
};
pub(crate) use files::{forget_last, is_picture_name, natural_order, system_kind};
pub use split::TrainingData;
pub use summary::{ClassCount, DataSummary, summarize};

pub use taken::{DataNote, LabelPlace, Taken};
pub use test_table::{ForNetwork, IdOrigin, TestData, TestIds, TestImages, TestLabels, TestTable};

use crate::experiment::{DataSource, ReadAs};
use std::ops::ControlFlow;
use std::sync::Arc;

/// How many bytes of pixels a data set may have. More is refused before memory is taken for it.
const MAX_BYTES: u64 = 2 << 30;

/// Reads the images of a source.
///
/// The embedded MNIST is decoded once a process, by the first call, and shared by all others. Of
/// data sets in files, the last one read is kept, and read again only where one of its files has
/// changed.
///
/// # Errors
/// Where the source can't be read, isn't what it claims to be, or has changed since its facts were
/// noted.
pub fn load(source: &DataSource) -> Result<Arc<Dataset>, DataError> {
    load_with(source, &mut |_| ControlFlow::Continue(()))
}

/// What is done while a source is read, and what is counted then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadStep {
    /// Files are read, and their bytes are counted.
    ReadingBytes,
    /// Some pictures are looked at, to decide how all are read.
    LookingAtPictures,
    /// Pictures are read.
    ReadingPictures,
}

/// How far a source has been read: bytes or files, of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadProgress {
    /// What is done. The count of another step begins anew.
    pub step: LoadStep,
    /// Bytes or files that have been read.
    pub done: u64,
    /// Bytes or files that are to be read in all.
    pub total: u64,
}

impl LoadProgress {
    /// How many pictures were read or looked at, in words; none where bytes are counted.
    pub fn of_pictures(&self) -> Option<String> {
        let doing = match self.step {
            LoadStep::ReadingBytes => return None,
            LoadStep::LookingAtPictures => "looking at",
            LoadStep::ReadingPictures => "reading",
        };
        Some(format!("{doing} {} of {} pictures", self.done, self.total))
    }
}

/// Reads the images of a source as [`load`] does, and tells `heard` how far that is. Where `heard`
/// breaks, loading is cancelled.
///
/// # Errors
/// The errors of [`load`], and [`DataError::Cancelled`].
pub fn load_with(
    source: &DataSource,
    heard: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<Arc<Dataset>, DataError> {
    load_as(source, ReadAs::Auto, heard)
}

/// Reads the images of a source that wasn't read before, pictures as a person asks for. How they
/// were read is noted in what was taken, and [`with_facts`] keeps it in the source.
///
/// # Errors
/// The errors of [`load_with`], and where a person asks for a way to read pictures and the source
/// holds none.
pub fn load_as(
    source: &DataSource,
    read_as: ReadAs,
    heard: &mut dyn FnMut(LoadProgress) -> ControlFlow<()>,
) -> Result<Arc<Dataset>, DataError> {
    match source {
        DataSource::Mnist => mnist::dataset(),
        DataSource::Files(source) => files::load(source, read_as, heard),
    }
}
