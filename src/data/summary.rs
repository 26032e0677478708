//! What a data set holds at a glance, before a run takes it.

use super::split::divide;
use super::{DataError, Dataset};
use crate::experiment::DataSettings;

/// The figures of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSummary {
    /// The data set's name.
    pub name: String,
    /// How many images there are to train and to validate with.
    pub images: usize,
    /// How many of these the data itself names for validation, where it names some.
    pub own_validation: Option<usize>,
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
    /// The names of the classes, each with its number of images for training and validation.
    pub classes: Vec<(String, usize)>,
    /// How many images are set aside for the test score; none where there is no test set.
    pub test_images: Option<usize>,
    /// How many images the training pool has.
    pub pool: usize,
    /// How many images validate, without duplicates.
    pub validation: usize,
    /// How many images were left out of validation, since the training pool has the same pixels.
    pub duplicates: usize,
}

/// Sums up a data set as a run with these settings would split it.
///
/// # Errors
/// Where the settings ask for what the data doesn't hold.
pub fn summarize(dataset: &Dataset, settings: &DataSettings) -> Result<DataSummary, DataError> {
    dataset.check()?;
    let division = divide(dataset, settings)?;
    let mut counts = vec![0; dataset.classes.len()];
    for index in 0..dataset.count() {
        counts[usize::from(dataset.label(index))] += 1;
    }
    Ok(DataSummary {
        name: dataset.name.clone(),
        images: dataset.count(),
        own_validation: dataset.validation.as_ref().map(super::Images::count),
        rows: dataset.rows,
        columns: dataset.columns,
        classes: dataset.classes.iter().cloned().zip(counts).collect(),
        test_images: dataset.test.as_ref().map(super::Images::count),
        pool: division.pool_size,
        validation: division.order.len() - division.pool_size,
        duplicates: division.duplicates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Images, Taken};
    use crate::experiment::{DataSource, TrainSize};

    #[test]
    fn a_summary_counts_what_a_run_would_see() {
        let pixels: Vec<u8> = (0..40).map(|i| if i < 30 { i } else { 7 }).collect();
        let dataset = Dataset {
            name: "small".into(),
            rows: 1,
            columns: 1,
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
            taken: Taken::default(),
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
        assert_eq!(summary.classes, [("a".into(), 25), ("b".into(), 15)]);
        assert_eq!(summary.test_images, Some(1));
        assert!(summary.duplicates > 0);
        assert_eq!(summary.validation + summary.duplicates, 20);
        let mut too_many = settings;
        too_many.validation_size = 40;
        assert!(summarize(&dataset, &too_many).is_err());
    }
}
