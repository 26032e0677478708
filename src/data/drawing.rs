//! Drawn or photographed characters, made into images such as the network was trained on.
//!
//! - [`Picture`] is grey pixels of any size. Once it is read or drawn, its ink is bright on dark,
//!   as MNIST's.
//! - `read_picture` reads a PNG or JPEG, whether dark on light or light on dark. `decode` makes
//!   a file grey and leaves dark and light as they are.
//! - `Strokes` are what a pen did, and `rasterize` makes a picture of them.
//! - [`prepare`] makes an image of the network's size of a picture: placed as MNIST's digits are,
//!   or as drawn.

mod decode;
mod ink;
mod prepare;
mod strokes;

pub use decode::PictureProblem;
pub(crate) use decode::decode;
pub use ink::find_ink;
pub use prepare::{Placement, prepare};
pub(crate) use strokes::{PEN_WIDTHS, Stroke, Strokes, Tool, rasterize};

use super::DataError;
use std::path::Path;

/// Grey pixels of any size.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Rows; 0 where there are no pixels.
    pub rows: usize,
    /// Columns; 0 where there are no pixels.
    pub columns: usize,
    /// The pixels 0 to 255, `[row, column]`.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// A picture without ink.
    pub fn blank(rows: usize, columns: usize) -> Self {
        let pixels = vec![0; rows * columns];
        Self {
            rows,
            columns,
            pixels,
        }
    }

    /// Whether there is no ink at all.
    pub fn is_blank(&self) -> bool {
        self.pixels.iter().all(|&pixel| pixel == 0)
    }
}

// The derived form would print all pixels.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("rows", &self.rows)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// Reads a PNG or JPEG of any size as ink on a dark ground, whatever ground it had.
///
/// A large picture comes back reduced, to a size that is still far finer than any network sees.
///
/// # Errors
/// Where the file can't be read, isn't a whole, still PNG or JPEG, or is absurdly large.
pub(crate) fn read_picture(path: &Path) -> Result<Picture, DataError> {
    let file = path.display().to_string();
    let bytes = decode::read_file(path)?;
    decode(&file, &bytes).map(|picture| find_ink(&picture))
}
