//! Reads one picture and makes it grey. The first bytes tell of what kind a picture is, and its
//! size is believed only within limits.

use super::names::shown;
use super::read;
use crate::data::DataError;
use crate::experiment::limits;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, GrayImage, ImageDecoder, Limits, imageops};
use std::io::Cursor;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file of a picture is no longer than this, in bytes.
const FILE_LIMIT: u64 = 64 << 20;
/// The longer side of a picture has at most so many pixels.
const SIDE_LIMIT: u32 = 16_384;
/// A picture has at most so many pixels: enough for a camera's, and so few that one picture for
/// each core doesn't fill the memory.
const PIXEL_LIMIT: u64 = 50_000_000;
/// A picture of more pixels than this is large.
const LARGE_PIXELS: u64 = 4_000_000;
/// A decoder takes at most so many bytes of memory.
const MEMORY_LIMIT: u64 = 512 << 20;

/// A picture made grey, in the size in which it is kept.
pub(super) enum Kept {
    /// The picture was small enough to keep its size.
    AsItWas(GrayImage),
    /// The picture was fitted into a square of the side that was asked for.
    Fitted(GrayImage),
}

/// Reads a still PNG or JPEG and makes it grey; transparent pixels become white. A picture that is
/// larger than an image can be is fitted into a square of `side`.
pub(super) fn read_grey(path: &Path, side: u32) -> Result<Kept, DataError> {
    let bytes = read::whole(path, FILE_LIMIT)?;
    let picture = decode(&bytes, side);
    picture.map_err(|problem| DataError::file(path, problem.to_string()))
}

/// Why a picture can't be used: what was found, what was expected, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusablePicture {
    /// The decoder can't read the picture.
    #[error("found a damaged picture ({0}), expected a whole PNG or JPEG; save it again")]
    Damaged(#[from] image::ImageError),
    /// The picture moves.
    #[error("found an animated {kind}, expected a still PNG or JPEG; save one of its frames")]
    Animated { kind: &'static str },
    /// The file ends before the picture does.
    #[error("found a JPEG without its end, expected a whole one; it was cut short, copy it again")]
    CutShort,
    /// The picture has more pixels than any picture of use.
    #[error(
        "found a picture of {width} × {height} pixels, expected at most {SIDE_LIMIT} a side and \
         {PIXEL_LIMIT} in all; make it smaller"
    )]
    TooLarge { width: u32, height: u32 },
    /// The file is a picture of a kind that isn't read, or nothing at all.
    #[error("found {kind}, expected a PNG or JPEG; save it as one of these")]
    OtherKind { kind: &'static str },
    /// The file is no picture.
    #[error(
        "found no picture (it starts with {start}), expected a PNG or JPEG; remove it or save it \
         as one of these"
    )]
    NoPicture { start: String },
}

/// The width and height in which a picture's bytes would be kept, to try hostile bytes out.
pub(crate) fn decode_kept(bytes: &[u8]) -> Result<[u32; 2], UnusablePicture> {
    let (Kept::AsItWas(picture) | Kept::Fitted(picture)) = decode(bytes, 28)?;
    Ok(picture.dimensions().into())
}

/// The lock of large pictures: only one is decoded at a time, so that one for each core doesn't
/// fill the memory.
static LARGE: Mutex<()> = Mutex::new(());

fn decode(bytes: &[u8], side: u32) -> Result<Kept, UnusablePicture> {
    let mut large = None;
    let picture = decode_grey(bytes, &mut large)?;
    let (width, height) = picture.dimensions();
    let sides = limits::IMAGE_SIDE;
    if sides.contains(&(width as usize)) && sides.contains(&(height as usize)) {
        Ok(Kept::AsItWas(picture))
    } else {
        Ok(Kept::Fitted(fit(&picture, side)))
    }
}

/// Decodes the whole picture. Where it is large, `turn` holds the lock of large pictures
/// afterwards.
fn decode_grey(
    bytes: &[u8],
    turn: &mut Option<MutexGuard<'static, ()>>,
) -> Result<GrayImage, UnusablePicture> {
    let mut wait = |(width, height): (u32, u32)| {
        if u64::from(width) * u64::from(height) > LARGE_PIXELS {
            *turn = Some(LARGE.lock().unwrap_or_else(PoisonError::into_inner));
        }
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY_LIMIT);
    let picture = match bytes {
        [0x89, b'P', b'N', b'G', ..] => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits)?;
            if decoder.is_apng()? {
                return Err(UnusablePicture::Animated { kind: "PNG" });
            }
            check_size(decoder.dimensions())?;
            wait(decoder.dimensions());
            DynamicImage::from_decoder(decoder)?
        }
        [0xff, 0xd8, ..] => {
            let decoder = JpegDecoder::new(Cursor::new(bytes))?;
            check_size(decoder.dimensions())?;
            if !is_whole_jpeg(bytes) {
                return Err(UnusablePicture::CutShort);
            }
            wait(decoder.dimensions());
            DynamicImage::from_decoder(decoder)?
        }
        _ => return Err(other_kind(bytes)),
    };
    Ok(grey(&picture))
}

fn check_size((width, height): (u32, u32)) -> Result<(), UnusablePicture> {
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > SIDE_LIMIT || pixels > PIXEL_LIMIT {
        return Err(UnusablePicture::TooLarge { width, height });
    }
    Ok(())
}

/// Whether a JPEG has its end mark after its last scan. The decoder would fill a missing part with
/// grey without an error.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|pair| pair == mark);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

/// The error for a file that can't be read, by what kind of file it is.
fn other_kind(bytes: &[u8]) -> UnusablePicture {
    let contains = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    let kind = match bytes {
        [b'G', b'I', b'F', b'8', ..] if contains(b"NETSCAPE2.0") => {
            return UnusablePicture::Animated { kind: "GIF" };
        }
        [b'G', b'I', b'F', b'8', ..] => "a GIF",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => {
            if contains(b"ANIM") {
                return UnusablePicture::Animated { kind: "WebP" };
            }
            "a WebP"
        }
        [b'B', b'M', ..] => "a BMP",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "a TIFF",
        [] => "an empty file",
        _ => {
            return UnusablePicture::NoPicture {
                start: shown(&bytes[..bytes.len().min(8)]),
            };
        }
    };
    UnusablePicture::OtherKind { kind }
}

/// The brightness of a picture on a white ground.
fn grey(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let picture = picture.to_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [value, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        image::Luma([((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8])
    })
}

/// Fits a picture into a square of this side and keeps its aspect. The free space at two edges gets
/// the mean grey of the picture's border.
pub(super) fn fit(picture: &GrayImage, side: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    if (width, height) == (side, side) {
        return picture.clone();
    }
    let longest = f64::from(width.max(height));
    let scaled = |length: u32| ((f64::from(length * side) / longest).round() as u32).clamp(1, side);
    let (new_width, new_height) = (scaled(width), scaled(height));
    // Where a picture is made smaller, the triangle filter takes in every pixel, so that thin lines
    // fade but don't break.
    let small = imageops::resize(
        picture,
        new_width,
        new_height,
        imageops::FilterType::Triangle,
    );
    let mut square = GrayImage::from_pixel(side, side, image::Luma([border(picture)]));
    let (left, top) = ((side - new_width) / 2, (side - new_height) / 2);
    imageops::replace(&mut square, &small, i64::from(left), i64::from(top));
    square
}

/// The mean of the outermost pixels.
fn border(picture: &GrayImage) -> u8 {
    let (width, height) = picture.dimensions();
    let (mut sum, mut count) = (0u64, 0u64);
    for (x, y, value) in picture.enumerate_pixels() {
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            sum += u64::from(value.0[0]);
            count += 1;
        }
    }
    (sum / count.max(1)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_picture_keeps_its_aspect_on_its_own_ground() {
        let mut wide = GrayImage::from_pixel(100, 50, image::Luma([200]));
        for x in 10..90 {
            for y in 10..40 {
                wide.put_pixel(x, y, image::Luma([0]));
            }
        }
        let square = fit(&wide, 28);
        assert_eq!(square.dimensions(), (28, 28));
        assert_eq!(square.get_pixel(14, 2).0, [200]);
        assert_eq!(square.get_pixel(14, 14).0, [0]);
        assert_eq!(square.get_pixel(14, 25).0, [200]);
        assert_eq!(fit(&square, 28), square);
        assert_eq!(fit(&GrayImage::new(1, 9_000), 28).dimensions(), (28, 28));
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let mut picture = image::GrayAlphaImage::new(2, 1);
        picture.put_pixel(0, 0, image::LumaA([0, 0]));
        picture.put_pixel(1, 0, image::LumaA([0, 255]));
        let grey = grey(&DynamicImage::ImageLumaA8(picture));
        assert_eq!(grey.as_raw(), &[255, 0]);
    }

    #[test]
    fn other_kinds_are_named() {
        for (bytes, part) in [
            (&b"GIF89a.....NETSCAPE2.0..."[..], "animated GIF"),
            (b"GIF89a", "a GIF"),
            (b"RIFF\0\0\0\0WEBPVP8X.ANIM", "animated WebP"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP"),
            (b"BM.......", "a BMP"),
            (b"", "an empty file"),
            (b"hello", "starts with hello"),
            (b"\x89PNG\r\n\x1a\n", "damaged"),
            (b"\xff\xd8\xff", "damaged"),
        ] {
            let problem = decode(bytes, 28).err().unwrap().to_string();
            assert!(problem.contains(part), "{part}: {problem}");
        }
    }
}
