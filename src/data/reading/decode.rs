//! Decodes the files of pictures: PNG, JPEG, BMP, GIF, TIFF and WebP. No memory is taken on the word of a header alone.

use super::PictureProblem;
use super::decoded::Decoded;
use super::frames::{gif_moves, tiff_has_pages};
use super::grey_tiff::GreyTiff;
use super::other_kind::other_kind;
use crate::data::DataError;
use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation as Turn;
use image::{DynamicImage, ImageDecoder, Limits};
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A picture that is read has at most so many rows, and so many columns.
pub(super) const LONGEST_SIDE: u32 = 20_000;
/// A picture that is read has at most so many pixels.
pub(super) const MOST_PIXELS: u64 = 100_000_000;
/// A file that is read has at most so many bytes.
pub(super) const LARGEST_FILE: u64 = 256 << 20;
/// A decoder may take so many bytes. Pictures that need more, such as large ones with four channels
/// of 16 bits, are refused.
const MOST_BYTES: u64 = 512 << 20;
/// A byte of PNG stands for at most so many pixels: deflate expands 1032 to 1, and a byte holds at
/// most eight pixels.
const PNG_DENSITY: u64 = 1032 * 8;
/// A byte of JPEG stands for at most so many pixels: a block of 64 takes at least a bit.
const JPEG_DENSITY: u64 = 64 * 8;
/// A byte of BMP stands for at most so many pixels: of run-length codes, two bytes hold a run of 255.
const BMP_DENSITY: u64 = 255;
/// A byte of GIF stands for at most so many pixels: a code of twelve bits holds at most 4096 of them.
const GIF_DENSITY: u64 = 4096;
/// A byte of WebP may stand for any number of pixels of one colour; the limit of pixels holds alone.
const WEBP_DENSITY: u64 = u64::MAX;
/// A byte of TIFF may stand for many rows of one colour, as a fax codes them; the limit of pixels holds alone.
const TIFF_DENSITY: u64 = u64::MAX;
/// A picture of more pixels than this is large: only one is decoded at a time, so that one for each
/// core doesn't fill the memory.
const LARGE_PIXELS: u64 = 4_000_000;

/// The lock of large pictures.
static LARGE: Mutex<()> = Mutex::new(());

/// Reads a file that is small enough to be a picture.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, DataError> {
    let fail = |problem| error(path, problem);
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
        let what = if about.is_dir() {
            "a folder"
        } else {
            "a pipe or device"
        };
        return Err(fail(PictureProblem::OtherKind { kind: what }));
    }
    // The file may have grown since its size was asked for.
    let file = std::fs::File::open(path).map_err(unreadable)?;
    read_stream(path, file)
}

/// Reads a stream to its end, where that is a picture's size away at most.
pub(super) fn read_stream(name: &Path, stream: impl Read) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let read = stream.take(LARGEST_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|err| {
        let reason = err.to_string();
        error(name, PictureProblem::Unreadable { reason })
    })?;
    if bytes.len() as u64 > LARGEST_FILE {
        let bytes = bytes.len() as u64;
        return Err(error(name, PictureProblem::LargeFile { bytes }));
    }
    Ok(bytes)
}

/// The error of a file.
pub(super) fn error(path: &Path, problem: PictureProblem) -> DataError {
    let file = path.display().to_string();
    DataError::Picture { file, problem }
}

/// Decodes the bytes of a picture; of a GIF or WebP that moves the first frame, and of a TIFF the first page.
///
/// # Errors
/// Where the bytes are no whole picture of a kind that is read, or the picture is absurdly large.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureProblem> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => {
            let decoder =
                PngDecoder::with_limits(Cursor::new(bytes), limits.clone()).map_err(damaged)?;
            check_size(&decoder, bytes, PNG_DENSITY)?;
            if decoder.is_apng().map_err(damaged)? {
                return Err(PictureProblem::Animated { kind: "PNG" });
            }
            finish(decoder, limits)
        }
        [0xff, 0xd8, ..] => {
            if !jpeg_is_whole(bytes) {
                return Err(PictureProblem::CutShort);
            }
            let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
            check_size(&decoder, bytes, JPEG_DENSITY)?;
            finish(decoder, limits)
        }
        [b'B', b'M', ..] => {
            let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
            check_size(&decoder, bytes, BMP_DENSITY)?;
            finish(decoder, limits)
        }
        // The decoder gives the first frame of a GIF or WebP that moves.
        [b'G', b'I', b'F', b'8', ..] => {
            let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
            check_size(&decoder, bytes, GIF_DENSITY)?;
            let is_moving = gif_moves(bytes);
            Ok(finish(decoder, limits)?.moving(is_moving))
        }
        [b'R', b'I', b'F', b'F', ..] if bytes.get(8..12) == Some(b"WEBP") => {
            let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
            check_size(&decoder, bytes, WEBP_DENSITY)?;
            let is_moving = decoder.has_animation();
            Ok(finish(decoder, limits)?.moving(is_moving))
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
            let has_pages = tiff_has_pages(bytes);
            let decoder = match TiffDecoder::new(Cursor::new(bytes)) {
                Ok(decoder) => decoder,
                Err(image::ImageError::Unsupported(_)) => {
                    return Ok(rare_tiff(bytes)?.moving(has_pages));
                }
                Err(err) => return Err(damaged(err)),
            };
            check_size(&decoder, bytes, TIFF_DENSITY)?;
            Ok(finish(decoder, limits)?.moving(has_pages))
        }
        _ => Err(other_kind(bytes)),
    }
}

/// Decodes a TIFF of a kind that the usual decoder leaves out.
fn rare_tiff(bytes: &[u8]) -> Result<Decoded, PictureProblem> {
    let rare = PictureProblem::OtherKind {
        kind: "a TIFF that stores its colours in a rare way",
    };
    let Some(mut file) = GreyTiff::open(bytes) else {
        return Err(rare);
    };
    check_dimensions(file.dimensions(), bytes, TIFF_DENSITY)?;
    let large = turn_of_large(file.dimensions());
    let turn = file.orientation();
    let pixels = file.read(MOST_BYTES).map_err(|err| {
        let reason = err.to_string();
        PictureProblem::Damaged { reason }
    })?;
    Ok(Decoded {
        pixels: pixels.ok_or(rare)?,
        turn,
        is_moving: false,
        _turn_of_large: large,
    })
}

/// Waits for the turn of a picture, where it is a large one.
fn turn_of_large((width, height): (u32, u32)) -> Option<MutexGuard<'static, ()>> {
    let is_large = u64::from(width) * u64::from(height) > LARGE_PIXELS;
    is_large.then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner))
}

fn finish(mut decoder: impl ImageDecoder, limits: Limits) -> Result<Decoded, PictureProblem> {
    let large = turn_of_large(decoder.dimensions());
    let mut limits = limits;
    limits.reserve(decoder.total_bytes()).map_err(damaged)?;
    decoder.set_limits(limits).map_err(damaged)?;
    // A phone notes which way it was held, and leaves the pixels as its sensor saw them. A picture
    // whose note is damaged may be whole all the same.
    let turn = decoder.orientation().unwrap_or(Turn::NoTransforms);
    Ok(Decoded {
        pixels: DynamicImage::from_decoder(decoder).map_err(damaged)?,
        turn,
        is_moving: false,
        _turn_of_large: large,
    })
}

fn damaged(err: image::ImageError) -> PictureProblem {
    let reason = err.to_string();
    PictureProblem::Damaged { reason }
}

fn check_size(
    decoder: &impl ImageDecoder,
    bytes: &[u8],
    density: u64,
) -> Result<(), PictureProblem> {
    check_dimensions(decoder.dimensions(), bytes, density)
}

fn check_dimensions(
    (width, height): (u32, u32),
    bytes: &[u8],
    density: u64,
) -> Result<(), PictureProblem> {
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

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
