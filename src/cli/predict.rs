//! `predict`: which classes runs see in pictures.

use super::args::{MachineArgs, PredictArgs, StoreArgs};
use super::devices::for_prediction;
use super::submit::{first_settings, read_runs, warn_of_older_weights};
use super::{Ending, UsageError};
use crate::data::reading::RunReading;
use crate::experiment::ReadAs;
use crate::lab::Run;
use crate::lab::format;
use crate::lab::store::Checkpoint;
use crate::lab::submission::{Prediction, TestImages, predict};
use anyhow::Result;
use serde_json::json;
use std::ops::ControlFlow;
use std::path::Path;

/// How many classes are shown for each picture.
const SHOWN: usize = 3;

pub fn run(args: &PredictArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let runs = read_runs(&args.run, store, args.epoch)?;
    warn_of_older_weights(&runs);
    let Some((first, checkpoint)) = runs.first() else {
        return Err(UsageError("choose a run with --run".into()).into());
    };
    let reading = reading(&runs, args);
    let [rows, columns] = crate::lab::submission::image_size(first, *checkpoint)?;
    let mut images = TestImages {
        rows,
        columns,
        pixels: Vec::new(),
    };
    for path in &args.images {
        let pixels = reading.read_image(path, [rows, columns])?;
        if pixels.iter().all(|pixel| *pixel == reading.blank_value()) {
            eprintln!("warning: nothing is drawn on {}", path.display());
        }
        images.pixels.extend(pixels);
    }
    let warning = first.unlike(&images.pixels, [rows, columns]);
    let warning = warning.map(|other| other.to_string());
    if let Some(warning) = &warning {
        eprintln!("warning: {warning}");
    }
    let device = for_prediction(args.device, first_settings(&runs)?, machine)?;
    let prediction = predict(
        &runs,
        &images,
        device,
        &mut |_, _| ControlFlow::Continue(()),
    )?;
    for (index, path) in args.images.iter().enumerate() {
        if args.json {
            println!("{}", line(&prediction, index, path, warning.as_deref()));
        } else {
            println!("{}", sentence(&prediction, index, path));
        }
    }
    Ok(Ending::Done)
}

/// How the pictures are read: as the first run read its own, unless something else was typed.
fn reading(runs: &[(Run, Checkpoint)], args: &PredictArgs) -> RunReading {
    let of = |run: &Run| RunReading::of(&run.experiment.settings().data.source);
    let Some((first, _)) = runs.first() else {
        return RunReading::MNIST;
    };
    let reading = of(first);
    for (run, _) in runs {
        if of(run) != reading && args.read_as == ReadAs::Auto {
            eprintln!(
                "warning: {} read its pictures otherwise than {}; these pictures are read as those \
                 of {}",
                run.name, first.name, first.name
            );
        }
    }
    let reading = reading.read_as(args.read_as);
    if args.no_centre {
        reading.without_centring()
    } else {
        reading
    }
}

/// The probabilities of a picture.
fn probabilities(prediction: &Prediction, index: usize) -> &[f32] {
    let classes = prediction.class_names.len();
    &prediction.probabilities[index * classes..][..classes]
}

fn line(
    prediction: &Prediction,
    index: usize,
    path: &Path,
    warning: Option<&str>,
) -> serde_json::Value {
    let label = usize::from(prediction.labels[index]);
    let named: serde_json::Map<_, _> = prediction
        .class_names
        .iter()
        .cloned()
        .zip(probabilities(prediction, index).iter().map(|p| json!(p)))
        .collect();
    let mut line = json!({
        "image": path.display().to_string(),
        "prediction": prediction.class_names[label],
        "probability": probabilities(prediction, index)[label],
        "probabilities": named,
    });
    if let Some(warning) = warning {
        line["warning"] = warning.into();
    }
    line
}

fn sentence(prediction: &Prediction, index: usize, path: &Path) -> String {
    let probabilities = probabilities(prediction, index);
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let parts: Vec<String> = order
        .iter()
        .take(SHOWN)
        .map(|&class| {
            format!(
                "{} {}",
                prediction.class_names[class],
                format::percent(f64::from(probabilities[class]))
            )
        })
        .collect();
    format!("{}: {}", path.display(), parts.join(", "))
}
