//! Made-up answers for the tabs, so that frames are measured without a run on disk.

use super::super::error::BenchError;
use crate::app::action::Action;
use crate::app::{App, DataKey, TabAnswerer};
use crate::data::TrainingData;
use crate::lab::inference::{Guess, InputImage, Layers, Moment, Wanted, WeightsId};
use crate::lab::validation::{EpochOfRun, Validated};
use crate::lab::{Answers, LayerTable, Maps, estimate, inference, validation};
use eframe::egui::Context;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Frames between two epochs: often enough for the p99 to see the tables made anew.
const FRAMES_PER_EPOCH: usize = 50;
/// Frames between two snapshots of weights.
const FRAMES_PER_SNAPSHOT: usize = 10;

/// What is known at present, by inference and of validation images.
type AllKnown = (inference::Inferred, validation::Validations);

/// Answers the tabs with what was put here last.
struct Told(Rc<RefCell<AllKnown>>);

impl TabAnswerer for Told {
    fn want(&mut self, _: Wanted, _: Vec<EpochOfRun>) {}

    fn known(&self) -> AllKnown {
        self.0.borrow().clone()
    }

    fn take_breakdowns(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What the answers are made of.
pub(super) struct MadeUp {
    data: Arc<TrainingData>,
    subjects: [EpochOfRun; 2],
    table: Arc<LayerTable>,
    weights: WeightsId,
    told: Rc<RefCell<AllKnown>>,
}

impl MadeUp {
    /// Answers about the last two runs, which the window's tabs get from now on.
    pub(super) fn new(ctx: &Context, app: &mut App) -> Result<Self, BenchError> {
        let [.., other, run] = app.runs() else {
            return Err(BenchError::TooFewRuns);
        };
        let epoch = app.shown_epoch().unwrap_or(1);
        let settings = run.experiment.settings().clone();
        let data = TrainingData::load(&settings.data, settings.seed);
        let data = Arc::new(data?);
        let table = estimate::table(&settings).ok_or(BenchError::NoNetwork)?;
        let made_up = Self {
            subjects: [EpochOfRun::new(run, epoch), EpochOfRun::new(other, epoch)],
            weights: WeightsId {
                run: run.id.clone(),
                moment: Moment::Within { epoch, step: 1 },
            },
            table: Arc::new(table),
            data: Arc::clone(&data),
            told: Rc::default(),
        };
        let compared = Action::CompareWith(Some(other.id.clone()));
        let mut draft = settings;
        draft.augmentation.enabled = true;
        app.take_split_data(DataKey::of(&draft), data);
        app.apply(ctx, vec![compared, Action::Edit(Box::new(draft))]);
        app.let_answer(Box::new(Told(Rc::clone(&made_up.told))));
        Ok(made_up)
    }

    /// Makes what is new in a frame: a slider moved, now and then weights, now and then an epoch.
    pub(super) fn renew(&self, ctx: &Context, app: &mut App, frame: usize) {
        let mut draft = app.settings().clone();
        draft.augmentation.rotation = 8.0 + (frame % 20) as f64 / 10.0;
        app.apply(ctx, vec![Action::Edit(Box::new(draft))]);
        let mut told = self.told.borrow_mut();
        if frame.is_multiple_of(FRAMES_PER_SNAPSHOT) {
            told.0 = self.known(frame);
        }
        if frame.is_multiple_of(FRAMES_PER_EPOCH) {
            told.1 = self.validation(frame);
        }
    }

    fn validation(&self, frame: usize) -> validation::Validations {
        let validated = self.subjects.iter().zip([3, 4]).map(|(subject, every)| {
            Some(Arc::new(Validated {
                subject: subject.clone(),
                data: Arc::clone(&self.data),
                answers: Arc::new(answers(&self.data, frame, 10 * every)),
                votes: Arc::default(),
            }))
        });
        validation::Validations {
            validated: validated.collect(),
            ..validation::Validations::default()
        }
    }

    fn known(&self, frame: usize) -> inference::Inferred {
        let picture = InputImage(self.data.image(frame).into());
        let sizes = [(32, 26), (32, 24), (64, 10), (64, 8)];
        let activations = sizes.map(|(count, side)| maps(count, side, frame));
        let guess = Guess {
            weights: self.weights.clone(),
            picture: picture.clone(),
            probabilities: vec![0.1; self.data.class_count()].into(),
        };
        inference::Inferred {
            network: Some((self.weights.clone(), Arc::clone(&self.table))),
            guess: Some(guess.clone()),
            best_guess: Some(guess),
            layers: Some(Arc::new(Layers {
                weights: self.weights.clone(),
                filters: maps(32, 3, frame),
                activations: Some((picture, activations.to_vec())),
            })),
            ..inference::Inferred::default()
        }
    }
}

/// Answers of which each `every`th is wrong.
fn answers(data: &TrainingData, seed: usize, every: usize) -> Answers {
    let mut answers = Answers::default();
    for index in 0..data.validation_size() {
        let is_wrong = (index + seed).is_multiple_of(every);
        let label = usize::from(data.validation_label(index));
        let class = (label + usize::from(is_wrong) * (1 + index % 7)) % data.class_count();
        answers.classes.push(class as u8);
        answers.confidences.push(0.9);
        let loss = (index * 7_919 % 1_009) as f32 / 100.0;
        answers.losses.push(if is_wrong { loss } else { 0.1 });
    }
    answers
}

fn maps(count: usize, side: usize, seed: usize) -> Maps {
    let value = |i: usize| ((i + seed) * 7_919 % 1_009) as f32 / 1_009.0;
    Maps {
        layer: format!("conv 3×3, {count}"),
        count,
        rows: side,
        columns: side,
        values: (0..count * side * side).map(value).collect(),
    }
}
