//! Whether the digits of a table lie on their side, as EMNIST's files hold them.
//!
//! The name of a file may say it, and digits show it: what tells the mean image of a class from the
//! mean of all classes looks in any handwriting as it does in MNIST's, and on its side it doesn't.

use crate::data::Images;
use crate::experiment::ImageSize;

/// Rows and columns of the small images that are compared.
const SIDE: usize = 7;
/// The small images as one vector.
type Small = [f64; SIDE * SIDE];
/// Digits look as they should from this correlation on. Of twenty digits of MNIST it is 0.42 at
/// least, of a hundred 0.82; of other images with the same labels it is 0.31 at most.
const LOOKS: f64 = 0.5;
/// How much better one way must look than the other.
const MARGIN: f64 = 0.25;
/// The fewest classes of digits, and the fewest images of them, that tell.
const FEWEST: (usize, usize) = (3, 20);

/// How the digits of images stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The digits stand as people write them.
    Upright,
    /// The digits lie on their side, with rows and columns exchanged.
    Lying,
    /// The images don't show how the digits stand.
    Unknown,
}

/// Whether the name of a file says that it is one of EMNIST's.
pub(super) fn is_emnist(file: &str) -> bool {
    file.to_lowercase().starts_with("emnist")
}

/// How digits stand: images of `size` rows and columns, whose classes have these names.
pub(super) fn look(images: &Images, size: ImageSize, classes: &[String]) -> Look {
    let mut means: Vec<(usize, Small)> = Vec::new();
    let mut seen = 0;
    for (class, name) in classes.iter().enumerate() {
        let digit = match name.as_bytes() {
            [digit @ b'0'..=b'9'] => usize::from(digit - b'0'),
            _ => continue,
        };
        let labels = images.labels.iter().enumerate();
        let of_class = labels.filter(|(_, label)| usize::from(**label) == class);
        // More images than these tell no more.
        let places: Vec<usize> = of_class.map(|(place, _)| place).take(200).collect();
        if places.is_empty() {
            continue;
        }
        seen += places.len();
        let mut sums = vec![0.0; size.pixels()];
        for &place in &places {
            for (sum, pixel) in sums.iter_mut().zip(images.image(place)) {
                *sum += f64::from(*pixel);
            }
        }
        sums.iter_mut().for_each(|sum| *sum /= places.len() as f64);
        means.push((digit, small(&sums, size)));
    }
    if means.len() < FEWEST.0 || seen < FEWEST.1 {
        return Look::Unknown;
    }
    let digits = means.iter().map(|(digit, _)| MEANS[*digit].map(f64::from));
    let expected = apart(digits.collect());
    let found = apart(means.into_iter().map(|(_, mean)| mean).collect());
    let turned: Vec<Small> = found.iter().map(turned).collect();
    let (upright, lying) = (alike(&found, &expected), alike(&turned, &expected));
    if lying >= LOOKS && lying - upright >= MARGIN {
        Look::Lying
    } else if upright >= LOOKS && upright - lying >= MARGIN {
        Look::Upright
    } else {
        Look::Unknown
    }
}

/// An image as one of 7 × 7: each small pixel is the mean of the area that it covers.
fn small(pixels: &[f64], ImageSize { rows, columns }: ImageSize) -> Small {
    let share = |at: usize, of: usize, pixel: usize| {
        let begin = (at * of) as f64 / SIDE as f64;
        let end = ((at + 1) * of) as f64 / SIDE as f64;
        (end.min(pixel as f64 + 1.0) - begin.max(pixel as f64)).max(0.0)
    };
    std::array::from_fn(|at| {
        let (row, column) = (at / SIDE, at % SIDE);
        let (mut sum, mut area) = (0.0, 0.0);
        for y in 0..rows {
            let height = share(row, rows, y);
            if height == 0.0 {
                continue;
            }
            for x in 0..columns {
                let part = height * share(column, columns, x);
                sum += part * pixels[y * columns + x];
                area += part;
            }
        }
        sum / area
    })
}

/// What tells each image from the mean of all.
fn apart(mut images: Vec<Small>) -> Vec<Small> {
    let count = images.len() as f64;
    for at in 0..SIDE * SIDE {
        let mean = images.iter().map(|image| image[at]).sum::<f64>() / count;
        for image in &mut images {
            image[at] -= mean;
        }
    }
    images
}

/// An image with rows and columns exchanged.
fn turned(image: &Small) -> Small {
    std::array::from_fn(|at| image[at % SIDE * SIDE + at / SIDE])
}

/// The correlation of images with others, −1 to 1; 0 where one has nothing to compare.
fn alike(left: &[Small], right: &[Small]) -> f64 {
    let all = |images: &[Small]| -> Vec<f64> { images.iter().flatten().copied().collect() };
    let (left, right) = (all(left), all(right));
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let scale = (product(&left, &left) * product(&right, &right)).sqrt();
    if scale > 0.0 {
        product(&left, &right) / scale
    } else {
        0.0
    }
}

/// The mean of MNIST's 60,000 training images of each digit, 4 × 4 pixels made one.
const MEANS: [[u8; SIDE * SIDE]; 10] = [
    [
        0, 0, 0, 1, 1, 0, 0, 0, 2, 36, 122, 134, 41, 0, 0, 20, 128, 120, 108, 118, 4, 0, 70, 128,
        19, 48, 128, 8, 0, 103, 98, 33, 115, 88, 3, 0, 54, 158, 155, 95, 15, 0, 0, 1, 6, 7, 1, 0,
        0,
    ],
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 63, 72, 13, 0, 0, 0, 3, 113, 79, 3, 0, 0, 0, 4, 167, 27, 0,
        0, 0, 0, 34, 155, 10, 0, 0, 0, 6, 67, 101, 16, 1, 0, 0, 0, 4, 5, 1, 0, 0,
    ],
    [
        0, 0, 4, 11, 6, 1, 0, 0, 13, 80, 136, 113, 23, 0, 0, 14, 42, 53, 117, 37, 0, 0, 8, 41, 94,
        117, 23, 2, 1, 60, 140, 167, 121, 57, 9, 1, 50, 115, 87, 69, 42, 4, 0, 0, 1, 1, 1, 0, 0,
    ],
    [
        0, 0, 1, 2, 1, 0, 0, 0, 19, 88, 136, 101, 17, 0, 1, 15, 42, 97, 127, 22, 0, 0, 4, 70, 157,
        127, 19, 0, 2, 19, 24, 35, 121, 44, 0, 3, 50, 120, 140, 105, 16, 0, 0, 4, 16, 18, 4, 0, 0,
    ],
    [
        0, 0, 0, 0, 0, 0, 0, 0, 5, 26, 25, 43, 33, 2, 0, 20, 100, 49, 110, 43, 1, 0, 51, 155, 101,
        162, 33, 1, 0, 27, 77, 127, 114, 17, 0, 0, 1, 20, 76, 59, 8, 0, 0, 0, 5, 13, 9, 1, 0,
    ],
    [
        0, 0, 0, 0, 1, 0, 0, 0, 3, 34, 83, 90, 59, 10, 0, 11, 101, 112, 65, 38, 9, 0, 16, 121, 119,
        75, 14, 0, 0, 24, 37, 57, 97, 31, 1, 0, 32, 109, 125, 85, 15, 0, 0, 1, 13, 17, 5, 0, 0,
    ],
    [
        0, 0, 5, 20, 24, 5, 0, 0, 2, 32, 99, 65, 9, 0, 0, 7, 82, 95, 25, 12, 0, 0, 19, 133, 107,
        125, 68, 4, 0, 22, 156, 141, 138, 65, 2, 0, 4, 62, 115, 62, 7, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    [
        0, 0, 0, 0, 0, 0, 0, 0, 7, 24, 34, 30, 8, 0, 4, 52, 132, 135, 166, 49, 0, 1, 20, 33, 38,
        146, 22, 0, 0, 3, 14, 109, 92, 6, 0, 0, 2, 42, 116, 34, 1, 0, 0, 5, 39, 51, 14, 1, 0,
    ],
    [
        0, 0, 0, 0, 0, 0, 0, 0, 3, 39, 113, 112, 38, 2, 0, 14, 105, 97, 118, 67, 5, 0, 7, 82, 178,
        113, 17, 1, 0, 11, 107, 131, 80, 14, 0, 0, 22, 123, 138, 80, 11, 0, 0, 1, 17, 24, 6, 0, 0,
    ],
    [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 16, 67, 54, 7, 0, 0, 17, 119, 101, 133, 31, 0, 0, 35, 125, 111,
        161, 18, 0, 0, 9, 51, 105, 102, 7, 0, 0, 1, 22, 90, 58, 7, 0, 0, 1, 19, 36, 22, 4, 0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::load;
    use crate::experiment::DataSource;

    fn digits(count: usize) -> (Images, Vec<String>) {
        let mnist = load(&DataSource::Mnist).unwrap();
        let images = Images {
            pixels: mnist.train.pixels[..count * 784].to_vec(),
            labels: mnist.train.labels[..count].to_vec(),
        };
        (images, mnist.classes.clone())
    }

    fn lying(images: &Images) -> Images {
        let pixels = images
            .pixels
            .chunks_exact(784)
            .flat_map(|image| (0..784).map(|at| image[at % 28 * 28 + at / 28]));
        Images {
            pixels: pixels.collect(),
            labels: images.labels.clone(),
        }
    }

    #[test]
    fn digits_are_told_from_digits_on_their_side() {
        let (images, classes) = digits(300);
        assert_eq!(
            look(&images, ImageSize::new(28, 28), &classes),
            Look::Upright
        );
        assert_eq!(
            look(&lying(&images), ImageSize::new(28, 28), &classes),
            Look::Lying
        );
    }

    #[test]
    fn what_is_no_digit_by_its_label_is_left_alone() {
        let (images, _) = digits(300);
        let letters: Vec<String> = ('A'..='J').map(String::from).collect();
        assert_eq!(
            look(&images, ImageSize::new(28, 28), &letters),
            Look::Unknown
        );
        // Labels that are moved on by one belong to other images than digits.
        let (mut images, classes) = digits(300);
        images.labels.rotate_left(1);
        assert_eq!(
            look(&images, ImageSize::new(28, 28), &classes),
            Look::Unknown
        );
        let (images, classes) = digits(15);
        assert_eq!(
            look(&images, ImageSize::new(28, 28), &classes),
            Look::Unknown
        );
    }

    #[test]
    fn images_are_made_small_by_area() {
        let pixels: Vec<f64> = (0..14 * 7).map(|at| f64::from(at / 7)).collect();
        let small = small(&pixels, ImageSize::new(14, 7));
        assert_eq!((small[0], small[48]), (0.5, 12.5));
        assert!(
            super::small(&[5.0], ImageSize::new(1, 1))
                .iter()
                .all(|pixel| *pixel == 5.0)
        );
    }
}
