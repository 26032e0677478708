//! `diagnose`: the verdict on curves from anywhere.

use super::Ending;
use super::args::{DiagnoseArgs, StoreArgs};
use super::told::{suggestion_lines, verdict_lines};
use crate::lab::curves::{Note, file_in, read_curves};
use crate::lab::store::{is_run_folder, read_run};
use crate::lab::suggest::{Suggestion, in_general};
use crate::lab::verdict::{Verdict, verdict};
use anyhow::{Result, bail};
use serde::Serialize;
use std::path::Path;

/// A verdict, and what it rests on.
#[derive(Serialize)]
struct Told {
    /// What the run is called, where that is known or the file holds several.
    run: Option<String>,
    #[serde(flatten)]
    verdict: Verdict,
    suggestions: Vec<Suggestion>,
    /// How many validation images are taken for the ±.
    validation_images: usize,
    /// What was assumed, and what was done with the rows of the file.
    notes: Vec<String>,
}

pub fn run(args: &DiagnoseArgs, store: &StoreArgs) -> Result<Ending> {
    let path = store.run_or_path(&args.file);
    let told = if is_run_folder(&path) {
        vec![of_run(&path, args.validation_size)?]
    } else if path.is_dir() {
        of_file(&file_in(&path)?, args.validation_size)?
    } else if path.exists() {
        of_file(&path, args.validation_size)?
    } else {
        bail!(
            "found no file and no run of this name; check the path, or choose a run of overfit-lab runs: {}",
            path.display()
        );
    };
    if args.json {
        for one in &told {
            println!("{}", serde_json::to_string(one)?);
        }
    } else {
        print(&told);
    }
    Ok(Ending::Done)
}

fn print(told: &[Told]) {
    let mut said: Vec<&[Suggestion]> = Vec::new();
    for one in told {
        if let (Some(run), true) = (&one.run, told.len() > 1) {
            println!("{run}");
        }
        for line in verdict_lines(&one.verdict) {
            println!("{line}");
        }
        for line in &one.verdict.evidence {
            println!("  {line}");
        }
        // Runs of one kind have the same suggestions, which are said once.
        if !said.contains(&one.suggestions.as_slice()) {
            said.push(&one.suggestions);
        }
    }
    for line in said.into_iter().flat_map(suggestion_lines) {
        println!("{line}");
    }
    // The notes are those of the file, the same at each of its runs.
    for note in told.first().map_or(&[][..], |one| &one.notes) {
        println!("note: {note}");
    }
}

/// The verdict on a run of this program's own.
fn of_run(folder: &Path, validation_size: Option<usize>) -> Result<Told> {
    let run = read_run(folder)?;
    let suggestions = run.suggestions();
    let validation_images = validation_size.unwrap_or_else(|| run.validation_size());
    let verdict = match validation_size {
        Some(size) => verdict(&run.curve(), size),
        None => run.verdict,
    };
    Ok(Told {
        run: Some(run.id.0),
        verdict,
        suggestions,
        validation_images,
        notes: run.warnings,
    })
}

/// The verdicts on the runs of a file.
fn of_file(path: &Path, validation_size: Option<usize>) -> Result<Vec<Told>> {
    let mut file = read_curves(path)?;
    if let Some(images) = file.assumed_size().filter(|_| validation_size.is_none()) {
        file.notes.push(Note::AssumedSize { images });
    }
    let notes: Vec<String> = file.notes.iter().map(Note::to_string).collect();
    let names = file.run_names();
    let told = file.runs.iter().zip(names).map(|(run, name)| {
        let validation_images = validation_size.unwrap_or_else(|| run.validation_size());
        let verdict = run.verdict(validation_images);
        Told {
            run: name,
            suggestions: in_general(&verdict),
            verdict,
            validation_images,
            notes: notes.clone(),
        }
    });
    Ok(told.collect())
}
