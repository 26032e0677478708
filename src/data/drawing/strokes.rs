//! The strokes of a pen, and the picture that they make.

use super::Picture;
use std::ops::RangeInclusive;

/// The pen widths to choose from, as a share of the picture's side.
pub const PEN_WIDTHS: RangeInclusive<f32> = 0.02..=0.2;

/// The share of a pen's width over which its rim fades.
const SOFT: f32 = 0.15;

/// What a stroke does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// The stroke leaves ink.
    #[default]
    Pen,
    /// The stroke takes ink away.
    Eraser,
}

/// What a pen does from where it is set down to where it is lifted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stroke {
    /// Whether the stroke leaves ink or takes it away.
    pub tool: Tool,
    /// The width of the pen, as a share of the picture's side.
    pub width: f32,
    /// Where the pen went, to the right and down, 0 to 1; points outside leave nothing. One point
    /// is a dot, and between points the pen goes straight.
    pub points: Vec<[f32; 2]>,
}

/// A drawing, the first stroke first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strokes {
    /// The strokes.
    pub strokes: Vec<Stroke>,
}

impl Strokes {
    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }
}

/// The picture of a drawing: `side` × `side` pixels, ink bright on dark.
pub fn rasterize(strokes: &Strokes, side: usize) -> Picture {
    let mut picture = Picture::blank(side, side);
    for stroke in &strokes.strokes {
        stroke.stamp(&mut picture, 0);
    }
    picture
}

impl Stroke {
    /// Adds to a picture what the pen did from its point `first` on, so that a growing stroke is
    /// drawn piece by piece. A piece that was drawn before may be drawn again.
    pub fn stamp(&self, picture: &mut Picture, first: usize) {
        let Some(mut from) = self.points.get(first) else {
            return;
        };
        if first + 1 == self.points.len() {
            self.segment(picture, *from, *from);
        }
        for to in &self.points[first + 1..] {
            self.segment(picture, *from, *to);
            from = to;
        }
    }

    /// Draws a straight piece. The ink of a pixel follows from its distance to the piece alone, so
    /// that a line looks the same however many points it was drawn with.
    fn segment(&self, picture: &mut Picture, from: [f32; 2], to: [f32; 2]) {
        let finite = from.iter().chain(&to).all(|value| value.is_finite());
        if !finite || !self.width.is_finite() {
            return;
        }
        let size = [picture.columns as f32, picture.rows as f32];
        let [from, to] = [from, to].map(|point| [point[0] * size[0], point[1] * size[1]]);
        let width = (self.width * size[0]).max(1.0);
        let (radius, rim) = (width / 2.0, (width * SOFT).max(1.0));
        let reach = radius + rim;
        let bounds = |axis: usize| {
            let low = from[axis].min(to[axis]) - reach;
            let high = from[axis].max(to[axis]) + reach;
            // Casts of negative or too large numbers saturate.
            (low.max(0.0) as usize)..(high.ceil().max(0.0).min(size[axis]) as usize)
        };
        let (columns, rows) = (bounds(0), bounds(1));
        let along = [to[0] - from[0], to[1] - from[1]];
        let square = along[0] * along[0] + along[1] * along[1];
        for row in rows {
            let line = &mut picture.pixels[row * picture.columns..][..picture.columns];
            let down = row as f32 + 0.5 - from[1];
            for column in columns.clone() {
                let right = column as f32 + 0.5 - from[0];
                let share = if square > 0.0 {
                    ((right * along[0] + down * along[1]) / square).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let off = [right - share * along[0], down - share * along[1]];
                let distance = (off[0] * off[0] + off[1] * off[1]).sqrt();
                let cover = ((radius - distance) / rim + 0.5).clamp(0.0, 1.0);
                let ink = (cover * 255.0).round() as u8;
                let pixel = &mut line[column];
                *pixel = match self.tool {
                    Tool::Pen => (*pixel).max(ink),
                    Tool::Eraser => (*pixel).min(255 - ink),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stroke(points: &[[f32; 2]]) -> Stroke {
        Stroke {
            tool: Tool::Pen,
            width: 0.1,
            points: points.to_vec(),
        }
    }

    fn picture(strokes: &[Stroke]) -> Picture {
        let strokes = strokes.to_vec();
        rasterize(&Strokes { strokes }, 100)
    }

    #[test]
    fn two_far_points_are_one_line() {
        let fast = picture(&[stroke(&[[0.1, 0.5], [0.9, 0.5]])]);
        for column in 10..90 {
            assert_eq!(fast.pixels[50 * 100 + column], 255, "{column}");
            assert_eq!(fast.pixels[60 * 100 + column], 0, "{column}");
        }
        // Fast strokes have few points, and look as if they had been drawn slowly, with many.
        let points: Vec<_> = (0..=80).map(|i| [0.1 + i as f32 / 100.0, 0.5]).collect();
        let slow = picture(&[stroke(&points)]);
        let differences = fast.pixels.iter().zip(&slow.pixels);
        let worst = differences.map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(2), "{worst:?}");
    }

    #[test]
    fn a_point_is_a_round_dot_of_the_pens_width() {
        let dot = picture(&[stroke(&[[0.5, 0.5]])]);
        let ink: f64 = dot.pixels.iter().map(|&p| f64::from(p) / 255.0).sum();
        let disc = std::f64::consts::PI * 25.0;
        assert!((ink / disc - 1.0).abs() < 0.05, "{ink} for {disc}");
    }

    #[test]
    fn the_eraser_takes_ink_away() {
        let mut erase = stroke(&[[0.5, 0.3], [0.5, 0.7]]);
        erase.tool = Tool::Eraser;
        let line = stroke(&[[0.1, 0.5], [0.9, 0.5]]);
        let picture = picture(&[line, erase]);
        assert_eq!(picture.pixels[50 * 100 + 50], 0);
        assert_eq!(picture.pixels[50 * 100 + 30], 255);
    }

    #[test]
    fn a_stroke_stamped_in_pieces_is_the_stroke() {
        let whole = stroke(&[[0.2, 0.2], [0.8, 0.3], [0.4, 0.9], [0.1, 0.5]]);
        let mut pieces = Picture::blank(100, 100);
        let mut growing = stroke(&[]);
        for point in &whole.points {
            growing.points.push(*point);
            growing.stamp(&mut pieces, growing.points.len().saturating_sub(2));
        }
        assert_eq!(pieces, picture(&[whole]));
    }

    proptest! {
        #[test]
        fn nothing_that_a_pen_does_panics(
            points in proptest::collection::vec([any::<f32>(), any::<f32>()], 0..5),
            width in any::<f32>(),
            side in 0usize..=64,
        ) {
            let stroke = Stroke { tool: Tool::Pen, width, points };
            let strokes = vec![stroke];
            let picture = rasterize(&Strokes { strokes }, side);
            prop_assert_eq!(picture.pixels.len(), side * side);
        }
    }
}
