//! Makes PNG and JPEG files grey. No memory is taken on the word of a header alone.

use super::Picture;
use super::prepare::reduce;
use crate::data::DataError;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::{Cursor, Read};
use std::path::Path;

/// A picture that is read has at most so many rows, and so many columns.
const LONGEST_SIDE: u32 = 20_000;
/// A picture that is read has at most so many pixels.
const MOST_PIXELS: u64 = 100_000_000;
/// A file that is read has at most so many bytes.
const LARGEST_FILE: u64 = 256 << 20;
/// A decoder may take so many bytes. Pictures that need more, such as large ones with four channels
/// of 16 bits, are refused.
const MOST_BYTES: u64 = 512 << 20;
/// A byte of PNG stands for at most so many pixels: deflate expands 1032 to 1, and a byte holds at
/// most eight pixels.
const PNG_DENSITY: u64 = 1032 * 8;
/// A byte of JPEG stands for at most so many pixels: a block of 64 takes at least a bit.
const JPEG_DENSITY: u64 = 64 * 8;
/// A picture is reduced to so many pixels on its longer side.
const KEPT_SIDE: usize = 1024;
/// A picture with less contrast than this, in levels of grey, is blank.
const LEAST_CONTRAST: u8 = 8;

/// What is wrong with a picture: what was found, what was expected, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// The system can't read the file.
    #[error("can't read the picture: {reason}; check the path and its permissions")]
    Unreadable {
        /// The reason in the words of the system.
        reason: String,
    },
    /// The system can't write the file.
    #[error(
        "can't write the picture: {reason}; check that the folder can be written and that the \
         disk is not full"
    )]
    Unwritable {
        /// The reason in the words of the system.
        reason: String,
    },
    /// The file has more bytes than any picture of use.
    #[error("found {bytes} bytes, expected a picture of at most {LARGEST_FILE}; reduce it")]
    LargeFile {
        /// The size of the file.
        bytes: u64,
    },
    /// The file is of another kind.
    #[error("found no PNG or JPEG, expected one of these; save the picture as PNG")]
    WrongFormat,
    /// The picture has more pixels than any picture of use, or than such a file can hold.
    #[error(
        "found a header of {width} × {height} pixels in a file of {bytes} bytes, expected at most \
         {LONGEST_SIDE} a side and {MOST_PIXELS} in all, and a file to match; reduce the picture"
    )]
    TooLarge {
        /// How many columns the header promises.
        width: u32,
        /// How many rows the header promises.
        height: u32,
        /// The size of the file.
        bytes: usize,
    },
    /// The picture moves.
    #[error("found an animated PNG, expected a still picture; save a single frame")]
    Animated,
    /// The file is cut short or damaged.
    #[error("found a damaged picture ({reason}), expected a whole one; copy or save it again")]
    Damaged {
        /// The reason in the words of the decoder.
        reason: String,
    },
}

pub(super) fn error(file: &str, problem: PictureProblem) -> DataError {
    let file = file.to_owned();
    DataError::Picture { file, problem }
}

/// Reads a file that is small enough to be a picture.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, DataError> {
    let fail = |problem| error(&path.display().to_string(), problem);
    let unreadable = |err: std::io::Error| {
        let reason = err.to_string();
        fail(PictureProblem::Unreadable { reason })
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.len() > LARGEST_FILE {
        let bytes = about.len();
        return Err(fail(PictureProblem::LargeFile { bytes }));
    }
    if !about.is_file() {
        let reason = "it is no file".into();
        return Err(fail(PictureProblem::Unreadable { reason }));
    }
    let mut bytes = Vec::new();
    // The file may have grown since its size was asked for.
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let bytes = bytes.len() as u64;
        return Err(fail(PictureProblem::LargeFile { bytes }));
    }
    Ok(bytes)
}

/// Decodes the bytes of a PNG or JPEG into grey, so that dark stays dark. Transparent parts become
/// white. A photo is turned upright, and reduced to 1,024 pixels on its longer side.
///
/// # Errors
/// Where the bytes are no whole, still PNG or JPEG, or the picture is absurdly large. `file` is the
/// name that the error gives the picture.
pub fn decode(file: &str, bytes: &[u8]) -> Result<Picture, DataError> {
    let decoded = upright(bytes).map_err(|problem| error(file, problem))?;
    let picture = grey(&decoded);
    let side = picture.rows.max(picture.columns);
    if side <= KEPT_SIDE {
        return Ok(picture);
    }
    let shrunk = |length: usize| (length * KEPT_SIDE / side).max(1);
    let (rows, columns) = (shrunk(picture.rows), shrunk(picture.columns));
    Ok(reduce(&picture, rows, columns))
}

fn upright(bytes: &[u8]) -> Result<DynamicImage, PictureProblem> {
    let damaged = |err: image::ImageError| PictureProblem::Damaged {
        reason: err.to_string(),
    };
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|err| damaged(err.into()))?;
    let density = match reader.format() {
        Some(ImageFormat::Png) => PNG_DENSITY,
        Some(ImageFormat::Jpeg) => JPEG_DENSITY,
        _ => return Err(PictureProblem::WrongFormat),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    let is_png = density == PNG_DENSITY;
    if is_png {
        let png = PngDecoder::with_limits(Cursor::new(bytes), limits.clone()).map_err(damaged)?;
        check_size(&png, bytes, density)?;
        if png.is_apng().map_err(damaged)? {
            return Err(PictureProblem::Animated);
        }
    } else if !jpeg_is_whole(bytes) {
        let reason = "it ends before its end mark".into();
        return Err(PictureProblem::Damaged { reason });
    }
    let mut reader = reader;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    check_size(&decoder, bytes, density)?;
    // A phone notes which way it was held, and leaves the pixels as its sensor saw them.
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    decoded.apply_orientation(orientation);
    Ok(decoded)
}

fn check_size(
    decoder: &impl ImageDecoder,
    bytes: &[u8],
    density: u64,
) -> Result<(), PictureProblem> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let possible = (bytes.len() as u64).saturating_mul(density);
    if width.max(height) > LONGEST_SIDE || pixels > MOST_PIXELS.min(possible) {
        let bytes = bytes.len();
        return Err(PictureProblem::TooLarge {
            width,
            height,
            bytes,
        });
    }
    Ok(())
}

/// Whether the data of a JPEG runs to its end mark. The decoder would fill a missing part with
/// grey.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    // The segments before the data state their length, and one of them may hold a whole small JPEG.
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        at += 2 + length;
        if marker == 0xda {
            break;
        }
    }
    bytes
        .get(at..)
        .is_some_and(|data| data.windows(2).any(|pair| pair == [0xff, 0xd9]))
}

fn grey(decoded: &DynamicImage) -> Picture {
    let over_white = grey_over(decoded, 255);
    // White ink on a transparent ground would vanish on white.
    if decoded.color().has_alpha() && contrast(&over_white) < LEAST_CONTRAST {
        return grey_over(decoded, 0);
    }
    over_white
}

fn grey_over(decoded: &DynamicImage, ground: u32) -> Picture {
    let (rows, columns) = (decoded.height() as usize, decoded.width() as usize);
    let pixels = if decoded.color().has_alpha() {
        let pairs = decoded.to_luma_alpha8();
        pairs
            .pixels()
            .map(|pixel| {
                let [value, alpha] = pixel.0.map(u32::from);
                ((value * alpha + ground * (255 - alpha) + 127) / 255) as u8
            })
            .collect()
    } else {
        decoded.to_luma8().into_raw()
    };
    Picture {
        rows,
        columns,
        pixels,
    }
}

/// The difference between the darkest and the brightest pixel.
pub(super) fn contrast(picture: &Picture) -> u8 {
    let darkest = picture.pixels.iter().min().copied().unwrap_or(0);
    picture.pixels.iter().max().copied().unwrap_or(0) - darkest
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
