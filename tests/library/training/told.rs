//! Runs a small experiment, and keeps what it tells.

use crate::support::runs::{data, experiment, narrow};
use crossbeam_channel::{Sender, bounded};
use overfit_lab::experiment::{Change, Experiment, Settings};
use overfit_lab::training::device::{DeviceChoice, open};
use overfit_lab::training::{
    Command, EpochMetrics, Event, ResumePoint, Stage, StopReason, TrainingError, TrainingJob,
};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A CNN of 4 and 8 channels on 128 digits in batches of 16, three epochs.
pub fn small() -> Settings {
    let mut settings = narrow(128, 60, 3);
    settings.training.batch_size = 16;
    settings.training.learning_rate = 3e-3;
    settings
}

/// What a run told, and how it ended.
pub struct Told {
    pub events: Vec<Event>,
    pub result: Result<(), TrainingError>,
}

/// Runs an experiment; `listener` hears each event and may send commands.
pub fn run(experiment: &Experiment, listener: impl FnMut(&Event, &Sender<Command>)) -> Told {
    run_from(None, experiment, listener)
}

/// Runs an experiment from a state on.
pub fn run_from(
    point: Option<ResumePoint>,
    experiment: &Experiment,
    mut listener: impl FnMut(&Event, &Sender<Command>),
) -> Told {
    let (sender, commands) = bounded(256);
    let mut events = Vec::new();
    let mut emit = |event: Event| {
        listener(&event, &sender);
        events.push(event);
        ControlFlow::Continue(())
    };
    let data = data(experiment.settings());
    let device = open(DeviceChoice::Cpu).unwrap();
    let mut job = TrainingJob::new(experiment, &data, device).commands(&commands);
    if let Some(point) = point {
        job = job.resume_from(point);
    }
    let result = job.train(&mut emit);
    Told { events, result }
}

pub fn run_quietly(settings: &Settings) -> Told {
    run(&experiment(settings), |_, _| {})
}

/// Sends the commands of `script` when the batch that each names has been trained.
pub fn run_scripted(settings: &Settings, script: &[(usize, usize, Command)]) -> Told {
    run(&experiment(settings), |event, commands| {
        for (epoch, batch, command) in script {
            if trained(event) == Some((*epoch, *batch)) {
                commands.send(command.clone()).unwrap();
            }
        }
    })
}

/// The epoch and batch that an event tells of.
pub fn trained(event: &Event) -> Option<(usize, usize)> {
    match event {
        Event::Progress(progress) => match progress.stage {
            Stage::Training { batch, .. } => Some((progress.epoch, batch)),
            Stage::Evaluating { .. } => None,
        },
        _ => None,
    }
}

impl Told {
    /// The figures of the epochs, without those that the clock gives.
    pub fn curve(&self) -> Vec<EpochMetrics> {
        self.epochs()
            .map(|(metrics, _)| EpochMetrics {
                elapsed_secs: 0.0,
                samples_per_second: 0.0,
                waiting_secs: 0.0,
                ..metrics.clone()
            })
            .collect()
    }

    pub fn epochs(&self) -> impl Iterator<Item = (&EpochMetrics, &Arc<[u8]>)> {
        self.events.iter().filter_map(|event| match event {
            Event::Epoch {
                metrics, weights, ..
            } => Some((metrics, weights)),
            _ => None,
        })
    }

    pub fn last_weights(&self) -> &Arc<[u8]> {
        self.epochs().last().unwrap().1
    }

    pub fn changes(&self) -> Vec<Change> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Changed(change) => Some(*change),
                _ => None,
            })
            .collect()
    }

    pub fn refusals(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Refused(message) => Some(message.as_str()),
                _ => None,
            })
            .collect()
    }

    pub fn finish(&self) -> (StopReason, Option<&Arc<[u8]>>) {
        assert!(self.result.is_ok(), "{:?}", self.result);
        match self.events.last() {
            Some(Event::Finished { reason, weights }) => (*reason, weights.as_ref()),
            other => panic!("the last event is {other:?}"),
        }
    }
}
