//! Makes a picture an image of the network's size, in the way in which the digits of the National
//! Institute of Standards and Technology became MNIST's.

use super::Picture;
use crate::experiment::{ImageSize, Placement};

/// The share of the image's side that ink fills at most: 20 of 28 pixels, as in MNIST.
const BOX: (usize, usize) = (20, 28);
/// Pixels fainter than this don't count where the bounds of ink are looked for.
const LEAST_INK: u8 = 8;

/// Makes a picture of ink on dark an image of `[rows, columns]`.
///
/// A picture that is made smaller is averaged over the area of each new pixel. Without ink, the
/// image is all zeros.
///
/// # Shapes
/// - returned: `[rows, columns]`, 0 to 255
pub fn prepare(
    picture: &Picture,
    placement: Placement,
    ImageSize { rows, columns }: ImageSize,
) -> Vec<u8> {
    let mut image = vec![0; rows * columns];
    if image.is_empty() {
        return image;
    }
    match placement {
        Placement::Centred => {
            if let Some(bounds) = Bounds::of_ink(picture) {
                centre(picture, &bounds, ImageSize { rows, columns }, &mut image);
            }
        }
        Placement::AsDrawn => {
            let bounds = Bounds::whole(picture);
            let (height, width) = bounds.fitted(rows, columns);
            if height * width > 0 {
                let scaled = bounds.scale(picture, height, width);
                let corner = [(rows - height) / 2, (columns - width) / 2];
                paste(&scaled, corner, columns, &mut image);
            }
        }
    }
    image
}

fn centre(
    picture: &Picture,
    bounds: &Bounds,
    ImageSize { rows, columns }: ImageSize,
    image: &mut [u8],
) {
    let share = |length: usize| ((length * BOX.0 + BOX.1 / 2) / BOX.1).max(1);
    let (height, width) = bounds.fitted(share(rows), share(columns));
    let scaled = bounds.scale(picture, height, width);
    let [mass_row, mass_column] = centre_of_mass(&scaled);
    // The ink is moved by whole pixels, as in MNIST, whose centres of mass lie evenly within half a
    // pixel of (14, 14), which is 14.5 from the edges. Ink is never pushed over an edge.
    let start = |length: usize, mass: f64, taken: usize| {
        let start = ((length / 2) as f64 - mass).round().max(0.0) as usize;
        start.min(length - taken)
    };
    let corner = [
        start(rows, mass_row, height),
        start(columns, mass_column, width),
    ];
    paste(&scaled, corner, columns, image);
}

/// The mean place of ink in pixels. The first pixel's place is (0, 0).
fn centre_of_mass(picture: &Picture) -> [f64; 2] {
    let mut mass = 0.0;
    let mut moments = [0.0, 0.0];
    for (i, &pixel) in picture.pixels.iter().enumerate() {
        let weight = f64::from(pixel);
        mass += weight;
        moments[0] += weight * (i / picture.columns) as f64;
        moments[1] += weight * (i % picture.columns) as f64;
    }
    if mass == 0.0 {
        return [picture.rows, picture.columns].map(|length| (length as f64 - 1.0) / 2.0);
    }
    moments.map(|moment| moment / mass)
}

fn paste(scaled: &Picture, corner: [usize; 2], columns: usize, image: &mut [u8]) {
    let lines = scaled.pixels.chunks_exact(scaled.columns);
    for (line, target) in lines.zip(image.chunks_exact_mut(columns).skip(corner[0])) {
        target[corner[1]..][..line.len()].copy_from_slice(line);
    }
}

/// Reduces the whole picture by averaging over the area of each new pixel.
pub(crate) fn reduce(picture: &Picture, rows: usize, columns: usize) -> Picture {
    Bounds::whole(picture).scale(picture, rows, columns)
}

/// A part of a picture, from its first row and column to those after its last.
struct Bounds {
    rows: [usize; 2],
    columns: [usize; 2],
}

impl Bounds {
    fn whole(picture: &Picture) -> Self {
        Self {
            rows: [0, picture.rows],
            columns: [0, picture.columns],
        }
    }

    /// The bounds of the ink, if there is some.
    fn of_ink(picture: &Picture) -> Option<Self> {
        let brightest = picture.pixels.iter().max().copied()?;
        // In a faint picture, all of the ink is faint.
        let least = LEAST_INK.min(brightest.max(1));
        let mut found: Option<Self> = None;
        for (row, line) in picture.pixels.chunks_exact(picture.columns).enumerate() {
            let Some(first) = line.iter().position(|&pixel| pixel >= least) else {
                continue;
            };
            let last = line.iter().rposition(|&pixel| pixel >= least);
            let end = last.unwrap_or(first) + 1;
            match &mut found {
                None => {
                    found = Some(Self {
                        rows: [row, row + 1],
                        columns: [first, end],
                    });
                }
                Some(bounds) => {
                    bounds.rows[1] = row + 1;
                    bounds.columns[0] = bounds.columns[0].min(first);
                    bounds.columns[1] = bounds.columns[1].max(end);
                }
            }
        }
        found
    }

    /// The size of the part when it fills so many rows or columns and keeps its shape.
    fn fitted(&self, rows: usize, columns: usize) -> (usize, usize) {
        let [height, width] = [self.rows, self.columns].map(|[from, to]| to - from);
        if height == 0 || width == 0 {
            return (0, 0);
        }
        // The length is rounded and at least 1, so that a line as thin as a hair is still a line.
        let along = |length: usize, by: usize, of: usize| ((length * by + of / 2) / of).max(1);
        if height * columns >= width * rows {
            (rows, along(width, rows, height).min(columns))
        } else {
            (along(height, columns, width).min(rows), columns)
        }
    }

    /// Scales the part by averaging over the area of each new pixel. Both sizes are at least 1.
    fn scale(&self, picture: &Picture, rows: usize, columns: usize) -> Picture {
        let across = Weights::new(self.columns, columns);
        let down = Weights::new(self.rows, rows);
        let mut narrowed = vec![0.0f32; (self.rows[1] - self.rows[0]) * columns];
        for (line, target) in (self.rows[0]..self.rows[1]).zip(narrowed.chunks_exact_mut(columns)) {
            let line = &picture.pixels[line * picture.columns..][..picture.columns];
            for (value, (from, weights)) in target.iter_mut().zip(across.spans()) {
                let pixels = &line[from..][..weights.len()];
                let parts = pixels.iter().zip(weights);
                *value = parts
                    .map(|(&pixel, weight)| f32::from(pixel) * weight)
                    .sum();
            }
        }
        let mut pixels = Vec::with_capacity(rows * columns);
        let mut sums = vec![0.0f32; columns];
        for (from, weights) in down.spans() {
            sums.fill(0.0);
            let lines = narrowed.chunks_exact(columns).skip(from - self.rows[0]);
            for (line, weight) in lines.zip(weights) {
                for (sum, value) in sums.iter_mut().zip(line) {
                    *sum += value * weight;
                }
            }
            pixels.extend(sums.iter().map(|sum| sum.round() as u8));
        }
        Picture {
            rows,
            columns,
            pixels,
        }
    }
}

/// The shares in which each of `count` new pixels takes the old pixels in `from..to`.
struct Weights {
    starts: Vec<usize>,
    ends: Vec<usize>,
    weights: Vec<f32>,
}

impl Weights {
    fn new([from, to]: [usize; 2], count: usize) -> Self {
        let length = to - from;
        let (mut starts, mut ends, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..count {
            // Lengths are in units of 1/count of an old pixel, so that whole numbers tell what is
            // covered.
            let [begin, end] = [i * length, (i + 1) * length];
            let (first, last) = (begin / count, end.div_ceil(count));
            starts.push(from + first);
            for old in first..last {
                let covered = ((old + 1) * count).min(end) - (old * count).max(begin);
                weights.push(covered as f32 / length as f32);
            }
            ends.push(weights.len());
        }
        Self {
            starts,
            ends,
            weights,
        }
    }

    /// For each new pixel, the first old pixel that it takes, and the shares from there on.
    fn spans(&self) -> impl Iterator<Item = (usize, &[f32])> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let spans = begins.zip(&self.ends);
        self.starts
            .iter()
            .zip(spans)
            .map(|(&start, (begin, &end))| (start, &self.weights[begin..end]))
    }
}

#[cfg(test)]
#[path = "prepare_tests.rs"]
mod tests;
