//! A kept run's weights measured again: on its validation images, or once on the test images.

use crate::lab::run::Run;
use crate::lab::store::hash::sha256_of_data;
use crate::lab::store::{Checkpoint, Figures, StoreError, read_score, write_score};

pub(super) use super::elsewhere::check_not_own;
pub use super::elsewhere::{ScoreElsewhere, score_elsewhere};
pub use crate::lab::store::{Score, Split};

use crate::data::{self, DataError, Dataset, Images, TrainingData};
use crate::experiment::{DataSource, ImageSize};
use crate::training::device::{self, DeviceChoice, DeviceError};
use crate::training::{TrainingError, evaluate_weights};
use std::path::PathBuf;

/// Why a run could not be scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// The run's files.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The run's data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The run's weights.
    #[error("{source}: {}", path.display())]
    Weights {
        /// What is wrong with the weights.
        source: TrainingError,
        /// The file of the weights.
        path: PathBuf,
    },
    /// The data isn't what the run was given.
    #[error(
        "the images or labels are no longer those that {run} was trained on, by their SHA-256; \
         restore them, or train anew: {data}"
    )]
    OtherData {
        /// The run's name.
        run: String,
        /// Where the data lies.
        data: String,
    },
    /// The data has no test images.
    #[error(
        "{0} has no test images with labels; measure on the validation images, or on a file or folder \
         of others with --data; overfit-lab submit predicts images without labels, such as Kaggle's \
         test.csv"
    )]
    NoTestImages(String),
    /// The data has no test images, but a labelled table of some lies beside it.
    #[error(
        "{name} has no test images; {} beside it has labels: measure on it with --data {}",
        test.file_name().unwrap_or_default().display(), test.display()
    )]
    TestImagesBeside {
        /// The data's name.
        name: String,
        /// The table.
        test: PathBuf,
    },
    /// The images have another size than the run takes.
    #[error(
        "run {run} takes images of {} × {} pixels, these have {} × {}; choose images of the run's \
         size: {data}",
        expected.rows, expected.columns, found.rows, found.columns
    )]
    Size {
        /// The run.
        run: String,
        /// The images' rows and columns.
        found: ImageSize,
        /// The rows and columns that the run takes.
        expected: ImageSize,
        /// Where the images lie.
        data: String,
    },
    /// Images are of classes that the run doesn't know.
    #[error(
        "run {run} knows the classes {known}, and doesn't know {unknown}; leave those images out, or \
         rename their classes: {data}"
    )]
    UnknownClasses {
        /// The run.
        run: String,
        /// The classes that the run knows.
        known: String,
        /// The other classes.
        unknown: String,
        /// Where the images lie.
        data: String,
    },
    /// The table has no labels.
    #[error("found no column of labels, so that nothing can be measured; add one named label: {0}")]
    NoLabels(String),
    /// The images are the run's own.
    #[error(
        "these are the data that {run} was trained with; leave --data out to measure on its \
         validation images, or give others: {data}"
    )]
    OwnData {
        /// The run.
        run: String,
        /// Where the images lie.
        data: String,
    },
    /// No weights are kept as the best.
    #[error("this run has kept no best weights; choose --epoch last, or an epoch")]
    NoBest,
}

/// What to say where the weights that are kept as the best or the last are of another epoch, since
/// the epoch's own found no room on the disk or were removed.
pub fn older_weights(run: &Run, checkpoint: Checkpoint) -> Option<String> {
    let (which, asked, kept) = match checkpoint {
        Checkpoint::Best => ("best", run.best(), run.weights.best),
        Checkpoint::Last => ("last", run.epochs.last(), run.weights.last),
        Checkpoint::Epoch(_) => return None,
    };
    let (asked, kept) = (asked?.epoch, kept?);
    (asked != kept).then(|| {
        format!(
            "the weights of the {which} epoch, {asked}, aren't kept; those of epoch {kept} stand \
             in for them"
        )
    })
}

/// The epoch whose weights are asked for; none where they are newer than any epoch's.
pub(in crate::lab) fn epoch_of(
    run: &Run,
    checkpoint: Checkpoint,
) -> Result<Option<usize>, ScoreError> {
    Ok(match checkpoint {
        Checkpoint::Best => Some(run.weights.best.ok_or(ScoreError::NoBest)?),
        Checkpoint::Last => run.weights.last,
        Checkpoint::Epoch(epoch) => Some(epoch),
    })
}

/// A run's weights, and the number of their epoch. None of the newest where the run ended within
/// an epoch.
pub(in crate::lab) fn read_weights(
    run: &Run,
    checkpoint: Checkpoint,
) -> Result<(Vec<u8>, Option<usize>), ScoreError> {
    let weights = checkpoint.read(&run.folder);
    let epoch = match checkpoint {
        // A run of the first program doesn't say.
        Checkpoint::Last if run.weights.last.is_none() => {
            let last = run.epochs.last().map(|metrics| metrics.epoch);
            last.filter(|&epoch| {
                let of_epoch = Checkpoint::Epoch(epoch).read(&run.folder).ok();
                of_epoch.is_some() && of_epoch.as_deref() == weights.as_deref().ok()
            })
        }
        checkpoint => epoch_of(run, checkpoint)?,
    };
    Ok((weights?, epoch))
}

/// Measures a run's weights. A test score is given once a run: later calls repeat the first
/// answer, since a figure that choices are made by is no test any more.
///
/// # Errors
/// Where the run has no such weights, or its data or the device can't be used.
pub fn score(
    run: &Run,
    checkpoint: Checkpoint,
    split: Split,
    device: DeviceChoice,
) -> Result<Score, ScoreError> {
    if split == Split::Test
        && let Some(score) = read_score(&run.folder)?
    {
        return Ok(Score {
            recorded: true,
            ..score
        });
    }
    let epoch = epoch_of(run, checkpoint)?;
    let weights = checkpoint.read(&run.folder)?;
    let settings = run.experiment.settings();
    let dataset = data::load(&settings.data.source)?;
    check_data(run, &dataset)?;
    let images = match split {
        Split::Test => test_images(&dataset, &settings.data.source)?,
        Split::Validation => {
            validation_images(&TrainingData::new(dataset, &settings.data, settings.seed)?)
        }
    };
    let device = device::open(device)?;
    if let Some(note) = &device.note {
        log::info!("{note}");
    }
    let metrics =
        evaluate_weights(&weights, &images, &device).map_err(|source| ScoreError::Weights {
            source,
            path: checkpoint.path(&run.folder),
        })?;
    let score = Score {
        split,
        epoch,
        figures: Figures::new(metrics),
        recorded: false,
    };
    if split == Split::Test {
        write_score(&run.folder, &score)?;
    }
    Ok(score)
}

/// Checks that this is the data that the run was given, where that is known.
///
/// # Errors
/// Where the run was given other data.
pub(in crate::lab) fn check_data(run: &Run, dataset: &Dataset) -> Result<(), ScoreError> {
    let source = &run.experiment.settings().data.source;
    match (&run.data_sha256, sha256_of_data(source, dataset)) {
        (Some(expected), Some(found)) if *expected != found => Err(ScoreError::OtherData {
            run: run.name.clone(),
            data: source.to_string(),
        }),
        _ => Ok(()),
    }
}

pub(super) fn test_images(dataset: &Dataset, source: &DataSource) -> Result<Images, ScoreError> {
    let name = || dataset.name.clone();
    let missing = || match data::test_table_beside(source) {
        Some(test) => ScoreError::TestImagesBeside { name: name(), test },
        None => ScoreError::NoTestImages(name()),
    };
    dataset.test.clone().ok_or_else(missing)
}

pub(super) fn validation_images(data: &TrainingData) -> Images {
    let mut images = Images::default();
    for i in 0..data.validation_size() {
        images.pixels.extend_from_slice(data.validation_image(i));
        images.labels.push(data.validation_label(i));
    }
    images
}
