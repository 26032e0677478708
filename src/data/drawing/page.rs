//! Finds the page that a digit stands on: without the lines of ruled paper, the dark edge of a scan,
//! the frame and the toolbars of a window, or the desk around a sheet.

use super::Picture;
use super::find::LeftOut;
use super::light::Ground;
use super::lines;
use super::mask::{Mask, Piece, Pieces, Touch};

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
/// A sheet on a desk, or a window on a desktop, has at least this share of the picture.
const LEAST_SHEET: f32 = 0.12;
/// A sheet fills at least this share of its bounds; a digit fills less.
const SOLID: f32 = 0.72;
/// This share of a sheet's side is cut off with the desk around it.
const TRIM: f32 = 0.02;

/// The part of a picture on which ink is looked for.
pub(super) struct Page {
    pub(super) picture: Picture,
    pub(super) left_out: Vec<LeftOut>,
    /// A sheet that fills its bounds and may have ink on it: its rows and columns in the picture.
    pub(super) sheet: Option<[[usize; 2]; 2]>,
}

/// Looks for the page in a picture.
pub(super) fn page(picture: &Picture) -> Page {
    let mut page = Page {
        picture: picture.clone(),
        left_out: Vec::new(),
        sheet: None,
    };
    if picture.rows.max(picture.columns) < SMALLEST || picture.rows.min(picture.columns) < 8 {
        return page;
    }
    let ground = Ground::of(picture);
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
        if let Some(cleared) = lines::take_out(&mut mask, &depth) {
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
        return page;
    }
    for (at, _) in replaced.set.iter().enumerate().filter(|(_, set)| **set) {
        page.picture.pixels[at] = ground.at(at / picture.columns, at % picture.columns);
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
    let outer: Vec<bool> = pieces.iter().map(is_outer).collect();
    let inner: Vec<Piece> = pieces.iter().filter(|p| p.contact == 0).copied().collect();
    let sheet = sheet_of(&inner, marks.set.len());
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

/// The largest piece that is as solid as a sheet of paper. A piece's mass is how many of its pixels
/// are set.
fn sheet_of(pieces: &[Piece], pixels: usize) -> Option<[[usize; 2]; 2]> {
    let is_sheet = |piece: &&Piece| {
        let bounds = (piece.height() * piece.width()) as f32;
        bounds >= LEAST_SHEET * pixels as f32 && piece.mass as f32 >= SOLID * bounds
    };
    let sheet = pieces
        .iter()
        .filter(is_sheet)
        .max_by_key(|piece| piece.area)?;
    Some([trimmed(sheet.rows), trimmed(sheet.columns)])
}

fn trimmed([from, to]: [usize; 2]) -> [usize; 2] {
    let trim = ((to - from) as f32 * TRIM) as usize + 2;
    if to - from > 4 * trim {
        [from + trim, to - trim]
    } else {
        [from, to]
    }
}
