//! Images of 28 × 28 that show no digit, to measure what is told apart from MNIST.

use crate::data::drawing::{Stroke, Strokes, Tool, rasterize};
use crate::experiment::Stream;

const SIDE: usize = 28;
/// Letters that look like no digit, as strokes in a square.
const LETTERS: [&[&[[f32; 2]]]; 8] = [
    &[
        &[[0.0, 1.0], [0.5, 0.0], [1.0, 1.0]],
        &[[0.2, 0.6], [0.8, 0.6]],
    ],
    &[
        &[[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        &[[0.0, 0.5], [0.8, 0.5]],
    ],
    &[
        &[[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]],
        &[[0.0, 0.5], [0.8, 0.5]],
    ],
    &[
        &[[0.0, 0.0], [0.0, 1.0]],
        &[[1.0, 0.0], [1.0, 1.0]],
        &[[0.0, 0.5], [1.0, 0.5]],
    ],
    &[
        &[[0.0, 0.0], [0.0, 1.0]],
        &[[1.0, 0.0], [0.0, 0.5], [1.0, 1.0]],
    ],
    &[&[[0.0, 1.0], [0.1, 0.0], [0.5, 0.7], [0.9, 0.0], [1.0, 1.0]]],
    &[&[[0.0, 0.0], [0.25, 1.0], [0.5, 0.4], [0.75, 1.0], [1.0, 0.0]]],
    &[&[[0.0, 0.0], [1.0, 1.0]], &[[1.0, 0.0], [0.0, 1.0]]],
];

/// What an image shows in place of a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// Levels of grey at random.
    Noise,
    /// Pixels that are white at random, in the box of a digit.
    Specks,
    /// Soft stripes in the box of a digit.
    Stripes,
    /// A filled rectangle or ellipse.
    Filled,
    /// A pen that went to and fro.
    Scribble,
    /// A letter that looks like no digit.
    Letter,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Noise,
        Self::Specks,
        Self::Stripes,
        Self::Filled,
        Self::Scribble,
        Self::Letter,
    ];

    /// What it is called in a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Specks => "specks",
            Self::Stripes => "stripes",
            Self::Filled => "filled shapes",
            Self::Scribble => "scribbles",
            Self::Letter => "letters",
        }
    }

    /// An image of this kind.
    pub fn image(self, draw: &mut Stream) -> Vec<u8> {
        match self {
            Self::Noise => (0..SIDE * SIDE).map(|_| draw.below(256) as u8).collect(),
            Self::Specks => in_box(|_, _| if draw.unit() < 0.4 { 255.0 } else { 0.0 }),
            Self::Stripes => {
                let [phase, down, across] = [0, 1, 2].map(|_| draw.unit());
                in_box(|row, column| {
                    let wave = 6.0 * phase + (0.2 + 0.9 * down) * row + 0.9 * across * column;
                    127.0 * wave.sin() + 128.0
                })
            }
            Self::Filled => {
                let [high, wide] = [0, 1].map(|_| 3.0 + 7.0 * draw.unit());
                let is_round = draw.unit() < 0.5;
                in_box(|row, column| {
                    let (y, x) = ((row - 13.5) / high.max(wide), (column - 13.5) / wide);
                    let is_inside = if is_round {
                        y * y + x * x < 1.0
                    } else {
                        y.abs() < 1.0 && x.abs() < 1.0
                    };
                    if is_inside { 255.0 } else { 0.0 }
                })
            }
            Self::Scribble => {
                let count = 6 + draw.below(14);
                let points = (0..count).map(|_| [draw.unit(), draw.unit()]).collect();
                drawn(vec![points], 2.0 + draw.unit())
            }
            Self::Letter => {
                let letter = LETTERS[draw.below(LETTERS.len())];
                let width = 1.8 + 1.8 * draw.unit();
                drawn(letter.iter().map(|points| points.to_vec()).collect(), width)
            }
        }
    }
}

/// An image with these levels in the box of a digit, black around it.
fn in_box(mut level: impl FnMut(f32, f32) -> f32) -> Vec<u8> {
    let within = |at: usize| (4..24).contains(&at);
    let pixel = |at: usize| {
        let (row, column) = (at / SIDE, at % SIDE);
        if within(row) && within(column) {
            level(row as f32, column as f32).clamp(0.0, 255.0) as u8
        } else {
            0
        }
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

/// Strokes in the box of a digit, with a pen of so many pixels.
fn drawn(lines: Vec<Vec<[f32; 2]>>, width: f32) -> Vec<u8> {
    let side = SIDE as f32;
    let place = |at: f32| (4.0 + width / 2.0 + at * (20.0 - width)) / side;
    let stroke = |points: Vec<[f32; 2]>| Stroke {
        tool: Tool::Pen,
        width: width / side,
        points: points.into_iter().map(|point| point.map(place)).collect(),
    };
    let strokes = lines.into_iter().map(stroke).collect();
    rasterize(&Strokes { strokes }, SIDE).pixels
}
