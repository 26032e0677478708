//! One run of a sweep: found, begun, taken up again, or left to whoever trains it.

use super::standing::JobState;
use super::{Job, Places, SweepError};
use crate::lab::Devices;
use crate::lab::engine::{Command, Created, Engine, Resume, RunEvent, Start, Update};
use crate::lab::run::RunId;
use crate::lab::store::{KeepEpochs, RunPlace, id_of, resumes_at};
use crate::training::device::DeviceChoice;
use crate::training::{StopReason, WeightsSlot};
use crossbeam_channel::Receiver;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What it takes to train runs of a sweep.
pub struct JobRunner {
    /// Where the runs lie.
    pub places: Arc<Places>,
    /// The CPU and its threads. Sweeps train on the CPU, where figures are the same to the bit
    /// wherever a run is trained.
    pub devices: Devices,
    /// Which epochs' weights are kept.
    pub keep: KeepEpochs,
    /// Whether runs that failed are tried again.
    pub retries_failed: bool,
    /// What is called after each update of a run.
    pub wake: Wake,
}

/// What is called, on a thread of a run, whenever the run has told something.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How a run of a sweep ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEnd {
    /// The run was finished before.
    Found(RunId),
    /// The run was trained to its end now.
    Trained(RunId),
    /// The run failed, now or before.
    Failed {
        /// The run, where it has a folder.
        run: Option<RunId>,
        /// The error, in words.
        message: String,
    },
    /// The run failed because the folder of all runs takes no files any more, as no other run can be trained there:
    /// why, in words.
    Refused(String),
    /// Another process trains the run: which one, in words.
    Elsewhere(String),
    /// The run was stopped, and goes on when it is taken up again.
    Stopped,
}

/// A run that was begun, or that needs no training.
#[derive(Debug)]
pub enum Begun {
    /// The run trains.
    Training(Box<Training>),
    /// The run is over, or somebody else's.
    Ended(JobEnd),
}

/// How often a run is looked at anew where somebody else was quicker.
const LOOKS: usize = 3;

/// A run of a sweep in training.
pub struct Training {
    /// The run.
    pub job: Job,
    engine: Engine,
    /// Whether the run goes on from its last state.
    goes_on: bool,
    /// Whether the run has a folder.
    is_begun: bool,
    end: Option<JobEnd>,
    looks: usize,
}

impl fmt::Debug for Training {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Training")
            .field("number", &self.job.number)
            .field("is_begun", &self.is_begun)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl JobRunner {
    /// Begins a run where nobody has finished it or trains it now. This reads the disk.
    ///
    /// # Errors
    /// Where what is left of a run can't be moved away, or the system gives no thread.
    pub fn begin(&self, job: Job) -> Result<Begun, SweepError> {
        self.look(job, 1)
    }

    fn look(&self, job: Job, looks: usize) -> Result<Begun, SweepError> {
        let folder = self.places.folder(&job.identity);
        let ended = |end| Ok(Begun::Ended(end));
        let mut goes_on = false;
        let engine = match self.places.state(&job) {
            JobState::Finished { run, .. } => return ended(JobEnd::Found(run)),
            JobState::Running { by } => return ended(JobEnd::Elsewhere(by)),
            JobState::Failed { run, message } if !self.retries_failed => {
                return ended(JobEnd::Failed { run, message });
            }
            JobState::Waiting => self.start(&job),
            JobState::Failed { .. } | JobState::Interrupted => {
                if resumes_at(&folder).is_some() {
                    goes_on = true;
                    self.resume(&job)
                } else {
                    self.places.clear(&job.identity)?;
                    self.start(&job)
                }
            }
        };
        Ok(Begun::Training(Box::new(Training {
            job,
            engine: engine.map_err(SweepError::Thread)?,
            goes_on,
            is_begun: false,
            end: None,
            looks,
        })))
    }

    fn start(&self, job: &Job) -> Result<Engine, std::io::Error> {
        let start = Start {
            experiment: job.experiment.clone(),
            device: DeviceChoice::Cpu,
            devices: self.devices.clone(),
            place: RunPlace::Folder(self.places.folder(&job.identity)),
            keep: self.keep,
            ticket: job.number as u64,
        };
        let wake = Arc::clone(&self.wake);
        Engine::start(start, move || wake())
    }

    fn resume(&self, job: &Job) -> Result<Engine, std::io::Error> {
        let resume = Resume {
            folder: self.places.folder(&job.identity),
            device: Some(DeviceChoice::Cpu),
            devices: self.devices.clone(),
            epochs: None,
            ticket: job.number as u64,
        };
        let wake = Arc::clone(&self.wake);
        Engine::resume(resume, move || wake())
    }

    /// What comes after the last update of a run: its end, or another look where the run was begun by
    /// somebody else at the same moment. This reads the disk.
    ///
    /// # Errors
    /// The errors are those of [`Self::begin`].
    pub fn after(&self, training: Training) -> Result<Begun, SweepError> {
        let Training {
            job,
            engine,
            is_begun,
            end,
            looks,
            ..
        } = training;
        let end = end.unwrap_or_else(|| JobEnd::Failed {
            run: None,
            message: "the training thread ended without a word".into(),
        });
        let is_begun = is_begun || engine.created().is_some();
        // What the engine holds of the run, its lock above all, is let go before the next look.
        drop(engine);
        match end {
            JobEnd::Failed { .. } if !is_begun && looks < LOOKS => match self.places.state(&job) {
                JobState::Waiting | JobState::Failed { .. } => Ok(Begun::Ended(self.refused(end))),
                _ => self.look(job, looks + 1),
            },
            end => Ok(Begun::Ended(self.refused(end))),
        }
    }

    /// An end that says so where a run has failed because the folder of all runs takes no files.
    fn refused(&self, end: JobEnd) -> JobEnd {
        if !matches!(end, JobEnd::Failed { .. }) {
            return end;
        }
        match self.places.store().check_writable() {
            Ok(()) => end,
            Err(err) => JobEnd::Refused(err.to_string()),
        }
    }
}

impl Training {
    /// The updates of the run. The channel closes when the run is over.
    pub fn updates(&self) -> &Receiver<Update> {
        self.engine.updates()
    }

    /// The run's folder, told once, before the run's first update.
    pub fn created(&mut self) -> Option<Created> {
        let created = self.engine.created();
        self.is_begun |= created.is_some();
        created
    }

    /// Whether the run goes on from its last state, and has what it had before.
    pub fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Where the run lays its newest weights.
    pub fn weights(&self) -> &WeightsSlot {
        self.engine.weights()
    }

    /// Gives a command, which is heard within a batch. A run that is over needs none.
    pub fn send(&self, command: Command) {
        let _ = self.engine.send(command);
    }

    /// Asks the run to stop. It is heard within a batch.
    pub fn stop(&self) {
        self.send(Command::Stop);
    }

    /// Asks the run to stop and waits for its end, at most `patience`. False where it takes longer.
    pub fn stop_and_wait(self, patience: Duration) -> bool {
        self.engine.stop_and_wait(patience)
    }

    /// Notes how the run ended, where an event says so.
    pub fn hear(&mut self, event: &RunEvent, folder: &std::path::Path) {
        let run = id_of(folder);
        self.end = match event {
            RunEvent::Finished { is_kept: false, .. } => Some(JobEnd::Failed {
                run: Some(run),
                message: "some of its figures found no room on the disk; make room, and start the \
                          sweep again"
                    .into(),
            }),
            RunEvent::Finished {
                reason: StopReason::Stopped,
                ..
            } => Some(JobEnd::Stopped),
            RunEvent::Finished { .. } => Some(JobEnd::Trained(run)),
            RunEvent::Failed { message, .. } => Some(JobEnd::Failed {
                run: folder.exists().then_some(run),
                message: message.clone(),
            }),
            _ => return,
        };
    }
}
