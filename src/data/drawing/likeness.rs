//! Tells images that look like no digit of MNIST: noise, textures, filled shapes, very thick pens.
//!
//! Letters and scribbles with a usual pen look like digits here; only the network could tell them,
//! and a network has no way to say "none of these".

use std::fmt;

/// Rows and columns of the images that are compared.
const SIDE: usize = 28;
/// Of MNIST's 60,000 training images, 998 in 1,000 have at most this share of ink.
const MOST_INK: f32 = 0.2784;
/// The length of the rim of the ink beside its area: 998 in 1,000 training images have at least so much, since
/// their strokes are no thicker.
const LEAST_RIM: f32 = 0.4675;
/// And 998 in 1,000 have at most so much.
const MOST_RIM: f32 = 1.8418;

/// In what an image is unlike any digit of MNIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlike {
    /// The ink covers more of the image.
    MoreInk,
    /// The strokes are thicker.
    Thicker,
    /// The ink is in more pieces, or in finer ones.
    Finer,
}

impl Unlike {
    /// Compares an image of 28 × 28 pixels, ink bright on dark and centred as MNIST's, with MNIST. None
    /// where it is like MNIST, or of another size, or without ink.
    pub fn mnist(image: &[u8]) -> Option<Self> {
        if image.len() != SIDE * SIDE {
            return None;
        }
        let level = |row: usize, column: usize| f32::from(image[row * SIDE + column]) / 255.0;
        let (mut ink, mut rim) = (0.0, 0.0);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let here = level(row, column);
                ink += here;
                if row + 1 < SIDE {
                    rim += (here - level(row + 1, column)).abs();
                }
                if column + 1 < SIDE {
                    rim += (here - level(row, column + 1)).abs();
                }
            }
        }
        if ink <= 0.0 {
            return None;
        }
        let rim = rim / ink;
        if rim > MOST_RIM {
            Some(Self::Finer)
        } else if rim < LEAST_RIM {
            Some(Self::Thicker)
        } else if ink > MOST_INK * (SIDE * SIDE) as f32 {
            Some(Self::MoreInk)
        } else {
            None
        }
    }
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MoreInk => {
                "it holds more ink than 998 of 1,000 digits of MNIST, so that it may be no digit at all"
            }
            Self::Thicker => {
                "its strokes are thicker than those of 998 of 1,000 digits of MNIST; draw it larger or \
                 with a thinner pen"
            }
            Self::Finer => {
                "its ink lies in more or finer pieces than that of 998 of 1,000 digits of MNIST: the pen \
                 is thin, or this is no digit at all"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::experiment::DataSource;

    #[test]
    fn hardly_a_digit_is_unlike_digits() {
        let mnist = data::load(&DataSource::Mnist).unwrap();
        // These images took no part in measuring the limits.
        let test = mnist.test.as_ref().unwrap();
        let count = test.count();
        let unlike = (0..count).filter(|&i| Unlike::mnist(test.image(i)).is_some());
        let unlike = unlike.count();
        assert!(unlike * 100 <= count, "{unlike} of {count}");
    }

    #[test]
    fn noise_stripes_and_filled_shapes_are_unlike_digits() {
        let of = |value: fn(usize, usize) -> u8| {
            let image: Vec<u8> = (0..784).map(|i| value(i / 28, i % 28)).collect();
            Unlike::mnist(&image)
        };
        assert_eq!(of(|_, _| 0), None);
        let noise = of(|row, column| (row * 7919 + column * 104_729 + row * column * 31) as u8);
        assert!(noise.is_some());
        assert_eq!(
            of(|row, column| if (row + column) % 2 == 0 { 255 } else { 0 }),
            Some(Unlike::Finer)
        );
        let square = of(|row, column| {
            if (4..24).contains(&row) && (4..24).contains(&column) {
                255
            } else {
                0
            }
        });
        assert_eq!(square, Some(Unlike::Thicker));
        let one = of(|row, column| {
            if (4..24).contains(&row) && (13..16).contains(&column) {
                255
            } else {
                0
            }
        });
        assert_eq!(one, None);
        assert_eq!(Unlike::mnist(&[255; 100]), None);
    }
}
