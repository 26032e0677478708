//! Draws a layout as SVG.

use super::super::picture::{
    AXIS, Anchor, GRID, INK, dot, hex, line, polygon, polyline, text, words_in,
};
use super::strokes::stroke;
use super::{ROW, TYPE};
use crate::lab::plot::{BandKind, Curves, Layer, Layout, Line, Plot, Point, Split};
use svg::Document;

/// From the middle of a text's height down to its baseline.
const BASELINE: f64 = 5.0;

/// A layout, and what it was made of.
pub(super) struct Drawer<'a> {
    pub(super) layout: &'a Layout,
    pub(super) curves: &'a [Curves<'a>],
}

impl Drawer<'_> {
    /// Adds everything to a drawing: ground, flags, curves, and the marks of the epochs.
    pub(super) fn add_to(&self, mut drawing: Document) -> Document {
        for plot in &self.layout.plots {
            drawing = self.ground(drawing, plot);
        }
        drawing = self.flags(drawing);
        for plot in &self.layout.plots {
            drawing = self.lines(drawing, plot);
            drawing = self.best(drawing, plot);
            drawing = self.names(drawing, plot);
        }
        self.epochs(drawing)
    }

    /// The lower end of the lowest plot.
    pub(super) fn bottom(&self) -> f64 {
        let bottoms = self.layout.plots.iter().map(|plot| plot.area.bottom);
        bottoms.fold(self.layout.flags_area.bottom, f64::max)
    }

    fn color(&self, of: usize) -> String {
        self.curves
            .get(of)
            .map_or_else(|| INK.into(), |curves| hex(curves.color))
    }

    /// The colour of words about curves.
    fn words_color(&self, of: usize) -> String {
        self.curves
            .get(of)
            .map_or_else(|| INK.into(), |curves| words_in(curves.color))
    }

    /// The heading, the grid and the marks of the heights.
    fn ground(&self, mut drawing: Document, plot: &Plot) -> Document {
        let area = plot.area;
        let at = [area.left, area.top - 9.0];
        let title = plot.panel.heights.title();
        drawing = drawing.add(text(title, at, TYPE + 1.0, INK, Anchor::Start));
        for tick in &self.layout.x_ticks {
            let (from, to) = ([tick.at, area.top], [tick.at, area.bottom]);
            let below = [tick.at, area.bottom + 4.0];
            drawing = drawing
                .add(line(from, to, GRID, 1.0))
                .add(line(to, below, AXIS, 1.0));
        }
        for tick in &plot.y_ticks {
            let at = [area.left - 8.0, tick.label_at + BASELINE];
            let grid = line([area.left, tick.at], [area.right, tick.at], GRID, 1.0);
            drawing = drawing
                .add(grid)
                .add(text(&tick.label, at, TYPE, INK, Anchor::End));
        }
        let corner = [area.left, area.bottom];
        drawing
            .add(line(corner, [area.right, area.bottom], AXIS, 1.0))
            .add(line([area.left, area.top], corner, AXIS, 1.0))
    }

    /// Live changes: words in the band over the plots, and a line through all plots.
    fn flags(&self, mut drawing: Document) -> Document {
        let bottom = self.bottom();
        let top = self.layout.flags_area.top;
        for flag in &self.layout.flags.flags {
            let Some(spot) = flag.spot else { continue };
            let color = self.words_color(flag.of);
            let baseline = top + spot.row as f64 * ROW + 14.0;
            // Where the words had to go left of the line, it begins below them.
            let start = if spot.left > flag.at {
                baseline - 11.0
            } else {
                baseline + 5.0
            };
            let upright = line([flag.at, start], [flag.at, bottom], &color, 1.0);
            let at = [spot.left, baseline];
            drawing = drawing.add(upright.set("stroke-opacity", 0.75)).add(text(
                &flag.text,
                at,
                TYPE,
                &color,
                Anchor::Start,
            ));
        }
        drawing
    }

    /// Areas and lines. Validation lies on top of training, and crosses on top of both.
    fn lines(&self, mut drawing: Document, plot: &Plot) -> Document {
        let main = |line: &&Line| line.layer == Layer::Main;
        for is_validation in [false, true] {
            let lines = plot.panel.lines.iter().filter(main);
            for line in lines.filter(|line| (line.split == Split::Validation) == is_validation) {
                if is_validation {
                    drawing = self.bands(drawing, plot, line.of);
                }
                drawing = self.line(drawing, plot, line);
            }
        }
        for (of, at) in &plot.crosses {
            drawing = add_cross(drawing, *at, &self.color(*of));
        }
        drawing
    }

    /// The areas of one run.
    fn bands(&self, mut drawing: Document, plot: &Plot, of: usize) -> Document {
        let bands = plot.panel.bands.iter().filter(|band| band.of == of);
        for band in bands {
            let place = |(x, height): (&f64, &f64)| self.place(plot, Point::new(*x, *height));
            let above = band.xs.iter().zip(&band.high).map(place);
            let below = band.xs.iter().zip(&band.low).rev().map(place);
            let outline: Vec<[f64; 2]> = above.chain(below).collect();
            let opacity = match band.kind {
                BandKind::Error | BandKind::Spread => 0.15,
                BandKind::Gap => 0.10,
            };
            drawing = drawing.add(polygon(&outline, &self.color(of), opacity));
        }
        drawing
    }

    /// A line, broken where a figure isn't finite. A figure between two breaks is a dot.
    fn line(&self, mut drawing: Document, plot: &Plot, line: &Line) -> Document {
        let color = self.color(line.of);
        for stretch in line.points.split(|point| !point.is_finite()) {
            let places: Vec<[f64; 2]> = stretch
                .iter()
                .map(|point| self.place(plot, *point))
                .collect();
            drawing = match places.as_slice() {
                [] => drawing,
                [alone] => drawing.add(dot(*alone, 3.0, &color)),
                places => drawing.add(stroke(line.split, places, &color)),
            };
        }
        drawing
    }

    fn place(&self, plot: &Plot, point: Point) -> [f64; 2] {
        [self.layout.x.at(point.x), plot.y.clamped(point.y)]
    }

    /// A line through the plot at each best epoch, a dot, and the figure beside it.
    fn best(&self, mut drawing: Document, plot: &Plot) -> Document {
        let area = plot.area;
        for dot in &plot.dots {
            let [x, _] = dot.at;
            let upright = line([x, area.top], [x, area.bottom], &self.color(dot.of), 1.2);
            drawing = drawing.add(upright.set("stroke-dasharray", "2 3"));
        }
        for best in &plot.dots {
            let color = self.words_color(best.of);
            drawing = drawing
                .add(dot(best.at, 6.5, "#ffffff"))
                .add(dot(best.at, 5.0, &color));
            let Some((words, at)) = &best.words else {
                continue;
            };
            // A white rim keeps the words legible where a line crosses them.
            let rim = text(words, *at, TYPE, "#ffffff", Anchor::Start)
                .set("stroke-width", 5)
                .set("stroke-opacity", 0.85)
                .set("stroke-linejoin", "round");
            drawing = drawing
                .add(rim)
                .add(text(words, *at, TYPE, &color, Anchor::Start));
        }
        drawing
    }

    /// Names of lines, each with a leader from the end of its line. The leader is dotted and level
    /// within the picture, so that behind a run that ended early it is neither taken for its curve nor
    /// for a forecast.
    fn names(&self, mut drawing: Document, plot: &Plot) -> Document {
        for name in &plot.names {
            let color = self.words_color(name.of);
            let from = [name.end[0] + 3.0, name.end[1]];
            let edge = [plot.area.right.max(from[0]), from[1]];
            let dotted = |from, to| {
                line(from, to, &color, 0.8)
                    .set("stroke-opacity", 0.7)
                    .set("stroke-dasharray", "1 4")
            };
            let leader = [
                dotted(from, edge),
                dotted(edge, [name.at[0] - 5.0, name.at[1]]),
            ];
            let at = [name.at[0], name.at[1] + BASELINE];
            for part in leader {
                drawing = drawing.add(part);
            }
            drawing = drawing.add(text(&name.text, at, TYPE, &color, Anchor::Start));
        }
        drawing
    }

    /// The marks of the epochs below the plots, and their name.
    fn epochs(&self, mut drawing: Document) -> Document {
        let bottom = self.bottom();
        for tick in &self.layout.x_ticks {
            let at = [tick.label_at, bottom + 20.0];
            drawing = drawing.add(text(&tick.label, at, TYPE, INK, Anchor::Middle));
        }
        let [left, right] = self.layout.x.places;
        let at = [f64::midpoint(left, right), bottom + 42.0];
        drawing.add(text("Epoch", at, TYPE, INK, Anchor::Middle))
    }
}

/// The mark of a figure that isn't finite.
fn add_cross(drawing: Document, [x, height]: [f64; 2], color: &str) -> Document {
    let arm = |slope: f64| {
        let ends = [
            [x - 6.0, height - 6.0 * slope],
            [x + 6.0, height + 6.0 * slope],
        ];
        polyline(&ends, color, 2.5)
    };
    drawing.add(arm(1.0)).add(arm(-1.0))
}
