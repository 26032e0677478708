//! A decoded picture: its size, what is coloured or transparent in it, and how it becomes grey.

use crate::data::drawing::{Picture, contrast};
use crate::experiment::{ImageSize, Orientation, Transparency};
use image::DynamicImage;
use image::metadata::Orientation as Turn;
use std::sync::MutexGuard;

/// A picture with less contrast than this, in levels of grey, is blank.
const LEAST_CONTRAST: u8 = 8;
/// A pixel whose colours differ by more than this is coloured. JPEG makes grey slightly coloured.
const LEAST_COLOUR: u8 = 32;
/// At most so many pixels are looked at for colour.
const COLOUR_SAMPLES: usize = 1 << 16;
/// A picture is reduced to this side to see whether most of it is coloured.
const COLOURFUL_SIDE: u32 = 32;

/// A picture as its file holds it. A thread holds one at a time, since a large one keeps all other
/// large ones waiting.
pub(super) struct Decoded {
    /// The pixels, as they lie in the file.
    pub(super) pixels: DynamicImage,
    /// How the pixels are turned or mirrored to stand upright.
    pub(super) turn: Turn,
    /// Whether the file has more frames than this one.
    pub(super) is_moving: bool,
    /// The right to hold a large picture, where this is one.
    pub(super) _turn_of_large: Option<MutexGuard<'static, ()>>,
}

impl Decoded {
    /// The same, and whether the file has more frames than this one.
    pub(super) fn moving(self, is_moving: bool) -> Self {
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
