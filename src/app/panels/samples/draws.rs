//! Which training images are shown, and what augmentation makes of them: the same function makes
//! them that makes the training batches. No egui.

use crate::data::{TrainingData, augmented_image};
use crate::experiment::{Augmentation, Settings};

/// Images shown with their draws, and draws of each.
pub const ROWS: usize = 6;
/// Draws of each image.
pub const DRAWS: usize = 4;
/// Images shown where nothing is drawn.
pub const PLAIN: usize = 24;

/// What decides the pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The ranges.
    pub augmentation: Augmentation,
    /// The run's seed.
    pub seed: u64,
    /// The first so many of the pool are trained on.
    pub train_size: usize,
    /// Only images with this label as given; all where there is none.
    pub class: Option<u8>,
    /// The first image shown, among those of the class.
    pub first: usize,
    /// The epoch of the first draw, from 1.
    pub epoch: usize,
}

impl Choice {
    /// How many images stand on a page.
    pub fn per_page(&self) -> usize {
        if self.augmentation.enabled {
            ROWS
        } else {
            PLAIN
        }
    }
}

/// The settings' part of a choice.
pub fn choice_of(settings: &Settings, data: &TrainingData) -> Choice {
    Choice {
        augmentation: settings.augmentation,
        seed: settings.seed,
        train_size: settings.data.train_size.resolve(data.pool_size()),
        class: None,
        first: 0,
        epoch: 1,
    }
}

/// The positions in the pool of the training images of a class, in order.
pub fn positions(data: &TrainingData, choice: &Choice) -> impl Iterator<Item = usize> {
    (0..choice.train_size.min(data.pool_size())).filter(move |&position| {
        choice
            .class
            .is_none_or(|class| data.label(position) == class)
    })
}

/// The draws of a training image in epochs that follow one another, each `[row, column]` of 0 to
/// 255: the very pixels that these epochs' batches hold of it.
pub fn draws(data: &TrainingData, choice: &Choice, position: usize, count: usize) -> Vec<f32> {
    let len = data.rows() * data.columns();
    let mut pixels = vec![0.0; count * len];
    for (epoch, output) in (choice.epoch..).zip(pixels.chunks_exact_mut(len)) {
        let ranges = &choice.augmentation;
        augmented_image(data, choice.seed, epoch, position, ranges, output);
    }
    pixels
}

/// The ranges in force, in words.
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
    part(rotation, format!("rotation ±{}°", short(rotation)));
    part(shift, format!("shift ±{}%", short(100.0 * shift)));
    part(shear, format!("shear ±{}°", short(shear)));
    part(zoom, format!("zoom ±{}%", short(100.0 * zoom)));
    if parts.is_empty() {
        return "All ranges are 0: every draw is the original.".into();
    }
    let mut text = parts.join(", ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A number with one decimal at most.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{BatchPlan, BatchStream, Dataset, Images};
    use crate::experiment::{DataSettings, DataSource, TrainSize};
    use std::sync::Arc;

    fn data() -> Arc<TrainingData> {
        let dataset = Dataset {
            name: "small".into(),
            rows: 9,
            columns: 7,
            classes: vec!["a".into(), "b".into(), "c".into()],
            train: Images {
                pixels: (0..60 * 63).map(|i| (i * 37 % 251) as u8).collect(),
                labels: (0..60).map(|i| i % 3).collect(),
            },
            test: None,
        };
        let settings = DataSettings {
            source: DataSource::Mnist,
            train_size: TrainSize::ALL,
            validation_size: 10,
            label_noise: 0.4,
        };
        Arc::new(TrainingData::new(Arc::new(dataset), &settings, 3).unwrap())
    }

    fn choice(augmentation: Augmentation) -> Choice {
        Choice {
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
            "Rotation ±8°, shift ±8%, shear ±17.2°, zoom ±8%"
        );
        let shift = Augmentation {
            rotation: 0.0,
            shear: 0.0,
            zoom: 0.0,
            ..Augmentation::ARTICLE
        };
        assert_eq!(ranges(&shift), "Shift ±8%");
        let none = Augmentation {
            shift: 0.0,
            ..shift
        };
        assert!(ranges(&none).starts_with("All ranges are 0"));
    }
}
