//! A run on its thread: the data, the folder, the device and the training. Whatever is told of the
//! run is kept first and passed on then.

use super::keeper::keeping;
use super::outbox::Outbox;
use super::{Command, Created, FailureCause, Resume, RunEvent, Start};
use crate::data::{self, TrainingData};
use crate::experiment::Experiment;
use crate::lab::devices::{Chosen, Devices, Wish, size_of_step};
use crate::lab::store::hash::sha256_of_data;
use crate::lab::store::{Claim, RunWriter, TakenUp};
use crate::training::device::{DeviceChoice, DeviceInfo};
use crate::training::{OpenDevice, ResumePoint, TrainingError, TrainingJob, WeightsSlot};
use crossbeam_channel::{Receiver, Sender};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a run ended with an error: a message for a person, and what kind of failure it is.
pub(super) struct Failure {
    pub message: String,
    pub cause: FailureCause,
}

impl Failure {
    pub fn of(error: impl ToString) -> Self {
        Self {
            message: error.to_string(),
            cause: FailureCause::Other,
        }
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        let cause = match error {
            TrainingError::NotFinite { epoch, .. } => FailureCause::Diverged(epoch),
            TrainingError::DeviceLost { .. } => FailureCause::DeviceLost,
            _ => FailureCause::Other,
        };
        let message = match cause {
            FailureCause::DeviceLost => format!("{error}. The epochs so far are kept."),
            FailureCause::Diverged(_) | FailureCause::Other => error.to_string(),
        };
        Self { message, cause }
    }
}

/// The run's ends of what it shares with its engine.
pub(super) struct Work<'a> {
    pub commands: &'a Receiver<Command>,
    pub created: &'a Sender<Created>,
    pub slot: &'a WeightsSlot,
    pub is_given_up: &'a AtomicBool,
    /// The run's folder, once it has one.
    pub folder: &'a mut Option<PathBuf>,
    pub outbox: &'a mut Outbox,
}

/// A run that can be trained.
struct Ready<'a> {
    experiment: Experiment,
    data: Arc<TrainingData>,
    devices: &'a Devices,
    chosen: Chosen,
    device: OpenDevice,
    /// The state from which the run goes on; none at its beginning.
    point: Option<ResumePoint>,
}

impl Work<'_> {
    /// Does the whole of a new run. The data is read before the run has a folder: data that can't
    /// be read leaves no empty run behind.
    pub fn start(&mut self, start: Start) -> Result<(), Failure> {
        let data = self.load(&start.experiment)?;
        let source = &start.experiment.settings().data.source;
        start.place.check_apart(source).map_err(Failure::of)?;
        let mut writer =
            RunWriter::create(&start.place, &start.experiment, start.keep).map_err(Failure::of)?;
        self.tell_created(writer.created());
        self.outbox.push(RunEvent::Loading);
        let source = &start.experiment.settings().data.source;
        if let Some(sha256) = sha256_of_data(source, data.dataset()) {
            self.outbox.push(writer.hashed(sha256));
        }
        let Start {
            experiment,
            device,
            devices,
            ..
        } = start;
        let opened = self.open(device, &devices, &experiment);
        let outcome = opened.and_then(|(chosen, opened)| {
            writer.opened(device, opened.is_cpu());
            self.tell_device(&opened);
            let ready = Ready {
                experiment,
                data,
                devices: &devices,
                chosen,
                device: opened,
                point: None,
            };
            self.train(ready, &mut writer)
        });
        self.note_failure(&outcome, &mut writer);
        outcome
    }

    /// Does the rest of a run. The folder stays as it is until all that the run needs is there.
    pub fn resume(&mut self, resume: &Resume) -> Result<(), Failure> {
        let claim = Claim::new(&resume.folder, resume.epochs).map_err(Failure::of)?;
        self.tell_created(claim.created());
        self.outbox.push(RunEvent::Loading);
        let experiment = claim.experiment().clone();
        let data = self.load(&experiment)?;
        let choice = resume.device.or(claim.device()).unwrap_or_default();
        let (chosen, device) = self.open(choice, &resume.devices, &experiment)?;
        let notes = claim.notes().to_vec();
        let TakenUp {
            mut writer,
            point,
            event,
        } = claim.take_up().map_err(Failure::of)?;
        writer.opened(choice, device.is_cpu());
        self.outbox.push(event);
        for note in notes {
            self.outbox.push(writer.warn(note));
        }
        if !device.is_cpu() {
            self.outbox.push(RunEvent::Note(GPU_NOISE.into()));
        }
        self.tell_device(&device);
        let ready = Ready {
            experiment,
            data,
            devices: &resume.devices,
            chosen,
            device,
            point,
        };
        let outcome = self.train(ready, &mut writer);
        self.note_failure(&outcome, &mut writer);
        outcome
    }

    fn tell_created(&mut self, created: Created) {
        *self.folder = Some(created.folder.clone());
        // The receiver is the engine's own: where it is gone, nobody wants to know.
        let _ = self.created.send(created);
    }

    fn tell_device(&mut self, device: &OpenDevice) {
        if let Some(note) = &device.note {
            self.outbox.push(RunEvent::Chose(note.clone()));
        }
    }

    /// Reads and splits the run's data. Embedded data, and data that was just read, is there at
    /// once.
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

    /// Chooses a device that can be trusted, which may have to be tried out first, and opens it.
    /// A run that is given up meanwhile gets the CPU and hears there that it shall stop.
    fn open(
        &mut self,
        choice: DeviceChoice,
        devices: &Devices,
        experiment: &Experiment,
    ) -> Result<(Chosen, OpenDevice), Failure> {
        let wish = Wish {
            choice,
            size: size_of_step(experiment.settings()),
            may_probe: true,
        };
        let mut told = None;
        let mut tell = |gpu: &DeviceInfo, _| {
            if told != gpu.index {
                told = gpu.index;
                self.outbox.push(RunEvent::Probing(gpu.name.clone()));
            }
        };
        let is_given_up = || self.is_given_up.load(Ordering::Relaxed);
        let chosen = devices.choose(wish, &mut tell, &is_given_up);
        let chosen = chosen.map_err(Failure::of)?;
        let device = devices.open(&chosen).map_err(Failure::of)?;
        Ok((chosen, device))
    }

    fn train(&mut self, ready: Ready<'_>, writer: &mut RunWriter) -> Result<(), Failure> {
        let Ready {
            experiment,
            data,
            devices,
            chosen,
            device,
            point,
        } = ready;
        let mut job = TrainingJob::new(&experiment, &data, device)
            .commands(self.commands)
            .slot(self.slot);
        if let Some(point) = point {
            job = job.resume_from(point);
        }
        let outcome = keeping(writer, self.outbox, |emit| job.train(emit))?;
        if let Err(TrainingError::DeviceLost { reason, .. }) = &outcome {
            devices.lost(&chosen, reason);
        }
        Ok(outcome?)
    }

    fn note_failure(&mut self, outcome: &Result<(), Failure>, writer: &mut RunWriter) {
        let Err(failure) = outcome else {
            return;
        };
        writer.fail(&failure.message, failure.cause);
        for trouble in writer.take_troubles() {
            self.outbox.push(RunEvent::Warning(trouble));
        }
    }
}

/// What is told of a run that goes on on a GPU.
const GPU_NOISE: &str = "A GPU adds in no fixed order: from here on the figures may differ from \
                         those of a run that was never broken off by as much as two runs on it do.";
