//! The light on a picture's ground, place by place: also where a camera saw it too bright, so that no
//! surface of the second degree is near.

use super::Picture;
use super::ink::{Light, Samples, Terms, border};

/// Light is corrected at so many places along each side, and straight between them.
const PLACES: usize = 24;
/// Around each place, the ground within this share of the picture's side is looked at.
const AROUND: f32 = 0.12;
/// What is further from the smooth light than this, in levels of grey, is ink and no light.
const MOST_OFF: f32 = 24.0;
/// Or further than this many times the ground's scatter.
const SCATTERS: f32 = 4.0;
/// A ground that scatters by less than this is flat, as a program draws it: what differs is no light.
const FLAT: f32 = 0.75;
/// Where the ground scatters by more than this, in levels of grey, two grounds were taken for one: a
/// sheet and the desk under it, or ink that covers half of the picture.
const TWOFOLD: f32 = 10.0;
/// A place whose ground is hidden but for this share isn't corrected.
const LEAST_SEEN: f32 = 0.2;

/// The light on a picture's ground, whatever stands on it.
pub(super) struct Ground {
    samples: Samples,
    light: Light,
    /// What is added to the smooth light, `[PLACES, PLACES]`.
    added: Vec<f32>,
    scatter: f32,
}

impl Ground {
    pub(super) fn of(picture: &Picture) -> Self {
        let samples = Samples::of(picture);
        let (mut light, mut scatter) = samples.ground();
        if scatter > TWOFOLD
            && let Some(ground) = samples.of_border(&border(picture))
        {
            (light, scatter) = ground.ground();
        }
        let mut ground = Self {
            samples,
            light,
            added: vec![0.0; PLACES * PLACES],
            scatter,
        };
        if scatter > FLAT {
            ground.correct();
        }
        ground
    }

    fn correct(&mut self) {
        let most = MOST_OFF.max(SCATTERS * self.scatter);
        let offs: Vec<([f32; 2], f32)> = self
            .samples
            .values
            .iter()
            .map(|(terms, value)| ([terms[1], terms[2]], value - self.light.at(terms)))
            .collect();
        let mut near = Vec::new();
        for (place, added) in self.added.iter_mut().enumerate() {
            let at = [place / PLACES, place % PLACES]
                .map(|i| 2.0 * i as f32 / (PLACES - 1) as f32 - 1.0);
            near.clear();
            let mut around = 0;
            for ([y, x], off) in &offs {
                if (y - at[0]).abs() <= 2.0 * AROUND && (x - at[1]).abs() <= 2.0 * AROUND {
                    around += 1;
                    if off.abs() <= most {
                        near.push(*off);
                    }
                }
            }
            if near.len() as f32 > LEAST_SEEN * around as f32 {
                let middle = near.len() / 2;
                *added = *near.select_nth_unstable_by(middle, f32::total_cmp).1;
            }
        }
        let mut offs: Vec<f32> = offs
            .iter()
            .map(|([y, x], off)| (off - self.between(*y, *x)).abs())
            .collect();
        let middle = offs.len() / 2;
        let scatter = 1.4826 * *offs.select_nth_unstable_by(middle, f32::total_cmp).1;
        // Where half of the picture is no ground, the scatter over all of it is that of something else.
        self.scatter = self.scatter.min(scatter);
    }

    /// What is added at a place, y and x from −1 to 1.
    fn between(&self, y: f32, x: f32) -> f32 {
        let [(row, v), (column, u)] = [y, x].map(place_of);
        let at = |down: usize, across: usize| self.added[(row + down) * PLACES + column + across];
        let [upper, lower] = [0, 1].map(|down| at(down, 0) * (1.0 - u) + at(down, 1) * u);
        upper * (1.0 - v) + lower * v
    }

    /// How much brighter than the ground the pixels are that were looked at.
    pub(super) fn sampled(&self) -> Vec<f32> {
        let off = |(terms, value): &(Terms, f32)| {
            value - self.light.at(terms) - self.between(terms[1], terms[2])
        };
        self.samples.values.iter().map(off).collect()
    }

    /// The standard deviation of the ground, in levels of grey.
    pub(super) fn scatter(&self) -> f32 {
        self.scatter
    }

    /// The ground's level of grey along rows of the picture, for one row after another.
    pub(super) fn rows(&self, columns: usize) -> Rows<'_> {
        let across = (0..columns).map(|column| {
            let x = self.samples.terms(0, column)[2];
            let (place, share) = place_of(x);
            Across { x, place, share }
        });
        Rows {
            ground: self,
            across: across.collect(),
            light: vec![0.0; columns],
        }
    }

    /// How much brighter than the ground each pixel is; darker ones are negative.
    pub(super) fn depths(&self, picture: &Picture) -> Vec<f32> {
        let mut rows = self.rows(picture.columns);
        let mut depths = Vec::with_capacity(picture.pixels.len());
        let lines = picture.pixels.chunks_exact(picture.columns.max(1));
        for (row, line) in lines.enumerate() {
            let light = rows.light(row);
            depths.extend(
                line.iter()
                    .zip(light)
                    .map(|(&pixel, light)| f32::from(pixel) - light),
            );
        }
        depths
    }
}

/// The place of correction before a coordinate from −1 to 1, and which share of the way to the next one
/// lies before it.
fn place_of(at: f32) -> (usize, f32) {
    let at = (at + 1.0) / 2.0 * (PLACES - 1) as f32;
    let place = (at.max(0.0) as usize).min(PLACES - 2);
    (place, (at - place as f32).clamp(0.0, 1.0))
}

/// What of a pixel's light its column decides.
struct Across {
    x: f32,
    place: usize,
    share: f32,
}

/// The light on the ground, row by row. What is the same all along a row or a column is computed once, since
/// the light of each pixel on its own takes most of the time that a photo does.
pub(super) struct Rows<'a> {
    ground: &'a Ground,
    across: Vec<Across>,
    light: Vec<f32>,
}

impl Rows<'_> {
    /// The ground's levels of grey along a row.
    pub(super) fn light(&mut self, row: usize) -> &[f32] {
        let y = self.ground.samples.terms(row, 0)[1];
        let [flat, tilt, bend] = self.ground.light.along_row(y);
        let (place, share) = place_of(y);
        let upper = &self.ground.added[place * PLACES..][..PLACES];
        let lower = &self.ground.added[(place + 1) * PLACES..][..PLACES];
        let mut added = [0.0; PLACES];
        for (added, (upper, lower)) in added.iter_mut().zip(upper.iter().zip(lower)) {
            *added = upper * (1.0 - share) + lower * share;
        }
        for (light, across) in self.light.iter_mut().zip(&self.across) {
            let [before, after] = [added[across.place], added[across.place + 1]];
            let smooth = flat + across.x * (tilt + across.x * bend);
            *light = smooth + before + (after - before) * across.share;
        }
        &self.light
    }
}
