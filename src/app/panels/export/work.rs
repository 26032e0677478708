//! What the thread of an export does.

use super::ExportOptions;
use crate::app::action::ExportKind;
use crate::app::work::{BrokeDown, Task, TaskControl};
use crate::lab::analysis::ConfusionMatrix;
use crate::lab::export::{
    CurveRun, DrawnGroup, ExportError, Format, confusion, curves_csv, curves_svg, groups_svg,
    layers_csv, layers_text, matrix_csv, matrix_svg, png, save, weights_file,
};
use crate::lab::findings::Findings;
use crate::lab::store::{Checkpoint, Overwrite, StoreError};
use crate::lab::sweep::{GroupCurve, SpreadKind};
use crate::lab::{DeviceChoice, Run, RunId, estimate};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an export is made of.
pub struct ExportOf {
    /// The runs shown, each with its colour on white, the chosen one first.
    pub runs: Vec<(Run, [u8; 3])>,
    /// The groups whose means are drawn. Where there are any, the first of the runs may belong to one.
    pub groups: Vec<ExportedGroup>,
    /// What the bands about the means show.
    pub spread: SpreadKind,
    /// The weights of the chosen run that are exported.
    pub checkpoint: Checkpoint,
    /// What the sweep found that is looked at.
    pub sweep: Option<Arc<Findings>>,
    /// The matrix of the average that is chosen; none where a run is.
    pub average: Option<NamedMatrix>,
}

/// The confusion matrix of runs that answered together.
pub struct NamedMatrix {
    /// What it is called in a picture of it.
    pub title: String,
    /// The matrix.
    pub matrix: ConfusionMatrix,
}

/// A group whose mean is drawn.
pub struct ExportedGroup {
    /// The name by which the group is known.
    pub id: RunId,
    /// What people call it.
    pub name: String,
    /// The runs.
    pub runs: Vec<Run>,
    /// The group's colour on white.
    pub color: [u8; 3],
}

/// An export that was written.
#[derive(Debug)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportFailure {
    /// The file can't be made or written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// No sweep is looked at.
    #[error("there is no sweep to export; choose one in What sweeps found")]
    NoSweep,
    /// No run was given.
    #[error("there is no run to export")]
    NoRun,
    /// The run's data isn't there, and the network depends on the size of its images.
    #[error("the run's data isn't known, so its network isn't")]
    UnknownNetwork,
    /// The thread ended in a panic.
    #[error(transparent)]
    BrokeDown(#[from] BrokeDown),
}

impl ExportFailure {
    /// The file that is where the export was to be written, where that is the reason.
    pub fn file_in_the_way(&self) -> Option<&Path> {
        match self {
            Self::Export(ExportError::Store(StoreError::Exists { path })) => Some(path),
            _ => None,
        }
    }
}

/// Makes an export and writes it.
pub(super) fn start(
    options: ExportOptions,
    of: ExportOf,
    path: PathBuf,
    overwrite: Overwrite,
    wake: impl Fn() + Send + 'static,
) -> io::Result<Task<Exported, ExportFailure>> {
    Task::start("export", wake, move |control| {
        // A file in the way is told before the long work; saving asks again.
        overwrite.check(&path).map_err(ExportError::from)?;
        let contents = contents(options, &of, control)?;
        save(&path, &contents, overwrite)?;
        Ok(Exported { path })
    })
}

impl ExportOf {
    /// The runs that are drawn by themselves: those that belong to no group that is drawn.
    fn alone(&self) -> impl Iterator<Item = &(Run, [u8; 3])> {
        let is_within = |id: &RunId| {
            let mut runs = self.groups.iter().flat_map(|group| &group.runs);
            runs.any(|run| run.id == *id)
        };
        self.runs.iter().filter(move |(run, _)| !is_within(&run.id))
    }

    fn drawn_groups(&self) -> Vec<DrawnGroup<'_>> {
        self.groups
            .iter()
            .filter_map(|group| {
                let runs: Vec<&Run> = group.runs.iter().collect();
                Some(DrawnGroup {
                    curve: GroupCurve::of(
                        group.id.clone(),
                        group.name.clone(),
                        &runs,
                        self.spread,
                    )?,
                    runs,
                    color: group.color,
                })
            })
            .collect()
    }
}

fn contents(
    options: ExportOptions,
    of: &ExportOf,
    control: &TaskControl,
) -> Result<Vec<u8>, ExportFailure> {
    let is_csv = options.format == Format::Csv;
    if let (ExportKind::Matrix, Some(average)) = (options.kind, &of.average) {
        return drawn_matrix(&average.matrix, &average.title, options);
    }
    if options.kind == ExportKind::Sweep {
        let found = of.sweep.as_ref().ok_or(ExportFailure::NoSweep)?;
        let text = match options.format {
            Format::Latex => found.table.to_latex(),
            _ => found.table.to_csv(),
        };
        return Ok(text.into_bytes());
    }
    let Some((run, _)) = of.runs.first() else {
        return Err(ExportFailure::NoRun);
    };
    match options.kind {
        ExportKind::Curves if is_csv => {
            let of_groups = of.groups.iter().flat_map(|group| &group.runs);
            let alone = of.alone().map(|(run, _)| run);
            let runs: Vec<&Run> = alone.chain(of_groups).collect();
            Ok(curves_csv(&runs).into_bytes())
        }
        ExportKind::Curves => {
            let runs: Vec<CurveRun<'_>> = of
                .alone()
                .map(|(run, color)| CurveRun { run, color: *color })
                .collect();
            let groups = of.drawn_groups();
            if groups.is_empty() {
                return drawn(curves_svg(&runs)?, options);
            }
            drawn(groups_svg(&groups, &runs)?, options)
        }
        ExportKind::Table => {
            let table = estimate::table(&run.settings_now());
            let table = table.ok_or(ExportFailure::UnknownNetwork)?;
            let text = if is_csv {
                layers_csv(&table)
            } else {
                layers_text(&table)
            };
            Ok(text.into_bytes())
        }
        ExportKind::Matrix => {
            let mut heard = |done, total| control.heard(done as u64, total as u64);
            let (matrix, epoch) = confusion(run, of.checkpoint, DeviceChoice::Cpu, &mut heard)?;
            let epoch = epoch.map_or_else(String::new, |epoch| format!(", epoch {epoch}"));
            let title = format!("{}{epoch}, validation images", run.name);
            drawn_matrix(&matrix, &title, options)
        }
        ExportKind::Sweep => Err(ExportFailure::NoSweep),
        ExportKind::Weights => Ok(weights_file(run, of.checkpoint, options.layout)?),
    }
}

/// A matrix as a table, or as a picture under a title.
fn drawn_matrix(
    matrix: &ConfusionMatrix,
    title: &str,
    options: ExportOptions,
) -> Result<Vec<u8>, ExportFailure> {
    match options.format {
        Format::Csv => Ok(matrix_csv(matrix).into_bytes()),
        _ => drawn(matrix_svg(matrix, title), options),
    }
}

/// A drawing as it is, or as a picture.
fn drawn(svg: String, options: ExportOptions) -> Result<Vec<u8>, ExportFailure> {
    match options.format {
        Format::Png => Ok(png(&svg, options.scale)?),
        _ => Ok(svg.into_bytes()),
    }
}
