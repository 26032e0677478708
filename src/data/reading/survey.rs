//! Decides from pictures themselves how they become images.

use super::framing::InkBox;
use super::{decode, decoded, look};
use crate::data::drawing::{Found, Picture, contrast, find_digit, find_ink, reduce};
use crate::experiment::{
    ImageSize, Orientation, PictureReading, Placement, Polarity, ReadAs, Transparency, limits,
};

/// At most so many pictures are looked at, spread over all.
pub(in crate::data) const SAMPLES: usize = 160;
/// The longer side of a picture that is looked at has at most so many pixels.
const SIDE: usize = 160;
/// The longer side of a picture in which ink is looked for has at most so many pixels. Lines of paper that are
/// thinner than a pixel can't be told from ink.
const INK_SIDE: usize = 400;
/// Ink differs from its ground by more than this, in levels of grey.
const LEAST_DEPTH: u8 = 64;
/// Of the pictures that have a ground, this share has the same one where all are said to have it.
const NEARLY_ALL: f64 = 0.9;
/// Of all pictures, this share has a ground where grounds are gone by.
const MOST: f64 = 0.8;
/// Ink takes at least and at most these shares of a picture that is a drawing on paper.
const DRAWN_INK: std::ops::RangeInclusive<f64> = 0.002..=0.2;
/// Of a drawing, at least this share is left when edges and frames are cut off.
const LEAST_KEPT: f64 = 0.6;
/// Where hardly anything lies between ink and ground, as a thick pen of a program draws it, ink takes at most this
/// share.
const MOST_THICK_INK: f64 = 0.4;
/// At most this share of the pixels of such a picture lie between ink and ground.
const BETWEEN: f64 = 0.1;
/// Drawings in a thick pen are centred where the ink of most reaches over less of the picture than this, in percent:
/// there is room around it.
const LEAST_ROOM: f64 = 80.0;
/// And where the extent of the ink differs from picture to picture: the standard deviation of its logarithm is at
/// least this. MNIST's digits, which all fill the same box, have hardly any; digits that were written in a paint program
/// had 0.15, and those of a set that was made to be looked at as it is had 0.10.
const EXTENT_VARIES: f64 = 0.12;
/// Or where the place of the ink differs: the standard deviation of its middle is at least so many percent of the
/// picture, down or across.
const PLACE_VARIES: f64 = 7.0;
/// Of fewer pictures than this, it isn't told whether their ink lies elsewhere.
const LEAST_PICTURES: usize = 8;
/// Of the border of a drawing, at most this share is inked.
const INKED_BORDER: f64 = 0.02;

/// What was seen of one picture.
#[derive(Clone, Copy, Debug)]
pub(in crate::data) struct Sample {
    size: ImageSize,
    has_alpha: bool,
    is_colourful: bool,
    on_white: Seen,
    on_black: Seen,
}

/// What was seen of a picture on one ground.
#[derive(Clone, Copy, Debug)]
struct Seen {
    is_blank: bool,
    content: Content,
    is_drawing: bool,
    /// Whether the picture is ink in a thick pen, with nothing between ink and ground.
    is_thick: bool,
    /// Where ink lies in the picture.
    ink: Option<InkBox>,
}

/// How a picture's content stands to its border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    DarkOnLight,
    LightOnDark,
    Unclear,
}

/// Looks at a picture; none where it can't be decoded, which its reader will say.
pub(in crate::data) fn sample(bytes: &[u8]) -> Option<Sample> {
    let decoded = decode::decode(bytes).ok()?;
    let is_colourful = decoded.is_colourful();
    let seen = |transparency| {
        let grey = decoded.grey(Orientation::AsStored, transparency);
        Seen::of(shrunk(grey, INK_SIDE), is_colourful)
    };
    let on_white = seen(Transparency::OnWhite);
    let has_alpha = decoded.has_alpha();
    Some(Sample {
        size: decoded.size(),
        has_alpha,
        is_colourful,
        on_white,
        on_black: if has_alpha {
            seen(Transparency::OnBlack)
        } else {
            on_white
        },
    })
}

/// The picture, reduced where its longer side has more pixels than this.
pub(super) fn shrunk(picture: Picture, most: usize) -> Picture {
    let side = picture.rows.max(picture.columns);
    if side <= most {
        return picture;
    }
    let length = |length: usize| (length * most / side).max(1);
    reduce(&picture, length(picture.rows), length(picture.columns))
}

impl Seen {
    fn of(large: Picture, is_colourful: bool) -> Self {
        let is_large = large.rows.max(large.columns) > *limits::IMAGE_SIDE.end();
        let shows_ink = is_large && !is_colourful && shows_ink(&large);
        let small = shrunk(large, SIDE);
        Self {
            is_blank: decoded::is_blank(&small),
            content: Content::of(&small),
            is_drawing: shows_ink || is_drawing(&small, *DRAWN_INK.end()),
            is_thick: has_two_tones(&small) && is_drawing(&small, MOST_THICK_INK),
            ink: InkBox::of(&small.pixels, ImageSize::new(small.rows, small.columns)),
        }
    }
}

impl Content {
    fn of(picture: &Picture) -> Self {
        let size = ImageSize::new(picture.rows, picture.columns);
        let Some(ground) = look::ground_of(&picture.pixels, size) else {
            return Self::Unclear;
        };
        let (mut darker, mut brighter) = (0usize, 0usize);
        for line in inside(picture) {
            darker += line
                .iter()
                .filter(|&&v| ground.saturating_sub(v) > LEAST_DEPTH)
                .count();
            brighter += line
                .iter()
                .filter(|&&v| v.saturating_sub(ground) > LEAST_DEPTH)
                .count();
        }
        // What differs from the ground the other way is a rim or a glint at most.
        match (darker, brighter) {
            (dark, bright) if dark > 4 * bright => Self::DarkOnLight,
            (dark, bright) if bright > 4 * dark => Self::LightOnDark,
            _ => Self::Unclear,
        }
    }
}

/// The lines of a picture without its border.
fn inside(picture: &Picture) -> impl Iterator<Item = &[u8]> {
    let (rows, columns) = (picture.rows, picture.columns);
    let lines = picture.pixels.chunks_exact(columns.max(1));
    lines
        .take(rows.saturating_sub(1))
        .skip(1)
        .filter_map(move |line| line.get(1..columns.saturating_sub(1)))
}

/// Whether hardly any pixel lies between the darkest and the brightest.
fn has_two_tones(picture: &Picture) -> bool {
    let (dark, bright) = picture
        .pixels
        .iter()
        .fold((u8::MAX, 0), |(dark, bright), &value| {
            (value.min(dark), value.max(bright))
        });
    let is_between =
        |value: &&u8| **value > dark.saturating_add(48) && **value < bright.saturating_sub(48);
    let between = picture.pixels.iter().filter(is_between).count();
    between as f64 <= BETWEEN * picture.pixels.len() as f64
}

/// Whether a picture is ink on a ground that surrounds it, such as a digit on paper. Ink takes at most this share.
fn is_drawing(picture: &Picture, most: f64) -> bool {
    if contrast(picture) < LEAST_DEPTH {
        return false;
    }
    let ink = find_ink(picture);
    let share = |pixels: &[u8]| inked(pixels) / pixels.len().max(1) as f64;
    (*DRAWN_INK.start()..=most).contains(&share(&ink.pixels))
        && share(&look::border(
            &ink.pixels,
            ImageSize::new(ink.rows, ink.columns),
        )) <= INKED_BORDER
}

/// How many pixels are inked.
fn inked(pixels: &[u8]) -> f64 {
    pixels.iter().filter(|&&pixel| pixel > 127).count() as f64
}

/// Whether a picture shows a drawing once lines of paper, dark edges and frames are left out.
fn shows_ink(picture: &Picture) -> bool {
    if contrast(picture) < LEAST_DEPTH {
        return false;
    }
    let finding = find_digit(picture);
    let all = picture.pixels.len().max(1) as f64;
    let (share, kept) = (
        inked(&finding.ink.pixels) / all,
        finding.ink.pixels.len() as f64 / all,
    );
    let is_drawing = matches!(finding.found, Found::One | Found::Several(_));
    is_drawing && DRAWN_INK.contains(&share) && kept >= LEAST_KEPT
}

/// How pictures of this look become images, within what was asked for.
pub(in crate::data) fn decide(samples: &[Sample], read_as: ReadAs) -> PictureReading {
    let transparency = transparency(samples);
    let seen: Vec<Seen> = samples
        .iter()
        .map(|sample| match transparency {
            Transparency::OnBlack => sample.on_black,
            Transparency::KeepsInk if sample.on_white.is_blank => sample.on_black,
            Transparency::OnWhite | Transparency::KeepsInk => sample.on_white,
        })
        .collect();
    let reading = |polarity, placement| PictureReading {
        orientation: Orientation::Upright,
        transparency,
        polarity,
        placement,
    };
    match read_as {
        ReadAs::Mnist => PictureReading::MNIST,
        ReadAs::AsIs => reading(Polarity::AsTheyAre, Placement::AsDrawn),
        ReadAs::Inverted => reading(Polarity::Inverted, Placement::AsDrawn),
        ReadAs::Auto
            if !have_one_small_size(samples)
                && (have_drawings(&seen, NEARLY_ALL) || lie_elsewhere(&seen)) =>
        {
            PictureReading::MNIST
        }
        ReadAs::Auto => {
            let polarity = match polarity(&seen) {
                // What is bright in one photo of things and dark in another is a part of the picture.
                Polarity::BrightOnDark
                    if are_colourful(samples) || !have_drawings(&seen, NEARLY_ALL) =>
                {
                    Polarity::AsTheyAre
                }
                polarity => polarity,
            };
            reading(polarity, Placement::AsDrawn)
        }
    }
}

fn are_colourful(samples: &[Sample]) -> bool {
    let colourful = samples.iter().filter(|sample| sample.is_colourful).count();
    2 * colourful > samples.len()
}

/// The ground on which no transparent picture is blank that isn't blank on the other. Where some have black ink and
/// others white, each gets its own.
fn transparency(samples: &[Sample]) -> Transparency {
    let transparent = || samples.iter().filter(|sample| sample.has_alpha);
    let lost_on_white = transparent()
        .filter(|sample| sample.on_white.is_blank && !sample.on_black.is_blank)
        .count();
    let lost_on_black = transparent()
        .filter(|sample| sample.on_black.is_blank && !sample.on_white.is_blank)
        .count();
    match (lost_on_white, lost_on_black) {
        (0, _) => Transparency::OnWhite,
        (_, 0) => Transparency::OnBlack,
        _ => Transparency::KeepsInk,
    }
}

/// Whether the pictures are drawings, in a pen however thick, whose ink lies elsewhere or is of another extent from
/// picture to picture, with room around it. Then it helps to centre the ink and to make it of one size, as MNIST's
/// digits are. Where ink fills all of the pictures, or lies in the same place, they were made to be looked at as they
/// are.
fn lie_elsewhere(seen: &[Seen]) -> bool {
    let drawings = seen.iter().filter(|seen| seen.is_drawing || seen.is_thick);
    if seen.len() < LEAST_PICTURES || (drawings.count() as f64) < NEARLY_ALL * seen.len() as f64 {
        return false;
    }
    let boxes: Vec<InkBox> = seen.iter().filter_map(|seen| seen.ink).collect();
    let mut reaches: Vec<f64> = boxes.iter().map(|ink| ink.reach).collect();
    reaches.sort_unstable_by(f64::total_cmp);
    let has_room = reaches
        .get(reaches.len() / 2)
        .is_some_and(|middle| *middle < LEAST_ROOM);
    let varies = |of: fn(&InkBox) -> f64| deviation(boxes.iter().map(of));
    has_room
        && (varies(|ink| ink.reach.ln()) >= EXTENT_VARIES
            || varies(|ink| ink.row) >= PLACE_VARIES
            || varies(|ink| ink.column) >= PLACE_VARIES)
}

/// The standard deviation.
fn deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (squares / count).sqrt()
}

/// Whether all pictures have one size that an image can have, so that none has to be fitted.
fn have_one_small_size(samples: &[Sample]) -> bool {
    let sides = limits::IMAGE_SIDE;
    samples.iter().all(|sample| {
        sample.size == samples[0].size && sample.size.both(|side| sides.contains(&side))
    })
}

/// Whether at least this share of the pictures are drawings.
fn have_drawings(seen: &[Seen], share: f64) -> bool {
    let drawings = seen.iter().filter(|seen| seen.is_drawing).count();
    !seen.is_empty() && drawings as f64 >= share * seen.len() as f64
}

fn polarity(seen: &[Seen]) -> Polarity {
    let count = |content| seen.iter().filter(|seen| seen.content == content).count() as f64;
    let (dark, light) = (count(Content::DarkOnLight), count(Content::LightOnDark));
    let told = dark + light;
    if dark == 0.0 || told < MOST * seen.len() as f64 {
        Polarity::AsTheyAre
    } else if dark >= NEARLY_ALL * told {
        Polarity::Inverted
    } else if light >= NEARLY_ALL * told {
        Polarity::AsTheyAre
    } else {
        Polarity::BrightOnDark
    }
}
