//! Drawn digits: what their preparation is for.

use crate::support::runs::{data, experiment};
use overfit_lab::data::Images;
use overfit_lab::data::drawing::{Picture, Placement, find_digit, prepare};
use overfit_lab::experiment::ImageSize;
use overfit_lab::experiment::{Preset, TrainSize};
use overfit_lab::training::device::{DeviceChoice, open};
use overfit_lab::training::{Event, TrainingJob, evaluate_weights};
use std::ops::ControlFlow;

/// A digit as someone photographs it: ten times as large, dark on light, in a corner.
fn large_in_a_corner(image: &[u8]) -> Picture {
    let side = 560;
    let mut pixels = vec![255; side * side];
    for row in 0..280 {
        for column in 0..280 {
            pixels[row * side + column] = 255 - image[row / 10 * 28 + column / 10];
        }
    }
    Picture {
        rows: side,
        columns: side,
        pixels,
    }
}

fn accuracy(weights: &[u8], labels: &[u8], images: impl Iterator<Item = Vec<u8>>) -> f64 {
    let images = Images {
        pixels: images.flatten().collect(),
        labels: labels.to_vec(),
    };
    let device = open(DeviceChoice::Cpu).unwrap();
    evaluate_weights(weights, &images, &device)
        .unwrap()
        .accuracy
}

#[test]
fn a_prepared_digit_is_seen_as_it_was_and_one_in_a_corner_is_not() {
    let mut settings = Preset::Dense.settings();
    settings.data.train_size = TrainSize::Count(1_000);
    settings.data.validation_size = 200;
    settings.training.epochs = 3;
    let experiment = experiment(&settings);
    let data = data(&settings);
    let images: Vec<_> = (0..200)
        .map(|i| data.validation_image(i).to_vec())
        .collect();
    let labels: Vec<_> = (0..200).map(|i| data.validation_label(i)).collect();

    let mut weights = None;
    let device = open(DeviceChoice::Cpu).unwrap();
    TrainingJob::new(&experiment, &data, device)
        .train(&mut |event| {
            if let Event::Epoch {
                weights: newest, ..
            } = event
            {
                weights = Some(newest);
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let weights = weights.unwrap();

    let as_they_are = accuracy(&weights, &labels, images.iter().cloned());
    assert!(as_they_are > 0.75, "{as_they_are}");
    let of_pictures = |placement| {
        let pictures = images
            .iter()
            .map(|image| find_digit(&large_in_a_corner(image)).ink);
        let prepared = pictures.map(|picture| prepare(&picture, placement, ImageSize::new(28, 28)));
        accuracy(&weights, &labels, prepared)
    };
    let centred = of_pictures(Placement::Centred);
    assert!(
        (centred - as_they_are).abs() < 0.02,
        "{centred} {as_they_are}"
    );
    let as_drawn = of_pictures(Placement::AsDrawn);
    assert!(as_drawn < 0.5 * as_they_are, "{as_drawn} {as_they_are}");
}
