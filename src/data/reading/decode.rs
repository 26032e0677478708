//! Decodes the files of pictures: PNG, JPEG, BMP, GIF, TIFF and WebP. No memory is taken on the word of a header alone.

use super::PictureProblem;
use super::frames::{gif_moves, tiff_has_pages};
use super::grey_tiff::GreyTiff;
use crate::data::DataError;
use crate::data::drawing::{Picture, contrast};
use crate::experiment::{ImageSize, Orientation, Transparency};
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
/// A picture with less contrast than this, in levels of grey, is blank.
const LEAST_CONTRAST: u8 = 8;
/// A pixel whose colours differ by more than this is coloured. JPEG makes grey slightly coloured.
const LEAST_COLOUR: u8 = 32;
/// At most so many pixels are looked at for colour.
const COLOUR_SAMPLES: usize = 1 << 16;
/// A picture is reduced to this side to see whether most of it is coloured.
const COLOURFUL_SIDE: u32 = 32;
/// An error repeats no more of a file's bytes than this.
const SHOWN: usize = 8;

/// The lock of large pictures.
static LARGE: Mutex<()> = Mutex::new(());

/// A picture as its file holds it. A thread holds one at a time, since a large one keeps all other
/// large ones waiting.
pub(super) struct Decoded {
    pixels: DynamicImage,
    turn: Turn,
    is_moving: bool,
    _turn_of_large: Option<MutexGuard<'static, ()>>,
}

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

/// How many bytes of a text are looked through for the beginning of a drawing.
const XML_START: usize = 4096;

/// The error for a file that can't be read, by what kind of file it is.
fn other_kind(bytes: &[u8]) -> PictureProblem {
    let kind = match bytes {
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ if matches!(bytes.get(4..8), Some(b"ftyp")) => "a HEIC or AVIF picture, or a film",
        _ if is_svg(bytes) => "an SVG",
        _ if is_table(bytes) => "a table",
        [] => "an empty file",
        _ => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
            return PictureProblem::NoPicture {
                start: start.chars().flat_map(char::escape_debug).collect(),
            };
        }
    };
    PictureProblem::OtherKind { kind }
}

/// A line with so many columns is that of a table.
const LEAST_COLUMNS: usize = 10;

/// Whether a file begins as a table of images does: with a line of many columns.
fn is_table(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(XML_START)];
    let line = start.split(|byte| *byte == b'\n').next();
    let line = line.and_then(|line| std::str::from_utf8(line).ok());
    line.is_some_and(|line| {
        line.split([',', ';', '\t']).count() >= LEAST_COLUMNS && !line.contains('\0')
    })
}

/// Whether a text in XML begins with a drawing, perhaps after declarations and comments.
fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes[..bytes.len().min(XML_START)].trim_ascii_start();
    start.starts_with(b"<") && start.windows(4).any(|four| four == b"<svg")
}

impl Decoded {
    /// The same, and whether the file has more frames than this one.
    fn moving(self, is_moving: bool) -> Self {
        Self { is_moving, ..self }
    }

    /// Whether the file has more frames than this one, its first.
    pub(super) fn is_moving(&self) -> bool {
        self.is_moving
    }

    /// Rows and columns of the picture, upright.
    pub(super) fn size(&self) -> ImageSize {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let size = ImageSize::new(height as usize, width as usize);
        match self.turn {
            Turn::Rotate90 | Turn::Rotate270 | Turn::Rotate90FlipH | Turn::Rotate270FlipH => {
                size.turned()
            }
            Turn::NoTransforms | Turn::Rotate180 | Turn::FlipHorizontal | Turn::FlipVertical => {
                size
            }
        }
    }

    /// Whether parts of the picture may be transparent.
    pub(super) fn has_alpha(&self) -> bool {
        self.pixels.color().has_alpha()
    }

    /// Whether the picture is turned or mirrored against its rows in the file.
    pub(super) fn is_turned(&self) -> bool {
        self.turn != Turn::NoTransforms
    }

    /// Whether most of the picture is coloured, as in a photo of things and not of ink on paper.
    pub(super) fn is_colourful(&self) -> bool {
        if !self.pixels.color().has_color() {
            return false;
        }
        let small = self
            .pixels
            .thumbnail(COLOURFUL_SIDE, COLOURFUL_SIDE)
            .to_rgb8();
        let coloured = small.pixels().filter(|pixel| {
            let [red, green, blue] = pixel.0;
            red.max(green).max(blue) - red.min(green).min(blue) > LEAST_COLOUR
        });
        let all = (small.width() * small.height()) as usize;
        2 * coloured.count() > all
    }

    /// Whether something in the picture is coloured. Of a large picture, some pixels are looked at.
    pub(super) fn is_coloured(&self) -> bool {
        let differ = |colours: &[u8]| {
            let most = colours.iter().max().copied().unwrap_or(0);
            let least = colours.iter().min().copied().unwrap_or(0);
            most - least > LEAST_COLOUR
        };
        let count = (self.pixels.width() * self.pixels.height()) as usize;
        let step = count.div_ceil(COLOUR_SAMPLES).max(1);
        match &self.pixels {
            DynamicImage::ImageRgb8(rgb) => rgb.chunks_exact(3).step_by(step).any(differ),
            DynamicImage::ImageRgba8(rgba) => rgba
                .chunks_exact(4)
                .step_by(step)
                .any(|pixel| pixel[3] > 0 && differ(&pixel[..3])),
            other if other.color().has_color() => {
                let rgb = other.to_rgb8();
                rgb.chunks_exact(3).step_by(step).any(differ)
            }
            _ => false,
        }
    }

    /// The picture's brightness, so that dark stays dark.
    pub(super) fn grey(&self, orientation: Orientation, transparency: Transparency) -> Picture {
        let picture = match transparency {
            Transparency::OnWhite => self.grey_on(255),
            Transparency::OnBlack => self.grey_on(0),
            Transparency::KeepsInk => {
                let on_white = self.grey_on(255);
                // White ink on a transparent ground would vanish on white.
                if self.has_alpha() && is_blank(&on_white) {
                    self.grey_on(0)
                } else {
                    on_white
                }
            }
        };
        match orientation {
            Orientation::Upright if self.is_turned() => turned(picture, self.turn),
            Orientation::Upright | Orientation::AsStored => picture,
        }
    }

    fn grey_on(&self, ground: u32) -> Picture {
        let (rows, columns) = (self.pixels.height() as usize, self.pixels.width() as usize);
        let pixels = if self.has_alpha() {
            let pairs = self.pixels.to_luma_alpha8();
            pairs
                .pixels()
                .map(|pixel| {
                    let [value, alpha] = pixel.0.map(u32::from);
                    ((value * alpha + ground * (255 - alpha) + 127) / 255) as u8
                })
                .collect()
        } else {
            self.pixels.to_luma8().into_raw()
        };
        Picture {
            rows,
            columns,
            pixels,
        }
    }
}

/// A picture turned and mirrored.
fn turned(picture: Picture, turn: Turn) -> Picture {
    let (width, height) = (picture.columns as u32, picture.rows as u32);
    let Some(grey) = image::GrayImage::from_raw(width, height, picture.pixels) else {
        return Picture::blank(picture.rows, picture.columns);
    };
    let mut grey = DynamicImage::ImageLuma8(grey);
    grey.apply_orientation(turn);
    Picture {
        rows: grey.height() as usize,
        columns: grey.width() as usize,
        pixels: grey.into_bytes(),
    }
}

/// Whether a picture has so little contrast that nothing is to be seen.
pub(super) fn is_blank(picture: &Picture) -> bool {
    contrast(picture) < LEAST_CONTRAST
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
