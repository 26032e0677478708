//! `learning-curve`: how a figure grows with the number of training images, for one network or several.

use super::args::{LearningCurveArgs, MachineArgs, StoreArgs};
use super::sweep::{Question, answer};
use super::{Ending, UsageError};
use crate::experiment::{Field, Settings, TrainSize, differences};
use crate::lab::export::{SizeLine, sizes_svg};
use crate::lab::sweep::{Assignment, Assignments, CellRow, Metric, SweepError};
use anyhow::{Context, Result};
use serde_json::json;

pub fn run(args: LearningCurveArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let base = args.experiment.build()?;
    let settings = base.settings();
    let pool = settings
        .data
        .known_pool()
        .context("the number of images isn't known")?;
    let sizes = args.sizes.within(pool);
    let mut names = vec![
        args.experiment
            .preset
            .map_or("base", |preset| preset.name()),
    ];
    let mut others = vec![Assignments::default()];
    for preset in &args.against {
        names.push(preset.name());
        others.push(what_differs(settings, &preset.settings()).map_err(UsageError::new)?);
    }
    let cells = others
        .iter()
        .flat_map(|other| sizes.iter().map(move |size| of_size(*size, other)));
    let question = Question {
        experiment: args.experiment,
        vary: Vec::new(),
        cell: cells.collect::<Result<_, SweepError>>()?,
        out: args.out,
    };
    let counts: Vec<usize> = sizes.iter().map(|size| size.resolve(pool)).collect();
    let is_json = args.answer.training.json;
    answer(question, args.answer, store, machine, |_, table| {
        let lines: Vec<SizeLine> = names
            .iter()
            .zip(table.rows.chunks(counts.len()))
            .map(|(name, rows)| line(name, &counts, rows))
            .collect();
        if is_json {
            println!(
                "{}",
                json!({ "event": "learning-curve", "lines": as_json(&lines) })
            );
        } else {
            print(&lines, table.metric);
        }
        Ok(sizes_svg(&lines, table.metric))
    })
}

/// What a preset sets otherwise than the base, but for the data and the number of images.
fn what_differs(base: &Settings, other: &Settings) -> Result<Assignments, SweepError> {
    let differing = differences(base, other).into_iter();
    let differing = differing.filter(|difference| {
        let is_kept = difference.field.entry().kept_by_sweeps.is_some();
        !is_kept && difference.field != Field::TrainSize
    });
    let assigned = differing.map(|it| Assignment::new(it.field, &it.right));
    assigned.collect::<Result<_, _>>().map(Assignments)
}

fn of_size(size: TrainSize, other: &Assignments) -> Result<Assignments, SweepError> {
    let text = match size {
        TrainSize::Count(count) => count.to_string(),
        TrainSize::All(_) => "all".into(),
    };
    let size = Assignment::new(Field::TrainSize, &text)?;
    Ok(Assignments([&[size][..], &other.0].concat()))
}

fn line(name: &str, counts: &[usize], rows: &[CellRow]) -> SizeLine {
    let points = counts.iter().zip(rows);
    SizeLine {
        name: name.into(),
        points: points
            .filter_map(|(count, row)| {
                let interval = row.estimate.map(|estimate| estimate.interval);
                Some((*count, row.mean()?, interval))
            })
            .collect(),
    }
}

fn as_json(lines: &[SizeLine]) -> serde_json::Value {
    let of_line = |line: &SizeLine| {
        let points: Vec<_> = line
            .points
            .iter()
            .map(|(size, mean, interval)| json!({ "train_images": size, "mean": mean, "interval": interval }))
            .collect();
        json!({ "name": line.name, "points": points })
    };
    lines.iter().map(of_line).collect()
}

fn print(lines: &[SizeLine], metric: Metric) {
    println!("{} by the number of training images", metric.title());
    for line in lines {
        for (size, mean, interval) in &line.points {
            let interval = interval.map_or_else(String::new, |[low, high]| {
                format!(
                    "  95% interval {} to {}",
                    metric.show_bare(low),
                    metric.show_bare(high)
                )
            });
            println!(
                "  {:<28} {size:>8}  {}{interval}",
                line.name,
                metric.show(*mean)
            );
        }
    }
}
