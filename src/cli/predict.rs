//! `predict`: which classes runs see in pictures.

use super::args::{MachineArgs, PredictArgs, StoreArgs};
use super::devices::for_prediction;
use super::submit::{first_settings, read_runs, warn_of_older_weights};
use super::{Ending, UsageError};
use crate::data::drawing::{Placement, prepare, read_picture};
use crate::lab::format;
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
    let placement = if args.no_centre {
        Placement::AsDrawn
    } else {
        Placement::Centred
    };
    let Some((first, checkpoint)) = runs.first() else {
        return Err(UsageError("choose a run with --run".into()).into());
    };
    let [rows, columns] = crate::lab::submission::image_size(first, *checkpoint)?;
    let mut images = TestImages {
        rows,
        columns,
        pixels: Vec::new(),
    };
    for path in &args.images {
        let picture = read_picture(path)?;
        let pixels = prepare(&picture, placement, [rows, columns]);
        if pixels.iter().all(|pixel| *pixel == 0) {
            eprintln!("warning: nothing is drawn on {}", path.display());
        }
        images.pixels.extend(pixels);
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
            println!("{}", line(&prediction, index, path));
        } else {
            println!("{}", sentence(&prediction, index, path));
        }
    }
    Ok(Ending::Done)
}

/// The probabilities of a picture.
fn probabilities(prediction: &Prediction, index: usize) -> &[f32] {
    let classes = prediction.class_names.len();
    &prediction.probabilities[index * classes..][..classes]
}

fn line(prediction: &Prediction, index: usize, path: &Path) -> serde_json::Value {
    let label = usize::from(prediction.labels[index]);
    let named: serde_json::Map<_, _> = prediction
        .class_names
        .iter()
        .cloned()
        .zip(probabilities(prediction, index).iter().map(|p| json!(p)))
        .collect();
    json!({
        "image": path.display().to_string(),
        "prediction": prediction.class_names[label],
        "probability": probabilities(prediction, index)[label],
        "probabilities": named,
    })
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
