//! Drawn or photographed characters, made into images such as the network was trained on.
//!
//! - [`Picture`] is grey pixels of any size. Once it is read or drawn, its ink is bright on dark,
//!   as MNIST's.
//! - [`find_digit`] finds the digit in a photo or a screenshot: without the lines of the paper, shadows, dark
//!   edges, frames and toolbars; and says where there are several, or none, or a texture.
//! - `find_ink` tells ink from its ground, whether dark on light or light on dark. Files are decoded
//!   by the module `reading` of the data.
//! - `Strokes` are what a pen did, and `rasterize` makes a picture of them.
//! - [`prepare`] makes an image of the network's size of a picture: placed as MNIST's digits are,
//!   or as drawn.

mod find;
mod ink;
mod light;
mod likeness;
mod lines;
mod mask;
mod page;
mod parabola;
mod prepare;
mod shadow;
mod strips;
mod strokes;

pub use crate::experiment::Placement;
pub use find::{Finding, Found, LeftOut, count_drawings, find_digit};
pub use ink::find_ink;
pub use likeness::Unlike;
pub use prepare::prepare;
pub(crate) use prepare::reduce;
pub(crate) use strokes::{PEN_WIDTHS, Stroke, Strokes, Tool, rasterize};

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

/// The difference between the darkest and the brightest pixel.
pub(crate) fn contrast(picture: &Picture) -> u8 {
    let darkest = picture.pixels.iter().min().copied().unwrap_or(0);
    picture.pixels.iter().max().copied().unwrap_or(0) - darkest
}
