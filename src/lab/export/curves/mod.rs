//! Curves as a drawing: accuracy over loss with one x, for a paper or a talk. Light, in larger
//! type, with every line named at its end.

mod axis;
mod best;
mod ends;
mod flags;
mod panel;
mod series;

use super::picture::{self, Anchor, INK, QUIET, fitted, hex, text, width_of};
use super::{ExportError, run_labels};
use crate::lab::{Run, format};
use axis::Axis;
use panel::Panel;
use series::{Quantity, Subject};
use svg::Document;

/// A run, and the colour that it is known by.
#[derive(Clone, Copy, Debug)]
pub struct CurveRun<'a> {
    /// The run.
    pub run: &'a Run,
    /// Its colour on white: red, green, blue.
    pub color: [u8; 3],
}

const WIDTH: f64 = 900.0;
const MARGIN: f64 = 20.0;
/// Left of the plots: the heights' marks.
const LEFT: f64 = 72.0;
/// Names at the ends of lines take so much at most.
const MOST_NAMES: f64 = 270.0;
const TITLE: f64 = 20.0;
const TYPE: f64 = 15.0;
const ROW: f64 = 20.0;
const PLOT_HEIGHT: f64 = 240.0;
/// Above each plot: what it shows.
const HEADING: f64 = 26.0;
/// Below the plots: the epochs' marks and their name.
const EPOCHS: f64 = 52.0;
/// With more runs only validation is named, and best epochs are told of below.
const FEW: usize = 3;

/// Where the plots lie.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: f64,
    right: f64,
}

/// Draws the curves of runs.
///
/// # Errors
/// Where no epoch of any run is over.
pub fn curves_svg(runs: &[CurveRun<'_>]) -> Result<String, ExportError> {
    let plain: Vec<&Run> = runs.iter().map(|run| run.run).collect();
    let labels = run_labels(&plain);
    let subjects: Vec<Subject> = runs
        .iter()
        .zip(&labels)
        .map(|(run, label)| Subject::of(run.run, label, hex(run.color)))
        .filter(Subject::has_points)
        .collect();
    if subjects.is_empty() {
        let runs = labels.join(", ");
        return Err(ExportError::NoEpochs { runs });
    }
    let mut panels = [Quantity::Accuracy, Quantity::Loss]
        .map(|quantity| Panel::of(quantity, &subjects, names_of(&subjects)));
    let names = panels.iter().map(Panel::names_width).fold(0.0, f64::max);
    let frame = Frame {
        left: LEFT,
        right: WIDTH - MARGIN - names.min(MOST_NAMES) - ends::GAP,
    };
    let x = x_axis(&subjects, frame);
    let title = labels.join(", ");
    let head = head(&subjects);
    let flags = flags::Flags::of(&subjects, &x, [frame.left, WIDTH - MARGIN]);

    let mut y = MARGIN + head.height;
    let flags_top = y;
    y += flags.height();
    for panel in &mut panels {
        y += HEADING;
        y = panel.place(y, frame);
        y += 14.0;
    }
    let bottom = y - 14.0;
    let foot = foot(&subjects, bottom + EPOCHS);
    let height = bottom + EPOCHS + foot.height + MARGIN / 2.0;

    let mut drawing = picture::drawing([WIDTH, height], &title);
    drawing = head.add_to(drawing);
    for panel in &panels {
        drawing = panel.ground(drawing, &x);
    }
    drawing = flags.add_to(drawing, flags_top, bottom);
    for panel in &panels {
        drawing = panel.curves(drawing, &x, &subjects);
    }
    drawing = epochs_axis(drawing, &x, frame, bottom);
    Ok(foot.add_to(drawing).to_string())
}

/// How the lines are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// The split alone: there is one run, and the title names it.
    Split,
    /// The run and the split.
    Full,
    /// The run alone, at its validation.
    Run,
}

fn names_of(subjects: &[Subject]) -> Names {
    match subjects.len() {
        1 => Names::Split,
        2..=FEW => Names::Full,
        _ => Names::Run,
    }
}

/// Epochs from the first to the last.
fn x_axis(subjects: &[Subject], frame: Frame) -> Axis {
    let last = subjects.iter().map(Subject::last_epoch).fold(1.0, f64::max);
    let range = if last > 1.0 { [1.0, last] } else { [0.5, 1.5] };
    Axis::new(range, [frame.left, frame.right])
}

fn epochs_axis(mut drawing: Document, x: &Axis, frame: Frame, bottom: f64) -> Document {
    for tick in x.whole_ticks(10) {
        let at = [x.at(tick), bottom + 20.0];
        drawing = drawing.add(text(&format!("{tick}"), at, TYPE, INK, Anchor::Middle));
    }
    let middle = f64::midpoint(frame.left, frame.right);
    let at = [middle, bottom + 42.0];
    drawing.add(text("Epoch", at, TYPE, INK, Anchor::Middle))
}

/// Rows of text that know their height.
struct Rows {
    parts: Vec<svg::node::element::Element>,
    height: f64,
}

impl Rows {
    fn add_to(self, drawing: Document) -> Document {
        self.parts.into_iter().fold(drawing, Document::add)
    }
}

/// The runs' names in their colours, and what the strokes mean.
fn head(subjects: &[Subject]) -> Rows {
    let mut parts = Vec::new();
    let room = WIDTH - 2.0 * MARGIN;
    let (mut at, mut y) = (MARGIN, MARGIN + TITLE - 4.0);
    for subject in subjects {
        let name = fitted(&subject.name, TITLE, room);
        let width = width_of(&name, TITLE);
        if at > MARGIN && at + width > WIDTH - MARGIN {
            at = MARGIN;
            y += TITLE + 6.0;
        }
        let color = if subjects.len() == 1 {
            INK
        } else {
            &subject.color
        };
        parts.push(text(&name, [at, y], TITLE, color, Anchor::Start).into());
        at += width + 20.0;
    }
    y += 26.0;
    let mut at = MARGIN;
    let noisy = subjects.iter().any(Subject::has_noise);
    for (stroke, words) in series::KEY {
        if stroke == series::Stroke::Learned && !noisy {
            continue;
        }
        let words = match stroke {
            series::Stroke::Training if noisy => "training, images whose labels are right",
            _ => words,
        };
        let sample = [[at, y - 5.0], [at + 34.0, y - 5.0]];
        if stroke == series::Stroke::Validation {
            let band = [
                [at, y - 11.0],
                [at + 34.0, y - 11.0],
                [at + 34.0, y + 1.0],
                [at, y + 1.0],
            ];
            parts.push(picture::polygon(&band, QUIET, 0.18).into());
        }
        parts.push(stroke.draw(&sample, QUIET).into());
        at += 42.0;
        parts.push(text(words, [at, y], TYPE, QUIET, Anchor::Start).into());
        at += width_of(words, TYPE) + 24.0;
    }
    Rows {
        parts,
        height: y + 12.0 - MARGIN,
    }
}

/// The best epochs of many runs, a row each, and what ended badly.
fn foot(subjects: &[Subject], top: f64) -> Rows {
    let mut parts = Vec::new();
    let mut y = top;
    let room = WIDTH - 2.0 * MARGIN;
    let many = subjects.len() > best::FEW;
    for subject in subjects {
        let mut words = Vec::new();
        if let Some(best) = subject.best.as_ref().filter(|_| many) {
            words.push(format!(
                "best epoch {}, validation loss {}, accuracy {}",
                best.epoch,
                format::loss(best.loss),
                format::percent_with_error(best.accuracy, best.count),
            ));
        }
        if let Some(epoch) = subject.diverged_in {
            words.push(format!("diverged in epoch {epoch}: not finite"));
        }
        if words.is_empty() {
            continue;
        }
        y += ROW;
        let text_of_row = format!("{}: {}", subject.name, words.join("; "));
        let row = fitted(&text_of_row, TYPE, room);
        parts.push(text(&row, [MARGIN, y], TYPE, &subject.color, Anchor::Start).into());
    }
    Rows {
        parts,
        height: y - top + if y > top { 8.0 } else { 0.0 },
    }
}
