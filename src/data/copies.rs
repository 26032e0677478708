//! Test-time augmentation: transformed copies of an image, which a network answers beside the image
//! itself. The mean of all its answers is often better than the single one.

use super::augment::Transform;
use crate::experiment::{Augmentation, ImageSize, Stream};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The most copies of an image.
pub const MOST_COPIES: u16 = 100;

/// How many transformed copies of each image are answered beside the image itself.
///
/// Copy `n` is made by the `n`-th draw of the article's transform, whatever the image is. So an image
/// has the same answer wherever it is asked about: alone on the canvas, or among thousands in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// The number of copies of each image, 0 to [`MOST_COPIES`].
    pub count: u16,
    /// The seed of the transforms.
    pub seed: u64,
}

impl Copies {
    /// Every image is answered as it is, once.
    pub const NONE: Self = Self { count: 0, seed: 1 };

    /// This many copies of each image, with the usual seed.
    pub fn new(count: u16) -> Self {
        Self {
            count,
            ..Self::NONE
        }
    }

    /// How often each image is answered: as it is, and once a copy.
    pub fn answers(self) -> usize {
        1 + usize::from(self.count)
    }

    /// Images with their copies: each image as it is, then its copies.
    ///
    /// # Shapes
    /// - `pixels`: `[image, row, column]`, 0 to 255
    /// - the result: `[image, answer, row, column]`, 0 to 255
    pub fn of(self, pixels: &[u8], size: ImageSize) -> Vec<u8> {
        if self.count == 0 {
            return pixels.to_vec();
        }
        let ImageSize { rows, columns } = size;
        let transforms: Vec<Transform> = (1..=u64::from(self.count))
            .map(|copy| {
                let stream = &mut Stream::copies(self.seed, copy);
                Transform::draw(&Augmentation::ARTICLE, rows, columns, stream)
            })
            .collect();
        let len = size.pixels().max(1);
        let mut copied = vec![0; pixels.len() * self.answers()];
        copied
            .par_chunks_mut(len * self.answers())
            .zip(pixels.par_chunks(len))
            .for_each(|(copied, image)| {
                let (plain, copies) = copied.split_at_mut(image.len());
                plain.copy_from_slice(image);
                let mut drawn = vec![0.0; image.len()];
                for (copy, transform) in copies.chunks_mut(len).zip(&transforms) {
                    transform.apply(image, rows, columns, &mut drawn);
                    for (to, from) in copy.iter_mut().zip(&drawn) {
                        // The transform stays within the values of the image.
                        *to = from.round() as u8;
                    }
                }
            });
        copied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: ImageSize = ImageSize::square(28);

    fn image(seed: usize) -> Vec<u8> {
        (0..SIZE.pixels())
            .map(|pixel| (pixel * pixel * seed % 251) as u8)
            .collect()
    }

    #[test]
    fn copies_repeat_by_their_seed_and_follow_the_image_itself() {
        let pixels = image(3);
        let eight = Copies::new(8).of(&pixels, SIZE);
        assert_eq!(eight, Copies::new(8).of(&pixels, SIZE));
        let answers: Vec<&[u8]> = eight.chunks(SIZE.pixels()).collect();
        assert_eq!((answers.len(), answers[0]), (9, &pixels[..]));
        for (place, answer) in answers.iter().enumerate() {
            assert!(!answers[place + 1..].contains(answer), "copy {place}");
        }
        // More copies come after the first ones, and another seed draws others.
        assert_eq!(Copies::new(2).of(&pixels, SIZE), eight[..3 * SIZE.pixels()]);
        let other = Copies { count: 8, seed: 2 };
        assert_ne!(other.of(&pixels, SIZE), eight);
        assert_eq!(Copies::NONE.of(&pixels, SIZE), pixels);
    }

    #[test]
    fn an_image_has_the_same_copies_alone_and_among_others() {
        let (first, second) = (image(3), image(7));
        let together = Copies::new(3).of(&[first.clone(), second.clone()].concat(), SIZE);
        let (of_first, of_second) = together.split_at(together.len() / 2);
        assert_eq!(of_first, Copies::new(3).of(&first, SIZE));
        assert_eq!(of_second, Copies::new(3).of(&second, SIZE));
    }
}
