use super::*;
use crate::data::{Dataset, Images, Taken};
use crate::experiment::{DataSettings, DataSource, TrainSize};

/// A data set of 120 images of 4 × 3 pixels, 100 of them in the pool.
fn data() -> Arc<TrainingData> {
    let dataset = Dataset {
        name: "small".into(),
        size: ImageSize::new(4, 3),
        classes: vec!["a".into(), "b".into()],
        train: Images {
            pixels: (0..120 * 12).map(|i| (i * 37 % 251) as u8).collect(),
            labels: (0..120).map(|i| i % 2).collect(),
        },
        validation: None,
        test: None,
        taken: Taken::default(),
    };
    let settings = DataSettings {
        source: DataSource::Mnist,
        train_size: TrainSize::ALL,
        validation_size: 20,
        split_seed: 1,
        label_noise: 0.3,
    };
    Arc::new(TrainingData::new(Arc::new(dataset), &settings, 1).unwrap())
}

fn plan() -> BatchPlan {
    BatchPlan {
        seed: 1,
        epoch: 2,
        train_size: 100,
        batch_size: 16,
        first_batch: 1,
        augmentation: Augmentation::ARTICLE,
    }
}

fn prepared(data: &TrainingData, plan: &BatchPlan) -> Vec<Batch> {
    let order = epoch_order(plan.seed, plan.epoch, plan.train_size);
    let last = batches_per_epoch(plan.train_size, plan.batch_size);
    (plan.first_batch..=last)
        .map(|number| prepare_batch(data, plan, &order, number))
        .collect()
}

fn streamed(data: &Arc<TrainingData>, plan: BatchPlan) -> Vec<Batch> {
    BatchStream::start(Arc::clone(data), plan)
        .unwrap()
        .collect()
}

#[test]
fn ragged_batches_are_dropped_but_a_small_set_is_one() {
    for (train_size, batch_size, expected) in [
        (100, 16, 6),
        (96, 16, 6),
        (16, 16, 1),
        (15, 16, 1),
        (1, 16, 1),
        (0, 16, 0),
        (3, 0, 3),
    ] {
        assert_eq!(batches_per_epoch(train_size, batch_size), expected);
    }
}

#[test]
fn an_epochs_order_holds_each_image_once() {
    let order = epoch_order(1, 1, 100);
    assert_eq!(order, epoch_order(1, 1, 100));
    assert_ne!(order, epoch_order(1, 2, 100));
    assert_ne!(order, epoch_order(2, 1, 100));
    let mut sorted = order;
    sorted.sort_unstable();
    assert_eq!(sorted, (0..100).collect::<Vec<u32>>());
}

#[test]
fn the_stream_yields_what_is_prepared_in_order() {
    let data = data();
    for first_batch in [1, 4, 6, 7, 99] {
        for augmentation in [Augmentation::ARTICLE, Augmentation::OFF] {
            let plan = BatchPlan {
                first_batch,
                augmentation,
                ..plan()
            };
            let batches = streamed(&data, plan);
            assert_eq!(batches.len(), 7usize.saturating_sub(first_batch));
            assert_eq!(batches, prepared(&data, &plan));
            for (batch, number) in batches.iter().zip(first_batch..) {
                assert_eq!(batch.number, number);
                assert_eq!((batch.labels.len(), batch.pixels.len()), (16, 16 * 12));
            }
        }
    }
}

#[test]
fn batches_hold_the_images_and_labels_of_their_positions() {
    let data = data();
    let plan = BatchPlan {
        augmentation: Augmentation::OFF,
        ..plan()
    };
    for batch in prepared(&data, &plan) {
        let images = batch.pixels.chunks_exact(12).zip(&batch.labels);
        for (&position, (pixels, &label)) in batch.positions.iter().zip(images) {
            let position = position as usize;
            let plain: Vec<f32> = data.image(position).iter().map(|&p| p.into()).collect();
            assert_eq!(pixels, plain);
            assert_eq!(label, data.label(position));
        }
    }
}

#[test]
fn a_transform_belongs_to_an_image_in_an_epoch_not_to_a_batch() {
    let data = data();
    let find = |plan: &BatchPlan| {
        let batches = prepared(&data, plan);
        let mut images: Vec<(u32, Vec<f32>)> = batches
            .iter()
            .flat_map(|b| b.positions.iter().copied().zip(b.pixels.chunks(12)))
            .map(|(position, pixels)| (position, pixels.to_vec()))
            .collect();
        images.sort_by_key(|image| image.0);
        images
    };
    let tens = find(&BatchPlan {
        batch_size: 10,
        ..plan()
    });
    let fours = find(&BatchPlan {
        batch_size: 4,
        ..plan()
    });
    assert_eq!(tens.len(), 100);
    assert_eq!(tens, fours);
    let later = find(&BatchPlan {
        batch_size: 10,
        epoch: 3,
        ..plan()
    });
    assert!(tens.iter().zip(&later).all(|(a, b)| a != b));
}

#[test]
fn fewer_images_than_a_batch_are_one_batch() {
    let data = data();
    for (train_size, batch_size, expected) in [(5, 16, 5), (usize::MAX, 128, 100)] {
        let plan = BatchPlan {
            train_size,
            batch_size,
            ..plan()
        };
        let batches = streamed(&data, plan);
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].labels.len(), expected);
    }
}

#[test]
fn beyond_the_epoch_a_batch_is_empty() {
    let order = epoch_order(1, 1, 100);
    // The seventh batch would have too few images.
    for number in [7, 8, usize::MAX] {
        assert!(
            prepare_batch(&data(), &plan(), &order, number)
                .labels
                .is_empty()
        );
    }
}

#[test]
fn dropping_the_stream_ends_its_thread() {
    let data = data();
    for taken in 0..6 {
        let start = Instant::now();
        let mut stream = BatchStream::start(Arc::clone(&data), plan()).unwrap();
        assert_eq!(stream.by_ref().take(taken).count(), taken);
        drop(stream);
        // The thread held the data, and holds it no more since it has ended.
        assert_eq!(Arc::strong_count(&data), 1);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[test]
fn an_exhausted_stream_stays_so() {
    let mut stream = BatchStream::start(data(), plan()).unwrap();
    assert_eq!(stream.by_ref().count(), 6);
    assert!(stream.next().is_none());
    assert!(stream.waited() < Duration::from_secs(60));
}

#[test]
#[should_panic(expected = "out of luck")]
fn a_panic_of_the_thread_is_no_shorter_epoch() {
    let stream = BatchStream::spawn(|_| panic!("out of luck")).unwrap();
    assert_eq!(stream.count(), 0);
}
