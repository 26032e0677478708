//! How many digits are recognized in pictures as people take them: on ruled paper, beside dark edges,
//! in screenshots. The pictures are made of images of MNIST that the network wasn't trained on.

mod kinds;
mod scene;
#[cfg(test)]
mod tests;
mod unlike;

use super::error::BenchError;
use crate::data::TrainingData;
use crate::data::drawing::{Found, Picture, Placement, Unlike, find_digit, find_ink, prepare};
use crate::experiment::{Experiment, ImageSize, Preset, Settings, Stream, TrainSize};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Event, Predictor, TrainingJob};
use kinds::Kind;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;
use unlike::Other;

/// Rows and columns of the network's images.
const SIZE: ImageSize = ImageSize::square(28);
/// The seed of the pictures on which the limits were tuned was 1; these are measured.
const SEED: u64 = 7;

/// How a kind of picture was recognized.
struct Recognized {
    kind: Kind,
    /// How many pictures there were.
    count: usize,
    /// How many were right where ink was told from the ground alone.
    by_ink: usize,
    /// How many were right where the digit was looked for.
    by_digit: usize,
}

/// What one picture was taken for.
struct Asked {
    kind: Kind,
    label: u8,
    by_ink: Vec<u8>,
    by_digit: Vec<u8>,
    found: Found,
}

/// Trains a small network, measures `count` pictures of each kind and prints a table.
///
/// # Errors
/// Where the network can't be trained or asked.
pub(super) fn run(count: usize) -> Result<(), BenchError> {
    let mut settings = Preset::Cnn.settings();
    settings.data.train_size = TrainSize::Count(10_000);
    settings.training.epochs = 5;
    let data = Arc::new(TrainingData::load(&settings.data, settings.seed)?);
    let network = train(settings, &data)?;
    println!("kind                        pictures   ink alone   digit found");
    for row in measure(&network, &data, &Kind::ALL, count)? {
        let percent = |right: usize| 100.0 * right as f64 / row.count.max(1) as f64;
        println!(
            "{:<27} {:>8}   {:>8.1}%   {:>10.1}%",
            row.kind.label(),
            row.count,
            percent(row.by_ink),
            percent(row.by_digit)
        );
    }
    println!("shows                         images   unlike the digits of MNIST");
    let digits = (0..data.validation_size()).map(|i| data.validation_image(i).to_vec());
    print_unlike("digits, not trained on", digits);
    for (other, number) in Other::ALL.into_iter().zip(0..) {
        let mut draw = Stream::augmentation(SEED, number, 0);
        print_unlike(other.label(), (0..count).map(|_| other.image(&mut draw)));
    }
    Ok(())
}

fn print_unlike(label: &str, images: impl Iterator<Item = Vec<u8>>) {
    let told: Vec<bool> = images
        .map(|image| Unlike::mnist(&image).is_some())
        .collect();
    let unlike = told.iter().filter(|told| **told).count();
    let percent = 100.0 * unlike as f64 / told.len().max(1) as f64;
    println!("{label:<27} {:>8}   {percent:>8.1}%", told.len());
}

/// Trains a network on the CPU, and returns the one of its last epoch.
fn train(settings: Settings, data: &Arc<TrainingData>) -> Result<Predictor, BenchError> {
    let device = device::open(DeviceChoice::Cpu)?;
    let experiment = Experiment::new(settings, Vec::new())?;
    let mut newest = None;
    TrainingJob::new(&experiment, data, device.clone()).train(&mut |event| {
        if let Event::Epoch { weights, .. } = event {
            newest = Some(weights);
        }
        ControlFlow::Continue(())
    })?;
    let weights = newest.ok_or(BenchError::NoWeights)?;
    Ok(Predictor::new(&weights, &device)?)
}

/// Makes pictures of validation images, and asks the network what they show.
fn measure(
    network: &Predictor,
    data: &TrainingData,
    kinds: &[Kind],
    count: usize,
) -> Result<Vec<Recognized>, BenchError> {
    let asked: Vec<Asked> = kinds
        .par_iter()
        .flat_map(|&kind| (0..count).into_par_iter().map(move |i| ask(data, kind, i)))
        .collect();
    let classes = |images: Vec<u8>| -> Result<Vec<usize>, BenchError> {
        let probabilities = network.probabilities(&images, asked.len())?;
        let best = |of: &[f32]| (0..of.len()).max_by(|&a, &b| of[a].total_cmp(&of[b]));
        let rows = probabilities.chunks_exact(network.class_count());
        Ok(rows.filter_map(best).collect())
    };
    let by_ink = classes(
        asked
            .iter()
            .flat_map(|asked| asked.by_ink.clone())
            .collect(),
    )?;
    let by_digit = classes(
        asked
            .iter()
            .flat_map(|asked| asked.by_digit.clone())
            .collect(),
    )?;
    let mut rows = Vec::new();
    for &kind in kinds {
        let mut row = Recognized {
            kind,
            count: 0,
            by_ink: 0,
            by_digit: 0,
        };
        for (i, asked) in asked
            .iter()
            .enumerate()
            .filter(|(_, asked)| asked.kind == kind)
        {
            let label = usize::from(asked.label);
            let is_blank = asked.by_ink.iter().all(|&pixel| pixel == 0);
            let (ink, digit) = match kind {
                Kind::Blank => (is_blank, asked.found == Found::Nothing),
                Kind::TwoDigits => (false, asked.found == Found::Several(2)),
                _ => (
                    !is_blank && by_ink[i] == label,
                    asked.found == Found::One && by_digit[i] == label,
                ),
            };
            row.count += 1;
            row.by_ink += usize::from(ink);
            row.by_digit += usize::from(digit);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Makes the picture of this number, and finds its digit with and without looking for it.
fn ask(data: &TrainingData, kind: Kind, number: usize) -> Asked {
    let mut draw = Stream::augmentation(SEED, kind as u64, number as u64);
    let [first, second] = [0, 1].map(|_| draw.below(data.validation_size()));
    let digits = [first, second].map(|i| data.validation_image(i));
    let picture: Picture = kind.picture(digits, &mut draw);
    let finding = find_digit(&picture);
    let image = |ink: &Picture| prepare(ink, Placement::Centred, SIZE);
    Asked {
        kind,
        label: data.validation_label(first),
        by_ink: image(&find_ink(&picture)),
        by_digit: image(&finding.ink),
        found: finding.found,
    }
}
