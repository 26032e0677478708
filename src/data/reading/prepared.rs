//! A picture as a network's image, with what there is to say about the picture.

use super::image::image_of;
use super::{RunReading, decode, grey};
use crate::data::DataError;
use crate::data::drawing::{Found, LeftOut, Picture, Unlike};
use crate::experiment::{ImageSize, Placement, Polarity};
use std::io::Read;
use std::path::Path;

/// A picture that was read for a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedPicture {
    /// The network's image, 0 to 255, `[row, column]`.
    pub image: Vec<u8>,
    /// Rows and columns of the picture, upright where its reading turns it so.
    pub size: ImageSize,
    /// What the picture shows.
    pub found: Found,
    /// What of the picture was left out.
    pub left_out: Vec<LeftOut>,
    /// In what the image is unlike any digit of MNIST. Only images that were prepared as MNIST's are
    /// compared.
    pub unlike: Option<Unlike>,
}

impl RunReading {
    /// Reads a file as an image of `[rows, columns]` for the network.
    ///
    /// # Errors
    /// Where the file can't be read, isn't a whole, still picture of a known kind, or is absurdly
    /// large.
    pub fn read(&self, path: &Path, size: ImageSize) -> Result<PreparedPicture, DataError> {
        let bytes = decode::read_file(path)?;
        self.of_bytes(path, &bytes, size)
    }

    /// Reads a picture from a stream, such as standard input. `name` stands for it in errors.
    ///
    /// # Errors
    /// Where the stream can't be read, or holds no picture that can be.
    pub fn read_stream(
        &self,
        name: &Path,
        stream: impl Read,
        size: ImageSize,
    ) -> Result<PreparedPicture, DataError> {
        let bytes = decode::read_stream(name, stream)?;
        self.of_bytes(name, &bytes, size)
    }

    fn of_bytes(
        &self,
        name: &Path,
        bytes: &[u8],
        size: ImageSize,
    ) -> Result<PreparedPicture, DataError> {
        let grey = grey(bytes, &self.pictures).map_err(|problem| decode::error(name, problem))?;
        Ok(self.prepared(grey.picture, size))
    }

    /// Makes a grey picture an image of `[rows, columns]` for the network.
    pub(super) fn prepared(&self, picture: Picture, size: ImageSize) -> PreparedPicture {
        let own = ImageSize::new(picture.rows, picture.columns);
        let made = image_of(picture, &self.pictures, size);
        // Where ink is looked for, the image is bright on dark still.
        let is_ink = self.pictures.polarity == Polarity::InkFound;
        let is_as_mnist = is_ink && self.pictures.placement == Placement::Centred;
        let unlike = match made.found {
            Found::Scattered => Some(Unlike::Finer),
            Found::Nothing | Found::One | Found::Several(_) => Unlike::mnist(&made.pixels),
        };
        PreparedPicture {
            image: match is_ink {
                true => self.on_ground(made.pixels),
                false => made.pixels,
            },
            size: own,
            found: made.found,
            left_out: made.left_out,
            unlike: unlike.filter(|_| is_as_mnist),
        }
    }
}
