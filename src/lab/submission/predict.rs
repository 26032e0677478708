//! Predicting with one run, or with several whose probabilities are averaged.

use super::{SubmissionError, TestImages, count};
use crate::data::reading::{OtherLook, RunReading};
use crate::data::{self, Copies, ForNetwork, Taken, TestData, TestIds, TestLabels};
use crate::experiment::{DataFacts, DataSource, ImageSize, ReadAs, TrainSize};
use crate::lab::Run;
use crate::lab::answers::ensemble::{EnsembleError, Voter, Voters, most_probable};
use crate::lab::score::read_weights;
use crate::lab::store::Checkpoint;
use crate::lab::store::hash::sha256_of_files;
use crate::lab::verdict::standard_error;
use crate::model::weights;
use crate::training::TrainingError;
use crate::training::device::{self, DeviceChoice};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Test images, and the file that they come from.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The file.
    pub path: PathBuf,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The images in it.
    pub images: TestImages,
    /// What the images are called, where the file says it.
    pub ids: Option<TestIds>,
    /// What the images are, where the file says it.
    pub labels: Option<TestLabels>,
    /// What was done to the file on the way.
    pub taken: Taken,
}

impl TestFile {
    /// Reads the images to predict with these runs: a table such as Kaggle's `test.csv`, pictures, numpy's
    /// arrays or IDX files, also in a folder or an archive. Pictures are read as the runs read pictures.
    /// `heard` is told how much is read.
    ///
    /// # Errors
    /// Where there is no run; where the images can't be read or aren't of such a form; where they are pictures,
    /// and the runs read pictures in different ways; or where it was cancelled.
    pub fn read(
        path: &Path,
        runs: &[(Run, Checkpoint)],
        heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Self, SubmissionError> {
        Self::read_as(path, runs, ReadAs::Auto, heard)
    }

    /// Reads the images to predict as [`read`](Self::read) does, pictures as a person may ask for.
    ///
    /// # Errors
    /// The errors are those of [`read`](Self::read), and that no pictures are there to be read so.
    pub fn read_as(
        path: &Path,
        runs: &[(Run, Checkpoint)],
        read_as: ReadAs,
        heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Self, SubmissionError> {
        let (first, checkpoint) = runs.first().ok_or(EnsembleError::NoRuns)?;
        let are_turned =
            |(run, _): &(Run, Checkpoint)| run.experiment.settings().data.source.is_turned();
        let own = reading(first).read_as(read_as);
        let network = ForNetwork::new(own, image_size(first, *checkpoint)?)
            .asked(read_as)
            .turned(runs.iter().any(are_turned));
        let TestData { table, files } = data::read_test(path, &network, &mut |progress| {
            heard(progress.done as usize, progress.total as usize)
        })?;
        match (table.taken.asked_reading(), read_as) {
            (Some(_), ReadAs::Auto) => agree_on_pictures(runs, &network.reading)?,
            (Some(_), _) | (None, ReadAs::Auto) => {}
            (None, asked) => {
                let path = path.to_path_buf();
                return Err(SubmissionError::NoPictures { asked, path });
            }
        }
        let path = match files.as_slice() {
            [alone] => alone,
            _ => path,
        };
        let sha256 = sha256_of_files(&files).map_err(|source| SubmissionError::Read {
            path: path.to_path_buf(),
            source,
        })?;
        Ok(Self {
            path: path.to_path_buf(),
            sha256,
            images: table.images,
            ids: table.ids,
            labels: table.labels,
            taken: table.taken,
        })
    }

    /// How many images there are.
    pub fn count(&self) -> usize {
        count(&self.images)
    }
}

/// How a run reads pictures.
fn reading(run: &Run) -> RunReading {
    RunReading::of(&run.experiment.settings().data.source)
}

/// Checks that all runs read pictures in one way.
fn agree_on_pictures(
    runs: &[(Run, Checkpoint)],
    expected: &RunReading,
) -> Result<(), SubmissionError> {
    let other = runs.iter().find(|(run, _)| reading(run) != *expected);
    match other {
        None => Ok(()),
        Some((run, _)) => Err(SubmissionError::Readings {
            run: run.name.clone(),
            found: reading(run).pictures.to_string(),
            expected: expected.pictures.to_string(),
        }),
    }
}

/// What runs predict for images.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The names of the classes, one for each column of the probabilities.
    pub class_names: Vec<String>,
    /// The mean of the runs' probabilities, `[image, class]`.
    pub probabilities: Vec<f32>,
    /// The most probable class of each image, the lowest of equals.
    pub labels: Vec<u8>,
    /// The runs that predicted.
    pub members: Vec<Member>,
    /// The copies of each image that were answered beside it.
    pub copies: Copies,
}

/// A run that predicted, as the sidecar tells of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// The run's id.
    pub id: String,
    /// The name that the run goes by.
    pub name: String,
    /// The epoch of its weights; none where they are newer than any epoch's.
    pub epoch: Option<usize>,
    /// The SHA-256 of its weights, in hexadecimal.
    pub weights_sha256: String,
    /// The data that trained the run.
    pub data: String,
    /// What is known of that data.
    pub data_facts: Option<DataFacts>,
    /// The SHA-256 of its images and labels when it was trained, where it isn't the embedded data.
    pub data_sha256: Option<String>,
    /// How many images the run was trained on.
    pub train_size: TrainSize,
    /// The fraction of those images that had wrong labels.
    pub label_noise: f64,
    /// The accuracy of these weights on the run's validation images, a fraction.
    pub validation_accuracy: Option<f64>,
    /// The standard error of that accuracy.
    pub validation_standard_error: Option<f64>,
    /// How many validation images there are.
    pub validation_images: Option<usize>,
    /// Whether the embedded MNIST trained the run.
    pub saw_embedded_mnist: bool,
    /// In what the images look otherwise than those that trained the run, where they do.
    #[serde(skip)]
    pub look: Option<OtherLook>,
    /// The same in words, as far as it is known how the images were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_look: Option<String>,
}

/// Predicts images with runs: the mean of their probabilities, over copies of the images too. `heard`
/// is told how many answers there are, each run's counted, of how many; where it breaks, prediction
/// ends.
///
/// # Errors
/// Where a run has no such weights, takes images of another size, or knows other classes than
/// the first; where the device fails; or where it was cancelled.
pub fn predict(
    runs: &[(Run, Checkpoint)],
    copies: Copies,
    images: &TestImages,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Prediction, SubmissionError> {
    let device = device::open(device).map_err(EnsembleError::from)?;
    let voters = Voters::load(runs, copies, &device)?;
    let probabilities = voters
        .vote(&images.pixels, images.size, heard)?
        .probabilities;
    let class_names = voters.class_names().to_vec();
    let labels = probabilities.chunks_exact(class_names.len());
    let members = runs.iter().zip(voters.voters());
    Ok(Prediction {
        labels: labels.map(most_probable).collect(),
        members: members
            .map(|((run, _), voter)| member(run, voter, images))
            .collect(),
        class_names,
        probabilities,
        copies,
    })
}

/// Rows and columns of the images that a run's weights take.
///
/// # Errors
/// Where the run has no such weights.
pub fn image_size(run: &Run, checkpoint: Checkpoint) -> Result<ImageSize, SubmissionError> {
    let (weights, _) = read_weights(run, checkpoint).map_err(EnsembleError::from)?;
    let failed = |err| EnsembleError::Training {
        run: run.name.clone(),
        source: TrainingError::Model(err),
    };
    let spec = weights::read_spec(&weights).map_err(failed)?;
    Ok(ImageSize::new(spec.rows, spec.columns))
}

fn member(run: &Run, voter: &Voter, images: &TestImages) -> Member {
    let epoch = voter.epoch;
    let data = &run.experiment.settings().data;
    let metrics = run
        .epochs
        .iter()
        .find(|metrics| Some(metrics.epoch) == epoch);
    Member {
        id: run.id.to_string(),
        name: run.name.clone(),
        epoch,
        weights_sha256: voter.weights_sha256.clone(),
        data: data.source.to_string(),
        data_facts: data.source.known(),
        data_sha256: run.data_sha256.clone(),
        train_size: run.settings_now().data.train_size,
        label_noise: data.label_noise,
        validation_accuracy: metrics.map(|metrics| metrics.validation_accuracy),
        validation_standard_error: metrics
            .map(|metrics| standard_error(metrics.validation_accuracy, metrics.validation_count)),
        validation_images: metrics.map(|metrics| metrics.validation_count),
        saw_embedded_mnist: data.source == DataSource::Mnist,
        look: run.unlike(&images.pixels, images.size),
        other_look: None,
    }
}
