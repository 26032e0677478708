//! TIFFs of grey that the usual decoder leaves out: with transparency, as ImageMagick writes them, and of 4 or 16
//! levels, as scanners do.

use image::metadata::Orientation;
use image::{DynamicImage, GrayAlphaImage, GrayImage};
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffResult};

/// A file whose directory was read.
pub(super) struct GreyTiff<'a> {
    decoder: Decoder<Cursor<&'a [u8]>>,
    dimensions: (u32, u32),
    color: ColorType,
}

impl<'a> GreyTiff<'a> {
    /// Reads the directory of the first page; none where that is damaged, or of colours that are unknown here.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?;
        let dimensions = decoder.dimensions().ok()?;
        let color = decoder.colortype().ok()?;
        Some(Self {
            decoder,
            dimensions,
            color,
        })
    }

    /// Columns and rows.
    pub fn dimensions(&self) -> (u32, u32) {
        self.dimensions
    }

    /// How the picture lies.
    pub fn orientation(&mut self) -> Orientation {
        let noted = self.decoder.find_tag_unsigned::<u8>(Tag::Orientation);
        noted
            .ok()
            .flatten()
            .and_then(Orientation::from_exif)
            .unwrap_or(Orientation::NoTransforms)
    }

    /// Decodes the picture, taking so many bytes at most; none where its colours are unknown here.
    ///
    /// # Errors
    /// Where the file is damaged or needs more bytes.
    pub fn read(self, most_bytes: u64) -> TiffResult<Option<DynamicImage>> {
        let most = usize::try_from(most_bytes / 2).unwrap_or(usize::MAX);
        let mut limits = Limits::default();
        limits.decoding_buffer_size = most;
        limits.intermediate_buffer_size = most;
        let mut decoder = self.decoder.with_limits(limits);
        let (width, height) = self.dimensions;
        let read = match self.color {
            ColorType::Multiband {
                bit_depth: 8 | 16,
                num_samples: 2,
            } => eights(decoder.read_image()?)
                .and_then(|pairs| GrayAlphaImage::from_raw(width, height, pairs))
                .map(DynamicImage::ImageLumaA8),
            ColorType::Gray(bits @ (2 | 4)) => eights(decoder.read_image()?)
                .and_then(|packed| unpacked(&packed, width, bits))
                .and_then(|levels| GrayImage::from_raw(width, height, levels))
                .map(DynamicImage::ImageLuma8),
            _ => return Ok(None),
        };
        // The decoder has checked the length, so that a picture of another length is a fault of the file.
        read.map(Some).ok_or(TiffError::IntSizeError)
    }
}

/// Numbers of 8 bits; of 16 bits the upper ones are kept.
fn eights(read: DecodingResult) -> Option<Vec<u8>> {
    match read {
        DecodingResult::U8(numbers) => Some(numbers),
        DecodingResult::U16(numbers) => Some(numbers.iter().map(|it| (it >> 8) as u8).collect()),
        _ => None,
    }
}

/// The levels of grey of packed rows, from 0 to 255. A row begins with a byte of its own; none where there are no
/// columns.
fn unpacked(packed: &[u8], width: u32, bits: u8) -> Option<Vec<u8>> {
    let (width, bits) = (width as usize, usize::from(bits));
    let row = (width * bits).div_ceil(8);
    let most = (1 << bits) - 1;
    let levels = |row: &[u8]| -> Vec<u8> {
        (0..width)
            .map(|column| {
                let place = column * bits;
                let byte = usize::from(row[place / 8]);
                let level = (byte >> (8 - bits - place % 8)) & most;
                (level * 255 / most) as u8
            })
            .collect()
    };
    (row > 0).then(|| packed.chunks_exact(row).flat_map(levels).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_begin_with_a_byte_of_their_own() {
        let packed = [0b0001_1011, 0b1100_0000, 0b1111_1111, 0b0000_0000];
        let levels = unpacked(&packed, 5, 2).unwrap();
        assert_eq!(levels, [0, 85, 170, 255, 255, 255, 255, 255, 255, 0]);
        assert_eq!(unpacked(&[0x0f, 0x80], 3, 4).unwrap(), [0, 255, 136]);
        assert_eq!(unpacked(&[], 0, 2), None);
    }
}
