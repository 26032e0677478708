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
/// Ink of this percentage is tall, and of this one wide. Digits of MNIST have 182, and 55 on their side; digits of
/// two kinds alone have 170 at least.
pub(in crate::data) const TALL: u32 = 130;
const WIDE: u32 = 77;
/// With fewer images than this it isn't told whether they lie on their side, since single digits may be wide.
const FEW: usize = 10;
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
    let ink_of = |value: u8| match ground {
        Ground::Light => largest.saturating_sub(usize::from(value)),
        Ground::Dark | Ground::Mixed => usize::from(value).saturating_sub(least),
    };
    let tall_percent = tall_percent(images(), columns, ink_of);
    Look {
        tall_percent,
        mean: (sum as f64 / total as f64).round() as u8,
        largest: largest as u8,
        ink_percent: (100.0 * ink as f64 / total as f64).round() as u8,
        ground,
        frame: None,
    }
}

/// How far the ink of each image is spread from top to bottom about its middle, in percent of how far it is from left
/// to right, as variances over all images; none where there is no ink, or it isn't spread.
fn tall_percent<'a>(
    images: impl Iterator<Item = &'a [u8]>,
    columns: usize,
    ink_of: impl Fn(u8) -> usize,
) -> Option<u32> {
    let (mut down, mut across) = (0.0, 0.0);
    for image in images {
        // The sums of ink, and of ink times place and place squared.
        let (mut ink, mut rows, mut places) = (0.0, [0.0; 2], [0.0; 2]);
        for (row, line) in image.chunks_exact(columns.max(1)).enumerate() {
            for (column, value) in line.iter().enumerate() {
                let found = ink_of(*value) as f64;
                let (row, column) = (row as f64, column as f64);
                ink += found;
                rows = [rows[0] + found * row, rows[1] + found * row * row];
                places = [
                    places[0] + found * column,
                    places[1] + found * column * column,
                ];
            }
        }
        if ink > 0.0 {
            down += rows[1] - rows[0] * rows[0] / ink;
            across += places[1] - places[0] * places[0] / ink;
        }
    }
    (across > 0.0).then(|| (100.0 * down / across).round() as u32)
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
    /// The ink is wide where it was tall in training, or the other way round.
    Lying {
        /// Whether the ink was tall in training.
        was_tall: bool,
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
        if let (Some(asked), Some(trained)) = (asked.tall_percent, trained.tall_percent)
            && images >= FEW
        {
            let was_tall = trained >= TALL;
            if was_tall && asked <= WIDE || trained <= WIDE && asked >= TALL {
                return Some(Self::Lying { was_tall });
            }
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
            Self::Lying { was_tall } => {
                let [here, there] = match was_tall {
                    true => ["wider than tall", "taller than wide"],
                    false => ["taller than wide", "wider than tall"],
                };
                let mend = match reading {
                    Some(_) => "turn the pictures",
                    None => {
                        "exchange rows and columns, in numpy: x.reshape(-1, 28, 28).transpose(0, 2, 1)"
                    }
                };
                format!(
                    "the ink of these images is {here}, in training it was {there}: most likely they lie on \
                     their side; {mend}"
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
mod tests;
