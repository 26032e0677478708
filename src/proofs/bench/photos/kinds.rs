//! The kinds of pictures that people take of a digit, made of images of MNIST.

use super::scene::Scene;
use crate::data::drawing::Picture;
use crate::experiment::Stream;

/// A kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Drawn by a program: flat black on white, or white on black.
    Drawn,
    /// A pen on plain paper, in uneven light, with the noise of a camera.
    Plain,
    /// A pencil that is hardly darker than the paper.
    Pencil,
    /// Chalk on a board.
    Board,
    /// Plain paper, with the digit from side to side.
    Tight,
    /// Ruled paper that lies straight.
    Ruled,
    /// Ruled paper that lies askew, with the lines bent a little.
    RuledAskew,
    /// Squared paper.
    Squared,
    /// A scan with a dark edge on one or two sides.
    ScanEdge,
    /// White on black with a grey border.
    GreyBorder,
    /// A screenshot of a window with a title bar, a toolbar and a canvas.
    Screenshot,
    /// A sheet of paper on a dark desk.
    Desk,
    /// A pen that is as wide as a third of the digit.
    ThickPen,
    /// Two digits side by side, plainly or on ruled paper.
    TwoDigits,
    /// Nothing at all: white, black, noisy, ruled or with a dark edge.
    Blank,
    /// Squared paper in light that falls off, with lines that fade where the paper is as dark as they are.
    SquaredUneven,
    /// Plain paper on which a shadow falls, whose edge runs by the digit or through it.
    Shadow,
}

impl Kind {
    /// All kinds, those that went well before first.
    pub const ALL: [Self; 17] = [
        Self::Drawn,
        Self::Plain,
        Self::Pencil,
        Self::Board,
        Self::Tight,
        Self::Ruled,
        Self::RuledAskew,
        Self::Squared,
        Self::SquaredUneven,
        Self::Shadow,
        Self::ScanEdge,
        Self::GreyBorder,
        Self::Screenshot,
        Self::Desk,
        Self::ThickPen,
        Self::TwoDigits,
        Self::Blank,
    ];

    /// What the kind is called in a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Drawn => "drawn in a program",
            Self::Plain => "plain paper, uneven light",
            Self::Pencil => "faint pencil",
            Self::Board => "chalk on a board",
            Self::Tight => "from side to side",
            Self::Ruled => "ruled paper",
            Self::RuledAskew => "ruled paper, askew",
            Self::Squared => "squared paper",
            Self::SquaredUneven => "squared paper, uneven light",
            Self::Shadow => "edge of a shadow",
            Self::ScanEdge => "dark edge of a scan",
            Self::GreyBorder => "grey border",
            Self::Screenshot => "screenshot of a window",
            Self::Desk => "sheet on a dark desk",
            Self::ThickPen => "very thick pen",
            Self::TwoDigits => "two digits",
            Self::Blank => "blank",
        }
    }

    /// Makes a picture of this kind. `digits` are images of 28 × 28; the second is looked at where
    /// there are two digits.
    pub fn picture(self, digits: [&[u8]; 2], draw: &mut Stream) -> Picture {
        let [rows, columns] = size(self, draw);
        let dark_paper = matches!(self, Self::Board | Self::GreyBorder)
            || (self == Self::Drawn && draw.unit() < 0.5);
        let clean = matches!(self, Self::Drawn | Self::GreyBorder | Self::Screenshot);
        let [paper, ink] = match (clean, dark_paper) {
            (true, false) => [255.0, 0.0],
            (true, true) => [0.0, 255.0],
            (false, true) => [between(draw, 30.0, 70.0), between(draw, 180.0, 240.0)],
            (false, false) => [between(draw, 190.0, 245.0), between(draw, 20.0, 90.0)],
        };
        let ink = if self == Self::Pencil {
            paper - between(draw, 45.0, 80.0)
        } else {
            ink
        };
        let mut scene = Scene::new(rows, columns, paper);
        match self {
            Self::Ruled | Self::RuledAskew => rule(&mut scene, self, paper, ink, draw),
            Self::Squared => square(&mut scene, paper, ink, draw),
            Self::SquaredUneven => {
                scene.fall_off(between(draw, 0.2, 0.35), draw);
                // On the darker side, the paper is as dark as its lines.
                let faint = paper * between(draw, 0.66, 0.8);
                square(&mut scene, faint, faint, draw);
            }
            Self::TwoDigits if draw.unit() < 0.3 => {
                rule(&mut scene, Self::Ruled, paper, ink, draw);
            }
            Self::Blank if draw.unit() < 0.3 => rule(&mut scene, Self::Ruled, paper, ink, draw),
            Self::Blank if draw.unit() < 0.3 => square(&mut scene, paper, ink, draw),
            _ => {}
        }
        self.write(&mut scene, digits, ink, draw);
        match self {
            Self::ScanEdge => dark_edges(&mut scene, draw),
            Self::Blank if draw.unit() < 0.3 => dark_edges(&mut scene, draw),
            Self::GreyBorder => {
                let width = 1.0 + draw.unit() * 0.05 * rows as f32;
                scene.frame(width, between(draw, 60.0, 200.0));
            }
            Self::Screenshot => window(&mut scene, draw),
            Self::Desk => scene.turned_on_desk(between(draw, 20.0, 70.0), draw),
            Self::Shadow => scene.shade(between(draw, 0.12, 0.45), draw),
            _ => {}
        }
        // Some blank pages are flat, as a program draws them.
        let is_flat = clean || (self == Self::Blank && draw.unit() < 0.3);
        if !is_flat {
            scene.photograph(draw);
        }
        scene.picture()
    }

    fn write(self, scene: &mut Scene, digits: [&[u8]; 2], ink: f32, draw: &mut Stream) {
        let [rows, columns] = [scene.rows as f32, scene.columns as f32];
        let high = match self {
            Self::Tight => between(draw, 0.8, 0.95),
            Self::Screenshot => between(draw, 0.2, 0.4),
            Self::TwoDigits => between(draw, 0.25, 0.4),
            Self::Desk => between(draw, 0.15, 0.3),
            _ => between(draw, 0.25, 0.6),
        } * rows;
        let thin = match self {
            Self::ThickPen => -between(draw, 2.0, 3.0),
            _ => between(draw, 0.3, 0.55),
        };
        let mut place = |from: f32, to: f32, length: f32| {
            let room = (to - from - length).max(0.0);
            from + draw.unit() * room
        };
        match self {
            Self::Blank => {}
            Self::TwoDigits => {
                let top = place(0.1 * rows, 0.9 * rows, high);
                let left = place(0.05 * columns, 0.95 * columns, 2.2 * high);
                let gap = place(1.0, 1.3, 0.0) * high;
                scene.write(digits[0], [top, left], high, thin, ink);
                scene.write(
                    digits[1],
                    [top + place(-0.1, 0.1, 0.0) * high, left + gap],
                    high,
                    thin,
                    ink,
                );
            }
            Self::Tight => scene.write_filling(digits[0], high / rows, thin, ink),
            Self::Screenshot => {
                let top = place(0.32 * rows, 0.9 * rows, high);
                let left = place(0.1 * columns, 0.9 * columns, high);
                scene.write(digits[0], [top, left], high, thin, ink);
            }
            Self::Desk => {
                let top = place(0.35 * rows, 0.65 * rows, high);
                let left = place(0.35 * columns, 0.65 * columns, high);
                scene.write(digits[0], [top, left], high, thin, ink);
            }
            _ => {
                let top = place(0.12 * rows, 0.88 * rows, high);
                let left = place(0.12 * columns, 0.88 * columns, high);
                scene.write(digits[0], [top, left], high, thin, ink);
            }
        }
    }
}

fn between(draw: &mut Stream, low: f32, high: f32) -> f32 {
    low + (high - low) * draw.unit()
}

fn size(kind: Kind, draw: &mut Stream) -> [usize; 2] {
    let side = |draw: &mut Stream| 240 + draw.below(360);
    match kind {
        Kind::Drawn => [28 + draw.below(400); 2],
        Kind::GreyBorder => [60 + draw.below(400); 2],
        Kind::Screenshot => [400 + draw.below(300), 500 + draw.below(400)],
        Kind::TwoDigits => {
            let rows = side(draw);
            [rows, rows + rows / 4]
        }
        _ => {
            let rows = side(draw);
            [rows, rows * 4 / 5 + draw.below(rows * 3 / 5)]
        }
    }
}

/// How dark lines are beside the ink, and how far apart and thick they are.
fn line_style(scene: &Scene, paper: f32, ink: f32, draw: &mut Stream) -> [f32; 3] {
    let value = paper + (ink - paper) * between(draw, 0.25, 0.9);
    let pitch = scene.rows as f32 * between(draw, 0.06, 0.18);
    let thickness = (pitch * between(draw, 0.03, 0.09)).clamp(1.0, 0.012 * scene.rows as f32 + 1.0);
    [value, pitch, thickness]
}

fn rule(scene: &mut Scene, kind: Kind, paper: f32, ink: f32, draw: &mut Stream) {
    let [value, pitch, thickness] = line_style(scene, paper, ink, draw);
    let (rise, bend) = if kind == Kind::RuledAskew {
        (draw.symmetric(0.14), draw.symmetric(0.02))
    } else {
        (draw.symmetric(0.008), 0.0)
    };
    let first = draw.unit() * pitch - 0.2 * scene.rows as f32;
    let count = (1.4 * scene.rows as f32 / pitch) as usize + 1;
    // Lines that are seen from the side draw together a little.
    let fan = if kind == Kind::RuledAskew {
        draw.symmetric(0.01)
    } else {
        0.0
    };
    for i in 0..count {
        let start = first + i as f32 * pitch;
        let rise = rise + fan * (i as f32 / count as f32 - 0.5);
        scene.line(start, rise, bend, thickness, value);
    }
}

fn square(scene: &mut Scene, paper: f32, ink: f32, draw: &mut Stream) {
    let [value, pitch, thickness] = line_style(scene, paper, ink, draw);
    let rise = draw.symmetric(0.06);
    let [first, other] = [draw.unit() * pitch, draw.unit() * pitch];
    let beyond = 0.1 * scene.rows.max(scene.columns) as f32;
    let count = |length: usize| ((length as f32 + 2.0 * beyond) / pitch) as usize + 1;
    for i in 0..count(scene.rows) {
        scene.line(
            first + i as f32 * pitch - beyond,
            rise,
            0.0,
            thickness,
            value,
        );
    }
    for i in 0..count(scene.columns) {
        scene.line_down(other + i as f32 * pitch - beyond, -rise, thickness, value);
    }
}

fn dark_edges(scene: &mut Scene, draw: &mut Stream) {
    let value = between(draw, 5.0, 110.0);
    let first = draw.below(4);
    for side in [first, (first + 1) % 4].into_iter().take(1 + draw.below(2)) {
        let [near, far] = [draw.unit() * 0.1, draw.unit() * 0.1];
        scene.edge(side, near, far.max(0.01), value);
    }
}

/// A window about the canvas: a desktop, a title bar, a toolbar with icons, a line of status.
fn window(scene: &mut Scene, draw: &mut Stream) {
    let (rows, columns) = (scene.rows, scene.columns);
    let is_light = draw.unit() < 0.5;
    let bars = if is_light {
        between(draw, 235.0, 250.0)
    } else {
        between(draw, 40.0, 90.0)
    };
    let text = if is_light { 40.0 } else { 220.0 };
    let title = rows / 16;
    let tools = title + rows / 20 + draw.below(rows / 10);
    scene.fill([0, title], [0, columns], between(draw, 60.0, 230.0).round());
    scene.fill([title, tools], [0, columns], bars.round());
    scene.fill([rows - rows / 24, rows], [0, columns], bars.round());
    let work = between(draw, 180.0, 235.0).round();
    if draw.unit() < 0.6 {
        let margin = 4 + draw.below(columns / 14);
        scene.fill([tools, rows - rows / 24], [0, margin], work);
        scene.fill([tools, rows - rows / 24], [columns - margin, columns], work);
        scene.fill([tools, tools + 6], [0, columns], work);
    }
    for _ in 0..6 + draw.below(24) {
        let side = 4 + draw.below(14);
        let row = title + 2 + draw.below((tools - title).saturating_sub(side + 4).max(1));
        let column = draw.below(columns - 20);
        let value = if draw.unit() < 0.5 {
            text
        } else {
            between(draw, 0.0, 255.0).round()
        };
        scene.fill([row, row + side], [column, column + side], value);
    }
    for _ in 0..8 + draw.below(10) {
        let column = draw.below(columns / 3);
        scene.fill([title / 3, 2 * title / 3], [column, column + 3], text);
        scene.fill(
            [rows - rows / 30, rows - rows / 60],
            [column, column + 3],
            text,
        );
    }
    let close = [title / 4, 3 * title / 4];
    scene.fill(close, [columns - title, columns - title / 2], text);
}
