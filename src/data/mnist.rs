//! The MNIST digits that the program carries, by Yann LeCun and Corinna Cortes, CC BY-SA 3.0.

use super::{DataError, Dataset, Images, Taken, idx};
use crate::experiment::ImageSize;
use std::sync::{Arc, OnceLock};

/// An embedded file: its name and its bytes.
type File = (&'static str, &'static [u8]);

macro_rules! embedded {
    ($name:literal) => {
        (
            concat!("embedded ", $name),
            include_bytes!(concat!("../../assets/mnist/", $name)),
        )
    };
}

const TRAIN_IMAGES: File = embedded!("train-images-idx3-ubyte.gz");
const TRAIN_LABELS: File = embedded!("train-labels-idx1-ubyte.gz");
const TEST_IMAGES: File = embedded!("t10k-images-idx3-ubyte.gz");
const TEST_LABELS: File = embedded!("t10k-labels-idx1-ubyte.gz");

const CLASSES: usize = 10;

/// The 60,000 training and 10,000 test digits. The first call decodes them, and calls that come
/// meanwhile wait for it.
pub(super) fn dataset() -> Result<Arc<Dataset>, DataError> {
    static DATASET: OnceLock<Result<Arc<Dataset>, DataError>> = OnceLock::new();
    DATASET.get_or_init(|| decode().map(Arc::new)).clone()
}

fn decode() -> Result<Dataset, DataError> {
    let (rows, columns, train) = decode_part(TRAIN_IMAGES, TRAIN_LABELS)?;
    let (_, _, test) = decode_part(TEST_IMAGES, TEST_LABELS)?;
    let dataset = Dataset {
        name: "MNIST".into(),
        size: ImageSize { rows, columns },
        classes: (0..CLASSES).map(|digit| digit.to_string()).collect(),
        train,
        validation: None,
        test: Some(test),
        taken: Taken::default(),
    };
    dataset.check()?;
    Ok(dataset)
}

fn decode_part(images: File, labels: File) -> Result<(usize, usize, Images), DataError> {
    let images = idx::read_images(images.0, images.1)?;
    let labels = idx::read_labels(labels.0, labels.1, images.count(), CLASSES)?;
    let pixels = images.pixels;
    Ok((images.rows, images.columns, Images { pixels, labels }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PixelStatistics;

    #[test]
    fn the_embedded_digits_are_mnist() {
        let dataset = dataset().unwrap();
        assert_eq!(dataset.name, "MNIST");
        assert_eq!((dataset.size.rows, dataset.size.columns), (28, 28));
        assert_eq!(dataset.classes.join(""), "0123456789");
        assert_eq!(dataset.train.count(), 60_000);
        assert_eq!(dataset.train.labels[..5], [5, 0, 4, 1, 9]);
        let test = dataset.test.as_ref().unwrap();
        assert_eq!(test.count(), 10_000);
        assert_eq!(test.labels[..5], [7, 2, 1, 0, 4]);
    }

    #[test]
    fn its_statistics_are_the_known_ones() {
        let dataset = dataset().unwrap();
        let images = (0..60_000).map(|index| dataset.train.image(index));
        // Many tutorials name 0.1307 and 0.3081 of 255.
        let statistics = PixelStatistics::of(images);
        assert!((statistics.mean - 33.318).abs() < 1e-3, "{statistics:?}");
        assert!((statistics.std - 78.567).abs() < 1e-3, "{statistics:?}");
    }

    #[test]
    fn it_is_decoded_once() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::Builder::new().spawn(dataset).unwrap())
            .collect();
        let first = dataset().unwrap();
        for thread in threads {
            assert!(Arc::ptr_eq(&first, &thread.join().unwrap().unwrap()));
        }
    }
}
