//! `learning-curve`: how a figure grows with the number of training images, for one network or several.

use super::args::{LearningCurveArgs, MachineArgs, StoreArgs};
use super::sweep::{Question, answer};
use super::{Ending, UsageError};
use crate::experiment::{Field, Settings, TrainSize, differences};
use crate::lab::charts::{Against, AgainstLine, Estimated};
use crate::lab::export::against_svg;
use crate::lab::format;
use crate::lab::sweep::{
    Assignment, Assignments, Baseline, CellRow, Metric, Sweep, SweepError, Table, compare,
};
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
    answer(question, args.answer, store, machine, |sweep, table| {
        let lines: Vec<AgainstLine> = names
            .iter()
            .zip(table.rows.chunks(counts.len()))
            .map(|(name, rows)| line(name, rows))
            .collect();
        if is_json {
            println!(
                "{}",
                json!({ "event": "learning-curve", "lines": as_json(&lines, &counts) })
            );
        } else {
            print(&lines, &counts, table.metric);
            print_growth(sweep, table, &sizes)?;
        }
        let values = counts.iter();
        let drawn = Against {
            setting: "training images".into(),
            values: values
                .map(|count| (format::count(*count), Some(*count as f64)))
                .collect(),
            lines,
        };
        Ok(against_svg(&drawn, table.metric))
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

fn line(name: &str, rows: &[CellRow]) -> AgainstLine {
    let points = rows.iter().enumerate().filter_map(|(place, row)| {
        Some(Estimated {
            place,
            mean: row.mean()?,
            interval: row.estimate.map(|estimate| estimate.interval),
        })
    });
    AgainstLine {
        name: name.into(),
        points: points.collect(),
    }
}

/// Says what the most images bring against the fewest.
fn print_growth(sweep: &Sweep, table: &Table, sizes: &[TrainSize]) -> Result<()> {
    let [fewest, .., _] = sizes else {
        return Ok(());
    };
    let fewest = of_size(*fewest, &Assignments::default())?;
    let compared = compare(sweep, table, &Baseline::new(fewest))?;
    let most = compared
        .iter()
        .filter(|one| (one.cell + 1).is_multiple_of(sizes.len()));
    let sentences: Vec<String> = most
        .filter_map(|one| Some(one.sentence(&table.rows.get(one.cell)?.in_words(), table.metric)))
        .collect();
    if !sentences.is_empty() {
        println!("The most images against the fewest:");
    }
    for sentence in sentences {
        println!("  {sentence}");
    }
    for note in table.notes() {
        println!("{note}");
    }
    Ok(())
}

fn as_json(lines: &[AgainstLine], counts: &[usize]) -> serde_json::Value {
    let of_line = |line: &AgainstLine| {
        let points = line.points.iter().map(|point| {
            json!({
                "train_images": counts.get(point.place),
                "mean": point.mean,
                "interval": point.interval,
            })
        });
        json!({ "name": line.name, "points": points.collect::<Vec<_>>() })
    };
    lines.iter().map(of_line).collect()
}

fn print(lines: &[AgainstLine], counts: &[usize], metric: Metric) {
    println!("{} by the number of training images", metric.title());
    for line in lines {
        for point in &line.points {
            let interval = point.interval.map_or_else(String::new, |[low, high]| {
                format!(
                    "  95% interval {} to {}",
                    metric.show_bare(low),
                    metric.show_bare(high)
                )
            });
            let size = counts.get(point.place).copied().unwrap_or_default();
            println!(
                "  {:<28} {size:>8}  {}{interval}",
                line.name,
                metric.show(point.mean)
            );
        }
    }
}
