//! Makes an image of a network's size of a picture, as a reading says.

use super::look;
use super::survey::shrunk;
use crate::data::drawing::{Finding, Found, LeftOut, Picture, contrast, find_digit, prepare};
use crate::experiment::{ImageSize, PictureReading, Placement, Polarity};
use image::{GrayImage, imageops};

/// Ink is looked for in a picture of at most so many pixels on its longer side, which is still far
/// finer than any network sees.
const INK_SIDE: usize = 1024;
/// A ground is bright from this level of grey on.
const BRIGHT: u8 = 128;

/// The picture with the polarity of the network's images: ink found, inverted, or as it is. Its
/// size stays, but for large pictures in which ink is looked for.
pub(super) fn polarized(picture: Picture, polarity: Polarity) -> Picture {
    match polarity {
        Polarity::AsTheyAre => picture,
        Polarity::Inverted => inverted(picture),
        Polarity::BrightOnDark => {
            let mut border = look::border(
                &picture.pixels,
                ImageSize::new(picture.rows, picture.columns),
            );
            border.sort_unstable();
            match border.get(border.len() / 2) {
                Some(&ground) if ground >= BRIGHT => inverted(picture),
                _ => picture,
            }
        }
        Polarity::InkFound => find(picture).ink,
    }
}

/// Finds the ink in a picture, and what it shows.
pub(super) fn find(picture: Picture) -> Finding {
    find_digit(&shrunk(picture, INK_SIDE))
}

/// The picture with dark and bright exchanged.
pub(super) fn inverted(mut picture: Picture) -> Picture {
    for pixel in &mut picture.pixels {
        *pixel = 255 - *pixel;
    }
    picture
}

/// An image that was made of a picture, and what there is to say about the picture.
pub(in crate::data) struct Made {
    /// The image, `[rows, columns]`, 0 to 255.
    pub pixels: Vec<u8>,
    /// What the picture shows.
    pub found: Found,
    /// What of the picture was left out.
    pub left_out: Vec<LeftOut>,
}

/// Makes an image of `[rows, columns]` of a picture as its file holds it.
pub(in crate::data) fn image_of(
    picture: Picture,
    reading: &PictureReading,
    size: ImageSize,
) -> Made {
    if reading.polarity == Polarity::InkFound {
        let finding = find(picture);
        return Made {
            pixels: prepare(&finding.ink, reading.placement, size),
            found: finding.found,
            left_out: finding.left_out,
        };
    }
    let found = match contrast(&picture) {
        0 => Found::Nothing,
        _ => Found::One,
    };
    let picture = polarized(picture, reading.polarity);
    let pixels = match reading.placement {
        // The ground of such pictures is not black, so that it is carried on to the edges.
        Placement::AsDrawn => fit(picture, size).pixels,
        Placement::Centred => prepare(&picture, Placement::Centred, size),
    };
    Made {
        pixels,
        found,
        left_out: Vec::new(),
    }
}

/// Fits a picture into `[rows, columns]` and keeps its aspect. The free space at two edges gets the
/// mean grey of the picture's border. A picture of this size stays as it is.
pub(in crate::data) fn fit(picture: Picture, ImageSize { rows, columns }: ImageSize) -> Picture {
    if ImageSize::new(picture.rows, picture.columns) == (ImageSize { rows, columns }) {
        return picture;
    }
    let ground = border_mean(&picture);
    let (width, height) = (picture.columns as u64, picture.rows as u64);
    let Some(grey) = GrayImage::from_raw(width as u32, height as u32, picture.pixels) else {
        return Picture::blank(rows, columns);
    };
    let scaled = |length: u64, by: u64, of: u64, most: usize| {
        let scaled = (length as f64 * by as f64 / of as f64).round() as u32;
        scaled.clamp(1, most as u32)
    };
    // The side that is longer, measured by the image's, fills the image.
    let (new_width, new_height) = if width * rows as u64 >= height * columns as u64 {
        let by = columns as u64;
        (columns as u32, scaled(height, by, width, rows))
    } else {
        let by = rows as u64;
        (scaled(width, by, height, columns), rows as u32)
    };
    // Where a picture is made smaller, the triangle filter takes in every pixel, so that thin lines
    // fade but don't break.
    let small = imageops::resize(&grey, new_width, new_height, imageops::FilterType::Triangle);
    let mut whole = GrayImage::from_pixel(columns as u32, rows as u32, image::Luma([ground]));
    let (left, top) = (
        (columns as u32 - new_width) / 2,
        (rows as u32 - new_height) / 2,
    );
    imageops::replace(&mut whole, &small, i64::from(left), i64::from(top));
    Picture {
        rows,
        columns,
        pixels: whole.into_raw(),
    }
}

/// The mean of the outermost pixels.
fn border_mean(picture: &Picture) -> u8 {
    let border = look::border(
        &picture.pixels,
        ImageSize::new(picture.rows, picture.columns),
    );
    let sum: u64 = border.iter().map(|&value| u64::from(value)).sum();
    (sum / border.len().max(1) as u64) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Orientation, Transparency};
    use proptest::prelude::*;

    fn wide() -> Picture {
        let mut wide = Picture::blank(50, 100);
        for (at, pixel) in wide.pixels.iter_mut().enumerate() {
            let (row, column) = (at / 100, at % 100);
            let is_ink = (10..90).contains(&column) && (10..40).contains(&row);
            *pixel = if is_ink { 0 } else { 200 };
        }
        wide
    }

    #[test]
    fn a_wide_picture_keeps_its_aspect_on_its_own_ground() {
        let square = fit(wide(), ImageSize::new(28, 28));
        assert_eq!((square.rows, square.columns), (28, 28));
        let at = |row: usize, column: usize| square.pixels[row * 28 + column];
        assert_eq!((at(2, 14), at(14, 14), at(25, 14)), (200, 0, 200));
        assert_eq!(fit(square.clone(), ImageSize::new(28, 28)), square);
        assert_eq!(
            fit(Picture::blank(9_000, 1), ImageSize::new(28, 28))
                .pixels
                .len(),
            784
        );
        // In an image that is as wide, nothing is added.
        let as_wide = fit(wide(), ImageSize::new(14, 28));
        assert_eq!(as_wide.pixels[0], 200);
        assert_eq!(as_wide.pixels[7 * 28 + 14], 0);
    }

    #[test]
    fn a_picture_becomes_bright_on_dark_where_its_ground_is_bright() {
        let dark = inverted(wide());
        for polarity in [Polarity::BrightOnDark, Polarity::Inverted] {
            assert_eq!(polarized(wide(), polarity), dark);
        }
        assert_eq!(polarized(dark.clone(), Polarity::BrightOnDark), dark);
        assert_eq!(polarized(dark.clone(), Polarity::Inverted), wide());
        assert_eq!(polarized(wide(), Polarity::AsTheyAre), wide());
    }

    proptest! {
        #[test]
        fn any_picture_becomes_an_image_by_any_reading(
            rows in 1usize..80,
            columns in 1usize..80,
            seed in any::<u8>(),
            size in [1usize..=64, 1usize..=64],
            polarity in proptest::sample::select(vec![
                Polarity::AsTheyAre, Polarity::Inverted, Polarity::BrightOnDark, Polarity::InkFound,
            ]),
            placement in proptest::sample::select(vec![Placement::Centred, Placement::AsDrawn]),
        ) {
            let pixels = (0..rows * columns).map(|i| (i * i / 7) as u8 ^ seed).collect();
            let picture = Picture { rows, columns, pixels };
            let reading = PictureReading {
                orientation: Orientation::Upright,
                transparency: Transparency::OnWhite,
                polarity,
                placement,
            };
            let size = ImageSize::new(size[0], size[1]);
            let image = image_of(picture.clone(), &reading, size).pixels;
            prop_assert_eq!(image.len(), size.pixels());
            // A picture of the image's size stays as it is, but for its polarity.
            if polarity == Polarity::Inverted && placement == Placement::AsDrawn {
                let same = image_of(picture.clone(), &reading, ImageSize { rows, columns }).pixels;
                prop_assert_eq!(same, inverted(picture).pixels);
            }
        }
    }
}
