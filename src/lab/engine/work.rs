//! What the training thread does: data, device and folder made ready, then the loop, each event
//! kept on disk before it is told.

use super::{Created, Resume, RunEvent, Start};
use crate::data::{self, TrainingData};
use crate::experiment::{DataSource, Experiment};
use crate::lab::hash::sha256;
use crate::lab::outbox::Outbox;
use crate::lab::store::{Claim, RunWriter, StoreError};
use crate::training::device::{self, DeviceChoice};
use crate::training::{
    self, Command, Event, OpenDevice, Progress, ResumePoint, Stage, TrainingError, WeightsSlot,
};
use crossbeam_channel::{Receiver, Sender};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a run ended with an error: a message for a person, and where it diverged if it did.
pub(super) struct Failure {
    pub message: String,
    pub diverged_in: Option<usize>,
}

impl Failure {
    pub fn of(error: impl ToString) -> Self {
        Self {
            message: error.to_string(),
            diverged_in: None,
        }
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        let diverged_in = match error {
            TrainingError::NotFinite { epoch, .. } => Some(epoch),
            _ => None,
        };
        Self {
            diverged_in,
            ..Self::of(error)
        }
    }
}

/// The ends that the training thread holds.
pub(super) struct Work<'a> {
    pub commands: Receiver<Command>,
    pub created: Sender<Created>,
    pub slot: WeightsSlot,
    /// Set when the run is to end, for the time before it hears commands.
    pub is_given_up: Arc<AtomicBool>,
    pub outbox: &'a mut Outbox,
}

/// A run that is ready to be trained.
struct Ready {
    experiment: Experiment,
    data: Arc<TrainingData>,
    device: OpenDevice,
    /// From where it goes on.
    point: Option<ResumePoint>,
}

impl Work<'_> {
    /// The whole of a new run. Data that can't be read leaves no empty run behind.
    pub fn start(&mut self, start: Start) -> Result<(), Failure> {
        let data = self.load(&start.experiment)?;
        let mut writer =
            RunWriter::create(&start.place, &start.experiment, start.keep).map_err(Failure::of)?;
        // The receiver is the engine's own; it lives or nobody cares.
        let _ = self.created.send(writer.created().clone());
        self.outbox.push(RunEvent::Loading);
        writer.hashed(data_sha256(&start.experiment, &data));
        let outcome = self.open(start.device, &mut writer).and_then(|device| {
            let ready = Ready {
                experiment: start.experiment,
                data,
                device,
                point: None,
            };
            self.train(ready, &mut writer)
        });
        self.note_failure(&outcome, &mut writer);
        outcome
    }

    /// The rest of a run. What can't be had leaves its folder as it is.
    pub fn resume(&mut self, resume: &Resume) -> Result<(), Failure> {
        let claim = Claim::new(&resume.folder, resume.epochs.is_some()).map_err(Failure::of)?;
        let _ = self.created.send(claim.created());
        self.outbox.push(RunEvent::Loading);
        let experiment = claim.experiment().clone();
        let data = self.load(&experiment)?;
        let choice = resume.device.or(claim.device()).unwrap_or_default();
        let device = device::open(choice).map_err(Failure::of)?;
        let notes = claim.notes().to_vec();
        let (mut writer, point) = claim.take_up().map_err(Failure::of)?;
        self.tell_taken_up(&writer, point.as_ref(), &device, notes);
        writer.opened(choice, device.is_cpu());
        let ready = Ready {
            experiment,
            data,
            device,
            point,
        };
        let outcome = self.train(ready, &mut writer);
        self.note_failure(&outcome, &mut writer);
        outcome
    }

    fn tell_taken_up(
        &mut self,
        writer: &RunWriter,
        point: Option<&ResumePoint>,
        device: &OpenDevice,
        notes: Vec<String>,
    ) {
        self.outbox.push(RunEvent::TakenUp {
            epoch: point.map_or(1, ResumePoint::epoch),
            batch: point.map_or(1, ResumePoint::batch),
            steps: point.map_or(0, ResumePoint::steps),
            elapsed_secs: writer.seconds() + point.map_or(0.0, ResumePoint::seconds),
        });
        let gpu = (!device.is_cpu()).then(|| {
            "A GPU adds in no fixed order: from here on the figures may differ from those of a \
             run that was never broken off by as much as two runs on it differ."
                .to_owned()
        });
        let notes = notes.into_iter().chain(device.note.clone()).chain(gpu);
        for note in notes {
            self.outbox.push(RunEvent::Note(note));
        }
    }

    /// Reads and splits the run's data. Embedded data and what was just read are there at once.
    fn load(&self, experiment: &Experiment) -> Result<Arc<TrainingData>, Failure> {
        let settings = experiment.settings();
        let dataset = data::load_with(&settings.data.source, &mut |_| {
            if self.is_given_up.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .map_err(Failure::of)?;
        TrainingData::new(dataset, &settings.data, settings.seed)
            .map(Arc::new)
            .map_err(Failure::of)
    }

    fn open(
        &mut self,
        choice: DeviceChoice,
        writer: &mut RunWriter,
    ) -> Result<OpenDevice, Failure> {
        let device = device::open(choice).map_err(Failure::of)?;
        if let Some(note) = &device.note {
            self.outbox.push(RunEvent::Note(note.clone()));
        }
        writer.opened(choice, device.is_cpu());
        Ok(device)
    }

    fn train(&mut self, ready: Ready, writer: &mut RunWriter) -> Result<(), Failure> {
        let Ready {
            experiment,
            data,
            device,
            point,
        } = ready;
        let outbox = &mut *self.outbox;
        let mut emit = |event: Event| {
            record(&event, writer, outbox);
            forward(event, outbox);
            if outbox.is_abandoned() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let (commands, slot) = (&self.commands, &self.slot);
        match point {
            Some(point) => {
                training::resume(point, &experiment, &data, device, commands, slot, &mut emit)?
            }
            None => training::train(&experiment, &data, device, commands, slot, &mut emit)?,
        }
        Ok(())
    }

    fn note_failure(&mut self, outcome: &Result<(), Failure>, writer: &mut RunWriter) {
        if let Err(failure) = outcome
            && let Err(err) = writer.fail(&failure.message, failure.diverged_in)
        {
            self.outbox.push(RunEvent::Warning(err.to_string()));
        }
    }
}

/// The hash of the images and labels, with which a submission says what trained it. The embedded
/// data is known by its name.
fn data_sha256(experiment: &Experiment, data: &TrainingData) -> Option<String> {
    match experiment.settings().data.source {
        DataSource::Mnist => None,
        DataSource::Files(_) => {
            let images = &data.dataset().train;
            Some(sha256(&[&images.pixels, &images.labels]))
        }
    }
}

/// Keeps an event on disk. What can't be kept is a warning; training goes on.
fn record(event: &Event, writer: &mut RunWriter, outbox: &mut Outbox) {
    let result: Result<(), StoreError> = match event {
        Event::Started(started) => writer.started(started),
        Event::Changed(change) => writer.changed(*change),
        Event::Epoch {
            metrics,
            weights,
            answers,
        } => writer.epoch(metrics, weights, answers),
        Event::Resumable(point) => writer.resumable(point),
        Event::Finished { reason, weights } => writer.finish(*reason, weights.as_deref()),
        Event::Progress(Progress {
            stage: Stage::Training {
                point: Some(point), ..
            },
            ..
        }) => {
            writer.batch(point);
            return;
        }
        Event::Progress(_) | Event::Refused(_) | Event::Paused | Event::Resumed => return,
    };
    let troubles = writer.troubles().into_iter();
    for trouble in result
        .err()
        .map(|err| err.to_string())
        .into_iter()
        .chain(troubles)
    {
        outbox.push(RunEvent::Warning(trouble));
    }
}

fn forward(event: Event, outbox: &mut Outbox) {
    match event {
        Event::Started(started) => outbox.push(RunEvent::Started(started)),
        Event::Progress(progress) => outbox.progress(progress),
        Event::Changed(change) => outbox.push(RunEvent::Changed(change)),
        Event::Refused(message) => outbox.push(RunEvent::Warning(message)),
        Event::Epoch { metrics, .. } => outbox.push(RunEvent::Epoch(metrics)),
        Event::Resumable(_) => {}
        Event::Paused => outbox.push(RunEvent::Paused),
        Event::Resumed => outbox.push(RunEvent::Resumed),
        Event::Finished { reason, .. } => outbox.push(RunEvent::Finished { reason }),
    }
}
