//! Finds the lines of ruled and squared paper, and takes them out where no ink crosses them.
//!
//! A line is straight or bends a little, is thin, and runs from one side of the picture to the
//! other. Lines that lie nearly along the rows are looked for; those along the columns are found in
//! the picture turned on its side.

use super::mask::{Mask, Touch};
use super::parabola::parabola;
use std::borrow::Cow;

/// A line is looked at in so many strips from the left to the right.
const STRIPS: usize = 64;
/// From the left side to the right a line rises or falls by at most this share of the picture's width: ten
/// degrees.
const STEEPEST: f32 = 0.18;
/// Lines of the same paper differ in their rise by at most this share of the width.
const ALIKE: f32 = 0.03;
/// A line is at most this share of the picture's longer side thick.
const THICKEST: f32 = 0.025;
/// A line is seen in at least this share of the strips; elsewhere a digit stands over it, or light.
const LEAST_SEEN: f32 = 0.5;
/// A single line is seen in at least this share of the strips.
const LEAST_SEEN_ALONE: f32 = 0.8;
/// At each end of a line, one of so many strips shows it.
const END: usize = 4;
/// Paper has at most so many lines one way.
const MOST: usize = 120;
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
}

/// Clears the lines in a mask of ink, along the rows and along the columns. Returns what was
/// cleared, or none where there are no lines. `depth` is how far each pixel is from its ground.
pub(super) fn take_out(mask: &mut Mask, depth: &[f32]) -> Option<Mask> {
    let along = find(mask, || Cow::Borrowed(depth));
    let turned_depth = || -> Vec<f32> {
        let turned = (0..depth.len()).map(|i| depth[i % mask.rows * mask.columns + i / mask.rows]);
        turned.collect()
    };
    let across = find(&mask.transposed(), || Cow::Owned(turned_depth()));
    let count = along.len() + across.len();
    if count == 0 {
        return None;
    }
    let before = mask.clone();
    let turned_depth = if across.is_empty() {
        Vec::new()
    } else {
        turned_depth()
    };
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

/// Finds the lines along the rows. How deep the pixels are is asked for where there are lines alone.
fn find<'a>(mask: &Mask, depth: impl FnOnce() -> Cow<'a, [f32]>) -> Vec<Line> {
    let longest = mask.rows.max(mask.columns) as f32;
    let thickest = ((longest * THICKEST) as usize).max(4);
    let thin = thin_runs(mask, thickest);
    let strips = Strips::of(mask, &thin);
    let Some(rise) = strips.best_rise() else {
        return Vec::new();
    };
    let found = strips.lines(rise, thickest);
    let best = found.first().map_or(0.0, |line| line.share);
    if found.len() < 2 && best < LEAST_SEEN_ALONE {
        return Vec::new();
    }
    if found.is_empty() {
        return Vec::new();
    }
    let depth = depth();
    found
        .into_iter()
        .filter_map(|line| fit(&thin, &depth, line, thickest))
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

/// The strips of columns, and which rows are mostly set in each of them, give or take a row.
struct Strips {
    rows: usize,
    columns: usize,
    count: usize,
    seen: Vec<Place>,
    /// Where something thicker than a line stands, so that there is no telling whether a line runs
    /// under it.
    hidden: Vec<Place>,
}

/// A strip, and a row in it.
struct Place {
    strip: usize,
    row: usize,
}

/// A straight line: its row at the left side, and by how many rows it falls to the right side.
#[derive(Clone, Copy)]
struct Straight {
    start: f32,
    rise: f32,
    /// The share of the strips that show the line.
    share: f32,
}

/// What strips say of a line.
#[derive(Clone, Copy, Default)]
struct Votes {
    seen: u16,
    hidden: u16,
    at_left: bool,
    at_right: bool,
}

impl Strips {
    /// The strips of a mask. `thin` is what of it is no thicker than a line.
    fn of(mask: &Mask, thin: &Mask) -> Self {
        let count = STRIPS.min(mask.columns);
        let mut strips = Self {
            rows: mask.rows,
            columns: mask.columns,
            count,
            seen: Vec::new(),
            hidden: Vec::new(),
        };
        for strip in 0..count {
            let columns = strip * mask.columns / count..(strip + 1) * mask.columns / count;
            let width = columns.len();
            let filled = |mask: &Mask, row: usize| {
                let line = &mask.set[row * mask.columns..][..mask.columns];
                line[columns.clone()].iter().filter(|set| **set).count()
            };
            let thins: Vec<usize> = (0..mask.rows).map(|row| filled(thin, row)).collect();
            for row in 0..mask.rows {
                // A line that rises passes from row to row within a strip.
                let near = row.saturating_sub(1)..(row + 2).min(mask.rows);
                let sum: usize = thins[near].iter().sum();
                let place = Place { strip, row };
                if sum > 0 && 2 * sum >= width {
                    strips.seen.push(place);
                } else if 2 * (filled(mask, row) - thins[row]) >= width {
                    strips.hidden.push(place);
                }
            }
        }
        strips
    }

    /// The lines of one rise that run from side to side and are seen in enough strips.
    fn with_rise(&self, rise: f32) -> impl Iterator<Item = Straight> + use<'_> {
        let beyond = (STEEPEST * self.columns as f32) as usize + 2;
        let mut votes = vec![Votes::default(); self.rows + 2 * beyond];
        let places = self.rows as f32;
        let mut vote = |place: &Place, is_seen: bool| {
            let u = (place.strip as f32 + 0.5) / self.count as f32;
            let start = place.row as f32 + 0.5 - rise * u + beyond as f32;
            let Some(vote) = votes.get_mut(start.max(0.0) as usize) else {
                return;
            };
            vote.seen += u16::from(is_seen);
            vote.hidden += u16::from(!is_seen);
            vote.at_left |= place.strip < END;
            vote.at_right |= place.strip + END >= self.count;
        };
        self.seen.iter().for_each(|place| vote(place, true));
        self.hidden.iter().for_each(|place| vote(place, false));
        votes.into_iter().enumerate().filter_map(move |(at, vote)| {
            let start = at as f32 - beyond as f32 + 0.5;
            let within = |row: f32| (0.0..places).contains(&row);
            // A line may enter or leave the picture above or below.
            let at_left = vote.at_left || !within(start);
            let at_right = vote.at_right || !within(start + rise);
            if 4 * usize::from(vote.seen) < self.count || !at_left || !at_right {
                return None;
            }
            let inside = (0..self.count)
                .filter(|&strip| within(start + rise * (strip as f32 + 0.5) / self.count as f32))
                .count();
            let open = inside.saturating_sub(usize::from(vote.hidden));
            let share = f32::from(vote.seen) / open.max(1) as f32;
            (2 * inside > self.count && share >= LEAST_SEEN).then_some(Straight {
                start,
                rise,
                share: share.min(1.0),
            })
        })
    }

    fn rises(&self, about: f32, reach: f32) -> impl Iterator<Item = f32> + use<> {
        let reach = reach * self.columns as f32;
        let step = (self.columns as f32 / 400.0).max(1.0);
        let count = (reach / step) as i32;
        (-count..=count).map(move |i| about + i as f32 * step)
    }

    /// The rise at which lines are seen best: where the squares of their shares sum to most.
    fn best_rise(&self) -> Option<f32> {
        let mut best = (0.0, None);
        for rise in self.rises(0.0, STEEPEST) {
            let sum: f32 = self
                .with_rise(rise)
                .map(|line| line.share * line.share)
                .sum();
            if sum > best.0 {
                best = (sum, Some(rise));
            }
        }
        best.1
    }

    /// The lines near a rise, best first, each as far as `apart` from the others.
    fn lines(&self, rise: f32, apart: usize) -> Vec<Straight> {
        let rises = self.rises(rise, ALIKE);
        let mut seen: Vec<Straight> = rises.flat_map(|rise| self.with_rise(rise)).collect();
        seen.sort_by(|a, b| b.share.total_cmp(&a.share));
        let mut lines: Vec<Straight> = Vec::new();
        let apart = apart as f32 / 2.0 + 3.0;
        for line in seen {
            let is_new = lines.iter().all(|other| {
                let at_start = line.start - other.start;
                let at_end = at_start + line.rise - other.rise;
                at_start.abs() > apart && at_end.abs() > apart && at_start * at_end > 0.0
            });
            if is_new && lines.len() < MOST {
                lines.push(line);
            }
        }
        lines
    }
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
        if let Some([start, rise, bend]) = parabola(places) {
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
        rows.map(|row| depth[row * columns + self.column].abs())
            .sum()
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

/// Clears the lines but for where something thicker or deeper stands over them.
fn erase(mask: &mut Mask, lines: &[Line], depth: &[f32]) {
    for line in lines {
        let longest = line.thickness + line.thickness.div_ceil(2) + 1;
        let reach = (line.thickness as f32 / 2.0 + 1.0).max(2.0);
        for run in runs_on(mask, line, reach) {
            let is_thin = run.rows[1] - run.rows[0] <= longest;
            let is_line = is_thin && run.ink(depth, mask.columns) <= DEEPER * line.depth;
            if is_line {
                for row in run.rows[0]..run.rows[1] {
                    mask.set[row * mask.columns + run.column] = false;
                }
            }
        }
    }
}
