//! A data set: grey images with labels.

use super::{DataError, Taken};
use crate::experiment::{DataFacts, ImageSize};
use std::fmt;

/// Labelled grey images of one size, as a source gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The data set's name, for people.
    pub name: String,
    /// The size of an image, at least 1 × 1.
    pub size: ImageSize,
    /// The names of the classes, 1 to 256. Label `i` stands for `classes[i]`.
    pub classes: Vec<String>,
    /// The images to train with. Where the source brings no validation images of its own, some of
    /// these are held out to validate.
    pub train: Images,
    /// The images that the source itself names for validation, where it names some.
    pub validation: Option<Images>,
    /// The images set aside for the test score, where the source has some.
    pub test: Option<Images>,
    /// What was done to the source on the way.
    pub taken: Taken,
}

impl Dataset {
    /// How many pixels an image has.
    pub fn image_len(&self) -> usize {
        self.size.pixels()
    }

    /// How many images there are to train and to validate with.
    pub fn count(&self) -> usize {
        self.train.count() + self.validation.as_ref().map_or(0, Images::count)
    }

    /// The pixels of one of the images to train and to validate with, `[row, column]`. The training
    /// images come first, then those that the source names for validation.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn image(&self, index: usize) -> &[u8] {
        let (images, index) = self.part_of(index);
        images.image(index)
    }

    /// The label of one of the images to train and to validate with, counted as in
    /// [`image`](Self::image).
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn label(&self, index: usize) -> u8 {
        let (images, index) = self.part_of(index);
        images.labels[index]
    }

    /// The part in which an image lies, and its place there.
    fn part_of(&self, index: usize) -> (&Images, usize) {
        match &self.validation {
            Some(validation) if index >= self.train.count() => {
                (validation, index - self.train.count())
            }
            _ => (&self.train, index),
        }
    }

    /// The parts of the data set that are there, with their names.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &Images)> {
        [
            ("train", Some(&self.train)),
            ("validation", self.validation.as_ref()),
            ("test", self.test.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, images)| Some((name, images?)))
    }

    /// What is known of the data set without its pixels.
    pub fn facts(&self) -> DataFacts {
        DataFacts {
            images: self.count(),
            own_validation: self.validation.as_ref().map(Images::count),
            rows: self.size.rows,
            columns: self.size.columns,
            classes: self.classes.len(),
        }
    }

    /// Checks that images, labels, sizes and classes fit together, as all other code relies on.
    pub fn check(&self) -> Result<(), DataError> {
        let fail = |problem| {
            let name = self.name.clone();
            Err(DataError::Inconsistent { name, problem })
        };
        if self.size.pixels() == 0 {
            return fail(format!(
                "found images of {} pixels, expected at least 1 × 1",
                self.size
            ));
        }
        let classes = self.classes.len();
        if !(1..=256).contains(&classes) {
            return fail(format!("found {classes} classes, expected 1 to 256"));
        }
        for (part, images) in self.parts() {
            let expected = images.count() * self.image_len();
            if images.pixels.len() != expected {
                return fail(format!(
                    "found {} {part} pixels, expected {expected} for {} labels",
                    images.pixels.len(),
                    images.count()
                ));
            }
            let stray = images
                .labels
                .iter()
                .position(|&label| usize::from(label) >= classes);
            if let Some(position) = stray {
                return fail(format!(
                    "found {part} label {} at position {position} (from 0), expected 0 to {}",
                    images.labels[position],
                    classes - 1
                ));
            }
        }
        Ok(())
    }
}

/// Images and their labels, in the source's order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Images {
    /// Pixels 0 to 255, `[image, row, column]`.
    pub pixels: Vec<u8>,
    /// The class of each image.
    pub labels: Vec<u8>,
}

impl Images {
    /// How many images there are.
    pub fn count(&self) -> usize {
        self.labels.len()
    }

    /// The pixels of an image, `[row, column]`.
    ///
    /// # Panics
    /// Where `index` isn't below [`count`](Self::count).
    pub fn image(&self, index: usize) -> &[u8] {
        let len = self.pixels.len() / self.count();
        &self.pixels[index * len..][..len]
    }
}

// The derived form would print millions of pixels.
impl fmt::Debug for Images {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Images")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

/// The statistics that raw pixels (0 to 255) are normalized with: (x − mean) / std.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelStatistics {
    /// The mean, 0 to 255.
    pub mean: f32,
    /// The standard deviation of a population, not of a sample. Where all pixels are the same, 1
    /// stands in for 0, so that it can be divided by.
    pub std: f32,
}

impl PixelStatistics {
    /// The statistics of all pixels of the images. The sums are exact, so that the order of the
    /// images doesn't matter.
    pub(super) fn of<'a>(images: impl Iterator<Item = &'a [u8]>) -> Self {
        let (mut count, mut sum, mut square_sum) = (0u64, 0u64, 0u64);
        for image in images {
            // Each piece is too short to overflow a sum in u32, which is four times as fast as one
            // in u64.
            for piece in image.chunks(1 << 16) {
                let mut piece_sum = 0u32;
                let mut piece_squares = 0u32;
                for &pixel in piece {
                    let pixel = u32::from(pixel);
                    piece_sum += pixel;
                    piece_squares += pixel * pixel;
                }
                count += piece.len() as u64;
                sum += u64::from(piece_sum);
                square_sum += u64::from(piece_squares);
            }
        }
        if count == 0 {
            return Self {
                mean: 0.0,
                std: 1.0,
            };
        }
        let count = count as f64;
        let mean = sum as f64 / count;
        let variance = square_sum as f64 / count - mean * mean;
        let std = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        Self {
            mean: mean as f32,
            std: std as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset() -> Dataset {
        Dataset {
            name: "small".into(),
            size: ImageSize::new(1, 2),
            classes: vec!["a".into(), "b".into()],
            train: Images {
                pixels: vec![0, 10, 20, 30],
                labels: vec![0, 1],
            },
            validation: None,
            test: None,
            taken: Taken::default(),
        }
    }

    #[test]
    fn images_are_found_by_index() {
        let dataset = dataset();
        assert_eq!(dataset.train.count(), 2);
        assert_eq!(dataset.train.image(0), [0, 10]);
        assert_eq!(dataset.train.image(1), [20, 30]);
        assert_eq!(Images::default().count(), 0);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let check = |change: fn(&mut Dataset), expected: &str| {
            let mut dataset = dataset();
            change(&mut dataset);
            let text = dataset.check().unwrap_err().to_string();
            assert!(text.contains(expected), "{text}");
        };
        assert_eq!(dataset().check(), Ok(()));
        check(|d| d.size.rows = 0, "0 × 2 pixels");
        check(|d| d.classes.clear(), "0 classes");
        check(
            |d| d.train.pixels.truncate(3),
            "found 3 train pixels, expected 4",
        );
        check(
            |d| d.train.labels[1] = 2,
            "found train label 2 at position 1 (from 0), expected 0 to 1",
        );
        check(
            |d| {
                d.test = Some(Images {
                    pixels: vec![1],
                    labels: vec![0],
                });
            },
            "found 1 test pixels",
        );
    }

    #[test]
    fn statistics_are_those_of_the_population() {
        // The mean is 4, the variance (4² + 2² + 0 + 6²) / 4 = 14.
        let images: [&[u8]; 2] = [&[0, 2], &[4, 10]];
        let statistics = PixelStatistics::of(images.into_iter());
        assert_eq!(statistics.mean, 4.0);
        assert!((statistics.std - 14f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn statistics_can_always_be_divided_by() {
        let blank: [&[u8]; 1] = [&[7, 7, 7]];
        let statistics = PixelStatistics::of(blank.into_iter());
        assert_eq!((statistics.mean, statistics.std), (7.0, 1.0));
        assert_eq!(PixelStatistics::of(std::iter::empty()).std, 1.0);
    }

    #[test]
    fn statistics_of_a_large_bright_image_do_not_overflow() {
        let bright = vec![255; 200_000];
        let statistics = PixelStatistics::of(std::iter::once(bright.as_slice()));
        assert_eq!((statistics.mean, statistics.std), (255.0, 1.0));
    }
}
