//! Which tiles of which images are worked on together.

/// Tiles of images, one image after the other, row by row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    /// Rows and columns of an image's tiles, at least one of each.
    pub grid: [usize; 2],
    /// The number of the first tile, counted from the first image's first tile.
    pub first: usize,
    pub count: usize,
}

/// The place of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TilePlace {
    pub image: usize,
    /// The row of the tile in its image.
    pub row: usize,
    pub column: usize,
}

impl Tiles {
    /// Divides all tiles of `images` into groups of at most `most` tiles, all of nearly the same
    /// size.
    pub fn groups(grid: [usize; 2], images: usize, most: usize) -> impl Iterator<Item = Self> {
        let all = images * grid[0] * grid[1];
        let groups = all.div_ceil(most);
        (0..groups).map(move |group| {
            let first = group * all / groups;
            let count = (group + 1) * all / groups - first;
            Self { grid, first, count }
        })
    }

    #[inline(always)]
    pub fn places(self) -> impl Iterator<Item = TilePlace> {
        let [rows, columns] = self.grid;
        let tiles = rows * columns;
        let mut next = TilePlace {
            image: self.first / tiles,
            row: self.first % tiles / columns,
            column: self.first % columns,
        };
        (0..self.count).map(move |_| {
            let place = next;
            next.column += 1;
            if next.column == columns {
                next.column = 0;
                next.row += 1;
                if next.row == rows {
                    next.row = 0;
                    next.image += 1;
                }
            }
            place
        })
    }
}
