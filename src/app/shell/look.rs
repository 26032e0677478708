//! What the tabs look at: the chosen run and epoch, and the threads that answer for them.

use super::App;
use super::report::Report;
use crate::app::action::{EpochChoice, Tab};
use crate::app::notices::Level;
use crate::app::panels::layers::LayersPicture;
use crate::app::panels::tab_view::Beside;
use crate::app::panels::tabs::{Arrangement, visible};
use crate::data::TrainingData;
use crate::data::reading::RunReading;
use crate::experiment::{DataSettings, DataSource, Settings, TrainSize};
use crate::lab::inference::{Inference, InputImage, Wanted, WeightsSource};
use crate::lab::store::{KeptEpoch, kept_epochs};
use crate::lab::sweep::Training;
use crate::lab::validation::{EpochOfRun, Validation};
use crate::lab::{RunId, inference, validation};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The data that some settings stand for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DataKey {
    /// The data's settings with the training-set size left out, since the split doesn't depend on
    /// it.
    pub data: DataSettings,
    /// The seed.
    pub seed: u64,
}

impl DataKey {
    /// The key of the data that these settings stand for.
    pub fn of(settings: &Settings) -> Self {
        let mut data = settings.data.clone();
        data.train_size = TrainSize::ALL;
        Self {
            data,
            seed: settings.seed,
        }
    }
}

/// What answers the tabs. In a window two threads do, [`LookThreads`].
pub(crate) trait TabAnswerer {
    /// Says what shall be known from now on: by inference from weights, and of validation images.
    /// Saying the same again costs nothing.
    fn want(&mut self, wanted: Wanted, epochs: Vec<EpochOfRun>);

    /// What is known so far, by inference and of validation images.
    fn known(&self) -> (inference::Inferred, validation::Validations);

    /// What broke down since the last call, a message each.
    fn take_breakdowns(&self) -> Vec<String>;
}

/// The threads that answer. Without one of them, what it would know stays unknown.
#[derive(Default)]
struct LookThreads {
    inference: Option<Inference>,
    validation: Option<Validation>,
}

impl TabAnswerer for LookThreads {
    fn want(&mut self, wanted: Wanted, epochs: Vec<EpochOfRun>) {
        if let Some(inference) = &mut self.inference {
            inference.want(wanted);
        }
        if let Some(validation) = &self.validation {
            validation.want(epochs);
        }
    }

    fn known(&self) -> (inference::Inferred, validation::Validations) {
        let inference = self.inference.as_ref().map(Inference::known);
        let validation = self.validation.as_ref().map(Validation::known);
        (
            inference.unwrap_or_default(),
            validation.unwrap_or_default(),
        )
    }

    fn take_breakdowns(&self) -> Vec<String> {
        let inference = self.inference.as_ref();
        let validation = self.validation.as_ref();
        let broken = [
            inference.and_then(Inference::take_breakdown),
            validation.and_then(Validation::take_breakdown),
        ];
        broken.into_iter().flatten().collect()
    }
}

impl Default for Box<dyn TabAnswerer> {
    fn default() -> Self {
        Box::new(LookThreads::default())
    }
}

/// What the tabs look at, and what answers them.
#[derive(Default)]
pub(super) struct LookedAt {
    answering: Box<dyn TabAnswerer>,
    /// The epoch picked for the chosen run.
    pub(super) epoch: EpochChoice,
    /// The run that Errors compares with.
    pub(super) compared: Option<RunId>,
    /// The epochs whose weights are on disk, by run.
    pub(super) kept: BTreeMap<RunId, Vec<KeptEpoch>>,
    /// How runs read pictures that are older than the notes on that, by their data; none while it is looked up.
    pub(super) readings: Vec<(DataSource, Option<RunReading>)>,
    /// The data of the settings being edited, once it is there.
    pub(super) draft_data: Option<(DataKey, Arc<TrainingData>)>,
    /// The data that was asked for last.
    pub(super) draft_data_asked: Option<DataKey>,
    /// The last breakdown of these threads that a person was told.
    told_breakdown: Option<String>,
}

impl LookedAt {
    /// What is known, by inference and of validation images.
    pub(super) fn known(&self) -> (inference::Inferred, validation::Validations) {
        self.answering.known()
    }

    /// Ends the threads that answer. Nothing is known from then on.
    pub(super) fn end(&mut self) {
        self.answering = Box::default();
    }
}

impl App {
    /// Starts the threads that answer.
    pub(super) fn start_looking(&mut self) {
        let mut threads = LookThreads::default();
        let waker = Arc::clone(&self.governor);
        match Inference::start(move || waker.wake_now()) {
            Ok(inference) => threads.inference = Some(inference),
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the thread that answers drawings: {err}"),
            ),
        }
        let waker = Arc::clone(&self.governor);
        match Validation::start(move || waker.wake()) {
            Ok(validation) => threads.validation = Some(validation),
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the thread that finds errors: {err}"),
            ),
        }
        self.let_answer(Box::new(threads));
    }

    /// Lets this answer the tabs from now on. What answered before ends.
    pub(crate) fn let_answer(&mut self, answering: Box<dyn TabAnswerer>) {
        self.look.answering = answering;
    }

    /// Lets nothing be answered until the next frame says what the tabs need.
    pub(crate) fn look_away(&mut self) {
        self.look.answering.want(Wanted::default(), Vec::new());
    }

    /// Tells a person that one of these threads broke down. The thread goes on with what is wanted
    /// next, so that the same may happen with each new weights: a person is told once.
    pub(super) fn take_breakdowns(&mut self) {
        for message in self.look.answering.take_breakdowns() {
            if self.look.told_breakdown.as_ref() != Some(&message) {
                let text = format!("{message}. The thread goes on with what is looked at next.");
                self.notices.push(Level::Error, text);
                self.look.told_breakdown = Some(message);
            }
        }
    }

    /// The epoch whose answers Errors shows: the picked one, otherwise the newest while the run
    /// trains, otherwise the best one.
    pub(crate) fn shown_epoch(&self) -> Option<usize> {
        let run = self.chosen_run()?;
        match self.look.epoch {
            EpochChoice::Epoch(epoch) => Some(epoch),
            EpochChoice::Auto if run.state.is_active() => {
                run.epochs.last().map(|metrics| metrics.epoch)
            }
            EpochChoice::Auto => run.best_kept(),
        }
    }

    /// The weights that answer drawings.
    fn shown_weights(&self) -> Option<WeightsSource> {
        if let Some(together) = self.chosen_together() {
            return Some(WeightsSource::Together(together.clone()));
        }
        let run = self.chosen_run()?;
        let active = self.active.as_ref();
        let active = active.filter(|active| active.id.as_ref() == Some(&run.id));
        let weights = match active {
            Some(active) => Some(active.engine.weights()),
            None => self.queue.training_of(&run.id).map(Training::weights),
        };
        match (self.look.epoch, weights) {
            (EpochChoice::Auto, Some(weights)) => Some(WeightsSource::Newest {
                run: run.id.clone(),
                slot: weights.clone(),
            }),
            _ => Some(WeightsSource::Kept {
                run: run.id.clone(),
                folder: run.folder.clone(),
                epoch: self.shown_epoch()?,
            }),
        }
    }

    /// Whether the weights of the best epoch answer beside those that are shown.
    pub(super) fn beside(&self) -> Beside {
        let best = self
            .chosen_run()
            .and_then(|run| Some((run, run.best()?.epoch)));
        let Some((run, best)) = best else {
            return Beside::Nothing;
        };
        let shows_newest = self.look.epoch == EpochChoice::Auto && run.state.is_active();
        if !shows_newest && self.shown_epoch() == Some(best) {
            return Beside::IsShown(best);
        }
        let kept = self.look.kept.get(&run.id);
        let is_listed = kept.is_none_or(|kept| kept.iter().any(|kept| kept.epoch == best));
        // The list of a run that trains is read after each epoch, and may lag behind.
        if run.best_kept() == Some(best) && (is_listed || run.state.is_active()) {
            Beside::Best(best)
        } else {
            Beside::NotKept(best)
        }
    }

    /// The weights of the best epoch, where they answer beside those that are shown.
    fn best_weights(&self) -> Option<WeightsSource> {
        let (Beside::Best(epoch), Some(run)) = (self.beside(), self.chosen_run()) else {
            return None;
        };
        Some(WeightsSource::Kept {
            run: run.id.clone(),
            folder: run.folder.clone(),
            epoch,
        })
    }

    /// Tells the threads what the visible tabs need.
    pub(super) fn look_on(&mut self, arrangement: Arrangement) {
        let tabs = visible(&self.prefs.tabs, arrangement);
        let shows = |tab| tabs.contains(&tab);
        let draws = shows(Tab::Draw);
        let wanted = Wanted {
            weights: (draws || shows(Tab::Layers))
                .then(|| self.shown_weights())
                .flatten(),
            best: draws.then(|| self.best_weights()).flatten(),
            picture: self.tabs.draw.picture(),
            layers_picture: self.layers_picture(),
            layers: shows(Tab::Layers),
            own_set: self.tabs.draw.own_set().filter(|_| draws),
        };
        let validates =
            shows(Tab::Layers) && self.prefs.tabs.layers.picture == LayersPicture::Validation;
        self.averages.answers_are_wanted = shows(Tab::Errors) || validates;
        let subjects = if self.averages.answers_are_wanted {
            self.subjects()
        } else {
            Vec::new()
        };
        self.look.answering.want(wanted, subjects);
        if draws {
            self.want_reading();
        }
        if shows(Tab::Samples) {
            self.want_draft_data();
        }
    }

    /// The picture that Layers follows through the network.
    fn layers_picture(&self) -> Option<InputImage> {
        match self.prefs.tabs.layers.picture {
            LayersPicture::Drawn => self.tabs.draw.picture(),
            LayersPicture::Chosen => self.tabs.layers.chosen.as_ref().map(|c| c.image.clone()),
            LayersPicture::Validation => self.tabs.layers.validation_picture(),
        }
    }

    /// What the chosen epoch answered to the validation images, or the chosen average, and the run compared with it.
    pub(super) fn known_of_images(
        &self,
        known: validation::Validations,
    ) -> validation::Validations {
        if self.chosen_together().is_none() {
            return known;
        }
        // An average is answered where it is measured, so that its runs are asked once.
        let mut validated = vec![self.validated_together()];
        validated.extend(known.validated);
        validation::Validations { validated, ..known }
    }

    /// The chosen run's epoch, and the compared run's best. An average is answered where it is measured.
    fn subjects(&self) -> Vec<EpochOfRun> {
        let chosen = self.chosen_run().zip(self.shown_epoch());
        let chosen = chosen.map(|(run, epoch)| EpochOfRun::new(run, epoch));
        if chosen.is_none() && self.chosen_together().is_none() {
            return Vec::new();
        }
        let id = self.chosen.clone();
        let mut subjects: Vec<EpochOfRun> = chosen.into_iter().collect();
        let compared = self.look.compared.as_ref().and_then(|id| self.run(id));
        if let Some((other, epoch)) = compared.and_then(|run| Some((run, run.best_kept()?)))
            && Some(&other.id) != id.as_ref()
        {
            subjects.push(EpochOfRun::new(other, epoch));
        }
        subjects
    }

    /// Takes data in that were read and split as these settings say.
    pub(crate) fn take_split_data(&mut self, key: DataKey, data: Arc<TrainingData>) {
        self.look.draft_data = Some((key, data));
    }

    /// Has the data of the settings being edited loaded and split, where it isn't there yet.
    fn want_draft_data(&mut self) {
        let key = DataKey::of(self.draft.settings());
        let have = self.look.draft_data.as_ref().map(|(key, _)| key);
        if have == Some(&key) || self.look.draft_data_asked.as_ref() == Some(&key) {
            return;
        }
        self.look.draft_data_asked = Some(key.clone());
        self.in_order(move || {
            let data = TrainingData::load(&key.data, key.seed).map(Arc::new);
            Report::SplitData(Box::new(key), data)
        });
    }

    /// Has it found out which epochs' weights of a run are on disk.
    pub(super) fn want_kept(&mut self, id: &RunId) {
        if let Some(folder) = self.run(id).map(|run| run.folder.clone()) {
            let id = id.clone();
            self.in_order(move || Report::KeptEpochs(id, kept_epochs(&folder)));
        }
    }
}
