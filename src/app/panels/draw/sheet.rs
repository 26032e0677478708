//! What is on the canvas: a picture from a file, strokes over it, and their undo. No egui, so that
//! what a pen does can be tested without a window.

use crate::data::drawing::{Picture, Placement, Stroke, Strokes, Tool, prepare};
use crate::experiment::ImageSize;

/// Rows and columns of the canvas's picture: ten for each of MNIST's.
pub const SIDE: usize = 280;
/// A pen that moves less than this share of the side draws nothing new.
const LEAST_MOVE: f32 = 0.002;
/// The number of steps that can be undone.
const HISTORY: usize = 100;

/// What is drawn, stroke by stroke.
#[derive(Clone, Debug, Default)]
struct Content {
    /// Whether a picture from a file lies under the strokes.
    has_picture: bool,
    strokes: Strokes,
}

/// The canvas's content, its picture and its history.
#[derive(Debug)]
pub struct CanvasSheet {
    content: Content,
    /// What undo goes back to, the last step last. Each content has its picture, since drawing many
    /// strokes anew would take longer than a frame may.
    before: Vec<(Content, Picture)>,
    picture: Picture,
    is_drawing: bool,
    revision: u64,
}

impl Default for CanvasSheet {
    fn default() -> Self {
        Self {
            content: Content::default(),
            before: Vec::new(),
            picture: Picture::blank(SIDE, SIDE),
            is_drawing: false,
            revision: 0,
        }
    }
}

impl CanvasSheet {
    /// The picture, bright ink on dark, `SIDE` × `SIDE`.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// A number that grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether a stroke is being drawn.
    pub fn is_drawing(&self) -> bool {
        self.is_drawing
    }

    /// Whether nothing is on the sheet.
    pub fn is_empty(&self) -> bool {
        !self.content.has_picture && self.content.strokes.is_empty()
    }

    /// Whether a picture from a file lies on the sheet.
    pub fn has_picture(&self) -> bool {
        self.content.has_picture
    }

    /// Whether there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// The strokes on the sheet.
    pub fn strokes(&self) -> &Strokes {
        &self.content.strokes
    }

    /// Sets a pen down. The width is a share of the side, and the point is right and down, 0 to 1.
    pub fn pen_down(&mut self, tool: Tool, width: f32, point: [f32; 2]) {
        self.remember();
        let points = vec![point];
        self.content.strokes.strokes.push(Stroke {
            tool,
            width,
            points,
        });
        self.is_drawing = true;
        self.stamp_last();
    }

    /// Moves the pen in a straight line.
    pub fn pen_to(&mut self, point: [f32; 2]) {
        if !self.is_drawing {
            return;
        }
        let Some(stroke) = self.content.strokes.strokes.last_mut() else {
            return;
        };
        let near = |from: &[f32; 2]| {
            let [right, down] = [point[0] - from[0], point[1] - from[1]];
            right.abs().max(down.abs()) < LEAST_MOVE
        };
        if !stroke.points.last().is_some_and(near) {
            stroke.points.push(point);
            self.stamp_last();
        }
    }

    /// Lifts the pen.
    pub fn pen_up(&mut self) {
        self.is_drawing = false;
    }

    /// Undoes the last stroke, opened picture or clearing.
    pub fn undo(&mut self) {
        self.pen_up();
        if let Some((content, picture)) = self.before.pop() {
            (self.content, self.picture) = (content, picture);
            self.revision += 1;
        }
    }

    /// Clears the sheet.
    pub fn clear(&mut self) {
        if !self.is_empty() {
            self.replace(None);
        }
    }

    /// Puts a picture of any size, bright ink on dark, in place of what was on the sheet.
    pub fn open(&mut self, picture: &Picture) {
        let under = if (picture.rows, picture.columns) == (SIDE, SIDE) {
            picture.clone()
        } else {
            let pixels = prepare(picture, Placement::AsDrawn, ImageSize::square(SIDE));
            Picture {
                rows: SIDE,
                columns: SIDE,
                pixels,
            }
        };
        self.replace(Some(under));
    }

    fn replace(&mut self, under: Option<Picture>) {
        self.pen_up();
        self.remember();
        self.content = Content {
            has_picture: under.is_some(),
            strokes: Strokes::default(),
        };
        self.picture = under.unwrap_or_else(|| Picture::blank(SIDE, SIDE));
        self.revision += 1;
    }

    fn remember(&mut self) {
        if self.before.len() == HISTORY {
            self.before.remove(0);
        }
        let now = (self.content.clone(), self.picture.clone());
        self.before.push(now);
    }

    /// Draws what the pen did last over the picture that is there.
    fn stamp_last(&mut self) {
        self.revision += 1;
        if let Some(stroke) = self.content.strokes.strokes.last() {
            let first = stroke.points.len().saturating_sub(2);
            stroke.stamp(&mut self.picture, first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::drawing::rasterize;

    fn stroke(sheet: &mut CanvasSheet, points: &[[f32; 2]]) {
        sheet.pen_down(Tool::Pen, 0.08, points[0]);
        points[1..].iter().for_each(|point| sheet.pen_to(*point));
        sheet.pen_up();
    }

    #[test]
    fn what_is_drawn_bit_by_bit_is_the_whole() {
        let mut sheet = CanvasSheet::default();
        stroke(&mut sheet, &[[0.2, 0.2], [0.8, 0.2], [0.4, 0.9]]);
        stroke(&mut sheet, &[[0.5, 0.5]]);
        assert_eq!(sheet.picture(), &rasterize(sheet.strokes(), SIDE));
        assert_eq!(sheet.strokes().strokes[0].points.len(), 3);
    }

    #[test]
    fn every_step_has_a_way_back() {
        let mut sheet = CanvasSheet::default();
        stroke(&mut sheet, &[[0.2, 0.2], [0.8, 0.2]]);
        let one = sheet.picture().clone();
        stroke(&mut sheet, &[[0.5, 0.1], [0.5, 0.9]]);
        let two = sheet.picture().clone();
        sheet.clear();
        assert!(sheet.is_empty() && sheet.picture().is_blank());
        sheet.clear();
        let mut small = Picture::blank(28, 28);
        small.pixels[14 * 28 + 14] = 200;
        sheet.open(&small);
        assert_eq!(sheet.picture().pixels[145 * SIDE + 145], 200);
        stroke(&mut sheet, &[[0.1, 0.1]]);
        sheet.undo();
        assert_eq!(sheet.picture().pixels[28 * SIDE + 28], 0);
        assert_eq!(sheet.picture().pixels[145 * SIDE + 145], 200);
        sheet.undo();
        assert!(sheet.is_empty());
        sheet.undo();
        assert_eq!(sheet.picture(), &two);
        sheet.undo();
        assert_eq!(sheet.picture(), &one);
        sheet.undo();
        assert!(sheet.is_empty() && !sheet.can_undo());
        sheet.undo();
    }

    #[test]
    fn a_pen_that_is_up_draws_nothing() {
        let mut sheet = CanvasSheet::default();
        sheet.pen_to([0.5, 0.5]);
        assert_eq!((sheet.revision(), sheet.is_empty()), (0, true));
        stroke(&mut sheet, &[[0.2, 0.2], [0.2005, 0.2]]);
        sheet.pen_to([0.9, 0.9]);
        assert_eq!(sheet.strokes().strokes[0].points.len(), 1);
    }

    #[test]
    fn the_eraser_works_on_an_opened_picture_too() {
        let mut white = Picture::blank(SIDE, SIDE);
        white.pixels.fill(255);
        let mut sheet = CanvasSheet::default();
        sheet.open(&white);
        sheet.pen_down(Tool::Eraser, 0.1, [0.5, 0.5]);
        assert_eq!(sheet.picture().pixels[140 * SIDE + 140], 0);
    }
}
