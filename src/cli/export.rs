//! `export`: a run's curves, table, matrix or weights as a file.

use super::args::{ExportArgs, ExportKind, LayoutName, MachineArgs, StoreArgs};
use super::devices::for_prediction;
use super::members::read_runs;
use super::submit::{Bar, overwrite, warn_of_older_weights};
use super::{Ending, UsageError};
use crate::app::theme::RunColors;
use crate::lab::export::{
    CurveRun, Format, Scale, WeightsLayout, confusion, curves_csv, curves_svg, layers_csv,
    layers_text, matrix_csv, matrix_svg, png, save, weights_file,
};
use crate::lab::store::Checkpoint;
use crate::lab::{DeviceChoice, Run, estimate};
use anyhow::{Result, anyhow};

pub fn run(args: &ExportArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let formats = match args.what {
        ExportKind::Curves => Format::CURVES,
        ExportKind::Table => Format::TABLE,
        ExportKind::Matrix => Format::MATRIX,
        ExportKind::Weights => Format::WEIGHTS,
    };
    let format = Format::of(&args.output, formats)?;
    let overwrite = overwrite(args.force);
    overwrite.check(&args.output)?;
    let runs = read_runs(&args.run, store, args.epoch)?;
    match args.what {
        ExportKind::Matrix | ExportKind::Weights => warn_of_older_weights(&runs),
        ExportKind::Curves | ExportKind::Table => {}
    }
    let scale = match args.scale {
        1 => Scale::One,
        3 => Scale::Three,
        _ => Scale::Two,
    };
    let contents = match args.what {
        ExportKind::Curves => curves(&runs, format, scale)?,
        ExportKind::Table => table(only(&runs)?, format)?,
        ExportKind::Matrix => {
            let run = only(&runs)?;
            let device = for_prediction(args.device, run.experiment.settings(), machine)?;
            matrix(args, device, run, format, scale)?
        }
        ExportKind::Weights => weights_file(only(&runs)?, args.epoch, layout(args.layout))?,
    };
    save(&args.output, &contents, overwrite)?;
    println!("Written to {}", args.output.display());
    Ok(Ending::Done)
}

/// The run of an export that takes a single one.
fn only(runs: &[(Run, Checkpoint)]) -> Result<&Run> {
    match runs {
        [(run, _)] => Ok(run),
        runs => {
            let found = runs.len();
            let message = format!("found {found} runs, expected one: only curves take several");
            Err(UsageError(message).into())
        }
    }
}

fn curves(runs: &[(Run, Checkpoint)], format: Format, scale: Scale) -> Result<Vec<u8>> {
    if format == Format::Csv {
        let runs: Vec<&Run> = runs.iter().map(|(run, _)| run).collect();
        return Ok(curves_csv(&runs).into_bytes());
    }
    let colors = RunColors::of(runs.iter().map(|(run, _)| &run.id));
    let runs: Vec<CurveRun<'_>> = runs
        .iter()
        .map(|(run, _)| CurveRun {
            run,
            color: colors.on_white(&run.id),
        })
        .collect();
    drawn(curves_svg(&runs)?, format, scale)
}

fn table(run: &Run, format: Format) -> Result<Vec<u8>> {
    let table = estimate::table(&run.settings_now())
        .ok_or_else(|| anyhow!("the data of {} isn't known, so its network isn't", run.name))?;
    let text = if format == Format::Csv {
        layers_csv(&table)
    } else {
        layers_text(&table)
    };
    Ok(text.into_bytes())
}

fn matrix(
    args: &ExportArgs,
    device: DeviceChoice,
    run: &Run,
    format: Format,
    scale: Scale,
) -> Result<Vec<u8>> {
    let bar = Bar::new();
    let (matrix, epoch) = confusion(run, args.epoch, device, &mut |done, total| {
        bar.show("predicting", done, total)
    })?;
    drop(bar);
    if format == Format::Csv {
        return Ok(matrix_csv(&matrix).into_bytes());
    }
    let epoch = epoch.map_or_else(|| "newest weights".into(), |epoch| format!("epoch {epoch}"));
    let title = format!("{}, {epoch}, validation images", run.name);
    drawn(matrix_svg(&matrix, &title), format, scale)
}

/// A drawing as SVG, or made into a PNG.
fn drawn(svg: String, format: Format, scale: Scale) -> Result<Vec<u8>> {
    match format {
        Format::Png => Ok(png(&svg, scale)?),
        _ => Ok(svg.into_bytes()),
    }
}

fn layout(name: LayoutName) -> WeightsLayout {
    match name {
        LayoutName::Burn => WeightsLayout::Burn,
        LayoutName::Keras => WeightsLayout::Keras,
        LayoutName::Pytorch => WeightsLayout::PyTorch,
    }
}
