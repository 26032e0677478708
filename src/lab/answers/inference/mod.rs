//! What the newest weights make of a picture, on a thread of its own: training never waits for it
//! and neither does the window.

mod wanted;
mod weights;

pub use wanted::{
    Guess, Inferred, InputImage, Layers, Moment, OwnAnswers, OwnSet, Wanted, WeightsId,
    WeightsSource,
};
pub(super) use weights::read_kept;

use crate::experiment::ImageSize;
use crate::lab::answers::error::LookError;
use crate::lab::answers::latest::{Answering, Latest, Tell};
use crate::lab::answers::network::{Answered, Network};
use crate::training::device::{self, DeviceChoice};
use crate::training::{OpenDevice, Predictor, WeightsSlot};
use std::io;
use std::sync::Arc;
use weights::{Best, Loaded, Read, read};

/// How many images of the person's own set are scored between two looks at what is wanted. A stroke
/// doesn't wait for more than these.
const PIECE: usize = 16;

/// The thread that answers.
pub struct Inference {
    latest: Latest<Wanted, Inferred>,
    watched: Option<WeightsSlot>,
}

impl Inference {
    /// Starts the thread. `wake` is called whenever something new is known.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        Ok(Self {
            latest: Latest::start::<Worker>("inference", wake)?,
            watched: None,
        })
    }

    /// Says what shall be known from now on. Saying the same again costs nothing.
    pub fn want(&mut self, wanted: Wanted) {
        let slot = match &wanted.weights {
            Some(WeightsSource::Newest { slot, .. }) => Some(slot),
            _ => None,
        };
        let same = match (&self.watched, slot) {
            (Some(watched), Some(slot)) => watched.is_same(slot),
            (None, None) => true,
            _ => false,
        };
        if !same {
            if let Some(watched) = self.watched.take() {
                watched.unwatch();
            }
            if let Some(slot) = slot {
                slot.watch(self.latest.nudge());
            }
            self.watched = slot.cloned();
        }
        self.latest.want(wanted);
    }

    /// What is known so far.
    pub fn known(&self) -> Inferred {
        self.latest.known()
    }

    /// The words about a breakdown of the thread since the last call. The thread goes on with what
    /// is wanted next.
    pub fn take_breakdown(&self) -> Option<String> {
        self.latest.take_breakdown()
    }
}

/// What the thread has and has told.
#[derive(Default)]
struct Worker {
    device: Option<OpenDevice>,
    pool: Option<rayon::ThreadPool>,
    loaded: Option<Loaded>,
    /// Weights that can't be loaded. They aren't tried again until something else is wanted.
    failed: Option<WeightsSource>,
    /// The weights of the best epoch, as far as they are wanted and could be loaded.
    best: Best,
    /// The picture that these weights were asked to classify, or that there was none; nothing
    /// before that was told.
    guessed: Option<Option<InputImage>>,
    /// The picture that the layers were shown, in the same way.
    looked: Option<Option<InputImage>>,
    /// The set of the person's own that is being scored, and the answers so far.
    scoring: Option<(OwnSet, Answered)>,
    /// The set that needs no more work: its score is told, or it doesn't fit these weights.
    scored: Option<OwnSet>,
}

impl Answering<Wanted, Inferred> for Worker {
    fn step(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> bool {
        let step = self.load(wanted, tell).and_then(|done| {
            if done {
                return Ok(true);
            }
            Ok(self.load_best(wanted, tell)
                || self.guess(wanted, tell)?
                || self.look(wanted, tell)?
                || self.score(wanted, tell)?)
        });
        match step {
            Ok(done) => done,
            Err(err) => {
                let message = err.to_string();
                self.failed.clone_from(&wanted.weights);
                self.loaded = None;
                tell(&mut |known| {
                    *known = Inferred {
                        problem: Some(message.clone()),
                        ..Inferred::default()
                    }
                });
                false
            }
        }
    }

    fn broke_down(known: &mut Inferred, message: String) {
        *known = Inferred {
            problem: Some(message),
            ..Inferred::default()
        };
    }
}

impl Worker {
    /// Loads the weights that are wanted, where they aren't yet.
    fn load(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> Result<bool, LookError> {
        let Some(source) = &wanted.weights else {
            if self.loaded.take().is_some() || self.failed.take().is_some() {
                self.forget();
                tell(&mut |known| *known = Inferred::default());
            }
            return Ok(false);
        };
        if self.failed.as_ref() == Some(source) && !matches!(source, WeightsSource::Newest { .. }) {
            return Ok(false);
        }
        let have = self.loaded.as_ref().filter(|l| l.source == *source);
        let have = have.map(|loaded| loaded.step);
        let Some(loaded) = self.load_anew(source, have)? else {
            return Ok(false);
        };
        let id = loaded.id.clone();
        let table = loaded.network.layer_table().map(Arc::new);
        tell(&mut |known| {
            known.network = table.clone().map(|table| (id.clone(), table));
            known.problem = None;
        });
        self.forget();
        self.failed = None;
        self.loaded = Some(loaded);
        Ok(true)
    }

    /// Loads the weights of the best epoch that are wanted, where they aren't yet. Weights that can't be
    /// loaded don't keep the others from answering.
    fn load_best(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> bool {
        if self.best.source() == wanted.best.as_ref() {
            return false;
        }
        let mut problem = None;
        self.best = match &wanted.best {
            None => Best::Unwanted,
            Some(source) => match self.load_anew(source, None) {
                Ok(Some(loaded)) => Best::Loaded(Box::new(loaded)),
                Ok(None) => Best::Failed(source.clone()),
                Err(err) => {
                    problem = Some(err.to_string());
                    Best::Failed(source.clone())
                }
            },
        };
        tell(&mut |known| {
            known.best_guess = None;
            known.best_problem.clone_from(&problem);
        });
        self.guessed = None;
        true
    }

    /// Loads weights; none where those of this step are there already, or there are none yet.
    fn load_anew(
        &mut self,
        source: &WeightsSource,
        have: Option<u64>,
    ) -> Result<Option<Loaded>, LookError> {
        let device = self.device()?;
        match source {
            WeightsSource::Together(together) => {
                if have.is_some() {
                    return Ok(None);
                }
                Loaded::together(source, together, &device).map(Some)
            }
            WeightsSource::Kept { .. } | WeightsSource::Newest { .. } => {
                let Some(Read { bytes, id, step }) = read(source, have)? else {
                    return Ok(None);
                };
                Ok(Some(Loaded {
                    source: source.clone(),
                    id,
                    step,
                    network: Network::Alone(Box::new(Predictor::new(&bytes, &device)?)),
                }))
            }
        }
    }

    /// Forgets what was told, since it came from other weights.
    fn forget(&mut self) {
        self.guessed = None;
        self.looked = None;
        self.scoring = None;
        self.scored = None;
    }

    /// The device that answers: always the CPU, since one picture costs less there than the way to
    /// a GPU and back.
    fn device(&mut self) -> Result<OpenDevice, LookError> {
        if let Some(device) = &self.device {
            return Ok(device.clone());
        }
        let device = device::open(DeviceChoice::Cpu)?;
        Ok(self.device.insert(device).clone())
    }

    /// Works with the loaded network on threads of its own, so that a picture doesn't queue
    /// behind the work of a training step.
    fn with_network<T: Send>(
        &mut self,
        work: impl FnOnce(&Network) -> Result<T, LookError> + Send,
    ) -> Result<Option<(WeightsId, T)>, LookError> {
        self.make_pool()?;
        let (Some(loaded), Some(pool)) = (&self.loaded, &self.pool) else {
            return Ok(None);
        };
        let result = pool.install(|| work(&loaded.network))?;
        Ok(Some((loaded.id.clone(), result)))
    }

    fn make_pool(&mut self) -> Result<(), LookError> {
        if self.pool.is_none() {
            let name = |_| "inference".to_owned();
            let builder = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .thread_name(name);
            self.pool = Some(builder.build()?);
        }
        Ok(())
    }

    /// What weights make of a picture; nothing where it has another size than they take.
    fn answer(&self, loaded: &Loaded, picture: &InputImage) -> Result<Option<Guess>, LookError> {
        let ImageSize { rows, columns } = loaded.network.image_size();
        let Some(pool) = self
            .pool
            .as_ref()
            .filter(|_| picture.0.len() == rows * columns)
        else {
            return Ok(None);
        };
        let probabilities = pool.install(|| loaded.network.probabilities(&picture.0))?;
        Ok(Some(Guess {
            weights: loaded.id.clone(),
            picture: picture.clone(),
            probabilities: probabilities.into(),
        }))
    }

    fn guess(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> Result<bool, LookError> {
        let picture = self.fitting(wanted.picture.as_ref());
        if self.loaded.is_none() || self.guessed.as_ref() == Some(&picture) {
            return Ok(false);
        }
        self.make_pool()?;
        let (mut guess, mut best_guess) = (None, None);
        if let (Some(picture), Some(loaded)) = (&picture, &self.loaded) {
            guess = self.answer(loaded, picture)?;
            if let Best::Loaded(best) = &self.best {
                best_guess = self.answer(best, picture)?;
            }
        }
        tell(&mut |known| {
            known.guess.clone_from(&guess);
            known.best_guess.clone_from(&best_guess);
        });
        self.guessed = Some(picture);
        Ok(true)
    }

    fn look(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> Result<bool, LookError> {
        let picture = self.fitting(wanted.layers_picture.as_ref());
        if !wanted.layers || self.loaded.is_none() || self.looked.as_ref() == Some(&picture) {
            return Ok(false);
        }
        let image = picture.clone();
        let seen = self.with_network(move |network| {
            // Several networks have no layers of their own.
            let Network::Alone(network) = network else {
                return Ok(None);
            };
            let activations = match image {
                Some(image) => {
                    let maps = network.activations(&image.0)?;
                    Some((image, maps))
                }
                None => None,
            };
            Ok(Some((network.filters(), activations)))
        })?;
        let seen = seen.and_then(|(weights, seen)| Some((weights, seen?)));
        if let Some((weights, (filters, activations))) = seen {
            let layers = Arc::new(Layers {
                weights,
                filters,
                activations,
            });
            tell(&mut |known| known.layers = Some(Arc::clone(&layers)));
        }
        self.looked = Some(picture);
        Ok(true)
    }

    /// Scores a piece of the person's own set.
    fn score(&mut self, wanted: &Wanted, tell: Tell<'_, Inferred>) -> Result<bool, LookError> {
        let Some(set) = &wanted.own_set else {
            return Ok(false);
        };
        if self.loaded.is_none() || self.scored.as_ref() == Some(set) {
            return Ok(false);
        }
        let mut answered = match self.scoring.take() {
            Some((scoring, answered)) if scoring == *set => answered,
            _ => Answered::default(),
        };
        let done = answered.answers.count();
        let next = done..(done + PIECE).min(set.0.count());
        let images: Vec<&[u8]> = next.clone().map(|index| set.0.image(index)).collect();
        let labels = &set.0.labels[next.clone()];
        let piece = self.with_network(|network| {
            network.answer_images(&images, labels, &mut answered)?;
            Ok(answered)
        });
        // A set of another size or of other classes has no score with this network.
        let Ok(Some((weights, answered))) = piece else {
            self.scored = Some(set.clone());
            tell(&mut |known| known.own_set = None);
            return Ok(true);
        };
        if next.end < set.0.count() {
            self.scoring = Some((set.clone(), answered));
            return Ok(true);
        }
        let own = Arc::new(OwnAnswers {
            weights,
            set: set.clone(),
            answers: answered.answers,
        });
        tell(&mut |known| known.own_set = Some(Arc::clone(&own)));
        self.scored = Some(set.clone());
        Ok(true)
    }

    /// The picture, where it has the size that the loaded network takes. One that was prepared for
    /// another network waits until the window prepares the next.
    fn fitting(&self, picture: Option<&InputImage>) -> Option<InputImage> {
        let ImageSize { rows, columns } = self.loaded.as_ref()?.network.image_size();
        picture.filter(|p| p.0.len() == rows * columns).cloned()
    }
}
