//! Pictures of what many runs say: bars with intervals, figures against a setting, heat maps, small
//! multiples, and the losses over learning rates.
//!
//! Figures and a size go in, and every line and word comes out with its place, as a [`Chart`]. It knows
//! neither egui nor SVG: the window paints it and a report writes it down, so that both show the same.
//! Inks are named by what they mean, since a window may be dark and paper is white.
//!
//! - `bars` are differences from zero; `against` is a figure over the values of a setting; `heat` is a
//!   figure over two settings; `multiples` are the curves of many cells with one y for all of them;
//!   `rates` is a range test of the learning rate;
//! - `reach` says how far an axis goes, and `marks` where its marks lie.

mod against;
mod bars;
mod heat;
mod marks;
mod multiples;
mod rates;
mod reach;

pub use against::{Against, AgainstLine, Estimated, against};
pub use bars::{Bar, bars};
pub use heat::{HeatMap, heat, heat_height};
pub use multiples::{CellCurve, multiples, multiples_height};
pub use rates::rates;

use crate::lab::sweep::Metric;

/// A picture: what it says to those who can't see it, how large it is, and what is drawn, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// What the picture shows, in words.
    pub title: String,
    /// Width and height, in points.
    pub size: [f64; 2],
    /// What is drawn, the first at the bottom.
    pub shapes: Vec<Shape>,
}

/// A shape of a picture. Places are in points from the left upper corner.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line between two places.
    Line([[f64; 2]; 2], Stroke),
    /// A line through several places.
    Path(Vec<[f64; 2]>, Stroke),
    /// A filled circle: its middle and its radius.
    Dot([f64; 2], f64, Ink),
    /// A filled rectangle: its left upper corner and its size.
    Rectangle([f64; 2], [f64; 2], Ink),
    /// A text.
    Text(Text),
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// The colour of the line.
    pub ink: Ink,
    /// How wide the line is, in points.
    pub width: f64,
    /// Whether it is dashed.
    pub is_dashed: bool,
}

/// A text in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What it says.
    pub says: String,
    /// Where its baseline lies: at its beginning, middle or end, as `anchor` says.
    pub at: [f64; 2],
    /// The size of its type, in points.
    pub size: f64,
    /// The colour of the letters.
    pub ink: Ink,
    /// Which part of the text lies at the text's place.
    pub anchor: Anchor,
}

/// Which part of a text lies at the text's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The beginning of the text.
    Start,
    /// The middle of the text.
    Middle,
    /// The end of the text.
    End,
}

/// A colour, by what it means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    /// Words and intervals.
    Words,
    /// Words that explain.
    Quiet,
    /// Lines behind all else.
    Grid,
    /// The line of an axis.
    Axis,
    /// A difference that is more than chance.
    Real,
    /// A difference that can't be told from chance.
    Chance,
    /// One of several lines, from 0.
    Series(usize),
    /// Words about a series, in its colour as far as that can be read.
    OfSeries(usize),
    /// A place in a heat map: 0 for the lowest figure, 1 for the highest.
    Heat(f64),
    /// Words upon such a place.
    OnHeat(f64),
    /// A part of an axis that is marked.
    Marked,
}

/// The width of a text in a type of a size, in points.
pub type TextWidth<'a> = dyn Fn(&str, f64) -> f64 + 'a;

/// Type of words, and of marks on axes, in points.
const TYPE: f64 = 13.0;
const SMALL: f64 = 11.5;

impl Chart {
    fn new(title: impl Into<String>, size: [f64; 2]) -> Self {
        Self {
            title: title.into(),
            size,
            shapes: Vec::new(),
        }
    }

    fn line(&mut self, from: [f64; 2], to: [f64; 2], ink: Ink, width: f64) {
        let stroke = Stroke {
            ink,
            width,
            is_dashed: false,
        };
        self.shapes.push(Shape::Line([from, to], stroke));
    }

    fn path(&mut self, points: Vec<[f64; 2]>, ink: Ink, width: f64) {
        let stroke = Stroke {
            ink,
            width,
            is_dashed: false,
        };
        self.shapes.push(Shape::Path(points, stroke));
    }

    fn dashed(&mut self, points: Vec<[f64; 2]>, ink: Ink, width: f64) {
        let stroke = Stroke {
            ink,
            width,
            is_dashed: true,
        };
        self.shapes.push(Shape::Path(points, stroke));
    }

    fn dot(&mut self, at: [f64; 2], radius: f64, ink: Ink) {
        self.shapes.push(Shape::Dot(at, radius, ink));
    }

    fn rectangle(&mut self, at: [f64; 2], size: [f64; 2], ink: Ink) {
        self.shapes.push(Shape::Rectangle(at, size, ink));
    }

    fn text(&mut self, says: &str, at: [f64; 2], size: f64, ink: Ink, anchor: Anchor) {
        self.shapes.push(Shape::Text(Text {
            says: says.into(),
            at,
            size,
            ink,
            anchor,
        }));
    }

    /// What the figures are, at the top of the picture.
    fn head(&mut self, says: &str) {
        self.text(says, [12.0, 18.0], TYPE, Ink::Quiet, Anchor::Start);
    }

    /// Lines at round heights from left to right, each with its figure left of it. `y` says where a figure lies.
    fn heights(
        &mut self,
        [left, right]: [f64; 2],
        range: [f64; 2],
        metric: Metric,
        y: impl Fn(f64) -> f64,
    ) {
        let (heights, step) = marks::within(range, 5.0);
        for mark in heights {
            self.line([left, y(mark)], [right, y(mark)], Ink::Grid, 1.0);
            let words = marks::words(mark, step, metric);
            let at = [left - 6.0, y(mark) + 4.0];
            self.text(&words, at, SMALL, Ink::Quiet, Anchor::End);
        }
    }

    /// A vertical interval with its ends.
    fn interval(&mut self, x: f64, [low, high]: [f64; 2], ink: Ink) {
        self.line([x, low], [x, high], ink, 1.5);
        self.line([x - 4.0, low], [x + 4.0, low], ink, 1.5);
        self.line([x - 4.0, high], [x + 4.0, high], ink, 1.5);
    }

    /// All that is written in the picture.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text.says.as_str()),
            _ => None,
        })
    }
}

/// A text cut to a width.
fn fitted(says: &str, size: f64, width: f64, measure: &TextWidth<'_>) -> String {
    crate::lab::plot::fitted(says, width, &|text| measure(text, size))
}

#[cfg(test)]
mod testing {
    /// Each character is half as wide as its type is high.
    pub fn halves(text: &str, size: f64) -> f64 {
        0.5 * size * text.chars().count() as f64
    }
}
