//! Curves as a drawing: accuracy over loss with one x, for a paper or a talk. Light, in larger
//! type, with every line named at its end. What is drawn where is the one layout of plots;
//! `draw` makes SVG of it, and this file adds what stands above and below.

mod draw;
mod strokes;

use super::picture::{self, Anchor, INK, QUIET, fitted, text, width_of};
use super::{ExportError, run_labels};
use crate::lab::curves::OpenedRun;
use crate::lab::plot::{
    Area, BatchCache, Curves, Emphasis, FlagStyle, Flagged, Look, Naming, PanelHeights, Quantity,
    Reach, Request, Role, Shading, Sheet, Split, XAxis, YView, lay_out,
};
use crate::lab::sweep::{GroupCurve, SpreadKind};
use crate::lab::{Run, format};
use draw::Drawer;
use strokes::Bands;

/// A run, and the colour that it is known by.
#[derive(Clone, Copy, Debug)]
pub struct CurveRun<'a> {
    /// The run.
    pub run: &'a Run,
    /// The colour of the run on white: red, green, blue.
    pub color: [u8; 3],
}

const WIDTH: f64 = 900.0;
const MARGIN: f64 = 20.0;
const TITLE: f64 = 20.0;
const TYPE: f64 = 15.0;
const ROW: f64 = 20.0;
/// Below the plots: the marks of the epochs and their name.
const EPOCHS: f64 = 52.0;
/// Points across the drawing beyond which a line is thinned: four for each of its units.
const COLUMNS: usize = 4 * WIDTH as usize;

/// The sizes of the drawing, whose plots begin below a head of this height.
fn sheet(head: f64) -> Sheet {
    Sheet {
        space: Area {
            left: MARGIN,
            top: MARGIN + head,
            right: WIDTH - MARGIN,
            bottom: f64::INFINITY,
        },
        marks_width: 52.0,
        names_width: [0.0, 270.0],
        names_step: 1.0,
        names_gap: 26.0,
        name_height: 18.0,
        heights: PanelHeights::Each(240.0),
        title: 26.0,
        title_inset: 4.0,
        least_plot: 0.0,
        between: 14.0,
        x_spacing: 56.0,
        y_spacing: 40.0,
        y_margin: 0.0,
        flags: FlagStyle {
            flagged: Flagged::Every,
            least_rows: 0,
            most_rows: usize::MAX,
            row: ROW,
            gap: 5.0,
            apart: 14.0,
        },
        naming: Naming::Full,
        best_words: MOST_WITH_WORDS,
    }
}

/// With more runs than this, best epochs are told of below the plots.
const MOST_WITH_WORDS: usize = 2;

/// Draws the curves of runs.
///
/// # Errors
/// Where no epoch of any run is over.
pub fn curves_svg(runs: &[CurveRun<'_>]) -> Result<String, ExportError> {
    let plain: Vec<&Run> = runs.iter().map(|run| run.run).collect();
    let labels = run_labels(&plain);
    let curves = runs.iter().zip(&labels).map(|(run, label)| {
        Curves::of_run(
            run.run,
            label,
            run.color,
            XAxis::Epoch,
            emphasis(Shading::Error),
        )
    });
    drawn(curves.collect(), None, &labels.join(", "))
}

/// The mean of runs that differ in the seed alone, to be drawn with these runs behind it.
#[derive(Clone, Debug)]
pub struct DrawnGroup<'a> {
    /// The mean.
    pub curve: GroupCurve<'a>,
    /// The single runs.
    pub runs: Vec<&'a Run>,
    /// The colour of the group on white: red, green, blue.
    pub color: [u8; 3],
}

/// Draws the means of groups with the band about each and the single runs faint behind it, and runs that belong
/// to none of them.
///
/// # Errors
/// Where no epoch of any run is over.
pub fn groups_svg(groups: &[DrawnGroup<'_>], runs: &[CurveRun<'_>]) -> Result<String, ExportError> {
    let member = Emphasis {
        role: Role::Member,
        ..emphasis(Shading::Nothing)
    };
    let mut curves: Vec<Curves<'_>> = Vec::new();
    for group in groups {
        let members = group
            .runs
            .iter()
            .map(|run| Curves::of_run(run, &run.name, group.color, XAxis::Epoch, member));
        curves.extend(members);
    }
    let alone = runs.iter().map(|run| {
        let shown = emphasis(Shading::Error);
        Curves::of_run(run.run, &run.run.name, run.color, XAxis::Epoch, shown)
    });
    curves.extend(alone);
    let means = groups.iter().map(|group| {
        Curves::of_group(
            &group.curve,
            group.color,
            XAxis::Epoch,
            emphasis(Shading::Spread),
        )
    });
    curves.extend(means);
    let names: Vec<&str> = groups.iter().map(|group| &group.curve.name[..]).collect();
    let kind = groups.first().map(|group| group.curve.kind);
    drawn(curves, kind, &names.join(", "))
}

/// Draws curves that are no run's own, such as the means of several runs.
///
/// # Errors
/// Where none of them has an epoch.
pub fn other_curves_svg(opened: &[(&OpenedRun, [u8; 3])]) -> Result<String, ExportError> {
    let curves = opened
        .iter()
        .map(|(opened, color)| Curves::of_file(opened, *color, emphasis(Shading::Nothing)));
    let names: Vec<&str> = opened.iter().map(|(opened, _)| &opened.name[..]).collect();
    drawn(curves.collect(), None, &names.join(", "))
}

fn emphasis(shading: Shading) -> Emphasis {
    Emphasis {
        role: Role::Shown,
        highlighted: false,
        faded: false,
        shading,
    }
}

/// Draws curves. Means among them have bands that show this.
fn drawn(
    mut curves: Vec<Curves<'_>>,
    of_means: Option<SpreadKind>,
    title: &str,
) -> Result<String, ExportError> {
    curves.retain(|curves| !curves.points.is_empty());
    if curves.is_empty() {
        return Err(ExportError::NoEpochs { runs: title.into() });
    }
    let head = head(&curves, of_means);
    let sheet = sheet(head.height);
    let request = Request {
        curves: &curves,
        quantities: &Quantity::WITHOUT_GAP,
        along: XAxis::Epoch,
        look: Look {
            view: YView::Fit,
            smoothing: 0.0,
            x: epochs(&curves),
            columns: COLUMNS,
            reach: Reach::Everything,
            batches: true,
        },
        held: &|_| None,
        sheet: &sheet,
        measure: &|content| width_of(content, TYPE),
    };
    let layout = lay_out(&request, &mut BatchCache::default());
    let drawer = Drawer {
        layout: &layout,
        curves: &curves,
    };
    let below = drawer.bottom() + EPOCHS;
    let foot = foot(&curves, below);
    let height = below + foot.height + MARGIN / 2.0;
    let drawing = picture::drawing([WIDTH, height], title);
    let drawing = drawer.add_to(head.add_to(drawing));
    Ok(foot.add_to(drawing).to_string())
}

/// Epochs from the first to the last.
fn epochs(curves: &[Curves<'_>]) -> [f64; 2] {
    let points = curves.iter().filter_map(|curves| curves.points.last());
    let last = points.map(|point| point.x).fold(1.0, f64::max);
    if last > 1.0 { [1.0, last] } else { [0.5, 1.5] }
}

/// Rows of text that know their height.
struct Rows {
    parts: Vec<svg::node::element::Element>,
    height: f64,
}

impl Rows {
    fn add_to(self, drawing: svg::Document) -> svg::Document {
        self.parts.into_iter().fold(drawing, svg::Document::add)
    }
}

/// How much wider a viewer may draw a name that lacks the font by which names are measured.
const OTHER_FONT: f64 = 1.2;

/// The names of the runs in their colours, and below them what the strokes mean.
fn head(all: &[Curves<'_>], of_means: Option<SpreadKind>) -> Rows {
    let mut parts = Vec::new();
    let room = WIDTH - 2.0 * MARGIN;
    let (mut at, mut y) = (MARGIN, MARGIN + TITLE - 4.0);
    let named = || {
        all.iter()
            .filter(|curves| curves.emphasis.role != Role::Member)
    };
    let is_alone = named().count() == 1;
    for curves in named() {
        let name = fitted(curves.name, TITLE, room);
        let width = width_of(&name, TITLE);
        if at > MARGIN && at + width > WIDTH - MARGIN {
            at = MARGIN;
            y += TITLE + 6.0;
        }
        let color = if is_alone {
            INK.into()
        } else {
            picture::words_in(curves.color)
        };
        parts.push(text(&name, [at, y], TITLE, &color, Anchor::Start).into());
        at += OTHER_FONT * width + 14.0;
    }
    y += 26.0;
    let noisy = all.iter().any(|curves| {
        let mut points = curves.points.iter();
        points.any(|point| point.learned.is_finite())
    });
    let is_error = |curves: &Curves<'_>| curves.emphasis.shading == Shading::Error;
    let bands = Bands {
        of_runs: all.iter().any(is_error),
        of_means,
    };
    parts.extend(key(noisy, bands, y));
    Rows {
        parts,
        height: y + 12.0 - MARGIN,
    }
}

/// A row that says what the strokes mean. With label noise training is of right labels alone.
fn key(noisy: bool, bands: Bands, y: f64) -> Vec<svg::node::element::Element> {
    let mut parts = Vec::new();
    let mut at = MARGIN;
    for split in strokes::KEY {
        let words = match split {
            Split::Learned | Split::Batches if !noisy => continue,
            Split::Learned | Split::Batches => "wrong labels learned",
            Split::Training if noisy => "training, images whose labels are right",
            Split::Training => "training",
            Split::Validation => bands.words(),
        };
        let sample = [[at, y - 5.0], [at + 34.0, y - 5.0]];
        if split == Split::Validation && bands.is_any() {
            let band = [
                [at, y - 11.0],
                [at + 34.0, y - 11.0],
                [at + 34.0, y + 1.0],
                [at, y + 1.0],
            ];
            parts.push(picture::polygon(&band, QUIET, 0.18).into());
        }
        parts.push(strokes::stroke(split, &sample, QUIET).into());
        at += 42.0;
        parts.push(text(words, [at, y], TYPE, QUIET, Anchor::Start).into());
        at += OTHER_FONT * width_of(words, TYPE) + 18.0;
    }
    parts
}

/// The best epochs of many runs, a row each, and the runs whose figures ended badly.
fn foot(all: &[Curves<'_>], top: f64) -> Rows {
    let mut parts = Vec::new();
    let mut y = top;
    let room = WIDTH - 2.0 * MARGIN;
    let many = all.len() > MOST_WITH_WORDS;
    for curves in all
        .iter()
        .filter(|curves| curves.emphasis.role != Role::Member)
    {
        let Some(run) = curves.run else { continue };
        let mut words = Vec::new();
        if let Some(best) = run.best().filter(|_| many) {
            words.push(format!(
                "best epoch {}, validation loss {}, accuracy {}",
                best.epoch,
                format::loss(best.validation_loss),
                format::percent_with_error(best.validation_accuracy, best.validation_count),
            ));
        }
        // The first run has nothing before it to be set against.
        let first = all
            .iter()
            .find_map(|curves| Some((curves.name, curves.run?)));
        if let Some((name, first)) = first
            && let Some(word) = first.shares_validation_images(run).word()
        {
            words.push(format!("{word} than {name}'s"));
        }
        if let Some(epoch) = run.diverged_in {
            words.push(format!("diverged in epoch {epoch}: not finite"));
        }
        if words.is_empty() {
            continue;
        }
        y += ROW;
        let row = format!("{}: {}", curves.name, words.join("; "));
        let row = fitted(&row, TYPE, room);
        let color = picture::words_in(curves.color);
        parts.push(text(&row, [MARGIN, y], TYPE, &color, Anchor::Start).into());
    }
    Rows {
        parts,
        height: y - top + if y > top { 8.0 } else { 0.0 },
    }
}

#[cfg(test)]
mod tests;
