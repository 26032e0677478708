//! What a run's weights of an epoch answered to its validation images, for the tables of errors:
//! read from the run where it kept them, computed anew on a thread of its own where it didn't.

use super::ensemble::{Together, Voters, check_sharing};
use super::error::LookError;
use super::inference::read_kept;
use super::latest::{Answering, Latest, Tell};
use super::network::{Answered, Network};
use crate::data::TrainingData;
use crate::experiment::DataSettings;
use crate::lab::run::{Run, RunId, ValidationImages};
use crate::lab::store::{Split, read_answers};
use crate::training::device::{self, DeviceChoice};
use crate::training::{Answers, OpenDevice, Predictor};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// How many images are answered between two looks at what is wanted.
const PIECE: usize = 128;
/// How many epochs' answers are remembered, so that going back and forth between them costs
/// nothing.
const REMEMBERED: usize = 64;

/// An epoch of a run: its weights, and the validation images that they are asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochOfRun {
    /// The run.
    pub run: RunId,
    /// The run's folder.
    pub folder: PathBuf,
    /// Which weights are asked.
    pub asked: Asked,
    /// The run's data settings, at its start.
    pub data: DataSettings,
    /// The run's seed, which drew the label noise.
    pub seed: u64,
    /// The SHA-256 of the images and labels that the run was given, where they aren't the embedded
    /// data.
    pub data_sha256: Option<String>,
}

impl EpochOfRun {
    /// An epoch of a run.
    pub fn new(run: &Run, epoch: usize) -> Self {
        let settings = run.experiment.settings();
        Self {
            run: run.id.clone(),
            folder: run.folder.clone(),
            asked: Asked::Epoch(epoch),
            data: settings.data.clone(),
            seed: settings.seed,
            data_sha256: run.data_sha256.clone(),
        }
    }

    /// Runs that answer together, on the images that validate all of them; none where there is no
    /// run.
    pub fn together(together: &Together) -> Option<Self> {
        let (first, _) = together.runs.first()?;
        Some(Self {
            run: together.id.clone(),
            asked: Asked::Together(together.clone()),
            ..Self::new(first, 0)
        })
    }

    /// The epoch; none of runs that answer together.
    pub fn epoch(&self) -> Option<usize> {
        match self.asked {
            Asked::Epoch(epoch) => Some(epoch),
            Asked::Together(_) => None,
        }
    }

    /// What validates the run.
    pub fn validation_images(&self) -> ValidationImages<'_> {
        ValidationImages::new(&self.data, self.data_sha256.as_deref())
    }
}

/// Which weights are asked about validation images.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Those kept after this epoch, from 1.
    Epoch(usize),
    /// Those of several runs, which answer together.
    Together(Together),
}

/// The answers of an epoch, and the images that they answer.
#[derive(Clone, Debug)]
pub struct Validated {
    /// The run and epoch whose weights answered.
    pub subject: EpochOfRun,
    /// The images: answer `i` is that of validation image `i`.
    pub data: Arc<TrainingData>,
    /// The answers.
    pub answers: Arc<Answers>,
    /// What each run alone answered, where several answered together: `[run][image]`.
    pub votes: Arc<Vec<Vec<u8>>>,
}

/// What is known.
#[derive(Clone, Default)]
pub struct Validations {
    /// What is known of the subjects wanted, in their order; none where it isn't yet.
    pub validated: Vec<Option<Arc<Validated>>>,
    /// Images answered, of how many, while answers are computed.
    pub computing: Option<(usize, usize)>,
    /// Why something can't be known, in words.
    pub problem: Option<String>,
}

/// The thread that answers.
pub struct Validation(Latest<Vec<EpochOfRun>, Validations>);

impl Validation {
    /// Starts the thread. `wake` is called whenever something new is known.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        Latest::start::<Worker>("validation", wake).map(Self)
    }

    /// Says what shall be known from now on: of one epoch, or of two to be compared. Saying the
    /// same again costs nothing.
    pub fn want(&self, subjects: Vec<EpochOfRun>) {
        self.0.want(subjects);
    }

    /// What is known so far. Some may still be of what was wanted before: see
    /// [`Validated::subject`].
    pub fn known(&self) -> Validations {
        self.0.known()
    }

    /// The words about a breakdown of the thread since the last call. The thread goes on with what
    /// is wanted next.
    pub fn take_breakdown(&self) -> Option<String> {
        self.0.take_breakdown()
    }
}

/// Answers in work.
struct Computing {
    subject: EpochOfRun,
    data: Arc<TrainingData>,
    network: Network,
    answered: Answered,
}

#[derive(Default)]
struct Worker {
    device: Option<OpenDevice>,
    /// The data that was split last, since most epochs share it.
    data: Option<(DataSettings, u64, Arc<TrainingData>)>,
    remembered: Vec<Arc<Validated>>,
    computing: Option<Computing>,
    failed: Vec<EpochOfRun>,
    /// The subjects that were told of last; none after a failure, so that the failure is taken
    /// back.
    told: Option<Vec<EpochOfRun>>,
}

impl Answering<Vec<EpochOfRun>, Validations> for Worker {
    fn step(&mut self, wanted: &Vec<EpochOfRun>, tell: Tell<'_, Validations>) -> bool {
        let next = wanted
            .iter()
            .find(|subject| self.find(subject).is_none() && !self.failed.contains(subject))
            .cloned();
        let Some(subject) = next else {
            self.computing = None;
            return self.tell(wanted, None, tell);
        };
        match self.advance(&subject) {
            Ok(Some(done)) => {
                self.tell(wanted, Some(done), tell);
            }
            Ok(None) => {
                self.tell(wanted, None, tell);
            }
            Err(err) => {
                let message = err.to_string();
                self.computing = None;
                self.failed.push(subject);
                self.told = None;
                tell(&mut |known| known.problem = Some(message.clone()));
            }
        }
        true
    }

    fn broke_down(known: &mut Validations, message: String) {
        *known = Validations {
            problem: Some(message),
            ..Validations::default()
        };
    }
}

impl Worker {
    fn find(&self, subject: &EpochOfRun) -> Option<&Arc<Validated>> {
        self.remembered.iter().find(|v| v.subject == *subject)
    }

    /// Publishes what is known of the subjects, where that is news.
    fn tell(
        &mut self,
        wanted: &[EpochOfRun],
        computing: Option<(usize, usize)>,
        tell: Tell<'_, Validations>,
    ) -> bool {
        let validated: Vec<_> = wanted.iter().map(|s| self.find(s).cloned()).collect();
        let whole = validated.iter().all(Option::is_some);
        let is_known = self.told.as_deref() == Some(wanted);
        if computing.is_none() && whole && is_known {
            return false;
        }
        let is_news = computing.is_some() || whole || !is_known;
        // While answers are computed, the whole of them is still to be told.
        self.told = computing.is_none().then(|| wanted.to_vec());
        if is_news {
            tell(&mut |known| {
                *known = Validations {
                    validated: validated.clone(),
                    computing,
                    problem: known.problem.take().filter(|_| !whole),
                }
            });
        }
        false
    }

    /// Goes on with a subject. Gives how far it is, or nothing once it is known.
    fn advance(&mut self, subject: &EpochOfRun) -> Result<Option<(usize, usize)>, LookError> {
        if self
            .computing
            .as_ref()
            .is_none_or(|c| c.subject != *subject)
        {
            self.computing = None;
            let data = self.data(subject)?;
            // A damaged file is as good as none, since the weights give the answers again.
            if let Asked::Epoch(epoch) = subject.asked
                && let Ok(Some(answers)) = read_answers(&subject.folder, epoch)
                && answers.fit(data.validation_size(), data.class_count())
            {
                let votes = Vec::new();
                self.remember(subject, data, Answered { answers, votes });
                return Ok(None);
            }
            let device = self.device()?;
            let network = match &subject.asked {
                Asked::Epoch(epoch) => {
                    let weights = read_kept(&subject.folder, *epoch)?;
                    Network::Alone(Box::new(Predictor::new(&weights, &device)?))
                }
                Asked::Together(Together { runs, copies, .. }) => {
                    check_sharing(runs, Split::Validation)?;
                    Network::Together(Voters::load(runs, *copies, &device)?)
                }
            };
            self.computing = Some(Computing {
                subject: subject.clone(),
                data,
                network,
                answered: Answered::default(),
            });
        }
        let Some(mut computing) = self.computing.take() else {
            return Ok(None);
        };
        let total = computing.data.validation_size();
        // Fewer images, where each is answered many times.
        let size = (PIECE / computing.network.answers()).max(1);
        let start = computing.answered.answers.count();
        let piece = start..(start + size).min(total);
        let data = Arc::clone(&computing.data);
        let images: Vec<&[u8]> = piece.clone().map(|i| data.validation_image(i)).collect();
        let labels: Vec<u8> = piece.map(|i| data.validation_label(i)).collect();
        let Computing {
            network, answered, ..
        } = &mut computing;
        network.answer_images(&images, &labels, answered)?;
        let done = computing.answered.answers.count();
        if done == total {
            self.remember(subject, computing.data, computing.answered);
            return Ok(None);
        }
        self.computing = Some(computing);
        Ok(Some((done, total)))
    }

    fn remember(&mut self, subject: &EpochOfRun, data: Arc<TrainingData>, answered: Answered) {
        if self.remembered.len() == REMEMBERED {
            self.remembered.remove(0);
        }
        self.remembered.push(Arc::new(Validated {
            subject: subject.clone(),
            data,
            answers: Arc::new(answered.answers),
            votes: Arc::new(answered.votes),
        }));
    }

    fn data(&mut self, subject: &EpochOfRun) -> Result<Arc<TrainingData>, LookError> {
        if let Some((settings, seed, data)) = &self.data
            && *settings == subject.data
            && *seed == subject.seed
        {
            return Ok(Arc::clone(data));
        }
        let data = Arc::new(TrainingData::load(&subject.data, subject.seed)?);
        self.data = Some((subject.data.clone(), subject.seed, Arc::clone(&data)));
        Ok(data)
    }

    fn device(&mut self) -> Result<OpenDevice, LookError> {
        if let Some(device) = &self.device {
            return Ok(device.clone());
        }
        let device = device::open(DeviceChoice::Cpu)?;
        Ok(self.device.insert(device).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, TrainSize};

    #[test]
    fn answers_that_were_computed_are_told_once_they_are_whole() {
        let mut data = Preset::FirstLook.settings().data;
        data.train_size = TrainSize::Count(64);
        data.validation_size = 32;
        let wanted = vec![EpochOfRun {
            run: RunId("A1".into()),
            folder: PathBuf::new(),
            asked: Asked::Epoch(1),
            data,
            seed: 1,
            data_sha256: None,
        }];
        let mut worker = Worker::default();
        let mut known = Validations::default();
        worker.tell(&wanted, Some((16, 32)), &mut |change| change(&mut known));
        assert_eq!(
            (known.computing, known.validated[0].is_some()),
            (Some((16, 32)), false)
        );
        let images = worker.data(&wanted[0]).unwrap();
        worker.remember(&wanted[0], images, Answered::default());
        worker.tell(&wanted, None, &mut |change| change(&mut known));
        assert_eq!(
            (known.computing, known.validated[0].is_some()),
            (None, true)
        );
    }

    #[test]
    fn a_problem_is_forgotten_once_what_is_wanted_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let mut data = Preset::FirstLook.settings().data;
        data.train_size = TrainSize::Count(64);
        data.validation_size = 32;
        let of_epoch = |epoch| EpochOfRun {
            run: RunId("A1".into()),
            folder: folder.path().into(),
            asked: Asked::Epoch(epoch),
            data: data.clone(),
            seed: 1,
            data_sha256: None,
        };
        let (there, missing) = (vec![of_epoch(3)], vec![of_epoch(20)]);
        let mut worker = Worker::default();
        let images = worker.data(&there[0]).unwrap();
        worker.remember(&there[0], images, Answered::default());
        let mut known = Validations::default();
        let mut look = |wanted: &Vec<EpochOfRun>| {
            worker.step(wanted, &mut |change| change(&mut known));
            known.clone()
        };
        assert!(look(&there).validated[0].is_some());
        assert!(look(&missing).problem.is_some());
        let known = look(&there);
        assert!(known.problem.is_none() && known.validated[0].is_some());
    }
}
