//! What the tabs look at: the chosen run and epoch, and the threads that answer for them.

use super::App;
use super::report::Report;
use crate::app::action::{EpochChoice, Tab};
use crate::app::notices::Level;
use crate::app::panels::layers::LayersPicture;
use crate::app::panels::tabs::{Arrangement, visible};
use crate::data::TrainingData;
use crate::experiment::{DataSettings, Settings, TrainSize};
use crate::lab::inference::{Inference, InputImage, Wanted, WeightsSource};
use crate::lab::store::{KeptEpoch, kept_epochs};
use crate::lab::validation::{EpochOfRun, Validation};
use crate::lab::{Run, RunId, inference, validation};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The data that some settings stand for.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct DataKey {
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

/// The threads that answer, and what they are asked.
#[derive(Default)]
pub(in crate::app) struct Look {
    pub(in crate::app) inference: Option<Inference>,
    pub(super) validation: Option<Validation>,
    /// The epoch picked for the chosen run.
    pub(super) epoch: EpochChoice,
    /// The run that Errors compares with.
    pub(in crate::app) compared: Option<RunId>,
    /// The epochs whose weights are on disk, by run.
    pub(super) kept: BTreeMap<RunId, Vec<KeptEpoch>>,
    /// The data of the settings being edited, once it is there.
    pub(in crate::app) draft_data: Option<(DataKey, Arc<TrainingData>)>,
    /// The data that was asked for last.
    pub(super) draft_data_asked: Option<DataKey>,
    /// The last breakdown of these threads that a person was told.
    pub(super) told_breakdown: Option<String>,
    /// What the tabs show in place of the threads' answers, while frames are measured.
    pub(in crate::app) made_up: Option<(inference::Inferred, validation::Validations)>,
}

impl Look {
    /// What the threads know.
    pub(in crate::app) fn known(&self) -> (inference::Inferred, validation::Validations) {
        if let Some(made_up) = &self.made_up {
            return made_up.clone();
        }
        let inference = self.inference.as_ref().map(Inference::known);
        let validation = self.validation.as_ref().map(Validation::known);
        (
            inference.unwrap_or_default(),
            validation.unwrap_or_default(),
        )
    }
}

impl App {
    /// Starts the threads that answer.
    pub(super) fn start_looking(&mut self) {
        let waker = Arc::clone(&self.governor);
        match Inference::start(move || waker.wake_now()) {
            Ok(inference) => self.look.inference = Some(inference),
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the thread that answers drawings: {err}"),
            ),
        }
        let waker = Arc::clone(&self.governor);
        match Validation::start(move || waker.wake()) {
            Ok(validation) => self.look.validation = Some(validation),
            Err(err) => self.notices.push(
                Level::Error,
                format!("can't start the thread that finds errors: {err}"),
            ),
        }
    }

    /// Tells a person that one of these threads broke down. The thread goes on with what is wanted
    /// next, so that the same may happen with each new weights: a person is told once.
    pub(super) fn take_breakdowns(&mut self) {
        let inference = self.look.inference.as_ref();
        let validation = self.look.validation.as_ref();
        let broken = [
            inference.and_then(Inference::take_breakdown),
            validation.and_then(Validation::take_breakdown),
        ];
        for message in broken.into_iter().flatten() {
            if self.look.told_breakdown.as_ref() != Some(&message) {
                let text = format!("{message}. The thread goes on with what is looked at next.");
                self.notices.push(Level::Error, text);
                self.look.told_breakdown = Some(message);
            }
        }
    }

    /// The epoch whose answers Errors shows: the picked one, otherwise the newest while the run
    /// trains, otherwise the best one.
    pub(in crate::app) fn shown_epoch(&self) -> Option<usize> {
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
        let run = self.chosen_run()?;
        let active = self.active.as_ref();
        let active = active.filter(|active| active.id.as_ref() == Some(&run.id));
        match (self.look.epoch, active) {
            (EpochChoice::Auto, Some(active)) => Some(WeightsSource::Newest {
                run: run.id.clone(),
                slot: active.engine.weights().clone(),
            }),
            _ => Some(WeightsSource::Kept {
                run: run.id.clone(),
                folder: run.folder.clone(),
                epoch: self.shown_epoch()?,
            }),
        }
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
            picture: self.tabs.draw.picture(),
            layers_picture: self.layers_picture(),
            layers: shows(Tab::Layers),
            own_set: self.tabs.draw.own_set().filter(|_| draws),
        };
        if let Some(inference) = &mut self.look.inference {
            inference.want(wanted);
        }
        let validates =
            shows(Tab::Layers) && self.prefs.tabs.layers.picture == LayersPicture::Validation;
        let subjects = if shows(Tab::Errors) || validates {
            self.subjects()
        } else {
            Vec::new()
        };
        if let Some(validation) = &self.look.validation {
            validation.want(subjects);
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

    /// The chosen run's epoch, and the compared run's best.
    fn subjects(&self) -> Vec<EpochOfRun> {
        let subject = |run: &Run, epoch| EpochOfRun {
            run: run.id.clone(),
            folder: run.folder.clone(),
            epoch,
            data: run.experiment.settings().data.clone(),
            seed: run.experiment.settings().seed,
        };
        let Some((run, epoch)) = self.chosen_run().zip(self.shown_epoch()) else {
            return Vec::new();
        };
        let mut subjects = vec![subject(run, epoch)];
        let compared = self.look.compared.as_ref().and_then(|id| self.run(id));
        if let Some((other, epoch)) = compared.and_then(|run| Some((run, run.best_kept()?)))
            && other.id != run.id
        {
            subjects.push(subject(other, epoch));
        }
        subjects
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
