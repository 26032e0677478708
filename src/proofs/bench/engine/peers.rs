//! This program and Keras at the same work, in turn.
//!
//! The speed of a machine drifts, and Keras's own differs from process to process by a factor of
//! two. So each round measures both, Keras in a process of its own, and what is said of them rests
//! on several rounds: on the median, and on Keras's best.

use super::super::error::BenchError;
use super::python;
use super::training::TrainingSteps;
use super::{Prediction, augmentation, load};
use crate::experiment::Preset;
use crate::training::device::DeviceChoice;
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use tempfile::TempDir;

const TRAIN: &str = include_str!("../../../../benches/peers/train_keras.py");
const PREDICT: &str = include_str!("../../../../benches/peers/predict_keras.py");
const AUGMENT: &str = include_str!("../../../../benches/peers/augment_keras.py");

/// Training steps that are timed.
const STEPS: usize = 150;
/// Images that are predicted.
const PREDICTED: usize = 10_000;
/// The batch sizes with which Keras's `predict` is called. The best counts.
const PREDICT_BATCHES: [usize; 3] = [32, 256, 1_000];
/// Images that Keras augments.
const AUGMENTED: usize = 4_000;

/// What both were measured at, in turn, at the same work. All figures are images a second.
#[derive(Clone, Debug, Default)]
pub struct SideBySide {
    /// What Keras calls itself.
    pub peer: String,
    /// This program's figures.
    pub ours: Rounds,
    /// Keras's figures.
    pub keras: Rounds,
}

/// Figures that were measured in rounds, one a round.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// The figures in the order in which they were measured.
    pub fn figures(&self) -> &[f64] {
        &self.0
    }

    /// The middle figure, or the mean of the middle two.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        let middle = sorted.get(count.saturating_sub(1) / 2..=count / 2);
        let middle = middle.unwrap_or_default();
        middle.iter().sum::<f64>() / middle.len() as f64
    }

    /// The highest figure.
    pub fn maximum(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

impl SideBySide {
    /// Our median ÷ Keras's median.
    pub fn to_median(&self) -> f64 {
        self.ours.median() / self.keras.median()
    }

    /// Our median ÷ Keras's maximum.
    pub fn to_maximum(&self) -> f64 {
        self.ours.median() / self.keras.maximum()
    }
}

/// The Python that is measured beside this program, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Peers<'a> {
    /// A Python that has Keras on TensorFlow.
    pub python: &'a Path,
    /// Rounds, each of which measures both.
    pub rounds: usize,
}

impl Peers<'_> {
    /// Measures training steps of the default network at batch size 64, on images that lie ready in
    /// memory and aren't augmented, after ten steps and without evaluation.
    ///
    /// # Errors
    /// Where the device, the data or Keras can't be used.
    pub fn training(&self, device: DeviceChoice) -> Result<SideBySide, BenchError> {
        let ours = TrainingSteps::new(STEPS)?;
        let sizes = [STEPS, Preset::Default.settings().training.batch_size];
        self.measure(TRAIN, &sizes, || ours.per_second(device))
    }

    /// Measures the prediction of 10,000 images by the default network, Keras's at its best batch size.
    ///
    /// # Errors
    /// The same as for [`training`](Self::training).
    pub fn prediction(&self, device: DeviceChoice) -> Result<SideBySide, BenchError> {
        let ours = Prediction::new(device)?;
        let [small, middle, large] = PREDICT_BATCHES;
        let sizes = [PREDICTED, small, middle, large];
        self.measure(PREDICT, &sizes, || ours.per_second(PREDICTED))
    }

    /// Measures the article's augmentation on one thread.
    ///
    /// # Errors
    /// The same as for [`training`](Self::training).
    pub fn augmentation(&self) -> Result<SideBySide, BenchError> {
        let sizes = [AUGMENTED, Preset::Default.settings().training.batch_size];
        self.measure(AUGMENT, &sizes, || Ok(augmentation()?.images_per_second))
    }

    /// Measures Keras by a script that gets these sizes, and this program by `ours`, in turn.
    fn measure(
        &self,
        script: &str,
        sizes: &[usize],
        ours: impl Fn() -> Result<f64, BenchError>,
    ) -> Result<SideBySide, BenchError> {
        let folder = written_images()?;
        let sizes = sizes.iter().map(|size| OsString::from(size.to_string()));
        let sizes: Vec<OsString> = sizes.collect();
        let mut arguments = vec![folder.path().as_os_str()];
        arguments.extend(sizes.iter().map(OsString::as_os_str));
        let mut both = SideBySide::default();
        for _ in 0..self.rounds {
            let told = keras(self.python, script, &arguments)?;
            both.keras.0.push(told.best()?);
            both.peer = told.version;
            both.ours.0.push(ours()?);
        }
        Ok(both)
    }
}

/// The JSON that a script prints.
#[derive(Deserialize)]
struct Told {
    version: String,
    /// Images a second, of each batch size that was tried.
    figures: Vec<f64>,
}

impl Told {
    fn best(&self) -> Result<f64, BenchError> {
        let best = self.figures.iter().copied().reduce(f64::max);
        best.ok_or(BenchError::NoFigure)
    }
}

fn keras(python: &Path, script: &str, arguments: &[&OsStr]) -> Result<Told, BenchError> {
    // Keras computes on the CPU, and prints no greetings.
    let environment = [
        ("CUDA_VISIBLE_DEVICES", "-1"),
        ("TF_CPP_MIN_LOG_LEVEL", "3"),
    ];
    python::run(python, script, arguments, &environment)
}

/// Writes MNIST's training images and labels as plain bytes into a folder that lasts as long as it is
/// held.
fn written_images() -> Result<TempDir, BenchError> {
    let data = load(&Preset::Default.settings())?;
    let images = &data.dataset().train;
    let folder = tempfile::tempdir()?;
    for (name, bytes) in [("pixels", &images.pixels), ("labels", &images.labels)] {
        std::fs::write(folder.path().join(name), bytes)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_the_mean_of_two() {
        assert_eq!(Rounds(vec![5.0, 1.0, 3.0]).median(), 3.0);
        assert_eq!(Rounds(vec![4.0, 1.0, 2.0, 9.0]).median(), 3.0);
        assert_eq!(Rounds(vec![7.0]).median(), 7.0);
        assert_eq!(Rounds(vec![4.0, 9.0]).maximum(), 9.0);
    }

    #[test]
    fn a_claim_is_made_against_the_median_and_the_maximum() {
        let both = SideBySide {
            peer: "Keras".into(),
            ours: Rounds(vec![20.0, 30.0, 40.0]),
            keras: Rounds(vec![10.0, 10.0, 20.0]),
        };
        assert_eq!((both.to_median(), both.to_maximum()), (3.0, 1.5));
    }
}
