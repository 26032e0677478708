//! The colours of runs: a run is known by its colour in the table, in the plots and in exports.

use crate::lab::RunId;
use eframe::egui::Color32;
use std::collections::BTreeMap;

/// How many colours runs have.
pub const RUN_COLORS: usize = 12;

/// Most of the first are Okabe & Ito's, without yellow and black. The blue is that of a first run. Any two
/// can be told apart, also by people who don't see red or green, and all have a contrast of at least 3 to 1.
const ON_DARK: [Color32; RUN_COLORS] = [
    Color32::from_rgb(0x56, 0xB4, 0xE9),
    Color32::from_rgb(0xE6, 0x9F, 0x00),
    Color32::from_rgb(0x1F, 0xBF, 0x92),
    Color32::from_rgb(0xF0, 0x7A, 0x3C),
    Color32::from_rgb(0xE0, 0x92, 0xC0),
    Color32::from_rgb(0x6E, 0x9C, 0xF0),
    Color32::from_rgb(0xF0, 0xF0, 0xF0),
    Color32::from_rgb(0xB4, 0xF0, 0x96),
    Color32::from_rgb(0x8A, 0x6C, 0xF5),
    Color32::from_rgb(0xE8, 0xE0, 0x3C),
    Color32::from_rgb(0xF0, 0x30, 0x5F),
    Color32::from_rgb(0xC8, 0x32, 0xA0),
];
const ON_LIGHT: [Color32; RUN_COLORS] = [
    Color32::from_rgb(0x00, 0x72, 0xB2),
    Color32::from_rgb(0xC0, 0x7A, 0x00),
    Color32::from_rgb(0x00, 0x88, 0x63),
    Color32::from_rgb(0xB8, 0x32, 0x1E),
    Color32::from_rgb(0xB2, 0x4E, 0x8A),
    Color32::from_rgb(0x3C, 0x3C, 0xFF),
    Color32::from_rgb(0x10, 0x10, 0x10),
    Color32::from_rgb(0x5A, 0x2D, 0x00),
    Color32::from_rgb(0x6A, 0x00, 0xB0),
    Color32::from_rgb(0x00, 0x50, 0x5F),
    Color32::from_rgb(0x8C, 0x00, 0x46),
    Color32::from_rgb(0x8A, 0x8A, 0x8A),
];

/// The colour number of a run, from the number in its name, so that the run keeps its colour over
/// a restart.
fn own_index(id: &RunId) -> usize {
    let number =
        id.0.strip_prefix('A')
            .and_then(|number| number.parse::<usize>().ok());
    let index = number.map_or_else(
        || id.0.bytes().map(usize::from).sum(),
        |number| number.saturating_sub(1),
    );
    index % RUN_COLORS
}

/// The colours of runs that are seen together: each run has its own and, where another run beside it has the
/// same, the next that is free.
#[derive(Clone, Debug, Default)]
pub struct RunColors {
    given: BTreeMap<RunId, usize>,
}

impl RunColors {
    /// Gives colours to the runs that are seen together, in this order.
    pub fn of<'a>(runs: impl Iterator<Item = &'a RunId>) -> Self {
        Self::like(runs.map(|id| (id, id)))
    }

    /// Gives colours to what is seen together, in this order, each with the run whose colour it has where that is
    /// free: a run's own, or for a group that of its first run.
    pub fn like<'a>(seen: impl Iterator<Item = (&'a RunId, &'a RunId)>) -> Self {
        let mut given = BTreeMap::new();
        let mut taken = [false; RUN_COLORS];
        for (id, like) in seen {
            if given.contains_key(id) {
                continue;
            }
            let own = own_index(like);
            let index = (0..RUN_COLORS)
                .map(|step| (own + step) % RUN_COLORS)
                .find(|index| !taken[*index])
                .unwrap_or(own);
            taken[index] = true;
            given.insert(id.clone(), index);
        }
        Self { given }
    }

    /// The same, where what isn't seen has the colour of a run, too.
    pub fn and_unseen<'a>(mut self, unseen: impl Iterator<Item = (&'a RunId, &'a RunId)>) -> Self {
        for (id, like) in unseen {
            let index = self.given.entry(id.clone());
            index.or_insert_with(|| own_index(like));
        }
        self
    }

    fn index(&self, id: &RunId) -> usize {
        self.given.get(id).copied().unwrap_or_else(|| own_index(id))
    }

    /// The colour of a run on the ground of a theme.
    pub fn color(&self, id: &RunId, dark: bool) -> Color32 {
        run_color(self.index(id), dark)
    }

    /// The colour of a run on white, as exports take it: red, green, blue.
    pub fn on_white(&self, id: &RunId) -> [u8; 3] {
        let color = self.color(id, false);
        [color.r(), color.g(), color.b()]
    }
}

/// The colour with this number.
pub fn run_color(index: usize, dark: bool) -> Color32 {
    let colors = if dark { &ON_DARK } else { &ON_LIGHT };
    colors[index % RUN_COLORS]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From linear red, green and blue to what people see who lack the cones for long or for middle waves:
    /// G. Machado, M. Oliveira, L. Fernandes, *A physiologically-based model for simulation of color vision
    /// deficiency* (2009), severity 1.
    const EYES: [[[f64; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ];

    fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
    }

    /// The place of a colour in CIELAB (white D65), as these eyes see it.
    fn lab(color: Color32, eyes: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = [color.r(), color.g(), color.b()].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        let seen = times(eyes, linear).map(|part| part.clamp(0.0, 1.0));
        let to_xyz = [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ];
        let [x, y, z] = times(&to_xyz, seen);
        let [x, y, z] = [x / 0.9505, y, z / 1.089].map(|part| {
            if part > 0.008856 {
                part.cbrt()
            } else {
                7.787 * part + 16.0 / 116.0
            }
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn any_two_colours_can_be_told_apart_by_all_eyes() {
        for colors in [ON_DARK, ON_LIGHT] {
            for (i, one) in colors.iter().enumerate() {
                for other in &colors[..i] {
                    for eyes in &EYES {
                        let (a, b) = (lab(*one, eyes), lab(*other, eyes));
                        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
                        let distance = squares.sum::<f64>().sqrt();
                        assert!(distance > 10.0, "{one:?} and {other:?}: {distance}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_group_has_the_colour_of_its_first_run() {
        let id = |name: &str| RunId(name.into());
        let (first, group, other) = (id("A1"), id("0b5e"), id("77aa"));
        let colors = RunColors::like([(&group, &first), (&first, &first)].into_iter());
        assert_eq!(colors.index(&group), RunColors::default().index(&first));
        assert_ne!(colors.index(&first), colors.index(&group));
        let with = colors.and_unseen([(&other, &id("A4"))].into_iter());
        assert_eq!(with.index(&other), RunColors::default().index(&id("A4")));
    }

    #[test]
    fn runs_that_are_seen_together_never_have_one_colour() {
        let id = |name: &str| RunId(name.into());
        let (first, thirteenth) = (id("A1"), id("A13"));
        let alone = RunColors::default();
        assert_eq!(alone.index(&first), alone.index(&thirteenth));
        let together = RunColors::of([&first, &thirteenth].into_iter());
        assert_eq!(together.index(&first), alone.index(&first));
        assert_ne!(together.index(&thirteenth), together.index(&first));
        let all: Vec<RunId> = (1..=RUN_COLORS)
            .map(|i| id(&format!("A{}", 5 * i)))
            .collect();
        let colors = RunColors::of(all.iter());
        let mut given: Vec<usize> = all.iter().map(|id| colors.index(id)).collect();
        given.sort_unstable();
        given.dedup();
        assert_eq!(given.len(), RUN_COLORS);
    }
}
