//! Runs made up for the tests of the plots.

use super::curves::{Emphasis, Role, Shading};
use crate::experiment::{Experiment, Preset};
use crate::lab::{BatchPoint, EpochMetrics, Run, RunId, RunState, StopReason};

/// An epoch's figures: 5,000 validation images, losses that follow from the accuracies.
pub fn metrics(epoch: usize, train_accuracy: f64, validation_accuracy: f64) -> EpochMetrics {
    EpochMetrics {
        epoch,
        step: 100 * epoch as u64,
        train_loss: 3.0 * (1.0 - train_accuracy),
        train_accuracy,
        train_count: 5_000,
        clean: None,
        corrupted: None,
        validation_loss: 3.0 * (1.0 - validation_accuracy),
        validation_accuracy,
        validation_count: 5_000,
        wrong_confidence: Some(0.7),
        batch_loss: 0.1,
        batch_accuracy: 0.97,
        learning_rate: 1e-3,
        train_images: 6_400,
        elapsed_secs: 4.0,
        samples_per_second: 1_600.0,
        waiting_secs: 0.0,
        compared: Vec::new(),
    }
}

/// A run that is over, with so many epochs.
pub fn run_of(id: &str, epochs: usize) -> Run {
    let experiment = Experiment::new(Preset::FirstLook.settings(), Vec::new()).unwrap();
    let mut run = Run::new(
        RunId(id.into()),
        format!("/runs/{id}").into(),
        0,
        experiment,
    );
    run.state = RunState::Finished(StopReason::Completed);
    run.epochs = (1..=epochs)
        .map(|epoch| {
            let left = 0.5 / epoch as f64;
            metrics(epoch, 1.0 - left, 1.0 - left - 0.01)
        })
        .collect();
    run.judge();
    run
}

/// Such runs of one setting, with the seeds 1, 2 and so on.
pub fn seeds_of<const N: usize>(ids: [&str; N], epochs: usize) -> Vec<Run> {
    let with_seed = |(id, seed): (&str, u64)| {
        let mut run = run_of(id, epochs);
        let mut settings = run.experiment.settings().clone();
        settings.seed = seed;
        run.experiment = Experiment::new(settings, Vec::new()).unwrap();
        run
    };
    ids.into_iter().zip(1..).map(with_seed).collect()
}

/// Batches of so many epochs: a falling loss with a scatter that repeats.
pub fn batches(epochs: usize, in_each: usize) -> Vec<BatchPoint> {
    (1..=epochs * in_each)
        .map(|step| {
            let epoch = step as f64 / in_each as f64;
            let scatter = ((step * 7_919) % 101) as f32 / 101.0;
            BatchPoint {
                epoch,
                step: step as u64,
                loss: 1.0 / (1.0 + epoch as f32) + 0.2 * scatter,
                accuracy: 1.0 - 0.1 * scatter,
            }
        })
        .collect()
}

/// How the one run of a picture stands in it.
pub fn chosen() -> Emphasis {
    Emphasis {
        role: Role::Chosen,
        highlighted: false,
        faded: false,
        shading: Shading::ErrorAndGap,
    }
}
