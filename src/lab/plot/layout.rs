//! The layout: curves and a size in; plots, marks, flags, names and dots with their places out.

use super::apart::{self, Wish};
use super::area::Area;
use super::axis::Axis;
use super::batches::BatchCache;
use super::best::{Dot, place_words};
use super::curves::{Curves, Role, Split};
use super::ends::{EndName, Naming, end_names};
use super::fit::Measure;
use super::flags::{FlagBand, FlagStyle};
use super::heights::Quantity;
use super::panel::{Layer, Look, Panel};
use super::ticks::{Tick, x_ticks, y_ticks};
use super::view::XAxis;

/// The sizes of a drawing, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// From the marks of the heights on the left to the names of the lines on the right. Flags
    /// begin at the top. The bottom counts only where plots share the height.
    pub space: Area,
    /// The width of the marks of the heights, left of the plots.
    pub marks_width: f64,
    /// The width of the names right of the plots, at least and at most.
    pub names_width: [f64; 2],
    /// The steps that this width grows in. While a run trains its names change, and the plots must
    /// not move with each digit.
    pub names_step: f64,
    /// Between the plots and the names.
    pub names_gap: f64,
    /// The height of a name.
    pub name_height: f64,
    /// How the plots are given their heights.
    pub heights: PanelHeights,
    /// Above each plot, for its title.
    pub title: f64,
    /// From the left end of the space to the titles.
    pub title_inset: f64,
    /// The height that each of two plots has before one of them is made larger.
    pub least_plot: f64,
    /// Below each plot but the last.
    pub between: f64,
    /// Room that a mark of the x axis wants.
    pub x_spacing: f64,
    /// Room that a mark of the heights wants.
    pub y_spacing: f64,
    /// What marks of heights say stays so far away from the ends of their axis.
    pub y_margin: f64,
    /// The flags.
    pub flags: FlagStyle,
    /// How much names say.
    pub naming: Naming,
    /// Up to so many runs have the figure of their best epoch beside its dot.
    pub best_words: usize,
}

/// How plots are given their heights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PanelHeights {
    /// Plots share what the space has. The first title stands in the last row of the flags.
    Shared,
    /// Each plot is so high, or higher where its names need more.
    Each(f64),
}

/// What is to be laid out.
pub struct Request<'a> {
    /// The curves, the least important first.
    pub curves: &'a [Curves<'a>],
    /// The plots, the uppermost first.
    pub quantities: &'a [Quantity],
    /// What the plots run along.
    pub along: XAxis,
    /// How the plots are looked at.
    pub look: Look,
    /// The heights that a person holds in a plot.
    pub held: &'a dyn Fn(Quantity) -> Option<[f64; 2]>,
    /// The sizes.
    pub sheet: &'a Sheet,
    /// The width of a text.
    pub measure: &'a Measure<'a>,
}

/// Everything that is drawn, with its place.
#[derive(Clone, Debug)]
pub struct Layout {
    /// From places along the plots to points.
    pub x: Axis,
    /// The marks of the x axis.
    pub x_ticks: Vec<Tick>,
    /// The flags.
    pub flags: FlagBand,
    /// Where the flags are: over the plots, from the top of the space.
    pub flags_area: Area,
    /// Where the title ends that stands in the last row of the flags; far left where none does.
    pub title_end: f64,
    /// The plots, the uppermost first.
    pub plots: Vec<Plot>,
}

/// A plot with its place.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it holds.
    pub panel: Panel,
    /// The picture of the plot, without title, marks and names.
    pub area: Area,
    /// From heights to points.
    pub y: Axis,
    /// The marks of the heights.
    pub y_ticks: Vec<Tick>,
    /// The dots of best epochs.
    pub dots: Vec<Dot>,
    /// Where figures stopped being numbers, in points, each with the index of its curves.
    pub crosses: Vec<(usize, [f64; 2])>,
    /// The names of the lines.
    pub names: Vec<PlacedName>,
}

/// The name of a line with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedName {
    /// The index of the curves that the line belongs to.
    pub of: usize,
    /// What the line was measured on.
    pub split: Split,
    /// What it says.
    pub text: String,
    /// Where the line ends, in points.
    pub end: [f64; 2],
    /// The left end of the name, at half its height, in points.
    pub at: [f64; 2],
}

/// Lays curves out on a sheet.
pub fn lay_out(request: &Request<'_>, cache: &mut BatchCache) -> Layout {
    let Request { curves, sheet, .. } = *request;
    let panels: Vec<Panel> = request
        .quantities
        .iter()
        .map(|quantity| {
            let held = (request.held)(*quantity);
            Panel::new(*quantity, curves, &request.look, held, cache)
        })
        .collect();
    let names: Vec<Vec<EndName>> = panels
        .iter()
        .map(|panel| end_names(panel, curves, sheet.naming))
        .collect();
    let [left, right] = picture_ends(sheet, &names, request.measure);
    let x = Axis::new(request.look.x, [left, right]);
    let space = sheet.space;
    let title_end = title_end(sheet, &panels, request.measure);
    let ends = [title_end, space.right];
    let flags = FlagBand::new(curves, &x, ends, &sheet.flags, request.measure);
    let flags_area = Area {
        left,
        top: space.top,
        right,
        bottom: space.top + flags.rows as f64 * sheet.flags.row,
    };
    let counts: Vec<usize> = names.iter().map(Vec::len).collect();
    let areas = areas(sheet, flags_area, &counts);
    let plots = panels
        .into_iter()
        .zip(names)
        .zip(areas)
        .map(|((panel, names), area)| plot(request, panel, &names, area, &x, &flags))
        .collect();
    Layout {
        x_ticks: x_ticks(request.along, &x, sheet.x_spacing),
        x,
        flags,
        flags_area,
        title_end,
        plots,
    }
}

/// Where the title of the first plot ends, in points, where the title stands in a row of the flags.
fn title_end(sheet: &Sheet, panels: &[Panel], measure: &Measure<'_>) -> f64 {
    match (sheet.heights, panels.first()) {
        (PanelHeights::Shared, Some(first)) => {
            sheet.space.left + sheet.title_inset + measure(first.heights.title()) + sheet.flags.gap
        }
        (PanelHeights::Shared | PanelHeights::Each(_), _) => f64::NEG_INFINITY,
    }
}

/// The left and the right end of the plots.
fn picture_ends(sheet: &Sheet, names: &[Vec<EndName>], measure: &Measure<'_>) -> [f64; 2] {
    let widest = names
        .iter()
        .flatten()
        .map(|name| name.width(measure))
        .fold(0.0, f64::max);
    let stepped = (widest / sheet.names_step).ceil() * sheet.names_step;
    let left = sheet.space.left + sheet.marks_width;
    let [least, most] = sheet.names_width;
    let right = sheet.space.right - stepped.min(most).max(least) - sheet.names_gap;
    [left, right.max(left + 1.0)]
}

/// The pictures of the plots, below each other. `names` are how many names each has.
fn areas(sheet: &Sheet, flags: Area, names: &[usize]) -> Vec<Area> {
    let count = names.len();
    let shares: &[f64] = match count {
        0 | 1 => &[1.0],
        2 => &[0.54, 0.46],
        _ => &[0.42, 0.34, 0.24],
    };
    let (mut top, shared) = match sheet.heights {
        PanelHeights::Shared => {
            let titles = count.saturating_sub(1) as f64 * (sheet.title + sheet.between);
            let shared = sheet.space.bottom - flags.bottom - titles;
            (flags.bottom - sheet.title, shared.max(1.0))
        }
        PanelHeights::Each(_) => (flags.bottom, 0.0),
    };
    let mut areas = Vec::with_capacity(count);
    for (index, names) in names.iter().enumerate() {
        top += sheet.title;
        let height = match sheet.heights {
            PanelHeights::Shared => {
                let share = shares.get(index).copied().unwrap_or(0.0) * shared;
                if count == 2 {
                    let least = sheet.least_plot.min(shared / 2.0);
                    share.clamp(least, shared - least)
                } else {
                    share
                }
            }
            PanelHeights::Each(least) => least.max(*names as f64 * sheet.name_height + 8.0),
        };
        areas.push(Area {
            left: flags.left,
            top,
            right: flags.right,
            bottom: top + height,
        });
        top += height + sheet.between;
    }
    areas
}

/// Gives what a plot holds its places.
fn plot(
    request: &Request<'_>,
    panel: Panel,
    names: &[EndName],
    area: Area,
    x: &Axis,
    flags: &FlagBand,
) -> Plot {
    let Request { curves, sheet, .. } = *request;
    let y = Axis::new(panel.y, [area.bottom, area.top]);
    let mut dots: Vec<Dot> = curves
        .iter()
        .enumerate()
        .filter_map(|(of, curves)| best_dot(of, curves, &panel, x, &y))
        .collect();
    let named = curves
        .iter()
        .filter(|curves| curves.emphasis.role > Role::Member);
    if named.count() <= sheet.best_words {
        let lines = covered(&panel, &dots, flags, x, &y);
        place_words(
            &mut dots,
            |dot| best_words(&panel, curves.get(dot.of)?),
            &lines,
            area,
            request.measure,
        );
    }
    let middle = f64::midpoint(area.top, area.bottom);
    let crosses = panel
        .crosses
        .iter()
        .map(|(of, cross)| {
            // A line that was never finite has no last height, so its cross stands halfway up.
            let height = if cross.y.is_finite() {
                y.clamped(cross.y)
            } else {
                middle
            };
            (*of, [x.at(cross.x), height])
        })
        .collect();
    Plot {
        y_ticks: y_ticks(&panel.heights, &y, sheet.y_spacing, sheet.y_margin),
        names: placed_names(request, names, area, x, &y),
        panel,
        area,
        y,
        dots,
        crosses,
    }
}

/// The dot of the best epoch, where it lies in the picture's width.
fn best_dot(of: usize, curves: &Curves<'_>, panel: &Panel, x: &Axis, y: &Axis) -> Option<Dot> {
    let point = curves
        .best_point()
        .filter(|_| curves.emphasis.role > Role::Ghost)?;
    let value = point.value(panel.quantity, Split::Validation);
    let height = panel.heights.height(value);
    (height.is_finite() && x.holds(point.x) && y.holds(height)).then(|| Dot {
        of,
        at: [x.at(point.x), y.at(height)],
        words: None,
    })
}

/// What is said of a best epoch.
fn best_words(panel: &Panel, curves: &Curves<'_>) -> Option<String> {
    let point = curves.best_point()?;
    let value = point.value(panel.quantity, Split::Validation);
    let figure = match (panel.quantity, point.validation_count) {
        (Quantity::Accuracy, Some(count)) => crate::lab::format::percent_with_error(value, count),
        _ => panel.heights.words(value),
    };
    let whose = if curves.is_mean() {
        "the mean's best epoch"
    } else {
        "best epoch"
    };
    Some(format!("{whose} {}: {figure}", point.epoch))
}

/// Places near enough to each other along all that words should not cover: lines, the uprights
/// of best epochs, and the flags.
fn covered(panel: &Panel, dots: &[Dot], flags: &FlagBand, x: &Axis, y: &Axis) -> Vec<[f64; 2]> {
    const BETWEEN: usize = 16;
    let [bottom, top] = y.places;
    let pairs = panel
        .lines
        .iter()
        .filter(|line| line.layer == Layer::Main)
        .flat_map(|line| line.points.windows(2))
        .filter_map(|pair| match pair {
            [a, b] if a.y.is_finite() && b.y.is_finite() => Some([a, b]),
            _ => None,
        });
    let lines = pairs.flat_map(|pair| {
        let [from, to] = pair.map(|point| [x.at(point.x), y.clamped(point.y)]);
        (0..=BETWEEN).map(move |step| {
            let share = step as f64 / BETWEEN as f64;
            [
                from[0] + share * (to[0] - from[0]),
                from[1] + share * (to[1] - from[1]),
            ]
        })
    });
    let uprights = dots
        .iter()
        .map(|dot| dot.at[0])
        .chain(flags.flags.iter().map(|flag| flag.at));
    let uprights = uprights.flat_map(|at| {
        let down = (0..).map(move |step| top + 4.0 * f64::from(step));
        down.take_while(move |height| *height < bottom)
            .map(move |height| [at, height])
    });
    lines.chain(uprights).collect()
}

/// Names in a column right of the picture, moved apart.
fn placed_names(
    request: &Request<'_>,
    names: &[EndName],
    area: Area,
    x: &Axis,
    y: &Axis,
) -> Vec<PlacedName> {
    let sheet = request.sheet;
    let ends: Vec<[f64; 2]> = names
        .iter()
        .map(|name| [x.at(name.end.x), y.clamped(name.end.y)])
        .collect();
    let wishes: Vec<Wish> = names
        .iter()
        .zip(&ends)
        .map(|(name, end)| Wish {
            y: end[1],
            rank: name.rank,
        })
        .collect();
    let (top, bottom) = (area.top - 3.0, area.bottom + 5.0);
    let places = apart::places(&wishes, sheet.name_height, top, bottom);
    let left = area.right + sheet.names_gap;
    let room = sheet.space.right - left;
    names
        .iter()
        .zip(ends)
        .zip(places)
        .filter_map(|((name, end), place)| {
            Some(PlacedName {
                of: name.of,
                split: name.split,
                text: name.text(room, request.measure),
                end,
                at: [left, place?],
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
