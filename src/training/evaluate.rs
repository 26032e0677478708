//! A network in evaluation mode: the figures of an epoch, the score of a data set, and the
//! probabilities that the drawing tab or a submission asks for.

use super::gpu::guarded;
use super::loss::{answer, softmax};
use super::tally::Tally;
use super::{Answers, OpenDevice, PartMetrics, TrainingError};
use crate::data::{Images, TrainingData};
use crate::experiment::ImageSize;
use crate::model::{
    LayerTable, Maps, ModelError, PredictingNetwork, Weights, layer_table, weights,
};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// Images that go through the network together on the CPU: one thread's piece of work, for which
/// the weights of the dense layers are read once.
const CPU_CHUNK: usize = 32;
/// Chunks for each thread between two looks at the commands.
const CPU_CHUNKS: usize = 4;
/// Images that go through the network together on a GPU.
const GPU_CHUNK: usize = 1000;

/// A network that predicts.
pub struct Predictor {
    weights: Weights,
    /// The network of these weights in the form that predicts fastest on the device.
    network: PredictingNetwork,
    device: OpenDevice,
}

/// The score of a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetMetrics {
    /// Mean cross-entropy.
    pub loss: f64,
    /// Fraction classified as labelled.
    pub accuracy: f64,
    /// Images.
    pub count: usize,
    /// Mean probability of the answered class over the images that are answered wrong; none where
    /// all are right.
    pub wrong_confidence: Option<f64>,
}

impl Predictor {
    /// Loads a file of weights.
    ///
    /// # Errors
    /// Where the bytes aren't a file of weights, or the device fails.
    pub fn new(weights: &[u8], device: &OpenDevice) -> Result<Self, TrainingError> {
        Ok(Self::of(weights::from_bytes(weights)?, device)?)
    }

    /// A network that predicts with these weights.
    ///
    /// # Errors
    /// Where the device fails.
    pub(super) fn of(weights: Weights, device: &OpenDevice) -> Result<Self, ModelError> {
        let network = match &device.gpu {
            None => PredictingNetwork::for_cpu(&weights)?,
            Some(gpu) => guarded(device, || {
                Ok::<_, ModelError>(PredictingNetwork::as_trained(&weights, gpu))
            })?,
        };
        Ok(Self {
            weights,
            network,
            device: device.clone(),
        })
    }

    /// Rows and columns of the images that the network takes.
    pub fn image_size(&self) -> ImageSize {
        let spec = self.weights.spec();
        ImageSize::new(spec.rows, spec.columns)
    }

    /// How many classes the network tells apart.
    pub fn class_count(&self) -> usize {
        self.weights.spec().classes
    }

    /// The probability of each class for each image, `[image, class]`.
    ///
    /// `pixels` are 0 to 255, `[image, row, column]`.
    ///
    /// # Errors
    /// Where there are more or fewer pixels than `count` images have, or the device fails.
    pub fn probabilities(&self, pixels: &[u8], count: usize) -> Result<Vec<f32>, TrainingError> {
        self.probabilities_with(pixels, count, &mut |_| ControlFlow::Continue(()))
    }

    /// Computes the [`probabilities`](Self::probabilities) and tells `heard` how many images are
    /// done. Where `heard` breaks, the prediction is cancelled.
    ///
    /// # Errors
    /// The errors of [`probabilities`](Self::probabilities), and [`TrainingError::Cancelled`].
    pub fn probabilities_with(
        &self,
        pixels: &[u8],
        count: usize,
        heard: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Vec<f32>, TrainingError> {
        let len = self.check_images(pixels, count)?;
        let mut probabilities = Vec::with_capacity(count * self.class_count());
        let image = |index: usize| &pixels[index * len..][..len];
        let take = |_, logits: &[f32]| probabilities.extend(softmax(logits));
        self.answers(count, image, take, |done| match heard(done) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(TrainingError::Cancelled),
        })?;
        Ok(probabilities)
    }

    /// Adds what the network says of labelled images to `answers`.
    ///
    /// # Errors
    /// Where an image or a label doesn't fit the network, or the device fails.
    pub fn answer_images(
        &self,
        images: &[&[u8]],
        labels: &[u8],
        answers: &mut Answers,
    ) -> Result<(), TrainingError> {
        for image in images {
            self.check_images(image, 1)?;
        }
        let classes = self.class_count();
        if let Some(&label) = labels.iter().find(|&&l| usize::from(l) >= classes) {
            return Err(TrainingError::WrongLabel { label, classes });
        }
        self.answers(
            images.len().min(labels.len()),
            |index| images[index],
            |index, logits| answers.push(&answer(logits, labels[index])),
            |_| Ok(()),
        )
    }

    /// The first layer's weights as pictures.
    pub fn filters(&self) -> Maps {
        self.weights.filters()
    }

    /// What each convolution makes of an image, after its ReLU and before any pooling.
    ///
    /// `image` is 0 to 255, `[row, column]`.
    ///
    /// # Errors
    /// Where the image has another size.
    pub fn activations(&self, image: &[u8]) -> Result<Vec<Maps>, TrainingError> {
        self.check_images(image, 1)?;
        Ok(self.weights.activations(image))
    }

    /// The layers of the network, with their shapes and parameters.
    pub fn layer_table(&self) -> LayerTable {
        layer_table(self.weights.spec())
    }

    /// The pixels of an image.
    fn check_images(&self, pixels: &[u8], count: usize) -> Result<usize, TrainingError> {
        let ImageSize { rows, columns } = self.image_size();
        let len = rows * columns;
        if count.checked_mul(len) != Some(pixels.len()) {
            return Err(TrainingError::WrongImages {
                found: pixels.len(),
                count,
                rows,
                columns,
            });
        }
        Ok(len)
    }

    /// Gives `take` each image's logits, in order, and tells `heard` how many images are done.
    fn answers<'a, E: From<TrainingError>>(
        &self,
        count: usize,
        image: impl Fn(usize) -> &'a [u8] + Sync,
        mut take: impl FnMut(usize, &[f32]),
        mut heard: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut done = 0;
        while done < count {
            let next = (done + self.group_size()).min(count);
            let logits = self
                .logits(done..next, &image)
                .map_err(|error| TrainingError::from(error).on(&self.device))?;
            for (index, row) in logits.chunks_exact(self.class_count()).enumerate() {
                take(done + index, row);
            }
            done = next;
            heard(done)?;
        }
        Ok(())
    }

    /// Images that are computed between two looks at the commands.
    fn group_size(&self) -> usize {
        if self.device.is_cpu() {
            CPU_CHUNK * CPU_CHUNKS * rayon::current_num_threads()
        } else {
            GPU_CHUNK
        }
    }

    /// The logits of a range of images, `[image, class]`.
    fn logits<'a>(
        &self,
        range: std::ops::Range<usize>,
        image: &(impl Fn(usize) -> &'a [u8] + Sync),
    ) -> Result<Vec<f32>, ModelError> {
        if !self.device.is_cpu() {
            return guarded(&self.device, || self.network.logits(range.map(image)));
        }
        let starts: Vec<usize> = range.clone().step_by(CPU_CHUNK).collect();
        let chunks: Vec<Vec<f32>> = starts
            .into_par_iter()
            .map(|start| {
                let chunk = start..(start + CPU_CHUNK).min(range.end);
                self.network.logits(chunk.map(image))
            })
            .collect::<Result<_, _>>()?;
        Ok(chunks.concat())
    }
}

/// Loads a file of weights and scores the network on labelled images.
///
/// # Errors
/// Where the weights can't be read, the images are of another size, a label is of no class of the
/// network, there is no image, or the device fails.
pub fn evaluate_weights(
    weights: &[u8],
    images: &Images,
    device: &OpenDevice,
) -> Result<SetMetrics, TrainingError> {
    let predictor = Predictor::new(weights, device)?;
    predictor.check_images(&images.pixels, images.count())?;
    let classes = predictor.class_count();
    if let Some(&label) = images.labels.iter().find(|&&l| usize::from(l) >= classes) {
        return Err(TrainingError::WrongLabel { label, classes });
    }
    let mut tally = Tally::default();
    predictor.answers(
        images.count(),
        |index| images.image(index),
        |index, logits| tally.add(logits, images.labels[index]),
        |_| Ok::<_, TrainingError>(()),
    )?;
    tally.metrics().ok_or(TrainingError::NoImages)
}

/// The figures of a run after an epoch.
pub(super) struct Evaluation {
    pub train: SetMetrics,
    pub clean: Option<PartMetrics>,
    pub corrupted: Option<PartMetrics>,
    pub validation: SetMetrics,
    /// What the network answered to each validation image.
    pub answers: Answers,
}

/// Measures a network on the first `train_count` images of the pool and on the validation set.
/// `heard` is told how many images are done, and of how many; an error of it ends the measurement.
///
/// # Errors
/// The errors of `heard`, and where the device fails or there is no image.
pub(super) fn evaluate<E: From<TrainingError>>(
    predictor: &Predictor,
    data: &TrainingData,
    train_count: usize,
    mut heard: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<Evaluation, E> {
    let validation_count = data.validation_size();
    let total = train_count + validation_count;
    let mut train = Tally::default();
    let [mut clean, mut corrupted] = [Tally::default(); 2];
    predictor.answers(
        train_count,
        |position| data.image(position),
        |position, logits| {
            let label = data.label(position);
            train.add(logits, label);
            if data.is_corrupted(position) {
                corrupted.add(logits, label);
            } else {
                clean.add(logits, label);
            }
        },
        |done| heard(done, total),
    )?;
    let mut validation = Tally::default();
    let mut answers = Answers::default();
    predictor.answers(
        validation_count,
        |index| data.validation_image(index),
        |index, logits| {
            let answer = answer(logits, data.validation_label(index));
            validation.add_answer(&answer, data.validation_label(index));
            answers.push(&answer);
        },
        |done| heard(train_count + done, total),
    )?;
    let part = |tally: &Tally| tally.part().filter(|_| data.has_noise());
    Ok(Evaluation {
        train: train.metrics().ok_or(TrainingError::NoImages)?,
        clean: part(&clean),
        corrupted: part(&corrupted),
        validation: validation.metrics().ok_or(TrainingError::NoImages)?,
        answers,
    })
}
