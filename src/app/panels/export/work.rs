//! What the dialog's thread does.

use super::{ExportKind, ExportOptions};
use crate::app::panels::submission::Problem;
use crate::app::tasks::{Task, TaskControl};
use crate::lab::export::{
    CurveRun, ExportError, Format, confusion, curves_csv, curves_svg, layers_csv, layers_text,
    matrix_csv, matrix_svg, png, save, weights_file,
};
use crate::lab::store::{Checkpoint, Overwrite, StoreError};
use crate::lab::{DeviceChoice, Run, estimate};
use std::io;
use std::path::PathBuf;

/// Of what an export is made.
pub struct ExportOf {
    /// The runs shown, each with its colour on white, the chosen one first.
    pub runs: Vec<(Run, [u8; 3])>,
    /// The weights of the chosen one.
    pub checkpoint: Checkpoint,
}

/// What was written.
#[derive(Debug)]
pub struct Exported {
    /// The file.
    pub path: PathBuf,
}

impl From<ExportError> for Problem {
    fn from(err: ExportError) -> Self {
        let exists = match &err {
            ExportError::Store(StoreError::Exists { path }) => Some(path.clone()),
            _ => None,
        };
        Self {
            message: err.to_string(),
            exists,
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
) -> io::Result<Task<Exported, Problem>> {
    Task::start("export", wake, move |control| {
        // Asked before long work; saving asks again.
        overwrite.check(&path).map_err(ExportError::from)?;
        let contents = contents(options, &of, control)?;
        save(&path, &contents, overwrite)?;
        Ok(Exported { path })
    })
}

fn contents(
    options: ExportOptions,
    of: &ExportOf,
    control: &TaskControl,
) -> Result<Vec<u8>, Problem> {
    let Some((run, _)) = of.runs.first() else {
        return Err(Problem::from("there is no run to export".to_owned()));
    };
    let is_csv = options.format == Format::Csv;
    match options.kind {
        ExportKind::Curves if is_csv => {
            let runs: Vec<&Run> = of.runs.iter().map(|(run, _)| run).collect();
            Ok(curves_csv(&runs).into_bytes())
        }
        ExportKind::Curves => {
            let runs: Vec<CurveRun<'_>> = of
                .runs
                .iter()
                .map(|(run, color)| CurveRun { run, color: *color })
                .collect();
            drawn(curves_svg(&runs)?, options)
        }
        ExportKind::Table => {
            let table = estimate::table(&run.settings_now()).ok_or_else(|| {
                Problem::from("the run's data isn't known, so its network isn't".to_owned())
            })?;
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
            if is_csv {
                return Ok(matrix_csv(&matrix).into_bytes());
            }
            let epoch = epoch.map_or_else(String::new, |epoch| format!(", epoch {epoch}"));
            let title = format!("{}{epoch}, validation images", run.name);
            drawn(matrix_svg(&matrix, &title), options)
        }
        ExportKind::Weights => Ok(weights_file(run, of.checkpoint, options.layout)?),
    }
}

/// A drawing as it is, or as a picture.
fn drawn(svg: String, options: ExportOptions) -> Result<Vec<u8>, Problem> {
    match options.format {
        Format::Png => Ok(png(&svg, options.scale)?),
        _ => Ok(svg.into_bytes()),
    }
}
