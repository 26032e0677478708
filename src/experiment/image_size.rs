//! The size of an image, from the data to the network's plan.

use std::fmt;

/// Rows and columns of an image. Whatever else an image may have, such as channels of colour, belongs
/// here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageSize {
    /// Rows of an image.
    pub rows: usize,
    /// Columns of an image.
    pub columns: usize,
}

impl ImageSize {
    /// The size of an image with so many rows and columns.
    pub const fn new(rows: usize, columns: usize) -> Self {
        Self { rows, columns }
    }

    /// The size of a square image.
    pub const fn square(side: usize) -> Self {
        Self::new(side, side)
    }

    /// How many pixels an image has.
    pub const fn pixels(self) -> usize {
        self.rows * self.columns
    }

    /// The size with rows and columns exchanged.
    pub const fn turned(self) -> Self {
        Self::new(self.columns, self.rows)
    }

    /// Whether a test holds for the rows and for the columns.
    pub fn both(self, is: impl Fn(usize) -> bool) -> bool {
        is(self.rows) && is(self.columns)
    }
}

impl fmt::Display for ImageSize {
    /// The size as `28 × 28`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.rows, self.columns)
    }
}
