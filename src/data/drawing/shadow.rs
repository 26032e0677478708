//! Takes the edge of a shadow out of a photo: on its two sides the paper has two levels of grey, which no
//! light that falls off evenly has.
//!
//! The paper is what is left where all that is dark and narrow is filled with what is bright around it. Strokes
//! and lines are narrow, a shadow isn't. The picture is divided by its paper then.

use super::Picture;
use super::light::Ground;
use super::page::cut;
use super::prepare::reduce;

/// The paper is looked for in a picture whose longer side has so many pixels.
const SIDE: usize = 192;
/// What is narrower than this share of the longer side is no paper.
const NARROW: f32 = 0.12;
/// Paper in a shadow has at least this share of the light on the brightest paper; what is darker is no paper.
const DARKEST: f32 = 0.4;
/// Paper that is off the even light by more than this share of the light lies in a shadow, or beside one.
const OFF: f32 = 0.06;
/// And by more than so many levels of grey, which noise may add.
const LEAST_LEVELS: f32 = 6.0;
/// At least this share of the paper is off the even light where there is a shadow.
const LEAST_OFF: f32 = 0.05;
/// And this share along the border, since shadows come from outside.
const LEAST_OFF_BORDER: f32 = 0.04;
/// Paper in the light has at least this share of the border. A sheet on a desk has none of it.
const LEAST_LIT_BORDER: f32 = 0.08;
/// A camera's noise leaves less than this share of neighbours alike. A program fills areas, in which all are.
const ALIKE: f32 = 0.8;
/// The paper becomes so bright at most: white paper would pass for a program's.
const BRIGHTEST: f32 = 235.0;

/// The picture in even light, where a shadow falls on a part of its paper. `ground` is the even light on it, as
/// far as there is one.
pub(super) fn evened(picture: &Picture, ground: &Ground) -> Option<Picture> {
    let paper = Paper::of(picture)?;
    (paper.is_in_shadow(picture, ground) && has_noise(picture)).then(|| paper.divided(picture))
}

/// The levels of grey of the paper, in a smaller picture.
struct Paper {
    levels: Picture,
    /// The level of grey between the paper in the shadow and that in the light.
    middle: f32,
}

impl Paper {
    fn of(picture: &Picture) -> Option<Self> {
        let longest = picture.rows.max(picture.columns);
        let scaled = |length: usize| (length * SIDE / longest.max(SIDE)).max(1);
        let small = reduce(picture, scaled(picture.rows), scaled(picture.columns));
        let reach = (NARROW / 2.0 * small.rows.max(small.columns) as f32) as usize;
        // The picture is carried on beyond its border, so that what lies near the border isn't joined to it.
        let filled = around(&carried_on(&small, 2 * reach), reach, u8::max);
        let whole = around(&filled, reach, u8::min);
        let inner = |length: usize| [2 * reach, 2 * reach + length];
        let levels = cut(&whole, [inner(small.rows), inner(small.columns)]);
        let mut sorted = levels.pixels.clone();
        sorted.sort_unstable();
        let at = |share: f32| f32::from(sorted[((sorted.len() - 1) as f32 * share) as usize]);
        let (dark, bright) = (at(0.02), at(0.98));
        // A stroke of chalk is a small share of a board, and is filled with nothing.
        let is_paper = dark > 0.0 && dark >= DARKEST * at(0.995);
        is_paper.then_some(Self {
            levels,
            middle: (dark + bright) / 2.0,
        })
    }

    /// Whether a part of the paper that reaches the border is off the even light.
    fn is_in_shadow(&self, picture: &Picture, ground: &Ground) -> bool {
        let (rows, columns) = (self.levels.rows, self.levels.columns);
        let middle = |i: usize, length: usize, of: usize| (2 * i + 1) * length / (2 * of);
        let mut light_on = ground.rows(picture.columns);
        let (mut off, mut off_border, mut lit_border) = (0, 0, 0);
        for row in 0..rows {
            let light = light_on.light(middle(row, picture.rows, rows));
            for column in 0..columns {
                let level = f32::from(self.levels.pixels[row * columns + column]);
                let light = light[middle(column, picture.columns, columns)];
                let is_off = (level - light).abs() > (OFF * level).max(LEAST_LEVELS);
                let is_border = row == 0 || column == 0 || row + 1 == rows || column + 1 == columns;
                off += usize::from(is_off);
                off_border += usize::from(is_off && is_border);
                lit_border += usize::from(is_border && level > self.middle);
            }
        }
        let border = 2 * (rows + columns);
        off as f32 >= LEAST_OFF * (rows * columns) as f32
            && off_border as f32 >= LEAST_OFF_BORDER * border as f32
            && lit_border as f32 >= LEAST_LIT_BORDER * border as f32
    }

    /// The picture divided by its paper.
    fn divided(&self, picture: &Picture) -> Picture {
        let brightest = self.levels.pixels.iter().max().copied().unwrap_or(0);
        let bright = f32::from(brightest).min(BRIGHTEST);
        let across = between(picture.columns, self.levels.columns);
        let mut even = picture.clone();
        let lines = even.pixels.chunks_exact_mut(picture.columns);
        for (line, (row, down)) in lines.zip(between(picture.rows, self.levels.rows)) {
            for (pixel, &(column, right)) in line.iter_mut().zip(&across) {
                let at = |row: usize, column: usize| {
                    let row = row.min(self.levels.rows - 1);
                    let column = column.min(self.levels.columns - 1);
                    f32::from(self.levels.pixels[row * self.levels.columns + column])
                };
                let [upper, lower] = [row, row + 1]
                    .map(|row| at(row, column) * (1.0 - right) + at(row, column + 1) * right);
                let paper = upper * (1.0 - down) + lower * down;
                *pixel = (f32::from(*pixel) * bright / paper.max(1.0)).min(255.0) as u8;
            }
        }
        even
    }
}

/// For each place along a side the place of a shorter side before it, and the share of the way to the next.
fn between(length: usize, short: usize) -> Vec<(usize, f32)> {
    let places = (0..length).map(|i| {
        let at = (i as f32 + 0.5) * short as f32 / length as f32 - 0.5;
        let at = at.clamp(0.0, (short - 1) as f32);
        (at as usize, at.fract())
    });
    places.collect()
}

/// Whether neighbours differ as often as in a photo.
fn has_noise(picture: &Picture) -> bool {
    let pairs = picture.pixels.windows(2);
    let alike = pairs.filter(|pair| pair[0] == pair[1]).count();
    (alike as f32) < ALIKE * picture.pixels.len() as f32
}

/// The picture with so many more pixels on each side, which are as the border is.
fn carried_on(picture: &Picture, more: usize) -> Picture {
    let [rows, columns] = [picture.rows, picture.columns].map(|length| length + 2 * more);
    let inside = |at: usize, length: usize| at.saturating_sub(more).min(length - 1);
    let pixel = |at: usize| {
        let row = inside(at / columns, picture.rows);
        picture.pixels[row * picture.columns + inside(at % columns, picture.columns)]
    };
    let pixels = (0..rows * columns).map(pixel).collect();
    Picture {
        rows,
        columns,
        pixels,
    }
}

/// The most of the pixels within a reach, by what `more` takes of two: the brightest, or the darkest.
fn around(picture: &Picture, reach: usize, more: fn(u8, u8) -> u8) -> Picture {
    let along = |picture: &Picture| {
        let (rows, columns) = (picture.rows, picture.columns);
        // Each row becomes a column, so that a second pass looks along the columns.
        let mut turned = Picture::blank(columns, rows);
        for (row, line) in picture.pixels.chunks_exact(columns).enumerate() {
            for column in 0..columns {
                let near = column.saturating_sub(reach)..(column + reach + 1).min(columns);
                let most = line[near].iter().copied().reduce(more);
                turned.pixels[column * rows + row] = most.unwrap_or(0);
            }
        }
        turned
    };
    along(&along(picture))
}
