//! One of the two plots.

use super::super::picture::{AXIS, Anchor, GRID, INK, line, polygon, polyline, text};
use super::axis::Axis;
use super::best::{self, BestMark};
use super::ends::{self, EndName};
use super::series::{Line, Quantity, Stroke, Subject};
use super::{Frame, Names, PLOT_HEIGHT, TYPE};
use crate::lab::format;
use svg::Document;

/// A plot of one quantity.
pub(super) struct Panel {
    quantity: Quantity,
    range: [f64; 2],
    names: Vec<EndName>,
    top: f64,
    bottom: f64,
    frame: Frame,
}

impl Panel {
    pub(super) fn of(quantity: Quantity, subjects: &[Subject], names: Names) -> Self {
        Self {
            quantity,
            range: range(quantity, subjects),
            names: subjects
                .iter()
                .flat_map(|subject| end_names(quantity, subject, names))
                .collect(),
            top: 0.0,
            bottom: 0.0,
            frame: Frame {
                left: 0.0,
                right: 0.0,
            },
        }
    }

    /// What the names beside it need.
    pub(super) fn names_width(&self) -> f64 {
        self.names.iter().map(EndName::width).fold(0.0, f64::max)
    }

    /// Puts it below a height, high enough for its names, and gives where it ends.
    pub(super) fn place(&mut self, top: f64, frame: Frame) -> f64 {
        self.frame = frame;
        self.top = top;
        self.bottom = top + PLOT_HEIGHT.max(self.names.len() as f64 * ends::SPACING + 8.0);
        self.bottom
    }

    fn y(&self) -> Axis {
        Axis::new(self.range, [self.bottom, self.top])
    }

    /// The heading, the grid and the heights' marks.
    pub(super) fn ground(&self, mut drawing: Document, x: &Axis) -> Document {
        let Frame { left, right } = self.frame;
        let heading = match self.quantity {
            Quantity::Accuracy => "Accuracy",
            Quantity::Loss => "Loss",
        };
        let at = [left, self.top - 9.0];
        drawing = drawing.add(text(heading, at, TYPE + 1.0, INK, Anchor::Start));
        for tick in x.whole_ticks(10) {
            let at = x.at(tick);
            drawing = drawing
                .add(line([at, self.top], [at, self.bottom], GRID, 1.0))
                .add(line([at, self.bottom], [at, self.bottom + 4.0], AXIS, 1.0));
        }
        let y = self.y();
        let (ticks, decimals) = y.ticks(6);
        for tick in ticks {
            let at = y.at(tick);
            let words = match self.quantity {
                Quantity::Accuracy => format!("{tick:.decimals$}%"),
                Quantity::Loss => format!("{tick:.decimals$}"),
            };
            drawing = drawing
                .add(line([left, at], [right, at], GRID, 1.0))
                .add(text(&words, [left - 8.0, at + 5.0], TYPE, INK, Anchor::End));
        }
        drawing
            .add(line([left, self.bottom], [right, self.bottom], AXIS, 1.0))
            .add(line([left, self.top], [left, self.bottom], AXIS, 1.0))
    }

    /// The lines, best epochs and names.
    pub(super) fn curves(&self, mut drawing: Document, x: &Axis, subjects: &[Subject]) -> Document {
        let y = self.y();
        let mut drawn = Vec::new();
        // Validation lies on top of training.
        for is_validation in [false, true] {
            for subject in subjects {
                for line in subject.lines(self.quantity) {
                    if (line.stroke == Stroke::Validation) == is_validation {
                        drawing = add_line(drawing, line, &subject.color, x, &y);
                        drawn.extend(path_points(line, x, &y));
                    }
                }
            }
        }
        let marks: Vec<BestMark> = subjects
            .iter()
            .filter_map(|subject| self.best_mark(subject, subjects.len(), x, &y))
            .collect();
        let flags = subjects.iter().flat_map(|subject| &subject.changes);
        let flags = flags.map(|(place, _)| x.clamped(*place));
        for upright in marks.iter().map(|mark| mark.at[0]).chain(flags) {
            let down = (0..).map(|step| self.top + 4.0 * f64::from(step));
            let down = down.take_while(|height| *height < self.bottom);
            drawn.extend(down.map(|height| [upright, height]));
        }
        let Frame { left, right } = self.frame;
        let area = [left, self.top, right, self.bottom];
        drawing = best::add_to(drawing, &marks, &drawn, area);
        let names: Vec<(&EndName, [f64; 2])> = self
            .names
            .iter()
            .map(|name| (name, [x.at(name.end[0]), y.clamped(name.end[1])]))
            .collect();
        let range = [self.top + 6.0, self.bottom - 4.0];
        ends::add_to(drawing, &names, right, range)
    }

    fn best_mark(
        &self,
        subject: &Subject,
        subjects: usize,
        x: &Axis,
        y: &Axis,
    ) -> Option<BestMark> {
        let best = subject.best.as_ref()?;
        let (value, figure) = match self.quantity {
            Quantity::Accuracy => (
                100.0 * best.accuracy,
                format::percent_with_error(best.accuracy, best.count),
            ),
            Quantity::Loss => (best.loss, format::loss(best.loss)),
        };
        value.is_finite().then(|| BestMark {
            at: [x.at(best.epoch as f64), y.clamped(value)],
            words: (subjects <= best::FEW).then(|| format!("best epoch {}: {figure}", best.epoch)),
            color: subject.color.clone(),
        })
    }
}

/// All that is finite, with a little air; accuracy ends at 100%, loss at 0.
fn range(quantity: Quantity, subjects: &[Subject]) -> [f64; 2] {
    let values = subjects
        .iter()
        .flat_map(|subject| subject.lines(quantity))
        .flat_map(|line| {
            let errors = line.errors.iter().copied().chain(std::iter::repeat(0.0));
            line.points
                .iter()
                .zip(errors)
                .flat_map(|([_, value], error)| [value - error, value + error])
        })
        .filter(|value| value.is_finite());
    let [low, high] = values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
        [low.min(value), high.max(value)]
    });
    if low > high {
        return match quantity {
            Quantity::Accuracy => [0.0, 100.0],
            Quantity::Loss => [0.0, 1.0],
        };
    }
    let least = match quantity {
        Quantity::Accuracy => 0.5,
        Quantity::Loss => (high.abs() * 0.05).max(1e-6),
    };
    let air = ((high - low) * 0.06).max(least);
    let top = match quantity {
        // So that a line at 100% is seen whole.
        Quantity::Accuracy => (high + air).min(100.0 + air / 2.0),
        Quantity::Loss => high + air,
    };
    [(low - air).max(0.0).min(top - air), top]
}

/// The names of a run's lines.
fn end_names(quantity: Quantity, subject: &Subject, names: Names) -> Vec<EndName> {
    subject
        .lines(quantity)
        .iter()
        .filter(|line| names != Names::Run || line.stroke == Stroke::Validation)
        .filter_map(|line| {
            let end = line.points.iter().rfind(|[_, value]| value.is_finite())?;
            let figure = match quantity {
                Quantity::Accuracy => format!("{:.2}%", end[1]),
                Quantity::Loss => format::loss(end[1]),
            };
            let split = line.stroke.label();
            Some(EndName {
                name: match names {
                    Names::Split => split.into(),
                    Names::Full => format!("{} {split}", subject.name),
                    Names::Run => subject.name.clone(),
                },
                figure,
                color: subject.color.clone(),
                end: *end,
            })
        })
        .collect()
}

/// A line with its band, broken where a figure isn't finite, which is marked by a cross.
fn add_line(mut drawing: Document, line: &Line, color: &str, x: &Axis, y: &Axis) -> Document {
    let is_finite = |index: &usize| line.points[*index][1].is_finite();
    let all: Vec<usize> = (0..line.points.len()).collect();
    let at = |index: usize, shift: f64| {
        let [epoch, value] = line.points[index];
        [x.at(epoch), y.clamped(value + shift)]
    };
    for part in all.chunk_by(|a, b| is_finite(a) == is_finite(b)) {
        if !part.first().is_some_and(is_finite) {
            continue;
        }
        let error = |index: usize| line.errors.get(index).copied().unwrap_or(0.0);
        if !line.errors.is_empty() && part.len() > 1 {
            let above = part.iter().map(|&index| at(index, error(index)));
            let below = part.iter().rev().map(|&index| at(index, -error(index)));
            let band: Vec<[f64; 2]> = above.chain(below).collect();
            drawing = drawing.add(polygon(&band, color, 0.15));
        }
        let points: Vec<[f64; 2]> = part.iter().map(|&index| at(index, 0.0)).collect();
        drawing = match points.as_slice() {
            [alone] => drawing.add(super::super::picture::dot(*alone, 3.0, color)),
            points => drawing.add(line.stroke.draw(points, color)),
        };
    }
    let mut last_finite = None;
    for index in all {
        if is_finite(&index) {
            last_finite = Some(line.points[index][1]);
        } else {
            let height = last_finite.map_or(y.at(f64::NAN), |value| y.clamped(value));
            drawing = add_cross(drawing, [x.at(line.points[index][0]), height], color, y);
        }
    }
    drawing
}

/// The mark of a figure that isn't finite, at the last height or, without one, halfway up.
fn add_cross(drawing: Document, [x, height]: [f64; 2], color: &str, y: &Axis) -> Document {
    let height = if height.is_finite() {
        height
    } else {
        y.middle()
    };
    let cross = |slope: f64| {
        let ends = [
            [x - 6.0, height - 6.0 * slope],
            [x + 6.0, height + 6.0 * slope],
        ];
        polyline(&ends, color, 2.5)
    };
    drawing.add(cross(1.0)).add(cross(-1.0))
}

/// Points along a line, near enough to each other to tell where it runs.
fn path_points(line: &Line, x: &Axis, y: &Axis) -> Vec<[f64; 2]> {
    const BETWEEN: usize = 16;
    line.points
        .windows(2)
        .filter(|pair| pair.iter().all(|[_, value]| value.is_finite()))
        .flat_map(|pair| {
            let place = |[epoch, value]: [f64; 2]| [x.at(epoch), y.clamped(value)];
            let (from, to) = (place(pair[0]), place(pair[1]));
            (0..=BETWEEN).map(move |step| {
                let share = step as f64 / BETWEEN as f64;
                [
                    from[0] + share * (to[0] - from[0]),
                    from[1] + share * (to[1] - from[1]),
                ]
            })
        })
        .collect()
}
