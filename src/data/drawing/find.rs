//! Finds the digit in a picture: one, several beside each other, or none.

use super::Picture;
use super::ink::{clean_ground, find_ink_on};
use super::light::Ground;
use super::mask::{Mask, Piece, Touch};
use super::page::{Page, cut, page};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No ink: the picture is blank.
    Nothing,
    /// One drawing.
    One,
    /// So many drawings beside or below each other, each as large as a digit beside the others.
    Several(usize),
    /// Many small pieces all over, none of which has much of the ink: noise, a texture, a text.
    Scattered,
}

impl Found {
    /// What a person should know before believing a prediction.
    pub fn warning(self) -> Option<String> {
        match self {
            Self::Nothing | Self::One => None,
            Self::Scattered => Some(
                "there are many small pieces and no drawing, as in a text or a texture".to_owned(),
            ),
            Self::Several(count) => Some(format!(
                "{count} drawings stand apart from each other, and the network takes them for one; \
                 crop the picture to one of them"
            )),
        }
    }
}

/// What was left out of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The lines of ruled or squared paper.
    Lines,
    /// What lies along the border: the dark edge of a scan, a frame, a toolbar.
    Edges,
    /// What lies around a sheet of paper or a window.
    Around,
}

impl LeftOut {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Lines, Self::Edges, Self::Around];

    /// The name that JSON has for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Edges => "edges",
            Self::Around => "around",
        }
    }

    /// What was left out, as the beginning of a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Lines => "what lies in straight lines from side to side",
            Self::Edges => "what lies along the border",
            Self::Around => "what lies around a sheet",
        }
    }
}

/// A picture's ink, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The ink, bright on dark. It may be a part of the picture.
    pub ink: Picture,
    /// What the ink shows.
    pub found: Found,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

/// Ink is at least this share of the picture's longer side long.
const LEAST_INK: f32 = 0.02;
/// Pixels of ink that are fainter than this don't hold a drawing together.
const FAINT: u8 = 64;
/// A piece that is higher than this share of the highest one is a digit of its own where it stands
/// apart from the others.
const AS_HIGH: f32 = 0.55;
/// Drawings beside each other share at most this part of the narrower one's width.
const BESIDE: f32 = 0.1;
/// Drawings below each other are at least this share of their height apart.
const BELOW: f32 = 0.12;
/// Pieces that are smaller than this share of the largest are specks where something was left out.
const SPECK: f32 = 0.05;
/// What is left of a line is at most this share of the picture's longer side thick.
const REST: f32 = 0.025;
/// A picture with more pieces than this, none of which has much of the ink, shows a texture.
const MANY: usize = 24;
/// The longest of the pieces of a texture has at least this share of the picture's longer side; shorter ones
/// are dust.
const LEAST_PIECE: f32 = 0.01;
/// Paper scatters by less than so many levels of grey. Where the ground scatters by more and nothing stands out
/// from it, the picture shows a texture.
const ROUGH: f32 = 20.0;
/// Or where the darkest of the ground have less than this share of the light on the brightest.
const LEAST_LIGHT: f32 = 0.35;
/// Where nothing is as bright as this level of grey, the picture is dark, and noise is a large share of its light.
const LIT: u8 = 64;
/// The hole of a digit that a program drew fills at least this share of its bounds; a digit fills less.
const HOLE: f32 = 0.72;
/// How often a sheet is looked for on a sheet.
const DEEPEST: usize = 2;

/// Finds the digit in a grey picture, whether dark on light or light on dark.
///
/// The lines of ruled and squared paper are taken out, and so is what lies along the border: the dark
/// edge of a scan, a frame, the toolbars of a window. A sheet on a desk is cut out. A picture that has
/// nothing of that is read as `find_ink` reads it. Whatever the picture is, this takes a time that grows with its
/// pixels alone.
pub fn find_digit(picture: &Picture) -> Finding {
    within(picture, 0)
}

/// What ink shows, bright on dark: one drawing, several, or none.
pub fn count_drawings(ink: &Picture) -> Found {
    what(&solid_pieces(ink), ink)
}

fn within(picture: &Picture, depth: usize) -> Finding {
    let Page {
        picture: paper,
        left_out,
        sheet,
        ground,
    } = page(picture);
    if let Some(sheet) = sheet
        && depth < DEEPEST
    {
        let mut finding = within(&cut(picture, sheet), depth + 1);
        let is_digit = clean_ground(picture).is_some() && is_hole(&finding.ink);
        if finding.found != Found::Nothing && !is_digit {
            if !finding.left_out.contains(&LeftOut::Around) {
                finding.left_out.insert(0, LeftOut::Around);
            }
            return finding;
        }
    }
    let mut ink = find_ink_on(&paper, ground.as_ref());
    let pieces = drop_specks(&mut ink, &left_out);
    let mut found = what(&pieces, &ink);
    // Where something was left out, many small pieces are what is left of it.
    if found == Found::Scattered && !left_out.is_empty() {
        found = Found::Nothing;
    }
    if found == Found::Nothing {
        ink = Picture::blank(ink.rows, ink.columns);
        if let Some(rough) = ground.and_then(|ground| rough_ink(&paper, &ground)) {
            (ink, found) = (rough, Found::Scattered);
        }
    }
    Finding {
        ink,
        found,
        left_out,
    }
}

/// What is darker than the brightest of a picture that shows no paper, bright on dark; none where it shows paper.
fn rough_ink(picture: &Picture, ground: &Ground) -> Option<Picture> {
    let mut sorted = picture.pixels.clone();
    sorted.sort_unstable();
    let at = |share: f32| sorted[((sorted.len() - 1) as f32 * share) as usize];
    let (dark, bright) = (at(0.05), at(0.95));
    let is_uneven = bright >= LIT && f32::from(dark) < LEAST_LIGHT * f32::from(bright);
    if ground.scatter() < ROUGH && !is_uneven {
        return None;
    }
    let mut ink = picture.clone();
    for pixel in &mut ink.pixels {
        *pixel = bright.saturating_sub(*pixel);
    }
    (!ink.is_blank()).then_some(ink)
}

/// Whether ink on a sheet is rather the holes in a thick digit with corners: each is as solid as a hole.
fn is_hole(ink: &Picture) -> bool {
    let pieces = solid_pieces(ink);
    pieces
        .iter()
        .all(|piece| piece.area as f32 >= HOLE * (piece.height() * piece.width()) as f32)
}

/// Drops small pieces where lines or edges were left out, since they are what is left of these.
/// Returns the pieces of ink.
fn drop_specks(ink: &mut Picture, left_out: &[LeftOut]) -> Vec<Piece> {
    if left_out.is_empty() {
        return solid_pieces(ink);
    }
    let set = ink.pixels.iter().map(|&pixel| pixel > 0);
    let mask = Mask::of(ink.rows, ink.columns, set);
    let pieces = mask.pieces(Touch::Corners, |at| u64::from(ink.pixels[at]));
    let largest = pieces
        .pieces
        .iter()
        .map(|piece| piece.mass)
        .max()
        .unwrap_or(0);
    let longest = ink.rows.max(ink.columns) as f32;
    let with_lines = left_out.contains(&LeftOut::Lines);
    // What is left of a line along the border is long and thin.
    let is_rest = |piece: &Piece| {
        with_lines
            && piece.contact > 0
            && piece.height().min(piece.width()) as f32 <= REST * longest
    };
    let stays = |piece: &Piece| piece.mass as f32 >= SPECK * largest as f32 && !is_rest(piece);
    for (pixel, &of) in ink.pixels.iter_mut().zip(&pieces.piece_of) {
        if of > 0 && !stays(&pieces.pieces[of as usize - 1]) {
            *pixel = 0;
        }
    }
    solid_pieces(ink)
}

/// The pieces that hold together without what is faint.
fn solid_pieces(ink: &Picture) -> Vec<Piece> {
    let set = ink.pixels.iter().map(|&pixel| pixel >= FAINT);
    let mask = Mask::of(ink.rows, ink.columns, set);
    let weight = |at: usize| u64::from(ink.pixels[at]);
    mask.pieces(Touch::Corners, weight).pieces
}

fn what(pieces: &[Piece], ink: &Picture) -> Found {
    let longest = ink.rows.max(ink.columns) as f32;
    let length = pieces.iter().map(Piece::length).max().unwrap_or(0);
    let total: u64 = pieces.iter().map(|piece| piece.mass).sum();
    let largest = pieces.iter().map(|piece| piece.mass).max().unwrap_or(0);
    if pieces.len() > MANY && largest * 5 < total && length as f32 >= LEAST_PIECE * longest {
        return Found::Scattered;
    }
    if length == 0 || (length as f32) < LEAST_INK * longest {
        return Found::Nothing;
    }
    match count(pieces) {
        0 | 1 => Found::One,
        count => Found::Several(count),
    }
}

/// How many drawings there are: pieces that are about as large as the largest and lie apart.
fn count(pieces: &[Piece]) -> usize {
    let highest = pieces.iter().map(Piece::height).max().unwrap_or(0) as f32;
    let mut large: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| piece.height() as f32 >= AS_HIGH * highest)
        .collect();
    large.sort_by_key(|piece| piece.columns[0]);
    let mut groups: Vec<Piece> = Vec::new();
    for piece in large {
        match groups.iter_mut().find(|group| !are_apart(group, piece)) {
            Some(group) => *group = group.with(piece),
            None => groups.push(*piece),
        }
    }
    groups.len()
}

fn are_apart(a: &Piece, b: &Piece) -> bool {
    let shared = |a: [usize; 2], b: [usize; 2]| a[1].min(b[1]) as f32 - a[0].max(b[0]) as f32;
    let narrower = a.width().min(b.width()) as f32;
    let lower = a.height().min(b.height()) as f32;
    shared(a.columns, b.columns) <= BESIDE * narrower || shared(a.rows, b.rows) <= -BELOW * lower
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
