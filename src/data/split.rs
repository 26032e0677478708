//! A data set as one run sees it: divided into a training pool and a validation set, and with
//! label noise.

use super::noise::replace_labels;
use super::{DataError, Dataset, PixelStatistics};
use crate::experiment::{DataSettings, Stream, TrainSize};
use std::sync::Arc;

/// The images of a run, by their *position* in a seeded order: the training pool, of which a run
/// uses the first n, and the validation set. No image is in both, and none is left out.
#[derive(Clone, Debug)]
pub struct TrainingData {
    dataset: Arc<Dataset>,
    /// The data set's indices in the seeded order: the pool, then the validation set.
    order: Vec<u32>,
    /// The pool's labels as given to the network.
    labels: Vec<u8>,
    has_noise: bool,
}

impl TrainingData {
    /// Splits a data set and adds the label noise, both by the seed alone: neither depends on
    /// the training-set size.
    pub fn new(
        dataset: Arc<Dataset>,
        settings: &DataSettings,
        seed: u64,
    ) -> Result<Self, DataError> {
        dataset.check()?;
        let pool_size = check_settings(&dataset, settings)?;
        // A pixel takes a byte, so that 2³² images would be larger than any memory at hand.
        let mut order: Vec<u32> = (0..dataset.train.count() as u32).collect();
        Stream::split(seed).shuffle_slice(&mut order);
        let mut labels: Vec<u8> = order[..pool_size]
            .iter()
            .map(|&index| dataset.train.labels[index as usize])
            .collect();
        let classes = dataset.classes.len();
        replace_labels(&mut labels, classes, settings.label_noise, seed);
        Ok(Self {
            dataset,
            order,
            labels,
            has_noise: settings.label_noise > 0.0,
        })
    }

    /// How many images the training pool holds, at least 1.
    pub fn pool_size(&self) -> usize {
        self.labels.len()
    }

    /// Rows of an image.
    pub fn rows(&self) -> usize {
        self.dataset.rows
    }

    /// Columns of an image.
    pub fn columns(&self) -> usize {
        self.dataset.columns
    }

    /// How many classes there are.
    pub fn class_count(&self) -> usize {
        self.dataset.classes.len()
    }

    /// The pixels of a training image, `[row, column]`, 0 to 255.
    ///
    /// # Panics
    /// Here and below, where the position isn't below [`pool_size`](Self::pool_size).
    pub fn image(&self, position: usize) -> &[u8] {
        self.dataset.train.image(self.pool_index(position))
    }

    /// The label of a training image as the network is given it.
    pub fn label(&self, position: usize) -> u8 {
        self.labels[position]
    }

    /// The label of a training image before label noise.
    pub fn true_label(&self, position: usize) -> u8 {
        self.dataset.train.labels[self.pool_index(position)]
    }

    /// Whether the label given isn't the true one. A label that noise replaced by itself isn't
    /// corrupted.
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
    /// Here and below, where the index isn't below [`validation_size`](Self::validation_size).
    pub fn validation_image(&self, index: usize) -> &[u8] {
        self.dataset.train.image(self.validation_index(index))
    }

    /// The label of a validation image, always the true one.
    pub fn validation_label(&self, index: usize) -> u8 {
        self.dataset.train.labels[self.validation_index(index)]
    }

    /// The whole data set, the test images included.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Mean and standard deviation of the raw pixels of the pool's first `count` images (of all
    /// where it holds fewer).
    pub fn pixel_statistics(&self, count: usize) -> PixelStatistics {
        let count = count.min(self.pool_size());
        PixelStatistics::of((0..count).map(|position| self.image(position)))
    }

    /// A pool image's index in the data set.
    fn pool_index(&self, position: usize) -> usize {
        self.order[..self.pool_size()][position] as usize
    }

    /// A validation image's index among the data set's images to split: the same image has the
    /// same index in every split of the data set.
    ///
    /// # Panics
    /// Where the index isn't below [`validation_size`](Self::validation_size).
    pub fn validation_index(&self, index: usize) -> usize {
        self.order[self.pool_size()..][index] as usize
    }
}

/// The size of the training pool that the settings leave.
fn check_settings(dataset: &Dataset, settings: &DataSettings) -> Result<usize, DataError> {
    let count = dataset.train.count();
    let validation = settings.validation_size;
    if count < 2 {
        return Err(DataError::Inconsistent {
            name: dataset.name.clone(),
            problem: format!("found {count} images, expected 2 at least, to train and to validate"),
        });
    }
    if validation == 0 || validation >= count {
        return Err(DataError::Setting {
            field: "validation-size",
            value: validation.to_string(),
            reason: format!("{} has {count} images to split", dataset.name),
            allowed: range(1, count - 1),
        });
    }
    let pool = count - validation;
    if let TrainSize::Count(size) = settings.train_size
        && (size == 0 || size > pool)
    {
        return Err(DataError::Setting {
            field: "train-size",
            value: size.to_string(),
            reason: format!(
                "{validation} of the {count} images of {} are held out for validation",
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
mod tests {
    use super::*;
    use crate::data::Images;
    use crate::experiment::DataSource;

    /// Images of a single pixel, whose value tells them apart.
    fn dataset(count: u8) -> Arc<Dataset> {
        Arc::new(Dataset {
            name: "ones".into(),
            rows: 1,
            columns: 1,
            classes: vec!["even".into(), "odd".into()],
            train: Images {
                pixels: (0..count).collect(),
                labels: (0..count).map(|i| i % 2).collect(),
            },
            test: None,
        })
    }

    fn settings(train_size: TrainSize, validation_size: usize, label_noise: f64) -> DataSettings {
        DataSettings {
            source: DataSource::Mnist,
            train_size,
            validation_size,
            label_noise,
        }
    }

    fn split(validation_size: usize, seed: u64) -> TrainingData {
        let settings = settings(TrainSize::ALL, validation_size, 0.0);
        TrainingData::new(dataset(200), &settings, seed).unwrap()
    }

    fn pool(data: &TrainingData) -> Vec<u8> {
        (0..data.pool_size()).map(|i| data.image(i)[0]).collect()
    }

    fn validation(data: &TrainingData) -> Vec<u8> {
        (0..data.validation_size())
            .map(|i| data.validation_image(i)[0])
            .collect()
    }

    #[test]
    fn each_image_is_in_one_part_with_its_own_label() {
        let data = split(30, 1);
        assert_eq!((data.pool_size(), data.validation_size()), (170, 30));
        let mut all = [pool(&data), validation(&data)].concat();
        assert_ne!(all, (0..200).collect::<Vec<u8>>());
        all.sort_unstable();
        assert_eq!(all, (0..200).collect::<Vec<u8>>());
        for position in 0..170 {
            assert_eq!(data.label(position), data.image(position)[0] % 2);
            assert_eq!(data.true_label(position), data.label(position));
        }
        for index in 0..30 {
            let pixel = data.validation_image(index)[0];
            assert_eq!(data.validation_label(index), pixel % 2);
        }
    }

    #[test]
    fn the_seed_decides_the_split() {
        assert_eq!(pool(&split(30, 1)), pool(&split(30, 1)));
        assert_ne!(pool(&split(30, 1)), pool(&split(30, 2)));
    }

    #[test]
    fn a_smaller_pool_starts_the_larger() {
        let (small, large) = (split(150, 1), split(20, 1));
        assert_eq!(pool(&small), pool(&large)[..50]);
        assert_eq!(validation(&large), validation(&small)[130..]);
    }

    #[test]
    fn noise_spares_validation_and_ignores_the_training_set_size() {
        let data = |train_size, noise| {
            TrainingData::new(dataset(200), &settings(train_size, 100, noise), 4).unwrap()
        };
        let noisy = data(TrainSize::ALL, 1.0);
        assert!(noisy.has_noise());
        for index in 0..100 {
            let pixel = noisy.validation_image(index)[0];
            assert_eq!(noisy.validation_label(index), pixel % 2);
        }
        // Of two classes, about half of the random labels are the true ones.
        let corrupted = (0..100).filter(|&i| noisy.is_corrupted(i)).count();
        assert!((30..70).contains(&corrupted), "{corrupted}");
        let few = data(TrainSize::Count(10), 1.0);
        assert_eq!(few.labels, noisy.labels);
        let clean = data(TrainSize::ALL, 0.0);
        assert!(!clean.has_noise());
        assert!((0..100).all(|i| !clean.is_corrupted(i)));
    }

    #[test]
    fn statistics_are_those_of_the_first_images() {
        let data = split(30, 1);
        assert_eq!(data.pixel_statistics(1).mean, f32::from(pool(&data)[0]));
        let mean = pool(&data).iter().map(|&p| f64::from(p)).sum::<f64>() / 170.0;
        for count in [170, 1_000_000] {
            let statistics = data.pixel_statistics(count);
            assert!((f64::from(statistics.mean) - mean).abs() < 1e-4);
        }
    }

    #[test]
    fn settings_beyond_the_data_are_refused_with_their_range() {
        let check = |train_size, validation_size, noise, expected: &str| {
            let settings = settings(train_size, validation_size, noise);
            let error = TrainingData::new(dataset(200), &settings, 1).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        let all = TrainSize::ALL;
        for size in [0, 200, 201] {
            let text = format!(
                "validation-size is {size}, but ones has 200 images to split; choose 1 to 199"
            );
            check(all, size, 0.0, &text);
        }
        for size in [0, 171, usize::MAX] {
            let text = format!(
                "train-size is {size}, but 30 of the 200 images of ones are held out for \
                 validation; choose 1 to 170, or all"
            );
            check(TrainSize::Count(size), 30, 0.0, &text);
        }
        for noise in [-0.1, 1.1, f64::NAN] {
            let text = format!(
                "label-noise is {noise}, but it is the fraction of the labels that are replaced; \
                 choose 0 to 1"
            );
            check(all, 30, noise, &text);
        }
        let edge = settings(TrainSize::Count(1), 199, 1.0);
        assert!(TrainingData::new(dataset(200), &edge, 1).is_ok());
        assert!(TrainingData::new(dataset(1), &edge, 1).is_err());
        assert!(TrainingData::new(dataset(0), &edge, 1).is_err());
    }
}
