//! What images look like at a glance, and whether others look so too.

use crate::experiment::{Ground, ImageSize, Look, PictureReading, Polarity};

/// At most so many images are looked at, spread over all.
const SAMPLES: usize = 5_000;
/// A pixel stands out from the ground where it is further from the ground than this share of what
/// lies between the darkest and the brightest pixel of all.
const STANDS_OUT: f64 = 0.25;
/// Of the images that have a ground, this share has the same one where the ground is dark or light.
const NEARLY_ALL: f64 = 0.8;
/// Largest values that differ by more than this factor are of other scales.
const OTHER_SCALE: u32 = 4;
/// Ink that takes this many times the share of the pixels, or one part of so many, is much more or
/// much less.
const OTHER_SHARE: f64 = 2.5;
/// Shares of ink that differ by fewer percent than this don't differ by much.
const LEAST_PERCENT: f64 = 8.0;
/// Of fewer images than this, the share of ink says little: a page of ones has less than one of
/// eights.
const MANY: usize = 50;

/// What images of `[rows, columns]` look like together. `pixels` are `[image, row, column]`, and
/// hold at least one image.
pub fn look_of(pixels: &[u8], ImageSize { rows, columns }: ImageSize) -> Look {
    let length = (rows * columns).max(1);
    let count = pixels.len() / length;
    // The golden ratio spreads the samples evenly and hits no rhythm of the classes.
    let place = |sample: usize| match count {
        0..=SAMPLES => sample,
        _ => ((sample as f64 * 0.618_033_988_749_895).fract() * count as f64) as usize,
    };
    let images = || {
        (0..count.min(SAMPLES)).filter_map(|sample| pixels.chunks_exact(length).nth(place(sample)))
    };
    let mut counts = [0u64; 256];
    for pixel in images().flatten() {
        counts[usize::from(*pixel)] += 1;
    }
    let total: u64 = counts.iter().sum::<u64>().max(1);
    let sum: u64 = (0u64..)
        .zip(counts)
        .map(|(value, count)| value * count)
        .sum();
    let least = counts.iter().position(|&count| count > 0).unwrap_or(0);
    let largest = counts.iter().rposition(|&count| count > 0).unwrap_or(0);
    let middle = (least + largest) / 2;
    let (mut dark, mut light) = (0usize, 0usize);
    for image in images() {
        match ground_of(image, ImageSize { rows, columns }) {
            Some(value) if usize::from(value) > middle => light += 1,
            Some(_) => dark += 1,
            None => {}
        }
    }
    let all = (dark + light) as f64;
    let ground = if largest == least || all == 0.0 {
        Ground::Mixed
    } else if light as f64 >= NEARLY_ALL * all {
        Ground::Light
    } else if dark as f64 >= NEARLY_ALL * all {
        Ground::Dark
    } else {
        Ground::Mixed
    };
    let reach = ((largest - least) as f64 * STANDS_OUT) as usize;
    let ink: u64 = match ground {
        Ground::Light => counts[..largest - reach].iter().sum(),
        Ground::Dark | Ground::Mixed => counts[least + reach + 1..].iter().sum(),
    };
    Look {
        mean: (sum as f64 / total as f64).round() as u8,
        largest: largest as u8,
        ink_percent: (100.0 * ink as f64 / total as f64).round() as u8,
        ground,
        frame: None,
    }
}

/// The middle value along the border of an image, where most of the border is about as bright.
pub(super) fn ground_of(image: &[u8], ImageSize { rows, columns }: ImageSize) -> Option<u8> {
    let mut border = border(image, ImageSize { rows, columns });
    border.sort_unstable();
    let at = |share: usize| {
        border
            .get(border.len().saturating_sub(1) * share / 8)
            .copied()
    };
    let (low, median, high) = (at(2)?, at(4)?, at(6)?);
    (high - low <= 64).then_some(median)
}

/// The outermost pixels of an image.
pub(super) fn border(image: &[u8], ImageSize { rows, columns }: ImageSize) -> Vec<u8> {
    let mut border = Vec::with_capacity(2 * (rows + columns));
    for (row, line) in image.chunks_exact(columns.max(1)).enumerate() {
        if row == 0 || row + 1 == rows {
            border.extend_from_slice(line);
        } else if let (Some(first), Some(last)) = (line.first(), line.last()) {
            border.extend([*first, *last]);
        }
    }
    border
}

/// In what images look otherwise than those that a network was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherLook {
    /// The values are of another scale.
    Scale {
        /// The largest value of the images.
        found: u8,
        /// The largest value in training.
        trained: u8,
    },
    /// The ground is bright where it was dark in training, or the other way round.
    Ground {
        /// The ground in training, which is never mixed.
        trained: Ground,
    },
    /// Much more, or much less of the image stands out from its ground.
    Ink {
        /// Percent of the pixels that stand out.
        found: u8,
        /// Percent of the pixels that stood out in training.
        trained: u8,
    },
}

impl OtherLook {
    /// In what so many images that are asked about look otherwise, where they do. What explains
    /// most is told.
    pub fn between(trained: &Look, asked: &Look, images: usize) -> Option<Self> {
        let [most, least] = [
            trained.largest.max(asked.largest),
            trained.largest.min(asked.largest),
        ];
        // Blank images have no look.
        if least > 0 && u32::from(most) > OTHER_SCALE * u32::from(least) {
            return Some(Self::Scale {
                found: asked.largest,
                trained: trained.largest,
            });
        }
        if let (Ground::Dark, Ground::Light) | (Ground::Light, Ground::Dark) =
            (trained.ground, asked.ground)
        {
            let trained = trained.ground;
            return Some(Self::Ground { trained });
        }
        let [found, known] = [asked, trained].map(|look| f64::from(look.ink_percent));
        let is_far = images >= MANY
            && (found - known).abs() >= LEAST_PERCENT
            && found.max(known) >= OTHER_SHARE * found.min(known);
        (is_far && asked.largest > 0).then_some(Self::Ink {
            found: asked.ink_percent,
            trained: trained.ink_percent,
        })
    }
}

impl OtherLook {
    /// The reason and the mend, without the full stop. `reading` is how pictures became the images; none where
    /// they were numbers in a file.
    pub fn told(&self, reading: Option<&PictureReading>) -> String {
        match self {
            Self::Scale { found, trained } => format!(
                "the largest value of these images is {found}, in training it was {trained}: the \
                 network has seen none like them; {}",
                scale_mend(*found, *trained, reading.is_some())
            ),
            Self::Ground { trained } => {
                let [here, there] = match trained {
                    Ground::Light => ["light on dark", "dark on light"],
                    Ground::Dark | Ground::Mixed => ["dark on light", "light on dark"],
                };
                let mend = match reading.map(|reading| reading.polarity) {
                    None => "invert them, 255 minus each value",
                    Some(Polarity::Inverted) => "leave dark and bright as they are (--as as-is)",
                    Some(Polarity::AsTheyAre | Polarity::BrightOnDark) => {
                        "invert them (--as inverted)"
                    }
                    Some(Polarity::InkFound) => {
                        "read them without a search for ink (--as as-is or --as inverted)"
                    }
                };
                format!(
                    "as they are read, these images are {here}, and those of training were {there}: \
                     the network has seen none like them; {mend}"
                )
            }
            Self::Ink { found, trained } => format!(
                "{found}% of the pixels of these images stand out from the ground, in training \
                 {trained}% did: they may be of another kind than the network was trained on; \
                 compare a few of them with the training images"
            ),
        }
    }
}

/// What to do about images whose largest value is of another scale than in training.
fn scale_mend(found: u8, trained: u8, are_pictures: bool) -> String {
    let times = |to: u8, from: u8| factor(f64::from(to) / f64::from(from.max(1)));
    match (found < trained, are_pictures) {
        // Pictures and whole numbers can't be made so small.
        (false, _) => format!(
            "train a new run on its own values multiplied by {}, so that both reach {found}",
            times(found, trained)
        ),
        (true, false) => format!("multiply all values by {}", times(trained, found)),
        (true, true) => {
            format!("make the pictures brighter, so that the brightest pixels reach {trained}")
        }
    }
}

/// A factor in words: whole where it is whole, otherwise with a digit behind the point.
fn factor(value: f64) -> String {
    if value < 1.0 {
        return format!("{value:.3}");
    }
    if (value - value.round()).abs() < 0.005 {
        return format!("{value:.0}");
    }
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::load;
    use crate::experiment::DataSource;
    use proptest::prelude::*;

    #[test]
    fn the_look_of_mnist_is_the_one_that_is_known() {
        let mnist = load(&DataSource::Mnist).unwrap();
        assert_eq!(
            look_of(&mnist.train.pixels, ImageSize::square(28)),
            Look::MNIST
        );
        let test = &mnist.test.as_ref().unwrap().pixels;
        assert_eq!(
            OtherLook::between(&Look::MNIST, &look_of(test, ImageSize::square(28)), 10_000),
            None
        );
    }

    /// What is said of MNIST's first images after each value was changed.
    fn said(change: impl Fn(u8) -> u8) -> Option<String> {
        let mnist = load(&DataSource::Mnist).unwrap();
        let images = &mnist.train.pixels[..200 * 784];
        let changed: Vec<u8> = images.iter().map(|&value| change(value)).collect();
        let look = look_of(&changed, ImageSize::square(28));
        OtherLook::between(&Look::MNIST, &look, 200).map(|other| other.told(None))
    }

    #[test]
    fn other_scales_and_grounds_are_told_with_their_mend() {
        let check = |change: fn(u8) -> u8, parts: &[&str]| {
            let text = said(change).unwrap_or_default();
            for part in parts {
                assert!(text.contains(part), "{part}: {text}");
            }
        };
        check(
            |value| u8::from(value > 127),
            &["largest value", " is 1,", "by 255"],
        );
        check(|value| value / 16, &[" is 15,", "by 17"]);
        check(
            |value| 255 - value,
            &["dark on light", "255 minus each value"],
        );
        assert_eq!(said(|value| value), None);
        assert_eq!(said(|value| value / 2 * 2), None);
        // Digits in black and white alone are much like those with grey rims.
        assert_eq!(said(|value| if value > 127 { 255 } else { 0 }), None);
        // More or less ink says nothing where there are few images.
        let thick = Look {
            ink_percent: 60,
            ..Look::MNIST
        };
        assert_eq!(OtherLook::between(&Look::MNIST, &thick, 3), None);
        let many = OtherLook::between(&Look::MNIST, &thick, 300).map(|other| other.told(None));
        assert!(many.is_some_and(|text| text.starts_with("60% of the pixels")));
        // Nothing is said of blank images here.
        assert_eq!(said(|_| 0), None);
    }

    #[test]
    fn the_mend_is_one_that_is_possible() {
        let ground = |polarity| {
            let reading = PictureReading {
                polarity,
                ..PictureReading::MNIST
            };
            let trained = Ground::Dark;
            OtherLook::Ground { trained }.told(Some(&reading))
        };
        let text = ground(Polarity::Inverted);
        assert!(
            text.contains("--as as-is") && !text.contains("inverted"),
            "{text}"
        );
        let text = ground(Polarity::AsTheyAre);
        assert!(
            text.contains("--as inverted") && !text.contains("as-is"),
            "{text}"
        );
        // Whole numbers can't be made 255 times smaller, and a picture's values neither.
        let [found, trained] = [255, 1];
        for reading in [None, Some(&PictureReading::MNIST)] {
            let text = OtherLook::Scale { found, trained }.told(reading);
            assert!(
                text.contains("train a new run on its own values multiplied by 255"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_images_have_a_look_and_look_like_themselves(
            pixels in proptest::collection::vec(any::<u8>(), 1..300),
            rows in 1usize..9,
            columns in 1usize..9,
        ) {
            let look = look_of(&pixels, ImageSize { rows, columns });
            prop_assert!(look.ink_percent <= 100);
            prop_assert_eq!(OtherLook::between(&look, &look, 99), None);
        }
    }
}
