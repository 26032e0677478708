//! `sweep table`: the figures, a row a cell.

use super::{Ending, read};
use crate::cli::args::{StoreArgs, TableArgs};
use crate::lab::sweep::{CellRow, Metric, Table};
use anyhow::Result;
use serde_json::{Map, Value, json};

pub fn run(args: &TableArgs, store: &StoreArgs) -> Result<Ending> {
    let (sweep, standing) = read(&args.sweep, store)?;
    let table = Table::of(&sweep, &standing, args.metric);
    if args.json {
        let rows: Vec<Value> = table.rows.iter().map(as_json).collect();
        println!("{}", Value::Array(rows));
    } else if args.csv {
        print!("{}", table.to_csv());
    } else if args.latex {
        print!("{}", table.to_latex());
    } else {
        print(&table);
    }
    Ok(Ending::Done)
}

/// The settings of a cell as JSON: a name and a text each.
pub fn settings_as_json(row: &CellRow) -> Value {
    let settings = row.settings.iter();
    let settings: Map<String, Value> = settings
        .map(|(field, value)| (field.name().to_owned(), value.clone().into()))
        .collect();
    settings.into()
}

fn as_json(row: &CellRow) -> Value {
    let runs: Vec<&str> = row.values.iter().map(|(_, _, run)| &run.0[..]).collect();
    json!({
        "settings": settings_as_json(row),
        "n": row.values.len(),
        "planned": row.planned,
        "failed": row.failed,
        "mean": row.mean(),
        "s": row.estimate.map(|estimate| estimate.deviation),
        "interval": row.estimate.map(|estimate| estimate.interval),
        "runs": runs,
    })
}

fn print(table: &Table) {
    let mut header: Vec<String> = table
        .fields
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    header.extend(["n", "mean ± s", "95% interval"].map(str::to_owned));
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| cells(row, table.metric))
        .collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let all = std::iter::once(&header).chain(&rows);
            all.map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    println!("{}", table.metric.title());
    for row in std::iter::once(&header).chain(&rows) {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        println!("{}", line.join("  ").trim_end());
    }
    for note in table.notes() {
        println!("{note}");
    }
}

fn cells(row: &CellRow, metric: Metric) -> Vec<String> {
    let mut cells: Vec<String> = row
        .settings
        .iter()
        .map(|(_, value)| value.clone())
        .collect();
    let failed = match row.failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    cells.push(format!("{} of {}{failed}", row.values.len(), row.planned));
    cells.push(match (row.mean(), row.estimate) {
        (None, _) => String::new(),
        (Some(mean), None) => metric.show(mean),
        (Some(mean), Some(estimate)) => format!(
            "{} ± {}",
            metric.show(mean),
            metric.show_bare(estimate.deviation)
        ),
    });
    cells.push(row.estimate.map_or_else(String::new, |estimate| {
        let [low, high] = estimate.interval;
        format!("{} to {}", metric.show_bare(low), metric.show_bare(high))
    }));
    cells
}
