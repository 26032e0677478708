//! `runs`: the table of the runs that are kept.

use super::Ending;
use super::args::{RunsArgs, StoreArgs};
use crate::lab::run::{Sharing, difference, gap};
use crate::lab::suggest::Advice;
use crate::lab::verdict::standard_error;
use crate::lab::{EpochMetrics, Run, RunId, RunStore, format};
use anyhow::Result;
use serde_json::{Value, json};

/// How many runs a sentence names.
const LISTED: usize = 6;

pub fn run(args: &RunsArgs, store: &StoreArgs) -> Result<Ending> {
    let store = store.open()?;
    let (mut runs, errors) = store.read_all();
    for err in errors {
        eprintln!("warning: {err}");
    }
    if args.best_first {
        runs.sort_by(|left, right| best_accuracy(right).total_cmp(&best_accuracy(left)));
    }
    if args.json {
        for run in &runs {
            println!("{}", line(run));
        }
    } else {
        print(&runs, &store);
    }
    Ok(Ending::Done)
}

/// Validation accuracy at the best epoch. A run without one comes after all others.
fn best_accuracy(run: &Run) -> f64 {
    run.best().map_or(-1.0, |best| best.validation_accuracy)
}

fn line(run: &Run) -> Value {
    let best = run.best();
    let accuracy = best.map(|best| best.validation_accuracy);
    json!({
        "run": run.id,
        "name": run.name,
        "starred": run.starred,
        "folder": run.folder.display().to_string(),
        "created": format::utc(run.created_secs),
        "state": run.state.label(),
        "resumes_at": run.resumes_at,
        "epochs": run.epochs.len(),
        "best_epoch": best.map(|best| best.epoch),
        "best_validation_loss": best.map(|best| best.validation_loss),
        "best_validation_accuracy": accuracy,
        "best_validation_standard_error": best.map(|best| {
            standard_error(best.validation_accuracy, best.validation_count)
        }),
        "gap": best.map(gap_fraction),
        "last_gap": run.epochs.last().map(gap_fraction),
        "best_validation_count": best.map(|best| best.validation_count),
        "validated_by": validated_by(run),
        "seconds": run.elapsed_secs,
        "verdict": Advice {
            verdict: &run.verdict,
            suggestions: &run.suggestions(),
        },
        "what": difference::from_preset(run),
        "warnings": run.warnings,
    })
}

/// The gap as a fraction, as accuracies are, to eight decimals.
fn gap_fraction(metrics: &EpochMetrics) -> f64 {
    (gap(metrics) * 1e6).round() / 1e8
}

/// What validates a run: where all of this is the same, figures can be set against each other.
fn validated_by(run: &Run) -> Value {
    let data = &run.experiment.settings().data;
    json!({
        "data": data.source.to_string(),
        "data_sha256": run.data_sha256,
        "held_out": data.validation_size,
        "split_seed": data.split_seed,
    })
}

/// What has to be said where the same images don't validate all runs that have figures: which runs
/// have others than the first.
fn unlike(runs: &[Run]) -> Option<String> {
    let mut measured = runs.iter().filter(|run| run.best().is_some());
    let first = measured.next()?;
    let others: Vec<(&RunId, Sharing)> = measured
        .map(|run| (&run.id, first.shares_validation_images(run)))
        .collect();
    let said = [Sharing::OtherImages, Sharing::OtherData].map(|sharing| {
        let alike = others.iter().filter(|(_, other)| *other == sharing);
        let names: Vec<String> = alike.map(|(id, _)| id.to_string()).collect();
        let have = if names.len() == 1 { "has" } else { "have" };
        let word = sharing.word().filter(|_| !names.is_empty())?;
        Some(format!(
            "{} {have} {word} than {}. ",
            listed(&names),
            first.id
        ))
    });
    let said: String = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| {
        format!(
            "{said}Figures can be set against each other only where the same images validate the \
             runs; --json says what validates each."
        )
    })
}

/// Names in a sentence, the first few of many.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= LISTED => format!("{} and {last}", first.join(", ")),
        _ => format!(
            "{} and {} more",
            names[..LISTED - 1].join(", "),
            names.len() + 1 - LISTED
        ),
    }
}

/// A run's cells without the last one, which may be of any width.
fn cells(run: &Run) -> [String; 5] {
    let mut name = run.id.0.clone();
    if run.name != run.id.0 {
        name += &format!(" {}", run.name);
    }
    if run.starred {
        name += " ★";
    }
    let best = run.best().map_or_else(String::new, |best| {
        let accuracy = format::percent_with_error(best.validation_accuracy, best.validation_count);
        format!("{accuracy} @ {}", best.epoch)
    });
    let gap = run.best().map_or_else(String::new, |best| {
        format!("{} @ {}", format::points(gap(best)), best.epoch)
    });
    let epochs = run.epochs.len().to_string();
    [name, best, gap, epochs, run.state.label().into()]
}

const HEADER: [&str; 5] = ["run", "validation @ best", "gap @ best", "epochs", "state"];

fn print(runs: &[Run], store: &RunStore) {
    if runs.is_empty() {
        println!("No runs are kept in {}", store.folder().display());
        return;
    }
    let rows: Vec<[String; 5]> = runs.iter().map(cells).collect();
    let header = HEADER.map(str::to_owned);
    let all = || std::iter::once(&header).chain(&rows);
    let widths: [usize; 5] = std::array::from_fn(|column| {
        let widths = all().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default()
    });
    let whats = runs.iter().map(difference::from_preset);
    let whats = std::iter::once("what it is".to_owned()).chain(whats);
    for ([name, best, gap, epochs, state], what) in all().zip(whats) {
        let [a, b, c, d, e] = widths;
        println!("{name:<a$}  {best:>b$}  {gap:>c$}  {epochs:>d$}  {state:<e$}  {what}");
    }
    if let Some(unlike) = unlike(runs) {
        println!("{unlike}");
    }
    println!("Kept in {}", store.folder().display());
}
