//! Finds the page that a digit stands on: without shadows, the lines of ruled paper, the dark edge of a scan,
//! the frame and the toolbars of a window, or the desk around a sheet.

use super::Picture;
use super::find::LeftOut;
use super::light::Ground;
use super::lines;
use super::mask::{Mask, Piece, Pieces, Touch};
use super::shadow;

/// A picture whose longer side is shorter than this is taken as it is: its strokes are as thin as
/// lines, and nobody photographs a page so small.
const SMALLEST: usize = 48;
/// What differs from its ground by less than this many times the ground's scatter is ground, where
/// lines and edges are looked for.
const NOISE: f32 = 3.5;
/// Or by less than this many levels of grey.
const LEAST_LEVELS: f32 = 4.0;
/// A page has at least this share of the picture.
const LEAST_PAGE: f32 = 0.2;
/// Parts of a page are at least this share of its largest part.
const PART: f32 = 0.15;
/// What touches the border along at least this share of its own length is an edge and no ink.
const EDGE: f32 = 0.5;
/// A piece that is longer than this share of the picture's longer side may be a digit.
const LEAST_DIGIT: f32 = 0.03;
/// An edge that is as long as this share of a side is never a digit.
const WHOLE_SIDE: f32 = 0.9;
/// The middle of a picture is at least this share of a side away from it.
const MIDDLE: f32 = 0.25;
/// What has at least this share of its pixels in the middle is no edge where nothing else may be the digit.
const CROSSES: f32 = 0.12;
/// A sheet on a desk, or a window on a desktop, has at least this share of the picture.
const LEAST_SHEET: f32 = 0.12;
/// A sheet fills at least this share of its bounds; a digit fills less.
const SOLID: f32 = 0.72;
/// A sheet has at least this share of the quadrilateral between its four corners, which has at least this share
/// of the sheet. The digits of a thick pen are as solid as a sheet, but round or hollow.
const CORNERED: f32 = 0.9;
/// This share of a sheet's side is cut off with the desk around it.
const TRIM: f32 = 0.02;

/// The part of a picture on which ink is looked for.
pub(super) struct Page {
    pub(super) picture: Picture,
    pub(super) left_out: Vec<LeftOut>,
    /// A sheet that fills its bounds and may have ink on it: its rows and columns in the picture.
    pub(super) sheet: Option<[[usize; 2]; 2]>,
    /// The light on the ground of a picture of which nothing was left out, where it was looked for.
    pub(super) ground: Option<Ground>,
}

/// Looks for the page in a picture.
pub(super) fn page(picture: &Picture) -> Page {
    let mut page = Page {
        picture: picture.clone(),
        left_out: Vec::new(),
        sheet: None,
        ground: None,
    };
    if picture.rows.max(picture.columns) < SMALLEST || picture.rows.min(picture.columns) < 8 {
        return page;
    }
    let mut ground = Ground::of(picture);
    if let Some(even) = shadow::evened(picture, &ground) {
        ground = Ground::of(&even);
        page.picture = even;
    }
    let picture = &page.picture;
    let depth = ground.depths(picture);
    let least = (NOISE * ground.scatter()).max(LEAST_LEVELS);
    let sided = |sign: f32| {
        let set = depth.iter().map(|&depth| depth * sign > least);
        Mask::of(picture.rows, picture.columns, set)
    };
    let mut marks = Mask::of(picture.rows, picture.columns, depth.iter().map(|_| false));
    let mut replaced = marks.clone();
    for sign in [-1.0, 1.0] {
        let mut mask = sided(sign);
        if mask.is_blank() {
            continue;
        }
        let sided: Vec<f32> = depth.iter().map(|depth| depth * sign).collect();
        if let Some(cleared) = lines::take_out(&mut mask, &sided) {
            // The rim of a line is fainter than what counts as set.
            add(&mut replaced, &cleared.grown(2), |at| !mask.set[at]);
            page.left_out.push(LeftOut::Lines);
        }
        add(&mut marks, &mask, |_| true);
    }
    page.left_out.dedup();
    let edges = edges(&marks);
    if let Some(edges) = &edges.outer {
        add(&mut replaced, &edges.grown(3), |_| true);
        page.left_out.push(LeftOut::Edges);
    }
    page.sheet = edges.sheet;
    if page.left_out.is_empty() {
        page.ground = Some(ground);
        return page;
    }
    let columns = page.picture.columns;
    let mut rows = ground.rows(columns);
    let lines = page.picture.pixels.chunks_exact_mut(columns);
    for (row, (line, replaced)) in lines.zip(replaced.set.chunks_exact(columns)).enumerate() {
        if replaced.contains(&true) {
            let on_ground = line.iter_mut().zip(rows.light(row)).zip(replaced);
            for ((pixel, light), _) in on_ground.filter(|(_, replaced)| **replaced) {
                *pixel = light.round().clamp(0.0, 255.0) as u8;
            }
        }
    }
    if edges.outer.is_some() {
        page.picture = cut(&page.picture, edges.bounds);
    }
    page
}

fn add(target: &mut Mask, more: &Mask, allowed: impl Fn(usize) -> bool) {
    for (at, set) in target.set.iter_mut().enumerate() {
        *set |= more.set[at] && allowed(at);
    }
}

/// The part of a picture in these rows and columns.
pub(super) fn cut(picture: &Picture, [rows, columns]: [[usize; 2]; 2]) -> Picture {
    let lines = picture.pixels.chunks_exact(picture.columns.max(1));
    let lines = lines.take(rows[1]).skip(rows[0]);
    Picture {
        rows: rows[1] - rows[0],
        columns: columns[1] - columns[0],
        pixels: lines
            .flat_map(|line| &line[columns[0]..columns[1]])
            .copied()
            .collect(),
    }
}

struct Edges {
    /// What lies around the page.
    outer: Option<Mask>,
    /// The rows and columns of the page.
    bounds: [[usize; 2]; 2],
    sheet: Option<[[usize; 2]; 2]>,
}

/// Tells what lies around the page from what stands on it.
fn edges(marks: &Mask) -> Edges {
    let ground = marks.inverted().pieces(Touch::Sides, |_| 0);
    let largest = ground
        .pieces
        .iter()
        .map(|piece| piece.area)
        .max()
        .unwrap_or(0);
    // A line that is left parts the page.
    let is_part = |piece: &Piece| piece.area as f32 >= PART * largest as f32;
    let parts = ground.pieces.iter().filter(|piece| is_part(piece));
    let whole = [[0, marks.rows], [0, marks.columns]];
    let none = Edges {
        outer: None,
        bounds: whole,
        sheet: None,
    };
    let Some(page) = parts.copied().reduce(|a, b| a.with(&b)) else {
        return none;
    };
    if (page.area as f32) < LEAST_PAGE * marks.set.len() as f32 {
        return none;
    }
    let around = ground
        .piece_of
        .iter()
        .map(|&of| of == 0 || !is_part(&ground.pieces[of as usize - 1]));
    let around = Mask::of(marks.rows, marks.columns, around);
    let Pieces { pieces, piece_of } = around.pieces(Touch::Corners, |at| u64::from(marks.set[at]));
    let longest = marks.rows.max(marks.columns) as f32;
    let may_be_digit = |piece: &Piece| piece.length() as f32 > LEAST_DIGIT * longest;
    let is_edge =
        |piece: &Piece| piece.contact > 2 && piece.contact as f32 >= EDGE * piece.length() as f32;
    let has_digit = pieces
        .iter()
        .any(|piece| may_be_digit(piece) && !is_edge(piece));
    let in_corner = |piece: &Piece| {
        let at_end = |[from, to]: [usize; 2], length: usize| from == 0 || to == length;
        at_end(piece.rows, marks.rows) && at_end(piece.columns, marks.columns)
    };
    let is_outer = |piece: &Piece| {
        let is_whole = piece.height() as f32 >= WHOLE_SIDE * marks.rows as f32
            || piece.width() as f32 >= WHOLE_SIDE * marks.columns as f32;
        is_edge(piece) && (has_digit || is_whole || in_corner(piece))
    };
    let mut outer: Vec<bool> = pieces.iter().map(is_outer).collect();
    if !has_digit {
        keep_what_crosses(&mut outer, &pieces, &piece_of, marks);
    }
    let sheet = sheet_of(&pieces, &piece_of, marks);
    if !outer.contains(&true) {
        return Edges { sheet, ..none };
    }
    let set = piece_of.iter().map(|&of| of > 0 && outer[of as usize - 1]);
    Edges {
        outer: Some(Mask::of(marks.rows, marks.columns, set)),
        bounds: [page.rows, page.columns],
        sheet,
    }
}

/// Takes back from the edges what runs through the middle of the picture: a digit from side to side, with a
/// stroke along the border.
fn keep_what_crosses(outer: &mut [bool], pieces: &[Piece], piece_of: &[u32], marks: &Mask) {
    let middle = |length: usize| {
        let margin = (length as f32 * MIDDLE) as usize;
        margin..length - margin
    };
    let mut crossing = vec![0usize; pieces.len()];
    for row in middle(marks.rows) {
        let line = &piece_of[row * marks.columns..][..marks.columns];
        for &of in line[middle(marks.columns)].iter().filter(|of| **of > 0) {
            crossing[of as usize - 1] += 1;
        }
    }
    for (outer, (piece, crossing)) in outer.iter_mut().zip(pieces.iter().zip(crossing)) {
        *outer &= (crossing as f32) < CROSSES * piece.area as f32;
    }
}

/// The largest piece that may be a sheet of paper: it touches no border, is solid and has four corners. A piece's
/// mass is how many of its pixels are set.
fn sheet_of(pieces: &[Piece], piece_of: &[u32], marks: &Mask) -> Option<[[usize; 2]; 2]> {
    let is_solid = |piece: &Piece| {
        let bounds = (piece.height() * piece.width()) as f32;
        piece.contact == 0
            && bounds >= LEAST_SHEET * marks.set.len() as f32
            && piece.mass as f32 >= SOLID * bounds
    };
    let solid = (1..).zip(pieces).filter(|(_, piece)| is_solid(piece));
    let (number, sheet) = solid.max_by_key(|(_, piece)| piece.area)?;
    let is_in = |row: usize, column: usize| piece_of[row * marks.columns + column] == number;
    let has_corners =
        (CORNERED..=1.0 / CORNERED).contains(&(sheet.area as f32 / four_corners(sheet, is_in)));
    has_corners.then_some([trimmed(sheet.rows), trimmed(sheet.columns)])
}

/// The area of the quadrilateral whose corners are the pixels of a piece that lie furthest to the upper left, the
/// upper right, the lower right and the lower left.
fn four_corners(piece: &Piece, is_in: impl Fn(usize, usize) -> bool) -> f32 {
    // The corners, clockwise, with how far they lie in their direction.
    let mut corners = [(f32::MIN, [0.0; 2]); 4];
    let [top, left] = [piece.rows[0], piece.columns[0]];
    for row in piece.rows[0]..piece.rows[1] {
        let columns = piece.columns[0]..piece.columns[1];
        let Some(first) = columns.clone().find(|&column| is_in(row, column)) else {
            continue;
        };
        let last = columns
            .rev()
            .find(|&column| is_in(row, column))
            .unwrap_or(first);
        // Corners of pixels are looked at, so that a rectangle has its whole area.
        let [upper, lower] = [row - top, row + 1 - top].map(|y| y as f32);
        let [left, right] = [first - left, last + 1 - left].map(|x| x as f32);
        let ends = [[upper, left], [upper, right], [lower, right], [lower, left]];
        for ((furthest, corner), (end, signs)) in corners.iter_mut().zip(ends.into_iter().zip([
            [-1.0, -1.0],
            [-1.0, 1.0],
            [1.0, 1.0],
            [1.0, -1.0],
        ])) {
            let far: f32 = end[0] * signs[0] + end[1] * signs[1];
            if far > *furthest {
                (*furthest, *corner) = (far, end);
            }
        }
    }
    let pairs = corners.iter().zip(corners.iter().cycle().skip(1));
    let twice: f32 = pairs
        .map(|((_, [y, x]), (_, [next_y, next_x]))| x * next_y - next_x * y)
        .sum();
    twice.abs() / 2.0
}

fn trimmed([from, to]: [usize; 2]) -> [usize; 2] {
    let trim = ((to - from) as f32 * TRIM) as usize + 2;
    if to - from > 4 * trim {
        [from + trim, to - trim]
    } else {
        [from, to]
    }
}
