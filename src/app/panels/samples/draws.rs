//! Which training images are shown, and what augmentation makes of them. The function that makes
//! the training batches makes these pictures, too. No egui.

use crate::data::{TrainingData, augmented_image};
use crate::experiment::{Augmentation, Settings};

/// The number of images on a page where each has its draws.
pub const ROWS: usize = 6;
/// The number of draws of each image.
pub const DRAWS: usize = 4;
/// The number of images on a page where augmentation is off.
pub const PLAIN: usize = 24;

/// Everything that decides which pictures are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleChoice {
    /// The ranges of augmentation.
    pub augmentation: Augmentation,
    /// The run's seed.
    pub seed: u64,
    /// The number of images trained on, which are the first of the pool.
    pub train_size: usize,
    /// The label that images must have, as the network is given it; none for all images.
    pub class: Option<u8>,
    /// The index of the first image shown, among the images of the class.
    pub first: usize,
    /// The epoch of the first draw, from 1.
    pub epoch: usize,
}

impl SampleChoice {
    /// The number of images on a page.
    pub fn per_page(&self) -> usize {
        if self.augmentation.enabled {
            ROWS
        } else {
            PLAIN
        }
    }
}

/// The choice that settings make, at the first page and the first epoch.
pub fn choice_of(settings: &Settings, data: &TrainingData) -> SampleChoice {
    SampleChoice {
        augmentation: settings.augmentation,
        seed: settings.seed,
        train_size: settings.data.train_size.resolve(data.pool_size()),
        class: None,
        first: 0,
        epoch: 1,
    }
}

/// The training images of the chosen class, by their positions in the pool, in order.
pub fn positions(data: &TrainingData, choice: &SampleChoice) -> impl Iterator<Item = usize> {
    (0..choice.train_size.min(data.pool_size())).filter(move |&position| {
        choice
            .class
            .is_none_or(|class| data.label(position) == class)
    })
}

/// The draws of a training image in consecutive epochs, each `[row, column]` of 0 to 255. The
/// pixels are those that the batches of these epochs hold.
pub fn draws(
    data: &TrainingData,
    choice: &SampleChoice,
    position: usize,
    count: usize,
) -> Vec<f32> {
    let len = data.size().pixels();
    let mut pixels = vec![0.0; count * len];
    for (epoch, output) in (choice.epoch..).zip(pixels.chunks_exact_mut(len)) {
        let ranges = &choice.augmentation;
        augmented_image(data, choice.seed, epoch, position, ranges, output);
    }
    pixels
}

/// The ranges that aren't 0, in words.
pub fn ranges(augmentation: &Augmentation) -> String {
    let mut parts = Vec::new();
    let mut part = |value: f64, text: String| {
        if value > 0.0 {
            parts.push(text);
        }
    };
    let Augmentation {
        rotation,
        shift,
        shear,
        zoom,
        ..
    } = *augmentation;
    part(rotation, format!("rotation ±{}°", short(rotation, 1)));
    part(shift, format!("shift ±{}", short(shift, 2)));
    part(shear, format!("shear ±{}°", short(shear, 1)));
    part(zoom, format!("zoom ±{}", short(zoom, 2)));
    if parts.is_empty() {
        return "All ranges are 0: every draw is the original.".into();
    }
    let mut text = parts.join(", ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A number as the settings have it, with so many decimals at most.
fn short(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{BatchPlan, BatchStream, Dataset, Images, Taken};
    use crate::experiment::ImageSize;
    use crate::experiment::{DataSettings, DataSource, TrainSize};
    use std::sync::Arc;

    fn data() -> Arc<TrainingData> {
        let dataset = Dataset {
            name: "small".into(),
            size: ImageSize::new(9, 7),
            classes: vec!["a".into(), "b".into(), "c".into()],
            train: Images {
                pixels: (0..60 * 63).map(|i| (i * 37 % 251) as u8).collect(),
                labels: (0..60).map(|i| i % 3).collect(),
            },
            validation: None,
            test: None,
            taken: Taken::default(),
        };
        let settings = DataSettings {
            source: DataSource::Mnist,
            train_size: TrainSize::ALL,
            validation_size: 10,
            split_seed: 1,
            label_noise: 0.4,
        };
        Arc::new(TrainingData::new(Arc::new(dataset), &settings, 3).unwrap())
    }

    fn choice(augmentation: Augmentation) -> SampleChoice {
        SampleChoice {
            augmentation,
            seed: 3,
            train_size: 40,
            class: None,
            first: 0,
            epoch: 2,
        }
    }

    #[test]
    fn the_samples_are_what_training_gets_to_the_byte() {
        let data = data();
        for augmentation in [Augmentation::ARTICLE, Augmentation::OFF] {
            let choice = choice(augmentation);
            for epoch in 2..4 {
                let plan = BatchPlan {
                    seed: choice.seed,
                    epoch,
                    train_size: choice.train_size,
                    batch_size: 8,
                    first_batch: 1,
                    augmentation,
                };
                let mut seen = 0;
                for batch in BatchStream::start(Arc::clone(&data), plan).unwrap() {
                    let pictures = batch.pixels.chunks_exact(63).zip(&batch.positions);
                    for (picture, &position) in pictures {
                        let draws = draws(&data, &choice, position as usize, 3);
                        let draw = &draws[(epoch - 2) * 63..][..63];
                        let bits = |values: &[f32]| -> Vec<u32> {
                            values.iter().map(|value| value.to_bits()).collect()
                        };
                        assert_eq!(bits(draw), bits(picture));
                        seen += 1;
                    }
                }
                assert_eq!(seen, 40);
            }
        }
    }

    #[test]
    fn a_class_is_that_of_the_label_as_given() {
        let data = data();
        let mut choice = choice(Augmentation::OFF);
        assert_eq!(positions(&data, &choice).count(), 40);
        choice.class = Some(1);
        let of_class: Vec<usize> = positions(&data, &choice).collect();
        assert!(of_class.iter().all(|&p| p < 40 && data.label(p) == 1));
        assert!(of_class.iter().any(|&p| data.is_corrupted(p)));
    }

    #[test]
    fn ranges_are_named_and_those_at_zero_are_not() {
        assert_eq!(
            ranges(&Augmentation::ARTICLE),
            "Rotation ±8°, shift ±0.08, shear ±17.2°, zoom ±0.08"
        );
        let shift = Augmentation {
            rotation: 0.0,
            shear: 0.0,
            zoom: 0.0,
            ..Augmentation::ARTICLE
        };
        assert_eq!(ranges(&shift), "Shift ±0.08");
        let none = Augmentation {
            shift: 0.0,
            ..shift
        };
        assert!(ranges(&none).starts_with("All ranges are 0"));
    }
}
