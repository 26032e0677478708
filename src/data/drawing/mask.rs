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

    fn empty(rows: usize, columns: usize) -> Self {
        Self {
            rows: [rows, 0],
            columns: [columns, 0],
            area: 0,
            contact: 0,
            mass: 0,
        }
    }

    /// Adds a run of a mask with so many rows and columns, without its mass.
    fn add(&mut self, run: &Run, rows: usize, columns: usize) {
        let length = run.to - run.from;
        self.rows = [self.rows[0].min(run.row), self.rows[1].max(run.row + 1)];
        self.columns = [self.columns[0].min(run.from), self.columns[1].max(run.to)];
        self.area += length;
        self.contact += if run.row == 0 || run.row + 1 == rows {
            length
        } else if length == 1 {
            usize::from(run.from == 0 || run.to == columns)
        } else {
            usize::from(run.from == 0) + usize::from(run.to == columns)
        };
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

/// A run of set pixels along a row, from its first column to the one after its last.
struct Run {
    row: usize,
    from: usize,
    to: usize,
}

/// For each run the first one of its piece.
fn joined(runs: &[Run], touch: Touch) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..runs.len()).collect();
    // Runs that end or begin at a common corner touch where corners count.
    let reach = usize::from(touch == Touch::Corners);
    let mut above = 0;
    for (index, run) in runs.iter().enumerate() {
        let is_over = |other: &Run| {
            other.row + 1 < run.row || (other.row + 1 == run.row && other.to + reach <= run.from)
        };
        while above < index && is_over(&runs[above]) {
            above += 1;
        }
        let touching = runs[above..index]
            .iter()
            .take_while(|other| other.row + 1 == run.row && other.from < run.to + reach);
        for other in above..above + touching.count() {
            let [a, b] = [root(&mut parents, other), root(&mut parents, index)];
            parents[a.max(b)] = a.min(b);
        }
    }
    (0..runs.len()).map(|run| root(&mut parents, run)).collect()
}

fn root(parents: &mut [usize], mut run: usize) -> usize {
    while parents[run] != run {
        parents[run] = parents[parents[run]];
        run = parents[run];
    }
    run
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

    /// Whether no pixel is set.
    pub(super) fn is_blank(&self) -> bool {
        !self.set.contains(&true)
    }

    /// The connected pieces, in the order of their first pixels. `weight` says what a pixel adds to its piece's
    /// mass.
    pub(super) fn pieces(&self, touch: Touch, weight: impl Fn(usize) -> u64) -> Pieces {
        let runs = self.runs();
        let roots = joined(&runs, touch);
        let mut number_of = vec![0u32; runs.len()];
        let mut pieces: Vec<Piece> = Vec::new();
        let mut piece_of = vec![0u32; self.set.len()];
        for (index, run) in runs.iter().enumerate() {
            // A root comes before all other runs of its piece.
            let root = roots[index];
            if root == index {
                pieces.push(Piece::empty(self.rows, self.columns));
                number_of[index] = pieces.len() as u32;
            }
            let number = number_of[root];
            let start = run.row * self.columns;
            piece_of[start + run.from..start + run.to].fill(number);
            let piece = &mut pieces[number as usize - 1];
            piece.add(run, self.rows, self.columns);
            piece.mass += (start + run.from..start + run.to).map(&weight).sum::<u64>();
        }
        Pieces { pieces, piece_of }
    }

    /// The runs of set pixels along the rows, the first row first.
    fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for (row, line) in self.set.chunks_exact(self.columns.max(1)).enumerate() {
            let mut at = 0;
            while let Some(off) = line[at..].iter().position(|set| *set) {
                let from = at + off;
                let length = line[from..].iter().position(|set| !*set);
                let to = length.map_or(line.len(), |length| from + length);
                runs.push(Run { row, from, to });
                at = to;
            }
        }
        runs
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
