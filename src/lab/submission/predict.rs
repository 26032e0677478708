//! Predicting with one run, or with several whose probabilities are averaged.

use super::{SubmissionError, TestImages, count};
use crate::data::{self, Taken, TestIds, TestLabels};
use crate::experiment::{DataFacts, DataSource, ImageSize, TrainSize};
use crate::lab::Run;
use crate::lab::score::ScoreError;
use crate::lab::store::Checkpoint;
use crate::lab::store::hash::{sha256, sha256_of};
use crate::lab::verdict::standard_error;
use crate::model::weights;
use crate::training::device::{self, DeviceChoice};
use crate::training::{OpenDevice, Predictor, TrainingError};
use serde::Serialize;
use std::fs::File;
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
    /// Reads a table such as Kaggle's `test.csv`, also in a folder or an archive, telling `heard` how much of it is read.
    ///
    /// # Errors
    /// Where it can't be read or isn't of that form, or was cancelled.
    pub fn read(
        path: &Path,
        heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Self, SubmissionError> {
        let path = &data::test_file(path)?;
        let table = data::read_test(path, &mut |progress| {
            heard(progress.done as usize, progress.total as usize)
        })?;
        let sha256 = File::open(path).and_then(sha256_of);
        let sha256 = sha256.map_err(|source| SubmissionError::Read {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_look: Option<String>,
}

/// Predicts images with runs: the mean of their probabilities. `heard` is told how many images
/// have been seen, each run's counted, of how many; where it breaks, prediction ends.
///
/// # Errors
/// Where a run has no such weights, takes images of another size, or knows other classes than
/// the first; where the device fails; or where it was cancelled.
pub fn predict(
    runs: &[(Run, Checkpoint)],
    images: &TestImages,
    device: DeviceChoice,
    heard: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Prediction, SubmissionError> {
    let device = device::open(device)?;
    let (first, _) = runs.first().ok_or(SubmissionError::NoRuns)?;
    let class_names = first.classes();
    let voters = runs
        .iter()
        .map(|(run, checkpoint)| Voter::load(run, *checkpoint, images, &device))
        .collect::<Result<Vec<_>, _>>()?;
    let classes = voters[0].predictor.class_count();
    if class_names.len() != classes {
        // A run's summary may name other classes than its weights know.
        return Err(SubmissionError::Classes {
            run: first.name.clone(),
            found: class_names.len(),
            expected: classes,
        });
    }
    for voter in &voters {
        voter.agree(classes, &class_names)?;
    }
    let images_count = count(images);
    let total = images_count * voters.len();
    let mut sums = vec![0.0_f64; images_count * classes];
    for (index, voter) in voters.iter().enumerate() {
        let before = index * images_count;
        let probabilities = voter
            .predictor
            .probabilities_with(&images.pixels, images_count, &mut |done| {
                heard(before + done, total)
            })
            .map_err(|source| voter.failed(source))?;
        for (sum, probability) in sums.iter_mut().zip(probabilities) {
            *sum += f64::from(probability);
        }
    }
    let probabilities: Vec<f32> = sums
        .iter()
        .map(|sum| (sum / voters.len() as f64) as f32)
        .collect();
    let labels = probabilities.chunks_exact(classes).map(most_probable);
    Ok(Prediction {
        labels: labels.collect(),
        class_names,
        probabilities,
        members: voters.into_iter().map(|voter| voter.member).collect(),
    })
}

/// Rows and columns of the images that a run's weights take.
///
/// # Errors
/// Where the run has no such weights.
pub fn image_size(run: &Run, checkpoint: Checkpoint) -> Result<ImageSize, SubmissionError> {
    let (weights, _) = read_weights(run, checkpoint)?;
    let failed = |err| SubmissionError::Training {
        run: run.name.clone(),
        source: TrainingError::Model(err),
    };
    let spec = weights::read_spec(&weights).map_err(failed)?;
    Ok(ImageSize::new(spec.rows, spec.columns))
}

/// The most probable class, the lowest of equals.
fn most_probable(probabilities: &[f32]) -> u8 {
    let mut best = 0;
    for (class, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = class;
        }
    }
    // Networks have at most 256 classes.
    best as u8
}

/// A run with its weights loaded.
struct Voter {
    predictor: Predictor,
    member: Member,
    class_names: Vec<String>,
}

impl Voter {
    fn load(
        run: &Run,
        checkpoint: Checkpoint,
        images: &TestImages,
        device: &OpenDevice,
    ) -> Result<Self, SubmissionError> {
        let (weights, epoch) = read_weights(run, checkpoint)?;
        let predictor =
            Predictor::new(&weights, device).map_err(|source| SubmissionError::Training {
                run: run.name.clone(),
                source,
            })?;
        let expected = predictor.image_size();
        let found = images.size;
        if expected != found {
            return Err(SubmissionError::Size {
                run: run.name.clone(),
                found,
                expected,
            });
        }
        Ok(Self {
            predictor,
            member: member(run, epoch, &weights, images),
            class_names: run.classes(),
        })
    }

    /// Checks that this run knows the classes of the first run.
    fn agree(&self, classes: usize, names: &[String]) -> Result<(), SubmissionError> {
        let found = self.predictor.class_count();
        if found != classes {
            return Err(SubmissionError::Classes {
                run: self.member.name.clone(),
                found,
                expected: classes,
            });
        }
        if self.class_names != names {
            return Err(SubmissionError::Names {
                run: self.member.name.clone(),
                found: self.class_names.join(", "),
                expected: names.join(", "),
            });
        }
        Ok(())
    }

    fn failed(&self, source: TrainingError) -> SubmissionError {
        match source {
            TrainingError::Cancelled => SubmissionError::Cancelled,
            source => SubmissionError::Training {
                run: self.member.name.clone(),
                source,
            },
        }
    }
}

/// A run's weights, and the number of their epoch. None of the newest where the run ended within
/// an epoch.
pub(in crate::lab) fn read_weights(
    run: &Run,
    checkpoint: Checkpoint,
) -> Result<(Vec<u8>, Option<usize>), ScoreError> {
    let weights = checkpoint.read(&run.folder);
    let epoch = match checkpoint {
        Checkpoint::Best => Some(run.weights.best.ok_or(ScoreError::NoBest)?),
        Checkpoint::Epoch(epoch) => Some(epoch),
        Checkpoint::Last if run.weights.last.is_some() => run.weights.last,
        // A run of the first program doesn't say.
        Checkpoint::Last => run
            .epochs
            .last()
            .map(|metrics| metrics.epoch)
            .filter(|&epoch| {
                let of_epoch = Checkpoint::Epoch(epoch).read(&run.folder).ok();
                of_epoch.is_some() && of_epoch.as_deref() == weights.as_deref().ok()
            }),
    };
    Ok((weights?, epoch))
}

fn member(run: &Run, epoch: Option<usize>, weights: &[u8], images: &TestImages) -> Member {
    let data = &run.experiment.settings().data;
    let metrics = run
        .epochs
        .iter()
        .find(|metrics| Some(metrics.epoch) == epoch);
    Member {
        id: run.id.to_string(),
        name: run.name.clone(),
        epoch,
        weights_sha256: sha256(&[weights]),
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
        other_look: run
            .unlike(&images.pixels, images.size)
            .map(|look| look.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_equals_is_taken() {
        assert_eq!(most_probable(&[0.1, 0.4, 0.4, 0.1]), 1);
        assert_eq!(most_probable(&[0.5, 0.5]), 0);
        assert_eq!(most_probable(&[0.2, 0.3, 0.5]), 2);
    }
}
