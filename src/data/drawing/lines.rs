//! Finds the lines of ruled and squared paper, and takes them out where no ink crosses them.
//!
//! A line is straight or bends a little, is thin, and runs from one side of the picture to the
//! other, or fades on the way as its neighbours do. Lines that lie nearly along the rows are looked for; those along
//! the columns are found in the picture turned on its side.

use super::ink::{Light, Samples};
use super::mask::{Mask, Touch};
use super::parabola::parabola;
use super::strips::{Straight, Strips};

/// A line is at most this share of the picture's longer side thick.
const THICKEST: f32 = 0.025;
/// A single line is seen in at least this share of the strips.
const LEAST_SEEN_ALONE: f32 = 0.8;
/// So few lines may be a digit 1, or two, drawn from side to side: they are lines only where there is more.
const FEW: usize = 2;
/// A digit that fills the picture comes nearer to one of its sides than this share of the side.
const FILLED_MARGIN: f32 = 0.06;
/// More than lines is a piece of at least this share of the picture's longer side.
const LEAST_MORE: f32 = 0.05;
/// Where there is more ink across a line than in the rest of it by this factor, the ink is kept.
const DEEPER: f32 = 1.6;

/// The middle of a line: its row at the left side, and what a share `u` of the width adds: `rise · u + bend · u²`.
#[derive(Clone, Copy, Debug)]
struct Line {
    start: f32,
    rise: f32,
    bend: f32,
    thickness: usize,
    /// How much ink there is across the line, in levels of grey.
    depth: f32,
}

impl Line {
    fn at(&self, u: f32) -> f32 {
        self.start + self.rise * u + self.bend * u * u
    }

    /// So many rows a run on the line has at most, where nothing thicker stands over it.
    fn longest(&self) -> usize {
        self.thickness + self.thickness.div_ceil(2) + 1
    }

    /// The line is looked for within so many rows of its middle.
    fn reach(&self) -> f32 {
        (self.thickness as f32 / 2.0 + 1.0).max(2.0)
    }
}

/// Clears the lines in a mask of ink, along the rows and along the columns. Returns what was
/// cleared, or none where there are no lines. `depth` is how far each pixel is from its ground, above 0 for what
/// may be ink.
pub(super) fn take_out(mask: &mut Mask, depth: &[f32]) -> Option<Mask> {
    let turned_depth: Vec<f32> = (0..depth.len())
        .map(|i| depth[i % mask.rows * mask.columns + i / mask.rows])
        .collect();
    let along = find(mask, depth);
    let across = find(&mask.transposed(), &turned_depth);
    let count = along.len() + across.len();
    if count == 0 {
        return None;
    }
    let before = mask.clone();
    erase(mask, &along, depth);
    if !across.is_empty() {
        let mut turned = mask.transposed();
        erase(&mut turned, &across, &turned_depth);
        *mask = turned.transposed();
    }
    if count <= FEW && !holds_a_digit_apart(mask) {
        *mask = before;
        return None;
    }
    let cleared = before.set.iter().zip(&mask.set).map(|(a, b)| *a && !b);
    Some(Mask::of(mask.rows, mask.columns, cleared))
}

/// Whether what is left in a mask without its lines is a digit of its own: more than specks, and not all of it
/// from side to side, as the rest of a digit that fills the picture, whose straight strokes were taken for lines.
fn holds_a_digit_apart(mask: &Mask) -> bool {
    let least = (mask.rows.max(mask.columns) as f32 * LEAST_MORE) as usize;
    let pieces = mask.pieces(Touch::Corners, |_| 0).pieces;
    let is_near = |[from, to]: [usize; 2], length: usize| {
        let margin = (length as f32 * FILLED_MARGIN) as usize + 1;
        from <= margin || to + margin >= length
    };
    let mut large = pieces.iter().filter(|piece| piece.length() > least);
    large.any(|piece| !is_near(piece.rows, mask.rows) && !is_near(piece.columns, mask.columns))
}

/// Finds the lines along the rows.
fn find(mask: &Mask, depth: &[f32]) -> Vec<Line> {
    let longest = mask.rows.max(mask.columns) as f32;
    let thickest = ((longest * THICKEST) as usize).max(4);
    let thin = thin_runs(mask, thickest);
    let strips = Strips::of(mask, &thin, depth, thickest);
    let Some(rise) = strips.best_rise() else {
        return Vec::new();
    };
    let found = strips.lines(rise, thickest);
    let best = found.first().map_or(0.0, |line| line.share);
    if found.len() < 2 && best < LEAST_SEEN_ALONE {
        return Vec::new();
    }
    found
        .into_iter()
        .filter_map(|line| fit(&thin, depth, line, thickest))
        .collect()
}

/// The pixels whose run down the column is no longer than a line is thick.
fn thin_runs(mask: &Mask, thickest: usize) -> Mask {
    let mut thin = mask.clone();
    for column in 0..mask.columns {
        let mut row = 0;
        while row < mask.rows {
            let end = run_end(mask, row, column);
            if end - row > thickest {
                (row..end).for_each(|row| thin.set[row * mask.columns + column] = false);
            }
            row = end.max(row + 1);
        }
    }
    thin
}

/// The row after the run of set pixels that begins here.
fn run_end(mask: &Mask, row: usize, column: usize) -> usize {
    let is_set = |row: &usize| mask.set[row * mask.columns + column];
    row + (row..mask.rows).take_while(is_set).count()
}

/// Fits a line to the thin runs near a straight one.
fn fit(thin: &Mask, depth: &[f32], straight: Straight, thickest: usize) -> Option<Line> {
    let mut line = Line {
        start: straight.start,
        rise: straight.rise,
        bend: 0.0,
        thickness: thickest,
        depth: 0.0,
    };
    for round in 0..3 {
        let reach = if round == 0 { 3.0 } else { 2.0 };
        let runs = runs_on(thin, &line, reach);
        if runs.len() < 8 {
            return None;
        }
        let mut lengths: Vec<usize> = runs.iter().map(|run| run.rows[1] - run.rows[0]).collect();
        lengths.sort_unstable();
        line.thickness = lengths[lengths.len() / 2];
        let across = |run: &Run| run.ink(depth, thin.columns);
        let mut depths: Vec<f32> = runs.iter().map(across).collect();
        depths.sort_unstable_by(f32::total_cmp);
        line.depth = depths[depths.len() / 2];
        let places = runs.iter().filter_map(|run| {
            let length = run.rows[1] - run.rows[0];
            let u = run.column as f32 / thin.columns as f32;
            let middle = (run.rows[0] + run.rows[1]) as f32 / 2.0;
            (length <= 2 * line.thickness + 1).then_some((u, middle))
        });
        if let Some([start, rise, bend]) = parabola(places, straight.is_whole) {
            (line.start, line.rise, line.bend) = (start, rise, bend);
        }
    }
    Some(line)
}

/// A run of set pixels down a column.
struct Run {
    column: usize,
    rows: [usize; 2],
}

impl Run {
    /// How much ink there is across the run: the sum of its depths. A line whose middle lies between two rows
    /// has as much as one whose middle lies on a row.
    fn ink(&self, depth: &[f32], columns: usize) -> f32 {
        let rows = self.rows[0]..self.rows[1];
        rows.map(|row| depth[row * columns + self.column]).sum()
    }
}

/// The run in each column that the line passes within `reach` pixels.
fn runs_on(mask: &Mask, line: &Line, reach: f32) -> Vec<Run> {
    let mut runs = Vec::new();
    for column in 0..mask.columns {
        let middle = line.at(column as f32 / mask.columns as f32);
        let (low, high) = (middle - reach, middle + reach);
        if high < 0.0 || low >= mask.rows as f32 {
            continue;
        }
        let is_set = |row: usize| mask.set[row * mask.columns + column];
        let rows = low.max(0.0) as usize..=(high as usize).min(mask.rows - 1);
        // Where a column has several set pixels, the one nearest to the line's middle counts.
        let off = |row: &usize| ((*row as f32 + 0.5 - middle).abs() * 16.0) as u32;
        let Some(on) = rows.filter(|row| is_set(*row)).min_by_key(off) else {
            continue;
        };
        let first = on - (0..on).rev().take_while(|row| is_set(*row)).count();
        let rows = [first, run_end(mask, first, column)];
        runs.push(Run { column, rows });
    }
    runs
}

/// How much ink there is across lines, place by place: in uneven light, the lines of one paper are deeper on one
/// side than on the other.
fn depth_of_lines(mask: &Mask, lines: &[Line], depth: &[f32]) -> Option<(Light, Samples)> {
    let across = |line: &Line| {
        let longest = line.longest();
        runs_on(mask, line, line.reach())
            .into_iter()
            .filter(move |run| run.rows[1] - run.rows[0] <= longest)
            .map(|run| {
                let ink = run.ink(depth, mask.columns);
                ([run.rows[0], run.column], ink)
            })
    };
    let places = lines.iter().flat_map(across);
    let samples = Samples::of_places([mask.rows, mask.columns], places);
    (!samples.values.is_empty()).then(|| (samples.ground().0, samples))
}

/// Clears the lines but for where something thicker or deeper stands over them.
fn erase(mask: &mut Mask, lines: &[Line], depth: &[f32]) {
    let Some((depths, samples)) = depth_of_lines(mask, lines, depth) else {
        return;
    };
    for line in lines {
        for run in runs_on(mask, line, line.reach()) {
            let is_thin = run.rows[1] - run.rows[0] <= line.longest();
            let here = depths.at(&samples.terms(run.rows[0], run.column));
            let most = DEEPER * line.depth.max(here);
            if is_thin && run.ink(depth, mask.columns) <= most {
                for row in run.rows[0]..run.rows[1] {
                    mask.set[row * mask.columns + run.column] = false;
                }
            }
        }
    }
}
