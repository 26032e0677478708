//! States that are saved within an epoch, at an interval which the test chooses.

use crate::support::runs::{data, experiment, linear};
use overfit_lab::experiment::Settings;
use overfit_lab::training::device::{DeviceChoice, open};
use overfit_lab::training::{EpochMetrics, Event, ResumePoint, TrainingJob};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

struct Told {
    points: Vec<Arc<ResumePoint>>,
    epochs: Vec<EpochMetrics>,
}

/// Trains with a state saved so often, or trains the rest of a run from a state on.
fn run(every: Option<Duration>, from: Option<ResumePoint>, settings: &Settings) -> Told {
    let experiment = experiment(settings);
    let mut told = Told {
        points: Vec::new(),
        epochs: Vec::new(),
    };
    let emit = &mut |event: Event| {
        match event {
            Event::Resumable(point) => told.points.push(point),
            Event::Epoch { mut metrics, .. } => {
                metrics.elapsed_secs = 0.0;
                metrics.samples_per_second = 0.0;
                metrics.waiting_secs = 0.0;
                told.epochs.push(metrics);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    };
    let data = data(settings);
    let device = open(DeviceChoice::Cpu).unwrap();
    let job = TrainingJob::new(&experiment, &data, device);
    match from {
        Some(point) => job.resume_from(point),
        None => job.save_every(every),
    }
    .train(emit)
    .unwrap();
    told
}

#[test]
fn within_an_epoch_a_state_is_laid_out_at_each_interval_and_the_run_goes_on_from_each() {
    let mut settings = linear(2);
    settings.data.label_noise = 0.2;
    let day = Duration::from_secs(86_400);
    let rarely = run(Some(day), None, &settings);
    // A state is saved at the start of each epoch and at the end of the run.
    assert_eq!(rarely.points.len(), 3);
    let often = run(Some(Duration::ZERO), None, &settings);
    let places: Vec<_> = often
        .points
        .iter()
        .map(|point| (point.epoch(), point.batch()))
        .collect();
    // A state is saved before each of the three batches of an epoch.
    assert_eq!(
        places,
        [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    );
    assert_eq!(often.epochs, rarely.epochs);
    for point in &often.points {
        let point = ResumePoint::from_bytes(&point.to_bytes().unwrap()).unwrap();
        let epoch = point.epoch();
        let rest = run(None, Some(point), &settings);
        assert_eq!(rest.epochs, rarely.epochs[epoch - 1..], "{epoch}");
    }
    assert!(run(None, None, &settings).points.is_empty());
}
