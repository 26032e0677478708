//! The data module as the rest of the program uses it, on the embedded MNIST.

use overfit_lab::data::{
    BatchPlan, BatchStream, DataError, TrainingData, batches_per_epoch, epoch_order, load,
    prepare_batch,
};
use overfit_lab::experiment::{Augmentation, DataSettings, DataSource, TrainSize};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn settings(train_size: TrainSize, label_noise: f64) -> DataSettings {
    DataSettings {
        source: DataSource::Mnist,
        train_size,
        validation_size: 10_000,
        split_seed: 1,
        label_noise,
    }
}

fn training_data(label_noise: f64, seed: u64) -> Result<TrainingData, DataError> {
    let settings = settings(TrainSize::ALL, label_noise);
    TrainingData::new(load(&settings.source)?, &settings, seed)
}

fn plan() -> BatchPlan {
    BatchPlan {
        seed: 3,
        epoch: 1,
        train_size: 2_000,
        batch_size: 64,
        first_batch: 1,
        augmentation: Augmentation::ARTICLE,
    }
}

#[test]
fn mnist_is_what_the_source_says() -> Result<(), DataError> {
    let source = DataSource::Mnist;
    let dataset = load(&source)?;
    assert_eq!(source.known_size(), Some(dataset.train.count()));
    let size = dataset.size;
    assert_eq!(source.known_image_size(), Some(size));
    assert_eq!(source.known_classes(), Some(dataset.classes.len()));
    assert!(Arc::ptr_eq(&dataset, &load(&source)?));
    Ok(())
}

#[test]
fn the_split_is_a_seeded_partition() -> Result<(), DataError> {
    let data = training_data(0.0, 1)?;
    assert_eq!((data.pool_size(), data.validation_size()), (50_000, 10_000));
    // Images are counted by their addresses, since two images may be equal.
    let pool = (0..50_000).map(|position| data.image(position).as_ptr());
    let validation = (0..10_000).map(|index| data.validation_image(index).as_ptr());
    assert_eq!(pool.chain(validation).collect::<HashSet<_>>().len(), 60_000);
    let other_seed = training_data(0.0, 2)?;
    let other_split = DataSettings {
        split_seed: 2,
        ..settings(TrainSize::ALL, 0.0)
    };
    let other_split = TrainingData::load(&other_split, 1)?;
    let first = |data: &TrainingData| -> Vec<u8> { (0..100).map(|i| data.label(i)).collect() };
    let held = |data: &TrainingData| -> Vec<usize> {
        (0..10_000).map(|i| data.validation_index(i)).collect()
    };
    assert_eq!(first(&data), first(&other_seed));
    assert_eq!(held(&data), held(&other_seed));
    assert_ne!(first(&data), first(&other_split));
    assert_ne!(held(&data), held(&other_split));
    Ok(())
}

#[test]
fn a_fifth_of_noise_replaces_a_fifth_of_the_labels() -> Result<(), DataError> {
    let corrupted = |noise| -> Result<HashSet<usize>, DataError> {
        let data = training_data(noise, 1)?;
        Ok((0..50_000).filter(|&i| data.is_corrupted(i)).collect())
    };
    assert!(corrupted(0.0)?.is_empty());
    let (fifth, half) = (corrupted(0.2)?, corrupted(0.5)?);
    // 10,000 are replaced, a tenth of them by the truth; the standard deviation is 30.
    assert!((8_850..9_150).contains(&fifth.len()), "{}", fifth.len());
    assert!(fifth.is_subset(&half));
    let all = corrupted(1.0)?.len();
    assert!((44_650..45_350).contains(&all), "{all}");
    Ok(())
}

#[test]
fn a_training_set_larger_than_the_pool_is_refused() -> Result<(), DataError> {
    let dataset = load(&DataSource::Mnist)?;
    let fitting = settings(TrainSize::Count(50_000), 0.0);
    assert!(TrainingData::new(Arc::clone(&dataset), &fitting, 1).is_ok());
    let settings = settings(TrainSize::Count(50_001), 0.0);
    let text = match TrainingData::new(dataset, &settings, 1) {
        Ok(_) => String::new(),
        Err(err) => err.to_string(),
    };
    assert_eq!(
        text,
        "train-size is 50001, but 10000 of the 60000 images of MNIST are held out for \
         validation; choose 1 to 50000, or all"
    );
    Ok(())
}

#[test]
fn a_stream_repeats_from_any_batch() -> Result<(), Box<dyn std::error::Error>> {
    let data = Arc::new(training_data(0.2, 1)?);
    let whole: Vec<_> = BatchStream::start(Arc::clone(&data), plan())?.collect();
    // 31 whole batches of 64, and 16 images that are left out.
    assert_eq!(whole.len(), batches_per_epoch(2_000, 64));
    assert_eq!(whole.len(), 31);
    let order = epoch_order(3, 1, 2_000);
    for batch in &whole {
        let alone = prepare_batch(&data, &plan(), &order, batch.number);
        assert!(alone == *batch, "batch {}", batch.number);
        assert_eq!(batch.pixels.len(), 64 * 28 * 28);
        assert!(batch.pixels.iter().all(|p| (0.0..=255.01).contains(p)));
    }
    let resumed = BatchPlan {
        first_batch: 20,
        ..plan()
    };
    let rest: Vec<_> = BatchStream::start(data, resumed)?.collect();
    assert!(rest == whole[19..]);
    Ok(())
}

#[test]
fn an_epoch_can_be_left_at_once() -> Result<(), Box<dyn std::error::Error>> {
    let data = Arc::new(training_data(0.0, 1)?);
    let plan = BatchPlan {
        train_size: 50_000,
        ..plan()
    };
    let start = Instant::now();
    for _ in 0..20 {
        let mut stream = BatchStream::start(Arc::clone(&data), plan)?;
        assert!(stream.next().is_some());
    }
    assert_eq!(Arc::strong_count(&data), 1);
    assert!(start.elapsed() < Duration::from_secs(5));
    Ok(())
}

#[test]
fn no_image_of_mnist_is_there_twice() -> Result<(), DataError> {
    // On the word of this test, the search for duplicates is left out for MNIST.
    let dataset = load(&DataSource::Mnist)?;
    let images = (0..dataset.train.count()).map(|index| dataset.train.image(index));
    assert_eq!(images.collect::<HashSet<_>>().len(), 60_000);
    Ok(())
}
