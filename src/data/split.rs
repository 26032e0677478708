//! A data set as one run sees it: divided into a training pool and a validation set that share no
//! image, and with label noise.

use super::noise::replace_labels;
use super::{DataError, Dataset, PixelStatistics};
use crate::experiment::{DataSettings, DataSource, ImageSize, Stream, TrainSize, limits};
use std::collections::HashSet;
use std::sync::Arc;

/// The images of a run, by their *position* in a seeded order: the training pool, of which a run
/// uses the first n, and the validation set. Where the data names images for validation, the
/// validation set is drawn of these; otherwise it is held out of the training images. No image is in
/// both: validation leaves out images whose pixels the pool has too.
#[derive(Clone, Debug)]
pub struct TrainingData {
    dataset: Arc<Dataset>,
    /// The data set's indices in the seeded order: the pool, then the validation set.
    order: Vec<u32>,
    /// The pool's labels as given to the network.
    labels: Vec<u8>,
    has_noise: bool,
    duplicates: usize,
}

/// How the images are divided, without labels.
pub(super) struct Division {
    /// Indices in the seeded order: the pool, then the validation set.
    pub order: Vec<u32>,
    /// How many of the indices belong to the pool; they come first.
    pub pool_size: usize,
    /// How many images were left out of validation, since the pool has them too.
    pub duplicates: usize,
}

impl TrainingData {
    /// Splits a data set by the split seed and adds the label noise by the run's seed. Neither
    /// depends on the training-set size, and another seed keeps the split.
    ///
    /// # Errors
    /// Where the settings ask for what the data doesn't hold.
    pub fn new(
        dataset: Arc<Dataset>,
        settings: &DataSettings,
        seed: u64,
    ) -> Result<Self, DataError> {
        dataset.check()?;
        let Division {
            order,
            pool_size,
            duplicates,
        } = divide(&dataset, settings)?;
        let mut labels: Vec<u8> = order[..pool_size]
            .iter()
            .map(|&index| dataset.label(index as usize))
            .collect();
        let classes = dataset.classes.len();
        replace_labels(&mut labels, classes, settings.label_noise, seed);
        Ok(Self {
            dataset,
            order,
            labels,
            has_noise: settings.label_noise > 0.0,
            duplicates,
        })
    }

    /// How many images were left out of validation, since the training pool has the same pixels.
    pub fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// Reads the settings' data (see [`load`](super::load)) and splits it.
    ///
    /// # Errors
    /// Where the data can't be read, or the settings ask for what it doesn't hold.
    pub fn load(settings: &DataSettings, seed: u64) -> Result<Self, DataError> {
        Self::new(super::load(&settings.source)?, settings, seed)
    }

    /// How many images the training pool holds, at least 1.
    pub fn pool_size(&self) -> usize {
        self.labels.len()
    }

    /// The size of an image.
    pub fn size(&self) -> ImageSize {
        self.dataset.size
    }

    /// How many classes there are.
    pub fn class_count(&self) -> usize {
        self.dataset.classes.len()
    }

    /// The pixels of a training image, `[row, column]`, 0 to 255.
    ///
    /// # Panics
    /// Where the position isn't below [`pool_size`](Self::pool_size), as in all methods that take a
    /// position.
    pub fn image(&self, position: usize) -> &[u8] {
        self.dataset.image(self.pool_index(position))
    }

    /// The label of a training image as the network is given it.
    pub fn label(&self, position: usize) -> u8 {
        self.labels[position]
    }

    /// The label of a training image before label noise.
    pub fn true_label(&self, position: usize) -> u8 {
        self.dataset.label(self.pool_index(position))
    }

    /// Whether the given label isn't the true one. A label that noise replaced by the same class
    /// isn't corrupted.
    pub fn is_corrupted(&self, position: usize) -> bool {
        self.label(position) != self.true_label(position)
    }

    /// Whether the run has label noise.
    pub fn has_noise(&self) -> bool {
        self.has_noise
    }

    /// How many images validation holds out, at least 1.
    pub fn validation_size(&self) -> usize {
        self.order.len() - self.pool_size()
    }

    /// The pixels of a validation image, `[row, column]`, 0 to 255.
    ///
    /// # Panics
    /// Where the index isn't below [`validation_size`](Self::validation_size), as in all methods
    /// that take an index.
    pub fn validation_image(&self, index: usize) -> &[u8] {
        self.dataset.image(self.validation_index(index))
    }

    /// The label of a validation image, always the true one.
    pub fn validation_label(&self, index: usize) -> u8 {
        self.dataset.label(self.validation_index(index))
    }

    /// The whole data set, the test images included.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Mean and standard deviation of the raw pixels of the pool's first `count` images, or of all
    /// where the pool holds fewer.
    pub fn pixel_statistics(&self, count: usize) -> PixelStatistics {
        let count = count.min(self.pool_size());
        PixelStatistics::of((0..count).map(|position| self.image(position)))
    }

    /// The index of a pool image in the data set.
    fn pool_index(&self, position: usize) -> usize {
        self.order[..self.pool_size()][position] as usize
    }

    /// The index of a validation image among the data set's images for training and validation. The
    /// same image has the same index in every split of the data set.
    ///
    /// # Panics
    /// Where the index isn't below [`validation_size`](Self::validation_size).
    pub fn validation_index(&self, index: usize) -> usize {
        self.order[self.pool_size()..][index] as usize
    }
}

/// Divides a data set by the split seed: the pool first, then a validation set without the images that
/// the pool has too. The division doesn't depend on the training-set size, nor the pool on
/// duplicates.
pub(super) fn divide(dataset: &Dataset, settings: &DataSettings) -> Result<Division, DataError> {
    let pool_size = check_settings(dataset, settings)?;
    // A pixel takes a byte, so that 2³² images would be larger than any memory at hand.
    let (train, all) = (dataset.train.count() as u32, dataset.count() as u32);
    let mut order: Vec<u32> = (0..train).collect();
    let mut stream = Stream::split(settings.split_seed);
    stream.shuffle_slice(&mut order);
    if dataset.validation.is_some() {
        let mut own: Vec<u32> = (train..all).collect();
        stream.shuffle_slice(&mut own);
        own.truncate(settings.validation_size);
        order.extend(own);
    }
    let duplicates = match settings.source {
        // No image of MNIST is there twice, so that the first batch needn't wait for a search. The
        // test `no_image_of_mnist_is_there_twice` in tests/library/data.rs holds this.
        DataSource::Mnist => 0,
        DataSource::Files(_) => leave_out_duplicates(dataset, &mut order, pool_size),
    };
    if order.len() == pool_size {
        return Err(DataError::OnlyDuplicates {
            name: dataset.name.clone(),
            validation: duplicates,
        });
    }
    Ok(Division {
        order,
        pool_size,
        duplicates,
    })
}

/// Removes from the validation set the images that are in the pool too, and counts them. Images are
/// found by hash and then compared, so that two different ones are never taken for the same.
fn leave_out_duplicates(dataset: &Dataset, order: &mut Vec<u32>, pool_size: usize) -> usize {
    let image = |index: &u32| dataset.image(*index as usize);
    let (pool, validation) = order.split_at(pool_size);
    let held_out: HashSet<&[u8]> = validation.iter().map(image).collect();
    let shared: HashSet<&[u8]> = pool
        .iter()
        .map(image)
        .filter(|pixels| held_out.contains(pixels))
        .collect();
    let before = order.len();
    if !shared.is_empty() {
        let mut place = 0;
        order.retain(|index| {
            place += 1;
            place <= pool_size || !shared.contains(image(index))
        });
    }
    before - order.len()
}

/// Checks the settings against the data, and gives the size of the training pool that they leave.
fn check_settings(dataset: &Dataset, settings: &DataSettings) -> Result<usize, DataError> {
    let count = dataset.count();
    let validation = settings.validation_size;
    if count < 2 || dataset.train.count() == 0 {
        return Err(DataError::Inconsistent {
            name: dataset.name.clone(),
            problem: format!("found {count} images, expected 2 at least, to train and to validate"),
        });
    }
    let out_of_range = |reason: String, most: usize| {
        Err(DataError::Setting {
            field: "validation-size",
            value: validation.to_string(),
            reason,
            allowed: range(1, most),
        })
    };
    let held = match &dataset.validation {
        Some(own) => {
            // Where the data has fewer than ten images for validation, ten stands for all of them, as in the check of
            // an experiment.
            let most = own.count().max(limits::MIN_IMAGES);
            if validation == 0 || validation > most {
                let (name, own) = (&dataset.name, own.count());
                return out_of_range(format!("{name} names {own} images for validation"), most);
            }
            own.count()
        }
        None if validation == 0 || validation >= count => {
            let reason = format!("{} has {count} images to split", dataset.name);
            return out_of_range(reason, count - 1);
        }
        None => validation,
    };
    let pool = count - held;
    if let TrainSize::Count(size) = settings.train_size
        && (size == 0 || size > pool)
    {
        return Err(DataError::Setting {
            field: "train-size",
            value: size.to_string(),
            reason: format!(
                "{held} of the {count} images of {} are held out for validation",
                dataset.name
            ),
            allowed: format!("{}, or all", range(1, pool)),
        });
    }
    if !(0.0..=1.0).contains(&settings.label_noise) {
        return Err(DataError::Setting {
            field: "label-noise",
            value: settings.label_noise.to_string(),
            reason: "it is the fraction of the labels that are replaced".into(),
            allowed: "0 to 1".into(),
        });
    }
    Ok(pool)
}

fn range(first: usize, last: usize) -> String {
    if first == last {
        return first.to_string();
    }
    format!("{first} to {last}")
}

#[cfg(test)]
mod tests;
