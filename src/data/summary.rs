//! What a data set holds at a glance: shown before a run takes it, told at the start of a run, and
//! kept with it.

use super::split::divide;
use super::{DataError, DataNote, Dataset, Images, TrainingData};
use crate::experiment::DataSettings;
use serde::{Deserialize, Serialize};

/// The figures of a data set, and what was done to it on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The data set's name.
    pub name: String,
    /// How many images there are to train and to validate with.
    pub images: usize,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// The classes, each with its number of images for training and validation.
    #[serde(rename = "class_counts")]
    pub classes: Vec<ClassCount>,
    /// How many images the training pool has.
    pub pool: usize,
    /// How many images validate, without duplicates.
    #[serde(rename = "validation_images")]
    pub validation: usize,
    /// How many images were left out of validation, since the training pool has the same pixels.
    pub duplicates: usize,
    /// How many images the data itself names for validation, where it names some.
    #[serde(default)]
    pub own_validation: Option<usize>,
    /// How many images are set aside for the test score; none where there is no test set.
    pub test_images: Option<usize>,
    /// What was set aside, turned, put in order or assumed: whole sentences without their full stops.
    pub notes: Vec<String>,
}

/// A class and the number of its images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// The name of the class.
    pub name: String,
    /// How many images of it there are to train and to validate with.
    pub images: usize,
}

/// Sums up a data set as a run with these settings would split it.
///
/// # Errors
/// Where the settings ask for what the data doesn't hold.
pub fn summarize(dataset: &Dataset, settings: &DataSettings) -> Result<DataSummary, DataError> {
    dataset.check()?;
    let division = divide(dataset, settings)?;
    let validation = division.order.len() - division.pool_size;
    Ok(sum_up(
        dataset,
        division.pool_size,
        validation,
        division.duplicates,
    ))
}

impl TrainingData {
    /// Sums up the data as it was split.
    pub fn summary(&self) -> DataSummary {
        sum_up(
            self.dataset(),
            self.pool_size(),
            self.validation_size(),
            self.duplicates(),
        )
    }
}

fn sum_up(dataset: &Dataset, pool: usize, validation: usize, duplicates: usize) -> DataSummary {
    let mut counts = vec![0; dataset.classes.len()];
    for index in 0..dataset.count() {
        counts[usize::from(dataset.label(index))] += 1;
    }
    let classes = dataset.classes.iter().cloned().zip(counts);
    DataSummary {
        name: dataset.name.clone(),
        images: dataset.count(),
        rows: dataset.size.rows,
        columns: dataset.size.columns,
        classes: classes
            .map(|(name, images)| ClassCount { name, images })
            .collect(),
        pool,
        validation,
        duplicates,
        own_validation: dataset.validation.as_ref().map(Images::count),
        test_images: dataset.test.as_ref().map(Images::count),
        notes: dataset
            .taken
            .notes
            .iter()
            .map(DataNote::to_string)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Taken;
    use crate::experiment::ImageSize;
    use crate::experiment::{DataSource, TrainSize};
    use std::sync::Arc;

    #[test]
    fn a_summary_counts_what_a_run_would_see() {
        let pixels: Vec<u8> = (0..40).map(|i| if i < 30 { i } else { 7 }).collect();
        let dataset = Dataset {
            name: "small".into(),
            size: ImageSize::new(1, 1),
            classes: vec!["a".into(), "b".into()],
            train: Images {
                pixels,
                labels: (0..40).map(|i| u8::from(i < 15)).collect(),
            },
            validation: None,
            test: Some(Images {
                pixels: vec![1],
                labels: vec![0],
            }),
            taken: Taken {
                notes: vec![DataNote::TurnedUpright],
                width_percent: None,
            },
        };
        let settings = DataSettings {
            source: DataSource::files("small".into()),
            train_size: TrainSize::ALL,
            validation_size: 20,
            split_seed: 1,
            label_noise: 0.0,
        };
        let summary = summarize(&dataset, &settings).unwrap();
        assert_eq!((summary.images, summary.pool), (40, 20));
        let counts = summary.classes.iter().map(|c| (c.name.as_str(), c.images));
        assert_eq!(counts.collect::<Vec<_>>(), [("a", 25), ("b", 15)]);
        assert_eq!(summary.test_images, Some(1));
        assert!(summary.duplicates > 0);
        assert_eq!(summary.validation + summary.duplicates, 20);
        assert_eq!(summary.notes, [DataNote::TurnedUpright.to_string()]);
        let mut too_many = settings.clone();
        too_many.validation_size = 40;
        assert!(summarize(&dataset, &too_many).is_err());
        // A run says the same of its data.
        let data = TrainingData::new(Arc::new(dataset), &settings, 1).unwrap();
        assert_eq!(data.summary(), summary);
    }
}
