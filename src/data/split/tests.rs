use super::*;
use crate::data::{Images, Taken};
use crate::experiment::DataSource;

/// Images of a single pixel, whose value tells them apart.
fn dataset(count: u8) -> Arc<Dataset> {
    Arc::new(Dataset {
        name: "ones".into(),
        size: ImageSize::new(1, 1),
        classes: vec!["even".into(), "odd".into()],
        train: Images {
            pixels: (0..count).collect(),
            labels: (0..count).map(|i| i % 2).collect(),
        },
        validation: None,
        test: None,
        taken: Taken::default(),
    })
}

fn settings(train_size: TrainSize, validation_size: usize, label_noise: f64) -> DataSettings {
    DataSettings {
        source: DataSource::Mnist,
        train_size,
        validation_size,
        split_seed: 1,
        label_noise,
    }
}

fn split(validation_size: usize, split_seed: u64) -> TrainingData {
    let settings = DataSettings {
        split_seed,
        ..settings(TrainSize::ALL, validation_size, 0.0)
    };
    TrainingData::new(dataset(200), &settings, 1).unwrap()
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
fn the_split_seed_decides_the_split() {
    assert_eq!(pool(&split(30, 1)), pool(&split(30, 1)));
    assert_ne!(pool(&split(30, 1)), pool(&split(30, 2)));
    assert_ne!(validation(&split(30, 1)), validation(&split(30, 2)));
}

#[test]
fn the_seed_decides_the_label_noise_and_keeps_the_split() {
    let data = |seed| {
        let settings = settings(TrainSize::ALL, 30, 1.0);
        TrainingData::new(dataset(200), &settings, seed).unwrap()
    };
    let (one, other) = (data(1), data(2));
    assert_eq!(validation(&one), validation(&other));
    assert_eq!(pool(&one), pool(&other));
    assert_ne!(one.labels, other.labels);
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
    // With two classes, about half of the random labels are the true ones.
    let corrupted = (0..100).filter(|&i| noisy.is_corrupted(i)).count();
    assert!((30..70).contains(&corrupted), "{corrupted}");
    let few = data(TrainSize::Count(10), 1.0);
    assert_eq!(few.labels, noisy.labels);
    let clean = data(TrainSize::ALL, 0.0);
    assert!(!clean.has_noise());
    assert!((0..100).all(|i| !clean.is_corrupted(i)));
}

fn with_copies(count: u8) -> Result<TrainingData, DataError> {
    let mut dataset = dataset(100);
    let images = &mut Arc::make_mut(&mut dataset).train.pixels;
    images[100 - usize::from(count)..].fill(0);
    let settings = DataSettings {
        source: DataSource::files("somewhere".into()),
        ..settings(TrainSize::ALL, 20, 0.0)
    };
    TrainingData::new(dataset, &settings, 1)
}

#[test]
fn validation_leaves_out_what_the_pool_has_too() {
    let (plain, data) = (with_copies(0).unwrap(), with_copies(40).unwrap());
    assert_eq!((plain.duplicates(), plain.validation_size()), (0, 20));
    assert!(data.duplicates() > 0);
    assert_eq!(data.validation_size() + data.duplicates(), 20);
    assert_eq!(data.pool_size(), 80);
    assert_eq!(data.order[..80], plain.order[..80]);
    let pool = pool(&data);
    assert!(validation(&data).iter().all(|pixel| !pool.contains(pixel)));
    // The images that are left keep their order.
    let kept: Vec<_> = plain.order[80..]
        .iter()
        .filter(|index| data.order[80..].contains(index))
        .collect();
    assert_eq!(kept, data.order[80..].iter().collect::<Vec<_>>());
}

#[test]
fn a_validation_set_of_duplicates_alone_is_refused() {
    let text = with_copies(100).unwrap_err().to_string();
    assert!(
        text.starts_with("all 20 validation images of ones are in the training pool too"),
        "{text}"
    );
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
        let text =
            format!("validation-size is {size}, but ones has 200 images to split; choose 1 to 199");
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

/// A hundred images to train with, valued from 0, and the data's own to validate with, from 100.
/// The first of these are copies of a training image.
fn with_own_validation(count: u8, copies: u8) -> Arc<Dataset> {
    let mut dataset = dataset(100);
    let mut pixels: Vec<u8> = (100..100 + count).collect();
    pixels[..usize::from(copies)].fill(7);
    Arc::make_mut(&mut dataset).validation = Some(Images {
        labels: pixels.iter().map(|pixel| pixel % 2).collect(),
        pixels,
    });
    dataset
}

fn own_split(
    count: u8,
    copies: u8,
    validation_size: usize,
    split_seed: u64,
) -> Result<TrainingData, DataError> {
    let settings = DataSettings {
        source: DataSource::files("somewhere".into()),
        split_seed,
        ..settings(TrainSize::ALL, validation_size, 0.0)
    };
    TrainingData::new(with_own_validation(count, copies), &settings, 1)
}

#[test]
fn images_that_the_data_names_for_validation_validate_and_no_others() {
    let data = own_split(40, 0, 40, 1).unwrap();
    assert_eq!((data.pool_size(), data.validation_size()), (100, 40));
    let sorted = |mut pixels: Vec<u8>| {
        pixels.sort_unstable();
        pixels
    };
    assert_eq!(sorted(pool(&data)), (0..100).collect::<Vec<u8>>());
    assert_eq!(sorted(validation(&data)), (100..140).collect::<Vec<u8>>());
    for index in 0..40 {
        let pixel = data.validation_image(index)[0];
        assert_eq!(data.validation_label(index), pixel % 2);
        assert_eq!(data.validation_index(index), usize::from(pixel));
    }
    // Fewer of them leave the pool as it is, and are a part of the same order.
    let fewer = own_split(40, 0, 12, 1).unwrap();
    assert_eq!(pool(&fewer), pool(&data));
    assert_eq!(validation(&fewer), validation(&data)[..12]);
    assert_ne!(
        validation(&own_split(40, 0, 12, 2).unwrap()),
        validation(&fewer)
    );
}

#[test]
fn images_that_the_data_names_for_validation_are_left_out_where_they_train_too() {
    let data = own_split(40, 15, 40, 1).unwrap();
    assert_eq!((data.pool_size(), data.duplicates()), (100, 15));
    assert_eq!(data.validation_size(), 25);
    assert!(validation(&data).iter().all(|pixel| *pixel >= 115));
    assert!(own_split(40, 40, 40, 1).is_err());
}

#[test]
fn no_more_validate_than_the_data_names() {
    let text = own_split(40, 0, 41, 1).unwrap_err().to_string();
    let expected = "validation-size is 41, but ones names 40 images for validation; choose 1 to 40";
    assert_eq!(text, expected);
    // Ten stands for all of them where there are fewer.
    assert_eq!(own_split(8, 0, 10, 1).unwrap().validation_size(), 8);
    assert!(own_split(8, 0, 11, 1).is_err());
    assert!(own_split(8, 0, 0, 1).is_err());
}
