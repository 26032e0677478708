//! A sweep as one page: HTML with its pictures inside and nothing from elsewhere, to be read on a phone
//! and printed on paper.

mod page;

use super::chart::{WIDTH, chart_svg, text_width};
use super::curves::other_curves_svg;
use crate::lab::charts::{Bar, CellCurve, Chart, bars, multiples};
use crate::lab::curves::{OpenedRun, ReadRun};
use crate::lab::findings::views_of_axes;
use crate::lab::format;
use crate::lab::run::RunId;
use crate::lab::store::{RunStore, read_run};
use crate::lab::sweep::{
    Baseline, Compared, JobState, Metric, Places, Standing, Sweep, SweepError, Table, compare,
    mean_points,
};
use crate::lab::verdict::verdict;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The most cells whose curves are drawn: as many as there are colours that can be told apart.
pub const MOST_CURVES: usize = 8;

/// Colours on white that can be told apart, also by people who don't see red or green.
pub const COLORS: [[u8; 3]; MOST_CURVES] = [
    [0x00, 0x7A, 0xC6],
    [0xD0, 0x78, 0x00],
    [0x00, 0x8E, 0x68],
    [0xC5, 0x49, 0x43],
    [0xB1, 0x77, 0x91],
    [0x03, 0x58, 0x68],
    [0x10, 0x10, 0x10],
    [0x3F, 0x6D, 0x00],
];

/// What a report is made of.
pub(super) struct Report<'a> {
    /// The sweep.
    pub sweep: &'a Sweep,
    /// Where its runs stand.
    pub standing: &'a Standing,
    /// The figures of the sweep.
    pub table: &'a Table,
    /// With what each cell is compared.
    pub baseline: &'a Baseline,
    /// The comparisons.
    pub compared: &'a [Compared],
    /// When the report is made, in words.
    pub made: String,
}

/// The page of a sweep of which runs lie in a store, made now. Without a baseline, cells are compared with
/// the first one.
///
/// # Errors
/// Where a cell has no such baseline.
pub fn report_of(
    sweep: &Sweep,
    store: RunStore,
    metric: Metric,
    baseline: Option<Baseline>,
) -> Result<String, SweepError> {
    let standing = Standing::of(sweep, &Places::of(store))?;
    let table = Table::of(sweep, &standing, metric);
    let baseline = match (baseline, sweep.cells().first()) {
        (Some(baseline), _) => baseline,
        (None, Some(first)) => Baseline::of_cell(sweep, first)?,
        (None, None) => return Err(SweepError::NoCells),
    };
    let compared = compare(sweep, &table, &baseline)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Ok(report_html(&Report {
        sweep,
        standing: &standing,
        table: &table,
        baseline: &baseline,
        compared: &compared,
        made: format::utc(now.map_or(0, |now| now.as_secs())),
    }))
}

/// The page.
fn report_html(report: &Report<'_>) -> String {
    page::page(report, &drawn(report), &effects(report), &curves(report))
}

/// A picture of the page with its heading and what it says.
struct Drawn {
    heading: String,
    says: String,
    picture: Pictured,
}

/// A picture for a screen or paper, and one for a phone.
struct Pictured {
    wide: String,
    narrow: String,
}

impl Pictured {
    /// Lays a picture out in both widths.
    fn of(lay_out: impl Fn(f64) -> Chart) -> Self {
        let [wide, narrow] = [WIDTH, NARROW].map(|width| chart_svg(&lay_out(width)));
        Self { wide, narrow }
    }
}

/// The width of a picture on a phone, in points.
const NARROW: f64 = 380.0;

/// The pictures that the window shows, too: effects, a figure against a setting, a map.
fn drawn(report: &Report<'_>) -> Vec<Drawn> {
    // A sweep that was built and read has no error here; its page does without them.
    let views = views_of_axes(report.sweep, report.table).unwrap_or_default();
    let metric = report.table.metric;
    let views = views.into_iter().filter(|view| !view.picture.is_empty());
    let drawn = views.map(|view| Drawn {
        picture: Pictured::of(|width| view.picture.lay_out(metric, width, &text_width)),
        heading: view.heading,
        says: view.says,
    });
    drawn.collect()
}

/// The differences from the baseline as bars, where any can be drawn.
fn effects(report: &Report<'_>) -> Option<Pictured> {
    let drawn: Vec<Bar> = report
        .compared
        .iter()
        .filter_map(|compared| {
            Some(Bar {
                label: report.table.rows.get(compared.cell)?.in_words(),
                value: compared.mean_difference,
                interval: compared.interval,
                is_real: compared.is_real(),
            })
        })
        .collect();
    let metric = report.table.metric;
    (!drawn.is_empty()).then(|| Pictured::of(|width| bars(&drawn, metric, width, &text_width)))
}

/// The mean curves of the first cells, where any has a finished run. A phone has a small plot for each cell.
fn curves(report: &Report<'_>) -> Option<Pictured> {
    let means: Vec<OpenedRun> = report
        .table
        .rows
        .iter()
        .take(MOST_CURVES)
        .filter_map(|row| mean_of(report, row.cell, row.in_words()))
        .collect();
    let colored: Vec<(&OpenedRun, [u8; 3])> = means.iter().zip(COLORS).collect();
    let wide = other_curves_svg(&colored).ok()?;
    let cells = means.iter().map(|mean| CellCurve {
        name: mean.name.clone(),
        points: mean.run.points.clone(),
    });
    let cells: Vec<CellCurve> = cells.collect();
    let narrow = chart_svg(&multiples(&cells, NARROW, &text_width));
    Some(Pictured { wide, narrow })
}

/// The mean curves of a cell's finished runs.
fn mean_of(report: &Report<'_>, cell: usize, name: String) -> Option<OpenedRun> {
    let runs: Vec<_> = report
        .standing
        .runs
        .iter()
        .filter(|(job, _)| job.cell == cell)
        .filter_map(|(_, state)| match state {
            JobState::Finished { folder, .. } => read_run(folder).ok(),
            _ => None,
        })
        .collect();
    let points = mean_points(&runs.iter().collect::<Vec<_>>());
    let size = runs.first()?.validation_size();
    Some(OpenedRun {
        id: RunId(format!("cell {}", cell + 1)),
        name,
        path: PathBuf::new(),
        opened_secs: 0,
        verdict: verdict(&points, size),
        run: ReadRun {
            name: None,
            points,
            validation_images: Some(size),
        },
        notes: Vec::new(),
    })
}
