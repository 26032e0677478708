//! Where in images ink lies, and whether a picture is framed as the pictures were that trained a run.

use super::look::ground_of;
use crate::experiment::{Frame, ImageSize, InkPlace};
use std::fmt;

/// At most so many images are looked at, spread over all.
const SAMPLES: usize = 5_000;
/// Ink differs from its ground by more than this, in levels of grey.
const LEAST_DEPTH: u8 = 64;
/// At least this share of the images have a ground and ink, where a frame says where ink lies.
const MOST: f64 = 0.8;
/// This share of the images at each end is left out of a range.
const OUTLIERS: f64 = 0.01;
/// A picture is of another shape where it is narrower or wider than all of training by this factor.
const OTHER_SHAPE: f64 = 1.25;
/// Ink is smaller than in training where it reaches over less than the least by this factor.
const SMALLER: f64 = 0.6;
/// Ink is larger than in training where it reaches over more than the most by this factor.
const LARGER: f64 = 1.5;
/// Ink lies elsewhere where its middle is further than so many percent of the image outside of the range.
const ELSEWHERE: f64 = 12.0;

/// Where the ink of one image lies, in percent of the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct InkBox {
    /// How much of the height or the width the ink reaches over, whichever is more.
    pub(super) reach: f64,
    /// The middle of the ink between the upper edge and the lower.
    pub(super) row: f64,
    /// The middle of the ink between the left edge and the right.
    pub(super) column: f64,
}

impl InkBox {
    /// Looks for what stands out from the ground of an image; none where nothing does, or there is no ground.
    pub(super) fn of(image: &[u8], ImageSize { rows, columns }: ImageSize) -> Option<Self> {
        let ground = ground_of(image, ImageSize { rows, columns })?;
        let (mut across, mut down) = ([columns, 0], [rows, 0]);
        for (row, line) in image.chunks_exact(columns.max(1)).enumerate() {
            let is_ink = |value: &u8| value.abs_diff(ground) > LEAST_DEPTH;
            let Some(first) = line.iter().position(is_ink) else {
                continue;
            };
            let last = line.iter().rposition(is_ink).unwrap_or(first);
            across = [across[0].min(first), across[1].max(last + 1)];
            down = [down[0].min(row), row + 1];
        }
        (down[1] > down[0]).then(|| {
            let percent = |part: usize, of: usize| 100.0 * part as f64 / of as f64;
            let height = percent(down[1] - down[0], rows);
            let width = percent(across[1] - across[0], columns);
            Self {
                reach: height.max(width),
                row: percent(down[0] + down[1], 2 * rows),
                column: percent(across[0] + across[1], 2 * columns),
            }
        })
    }
}

/// The frame of pictures that became images whole. `pixels` are `[image, row, column]`; `width_percent` is what
/// the widths of the pictures are in percent of their heights, at least and at most.
pub fn frame_of(pixels: &[u8], size: ImageSize, width_percent: [u32; 2]) -> Frame {
    let count = pixels.len() / size.pixels().max(1);
    let step = count.div_ceil(SAMPLES).max(1);
    let images = pixels.chunks_exact(size.pixels().max(1)).step_by(step);
    let looked_at = images.len();
    let boxes: Vec<InkBox> = images.filter_map(|image| InkBox::of(image, size)).collect();
    let have_ink = looked_at > 0 && boxes.len() as f64 >= MOST * looked_at as f64;
    Frame {
        width_percent,
        ink: have_ink.then(|| InkPlace {
            reach: range(&boxes, |ink| ink.reach),
            row: range(&boxes, |ink| ink.row),
            column: range(&boxes, |ink| ink.column),
        }),
    }
}

fn range(boxes: &[InkBox], of: impl Fn(&InkBox) -> f64) -> [u8; 2] {
    let mut values: Vec<f64> = boxes.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let left_out = (last as f64 * OUTLIERS) as usize;
    let at = |place: usize| values.get(place).copied().unwrap_or(0.0);
    [at(left_out).floor() as u8, at(last - left_out).ceil() as u8]
}

/// In what a picture is framed otherwise than those that trained a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFrame {
    /// The picture is wider or narrower.
    Shape {
        /// The picture's width in percent of its height.
        found: u32,
        /// The narrowest and the widest in training.
        trained: [u32; 2],
    },
    /// The ink reaches over much less of the image, or over much more.
    Reach {
        /// The percentage of the image.
        found: u8,
        /// The least and the most in training.
        trained: [u8; 2],
    },
    /// The ink lies elsewhere in the image.
    Place {
        /// The middle of the ink, in percent down and across.
        found: [u8; 2],
        /// The rows and the columns of the middles in training.
        trained: [[u8; 2]; 2],
    },
}

impl OtherFrame {
    /// In what a picture of this size, which became this image whole, is framed otherwise than a run's own
    /// pictures. What explains most is told.
    pub fn of(frame: &Frame, picture: ImageSize, image: &[u8], size: ImageSize) -> Option<Self> {
        let found = width_percent(picture);
        let [narrowest, widest] = frame.width_percent.map(f64::from);
        if f64::from(found) * OTHER_SHAPE < narrowest || f64::from(found) > widest * OTHER_SHAPE {
            let trained = frame.width_percent;
            return Some(Self::Shape { found, trained });
        }
        let (known, ink) = (frame.ink?, InkBox::of(image, size)?);
        let [least, most] = known.reach.map(f64::from);
        if ink.reach < SMALLER * least || ink.reach > LARGER * most {
            return Some(Self::Reach {
                found: ink.reach.round() as u8,
                trained: known.reach,
            });
        }
        let is_outside = |at: f64, [from, to]: [u8; 2]| {
            at < f64::from(from) - ELSEWHERE || at > f64::from(to) + ELSEWHERE
        };
        let is_elsewhere = is_outside(ink.row, known.row) || is_outside(ink.column, known.column);
        is_elsewhere.then_some(Self::Place {
            found: [ink.row, ink.column].map(|at| at.round() as u8),
            trained: [known.row, known.column],
        })
    }

    /// Whether two pictures differ from training in the same way, whatever the figures are.
    pub fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// The width of a picture in percent of its height.
pub(in crate::data) fn width_percent(picture: ImageSize) -> u32 {
    let percent = 100.0 * picture.columns as f64 / picture.rows.max(1) as f64;
    percent.round() as u32
}

impl fmt::Display for OtherFrame {
    /// The reason and the mend, without the full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Shape { found, trained } => write!(
                f,
                "the picture's width is {found}% of its height, in training it was {}; crop the picture \
                 to such a shape",
                percent(trained)
            ),
            Self::Reach { found, trained } if found < trained[0] => write!(
                f,
                "the ink reaches over {found}% of the image, in training it reached over {}; crop the \
                 picture closer to the ink",
                percent(trained)
            ),
            Self::Reach { found, trained } => write!(
                f,
                "the ink reaches over {found}% of the image, in training it reached over {}; leave more \
                 room around the ink",
                percent(trained)
            ),
            Self::Place {
                found: [row, column],
                trained: [rows, columns],
            } => write!(
                f,
                "the middle of the ink lies {row}% of the way down and {column}% of the way across, in \
                 training it lay {} down and {} across; crop the picture so that the ink lies there",
                percent(rows),
                percent(columns)
            ),
        }
    }
}

fn percent<T: PartialEq + fmt::Display>([from, to]: [T; 2]) -> String {
    match from == to {
        true => format!("{from}%"),
        false => format!("{from}% to {to}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: ImageSize = ImageSize::square(28);

    /// A bar whose upper left corner, height and width are given, on a dark ground.
    fn bar([row, column]: [usize; 2], [height, width]: [usize; 2]) -> Vec<u8> {
        let is_ink = |at: usize| {
            (row..row + height).contains(&(at / 28))
                && (column..column + width).contains(&(at % 28))
        };
        (0..784)
            .map(|at| if is_ink(at) { 255 } else { 0 })
            .collect()
    }

    fn frame() -> Frame {
        let pixels: Vec<u8> = (0..20)
            .flat_map(|i| bar([4 + i % 3, 11], [18, 5]))
            .collect();
        frame_of(&pixels, SIZE, [100, 100])
    }

    #[test]
    fn a_frame_says_where_ink_lies() {
        let ink = frame().ink.unwrap();
        assert_eq!((ink.reach, ink.column), ([64, 65], [48, 49]));
        assert_eq!(ink.row, [46, 54]);
        // Images without a ground have no ink.
        let noise: Vec<u8> = (0..7840).map(|i| (i * 7919 % 251) as u8).collect();
        assert_eq!(frame_of(&noise, SIZE, [100, 100]).ink, None);
        assert_eq!(frame_of(&[], SIZE, [100, 100]).ink, None);
    }

    #[test]
    fn a_picture_of_another_shape_size_or_place_is_told() {
        let of = |rows: usize, columns: usize, image: &[u8]| {
            OtherFrame::of(&frame(), ImageSize::new(rows, columns), image, SIZE)
        };
        let usual = bar([5, 11], [18, 5]);
        assert_eq!(of(200, 200, &usual), None);
        assert_eq!(of(210, 200, &bar([6, 12], [16, 5])), None);
        let words =
            |other: Option<OtherFrame>| other.map(|other| other.to_string()).unwrap_or_default();
        let wide = words(of(400, 600, &usual));
        assert!(
            wide.contains("150% of its height") && wide.contains("was 100%"),
            "{wide}"
        );
        let small = words(of(200, 200, &bar([11, 12], [7, 3])));
        assert!(
            small.contains("over 25%") && small.contains("closer"),
            "{small}"
        );
        let cornered = words(of(200, 200, &bar([0, 1], [16, 5])));
        assert!(
            cornered.contains("29% of the way down and 13%"),
            "{cornered}"
        );
        // A blank picture is told as that elsewhere.
        assert_eq!(of(200, 200, &[0; 784]), None);
        // A run that is older knows of no frame, and one on things of no ink.
        let things = Frame {
            ink: None,
            ..frame()
        };
        assert_eq!(
            OtherFrame::of(&things, SIZE, &bar([0, 1], [16, 5]), SIZE),
            None
        );
    }
}
