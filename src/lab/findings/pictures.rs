//! What is drawn of a sweep.

use super::axes::Along;
use super::words;
use crate::experiment::Field;
use crate::lab::charts::{
    self, Against, AgainstLine, Bar, CellCurve, Chart, Estimated, HeatMap, TextWidth,
};
use crate::lab::store::read_run;
use crate::lab::sweep::{
    Axis, Baseline, CellRow, Cells, Compared, Effect, Factor, JobState, Metric, Standing, Sweep,
    SweepError, Table, compare, effects, mean_points,
};
use rayon::prelude::*;

/// A picture with what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The heading.
    pub heading: String,
    /// What the picture shows and whether it may be luck, in sentences.
    pub says: String,
    /// The picture.
    pub picture: Picture,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// Differences with their intervals.
    Bars(Vec<Bar>),
    /// A figure against a setting.
    Against(Against),
    /// A figure over two settings.
    Heat(HeatMap),
    /// The mean curves of the cells.
    Multiples(Vec<CellCurve>),
}

/// The most cells whose curves are drawn.
const MOST_CURVES: usize = 16;
/// The most cells that are compared as bars.
const MOST_BARS: usize = 20;
/// The height of a picture of a figure against a setting, in points.
const AGAINST_HEIGHT: f64 = 300.0;

impl Picture {
    /// Whether there is nothing to draw yet.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bars(bars) => bars.is_empty(),
            Self::Against(drawn) => drawn.lines.iter().all(|line| line.points.is_empty()),
            Self::Heat(map) => map.means.iter().all(Option::is_none),
            Self::Multiples(cells) => cells.is_empty(),
        }
    }

    /// Lays the picture out in a width.
    pub fn lay_out(&self, metric: Metric, width: f64, measure: &TextWidth<'_>) -> Chart {
        match self {
            Self::Bars(bars) => charts::bars(bars, metric, width, measure),
            Self::Against(drawn) => {
                charts::against(drawn, metric, [width, AGAINST_HEIGHT], measure)
            }
            Self::Heat(map) => charts::heat(map, metric, width, measure),
            Self::Multiples(cells) => charts::multiples(cells, width, measure),
        }
    }
}

/// The bar of an effect, with its factors in words.
pub fn effect_bar(effect: &Effect) -> Bar {
    Bar {
        label: words::factors(effect),
        value: effect.mean,
        interval: effect.interval,
        is_real: effect.is_real(),
    }
}

/// The pictures of a sweep, the most telling first.
pub(super) fn views(
    sweep: &Sweep,
    standing: &Standing,
    table: &Table,
) -> Result<Vec<View>, SweepError> {
    let compared = with_first(sweep, table)?;
    let mut views = of_layout(sweep, table, &compared)?;
    if views.is_empty() && !compared.is_empty() {
        views.push(of_cells(table, &compared));
    }
    views.extend(curves(sweep, standing, table));
    Ok(views)
}

/// The pictures that follow from how the cells of a sweep lie along its axes: effects, a figure against a
/// setting, a map. There are none of a list of cells.
///
/// # Errors
/// None that a sweep that was built has.
pub fn views_of_axes(sweep: &Sweep, table: &Table) -> Result<Vec<View>, SweepError> {
    of_layout(sweep, table, &with_first(sweep, table)?)
}

/// Each cell against the first one.
fn with_first(sweep: &Sweep, table: &Table) -> Result<Vec<Compared>, SweepError> {
    match sweep.cells().first() {
        Some(first) => compare(sweep, table, &Baseline::of_cell(sweep, first)?),
        None => Ok(Vec::new()),
    }
}

fn of_layout(sweep: &Sweep, table: &Table, compared: &[Compared]) -> Result<Vec<View>, SweepError> {
    match sweep.layout() {
        Cells::Product(axes) => of_axes(sweep, axes, table, compared),
        Cells::List(_) => Ok(Vec::new()),
    }
}

/// Whether several settings have two values each, so that each has an effect.
fn is_factorial(axes: &[Axis]) -> bool {
    axes.len() > 1 && axes.iter().all(|axis| axis.values().len() == 2)
}

/// Whether a sweep switches remedies on and off.
fn is_ablation(sweep: &Sweep) -> bool {
    let Cells::Product(axes) = sweep.layout() else {
        return false;
    };
    let is_remedy = |field: &Field| field.name().parse::<Factor>().is_ok();
    is_factorial(axes) && axes.iter().all(|axis| axis.fields().iter().all(is_remedy))
}

/// How many cells lie between two values of each axis: the last axis changes fastest.
fn strides(axes: &[Axis]) -> Vec<usize> {
    let after = |place: usize| axes[place + 1..].iter().map(|axis| axis.values().len());
    (0..axes.len())
        .map(|place| after(place).product())
        .collect()
}

fn of_axes(
    sweep: &Sweep,
    axes: &[Axis],
    table: &Table,
    compared: &[Compared],
) -> Result<Vec<View>, SweepError> {
    let along: Vec<Along> = axes
        .iter()
        .zip(strides(axes))
        .map(|(axis, stride)| Along::of(sweep, axis, stride))
        .collect();
    let mut views = Vec::new();
    if is_factorial(axes) {
        let found = effects(sweep, table)?;
        let drawn = found.iter().filter(|effect| effect.n > 0);
        views.push(View {
            heading: "What each brings".into(),
            says: words::of_effects(&found, table),
            picture: Picture::Bars(drawn.map(effect_bar).collect()),
        });
    }
    match &along[..] {
        [only] if only.values.len() > 2 => views.push(View {
            heading: format!("{} against {}", capital(table.metric.title()), only.title),
            says: words::of_axis(only, table, compared),
            picture: Picture::Against(against(only, None, table)),
        }),
        [down, across] if along.iter().any(|along| along.values.len() > 2) => {
            views.push(View {
                heading: format!("{} and {}", capital(&down.title), across.title),
                says: words::of_map(table, compared),
                picture: Picture::Heat(map(down, across, table)),
            });
            // The setting with numbers lies along the picture.
            let is_down = down.values.iter().all(|(_, number)| number.is_some())
                && down.field == Some(Field::TrainSize);
            let (along, lines) = if is_down {
                (down, across)
            } else {
                (across, down)
            };
            views.push(View {
                heading: format!("{} against {}", capital(table.metric.title()), along.title),
                says: words::of_lines(along, lines),
                picture: Picture::Against(against(along, Some((lines, is_down)), table)),
            });
        }
        _ => {}
    }
    Ok(views)
}

/// A figure along an axis: a single line, or one for each value of another axis. `lines` says which, and
/// whether its values change fastest.
fn against(along: &Along, lines: Option<(&Along, bool)>, table: &Table) -> Against {
    let count = along.values.len();
    let point = |place: usize, cell: usize| {
        let row = table.rows.get(cell)?;
        Some(Estimated {
            place,
            mean: row.mean()?,
            interval: row.estimate.map(|estimate| estimate.interval),
        })
    };
    let lines = match lines {
        None => vec![AgainstLine {
            name: along.title.clone(),
            points: (0..count).filter_map(|place| point(place, place)).collect(),
        }],
        Some((others, changes_fastest)) => {
            let of_line = |(number, (value, _)): (usize, &(String, Option<f64>))| {
                let cell = |place: usize| match changes_fastest {
                    true => place * others.values.len() + number,
                    false => number * count + place,
                };
                AgainstLine {
                    name: format!("{} {value}", others.title),
                    points: (0..count)
                        .filter_map(|place| point(place, cell(place)))
                        .collect(),
                }
            };
            others.values.iter().enumerate().map(of_line).collect()
        }
    };
    Against {
        setting: along.title.clone(),
        values: along.values.clone(),
        lines,
    }
}

fn map(down: &Along, across: &Along, table: &Table) -> HeatMap {
    let texts = |along: &Along| {
        let texts = along.values.iter().map(|(text, _)| text.clone());
        (along.title.clone(), texts.collect())
    };
    HeatMap {
        down: texts(down),
        across: texts(across),
        means: table.rows.iter().map(CellRow::mean).collect(),
    }
}

/// Each cell against the first one.
fn of_cells(table: &Table, compared: &[Compared]) -> View {
    let bars = compared.iter().take(MOST_BARS).filter_map(|compared| {
        Some(Bar {
            label: table.rows.get(compared.cell)?.in_words(),
            value: compared.mean_difference,
            interval: compared.interval,
            is_real: compared.is_real(),
        })
    });
    View {
        heading: "Each against the first".into(),
        says: words::of_cells(table, compared),
        picture: Picture::Bars(bars.collect()),
    }
}

/// The mean curves of the cells, where there are few enough to look at.
fn curves(sweep: &Sweep, standing: &Standing, table: &Table) -> Option<View> {
    if sweep.cells().len() > MOST_CURVES {
        return None;
    }
    let name = match is_ablation(sweep) {
        true => words::switched_on,
        false => CellRow::in_words,
    };
    let cells: Vec<CellCurve> = table
        .rows
        .par_iter()
        .filter_map(|row| {
            let runs = standing.runs.iter().filter(|(job, _)| job.cell == row.cell);
            let runs: Vec<_> = runs
                .filter_map(|(_, state)| match state {
                    JobState::Finished { folder, .. } => read_run(folder).ok(),
                    _ => None,
                })
                .collect();
            let points = mean_points(&runs.iter().collect::<Vec<_>>());
            (!points.is_empty()).then(|| CellCurve {
                name: name(row),
                points,
            })
        })
        .collect();
    (!cells.is_empty()).then(|| View {
        heading: "Curves".into(),
        says: words::of_curves(&cells),
        picture: Picture::Multiples(cells),
    })
}

/// A text that begins a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
