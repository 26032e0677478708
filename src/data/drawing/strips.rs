//! Finds straight lines that run from side to side, or that fade on the way: in strips of columns, each of
//! which says at which rows a line passes.

use super::mask::Mask;

/// A line is looked at in so many strips from the left to the right.
const STRIPS: usize = 64;
/// From the left side to the right a line rises or falls by at most this share of the picture's width: ten
/// degrees.
const STEEPEST: f32 = 0.18;
/// Lines of the same paper differ in their rise by at most this share of the width.
const ALIKE: f32 = 0.03;
/// A line is seen in at least this share of the strips; elsewhere a digit stands over it, or light.
const LEAST_SEEN: f32 = 0.5;
/// A line that fades is seen in at least this share of the strips from its side to where it ends.
const LEAST_SEEN_FADING: f32 = 0.7;
/// Lines fade where light is low, and then all of them do: one that ends within the picture is a line only
/// among so many.
const FAMILY: usize = 4;
/// At each end of a line, one of so many strips shows it.
const END: usize = 4;
/// Paper has at most so many lines one way.
const MOST: usize = 120;
/// The median of a strip's row stands out where it is further from the ground than the scatter of all such
/// medians times this.
const STANDS_OUT: f32 = 4.5;
/// And by more than so many levels of grey.
const LEAST_LEVELS: f32 = 3.0;

/// The strips of columns, and which rows are mostly set in each of them, give or take a row.
pub(super) struct Strips {
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
pub(super) struct Straight {
    pub(super) start: f32,
    pub(super) rise: f32,
    /// The share of the strips that show the line.
    pub(super) share: f32,
    /// Whether the line runs from side to side. Another fades on the way.
    pub(super) is_whole: bool,
}

/// What strips say of a line.
#[derive(Clone, Copy, Default)]
struct Votes {
    seen: u16,
    hidden: u16,
    /// The strips that show the line: one more than the first, and one more than the last.
    ends: Option<[u16; 2]>,
    /// How many strips between these ends hide it.
    hidden_between: [u16; 2],
}

impl Strips {
    /// The strips of a mask. `thin` is what of it is no thicker than a line, and `depth` how far each pixel is
    /// from its ground, above 0 for what may be ink.
    pub(super) fn of(mask: &Mask, thin: &Mask, depth: &[f32], thickest: usize) -> Self {
        let count = STRIPS.min(mask.columns);
        let mut strips = Self {
            rows: mask.rows,
            columns: mask.columns,
            count,
            seen: Vec::new(),
            hidden: Vec::new(),
        };
        let faint = Faint::of(mask, depth, count);
        for strip in 0..count {
            let columns = strip * mask.columns / count..(strip + 1) * mask.columns / count;
            let width = columns.len();
            let filled = |mask: &Mask, row: usize| {
                let line = &mask.set[row * mask.columns..][..mask.columns];
                line[columns.clone()].iter().filter(|set| **set).count()
            };
            let thins: Vec<usize> = (0..mask.rows).map(|row| filled(thin, row)).collect();
            let faint = faint.lines_in(strip, thickest);
            for row in 0..mask.rows {
                // A line that rises passes from row to row within a strip.
                let near = row.saturating_sub(1)..(row + 2).min(mask.rows);
                let sum: usize = thins[near].iter().sum();
                let place = Place { strip, row };
                if (sum > 0 && 2 * sum >= width) || faint[row] {
                    strips.seen.push(place);
                } else if 2 * (filled(mask, row) - thins[row]) >= width {
                    strips.hidden.push(place);
                }
            }
        }
        strips
    }

    /// What the strips say of each line of one rise, from a row above the picture on.
    fn votes(&self, rise: f32, beyond: usize) -> Vec<Votes> {
        let mut votes = vec![Votes::default(); self.rows + 2 * beyond];
        let at = |place: &Place| {
            let u = (place.strip as f32 + 0.5) / self.count as f32;
            (place.row as f32 + 0.5 - rise * u + beyond as f32).max(0.0) as usize
        };
        for place in &self.seen {
            if let Some(vote) = votes.get_mut(at(place)) {
                let strip = place.strip as u16;
                vote.seen += 1;
                vote.ends = Some([vote.ends.map_or(strip, |ends| ends[0]), strip]);
            }
        }
        for place in &self.hidden {
            if let Some(vote) = votes.get_mut(at(place)) {
                vote.hidden += 1;
                let strip = place.strip as u16;
                if let Some([first, last]) = vote.ends {
                    vote.hidden_between[0] += u16::from(strip <= last);
                    vote.hidden_between[1] += u16::from(strip >= first);
                }
            }
        }
        votes
    }

    /// The lines of one rise that are seen in enough strips.
    fn with_rise(&self, rise: f32) -> impl Iterator<Item = Straight> + use<'_> {
        let beyond = (STEEPEST * self.columns as f32) as usize + 2;
        let votes = self.votes(rise, beyond);
        votes.into_iter().enumerate().filter_map(move |(at, vote)| {
            let start = at as f32 - beyond as f32 + 0.5;
            self.line(start, rise, &vote)
        })
    }

    /// The line of these votes, where it runs from side to side or fades on the way.
    fn line(&self, start: f32, rise: f32, vote: &Votes) -> Option<Straight> {
        let within = |row: f32| (0.0..self.rows as f32).contains(&row);
        let [first, last] = vote.ends?.map(usize::from);
        // A line may enter or leave the picture above or below.
        let at_left = first < END || !within(start);
        let at_right = last + END >= self.count || !within(start + rise);
        if 4 * usize::from(vote.seen) < self.count || !(at_left || at_right) {
            return None;
        }
        let inside = |strips: std::ops::Range<usize>| {
            strips
                .filter(|&strip| within(start + rise * (strip as f32 + 0.5) / self.count as f32))
                .count()
        };
        let share = |inside: usize, hidden: u16| {
            let open = inside.saturating_sub(usize::from(hidden)).max(1);
            (f32::from(vote.seen) / open as f32).min(1.0)
        };
        let whole = inside(0..self.count);
        let straight = |share: f32, is_whole: bool| Straight {
            start,
            rise,
            share,
            is_whole,
        };
        if at_left && at_right {
            let share = share(whole, vote.hidden);
            if 2 * whole > self.count && share >= LEAST_SEEN {
                return Some(straight(share, true));
            }
        }
        let (span, hidden) = if at_left {
            (0..last + 1, vote.hidden_between[0])
        } else {
            (first..self.count, vote.hidden_between[1])
        };
        let is_fading = share(inside(span), hidden) >= LEAST_SEEN_FADING;
        is_fading.then(|| straight(f32::from(vote.seen) / self.count as f32, false))
    }

    fn rises(&self, about: f32, reach: f32) -> impl Iterator<Item = f32> + use<> {
        let reach = reach * self.columns as f32;
        let step = (self.columns as f32 / 400.0).max(1.0);
        let count = (reach / step) as i32;
        (-count..=count).map(move |i| about + i as f32 * step)
    }

    /// The rise at which lines are seen best: where the squares of their shares sum to most.
    pub(super) fn best_rise(&self) -> Option<f32> {
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
    pub(super) fn lines(&self, rise: f32, apart: usize) -> Vec<Straight> {
        let rises = self.rises(rise, ALIKE);
        let mut seen: Vec<Straight> = rises.flat_map(|rise| self.with_rise(rise)).collect();
        seen.sort_by(|a, b| {
            let whole = b.is_whole.cmp(&a.is_whole);
            whole.then(b.share.total_cmp(&a.share))
        });
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
        if lines.len() < FAMILY {
            lines.retain(|line| line.is_whole);
        }
        lines
    }
}

/// The medians of each strip's rows, which show a line that is fainter than the noise of single pixels.
struct Faint {
    rows: usize,
    /// `[strip, row]`.
    medians: Vec<f32>,
    least: f32,
}

impl Faint {
    fn of(mask: &Mask, depth: &[f32], count: usize) -> Self {
        let mut medians = Vec::with_capacity(count * mask.rows);
        let mut part: Vec<f32> = Vec::new();
        for strip in 0..count {
            let columns = strip * mask.columns / count..(strip + 1) * mask.columns / count;
            for line in depth.chunks_exact(mask.columns) {
                part.clear();
                part.extend_from_slice(&line[columns.clone()]);
                let middle = part.len() / 2;
                medians.push(*part.select_nth_unstable_by(middle, f32::total_cmp).1);
            }
        }
        let mut offs: Vec<f32> = medians.iter().map(|median| median.abs()).collect();
        let middle = offs.len() / 2;
        let scatter = if offs.is_empty() {
            0.0
        } else {
            1.4826 * *offs.select_nth_unstable_by(middle, f32::total_cmp).1
        };
        Self {
            rows: mask.rows,
            medians,
            least: (STANDS_OUT * scatter).max(LEAST_LEVELS),
        }
    }

    /// Whether each row of a strip shows something that is no thicker than a line.
    fn lines_in(&self, strip: usize, thickest: usize) -> Vec<bool> {
        let medians = &self.medians[strip * self.rows..][..self.rows];
        let mut is_line = vec![false; self.rows];
        let mut row = 0;
        while row < self.rows {
            let stands_out = |median: &&f32| **median > self.least;
            let length = medians[row..].iter().take_while(stands_out).count();
            if length <= thickest {
                is_line[row..row + length].fill(true);
            }
            row += length.max(1);
        }
        is_line
    }
}
