//! Finds ink on paper or board: whether the ink is dark or bright, and what is only light and
//! noise.

use super::light::Ground;
use super::mask::{Mask, Pieces, Touch};
use super::{Picture, contrast};

/// The ground of a clean picture varies by at most so many levels of grey.
const CLEAN: u8 = 2;
/// Ink that is at least so bright is taken as it is; fainter ink is made as bright as this
/// program's pens.
const FAINT: u8 = 128;
/// Where light is measured, at most so many pixels along each side are looked at.
const SAMPLES: usize = 96;
/// How often the light on the ground is fitted anew, each time without the pixels that turned out
/// to be no ground.
const ROUNDS: usize = 5;
/// A pixel that is further from the ground than this many times the ground's scatter is no ground.
const OUTLIER: f32 = 2.5;
/// A ground that is as the border is has at least one pixel in so many.
const LEAST_BORDER: usize = 8;
/// Ink begins at this share of the ink's full depth.
const INK_FROM: f32 = 0.3;
/// Ink is full at this share of the ink's full depth.
const INK_FULL: f32 = 0.7;
/// Nothing stands out from a ground by less than its scatter times this.
const LEAST_DEPTH: f32 = 5.0;
/// Ink is at least so many levels of grey deep.
const LEAST_LEVELS: f32 = 12.0;
/// Pieces of ink that are smaller than this share of the largest piece are dust.
const DUST: f32 = 0.02;

/// Turns a grey picture into ink, bright on dark: dark on light is inverted, light on dark stays.
///
/// The border shows what the ground is. Where the border is flat and black or white, as in a
/// picture that a program drew, the values are kept. Otherwise the picture is a photo: light that
/// falls off evenly is taken out, paper and noise become 0, ink is spread to 255, and specks are
/// dropped. A picture without contrast has no ink.
pub fn find_ink(picture: &Picture) -> Picture {
    find_ink_on(picture, None)
}

/// The same, where the light on the picture's ground may be known already.
pub(super) fn find_ink_on(picture: &Picture, known: Option<&Ground>) -> Picture {
    if contrast(picture) == 0 {
        return Picture::blank(picture.rows, picture.columns);
    }
    match (clean_ground(picture), known) {
        (Some(ground), _) => clean_ink(picture, ground),
        (None, Some(ground)) => photo_ink(picture, ground),
        (None, None) => photo_ink(picture, &Ground::of(picture)),
    }
}

/// The ground of a picture that no camera made: black or white, and flat along the border; none
/// where the picture is a photo.
pub(super) fn clean_ground(picture: &Picture) -> Option<u8> {
    let mut border = border(picture);
    border.sort_unstable();
    let at = |share: f32| border[((border.len() - 1) as f32 * share).round() as usize];
    let (low, median, high) = (at(0.25), at(0.5), at(0.75));
    let is_extreme = median <= CLEAN || median >= 255 - CLEAN;
    (is_extreme && high - low <= CLEAN).then_some(median)
}

pub(super) fn border(picture: &Picture) -> Vec<u8> {
    let columns = picture.columns;
    let lines = picture.pixels.chunks_exact(columns);
    let sides = lines.clone().flat_map(|line| [line[0], line[columns - 1]]);
    let ends = [lines.clone().next(), lines.last()];
    let ends = ends.into_iter().flatten().flatten().copied();
    sides.chain(ends).collect()
}

fn clean_ink(picture: &Picture, ground: u8) -> Picture {
    let mut ink = picture.clone();
    if ground >= 128 {
        ink.pixels
            .iter_mut()
            .for_each(|pixel| *pixel = 255 - *pixel);
    }
    let brightest = ink.pixels.iter().max().copied().unwrap_or(0);
    if f32::from(brightest) < LEAST_LEVELS {
        return Picture::blank(picture.rows, picture.columns);
    }
    if brightest < FAINT {
        let spread = |pixel: u8| (u32::from(pixel) * 255 / u32::from(brightest)) as u8;
        ink.pixels
            .iter_mut()
            .for_each(|pixel| *pixel = spread(*pixel));
    }
    ink
}

fn photo_ink(picture: &Picture, ground: &Ground) -> Picture {
    let blank = || Picture::blank(picture.rows, picture.columns);
    let scatter = ground.scatter();
    let depths = ground.sampled();
    // Ink is rarer than the ground and further from the mean, so that the sign of the summed cubes
    // tells on which side ink lies.
    let skew: f32 = depths.iter().map(|depth| depth * depth * depth).sum();
    let sign = if skew < 0.0 { -1.0 } else { 1.0 };
    let mut inked: Vec<f32> = depths
        .iter()
        .map(|depth| depth * sign)
        .filter(|&depth| depth > (LEAST_DEPTH * scatter).max(LEAST_LEVELS))
        .collect();
    if inked.is_empty() {
        return blank();
    }
    // The median of what stands out is taken, so that neither the rim of a stroke nor a glint
    // decides.
    inked.sort_unstable_by(f32::total_cmp);
    let full = inked[inked.len() * 3 / 4];
    let from = (full * INK_FROM).max(LEAST_DEPTH * scatter);
    let to = (full * INK_FULL).max(from + 1.0);
    let mut ink = blank();
    let mut rows = ground.rows(picture.columns);
    let lines = picture.pixels.chunks_exact(picture.columns);
    let targets = ink.pixels.chunks_exact_mut(picture.columns);
    for (row, (line, target)) in lines.zip(targets).enumerate() {
        let light = rows.light(row);
        for (pixel, (&value, light)) in target.iter_mut().zip(line.iter().zip(light)) {
            let depth = (f32::from(value) - light) * sign;
            *pixel = ((depth - from) / (to - from) * 255.0).clamp(0.0, 255.0) as u8;
        }
    }
    drop_dust(&mut ink);
    ink
}

/// The terms 1, y, x, y², yx, x² of a place, with y and x from −1 to 1.
pub(super) type Terms = [f32; 6];

/// Light that falls off evenly: the coefficients of a surface of the second degree.
pub(super) struct Light([f32; 6]);

impl Light {
    pub(super) fn at(&self, terms: &Terms) -> f32 {
        self.0.iter().zip(terms).map(|(a, b)| a * b).sum()
    }

    /// The coefficients of 1, x and x² where y is given.
    pub(super) fn along_row(&self, y: f32) -> [f32; 3] {
        let [flat, by_y, by_x, by_yy, by_yx, by_xx] = self.0;
        [flat + y * (by_y + y * by_yy), by_x + y * by_yx, by_xx]
    }
}

/// Some of a picture's pixels, each with its place.
pub(super) struct Samples {
    pub(super) values: Vec<(Terms, f32)>,
    half: [f32; 2],
}

impl Samples {
    pub(super) fn of(picture: &Picture) -> Self {
        let half = [picture.rows, picture.columns].map(|length| length as f32 / 2.0);
        let mut samples = Self {
            values: Vec::new(),
            half,
        };
        let step = picture.rows.max(picture.columns).div_ceil(SAMPLES).max(1);
        for row in (0..picture.rows).step_by(step) {
            for column in (0..picture.columns).step_by(step) {
                let value = f32::from(picture.pixels[row * picture.columns + column]);
                samples.values.push((samples.terms(row, column), value));
            }
        }
        samples
    }

    /// Values at places `[row, column]` of a picture of a size `[rows, columns]`.
    pub(super) fn of_places(
        size: [usize; 2],
        places: impl Iterator<Item = ([usize; 2], f32)>,
    ) -> Self {
        let mut samples = Self {
            values: Vec::new(),
            half: size.map(|length| length as f32 / 2.0),
        };
        for ([row, column], value) in places {
            samples.values.push((samples.terms(row, column), value));
        }
        samples
    }

    /// The samples that are as bright or as dark as the border, where there are enough of them.
    pub(super) fn of_border(&self, border: &[u8]) -> Option<Self> {
        let pixels: Vec<u8> = self.values.iter().map(|(_, value)| *value as u8).collect();
        let level = between_two(&pixels);
        let bright = border.iter().filter(|&&pixel| pixel > level).count();
        let is_bright = 2 * bright > border.len();
        let alike = |(_, value): &&(Terms, f32)| (*value > f32::from(level)) == is_bright;
        let values: Vec<_> = self.values.iter().filter(alike).copied().collect();
        (values.len() * LEAST_BORDER >= self.values.len()).then_some(Self {
            values,
            half: self.half,
        })
    }

    pub(super) fn terms(&self, row: usize, column: usize) -> Terms {
        let y = (row as f32 + 0.5) / self.half[0] - 1.0;
        let x = (column as f32 + 0.5) / self.half[1] - 1.0;
        [1.0, y, x, y * y, y * x, x * x]
    }

    /// Finds the light on the ground, and the scatter of the ground about it, by leaving out what
    /// lies far off.
    pub(super) fn ground(&self) -> (Light, f32) {
        let mut values: Vec<f32> = self.values.iter().map(|(_, value)| *value).collect();
        values.sort_unstable_by(f32::total_cmp);
        let mut light = Light([values[values.len() / 2], 0.0, 0.0, 0.0, 0.0, 0.0]);
        let mut scatter = self.scatter(&light);
        for _ in 0..ROUNDS {
            let reach = (OUTLIER * scatter).max(1.0);
            let near = |(terms, value): &&(Terms, f32)| (value - light.at(terms)).abs() <= reach;
            let Some(fitted) = fit(self.values.iter().filter(near)) else {
                break;
            };
            light = fitted;
            scatter = self.scatter(&light);
        }
        (light, scatter)
    }

    /// The standard deviation of the ground, estimated from the nearer half of the pixels, whatever
    /// the others are.
    fn scatter(&self, light: &Light) -> f32 {
        let off = |(terms, value): &(Terms, f32)| (value - light.at(terms)).abs();
        let mut offs: Vec<f32> = self.values.iter().map(off).collect();
        offs.sort_unstable_by(f32::total_cmp);
        1.4826 * offs[offs.len() / 2]
    }
}

/// The level that parts pixels into two groups which are as far apart as can be for their size, as
/// Otsu chose it in 1979.
fn between_two(pixels: &[u8]) -> u8 {
    let mut counts = [0u64; 256];
    for &pixel in pixels {
        counts[usize::from(pixel)] += 1;
    }
    let levels = || counts.iter().enumerate();
    let total: f64 = levels().map(|(level, &n)| level as f64 * n as f64).sum();
    let (mut below, mut sum) = (0.0, 0.0);
    let mut best = (0.0, 0u8);
    for (level, &count) in (0..=u8::MAX).zip(&counts) {
        below += count as f64;
        sum += f64::from(level) * count as f64;
        let above = pixels.len() as f64 - below;
        if below > 0.0 && above > 0.0 {
            let apart = sum / below - (total - sum) / above;
            let value = below * above * apart * apart;
            if value > best.0 {
                best = (value, level);
            }
        }
    }
    best.1
}

/// Fits a surface by least squares. The normal equations get a little weight towards 0, so that
/// they can be solved for any places.
fn fit<'a>(values: impl Iterator<Item = &'a (Terms, f32)>) -> Option<Light> {
    let mut matrix = [[0.0f64; 7]; 6];
    for (terms, value) in values {
        for (row, term) in matrix.iter_mut().zip(terms) {
            for (cell, other) in row.iter_mut().zip(terms.iter().chain([value])) {
                *cell += f64::from(*term) * f64::from(*other);
            }
        }
    }
    let weight = 1e-6 * matrix[0][0];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] += weight;
    }
    // The matrix is positive definite, so that elimination needs no choice of pivots.
    for i in 0..6 {
        let pivot = matrix[i];
        if pivot[i] <= 0.0 {
            return None;
        }
        for (j, row) in matrix.iter_mut().enumerate() {
            if j != i {
                let factor = row[i] / pivot[i];
                row.iter_mut()
                    .zip(pivot)
                    .for_each(|(a, b)| *a -= factor * b);
            }
        }
    }
    let mut light = [0.0; 6];
    for (i, value) in light.iter_mut().enumerate() {
        *value = (matrix[i][6] / matrix[i][i]) as f32;
    }
    Some(Light(light))
}

/// Drops the pieces of ink that are tiny beside the largest.
fn drop_dust(ink: &mut Picture) {
    let set = ink.pixels.iter().map(|&pixel| pixel > 0);
    let mask = Mask::of(ink.rows, ink.columns, set);
    let Pieces { pieces, piece_of } = mask.pieces(Touch::Corners, |at| u64::from(ink.pixels[at]));
    let largest = pieces.iter().map(|piece| piece.mass).max().unwrap_or(0) as f32;
    let is_dust: Vec<bool> = pieces
        .iter()
        .map(|piece| (piece.mass as f32) < DUST * largest)
        .collect();
    for (pixel, &piece) in ink.pixels.iter_mut().zip(&piece_of) {
        if piece > 0 && is_dust[piece as usize - 1] {
            *pixel = 0;
        }
    }
}

#[cfg(test)]
#[path = "ink_tests.rs"]
mod tests;
