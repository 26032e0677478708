//! The colours of runs: a run is known by its colour in the table, in the plots and in exports.

use crate::lab::RunId;
use eframe::egui::Color32;
use std::collections::{BTreeMap, BTreeSet};

/// How many colours runs have.
pub const RUN_COLORS: usize = 12;

/// How many runs that aren't seen weigh as much as one that is, where colours are given.
const SEEN: usize = 1_000_000;

/// Blue, orange, green, red, pink, cyan, white, lime, violet, yellow, rose, magenta. The first are near to Okabe &
/// Ito's. Any two can be told apart, also by people who don't see red or green, and all have a contrast of at least 3
/// to 1. On a light ground each place has the same hue, so that a run is known by it in both themes; black stands for
/// white.
const ON_DARK: [Color32; RUN_COLORS] = [
    Color32::from_rgb(0x43, 0xB7, 0xFB),
    Color32::from_rgb(0xEE, 0x9B, 0x00),
    Color32::from_rgb(0x1F, 0xBF, 0x92),
    Color32::from_rgb(0xE5, 0x5C, 0x3A),
    Color32::from_rgb(0xDF, 0x91, 0xBD),
    Color32::from_rgb(0x6D, 0xEB, 0xFE),
    Color32::from_rgb(0xF1, 0xF1, 0xF1),
    Color32::from_rgb(0xB8, 0xF1, 0x98),
    Color32::from_rgb(0x98, 0x6B, 0xF0),
    Color32::from_rgb(0xEF, 0xE6, 0x38),
    Color32::from_rgb(0xDF, 0x3E, 0x66),
    Color32::from_rgb(0xC5, 0x2F, 0xA7),
];
const ON_LIGHT: [Color32; RUN_COLORS] = [
    Color32::from_rgb(0x00, 0x7A, 0xC6),
    Color32::from_rgb(0xD0, 0x78, 0x00),
    Color32::from_rgb(0x00, 0x8E, 0x68),
    Color32::from_rgb(0xC5, 0x49, 0x43),
    Color32::from_rgb(0xB1, 0x77, 0x91),
    Color32::from_rgb(0x03, 0x58, 0x68),
    Color32::from_rgb(0x10, 0x10, 0x10),
    Color32::from_rgb(0x3F, 0x6D, 0x00),
    Color32::from_rgb(0x5F, 0x00, 0x9E),
    Color32::from_rgb(0x48, 0x3E, 0x00),
    Color32::from_rgb(0x85, 0x00, 0x41),
    Color32::from_rgb(0xD7, 0x06, 0xA9),
];

/// The colour number of a run, from the number in its name, so that the run keeps its colour over
/// a restart.
fn own_index(id: &RunId) -> usize {
    let index = number_of(id).map_or_else(
        || id.0.bytes().map(usize::from).sum(),
        |number| number.saturating_sub(1),
    );
    index % RUN_COLORS
}

/// The number in the name of a run, such as 3 in `A3`.
fn number_of(id: &RunId) -> Option<usize> {
    id.0.strip_prefix('A')?.parse().ok()
}

/// Colours of neighbouring hues, which a weak projector shows alike: blue and cyan, orange and red, orange and yellow,
/// red and rose, pink and rose, pink and magenta, rose and magenta, lime and yellow, violet and magenta.
const NEAR: [[usize; 2]; 9] = [
    [0, 5],
    [1, 3],
    [1, 9],
    [3, 10],
    [4, 10],
    [4, 11],
    [10, 11],
    [7, 9],
    [8, 11],
];

/// The colours whose hues lie beside that of a colour.
fn near_colors(index: usize) -> impl Iterator<Item = usize> {
    NEAR.into_iter().filter_map(move |[a, b]| match index {
        index if index == a => Some(b),
        index if index == b => Some(a),
        _ => None,
    })
}

/// The colours of runs. Runs that are seen together never have the same, as long as there are enough; and a run keeps
/// its colour while others come and go. What isn't seen has the colour that it would be seen in.
#[derive(Clone, Debug, Default)]
pub struct RunColors {
    given: BTreeMap<RunId, usize>,
    seen: BTreeSet<RunId>,
}

/// A run or a group, and the run whose colour it has where that is free: a run's own, or for a group that of its first
/// run.
pub type Like<'a> = (&'a RunId, &'a RunId);

/// How often each colour is given.
type Counts = [usize; RUN_COLORS];

impl RunColors {
    /// Gives colours to the runs that are seen together, in this order: each its own and, where another run beside it
    /// has the same, the next that is free.
    pub fn of<'a>(runs: impl Iterator<Item = &'a RunId>) -> Self {
        Self::default().then(runs.map(|id| (id, id)), std::iter::empty())
    }

    /// The colours that follow these ones where this is seen and that is not, each in order of precedence. What was
    /// seen before keeps its colour.
    pub fn then<'a>(
        &self,
        seen: impl Iterator<Item = Like<'a>>,
        unseen: impl Iterator<Item = Like<'a>>,
    ) -> Self {
        let mut next = Self::default();
        let mut counts = [0; RUN_COLORS];
        let (before, new): (Vec<Like<'a>>, Vec<Like<'a>>) =
            seen.partition(|(id, _)| self.seen.contains(*id));
        for like in before.into_iter().chain(new) {
            next.give(self, like, &mut counts);
        }
        next.seen = next.given.keys().cloned().collect();
        // What is seen weighs more than all that isn't.
        let mut counts = counts.map(|count| count * SEEN);
        let (before, new): (Vec<Like<'a>>, Vec<Like<'a>>) =
            unseen.partition(|(id, _)| self.given.contains_key(*id));
        for like in before.into_iter().chain(new) {
            next.give(self, like, &mut counts);
        }
        next
    }

    /// Gives a colour: the one before, else its own, else the next, whichever is given least often.
    fn give(&mut self, before: &Self, (id, like): Like<'_>, counts: &mut Counts) {
        if self.given.contains_key(id) {
            return;
        }
        let own = own_index(like);
        let known = before.given.get(id).copied();
        let others = (0..RUN_COLORS).map(|step| (own + step) % RUN_COLORS);
        // A run with a number has the colour of its number. A hash stands for none, so that hues beside it are kept
        // apart.
        let is_numbered = number_of(like).is_some();
        let near = |index: usize| match known == Some(index) || is_numbered {
            true => 0,
            false => near_colors(index).map(|other| counts[other]).sum::<usize>(),
        };
        let index = known
            .into_iter()
            .chain(others)
            .min_by_key(|index| (counts[*index], near(*index)));
        let index = index.unwrap_or(own);
        counts[index] += 1;
        self.given.insert(id.clone(), index);
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
    use crate::lab::export::COLORS;
    use crate::lab::plot::contrast;

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
                    for (eyes, least) in EYES.iter().zip([25.0, 12.0, 12.0]) {
                        let (a, b) = (lab(*one, eyes), lab(*other, eyes));
                        let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
                        let distance = squares.sum::<f64>().sqrt();
                        assert!(distance > least, "{one:?} and {other:?}: {distance}");
                    }
                }
            }
        }
    }

    #[test]
    fn curves_of_a_report_have_the_colours_of_runs_on_a_light_ground() {
        for (color, run) in COLORS.iter().zip(ON_LIGHT) {
            assert_eq!(*color, [run.r(), run.g(), run.b()]);
        }
    }

    #[test]
    fn a_place_has_one_hue_in_both_themes_and_lines_can_be_seen() {
        for (dark, light) in ON_DARK.into_iter().zip(ON_LIGHT) {
            let [a, b] = [dark, light].map(|color| lab(color, &EYES[0]));
            let chroma = |[_, a, b]: [f64; 3]| a.hypot(b);
            let hue = |[_, a, b]: [f64; 3]| b.atan2(a).to_degrees();
            let is_grey = chroma(a) < 5.0;
            assert_eq!(is_grey, chroma(b) < 5.0, "{dark:?} and {light:?}");
            let apart = (hue(a) - hue(b)).rem_euclid(360.0);
            let apart = apart.min(360.0 - apart);
            assert!(is_grey || apart < 25.0, "{dark:?} and {light:?}: {apart}");
            let rgb = |color: Color32| [color.r(), color.g(), color.b()];
            assert!(contrast(rgb(dark), [27; 3]) >= 3.0, "{dark:?}");
            assert!(contrast(rgb(light), [250; 3]) >= 3.0, "{light:?}");
        }
    }

    #[test]
    fn a_group_has_the_colour_of_its_first_run() {
        let id = |name: &str| RunId(name.into());
        let (first, group) = (id("A1"), id("0b5e"));
        let seen = [(&group, &first), (&first, &first)];
        let colors = RunColors::default().then(seen.into_iter(), std::iter::empty());
        assert_eq!(colors.index(&group), RunColors::default().index(&first));
        assert_ne!(colors.index(&first), colors.index(&group));
    }

    #[test]
    fn a_run_is_seen_in_the_colour_that_it_had_unseen_and_keeps_it() {
        // The first, the thirteenth and the twenty-fifth run have one colour of their own.
        let all = ["A1", "A13", "A25"].map(|name| RunId(name.into()));
        let [a, b, c] = &all;
        let like = |ids: &[&'static str]| -> Vec<RunId> {
            ids.iter().map(|name| RunId((*name).into())).collect()
        };
        let then = |before: &RunColors, seen: &[&'static str]| {
            let seen = like(seen);
            let seen = seen.iter().map(|id| (id, id));
            before.then(seen, all.iter().map(|id| (id, id)))
        };
        let none = then(&RunColors::default(), &[]);
        let given = [a, b, c].map(|id| none.index(id));
        assert!(given[0] != given[1] && given[0] != given[2] && given[1] != given[2]);
        let mut colors = none;
        for seen in [
            &["A25"][..],
            &["A13", "A25"],
            &["A1", "A13", "A25"],
            &["A1"],
            &[],
        ] {
            colors = then(&colors, seen);
            assert_eq!([a, b, c].map(|id| colors.index(id)), given, "{seen:?}");
        }
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
