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
        let [(row, v), (column, u)] = [y, x].map(|at| {
            let at = (at + 1.0) / 2.0 * (PLACES - 1) as f32;
            let first = (at.max(0.0) as usize).min(PLACES - 2);
            (first, (at - first as f32).clamp(0.0, 1.0))
        });
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

    /// The ground's level of grey at a place.
    pub(super) fn light(&self, row: usize, column: usize) -> f32 {
        let terms = self.samples.terms(row, column);
        self.light.at(&terms) + self.between(terms[1], terms[2])
    }

    /// The standard deviation of the ground, in levels of grey.
    pub(super) fn scatter(&self) -> f32 {
        self.scatter
    }

    /// The ground's level of grey at a place.
    pub(super) fn at(&self, row: usize, column: usize) -> u8 {
        self.light(row, column).round().clamp(0.0, 255.0) as u8
    }

    /// How much brighter than the ground each pixel is; darker ones are negative.
    pub(super) fn depths(&self, picture: &Picture) -> Vec<f32> {
        let value = |at: usize| {
            f32::from(picture.pixels[at]) - self.light(at / picture.columns, at % picture.columns)
        };
        (0..picture.pixels.len()).map(value).collect()
    }
}
