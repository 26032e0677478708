//! One way to read a picture: from the bytes of a file to a network's image, by what a
//! [`PictureReading`] says.
//!
//! - `decode` decodes pictures, and `decoded` makes grey of them; `frames` tells which of them move, and
//!   `other_kind` names files that are none;
//! - `survey` decides a reading from pictures themselves, when data is opened;
//! - `image` makes an image of a picture; `prepared` also tells what the picture shows: one drawing, several,
//!   or none;
//! - [`RunReading`] is how one run reads pictures, for whatever asks the run;
//! - `framing` is where in pictures ink lies, and what shapes pictures have;
//! - `look` is what images look like, so that others are told from those of training.

mod decode;
mod decoded;
mod frames;
mod framing;
mod grey_tiff;
mod image;
mod look;
mod other_kind;
mod prepared;
mod problem;
mod survey;

pub use framing::{OtherFrame, frame_of};
pub use look::{OtherLook, look_of};
pub use prepared::PreparedPicture;
pub use problem::PictureProblem;

pub(super) use self::framing::width_percent;
pub(super) use self::image::{fit, image_of};
pub(super) use self::look::TALL;
pub(super) use survey::{SAMPLES, decide, sample};

use super::drawing::{Finding, Found, Picture, Placement, prepare};
use super::{DataError, files};
use crate::experiment::{
    DataSource, Ground, ImageSize, Orientation, PictureReading, Polarity, ReadAs, Transparency,
};
use std::path::Path;

/// A picture is laid on the canvas with at most so many pixels a side, which are more than the canvas has.
const CANVAS_SIDE: usize = 1024;

/// A picture made grey, and what was noticed on the way.
pub(super) struct GreyPicture {
    /// The picture.
    pub picture: Picture,
    /// Whether it was coloured.
    pub is_coloured: bool,
    /// Whether it was turned upright.
    pub is_turned: bool,
    /// Whether it moves, and the first of its frames was taken.
    pub is_moving: bool,
}

/// Decodes the bytes of a PNG or JPEG and makes them grey, so that dark stays dark.
///
/// # Errors
/// Where the bytes are no whole, still PNG or JPEG, or the picture is absurdly large.
pub(super) fn grey(bytes: &[u8], reading: &PictureReading) -> Result<GreyPicture, PictureProblem> {
    let decoded = decode::decode(bytes)?;
    Ok(GreyPicture {
        is_coloured: decoded.is_coloured(),
        is_moving: decoded.is_moving(),
        is_turned: decoded.is_turned() && reading.orientation == Orientation::Upright,
        picture: decoded.grey(reading.orientation, reading.transparency),
    })
}

/// Reads the bytes of a file that is small enough to be a picture.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, DataError> {
    decode::read_file(path)
}

/// The error of a picture.
pub(super) fn error(path: &Path, problem: PictureProblem) -> DataError {
    decode::error(path, problem)
}

/// Reads bytes as a picture for the canvas, and as an image of `size`, to try hostile bytes out.
pub(crate) fn try_out(bytes: &[u8], size: ImageSize) -> Result<(Picture, Vec<u8>), PictureProblem> {
    let reading = RunReading::MNIST;
    let _ = sample(bytes).map(|sample| decide(&[sample], ReadAs::Auto));
    let older = grey(bytes, &PictureReading::OLDER)?;
    let made = image_of(older.picture, &PictureReading::OLDER, size);
    Ok((
        reading.canvas(grey(bytes, &reading.pictures)?.picture).ink,
        made.pixels,
    ))
}

/// How a run reads pictures: as its training pictures were read, or as MNIST was prepared where it
/// was trained on tables, IDX files or MNIST itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunReading {
    /// How pictures become images.
    pub pictures: PictureReading,
    /// The ground of the network's images. Drawings are bright on dark until they are made one.
    pub ground: Ground,
}

impl RunReading {
    /// The reading of runs that were trained on MNIST.
    pub const MNIST: Self = Self {
        pictures: PictureReading::MNIST,
        ground: Ground::Dark,
    };

    /// How runs on this data read pictures, as far as the run itself says. Nothing is read from
    /// disk, so that a run on pictures that is older than its reading isn't told from one on a
    /// table.
    pub fn kept(source: &DataSource) -> Self {
        let DataSource::Files(files) = source else {
            return Self::MNIST;
        };
        Self {
            pictures: files.reading.unwrap_or(PictureReading::MNIST),
            ground: files.look.map_or(Ground::Dark, |look| look.ground),
        }
    }

    /// How runs on this data read pictures. Where an older run doesn't say, the kind of its data is
    /// looked up on disk.
    pub fn of(source: &DataSource) -> Self {
        let kept = Self::kept(source);
        match source {
            DataSource::Files(source)
                if source.reading.is_none() && files::are_pictures(&source.path) =>
            {
                Self {
                    pictures: PictureReading::OLDER,
                    ..kept
                }
            }
            DataSource::Files(_) | DataSource::Mnist => kept,
        }
    }

    /// The same, where a person asks for another reading.
    pub fn read_as(self, read_as: ReadAs) -> Self {
        let polarity = match read_as {
            ReadAs::Auto => return self,
            ReadAs::Mnist => {
                return Self {
                    pictures: PictureReading::MNIST,
                    ..self
                };
            }
            ReadAs::AsIs => Polarity::AsTheyAre,
            ReadAs::Inverted => Polarity::Inverted,
        };
        Self {
            pictures: PictureReading {
                orientation: Orientation::Upright,
                transparency: match self.pictures.transparency {
                    Transparency::OnBlack => Transparency::OnBlack,
                    Transparency::OnWhite | Transparency::KeepsInk => Transparency::KeepsInk,
                },
                polarity,
                placement: Placement::AsDrawn,
            },
            ..self
        }
    }

    /// The same without centring.
    pub fn without_centring(mut self) -> Self {
        self.pictures.placement = Placement::AsDrawn;
        self
    }

    /// Reads a PNG or JPEG of any size for the canvas, where ink is bright on dark, with what it shows.
    ///
    /// # Errors
    /// Where the file can't be read, isn't a whole, still PNG or JPEG, or is absurdly large.
    pub fn read_for_canvas(&self, path: &Path) -> Result<Finding, DataError> {
        self.read_grey(path).map(|picture| self.canvas(picture))
    }

    fn read_grey(&self, path: &Path) -> Result<Picture, DataError> {
        let bytes = decode::read_file(path)?;
        let grey = grey(&bytes, &self.pictures).map_err(|problem| decode::error(path, problem))?;
        Ok(grey.picture)
    }

    fn canvas(&self, picture: Picture) -> Finding {
        if self.pictures.polarity == Polarity::InkFound {
            return image::find(picture);
        }
        let polarized = image::polarized(picture, self.pictures.polarity);
        // The canvas is a square, to which the ground is carried on as it is to the edges of an image.
        let side = polarized.rows.max(polarized.columns).min(CANVAS_SIDE);
        let polarized = image::fit(polarized, ImageSize::square(side));
        let ink = match self.ground {
            Ground::Dark | Ground::Mixed => polarized,
            Ground::Light => image::inverted(polarized),
        };
        let found = if ink.is_blank() {
            Found::Nothing
        } else {
            Found::One
        };
        Finding {
            ink,
            found,
            left_out: Vec::new(),
        }
    }

    /// The image of a drawing whose ink is bright on dark.
    ///
    /// # Shapes
    /// - returned: `[rows, columns]`, 0 to 255
    pub fn image_of_ink(&self, ink: &Picture, placement: Placement, size: ImageSize) -> Vec<u8> {
        self.on_ground(prepare(ink, placement, size))
    }

    /// The value of an image's pixels where nothing was drawn.
    pub fn blank_value(&self) -> u8 {
        match self.ground {
            Ground::Light => 255,
            Ground::Dark | Ground::Mixed => 0,
        }
    }

    /// An image that is bright on dark, on the ground of the network's images.
    fn on_ground(&self, mut image: Vec<u8>) -> Vec<u8> {
        if self.blank_value() == 255 {
            image.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        }
        image
    }
}

/// Reads a PNG or JPEG of any size as ink on a dark ground, whatever ground it had.
///
/// A large picture comes back reduced, to a size that is still far finer than any network sees.
///
/// # Errors
/// Where the file can't be read, isn't a whole, still PNG or JPEG, or is absurdly large.
pub(crate) fn read_picture(path: &Path) -> Result<Picture, DataError> {
    RunReading::MNIST
        .read_for_canvas(path)
        .map(|finding| finding.ink)
}

#[cfg(test)]
mod tests;
