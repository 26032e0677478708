//! Yes or no for each pixel of a picture, and the connected pieces of what is set.

/// Yes or no for each pixel, `[row, column]`.
#[derive(Clone)]
pub(super) struct Mask {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) set: Vec<bool>,
}

/// A connected piece of what is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// The first row, and the row after the last.
    pub(super) rows: [usize; 2],
    /// The first column, and the column after the last.
    pub(super) columns: [usize; 2],
    /// How many pixels the piece has.
    pub(super) area: usize,
    /// How many of them lie on the border of the picture.
    pub(super) contact: usize,
    /// The sum of the pixels' weights.
    pub(super) mass: u64,
}

impl Piece {
    pub(super) fn height(&self) -> usize {
        self.rows[1] - self.rows[0]
    }

    pub(super) fn width(&self) -> usize {
        self.columns[1] - self.columns[0]
    }

    /// Both pieces as one.
    pub(super) fn with(&self, other: &Self) -> Self {
        let both = |a: [usize; 2], b: [usize; 2]| [a[0].min(b[0]), a[1].max(b[1])];
        Self {
            rows: both(self.rows, other.rows),
            columns: both(self.columns, other.columns),
            area: self.area + other.area,
            contact: self.contact + other.contact,
            mass: self.mass + other.mass,
        }
    }

    /// The longer side of the piece's bounds.
    pub(super) fn length(&self) -> usize {
        self.height().max(self.width())
    }
}

/// Which pixels touch each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Pixels that share a side touch.
    Sides,
    /// Pixels that share a side or a corner touch.
    Corners,
}

/// The pieces of a mask, and for each pixel one more than the number of its piece, or 0.
pub(super) struct Pieces {
    pub(super) pieces: Vec<Piece>,
    pub(super) piece_of: Vec<u32>,
}

impl Mask {
    pub(super) fn of(rows: usize, columns: usize, set: impl Iterator<Item = bool>) -> Self {
        let set = set.collect();
        Self { rows, columns, set }
    }

    pub(super) fn inverted(&self) -> Self {
        Self::of(self.rows, self.columns, self.set.iter().map(|&set| !set))
    }

    pub(super) fn transposed(&self) -> Self {
        let (rows, columns) = (self.columns, self.rows);
        let set = (0..rows * columns).map(|i| self.set[i % columns * rows + i / columns]);
        Self::of(rows, columns, set)
    }

    /// The connected pieces. `weight` says what a pixel adds to its piece's mass.
    pub(super) fn pieces(&self, touch: Touch, weight: impl Fn(usize) -> u64) -> Pieces {
        let mut piece_of = vec![0u32; self.set.len()];
        let mut pieces = Vec::new();
        let mut stack = Vec::new();
        for start in 0..self.set.len() {
            if !self.set[start] || piece_of[start] != 0 {
                continue;
            }
            let number = pieces.len() as u32 + 1;
            let mut piece = Piece {
                rows: [self.rows, 0],
                columns: [self.columns, 0],
                area: 0,
                contact: 0,
                mass: 0,
            };
            piece_of[start] = number;
            stack.push(start);
            while let Some(at) = stack.pop() {
                self.add(&mut piece, at, weight(at));
                self.each_neighbour(at, touch, |next| {
                    if self.set[next] && piece_of[next] == 0 {
                        piece_of[next] = number;
                        stack.push(next);
                    }
                });
            }
            pieces.push(piece);
        }
        Pieces { pieces, piece_of }
    }

    fn add(&self, piece: &mut Piece, at: usize, weight: u64) {
        let (row, column) = (at / self.columns, at % self.columns);
        piece.rows = [piece.rows[0].min(row), piece.rows[1].max(row + 1)];
        piece.columns = [
            piece.columns[0].min(column),
            piece.columns[1].max(column + 1),
        ];
        piece.area += 1;
        let at_end = |place: usize, length: usize| place == 0 || place + 1 == length;
        let on_border = at_end(row, self.rows) || at_end(column, self.columns);
        piece.contact += usize::from(on_border);
        piece.mass += weight;
    }

    fn each_neighbour(&self, at: usize, touch: Touch, mut tell: impl FnMut(usize)) {
        let (row, column) = (at / self.columns, at % self.columns);
        for near in row.saturating_sub(1)..=(row + 1).min(self.rows - 1) {
            for beside in column.saturating_sub(1)..=(column + 1).min(self.columns - 1) {
                let is_side = (near == row) != (beside == column);
                let is_corner = near != row && beside != column;
                if is_side || (is_corner && touch == Touch::Corners) {
                    tell(near * self.columns + beside);
                }
            }
        }
    }

    /// The mask with what lies within `reach` pixels of it, along rows and columns.
    pub(super) fn grown(&self, reach: usize) -> Self {
        self.grown_along_rows(reach)
            .transposed()
            .grown_along_rows(reach)
            .transposed()
    }

    fn grown_along_rows(&self, reach: usize) -> Self {
        let mut grown = self.clone();
        for (line, target) in self
            .set
            .chunks_exact(self.columns.max(1))
            .zip(grown.set.chunks_exact_mut(self.columns.max(1)))
        {
            for (column, _) in line.iter().enumerate().filter(|(_, set)| **set) {
                let end = (column + reach + 1).min(target.len());
                target[column.saturating_sub(reach)..end].fill(true);
            }
        }
        grown
    }
}
